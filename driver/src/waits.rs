//! Waits for events: kept in a queue of the control device until the engine has events for their
//! handle. The framework cancels them there.

use plug61883_engine::{HandleKey, Wait};
use plug61883_wdf::{
    CanceledEvents, Device, Dispatch, File, Handle, NtStatus, QueueConfig, Request, Result,
    SpinLockGuard,
};

use crate::control::FileContext;
use crate::shell::{STATE, State, input, run};

/// Makes the queue of the control device. (PASSIVE_LEVEL)
pub(crate) fn create_queue(device: Device) -> Result<()> {
    let queue = QueueConfig::new(Dispatch::Manual)
        .not_power_managed()
        .canceled::<Waits>()
        .create(device)?;
    STATE.lock().waits = Some(queue);
    Ok(())
}

/// A client asks for events: answers it, or keeps its request.
pub(crate) fn wait(handle: HandleKey, mut request: Request, no_wait: bool) {
    let (outcome, queue) = {
        let mut state = input();
        let outcome = state.engine.wait(handle, no_wait, request.output());
        (outcome, state.waits)
    };
    let kept = match outcome {
        Ok(Wait::Ready(information)) => return request.complete(NtStatus::SUCCESS, information),
        Err(status) => return request.complete(status, 0),
        Ok(Wait::Keep) => match queue {
            Some(queue) => queue.keep(request),
            None => Err((request, NtStatus::INVALID_DEVICE_STATE)),
        },
    };
    match kept {
        Ok(()) => {
            input().engine.wait_kept(handle);
            run();
        }
        Err((request, status)) => {
            input().engine.wait_ended(handle);
            request.complete(status, 0);
        }
    }
}

/// Answers the waits of a handle that has events.
pub(crate) fn wake(mut state: SpinLockGuard<'_, State>, handle: HandleKey) {
    while state.engine.wake_more(handle) {
        let (queue, file) = (state.waits, state.file(handle));
        drop(state);
        let found = queue
            .zip(file)
            .and_then(|(queue, file)| queue.take_of_file(file.handle()));
        state = input();
        let Some(mut request) = found else {
            state.engine.wake_failed(handle);
            return;
        };
        let information = state.engine.answer_wait(handle, request.output());
        drop(state);
        request.complete(NtStatus::SUCCESS, information);
        state = input();
    }
}

/// Ends the waits of a file object whose last handle is closed.
pub(crate) fn end_all(handle: HandleKey, file: File) {
    let queue = STATE.lock().waits;
    while let Some(request) = queue.and_then(|queue| queue.take_of_file(file)) {
        input().engine.wait_ended(handle);
        request.complete(NtStatus::CANCELLED, 0);
    }
}

struct Waits;

impl CanceledEvents for Waits {
    fn canceled(request: Request) {
        let handle = request
            .file()
            .and_then(|file| file.context().and_then(FileContext::handle));
        if let Some(handle) = handle {
            input().engine.wait_ended(handle);
        }
        request.complete(NtStatus::CANCELLED, 0);
    }
}
