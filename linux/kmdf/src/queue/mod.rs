//! I/O queues.

mod api;
mod cancel;
mod flow;
mod power;
mod retrieve;
pub(crate) mod route;

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use wdk_sys::{NTSTATUS, PFN_WDF_IO_QUEUE_STATE, PVOID, WDF_IO_QUEUE_CONFIG};

use crate::device::Device;
use crate::object::{Body, Kept, Kind, Wdf};
use crate::request::{Phase, Request};
use crate::sync::{Event, Guard, Locked, lock};
use crate::wdm::Irp;
use crate::{irql, status, verifier, worker};

/// The functions of the table that this module provides.
pub(crate) mod ddi {
    pub(crate) use super::api::*;
    pub(crate) use super::retrieve::ddi::*;
}

pub(crate) type Queue = Wdf<QueueBody>;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dispatch {
    Sequential,
    Parallel,
    Manual,
}

pub(crate) struct QueueBody {
    pub(crate) device: &'static Device,
    dispatch: Dispatch,
    /// Requests that the driver may have at a time.
    limit: usize,
    config: WDF_IO_QUEUE_CONFIG,
    default: bool,
    pub(crate) power_managed: bool,
    passive: bool,
    state: Locked<State>,
    /// Signalled whenever a request leaves, or is acknowledged.
    changed: Event,
}

// SAFETY: the raw pointers in the configuration are the driver's callbacks.
unsafe impl Sync for QueueBody {}
// SAFETY: as above.
unsafe impl Send for QueueBody {}

struct State {
    accepts: Cell<bool>,
    dispatches: Cell<bool>,
    /// Power-managed and not in D0.
    held: Cell<bool>,
    waiting: RefCell<VecDeque<&'static Request>>,
    /// With the driver, or on their way out.
    owned: RefCell<Vec<&'static Request>>,
    /// Completed requests whose end is under way.
    leaving: Cell<usize>,
    waiters: RefCell<Vec<Waiter>>,
    ready: Cell<Option<(PFN_WDF_IO_QUEUE_STATE, usize)>>,
    /// The queue went from empty to one request, and the driver was not told yet.
    ready_due: Cell<bool>,
}

impl State {
    /// Requests that are with the driver, or whose end is under way.
    fn busy(&self) -> usize {
        self.owned.borrow().len() + self.leaving.get()
    }
}

/// Somebody who is told when the queue has come to rest.
struct Waiter {
    callback: PFN_WDF_IO_QUEUE_STATE,
    context: PVOID,
    /// Waiting requests must be gone too.
    drained: bool,
}

impl Body for QueueBody {
    const KIND: Kind = Kind::Queue;
    type Raw = wdk_sys::WDFQUEUE__;

    fn dispose(this: &'static Queue) {
        this.purge_for_removal();
    }

    fn destroyed(this: &'static Queue) {
        this.device
            .state(&lock())
            .queues
            .borrow_mut()
            .retain(|queue| !core::ptr::eq(*queue, this));
    }
}

impl Queue {
    pub(crate) fn is_default(&self) -> bool {
        self.default
    }

    /// Whether requests of this route get to the driver.
    pub(crate) fn handles(&self, route: usize) -> bool {
        if self.dispatch == Dispatch::Manual || self.config.EvtIoDefault.is_some() {
            return true;
        }
        match route {
            route::READ => self.config.EvtIoRead.is_some(),
            route::WRITE => self.config.EvtIoWrite.is_some(),
            route::DEVICE_CONTROL => self.config.EvtIoDeviceControl.is_some(),
            route::INTERNAL => self.config.EvtIoInternalDeviceControl.is_some(),
            _ => false,
        }
    }

    /// Puts a request into the queue. The driver's own function has looked at what it may do.
    pub(crate) fn insert(
        &'static self,
        request: &'static Request,
        at_head: bool,
    ) -> Result<(), NTSTATUS> {
        let kept = (Kept::new(&request.object), Kept::new(&self.object));
        {
            let guard = lock();
            let state = self.state.get(&guard);
            if !state.accepts.get() || !self.object.is_alive(&guard) {
                drop(guard);
                return Err(status::WDF_BUSY);
            }
            let mut waiting = state.waiting.borrow_mut();
            if waiting.is_empty() {
                state.ready_due.set(true);
            }
            if at_head {
                waiting.push_front(request);
            } else {
                waiting.push_back(request);
            }
            request.queued(&guard, self);
            request.arm_cancel(&guard, cancel::cancel_waiting);
        }
        self.run();
        self.cancel_if_cancelled(request);
        drop(kept);
        Ok(())
    }

