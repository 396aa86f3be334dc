//! Cancelling requests that wait in a queue.

use wdk_sys::{DEVICE_OBJECT, IRP, PFILE_OBJECT, ntddk};

use super::Queue;
use crate::request::{Phase, Request};
use crate::sync::{Guard, lock};
use crate::wdm::Irp;
use crate::{status, verifier};

/// Cancel routine of an IRP that waits in a queue.
pub(super) unsafe extern "C" fn cancel_waiting(_: *mut DEVICE_OBJECT, irp: *mut IRP) {
    // SAFETY: a cancel routine is called with the cancel spin lock held.
    unsafe { ntddk::IoReleaseCancelSpinLock((*irp).CancelIrql) };
    // SAFETY: the IRP's word was set when this routine was; who took this routine off before us
    // would have the request, so it is still in its queue.
    let Some(request) = (unsafe { Irp::new(irp).word().cast::<Request>().as_ref() }) else {
        return;
    };
    let queue = {
        let guard = lock();
        let queue = request.queue(&guard);
        if let Some(queue) = queue {
            queue.move_out(&guard, request);
        }
        queue
    };
    if let Some(queue) = queue {
        queue.cancelled(request);
    }
}

impl Queue {
    /// A waiting request becomes one that is on its way out.
    fn move_out(&'static self, guard: &Guard, request: &'static Request) {
        let state = self.state.get(guard);
        state
            .waiting
            .borrow_mut()
            .retain(|other| !core::ptr::eq(*other, request));
        state.owned.borrow_mut().push(request);
        request.set_phase(guard, Phase::Owned);
    }

    /// The end of a request that was cancelled while it waited: the driver's if it had it once.
    fn cancelled(&'static self, request: &'static Request) {
        match self.config.EvtIoCanceledOnQueue {
            Some(callback) if request.was_had_by_driver() => {
                verifier::callback(self.client(), "EvtIoCanceledOnQueue", || {
                    // SAFETY: the driver's callback with its queue and a request that it owns.
                    unsafe { callback(self.handle(), request.handle()) };
                });
            }
            _ => request.finish(status::CANCELLED, 0),
        }
    }

    /// Cancels a request that has just been put into the queue, if its IRP is cancelled already.
    pub(super) fn cancel_if_cancelled(&'static self, request: &'static Request) {
        let ours = {
            let guard = lock();
            let waits = request.waits_in(&guard, self);
            let ours = waits && request.irp(&guard).is_cancelled() && request.disarm_cancel(&guard);
            if ours {
                self.move_out(&guard, request);
            }
            ours
        };
        if ours {
            self.cancelled(request);
        }
    }

    /// Cancels the waiting requests that fit.
    pub(super) fn cancel_each(&'static self, fits: impl Fn(&Guard, &'static Request) -> bool) {
        loop {
            let request = {
                let guard = lock();
                self.take(&guard, |request| fits(&guard, request))
            };
            match request {
                Some(request) => self.cancelled(request),
                None => return,
            }
        }
    }

    /// Cancels what came through a file that is being cleaned up.
    pub(crate) fn cancel_file(&'static self, file: PFILE_OBJECT) {
        self.cancel_each(|guard, request| request.file_object(guard) == file);
        self.settle();
    }

    /// Calls EvtRequestCancel of the driver's requests that are marked cancelable.
    pub(super) fn cancel_marked(&'static self) {
        for (_kept, request) in self.owned() {
            request.cancel_if_marked();
        }
    }
}
