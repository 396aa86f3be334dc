//! Sending IRPs to a device stack and waiting for them.

use core::ptr;

use wdk_sys::{
    DEVICE_OBJECT, IO_STACK_LOCATION, IRP, NTSTATUS, PVOID,
    ntddk::{
        IoAllocateIrp, IoFreeIrp, IoGetAttachedDeviceReference, IofCallDriver, ObfDereferenceObject,
    },
};

use crate::{
    nt::{self, WideString, log},
    status,
    sync::Event,
};

/// After how many seconds a pending IRP is worth a line in the log.
const PATIENCE: i64 = 5;

/// Every completion routine runs: SL_INVOKE_ON_SUCCESS, _ERROR and _CANCEL.
const INVOKE_ALWAYS: u8 = 0xE0;

/// Sends an IRP to the top of the stack above `pdo` and waits until it is complete, however long
/// that takes. Gives the final status and information.
///
/// # Safety
/// `pdo` must be a device object that stays until this returns, and `fill` must make a valid
/// request of the zeroed stack location. PASSIVE_LEVEL.
pub(crate) unsafe fn send(
    pdo: *mut DEVICE_OBJECT,
    device: &WideString,
    what: &str,
    fill: impl FnOnce(&mut IO_STACK_LOCATION),
) -> (NTSTATUS, u64) {
    // SAFETY: the PDO is valid, as the caller vouches.
    let top = unsafe { IoGetAttachedDeviceReference(pdo) };
    // SAFETY: `top` is referenced.
    let irp = unsafe { IoAllocateIrp((*top).StackSize, 0) };
    if irp.is_null() {
        // SAFETY: referenced above.
        unsafe { ObfDereferenceObject(top.cast()) };
        return (status::INSUFFICIENT_RESOURCES, 0);
    }
    let done = Event::zeroed();
    done.init();
    // SAFETY: the IRP is new and ours and has a location for every driver of the stack. `done`
    // outlives the IRP because this function waits for its completion.
    let returned = unsafe {
        (*irp).IoStatus.__bindgen_anon_1.Status = status::NOT_SUPPORTED;
        let location = nt::next_location(irp);
        fill(&mut *location);
        (*location).CompletionRoutine = Some(completed);
        (*location).Context = ptr::from_ref(&done).cast_mut().cast();
        (*location).Control = INVOKE_ALWAYS;
        IofCallDriver(top, irp)
    };
    let mut waited = 0;
    while !done.wait(PATIENCE) {
        waited += PATIENCE;
        log!("{device}: {what} is pending since {waited} s (dispatch gave {returned:#010x})");
    }
    // SAFETY: the IRP is complete and its completion routine kept it for us; `top` was referenced.
    unsafe {
        let result = (
            (*irp).IoStatus.__bindgen_anon_1.Status,
            (*irp).IoStatus.Information,
        );
        IoFreeIrp(irp);
        ObfDereferenceObject(top.cast());
        log!("{device}: {what} -> {:#010x}", result.0);
        if returned != status::PENDING && returned != result.0 {
            log!(
                "{device}: {what}: the dispatch routine returned {returned:#010x}, but the IRP \
                 was completed with {:#010x}",
                result.0
            );
        }
        result
    }
}

/// Takes the IRP back from the I/O manager and wakes the sender.
unsafe extern "C" fn completed(_: *mut DEVICE_OBJECT, _: *mut IRP, context: PVOID) -> NTSTATUS {
    const MORE_PROCESSING_REQUIRED: NTSTATUS = 0xC000_0016_u32 as NTSTATUS;
    // SAFETY: the context is the sender's event, and the sender waits for it.
    unsafe { (*context.cast::<Event>()).set() };
    MORE_PROCESSING_REQUIRED
}
