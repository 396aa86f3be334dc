//! The state under its lock, and the loop that carries the engine's orders out.

use plug61883_abi::ids::UnitId;
use plug61883_abi::ioctl::{MAX_HANDLES, MAX_UNITS};
use plug61883_engine::{Action, Clock, Engine, HandleKey, Key, MAX_TRANSFERS, SHELL_BYTES};
use plug61883_wdf::{
    CompletionEvents, Device, File, Handle, NtStatus, Queue, Reference, SentRequest, SpinLock,
    SpinLockGuard, milliseconds, system_time, thread_id,
};

use crate::filter::UnitContext;
use crate::request::{self, Client};
use crate::transfer::Transfer;
use crate::{trace, waits};

/// All that the driver knows. Inputs to the engine go through [`input`].
pub(crate) static STATE: SpinLock<State> = SpinLock::new(State::new());

/// Threads that can carry orders out at once; more leave theirs to these.
const MAX_RUNNERS: usize = 16;

pub(crate) struct State {
    pub(crate) engine: Engine,
    /// What belongs to the engine's transfers, by [`Key::index`].
    slots: [Slot; MAX_TRANSFERS],
    /// The filter devices of the units, by their slot.
    units: [Option<Device>; MAX_UNITS],
    /// The file objects of the handles, by [`HandleKey::index`].
    files: [Option<File>; MAX_HANDLES],
    /// The control device's queue of waits for events, while there is one.
    pub(crate) waits: Option<Queue>,
    /// Ids of the threads inside [`run`]; 0 is a free place.
    runners: [usize; MAX_RUNNERS],
}

pub(crate) struct Slot {
    pub(crate) transfer: Option<Transfer>,
    pub(crate) client: Client,
    /// Control code and moment of the last send, for tracing.
    sent: (u32, u64),
}

const _: () = assert!(size_of::<Slot>() <= SHELL_BYTES);

impl State {
    const fn new() -> Self {
        Self {
            engine: Engine::new(),
            slots: [const {
                Slot {
                    transfer: None,
                    client: Client::NONE,
                    sent: (0, 0),
                }
            }; MAX_TRANSFERS],
            units: [None; MAX_UNITS],
            files: [None; MAX_HANDLES],
            waits: None,
            runners: [0; MAX_RUNNERS],
        }
    }

    /// The slot of a transfer, which is always there.
    pub(crate) fn slot(&mut self, key: Key) -> Option<&mut Slot> {
        self.slots.get_mut(key.index())
    }

    /// The engine, and the slot of a transfer.
    pub(crate) fn split(&mut self, key: Key) -> (&mut Engine, Option<&mut Slot>) {
        (&mut self.engine, self.slots.get_mut(key.index()))
    }

    pub(crate) fn device(&self, unit: UnitId) -> Option<Device> {
        self.units.get(unit.slot()?).copied().flatten()
    }

    pub(crate) fn set_device(&mut self, unit: UnitId, device: Option<Device>) {
        if let Some(place) = unit.slot().and_then(|slot| self.units.get_mut(slot)) {
            *place = device;
        }
    }

    /// The file object of a handle, with a reference that keeps it.
    pub(crate) fn file(&self, handle: HandleKey) -> Option<Reference<File>> {
        let file = self.files.get(handle.index()).copied().flatten();
        file.map(Handle::reference)
    }

    pub(crate) fn set_file(&mut self, handle: HandleKey, file: Option<File>) {
        if let Some(place) = self.files.get_mut(handle.index()) {
            *place = file;
        }
    }

    /// Takes a place among the runners; `false` when this thread is one already, further up its
    /// stack, or there are enough.
    fn enter(&mut self, thread: usize) -> bool {
        if self.runners.contains(&thread) {
            return false;
        }
        match self.runners.iter_mut().find(|place| **place == 0) {
            Some(place) => {
                *place = thread;
                true
            }
            None => false,
        }
    }

    fn leave(&mut self, thread: usize) {
        if let Some(place) = self.runners.iter_mut().find(|place| **place == thread) {
            *place = 0;
        }
    }
}

