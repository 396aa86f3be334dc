//! A client's IOCTL: decoded, submitted, cancelled, completed.
//!
//! While the engine works on a request, the [`Client`] of its slot owns it. Who completes it is
//! decided under the state's lock, so it is completed once, by whoever takes it from there:
//!
//! - [`deliver`], with the engine's answer;
//! - [`Cancels`], the cancel callback, when the client gave up first;
//! - [`submit`], when it was cancelled before it could be marked cancelable.

use core::sync::atomic::{AtomicU64, Ordering};

use plug61883_abi::ids::UnitId;
use plug61883_engine::{Begin, Command, Decoded, Engine, HandleKey, Key, Scratch, decode};
use plug61883_wdf::{
    CancelEvents, Handle, IoControl, NtStatus, Queue, QueueEvents, Request, RequestRef, Result,
    SpinLockGuard, context_type,
};

use crate::control::FileContext;
use crate::shell::{STATE, State, input, run, run_raised};
use crate::trace::{self, Asked};
use crate::transfer::Transfer;
use crate::waits;

/// Context of a request of the control device.
pub(crate) struct RequestContext {
    /// [`Key`] of the transfer that works on it; 0 before.
    key: AtomicU64,
}

context_type!(RequestContext, c"RequestContext");

/// The client that waits for a transfer.
pub(crate) struct Client {
    request: Option<Request>,
    asked: Asked,
    phase: Phase,
    /// What the engine answered, once it did.
    answer: Option<(NtStatus, usize)>,
    /// It is marked cancelable.
    marked: bool,
    /// It is cancelled, and the cancel callback has run or does not come.
    cancelled: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// [`submit`] is marking it cancelable.
    Submitting,
    /// The engine works on it.
    Waiting,
    /// [`deliver`] is unmarking it.
    Delivering,
    /// It could not be unmarked: the cancel callback comes and completes it.
    LeftToCancel,
}

impl Client {
    pub(crate) const NONE: Self = Self {
        request: None,
        asked: Asked::NOTHING,
        phase: Phase::Submitting,
        answer: None,
        marked: false,
        cancelled: false,
    };

    fn submitting(request: Asking) -> Self {
        Self {
            request: Some(request.request),
            asked: request.asked,
            ..Self::NONE
        }
    }

    /// The client's output buffer, empty when there is no client.
    pub(crate) fn output(&mut self) -> &mut [u8] {
        match &mut self.request {
            Some(request) => request.output(),
            None => &mut [],
        }
    }

    fn take(&mut self) -> Option<Asking> {
        let Self { request, asked, .. } = core::mem::replace(self, Self::NONE);
        request.map(|request| Asking { request, asked })
    }
}

/// A client's request, and what it asks for.
pub(crate) struct Asking {
    pub(crate) request: Request,
    asked: Asked,
}

impl Asking {
    pub(crate) fn complete(mut self, status: NtStatus, information: usize) {
        trace::request(&self.asked, &mut self.request, status, information);
        self.request.complete(status, information);
    }
}

/// The control device's queue.
pub(crate) struct ControlQueue;

impl QueueEvents for ControlQueue {
    fn io_control(_queue: Queue, request: Request, control: IoControl) {
        let asked = Asked::of(control.code, request.input());
        let mut asking = Asking { request, asked };
        let file = asking.request.file();
        let Some(handle) = file.and_then(|file| file.context().and_then(FileContext::handle))
        else {
            return asking.complete(NtStatus::INVALID_HANDLE, 0);
        };
        let input = asking.request.input();
        let decoded = match decode(control.code, input, control.output_length) {
            Ok(decoded) => decoded,
            Err(status) => return asking.complete(status, 0),
        };
        if let Command::WaitEvents { no_wait } = decoded.command {
            return waits::wait(handle, asking.request, no_wait);
        }
        let output = asking.request.output();
        let answered = STATE.lock().engine.query(handle, &decoded.command, output);
        match answered {
            Some(Ok(information)) => asking.complete(NtStatus::SUCCESS, information),
            Some(Err(status)) => asking.complete(status, 0),
            None => start(handle, asking, &decoded),
        }
    }
}

/// Starts a command that needs the protocol driver.
fn start(handle: HandleKey, request: Asking, decoded: &Decoded) {
    let Decoded {
        command,
        timeout_ms,
    } = decoded;
    let client = request.request.handle();
    let begun = place(request, |engine| engine.begin(handle, command, *timeout_ms));
    let started = match begun {
        Ok(Placed::Started(key)) => Ok(key),
        Ok(Placed::Reserved(request, key, unit)) => {
            start_reserved(handle, request, decoded, key, unit).inspect_err(|_| release(key))
        }
        Err(refused) => Err(refused),
    };
    match started {
        Ok(key) => submit(key, client),
        Err((request, status)) => request.complete(status, 0),
    }
}

/// Starts a command on a transfer that is reserved.
fn start_reserved(
    handle: HandleKey,
    request: Asking,
    decoded: &Decoded,
    key: Key,
    unit: UnitId,
) -> core::result::Result<Key, (Asking, NtStatus)> {
    if let Err(status) = allocate(key, unit, &decoded.command) {
        return Err((request, status));
    }
    let start = |engine: &mut Engine| {
        engine.start(key, handle, &decoded.command, decoded.timeout_ms)?;
        Ok(Begin::Started(key, unit))
    };
    place(request, start).map(|_| key)
}

