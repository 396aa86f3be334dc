//! Requests.

mod api;
mod buffers;
mod cancel;
mod complete;
mod create;
mod forward;
mod send;
mod sent;

use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use wdk_sys::{
    NTSTATUS, PFILE_OBJECT, PFN_WDF_REQUEST_CANCEL, PFN_WDF_REQUEST_COMPLETION_ROUTINE, PVOID,
    WDF_REQUEST_COMPLETION_PARAMS,
};

use crate::call::Call;
use crate::device::Device;
use crate::file::File;
use crate::memory::Memory;
use crate::object::{Body, Kept, Kind, Object, Wdf};
use crate::queue::Queue;
use crate::sync::{Event, Guard, Locked, lock};
use crate::target::Target;
use crate::verifier::{Violation, rule};
use crate::wdm::{CancelRoutine, Irp, Stack};

pub(crate) use self::send::SendOptions;

/// The functions of the table that this module provides.
pub(crate) mod ddi {
    pub(crate) use super::api::*;
    pub(crate) use super::buffers::ddi::*;
    pub(crate) use super::cancel::ddi::*;
    pub(crate) use super::complete::ddi::*;
    pub(crate) use super::create::ddi::*;
    pub(crate) use super::forward::ddi::*;
    pub(crate) use super::send::ddi::*;
}

pub(crate) type Request = Wdf<RequestBody>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Made from an IRP that came to a device.
    Device,
    /// `WdfRequestCreate`
    Driver,
}

/// Who has a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Made by the driver, not on its way.
    #[default]
    Idle,
    /// In a queue.
    Queued,
    /// The driver is to complete it.
    Owned,
    /// Sent to an I/O target, or kept by a stopped one.
    Sent,
    /// Completed, or sent and forgotten.
    Done,
}

pub(crate) struct RequestBody {
    pub(crate) origin: Origin,
    state: Locked<State>,
}

// SAFETY: the raw pointers are to WDM objects and to the driver's callbacks.
unsafe impl Sync for RequestBody {}
// SAFETY: as above.
unsafe impl Send for RequestBody {}

struct State {
    irp: Cell<Irp>,
    /// Our stack location of the IRP; `NONE` for the driver's own requests.
    stack: Cell<Stack>,
    device: Cell<Option<&'static Device>>,
    phase: Cell<Phase>,
    queue: Cell<Option<&'static Queue>>,
    /// The driver has had it: a cancel in a queue is the driver's business.
    had: Cell<bool>,
    /// EvtIoStop was answered with `WdfRequestStopAcknowledge`.
    acknowledged: Cell<bool>,
    /// The file object of a create request.
    creates: Cell<Option<&'static File>>,
    cancel: Cell<PFN_WDF_REQUEST_CANCEL>,
    cancel_called: Cell<bool>,
    input: Cell<Option<&'static Memory>>,
    output: Cell<Option<&'static Memory>>,
    sending: Sending,
}

/// What sending to an I/O target needs.
struct Sending {
    formatted: Cell<bool>,
    /// The memory objects that the format refers to.
    memories: RefCell<Vec<Kept>>,
    routine: Cell<PFN_WDF_REQUEST_COMPLETION_ROUTINE>,
    context: Cell<PVOID>,
    params: Cell<WDF_REQUEST_COMPLETION_PARAMS>,
    status: Cell<NTSTATUS>,
    target: Cell<Option<&'static Target>>,
    /// In the list of a stopped target, not sent down yet.
    kept: Cell<bool>,
    ever_sent: Cell<bool>,
    /// `WdfRequestCancelSentRequest` came too early.
    cancel_next: Cell<bool>,
    /// Counts sendings, so that a timeout knows which one it belongs to.
    number: Cell<u64>,
    timed_out: Cell<bool>,
    /// Threads inside `IoCancelIrp`: the IRP must not go away under them.
    pins: Cell<u32>,
    completed_while_pinned: Cell<bool>,
    /// The request's cleanup has begun: its completion says nothing of formats any more.
    cleaned: Cell<bool>,
    /// A synchronous sender waits for it.
    waiter: Cell<*const Event>,
}

impl Body for RequestBody {
    const KIND: Kind = Kind::Request;
    type Raw = wdk_sys::WDFREQUEST__;

    fn dispose(this: &'static Request) {
        this.stop_if_target_leaves();
        this.state.get(&lock()).sending.cleaned.set(true);
    }

    fn destroyed(this: &'static Request) {
        this.release_memories();
        let guard = lock();
        let irp = this.state.get(&guard).irp.replace(Irp::NONE);
        drop(guard);
        if this.origin == Origin::Driver && !irp.is_none() {
            irp.free();
        }
    }
}

