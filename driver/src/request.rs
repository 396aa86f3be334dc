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
use plug61883_engine::{Command, Decoded, Engine, HandleKey, Key, decode};
use plug61883_wdf::{
    CancelEvents, Handle, IoControl, NtStatus, Queue, QueueEvents, Request, RequestRef, Result,
    SpinLockGuard, context_type, milliseconds, system_time,
};

use crate::control::FileContext;
use crate::filter;
use crate::shell::{STATE, State, run, run_raised};
use crate::transfer::Transfer;

/// Context of a request of the control device.
pub(crate) struct RequestContext {
    /// [`Key`] of the transfer that works on it; 0 before.
    key: AtomicU64,
}

context_type!(RequestContext, c"RequestContext");

/// The client that waits for a transfer.
pub(crate) struct Client {
    request: Option<Request>,
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
        phase: Phase::Submitting,
        answer: None,
        marked: false,
        cancelled: false,
    };

    fn submitting(request: Request) -> Self {
        Self {
            request: Some(request),
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

    fn take(&mut self) -> Option<Request> {
        core::mem::replace(self, Self::NONE).request
    }
}

/// The control device's queue.
pub(crate) struct ControlQueue;

impl QueueEvents for ControlQueue {
    fn io_control(_queue: Queue, mut request: Request, control: IoControl) {
        let handle = request
            .file()
            .and_then(|file| file.context().and_then(FileContext::handle));
        let Some(handle) = handle else {
            request.complete(NtStatus::INVALID_HANDLE, 0);
            return;
        };
        let decoded = match decode(control.code, request.input(), control.output_length) {
            Ok(decoded) => decoded,
            Err(status) => {
                request.complete(status, 0);
                return;
            }
        };
        let output = request.output();
        let answered = STATE.lock().engine.query(handle, &decoded.command, output);
        match answered {
            Some(Ok(information)) => request.complete(NtStatus::SUCCESS, information),
            Some(Err(status)) => request.complete(status, 0),
            None => start(handle, request, &decoded),
        }
    }
}

/// Starts a command that needs the protocol driver.
fn start(handle: HandleKey, request: Request, decoded: &Decoded) {
    let deadline = milliseconds().saturating_add(u64::from(decoded.timeout_ms));
    let client = request.handle();
    let started = match decoded.command {
        Command::Disconnect {
            unit,
            connection,
            force,
        } => place(request, |engine| {
            engine.start_disconnect(handle, unit, connection, force, deadline)
        }),
        command => match reserve(handle, &command) {
            Ok((key, unit)) => place(request, |engine| {
                engine.start(key, handle, &command, deadline, system_time())?;
                Ok((key, unit))
            })
            .inspect_err(|_| release(key)),
            Err(status) => Err((request, status)),
        },
    };
    match started {
        Ok((key, unit)) => submit(key, unit, client),
        Err((request, status)) => request.complete(status, 0),
    }
}

/// Reserves a transfer and allocates what it takes.
fn reserve(handle: HandleKey, command: &Command) -> Result<(Key, UnitId)> {
    let (key, unit, device) = {
        let mut state = STATE.lock();
        let (key, unit) = state.engine.reserve(handle, command)?;
        // The reference keeps the handle good if the unit leaves meanwhile.
        (key, unit, state.device(unit).map(Handle::reference))
    };
    let transfer = match device {
        Some(device) => Transfer::create(
            device.handle(),
            matches!(command, Command::PlugState { .. }),
        ),
        None => Err(NtStatus::NO_SUCH_DEVICE),
    };
    match transfer {
        Ok(transfer) => {
            if let Some(slot) = STATE.lock().slot(key) {
                slot.transfer = Some(transfer);
            }
            Ok((key, unit))
        }
        Err(status) => {
            release(key);
            Err(status)
        }
    }
}

/// Gives a reserved transfer back.
fn release(key: Key) {
    let transfer = STATE.lock().slot(key).and_then(|slot| slot.transfer.take());
    if let Some(transfer) = transfer {
        transfer.free();
    }
    STATE.lock().engine.released(key);
    run();
}

/// Lets the engine start something for a request, and puts the request where the engine's answer
/// will find it.
fn place(
    request: Request,
    start: impl FnOnce(&mut Engine) -> Result<(Key, UnitId)>,
) -> core::result::Result<(Key, UnitId), (Request, NtStatus)> {
    let Some(context) = request.handle().context::<RequestContext>() else {
        return Err((request, NtStatus::INTERNAL_ERROR));
    };
    let mut state = STATE.lock();
    match start(&mut state.engine) {
        Ok((key, unit)) => {
            context.key.store(key.to_bits(), Ordering::Release);
            if let Some(slot) = state.slot(key) {
                slot.client = Client::submitting(request);
            }
            Ok((key, unit))
        }
        Err(status) => Err((request, status)),
    }
}

/// Marks a placed request cancelable, then lets its transfer be sent.
fn submit(key: Key, unit: UnitId, request: RequestRef) {
    // Nobody completes the request while it is being submitted, so the handle is good.
    let marked = Request::mark_cancelable::<Cancels>(request).is_ok();
    let device = {
        let mut state = STATE.lock();
        let device = state.device(unit).map(Handle::reference);
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
        device
    };
    run();
    if let Some(device) = device {
        filter::set_timer(device.handle(), unit);
    }
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
            state = STATE.lock();
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

fn complete(request: Option<Request>, status: NtStatus, information: usize) {
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
            let mut state = STATE.lock();
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
