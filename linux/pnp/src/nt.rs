//! The few kernel services that wdk-sys has no binding for (macros and inline functions of the
//! headers, functions without a declaration), and counted strings.

use alloc::vec::Vec;
use core::ptr;

use wdk_sys::{
    DRIVER_OBJECT, IO_STACK_LOCATION, IRP, NTSTATUS, PDRIVER_OBJECT, PVOID, UNICODE_STRING,
    ntddk::{DbgPrint, IofCompleteRequest, MmGetSystemRoutineAddress},
};

use crate::status;

/// A UTF-16 string that a UNICODE_STRING can point into.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WideString(Vec<u16>);

impl WideString {
    /// The UTF-16 form of a text.
    pub(crate) fn new(text: &str) -> Self {
        Self(text.encode_utf16().chain([0]).collect())
    }

    /// A copy of units that hold no terminator.
    pub(crate) fn from_units(units: &[u16]) -> Self {
        Self(units.iter().copied().chain([0]).collect())
    }

    /// The string followed by another.
    pub(crate) fn join(&self, tail: &[u16]) -> Self {
        Self(
            self.units()
                .iter()
                .chain(tail)
                .copied()
                .chain([0])
                .collect(),
        )
    }

    /// The units, without terminator.
    pub(crate) fn units(&self) -> &[u16] {
        self.0.split_last().map_or(&[], |(_, units)| units)
    }

    /// A UNICODE_STRING that is good as long as `self` is.
    pub(crate) fn unicode(&self) -> UNICODE_STRING {
        let bytes = u16::try_from(self.units().len() * 2).unwrap_or(0);
        UNICODE_STRING {
            Length: bytes,
            MaximumLength: bytes,
            Buffer: self.0.as_ptr().cast_mut(),
        }
    }

    /// Whether both are the same but for the case of ASCII letters, as service names are.
    pub(crate) fn same_name(&self, other: &Self) -> bool {
        let lower =
            |unit: &u16| u8::try_from(*unit).map_or(*unit, |b| b.to_ascii_lowercase().into());
        self.units()
            .iter()
            .map(lower)
            .eq(other.units().iter().map(lower))
    }
}

impl core::fmt::Display for WideString {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        char::decode_utf16(self.units().iter().copied())
            .try_for_each(|c| core::fmt::Write::write_char(f, c.unwrap_or('?')))
    }
}

/// Writes a line to the debugger.
pub(crate) fn print(line: &str) {
    let text: Vec<u8> = line.bytes().filter(|&b| b != 0).chain([b'\n', 0]).collect();
    // SAFETY: both strings are zero-terminated, and the format takes the one argument given.
    unsafe { DbgPrint(c"%s".as_ptr().cast(), text.as_ptr()) };
}

/// Writes a formatted line to the debugger.
macro_rules! log {
    ($($arg:tt)*) => { $crate::nt::print(&alloc::format!("PNP: {}", format_args!($($arg)*))) };
}
pub(crate) use log;

/// The address of a routine that the kernel exports.
fn system_routine(name: &str) -> PVOID {
    let name = WideString::new(name);
    let mut unicode = name.unicode();
    // SAFETY: the name outlives the call.
    unsafe { MmGetSystemRoutineAddress(&mut unicode) }
}

type ObReferenceObjectByName = unsafe extern "C" fn(
    name: *mut UNICODE_STRING,
    attributes: u32,
    access_state: PVOID,
    access: u32,
    object_type: PVOID,
    mode: i8,
    context: PVOID,
    object: *mut PVOID,
) -> NTSTATUS;

/// A referenced driver object by its name in the object namespace. No header declares the routine
/// that finds one, and it is the only way there.
pub(crate) fn reference_driver(name: &WideString) -> Result<PDRIVER_OBJECT, NTSTATUS> {
    const OBJ_CASE_INSENSITIVE: u32 = 0x40;
    let routine = system_routine("ObReferenceObjectByName");
    let driver_type: *mut PVOID = system_routine("IoDriverObjectType").cast();
    if routine.is_null() || driver_type.is_null() {
        return Err(status::UNSUCCESSFUL);
    }
    // SAFETY: the kernel exports a routine of this signature under that name.
    let routine: ObReferenceObjectByName = unsafe { core::mem::transmute(routine) };
    let mut unicode = name.unicode();
    let mut object: PVOID = ptr::null_mut();
    // SAFETY: `driver_type` is the address of the exported type variable, all other pointers are
    // to locals that outlive the call. PASSIVE_LEVEL.
    let status = unsafe {
        routine(
            &mut unicode,
            OBJ_CASE_INSENSITIVE,
            ptr::null_mut(),
            0,
            *driver_type,
            0,
            ptr::null_mut(),
            &mut object,
        )
    };
    if status::ok(status) {
        Ok(object.cast::<DRIVER_OBJECT>())
    } else {
        Err(status)
    }
}

/// The stack location of the driver that holds the IRP.
///
/// # Safety
/// `irp` must be an IRP that a dispatch routine of this driver was called with and has not
/// completed.
pub(crate) unsafe fn current_location(irp: *mut IRP) -> *mut IO_STACK_LOCATION {
    // SAFETY: the caller vouches for the IRP; its current location is set by IoCallDriver.
    unsafe {
        (*irp)
            .Tail
            .Overlay
            .__bindgen_anon_2
            .__bindgen_anon_1
            .CurrentStackLocation
    }
}

/// The stack location of the driver that the IRP will be sent to.
///
/// # Safety
/// The caller must own `irp`, and it must have a stack location left.
pub(crate) unsafe fn next_location(irp: *mut IRP) -> *mut IO_STACK_LOCATION {
    // SAFETY: there is a location below the current one, as the caller vouches.
    unsafe { current_location(irp).sub(1) }
}

/// IoMarkIrpPending.
///
/// # Safety
/// As [`current_location`].
pub(crate) unsafe fn mark_pending(irp: *mut IRP) {
    const SL_PENDING_RETURNED: u8 = 1;
    // SAFETY: the caller owns the IRP, so nobody else touches its current location.
    unsafe { (*current_location(irp)).Control |= SL_PENDING_RETURNED };
}

/// Completes an IRP.
///
/// # Safety
/// The caller must own `irp` and not touch it afterwards.
pub(crate) unsafe fn complete(irp: *mut IRP, status: NTSTATUS, information: u64) {
    // SAFETY: the caller owns the IRP.
    unsafe {
        (*irp).IoStatus.__bindgen_anon_1.Status = status;
        (*irp).IoStatus.Information = information;
        IofCompleteRequest(irp, 0);
    }
}
