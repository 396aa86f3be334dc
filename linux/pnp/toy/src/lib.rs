//! `toy.sys`: a plain WDM driver, function driver or filter, that passes everything on, and does
//! wrong what the name of its service says. The PnP manager stand-in and the harness are tested
//! with it: both must notice.
//!
//! | service | what it does |
//! | --- | --- |
//! | `toy-refuse` | fails its DriverEntry |
//! | `toy-noadd` | fails AddDevice |
//! | `toy-nostart` | fails IRP_MN_START_DEVICE |
//! | `toy-crash` | writes to address 8 on IRP_MN_START_DEVICE |
//! | `toy-bugcheck` | calls KeBugCheckEx on IRP_MN_START_DEVICE |
//! | `toy-missing` | calls a function that Wine lacks on IRP_MN_START_DEVICE |
//! | `toy-slow` | pends IRP_MN_QUERY_REMOVE_DEVICE for two seconds |
//! | `toy-veto` | fails IRP_MN_QUERY_REMOVE_DEVICE |
//! | `toy-stay` | does not detach on IRP_MN_REMOVE_DEVICE |
//! | any other | nothing wrong |
#![no_std]

use core::{
    ptr,
    sync::atomic::{AtomicU8, Ordering},
};

use wdk_sys::{
    DEVICE_OBJECT, DRIVER_OBJECT, HANDLE, IO_STACK_LOCATION, IRP, LARGE_INTEGER, NTSTATUS,
    PCUNICODE_STRING, PVOID, UNICODE_STRING,
    ntddk::{
        DbgPrint, IoAttachDeviceToDeviceStack, IoCreateDevice, IoDeleteDevice, IoDetachDevice,
        IofCallDriver, IofCompleteRequest, KeBugCheckEx, KeDelayExecutionThread,
        MmGetSystemRoutineAddress, PsCreateSystemThread, PsTerminateSystemThread, ZwClose,
    },
};

const SUCCESS: NTSTATUS = 0;
const PENDING: NTSTATUS = 0x103;
const UNSUCCESSFUL: NTSTATUS = 0xC000_0001_u32 as NTSTATUS;

#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Fault {
    None,
    Refuse,
    NoAdd,
    NoStart,
    Crash,
    BugCheck,
    Missing,
    Slow,
    Veto,
    Stay,
}

const FAULTS: [(&[u8], Fault); 9] = [
    (b"toy-refuse", Fault::Refuse),
    (b"toy-noadd", Fault::NoAdd),
    (b"toy-nostart", Fault::NoStart),
    (b"toy-crash", Fault::Crash),
    (b"toy-bugcheck", Fault::BugCheck),
    (b"toy-missing", Fault::Missing),
    (b"toy-slow", Fault::Slow),
    (b"toy-veto", Fault::Veto),
    (b"toy-stay", Fault::Stay),
];

/// The index of the fault, from 1; each service has an image, and so a variable, of its own.
static FAULT: AtomicU8 = AtomicU8::new(0);

fn has(fault: Fault) -> bool {
    FAULT.load(Ordering::Acquire) == fault as u8
}

/// Defined here so that the framework's entry stub is not linked.
#[unsafe(export_name = "WdfFunctionCount")]
static NO_FRAMEWORK_FUNCTIONS: u32 = 0;

/// Nothing here panics; the language asks for a handler.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    // SAFETY: may be called anywhere.
    unsafe { KeBugCheckEx(0xE2, 0, 0, 0, 0) }
}

/// The entry point.
///
/// # Safety
/// For the I/O manager to call.
#[unsafe(export_name = "DriverEntry")]
pub unsafe extern "C" fn driver_entry(
    driver: *mut DRIVER_OBJECT,
    registry_path: PCUNICODE_STRING,
) -> NTSTATUS {
    // SAFETY: the path is the service's key and stays for the call.
    let path = unsafe {
        core::slice::from_raw_parts(
            (*registry_path).Buffer,
            usize::from((*registry_path).Length) / 2,
        )
    };
    let fault = FAULTS
        .iter()
        .find(|(name, _)| path.ends_with_ascii(name))
        .map_or(Fault::None, |(_, fault)| *fault);
    FAULT.store(fault as u8, Ordering::Release);
    if has(Fault::Refuse) {
        return UNSUCCESSFUL;
    }
    // SAFETY: the I/O manager passes this driver's object, which is ours to fill in.
    unsafe {
        (*driver).MajorFunction = [Some(dispatch); 28];
        (*driver).DriverUnload = Some(unload);
        (*(*driver).DriverExtension).AddDevice = Some(add_device);
    }
    SUCCESS
}

trait EndsWithAscii {
    fn ends_with_ascii(&self, tail: &[u8]) -> bool;
}

impl EndsWithAscii for [u16] {
    fn ends_with_ascii(&self, tail: &[u8]) -> bool {
        self.len() >= tail.len()
            && self
                .iter()
                .rev()
                .zip(tail.iter().rev())
                .all(|(unit, byte)| *unit == (*byte).into())
    }
}

unsafe extern "C" fn unload(_: *mut DRIVER_OBJECT) {
    // SAFETY: the format is zero-terminated and takes no argument.
    unsafe { DbgPrint(c"toy: unloaded\n".as_ptr().cast()) };
}

