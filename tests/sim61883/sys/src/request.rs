//! Requests from above: taken, delayed, held, cancelled, answered.
//!
//! A request is answered under the lab's lock and completed outside it, for the completion
//! routine above may send the next one at once.
//!
//! A held request that hears no cancel waits for its release, whatever its sender does: one that
//! was given up is answered late, and what it asks for is done then. When its unit is removed, it
//! is completed with `STATUS_DEVICE_REMOVED` and nothing is done ([`abandon`]), for a function
//! driver can't be removed with a request under way.

use plug61883_wdf::{
    CancelEvents, IoControl, NtStatus, Queue, QueueEvents, Request, RequestRef, milliseconds,
};
use sim61883_model::lab::{Ready, Submitted};
use sim61883_model::policy::Mode;
use sim61883_model::{DeviceRef, Lab, NodeRef};

use crate::LAB;
use crate::callbacks;
use crate::caller::Argument;
use crate::unit;

/// A request under way.
pub(crate) struct Pending {
    request: Request,
    argument: Argument,
}

/// Requests that the drivers above send to a unit.
pub(crate) struct FromAbove;

impl QueueEvents for FromAbove {
    fn io_control(queue: Queue, request: Request, control: IoControl) {
        let argument = match Argument::new(control.code, request.others_argument1()) {
            Ok(argument) => argument,
            Err(status) => return request.complete(status, 0),
        };
        let device = queue.device();
        let Some(unit) = unit::of(device) else {
            return request.complete(NtStatus::DEVICE_NOT_READY, 0);
        };
        match submit(unit, Pending { request, argument }) {
            Outcome::Complete(pending, status) => pending.request.complete(status, 0),
            Outcome::Delayed => unit::set_timer(device, unit),
            Outcome::Held => {}
        }
    }
}

enum Outcome {
    Complete(Pending, NtStatus),
    Delayed,
    Held,
}

fn submit(unit: DeviceRef, pending: Pending) -> Outcome {
    let handle = pending.request.handle();
    let function = pending.argument.function();
    let mut lab = LAB.lock();
    if lab.simulation.bus().node(NodeRef::Device(unit)).is_none() {
        // The unit left after the queue gave the request out.
        return Outcome::Complete(pending, NtStatus::DEVICE_REMOVED);
    }
    // A stream request that is answered at once needs no clock.
    let now = match lab.policy.mode() {
        Mode::Synchronous => 0,
        Mode::Asynchronous(_) => milliseconds(),
    };
    match lab.submit(unit, function, pending, now) {
        Submitted::Now(ready) => {
            let (pending, status) = settle(&mut lab, ready);
            callbacks::start(&lab);
            Outcome::Complete(pending, status)
        }
        Submitted::Later => Outcome::Delayed,
        Submitted::Held { cancellable: false } => Outcome::Held,
        // Under the lock, so that nobody can complete the request before it is marked. A cancel
        // callback that comes at once waits for the lock.
        Submitted::Held { cancellable: true } => {
            match Request::mark_cancelable::<Cancels>(handle) {
                Ok(()) => Outcome::Held,
                Err(status) => match take_cancelled(&mut lab, handle) {
                    Some(pending) => Outcome::Complete(pending, status),
                    None => Outcome::Held,
                },
            }
        }
    }
}

/// Gives the status of a request that goes on.
fn settle(lab: &mut Lab<Pending>, ready: Ready<Pending>) -> (Pending, NtStatus) {
    let Ready {
        request: mut pending,
        unit,
        fail,
    } = ready;
    let status = fail.unwrap_or_else(|| pending.argument.answer(&mut lab.simulation, unit));
    (pending, status)
}

/// Whether a cancellable request may still be taken: from now on a cancel does nothing.
fn claim(pending: &Pending) -> bool {
    Request::unmark_cancelable(pending.request.handle()).is_ok()
}

fn take_cancelled(lab: &mut Lab<Pending>, handle: RequestRef) -> Option<Pending> {
    lab.take_cancelled(|pending| pending.request.handle() == handle)
}

struct Cancels;

impl CancelEvents for Cancels {
    fn cancelled(request: RequestRef) {
        let pending = take_cancelled(&mut LAB.lock(), request);
        if let Some(pending) = pending {
            pending.request.complete(NtStatus::CANCELLED, 0);
        }
    }
}

/// Completes the requests of `unit` whose time has come. (IRQL <= DISPATCH_LEVEL)
pub(crate) fn complete_due(unit: DeviceRef) {
    complete_each(|lab| {
        let ready = lab.take_due(unit, milliseconds())?;
        Some(settle(lab, ready))
    });
}

/// Lets held requests of `function` go on, `most` of them or all; tells how many it were.
/// (IRQL <= DISPATCH_LEVEL)
pub(crate) fn release(function: u32, most: Option<u32>) -> u32 {
    let mut released = 0_u32;
    complete_each(|lab| {
        if most.is_some_and(|most| released >= most) {
            return None;
        }
        let ready = lab.take_held(function, claim)?;
        released = released.saturating_add(1);
        Some(settle(lab, ready))
    });
    released
}

/// Completes all requests of `unit`, which leaves. (IRQL <= DISPATCH_LEVEL)
pub(crate) fn abandon(unit: DeviceRef) {
    complete_each(|lab| {
        let ready = lab.take_of_unit(unit, claim)?;
        Some((ready.request, NtStatus::DEVICE_REMOVED))
    });
}

/// Completes what `next` takes under the lock, one by one, outside of it.
fn complete_each(mut next: impl FnMut(&mut Lab<Pending>) -> Option<(Pending, NtStatus)>) {
    loop {
        let taken = {
            let mut lab = LAB.lock();
            let taken = next(&mut lab);
            callbacks::start(&lab);
            taken
        };
        let Some((pending, status)) = taken else {
            return;
        };
        pending.request.complete(status, 0);
    }
}
