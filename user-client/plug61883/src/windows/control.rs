//! The control device on Windows.
//!
//! Requests go through `NtDeviceIoControlFile`, which returns the NTSTATUS as it is;
//! `DeviceIoControl` would turn it into a Win32 error and lose which one it was.

use std::fs::OpenOptions;
use std::io;
use std::os::windows::fs::OpenOptionsExt;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::ptr;
use std::time::Duration;

use plug61883_abi::ioctl::DEVICE_PATH;
use plug61883_abi::status::NtStatus;
use windows_sys::Wdk::System::IO::NtDeviceIoControlFile;
use windows_sys::Win32::Foundation::{
    ERROR_FILE_NOT_FOUND, ERROR_GEN_FAILURE, ERROR_NO_SUCH_DEVICE, ERROR_PATH_NOT_FOUND,
    WAIT_OBJECT_0, WAIT_TIMEOUT,
};
use windows_sys::Win32::Storage::FileSystem::FILE_FLAG_OVERLAPPED;
use windows_sys::Win32::System::IO::{CancelIoEx, IO_STATUS_BLOCK, OVERLAPPED};
use windows_sys::Win32::System::Threading::{CreateEventW, INFINITE, WaitForSingleObject};

use crate::asked::Asked;
use crate::error::{Error, ErrorKind, Source};
use crate::transport::{Access, Call, Completion, Failure, Transport};

// `CancelIoEx` names a request by the address of its OVERLAPPED, `NtDeviceIoControlFile` by that
// of its IO_STATUS_BLOCK: the latter is the former's first part.
const _: () = assert!(
    size_of::<IO_STATUS_BLOCK>() == 2 * size_of::<usize>()
        && std::mem::offset_of!(OVERLAPPED, Internal) == 0
        && std::mem::offset_of!(OVERLAPPED, InternalHigh) == size_of::<usize>()
        && std::mem::offset_of!(IO_STATUS_BLOCK, Information) == size_of::<usize>()
);

/// The control device `\\.\Plug61883`, opened.
///
/// Several threads may send requests at once. The driver breaks the connections made through a
/// device when it is dropped.
#[derive(Debug)]
pub struct Device {
    handle: OwnedHandle,
    access: Access,
}

impl Device {
    /// Opens the device.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoDriver`] when there is no such device, which also means that no unit is
    /// there; [`ErrorKind::Open`] when Windows refuses, such as changes to a plain user.
    pub fn open(access: Access) -> Result<Self, Error> {
        // CreateFileW with GENERIC_READ, and GENERIC_WRITE where needed, opening what exists.
        OpenOptions::new()
            .read(true)
            .write(access == Access::Change)
            .custom_flags(FILE_FLAG_OVERLAPPED)
            .open(DEVICE_PATH)
            .map(|file| Self {
                handle: file.into(),
                access,
            })
            .map_err(|error| Error::new(Asked::Open { access }, open_failure(&error)))
    }

    /// What the handle may be used for.
    #[must_use]
    pub fn access(&self) -> Access {
        self.access
    }