unsafe extern "C" fn add_device(driver: *mut DRIVER_OBJECT, pdo: *mut DEVICE_OBJECT) -> NTSTATUS {
    const FILE_DEVICE_UNKNOWN: u32 = 0x22;
    const DO_DEVICE_INITIALIZING: u32 = 0x80;
    if has(Fault::NoAdd) {
        return UNSUCCESSFUL;
    }
    let mut device = ptr::null_mut();
    // SAFETY: the driver object is this driver's, the device has no name; its extension holds the
    // pointer to the device below. PASSIVE_LEVEL.
    unsafe {
        let status = IoCreateDevice(
            driver,
            8,
            ptr::null_mut(),
            FILE_DEVICE_UNKNOWN,
            0,
            0,
            &mut device,
        );
        if status >= 0 {
            let lower = IoAttachDeviceToDeviceStack(device, pdo);
            (*device)
                .DeviceExtension
                .cast::<*mut DEVICE_OBJECT>()
                .write(lower);
            (*device).Flags &= !DO_DEVICE_INITIALIZING;
        }
        status
    }
}

unsafe extern "C" fn dispatch(device: *mut DEVICE_OBJECT, irp: *mut IRP) -> NTSTATUS {
    // SAFETY: the I/O manager passes a device of this driver, whose extension was filled in, and
    // an IRP that is ours until it is passed on or completed.
    unsafe {
        let lower = (*device)
            .DeviceExtension
            .cast::<*mut DEVICE_OBJECT>()
            .read();
        let location = &*current_location(irp);
        if u32::from(location.MajorFunction) == wdk_sys::IRP_MJ_PNP {
            (*irp).IoStatus.__bindgen_anon_1.Status = SUCCESS;
            match u32::from(location.MinorFunction) {
                wdk_sys::IRP_MN_START_DEVICE if has(Fault::NoStart) => {
                    return complete(irp, UNSUCCESSFUL);
                }
                wdk_sys::IRP_MN_START_DEVICE => misbehave(),
                wdk_sys::IRP_MN_QUERY_REMOVE_DEVICE if has(Fault::Veto) => {
                    return complete(irp, UNSUCCESSFUL);
                }
                wdk_sys::IRP_MN_QUERY_REMOVE_DEVICE if has(Fault::Slow) => return pend(irp),
                wdk_sys::IRP_MN_REMOVE_DEVICE => {
                    skip(irp);
                    let status = IofCallDriver(lower, irp);
                    if !has(Fault::Stay) {
                        IoDetachDevice(lower);
                        IoDeleteDevice(device);
                    }
                    return status;
                }
                _ => {}
            }
        }
        skip(irp);
        IofCallDriver(lower, irp)
    }
}

/// What goes wrong when the device is started.
fn misbehave() {
    if has(Fault::Crash) {
        // SAFETY: none, which is the point: nothing is mapped there, so this raises an exception.
        unsafe { ptr::without_provenance_mut::<u32>(8).write_volatile(1) };
    }
    if has(Fault::BugCheck) {
        // SAFETY: may be called anywhere.
        unsafe { KeBugCheckEx(0x139, 1, 2, 3, 4) };
    }
    if has(Fault::Missing) {
        let mut name = [0_u16; 32];
        let text = b"KeRaiseUserException";
        name.iter_mut()
            .zip(text)
            .for_each(|(unit, byte)| *unit = (*byte).into());
        let bytes = text.len() as u16 * 2;
        let mut name = UNICODE_STRING {
            Length: bytes,
            MaximumLength: bytes,
            Buffer: name.as_mut_ptr(),
        };
        // SAFETY: Wine exports that name as a stub that raises an exception, whatever it is given.
        unsafe {
            let routine = MmGetSystemRoutineAddress(&mut name);
            if !routine.is_null() {
                core::mem::transmute::<PVOID, unsafe extern "C" fn(NTSTATUS)>(routine)(0);
            }
        }
    }
}

/// # Safety
/// The IRP must be the caller's; it is not afterwards.
unsafe fn complete(irp: *mut IRP, status: NTSTATUS) -> NTSTATUS {
    // SAFETY: the caller owns the IRP.
    unsafe {
        (*irp).IoStatus.__bindgen_anon_1.Status = status;
        IofCompleteRequest(irp, 0);
    }
    status
}

/// # Safety
/// The IRP must be the caller's; it is not afterwards.
unsafe fn pend(irp: *mut IRP) -> NTSTATUS {
    let mut thread: HANDLE = ptr::null_mut();
    // SAFETY: the caller owns the IRP, and the thread gets it.
    unsafe {
        (*current_location(irp)).Control |= 1;
        let status = PsCreateSystemThread(
            &mut thread,
            0x1F_FFFF,
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
            Some(complete_later),
            irp.cast(),
        );
        if status < 0 {
            complete(irp, status);
        } else {
            let _ = ZwClose(thread);
        }
    }
    PENDING
}

unsafe extern "C" fn complete_later(irp: PVOID) {
    let mut two_seconds = LARGE_INTEGER {
        QuadPart: -20_000_000,
    };
    // SAFETY: PASSIVE_LEVEL; the IRP is this thread's.
    unsafe {
        let _ = KeDelayExecutionThread(0, 0, &mut two_seconds);
        complete(irp.cast(), SUCCESS);
        let _ = PsTerminateSystemThread(SUCCESS);
    }
}

/// # Safety
/// The IRP must be one that this driver was called with.
unsafe fn current_location(irp: *mut IRP) -> *mut IO_STACK_LOCATION {
    // SAFETY: IoCallDriver has set it.
    unsafe {
        (*irp)
            .Tail
            .Overlay
            .__bindgen_anon_2
            .__bindgen_anon_1
            .CurrentStackLocation
    }
}

/// IoSkipCurrentIrpStackLocation.
///
/// # Safety
/// The IRP must be the caller's.
unsafe fn skip(irp: *mut IRP) {
    // SAFETY: the location above is the sender's, which IoCallDriver leaves again.
    unsafe {
        (*irp).CurrentLocation += 1;
        let location = current_location(irp);
        (*irp)
            .Tail
            .Overlay
            .__bindgen_anon_2
            .__bindgen_anon_1
            .CurrentStackLocation = location.add(1);
    }
}
