//! Requests that the driver marks cancelable.

use wdk_sys::{DEVICE_OBJECT, IRP, NTSTATUS, PFN_WDF_REQUEST_CANCEL, ntddk};

use super::{Origin, Request};
use crate::call::Call;
use crate::status;
use crate::sync::lock;
use crate::verifier::{self, rule};
use crate::wdm::Irp;

/// Cancel routine of an IRP whose request is marked cancelable.
unsafe extern "C" fn cancel_marked(_: *mut DEVICE_OBJECT, irp: *mut IRP) {
    // SAFETY: a cancel routine is called with the cancel spin lock held.
    unsafe { ntddk::IoReleaseCancelSpinLock((*irp).CancelIrql) };
    // SAFETY: the IRP's word was set when this routine was; the mark's reference keeps the
    // request until this routine is done or was taken off.
    if let Some(request) = unsafe { Irp::new(irp).word().cast::<Request>().as_ref() } {
        request.call_cancel();
        request.object.dereference();
    }
}

impl Request {
    /// Calls the driver's EvtRequestCancel and takes the mark off.
    fn call_cancel(&'static self) {
        let callback = {
            let guard = lock();
            let state = self.state.get(&guard);
            state.cancel_called.set(true);
            state.cancel.take()
        };
        if let Some(callback) = callback {
            verifier::callback(self.client(), "EvtRequestCancel", || {
                // SAFETY: the driver's callback with its request's handle.
                unsafe { callback(self.handle()) };
            });
        }
    }

    /// Marks the request; `STATUS_CANCELLED` if its IRP is cancelled already.
    fn mark(&'static self, callback: PFN_WDF_REQUEST_CANCEL) -> NTSTATUS {
        self.object.reference();
        let cancelled = {
            let guard = lock();
            let state = self.state.get(&guard);
            state.cancel.set(callback);
            state.cancel_called.set(false);
            self.arm_cancel(&guard, cancel_marked);
            let ours = self.irp(&guard).is_cancelled() && self.disarm_cancel(&guard);
            if ours {
                state.cancel.set(None);
            }
            ours
        };
        if cancelled {
            self.object.dereference();
            return status::CANCELLED;
        }
        status::SUCCESS
    }

    /// Takes the mark off; `STATUS_CANCELLED` if EvtRequestCancel was called or will be.
    pub(super) fn unmark(&'static self) -> NTSTATUS {
        let ours = {
            let guard = lock();
            let ours = self.disarm_cancel(&guard);
            if ours {
                self.state.get(&guard).cancel.set(None);
            }
            ours
        };
        if ours {
            self.object.dereference();
            status::SUCCESS
        } else {
            status::CANCELLED
        }
    }

    /// Calls EvtRequestCancel if the request is marked: its queue is purged.
    pub(crate) fn cancel_if_marked(&'static self) {
        let ours = {
            let guard = lock();
            self.state.get(&guard).cancel.get().is_some() && self.disarm_cancel(&guard)
        };
        if ours {
            self.call_cancel();
            self.object.dereference();
        }
    }

    fn may_mark(&'static self, call: &Call) -> bool {
        self.origin == Origin::Device && self.require_owned(call)
    }
}

pub(crate) mod ddi {
    use wdk_sys::{BOOLEAN, NTSTATUS, PFN_WDF_REQUEST_CANCEL, PWDF_DRIVER_GLOBALS, WDFREQUEST};

    use super::{Call, lock, rule, status};
    use crate::request::{Origin, RequestBody};
    use crate::verifier;

    pub(crate) unsafe extern "C" fn mark_cancelable_ex(
        globals: PWDF_DRIVER_GLOBALS,
        request: WDFREQUEST,
        callback: PFN_WDF_REQUEST_CANCEL,
    ) -> NTSTATUS {
        let call = Call::new(globals, "WdfRequestMarkCancelableEx");
        let Some(request) = call.get::<RequestBody>(request) else {
            return status::INVALID_PARAMETER;
        };
        if callback.is_none() || !request.may_mark(&call) {
            return status::INVALID_DEVICE_REQUEST;
        }
        request.mark(callback)
    }

    pub(crate) unsafe extern "C" fn mark_cancelable(
        globals: PWDF_DRIVER_GLOBALS,
        request: WDFREQUEST,
        callback: PFN_WDF_REQUEST_CANCEL,
    ) {
        let call = Call::new(globals, "WdfRequestMarkCancelable");
        let Some(request) = call.get::<RequestBody>(request) else {
            return;
        };
        let Some(function) = callback else { return };
        if request.may_mark(&call) && request.mark(callback) == status::CANCELLED {
            request.state.get(&lock()).cancel_called.set(true);
            verifier::callback(request.client(), "EvtRequestCancel", || {
                // SAFETY: the driver's callback with its request's handle.
                unsafe { function(request.handle()) };
            });
        }
    }

    pub(crate) unsafe extern "C" fn unmark_cancelable(
        globals: PWDF_DRIVER_GLOBALS,
        request: WDFREQUEST,
    ) -> NTSTATUS {
        let call = Call::new(globals, "WdfRequestUnmarkCancelable");
        let Some(request) = call.get::<RequestBody>(request) else {
            return status::INVALID_PARAMETER;
        };
        let (marked, called) = {
            let guard = lock();
            let state = request.state.get(&guard);
            (state.cancel.get().is_some(), state.cancel_called.get())
        };
        if marked {
            request.unmark()
        } else if called {
            status::CANCELLED
        } else {
            request.report(
                &call,
                rule::REQUEST_NOT_CANCELABLE,
                "is not marked cancelable",
            );
            status::INVALID_DEVICE_REQUEST
        }
    }

    pub(crate) unsafe extern "C" fn is_canceled(
        globals: PWDF_DRIVER_GLOBALS,
        request: WDFREQUEST,
    ) -> BOOLEAN {
        let call = Call::new(globals, "WdfRequestIsCanceled");
        let Some(request) = call.get::<RequestBody>(request) else {
            return 0;
        };
        let irp = request.irp(&lock());
        (request.origin == Origin::Device && !irp.is_none() && irp.is_cancelled()).into()
    }
}