/// Takes the lock for an input to the engine, which is told the time. (IRQL <= DISPATCH_LEVEL)
pub(crate) fn input() -> SpinLockGuard<'static, State> {
    let mut state = STATE.lock();
    state.engine.set_clock(Clock {
        ms: milliseconds(),
        system_time: system_time(),
    });
    state.engine.set_tracing(trace::wants_events());
    state
}

/// Carries out what the engine orders until it orders nothing more. To be called after every
/// input, without the lock. (PASSIVE_LEVEL)
///
/// A completion within a send comes back here on the same stack; it leaves its orders to the
/// outer call, so the stack stays flat however many requests complete at once.
pub(crate) fn run() {
    run_with(Engine::next_action);
}

/// As [`run`], from callbacks that may come at DISPATCH_LEVEL: what is to be sent is left to the
/// unit's work item.
pub(crate) fn run_raised() {
    run_with(Engine::next_action_raised);
}

fn run_with(next_action: fn(&mut Engine) -> Option<Action>) {
    let thread = thread_id();
    if !STATE.lock().enter(thread) {
        return;
    }
    loop {
        let mut state = STATE.lock();
        let Some(action) = next_action(&mut state.engine) else {
            // Whoever gives an input after this finds no runner here and runs itself.
            state.leave(thread);
            return;
        };
        match action {
            Action::Send(key) => send(state, key),
            Action::Cancel(key) => {
                let handles = state
                    .slot(key)
                    .and_then(|slot| slot.transfer.as_ref())
                    .map(Transfer::handles);
                drop(state);
                if let Some(handles) = handles {
                    handles.cancel();
                }
                STATE.lock().engine.unpin(key);
            }
            Action::Deliver {
                key,
                status,
                information,
            } => request::deliver(state, key, status, information),
            Action::Release(key) => {
                let transfer = state.slot(key).and_then(|slot| slot.transfer.take());
                drop(state);
                if let Some(transfer) = transfer {
                    transfer.free();
                }
                STATE.lock().engine.released(key);
            }
            Action::Quiet(unit) => {
                if let Some(context) = unit_context(&state, unit) {
                    context.quiet.set();
                }
            }
            Action::Resume(unit) => {
                if let Some(work) = unit_context(&state, unit).and_then(UnitContext::work) {
                    work.enqueue();
                }
            }
            Action::Timer(unit, at) => {
                if let Some(timer) = unit_context(&state, unit).and_then(UnitContext::timer) {
                    timer.start(at.saturating_sub(milliseconds()).max(1));
                }
            }
            Action::Wake(handle) => waits::wake(state, handle),
            Action::Trace(event) => {
                drop(state);
                trace::event(&event);
            }
        }
    }
}

/// The context of a unit's device, which lives while the lock is held.
fn unit_context(state: &State, unit: UnitId) -> Option<&UnitContext> {
    state.device(unit)?.context::<UnitContext>()
}

/// Fills the memory of a transfer and sends its request.
fn send(mut state: SpinLockGuard<'_, State>, key: Key) {
    let (engine, slot) = state.split(key);
    let prepared = slot.and_then(|slot| {
        let transfer = slot.transfer.as_mut()?;
        let handles = transfer.handles();
        let code = engine.prepare(key, transfer.scratch_mut()?);
        slot.sent = (code, trace::now());
        Some((handles, code))
    });
    drop(state);
    let sent = prepared
        .ok_or(NtStatus::INTERNAL_ERROR)
        .and_then(|(handles, code)| handles.send::<Completions>(code, key));
    let mut state = input();
    if let Err(status) = sent {
        state.engine.not_sent(key, status);
    }
    state.engine.unpin(key);
}

/// What the protocol driver completes.
struct Completions;

impl CompletionEvents for Completions {
    fn completed(_request: SentRequest, status: NtStatus, context: usize) {
        let key = Key::from_bits(context as u64);
        let mut state = input();
        let (engine, slot) = state.split(key);
        if let Some(slot) = slot
            && let Some(scratch) = slot.transfer.as_ref().and_then(Transfer::scratch)
        {
            let (unit, function) = (engine.unit_of(key), scratch.function());
            let sent = slot.sent;
            engine.completed(key, status, scratch, slot.client.output());
            drop(state);
            trace::sent(unit, function, status, sent);
        } else {
            drop(state);
        }
        run_raised();
    }
}