    /// Presents what can be presented.
    pub(crate) fn run(&'static self) {
        if self.dispatch == Dispatch::Manual {
            self.notify_ready();
        } else if self.passive && irql::current() > irql::PASSIVE {
            self.object.reference();
            worker::run(move || {
                self.run();
                self.object.dereference();
            });
            return;
        } else {
            while let Some(request) = self.next_to_present() {
                flow::present(self, request);
            }
        }
        self.settle();
    }

    fn notify_ready(&'static self) {
        let ready = {
            let guard = lock();
            let state = self.state.get(&guard);
            let open = state.dispatches.get() && !state.held.get();
            let due = open && !state.waiting.borrow().is_empty() && state.ready_due.get();
            let ready = if due { state.ready.get() } else { None };
            if ready.is_some() {
                state.ready_due.set(false);
            }
            ready
        };
        if let Some((Some(callback), context)) = ready {
            verifier::callback(self.client(), "EvtIoQueueState", || {
                // SAFETY: the driver's callback with its queue and its context.
                unsafe { callback(self.handle(), context as PVOID) };
            });
        }
    }

    /// Takes the next request off the queue and gives it to the driver.
    fn next_to_present(&'static self) -> Option<&'static Request> {
        let guard = lock();
        let state = self.state.get(&guard);
        let full = state.busy() >= self.limit;
        if !state.dispatches.get() || state.held.get() || full {
            return None;
        }
        self.take(&guard, |_| true)
    }

    /// Takes the first fitting request off the queue, one that nobody cancels just now.
    fn take(
        &'static self,
        guard: &Guard,
        fits: impl Fn(&'static Request) -> bool,
    ) -> Option<&'static Request> {
        let state = self.state.get(guard);
        let mut waiting = state.waiting.borrow_mut();
        let index = waiting
            .iter()
            .position(|request| fits(request) && request.disarm_cancel(guard))?;
        let request = waiting.remove(index)?;
        if waiting.is_empty() {
            state.ready_due.set(true);
        }
        state.owned.borrow_mut().push(request);
        request.set_phase(guard, Phase::Owned);
        Some(request)
    }

    /// A request is about to be completed: nobody finds it here any more, but it counts until
    /// [`Self::left`].
    pub(crate) fn leaves(&self, request: &Request) {
        let guard = lock();
        let state = self.state.get(&guard);
        state
            .owned
            .borrow_mut()
            .retain(|other| !core::ptr::eq(*other, request));
        state.leaving.set(state.leaving.get() + 1);
    }

    /// The request is gone: the next may come.
    pub(crate) fn left(&'static self) {
        {
            let guard = lock();
            let leaving = &self.state.get(&guard).leaving;
            leaving.set(leaving.get() - 1);
        }
        self.changed.set();
        self.run();
    }

    /// A request that [`Self::leaves`] took did not get where it should: it stays the driver's.
    pub(crate) fn comes_back(&self, request: &'static Request) {
        let guard = lock();
        let state = self.state.get(&guard);
        state.leaving.set(state.leaving.get() - 1);
        state.owned.borrow_mut().push(request);
    }

    /// A request of this queue was acknowledged in EvtIoStop.
    pub(crate) fn acknowledged(&self) {
        self.changed.set();
    }

    /// The requests that the driver has, each kept alive.
    fn owned(&self) -> Vec<(Kept, &'static Request)> {
        let guard = lock();
        let owned = self.state.get(&guard).owned.borrow();
        owned
            .iter()
            .map(|request| (Kept::new(&request.object), *request))
            .collect()
    }

    /// Tells those who wait for the queue to come to rest.
    fn settle(&'static self) {
        let at_rest: Vec<Waiter> = {
            let guard = lock();
            let state = self.state.get(&guard);
            if state.busy() > 0 {
                return;
            }
            let empty = state.waiting.borrow().is_empty();
            let (rest, others) = state
                .waiters
                .take()
                .into_iter()
                .partition(|waiter| empty || !waiter.drained);
            state.waiters.replace(others);
            rest
        };
        for waiter in at_rest {
            if let Some(callback) = waiter.callback {
                verifier::callback(self.client(), "EvtIoQueueState", || {
                    // SAFETY: the driver's callback with its queue and its context.
                    unsafe { callback(self.handle(), waiter.context) };
                });
            }
        }
        self.changed.set();
    }
}

/// Makes a request from an IRP and puts it into a queue.
pub(crate) fn insert_irp(device: &'static Device, queue: &'static Queue, irp: Irp) -> NTSTATUS {
    let accepts = queue.state.get(&lock()).accepts.get();
    if !accepts {
        return irp.finish(status::INVALID_DEVICE_STATE);
    }
    let request = match Request::from_device_irp(device, irp) {
        Ok(request) => request,
        Err(status) => return irp.finish(status),
    };
    irp.mark_pending();
    if queue.insert(request, false).is_err() {
        // The queue closed since: too late to take the mark back.
        request.finish(status::INVALID_DEVICE_STATE, 0);
    }
    status::PENDING
}
