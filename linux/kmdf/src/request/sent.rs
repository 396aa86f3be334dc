//! Requests that are below: completion, cancellation and timeouts.

use wdk_sys::{
    DEVICE_OBJECT, IRP, NTSTATUS, PDEVICE_OBJECT, PIRP, PVOID, WDF_REQUEST_COMPLETION_PARAMS, ntddk,
};

use super::{Origin, Phase, Request};
use crate::object::Kept;
use crate::sync::{Guard, lock};
use crate::target::Target;
use crate::wdm::Irp;
use crate::worker::{self, Alarm};
use crate::{status, verifier};

/// `WdfRequestTypeNoFormat`
const NO_FORMAT: i32 = wdk_sys::_WDF_REQUEST_TYPE::WdfRequestTypeNoFormat;

/// Completion routine of every sent IRP.
pub(super) unsafe extern "C" fn completed(_: PDEVICE_OBJECT, _: PIRP, context: PVOID) -> NTSTATUS {
    // SAFETY: `go_down` gave the request, and the sending's reference keeps it.
    let Some(request) = (unsafe { context.cast::<Request>().as_ref() }) else {
        return status::MORE_PROCESSING_REQUIRED;
    };
    request.came_back();
    status::MORE_PROCESSING_REQUIRED
}

/// Cancel routine of the IRP of a device's request that a stopped target keeps.
unsafe extern "C" fn cancel_kept(_: *mut DEVICE_OBJECT, irp: *mut IRP) {
    // SAFETY: a cancel routine is called with the cancel spin lock held.
    unsafe { ntddk::IoReleaseCancelSpinLock((*irp).CancelIrql) };
    // SAFETY: the IRP's word was set when this routine was; the sending's reference keeps it.
    if let Some(request) = unsafe { Irp::new(irp).word().cast::<Request>().as_ref() } {
        request.drop_kept(true, status::CANCELLED);
    }
}

impl Request {
    /// The request is formatted for sending; its parameters are in the next stack location.
    pub(crate) fn formatted(&self, params: WDF_REQUEST_COMPLETION_PARAMS) {
        let guard = lock();
        let sending = &self.state.get(&guard).sending;
        sending.params.set(params);
        sending.formatted.set(true);
    }

    /// Formatted with somebody else's stack location.
    pub(super) fn format_as_is(&self) {
        self.release_memories();
        self.formatted(WDF_REQUEST_COMPLETION_PARAMS {
            Type: NO_FORMAT,
            ..WDF_REQUEST_COMPLETION_PARAMS::default()
        });
    }

    /// Keeps memory objects that the format refers to.
    pub(crate) fn keep_memories(&self, memories: alloc::vec::Vec<Kept>) {
        let old = self.state.get(&lock()).sending.memories.replace(memories);
        drop(old);
    }

    fn came_back(&'static self) {
        {
            let guard = lock();
            let sending = &self.state.get(&guard).sending;
            if sending.pins.get() > 0 {
                // Somebody cancels the IRP this moment: he goes on from here.
                sending.completed_while_pinned.set(true);
                return;
            }
        }
        let irp = self.irp(&lock());
        self.end_sending(irp.status(), irp.information());
    }

    /// The end of a sending: the completion routine runs, a synchronous sender wakes.
    fn end_sending(&'static self, status: NTSTATUS, information: u64) {
        let (target, routine, context, mut params, waiter) = {
            let guard = lock();
            let state = self.state.get(&guard);
            let sending = &state.sending;
            worker::cancel_alarm(&guard, &Alarm::Timeout(self, sending.number.get()));
            let timed_out = sending.timed_out.replace(false) && status == status::CANCELLED;
            let status = if timed_out {
                status::IO_TIMEOUT
            } else {
                status
            };
            state.irp.get().set_status(status);
            sending.status.set(status);
            sending.formatted.set(false);
            let mut params = sending.params.get();
            params.IoStatus.__bindgen_anon_1.Status = status;
            params.IoStatus.Information = information;
            sending.params.set(params);
            let own = self.origin == Origin::Driver;
            state
                .phase
                .set(if own { Phase::Idle } else { Phase::Owned });
            let target = sending.target.take();
            let waiter = sending.waiter.replace(core::ptr::null());
            (
                target,
                sending.routine.take(),
                sending.context.get(),
                params,
                waiter,
            )
        };
        let Some(target) = target else {
            verifier::internal_error("a request was completed that was not sent");
        };
        if self.state.get(&lock()).sending.cleaned.get() {
            params.Type = NO_FORMAT;
        }
        if let Some(routine) = routine {
            verifier::callback(self.client(), "EvtRequestCompletion", || {
                // SAFETY: the driver's callback with what it is documented to get.
                unsafe { routine(self.handle(), target.handle(), &raw mut params, context) };
            });
        }
        target.came_back(self);
        // SAFETY: null, or the event of a sender who waits for it.
        if let Some(waiter) = unsafe { waiter.as_ref() } {
            waiter.set();
        }
        target.object.dereference();
        self.object.dereference();
    }