impl RequestBody {
    fn new(origin: Origin, irp: Irp, stack: Stack, device: Option<&'static Device>) -> Self {
        let phase = if origin == Origin::Device {
            Phase::Owned
        } else {
            Phase::Idle
        };
        Self {
            origin,
            state: Locked::new(State {
                irp: Cell::new(irp),
                stack: Cell::new(stack),
                device: Cell::new(device),
                phase: Cell::new(phase),
                queue: Cell::new(None),
                had: Cell::new(false),
                acknowledged: Cell::new(false),
                creates: Cell::new(None),
                cancel: Cell::new(None),
                cancel_called: Cell::new(false),
                input: Cell::new(None),
                output: Cell::new(None),
                sending: Sending {
                    formatted: Cell::new(false),
                    memories: RefCell::new(Vec::new()),
                    routine: Cell::new(None),
                    context: Cell::new(core::ptr::null_mut()),
                    params: Cell::new(WDF_REQUEST_COMPLETION_PARAMS::default()),
                    status: Cell::new(0),
                    target: Cell::new(None),
                    kept: Cell::new(false),
                    ever_sent: Cell::new(false),
                    cancel_next: Cell::new(false),
                    number: Cell::new(0),
                    timed_out: Cell::new(false),
                    pins: Cell::new(0),
                    completed_while_pinned: Cell::new(false),
                    cleaned: Cell::new(false),
                    waiter: Cell::new(core::ptr::null()),
                },
            }),
        }
    }
}

impl Request {
    pub(crate) fn is_drivers_own(&self) -> bool {
        self.origin == Origin::Driver
    }

    pub(crate) fn irp(&self, guard: &Guard) -> Irp {
        self.state.get(guard).irp.get()
    }

    pub(crate) fn phase(&self, guard: &Guard) -> Phase {
        self.state.get(guard).phase.get()
    }

    pub(crate) fn set_phase(&self, guard: &Guard, phase: Phase) {
        self.state.get(guard).phase.set(phase);
    }

    pub(crate) fn queue(&self, guard: &Guard) -> Option<&'static Queue> {
        self.state.get(guard).queue.get()
    }

    /// The request has just been put into a queue.
    pub(crate) fn queued(&self, guard: &Guard, queue: &'static Queue) {
        let state = self.state.get(guard);
        state.queue.set(Some(queue));
        state.phase.set(Phase::Queued);
        state.acknowledged.set(false);
    }

    pub(crate) fn waits_in(&self, guard: &Guard, queue: &Queue) -> bool {
        self.phase(guard) == Phase::Queued
            && self
                .queue(guard)
                .is_some_and(|mine| core::ptr::eq(mine, queue))
    }

    pub(crate) fn had_by_driver(&self) {
        self.state.get(&lock()).had.set(true);
    }

    /// The request is a create request of this file.
    pub(crate) fn creates(&self, file: Option<&'static File>) {
        self.state.get(&lock()).creates.set(file);
    }

    pub(crate) fn was_had_by_driver(&self) -> bool {
        self.state.get(&lock()).had.get()
    }

    /// The stack location with the request's parameters.
    pub(crate) fn parameters(&self) -> Stack {
        self.state.get(&lock()).stack.get()
    }

    pub(crate) fn file_object(&self, guard: &Guard) -> PFILE_OBJECT {
        let stack = self.state.get(guard).stack.get();
        if stack == Stack::NONE {
            core::ptr::null_mut()
        } else {
            stack.file()
        }
    }

    pub(crate) fn is_sent(&self) -> bool {
        self.phase(&lock()) == Phase::Sent
    }

    pub(crate) fn is_marked_cancelable(&self) -> bool {
        self.state.get(&lock()).cancel.get().is_some()
    }

    pub(crate) fn is_acknowledged(&self) -> bool {
        self.state.get(&lock()).acknowledged.get()
    }

    pub(crate) fn take_acknowledged(&self) -> bool {
        self.state.get(&lock()).acknowledged.replace(false)
    }

    /// Points the IRP at this request and gives it a cancel routine.
    pub(crate) fn arm_cancel(&self, guard: &Guard, routine: CancelRoutine) {
        let irp = self.irp(guard);
        irp.set_word(core::ptr::from_ref(self).cast_mut().cast());
        irp.swap_cancel_routine(Some(routine));
    }

    /// Takes the cancel routine off again; `false`: it is running or about to.
    pub(crate) fn disarm_cancel(&self, guard: &Guard) -> bool {
        self.irp(guard).swap_cancel_routine(None)
    }

    /// Checks that the request is the driver's to do something with.
    pub(crate) fn require_owned(&'static self, call: &Call) -> bool {
        let (phase, marked) = {
            let guard = lock();
            (
                self.phase(&guard),
                self.state.get(&guard).cancel.get().is_some(),
            )
        };
        let (rule, what) = match phase {
            Phase::Owned if marked => (rule::REQUEST_CANCELABLE, "is marked cancelable"),
            Phase::Owned => return true,
            Phase::Idle => (
                rule::REQUEST_NOT_OWNED,
                "is the driver's own, not a queue's",
            ),
            Phase::Queued => (rule::REQUEST_NOT_OWNED, "is in a queue"),
            Phase::Sent => (rule::REQUEST_SENT, "is sent and not completed yet"),
            Phase::Done => (rule::REQUEST_COMPLETED_TWICE, "is completed already"),
        };
        self.report(call, rule, what);
        false
    }

    fn report(&self, call: &Call, rule: &str, what: &str) {
        call.finding(
            rule,
            Violation::Request,
            format_args!("request {:#x} {what}", self.object.handle),
        );
    }

    /// The request as an object that is a parent.
    fn as_parent(&'static self) -> &'static Object {
        &self.object
    }
}
