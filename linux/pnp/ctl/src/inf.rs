//! INF files, through Windows' own setupapi as far as Wine has it.

use std::ptr;

use windows_sys::Win32::{
    Devices::DeviceAndDriverInstallation::{
        INF_STYLE_WIN4, INFCONTEXT, SetupCloseInfFile, SetupEnumInfSectionsW, SetupFindFirstLineW,
        SetupFindNextLine, SetupGetFieldCount, SetupGetLineCountW, SetupGetStringFieldW,
        SetupOpenInfFileW,
    },
    Foundation::{ERROR_NO_MORE_ITEMS, INVALID_HANDLE_VALUE},
};

use crate::{
    device::{PnpError, last_error},
    registry::wide,
};

/// Room for a name or value of an INF, in UTF-16 units; MAX_INF_STRING_LENGTH.
const ROOM: usize = 4096;

/// An open INF file.
pub(crate) struct Inf(*mut core::ffi::c_void);

/// A section as setupapi gives it.
pub(crate) struct Section {
    /// The name.
    pub(crate) name: String,
    /// Each line's key and fields, string tokens and directory ids replaced.
    pub(crate) lines: Vec<Vec<String>>,
}

impl Inf {
    /// Opens a file, as a Win32 path.
    pub(crate) fn open(path: &str) -> Result<Self, PnpError> {
        let path = wide(path);
        let mut line = 0;
        // SAFETY: the path is zero-terminated, the class may be null.
        let handle =
            unsafe { SetupOpenInfFileW(path.as_ptr(), ptr::null(), INF_STYLE_WIN4, &mut line) };
        if ptr::eq(handle, INVALID_HANDLE_VALUE) {
            return Err(PnpError::setup(format!("SetupOpenInfFileW, line {line}")));
        }
        Ok(Self(handle))
    }

    /// The handle, which stays open as long as this lives.
    pub(crate) fn handle(&self) -> *const core::ffi::c_void {
        self.0
    }

    /// All sections with all their lines.
    pub(crate) fn sections(&self) -> Result<Vec<Section>, PnpError> {
        let mut sections = Vec::new();
        for index in 0.. {
            let mut name = vec![0; ROOM];
            let mut needed = 0;
            // SAFETY: the handle is open, the buffer as long as said.
            let found = unsafe {
                SetupEnumInfSectionsW(self.0, index, name.as_mut_ptr(), ROOM as u32, &mut needed)
            };
            if found == 0 {
                if last_error() == ERROR_NO_MORE_ITEMS {
                    break;
                }
                return Err(PnpError::setup("SetupEnumInfSectionsW".into()));
            }
            let name = text(&name);
            let lines = self.lines(&name)?;
            sections.push(Section { name, lines });
        }
        Ok(sections)
    }

    /// A section's lines, each its key (empty if it has none) and its fields.
    pub(crate) fn lines(&self, section: &str) -> Result<Vec<Vec<String>>, PnpError> {
        let name = wide(section);
        // SAFETY: the handle is open, the name zero-terminated.
        let count = unsafe { SetupGetLineCountW(self.0, name.as_ptr()) };
        let mut lines = Vec::new();
        let mut context = INFCONTEXT::default();
        // SAFETY: as above; the context is filled in on success.
        let mut more =
            unsafe { SetupFindFirstLineW(self.0, name.as_ptr(), ptr::null(), &mut context) };
        while more != 0 {
            lines.push(fields(&context)?);
            let last = context;
            // SAFETY: the context is that of a line of this file.
            more = unsafe { SetupFindNextLine(&last, &mut context) };
        }
        if usize::try_from(count).ok() != Some(lines.len()) {
            return Err(PnpError::Inf(format!(
                "[{section}] has {count} lines, of which {} were found",
                lines.len()
            )));
        }
        Ok(lines)
    }
}

impl Drop for Inf {
    fn drop(&mut self) {
        // SAFETY: the handle is open and ours.
        unsafe { SetupCloseInfFile(self.0) };
    }
}

fn fields(context: &INFCONTEXT) -> Result<Vec<String>, PnpError> {
    // SAFETY: the context is that of a line of an open file.
    let count = unsafe { SetupGetFieldCount(context) };
    let mut fields = Vec::new();
    for index in 0..=count {
        let mut value = vec![0; ROOM];
        let mut needed = 0;
        // SAFETY: as above; the buffer is as long as said.
        let got = unsafe {
            SetupGetStringFieldW(context, index, value.as_mut_ptr(), ROOM as u32, &mut needed)
        };
        match got {
            // A line without a key has no field 0.
            0 if index == 0 => fields.push(String::new()),
            0 => return Err(PnpError::setup("SetupGetStringFieldW".into())),
            _ => fields.push(text(&value)),
        }
    }
    Ok(fields)
}

/// The text up to the first zero.
pub(crate) fn text(units: &[u16]) -> String {
    let end = units.iter().position(|&unit| unit == 0);
    String::from_utf16_lossy(units.get(..end.unwrap_or(units.len())).unwrap_or_default())
}