    /// Takes the request out of a stopped target; `in_cancel`: its cancel routine is running.
    fn drop_kept(&'static self, in_cancel: bool, status: NTSTATUS) -> bool {
        let ours = {
            let guard = lock();
            self.take_kept(&guard, in_cancel)
        };
        if ours {
            self.end_sending(status, 0);
        }
        ours
    }

    /// Takes the request off a stopped target's list; `false`: it is not there any more, or its
    /// cancel routine will come for it.
    pub(crate) fn take_kept(&'static self, guard: &Guard, in_cancel: bool) -> bool {
        let sending = &self.state.get(guard).sending;
        let armed = self.origin == Origin::Device && !in_cancel;
        if !sending.kept.get() || (armed && !self.disarm_cancel(guard)) {
            return false;
        }
        sending.kept.set(false);
        if let Some(target) = sending.target.get() {
            target.drop_kept(guard, self);
        }
        true
    }

    /// Ends a sending that never went down.
    pub(crate) fn end_kept(&'static self, status: NTSTATUS) {
        self.end_sending(status, 0);
    }

    pub(super) fn arm_kept(&self, guard: &Guard) {
        if self.origin == Origin::Device {
            self.arm_cancel(guard, cancel_kept);
        }
    }

    pub(super) fn cancel_kept_if_cancelled(&'static self) {
        let irp = self.irp(&lock());
        if self.origin == Origin::Device && irp.is_cancelled() {
            self.drop_kept(false, status::CANCELLED);
        }
    }

    /// `WdfRequestCancelSentRequest`
    pub(crate) fn cancel_sent(&'static self) -> bool {
        let kept = Kept::new(&self.object);
        let done = self.cancel_below(None);
        drop(kept);
        done
    }

    /// A sending's time is up.
    pub(crate) fn time_is_up(&'static self, number: u64) {
        self.cancel_below(Some(number));
    }

    fn cancel_below(&'static self, timeout: Option<u64>) -> bool {
        let irp = {
            let guard = lock();
            let state = self.state.get(&guard);
            let sending = &state.sending;
            if timeout.is_some_and(|number| number != sending.number.get()) {
                return false;
            }
            if state.phase.get() != Phase::Sent {
                if timeout.is_none() && !sending.ever_sent.get() {
                    sending.cancel_next.set(true);
                }
                return false;
            }
            if timeout.is_some() {
                sending.timed_out.set(true);
            }
            if sending.kept.get() {
                let ours = self.take_kept(&guard, false);
                drop(guard);
                if ours {
                    self.end_sending(status::CANCELLED, 0);
                }
                return ours;
            }
            if sending.completed_while_pinned.get() {
                return false;
            }
            sending.pins.set(sending.pins.get() + 1);
            state.irp.get()
        };
        let cancelled = irp.cancel();
        let completed = {
            let guard = lock();
            let sending = &self.state.get(&guard).sending;
            sending.pins.set(sending.pins.get() - 1);
            sending.pins.get() == 0 && sending.completed_while_pinned.replace(false)
        };
        if completed {
            self.end_sending(irp.status(), irp.information());
        }
        cancelled
    }

    /// The target that the request was sent to, while it is.
    pub(crate) fn target(&self, guard: &Guard) -> Option<&'static Target> {
        self.state.get(guard).sending.target.get()
    }

    /// Called as the request's cleanup begins: if it is below a device that is being removed, it
    /// is cancelled there and waited for.
    pub(super) fn stop_if_target_leaves(&'static self) {
        let leaving = {
            let guard = lock();
            self.target(&guard)
                .filter(|target| !target.device.object.is_alive(&guard))
        };
        if let Some(target) = leaving {
            if !self.drop_kept(false, status::WDF_DEVICE_REMOVED_NOT_SENT) {
                self.cancel_sent();
            }
            target.wait_for_request(self);
        }
    }
}