    /// Sends one IOCTL as it is, any code and any lengths, and waits for its completion.
    /// Cancels it when it has not completed after `cancel_after`, and still waits.
    #[must_use]
    pub fn control(
        &self,
        code: u32,
        input: &[u8],
        output: &mut [u8],
        cancel_after: Option<Duration>,
    ) -> Completion {
        let (Ok(input_length), Ok(output_length)) =
            (u32::try_from(input.len()), u32::try_from(output.len()))
        else {
            return Completion {
                status: NtStatus::INVALID_BUFFER_SIZE,
                information: 0,
            };
        };
        let Some(event) = event() else {
            return Completion {
                status: NtStatus::INSUFFICIENT_RESOURCES,
                information: 0,
            };
        };
        let mut overlapped = OVERLAPPED {
            hEvent: event.as_raw_handle(),
            ..Default::default()
        };
        let overlapped = &raw mut overlapped;
        // SAFETY: the handles are open for as long as `self` and `event` live. `input` is
        // readable and `output` writable for the lengths given, both stay borrowed until this
        // function returns, and it does not return before the request has completed. The same
        // holds for `overlapped`, whose first part has the layout of an IO_STATUS_BLOCK.
        let returned = unsafe {
            NtDeviceIoControlFile(
                self.handle.as_raw_handle(),
                event.as_raw_handle(),
                None,
                ptr::null(),
                overlapped.cast::<IO_STATUS_BLOCK>(),
                code,
                if input.is_empty() {
                    ptr::null()
                } else {
                    input.as_ptr().cast()
                },
                input_length,
                if output.is_empty() {
                    ptr::null_mut()
                } else {
                    output.as_mut_ptr().cast()
                },
                output_length,
            )
        };
        let mut status = NtStatus::from_raw(returned);
        if status == NtStatus::PENDING {
            if !cancel_after.is_some_and(|time| wait(&event, milliseconds(time))) {
                if cancel_after.is_some() {
                    // SAFETY: the handle is open and `overlapped` lives on this stack frame. It
                    // is only compared; failing means that the request has just completed.
                    unsafe { CancelIoEx(self.handle.as_raw_handle(), overlapped) };
                }
                if !wait(&event, INFINITE) {
                    // The kernel may still write to the buffers, so this function must not
                    // return; and waiting for one's own event without end can't fail.
                    std::process::abort();
                }
            }
            // SAFETY: the event is set after the status was written; nobody writes it now.
            // `Internal` is the `Status` member, 32 bits of it.
            status =
                NtStatus(unsafe { ptr::read_volatile(&raw const (*overlapped).Internal) } as u32);
        } else if status.0 >= 0xC000_0000 {
            // Failed before it was pended: the status block was not written.
            return Completion {
                status,
                information: 0,
            };
        }
        // SAFETY: as above; the request has completed.
        let information = unsafe { ptr::read_volatile(&raw const (*overlapped).InternalHigh) };
        Completion {
            status,
            information,
        }
    }
}

impl Transport for Device {
    fn ioctl(&self, call: &Call<'_>, output: &mut [u8]) -> Result<usize, Failure> {
        let completion = self.control(call.code, call.input, output, call.cancel_after);
        if completion.status.is_success() {
            return Ok(completion.information);
        }
        let refused_by_windows =
            completion.status == NtStatus::ACCESS_DENIED && !self.access.allows(call.code);
        Err(Failure {
            status: completion.status,
            source: if refused_by_windows {
                Source::Windows
            } else {
                Source::Plug61883
            },
        })
    }

    fn cancel(&self) {
        // SAFETY: the handle is open; no OVERLAPPED means every request of this process on it.
        // Failing means that there is none.
        unsafe { CancelIoEx(self.handle.as_raw_handle(), ptr::null()) };
    }
}

/// Whether the device is not there, or could not be opened.
fn open_failure(error: &io::Error) -> ErrorKind {
    let win32 = error
        .raw_os_error()
        .map_or(ERROR_GEN_FAILURE, i32::cast_unsigned);
    match win32 {
        ERROR_FILE_NOT_FOUND | ERROR_PATH_NOT_FOUND | ERROR_NO_SUCH_DEVICE => ErrorKind::NoDriver,
        win32 => ErrorKind::Open { win32 },
    }
}

/// A new event, not set, that stays set once it is.
fn event() -> Option<OwnedHandle> {
    // SAFETY: no attributes and no name; the call takes nothing else by address.
    let handle = unsafe { CreateEventW(ptr::null(), 1, 0, ptr::null()) };
    // SAFETY: the handle was just made and nobody else has it.
    (!handle.is_null()).then(|| unsafe { OwnedHandle::from_raw_handle(handle) })
}

/// Waits for the event; whether it was set in time.
fn wait(event: &OwnedHandle, milliseconds: u32) -> bool {
    // SAFETY: the handle is open.
    let result = unsafe { WaitForSingleObject(event.as_raw_handle(), milliseconds) };
    debug_assert!(result == WAIT_OBJECT_0 || result == WAIT_TIMEOUT);
    result == WAIT_OBJECT_0
}

/// A time as a wait takes it, short of [`INFINITE`].
fn milliseconds(time: Duration) -> u32 {
    u32::try_from(time.as_millis())
        .unwrap_or(u32::MAX)
        .min(INFINITE - 1)
}
