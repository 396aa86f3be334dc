//! What PnP and power do to queues.

use wdk_sys::_WDF_REQUEST_STOP_ACTION_FLAGS as actions;

use super::Queue;
use crate::irql;
use crate::sync::lock;
use crate::verifier::{self, Violation, rule};

const MILLISECOND: i64 = 10_000;

impl Queue {
    /// Holds a power-managed queue (before D0, and when it is left).
    pub(crate) fn hold(&self) {
        self.state.get(&lock()).held.set(true);
    }

    /// Lets go of a power-managed queue: D0 is reached.
    pub(crate) fn release(&'static self) {
        self.state.get(&lock()).held.set(false);
        for (_kept, request) in self.owned() {
            if request.take_acknowledged()
                && let Some(callback) = self.config.EvtIoResume
            {
                verifier::callback(self.client(), "EvtIoResume", || {
                    // SAFETY: the driver's callback with its queue and a request that it has.
                    unsafe { callback(self.handle(), request.handle()) };
                });
            }
        }
        self.run();
    }

    /// Requests that the driver has neither completed nor acknowledged.
    fn outstanding(&'static self) -> usize {
        let leaving = self.state.get(&lock()).leaving.get();
        let held = self
            .owned()
            .iter()
            .filter(|(_, request)| !request.is_acknowledged())
            .count();
        held + leaving
    }

    /// Stops a power-managed queue: each request of the driver's is completed or acknowledged
    /// when this returns.
    pub(crate) fn power_stop(&'static self) {
        self.hold();
        self.stop_requests(actions::WdfRequestStopActionSuspend as u32);
        self.wait_for(|queue| queue.outstanding() == 0);
    }

    /// Calls EvtIoStop for each request that the driver has.
    fn stop_requests(&'static self, action: u32) {
        let Some(callback) = self.config.EvtIoStop else {
            return;
        };
        for (_kept, request) in self.owned() {
            let cancelable = actions::WdfRequestStopRequestCancelable as u32;
            let flags = action
                | if request.is_marked_cancelable() {
                    cancelable
                } else {
                    0
                };
            verifier::callback(self.client(), "EvtIoStop", || {
                // SAFETY: the driver's callback with its queue and a request that it has.
                unsafe { callback(self.handle(), request.handle(), flags) };
            });
        }
    }

    fn wait_for(&'static self, done: impl Fn(&'static Self) -> bool) {
        let mut waited = 0;
        let patience = self.client().patience_ms();
        loop {
            self.changed.clear();
            if done(self) {
                return;
            }
            const STEP: i64 = 500;
            if !self.changed.wait_for(-STEP * MILLISECOND) {
                waited += STEP;
            }
            if waited >= patience {
                let left = self.outstanding();
                verifier::finding(
                    self.client(),
                    rule::REQUEST_LOST,
                    Violation::Request,
                    format_args!(
                        "{left} requests of queue {:#x} were neither completed nor acknowledged \
                         {patience} ms after its device was stopped or removed",
                        self.object.handle
                    ),
                );
                return;
            }
        }
    }

    /// A power-managed queue whose device has gone: it takes nothing any more, what waits is
    /// cancelled.
    pub(crate) fn purge_gone(&'static self) {
        self.state.get(&lock()).accepts.set(false);
        self.cancel_each(|_, _| true);
        self.settle();
    }

    /// The same for a queue that is not power-managed, at removal; waits for the driver.
    pub(crate) fn purge_for_removal(&'static self) {
        {
            let guard = lock();
            let state = self.state.get(&guard);
            let idle = state.waiting.borrow().is_empty() && state.busy() == 0;
            state.accepts.set(false);
            if idle {
                return;
            }
        }
        self.stop_requests(actions::WdfRequestStopActionPurge as u32);
        self.cancel_each(|_, _| true);
        if irql::current() == irql::PASSIVE {
            self.wait_for(Self::is_empty);
        }
        self.settle();
    }

    fn is_empty(&'static self) -> bool {
        let guard = lock();
        let state = self.state.get(&guard);
        state.waiting.borrow().is_empty() && state.busy() == 0
    }
}
