//! Handles of plug61883's control device, opened by kernel threads.

use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

use plug61883_abi::ioctl::{DEVICE_NAME, INTERFACE_VERSION, QUERY_INTERFACE, RequestHeader};
use plug61883_wdf::{NtStatus, Result, utf16};
use wdk_sys::{
    FILE_OBJECT, HANDLE, IO_STATUS_BLOCK, OBJECT_ATTRIBUTES, PVOID, UNICODE_STRING, ntddk,
};
use zerocopy::IntoBytes as _;

use crate::call::Call;
use crate::run;

/// `OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE`.
const ATTRIBUTES: u32 = 0x200 | 0x40;
/// `GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE`.
const ACCESS: u32 = 0xC010_0000;
/// `FILE_SHARE_READ | FILE_SHARE_WRITE`.
const SHARE: u32 = 3;
/// `FILE_OPEN`.
const OPEN: u32 = 1;
/// `FILE_SYNCHRONOUS_IO_NONALERT | FILE_NON_DIRECTORY_FILE`.
const OPTIONS: u32 = 0x20 | 0x40;

/// Places for open files.
const PLACES: usize = 64;

/// An open file. The I/O manager sends IRP_MJ_CLOSE when the last handle is closed and nothing
/// refers to the file object any more; Wine sends it with the last handle. So the handle is kept
/// until nothing needs the file object.
struct Place {
    references: AtomicU32,
    handle: AtomicPtr<core::ffi::c_void>,
    object: AtomicPtr<FILE_OBJECT>,
}

static FILES: [Place; PLACES] = [const {
    Place {
        references: AtomicU32::new(0),
        handle: AtomicPtr::new(ptr::null_mut()),
        object: AtomicPtr::new(ptr::null_mut()),
    }
}; PLACES];

/// Keeps a file object.
pub(crate) struct FileRef {
    place: &'static Place,
    object: NonNull<FILE_OBJECT>,
}

// SAFETY: a referenced file object may be used from every thread.
unsafe impl Send for FileRef {}

impl FileRef {
    /// Takes over a handle, and a reference to its file object.
    fn new(handle: HANDLE, object: NonNull<FILE_OBJECT>) -> Result<Self> {
        let free = |place: &&Place| {
            let references = &place.references;
            references
                .compare_exchange(0, 1, Ordering::AcqRel, Ordering::Acquire)
                .is_ok()
        };
        let place = FILES.iter().find(free).ok_or(NtStatus::QUOTA_EXCEEDED)?;
        place.handle.store(handle, Ordering::Release);
        place.object.store(object.as_ptr(), Ordering::Release);
        Ok(Self { place, object })
    }

    pub(crate) fn object(&self) -> NonNull<FILE_OBJECT> {
        self.object
    }
}

impl Clone for FileRef {
    fn clone(&self) -> Self {
        self.place.references.fetch_add(1, Ordering::AcqRel);
        Self {
            place: self.place,
            object: self.object,
        }
    }
}

impl Drop for FileRef {
    fn drop(&mut self) {
        // While this reference counts, the place is not given to another file.
        let handle = self.place.handle.load(Ordering::Acquire);
        if self.place.references.fetch_sub(1, Ordering::AcqRel) == 1 {
            close(handle);
            // SAFETY: the object was referenced for the place, whose last user this is.
            unsafe { ntddk::ObfDereferenceObject(self.object.as_ptr().cast()) };
        }
    }
}

/// An open handle.
pub(crate) struct OpenFile(FileRef);

impl OpenFile {
    /// Opens plug61883's control device. (PASSIVE_LEVEL)
    ///
    /// # Errors
    /// The system's status, such as `STATUS_OBJECT_NAME_NOT_FOUND` while there is no unit.
    pub(crate) fn open() -> Result<Self> {
        let handle = create()?;
        let file = first_request(handle)
            .and_then(|()| file_of(handle))
            .inspect_err(|_| close(handle))?;
        // There are more places than threads.
        FileRef::new(handle, file).map(Self)
    }

