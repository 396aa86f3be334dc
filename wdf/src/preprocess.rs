//! Internal device controls on their way through a filter device, seen before the framework
//! handles them.

use wdk_sys::{
    DEVICE_OBJECT, IO_STACK_LOCATION, IRP, IRP_MJ_INTERNAL_DEVICE_CONTROL, NTSTATUS, PIRP, PVOID,
    SL_INVOKE_ON_CANCEL, SL_INVOKE_ON_ERROR, SL_INVOKE_ON_SUCCESS, SL_PENDING_RETURNED, WDFDEVICE,
    call_unsafe_wdf_function_binding,
};

use crate::device::DeviceInit;
use crate::{Device, NtStatus, Result, check};

/// What a filter sees of the internal device controls that come from above. All at IRQL <=
/// DISPATCH_LEVEL, in whatever context the drivers above and below work.
pub trait PassingEvents {
    /// A request passes, with its control code and `Parameters.Others.Argument1`. `true`:
    /// [`Self::completed`] is called for it.
    fn passing(device: Device, code: u32, argument1: PVOID) -> bool;

    /// A request for which [`Self::passing`] answered `true` is completed by the drivers below
    /// and about to be completed for its sender. The device is still there.
    fn completed(device: Device, argument1: PVOID, status: NtStatus);
}

impl DeviceInit<'_> {
    /// Has `E` see the internal device controls that pass through the device. What `E` does not
    /// follow goes down without a copy, a lock or an allocation.
    /// (`WdfDeviceInitAssignWdmIrpPreprocessCallback`)
    ///
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`.
    pub fn set_passing_events<E: PassingEvents>(&mut self) -> Result<()> {
        // SAFETY: the structure is live; no minor functions are given.
        check(unsafe {
            call_unsafe_wdf_function_binding!(
                WdfDeviceInitAssignWdmIrpPreprocessCallback,
                self.raw(),
                Some(preprocess::<E>),
                IRP_MJ_INTERNAL_DEVICE_CONTROL as wdk_sys::UCHAR,
                core::ptr::null_mut(),
                0
            )
        })
    }
}

/// `EvtDeviceWdmIrpPreprocess`. The framework has added a stack location to the device for it.
unsafe extern "C" fn preprocess<E: PassingEvents>(device: WDFDEVICE, irp: PIRP) -> NTSTATUS {
    // SAFETY: the framework gives the handle of a live device and an IRP whose current stack
    // location is this driver's, an internal device control's; so the members of the unions are
    // those that are read here. The IRP has one more stack location below.
    unsafe {
        let current = current_location(irp);
        let code = (*current).Parameters.DeviceIoControl.IoControlCode;
        let argument1 = (*current).Parameters.Others.Argument1;
        if E::passing(Device::from_raw(device), code, argument1) {
            copy_to_next(irp);
            let next = current.sub(1);
            (*next).CompletionRoutine = Some(completed::<E>);
            (*next).Context = device.cast();
            (*next).Control =
                (SL_INVOKE_ON_SUCCESS | SL_INVOKE_ON_ERROR | SL_INVOKE_ON_CANCEL) as wdk_sys::UCHAR;
        } else {
            skip_current(irp);
        }
        call_unsafe_wdf_function_binding!(WdfDeviceWdmDispatchPreprocessedIrp, device, irp)
    }
}

/// `IO_COMPLETION_ROUTINE` of the requests that are followed.
unsafe extern "C" fn completed<E: PassingEvents>(
    _device_object: *mut DEVICE_OBJECT,
    irp: PIRP,
    context: PVOID,
) -> NTSTATUS {
    // SAFETY: the I/O manager gives a live IRP whose current stack location is again that of
    // `preprocess`, and the context that was set there: the device, which stays while a request
    // that came through it is under way.
    unsafe {
        let current = current_location(irp);
        if (*irp).PendingReturned != 0 {
            // IoMarkIrpPending
            (*current).Control |= SL_PENDING_RETURNED as wdk_sys::UCHAR;
        }
        let status = NtStatus::from_raw((*irp).IoStatus.__bindgen_anon_1.Status);
        let argument1 = (*current).Parameters.Others.Argument1;
        E::completed(Device::from_raw(context.cast()), argument1, status);
    }
    // STATUS_CONTINUE_COMPLETION: the IRP goes on up.
    NtStatus::SUCCESS.to_raw()
}

/// `IoGetCurrentIrpStackLocation`.
///
/// # Safety
/// The IRP is live and has a current stack location.
unsafe fn current_location(irp: *mut IRP) -> *mut IO_STACK_LOCATION {
    // SAFETY: promised by the caller; the union holds the pointer while the IRP is under way.
    unsafe {
        (*irp)
            .Tail
            .Overlay
            .__bindgen_anon_2
            .__bindgen_anon_1
            .CurrentStackLocation
    }
}

/// `IoSkipCurrentIrpStackLocation`: the next driver gets this driver's stack location.
///
/// # Safety
/// The IRP is this driver's, and no completion routine is set.
unsafe fn skip_current(irp: *mut IRP) {
    // SAFETY: promised by the caller: the location above is within the IRP.
    unsafe {
        (*irp).CurrentLocation = (*irp).CurrentLocation.wrapping_add(1);
        let place = &raw mut (*irp)
            .Tail
            .Overlay
            .__bindgen_anon_2
            .__bindgen_anon_1
            .CurrentStackLocation;
        *place = (*place).add(1);
    }
}

/// `IoCopyCurrentIrpStackLocationToNext`: all but the completion routine.
///
/// # Safety
/// The IRP is this driver's and has a stack location below.
unsafe fn copy_to_next(irp: *mut IRP) {
    // SAFETY: promised by the caller: both locations are within the IRP and do not overlap.
    unsafe {
        let current = current_location(irp);
        let next = current.sub(1);
        core::ptr::copy_nonoverlapping(
            current.cast::<u8>(),
            next.cast::<u8>(),
            core::mem::offset_of!(IO_STACK_LOCATION, CompletionRoutine),
        );
        (*next).Control = 0;
    }
}