/// Allocates what a reserved transfer takes.
fn allocate(key: Key, unit: UnitId, command: &Command) -> Result<()> {
    // The reference keeps the handle good if the unit leaves meanwhile.
    let device = STATE.lock().device(unit).map(Handle::reference);
    let device = device.ok_or(NtStatus::NO_SUCH_DEVICE)?;
    let transfer = Transfer::create(
        device.handle(),
        Scratch::size_for(command),
        command.reads_register(),
    )?;
    if let Some(slot) = STATE.lock().slot(key) {
        slot.transfer = Some(transfer);
    }
    Ok(())
}

/// Gives a reserved transfer back.
pub(crate) fn release(key: Key) {
    let transfer = STATE.lock().slot(key).and_then(|slot| slot.transfer.take());
    if let Some(transfer) = transfer {
        transfer.free();
    }
    STATE.lock().engine.released(key);
    run();
}

/// What became of a request that the engine was given.
enum Placed {
    /// It waits for its transfer to be allocated.
    Reserved(Asking, Key, UnitId),
    /// It is where the engine's answer will find it.
    Started(Key),
}

/// Lets the engine begin or start something for a request, and puts the request where the
/// engine's answer will find it.
fn place(
    request: Asking,
    start: impl FnOnce(&mut Engine) -> Result<Begin>,
) -> core::result::Result<Placed, (Asking, NtStatus)> {
    let Some(context) = request.request.handle().context::<RequestContext>() else {
        return Err((request, NtStatus::INTERNAL_ERROR));
    };
    let mut state = input();
    match start(&mut state.engine) {
        Ok(Begin::Reserved(key, unit)) => Ok(Placed::Reserved(request, key, unit)),
        Ok(Begin::Started(key, _)) => {
            context.key.store(key.to_bits(), Ordering::Release);
            if let Some(slot) = state.slot(key) {
                slot.client = Client::submitting(request);
            }
            Ok(Placed::Started(key))
        }
        Err(status) => Err((request, status)),
    }
}

/// Marks a placed request cancelable, then lets its transfer be sent.
fn submit(key: Key, request: RequestRef) {
    // Nobody completes the request while it is being submitted, so the handle is good.
    let marked = Request::mark_cancelable::<Cancels>(request).is_ok();
    {
        let mut state = input();
        let (engine, slot) = state.split(key);
        let Some(client) = slot.map(|slot| &mut slot.client) else {
            return;
        };
        client.phase = Phase::Waiting;
        client.marked = marked;
        client.cancelled |= !marked;
        if let Some((status, information)) = client.answer {
            deliver(state, key, status, information);
        } else if !client.cancelled {
            engine.arm(key);
        } else if engine.cancel(key) {
            let request = client.take();
            drop(state);
            complete(request, NtStatus::CANCELLED, 0);
        }
    }
    run();
}

/// Completes a client's request with the engine's answer, unless [`submit`] is still at it.
pub(crate) fn deliver(
    mut state: SpinLockGuard<'_, State>,
    key: Key,
    status: NtStatus,
    information: usize,
) {
    let Some(client) = state.slot(key).map(|slot| &mut slot.client) else {
        return;
    };
    client.answer = Some((status, information));
    if client.phase != Phase::Waiting {
        return;
    }
    client.phase = Phase::Delivering;
    let unmark = client
        .request
        .as_ref()
        .filter(|_| client.marked && !client.cancelled);
    let unmarked = match unmark.map(Request::handle) {
        Some(request) => {
            drop(state);
            // Nobody else completes the request while it is being delivered.
            let unmarked = Request::unmark_cancelable(request).is_ok();
            state = input();
            unmarked
        }
        None => true,
    };
    let (engine, slot) = state.split(key);
    let Some(client) = slot.map(|slot| &mut slot.client) else {
        return;
    };
    if unmarked || client.cancelled {
        engine.delivered(key);
        let request = client.take();
        drop(state);
        complete(request, status, information);
    } else {
        client.phase = Phase::LeftToCancel;
    }
}

fn complete(request: Option<Asking>, status: NtStatus, information: usize) {
    if let Some(request) = request {
        request.complete(status, information);
    }
}

/// Cancel callback of the requests.
struct Cancels;

impl CancelEvents for Cancels {
    fn cancelled(request: RequestRef) {
        let Some(context) = request.context::<RequestContext>() else {
            return;
        };
        let key = Key::from_bits(context.key.load(Ordering::Acquire));
        {
            let mut state = input();
            let (engine, slot) = state.split(key);
            let Some(client) = slot.map(|slot| &mut slot.client) else {
                return;
            };
            if client.request.as_ref().map(Request::handle) != Some(request) {
                return;
            }
            client.cancelled = true;
            let answer = match client.phase {
                Phase::Waiting if engine.cancel(key) => (NtStatus::CANCELLED, 0),
                Phase::LeftToCancel => {
                    engine.delivered(key);
                    client.answer.unwrap_or((NtStatus::CANCELLED, 0))
                }
                // Whoever is at it sees that this has run.
                _ => return,
            };
            let request = client.take();
            drop(state);
            complete(request, answer.0, answer.1);
        }
        run_raised();
    }
}