    pub(crate) fn file(&self) -> &FileRef {
        &self.0
    }

    /// Closes the handle; requests through its file object may still be under way. The I/O
    /// manager would send the cleanup itself. (PASSIVE_LEVEL)
    pub(crate) fn close(self, call: &mut Call) {
        if call.cleanup(self.0.object()).is_ok() {
            match call.take() {
                Some(answer) if !answer.status.is_success() => {
                    run::broken(format_args!("IRP_MJ_CLEANUP ended with {}", answer.status));
                }
                _ => {}
            }
        }
    }
}

fn create() -> Result<HANDLE> {
    let name = utf16!(DEVICE_NAME);
    let bytes = size_of_val(name) as u16;
    let mut name = UNICODE_STRING {
        Length: bytes,
        MaximumLength: bytes,
        Buffer: name.as_ptr().cast_mut(),
    };
    let mut attributes = OBJECT_ATTRIBUTES {
        Length: size_of::<OBJECT_ATTRIBUTES>() as u32,
        ObjectName: &raw mut name,
        Attributes: ATTRIBUTES,
        ..OBJECT_ATTRIBUTES::default()
    };
    let mut block = IO_STATUS_BLOCK::default();
    let mut handle: HANDLE = ptr::null_mut();
    // SAFETY: all structures are live locals. PASSIVE_LEVEL.
    let status = NtStatus::from_raw(unsafe {
        ntddk::ZwCreateFile(
            &raw mut handle,
            ACCESS,
            &raw mut attributes,
            &raw mut block,
            ptr::null_mut(),
            0,
            SHARE,
            OPEN,
            OPTIONS,
            ptr::null_mut(),
            0,
        )
    });
    if status.is_success() {
        Ok(handle)
    } else {
        Err(status)
    }
}

/// A request that a thread waits for as user mode does. Wine's create is over once it is.
fn first_request(handle: HANDLE) -> Result<()> {
    let request = RequestHeader {
        size: size_of::<RequestHeader>() as u32,
        version: INTERFACE_VERSION,
        ..RequestHeader::default()
    };
    let mut reply = [0_u8; 256];
    let mut block = IO_STATUS_BLOCK::default();
    // SAFETY: the handle is open for synchronous requests, so all is done when the call returns;
    // the buffers have the lengths that are told.
    let status = NtStatus::from_raw(unsafe {
        ntddk::ZwDeviceIoControlFile(
            handle,
            ptr::null_mut(),
            None,
            ptr::null_mut(),
            &raw mut block,
            QUERY_INTERFACE,
            request.as_bytes().as_ptr().cast_mut().cast(),
            size_of_val(&request) as u32,
            reply.as_mut_ptr().cast(),
            reply.len() as u32,
        )
    });
    if status.is_success() {
        Ok(())
    } else {
        Err(status)
    }
}

/// The file object of a handle, referenced.
fn file_of(handle: HANDLE) -> Result<NonNull<FILE_OBJECT>> {
    let mut object: PVOID = ptr::null_mut();
    // SAFETY: the handle is open; without a type, the object is what the handle names, which is
    // the file that was opened. The out pointer is a live local.
    let status = NtStatus::from_raw(unsafe {
        ntddk::ObReferenceObjectByHandle(
            handle,
            0,
            ptr::null_mut(),
            wdk_sys::_MODE::KernelMode as wdk_sys::KPROCESSOR_MODE,
            &raw mut object,
            ptr::null_mut(),
        )
    });
    match NonNull::new(object.cast::<FILE_OBJECT>()) {
        Some(file) if status.is_success() => Ok(file),
        _ if status.is_success() => Err(NtStatus::INTERNAL_ERROR),
        _ => Err(status),
    }
}

fn close(handle: HANDLE) {
    // SAFETY: the handle is open, and nobody uses it after.
    unsafe {
        // It can't fail with a handle that is good.
        let _ = ntddk::ZwClose(handle);
    }
}
