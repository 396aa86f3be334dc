//! Clients' requests: begun, waited for, cancelled, answered.

use std::collections::BTreeMap;

use plug61883_abi::ioctl::DEFAULT_TIMEOUT_MS;
use plug61883_abi::status::NtStatus;
use plug61883_engine::{Begin, Command, Decoded, HandleKey, Key, Scratch, Wait};

use crate::world::World;

/// Clients' requests that are under way.
#[derive(Default)]
pub(crate) struct Clients {
    /// In the order in which they came.
    requests: BTreeMap<u64, Request>,
    last: u64,
}

struct Request {
    handle: HandleKey,
    work: Work,
    /// What the driver writes to.
    output: Vec<u8>,
    /// Status and bytes of output, once it is completed.
    answer: Option<Answer>,
}

/// What a request waits for.
#[derive(Clone, Copy)]
enum Work {
    Transfer(Key),
    Events,
}

/// How a request was completed.
pub(crate) type Answer = Result<usize, NtStatus>;

/// What becomes of a new request.
pub(crate) enum Begun {
    /// It is completed, with so many bytes of output.
    Done(usize),
    /// It is under way.
    Waits(u64),
}

impl Clients {
    fn insert(&mut self, handle: HandleKey, work: Work, room: usize) -> u64 {
        self.last += 1;
        let request = Request {
            handle,
            work,
            output: vec![0; room],
            answer: None,
        };
        self.requests.insert(self.last, request);
        self.last
    }

    /// Where the driver writes to for a request, nothing without one.
    pub(crate) fn output(&mut self, request: Option<u64>) -> &mut [u8] {
        let request = request.and_then(|request| self.requests.get_mut(&request));
        request.map_or(&mut [], |request| &mut request.output)
    }

    /// Completes a request.
    pub(crate) fn answer(&mut self, request: u64, status: NtStatus, information: usize) {
        if let Some(request) = self.requests.get_mut(&request) {
            request.answer = Some(if status.is_success() {
                Ok(information)
            } else {
                Err(status)
            });
        }
    }

    /// Takes a request out that is completed; what it wrote goes to `output`.
    pub(crate) fn take(&mut self, request: u64, output: &mut [u8]) -> Option<Answer> {
        let answer = self.requests.get(&request)?.answer?;
        let written = self.requests.remove(&request)?.output;
        for (place, byte) in output.iter_mut().zip(written) {
            *place = byte;
        }
        Some(answer)
    }

    /// Whether a request waits for the protocol driver, not for events.
    pub(crate) fn is_transfer(&self, request: u64) -> bool {
        let request = self.requests.get(&request);
        request.is_some_and(|request| matches!(request.work, Work::Transfer(_)))
    }

    /// The requests of a handle that are not completed.
    pub(crate) fn of_handle(&self, handle: HandleKey) -> Vec<u64> {
        let requests = self.requests.iter();
        requests
            .filter(|(_, request)| request.handle == handle && request.answer.is_none())
            .map(|(id, _)| *id)
            .collect()
    }

    /// The oldest wait for events of a handle.
    fn oldest_wait(&mut self, handle: HandleKey) -> Option<&mut Request> {
        self.requests.values_mut().find(|request| {
            request.handle == handle
                && request.answer.is_none()
                && matches!(request.work, Work::Events)
        })
    }
}

impl World {
    /// A client's command: answered, or begun. What is wanted of the engine is done then.
    pub(crate) fn begin(
        &mut self,
        handle: HandleKey,
        decoded: &Decoded,
        output: &mut [u8],
    ) -> Result<Begun, NtStatus> {
        let Decoded {
            command,
            timeout_ms,
        } = decoded;
        if let Command::WaitEvents { no_wait } = *command {
            return match self.engine.wait(handle, no_wait, output)? {
                Wait::Ready(information) => Ok(Begun::Done(information)),
                Wait::Keep => {
                    let request = self.clients.insert(handle, Work::Events, output.len());
                    self.engine.wait_kept(handle);
                    self.run();
                    Ok(Begun::Waits(request))
                }
            };
        }
        if let Some(answered) = self.engine.query(handle, command, output) {
            return answered.map(Begun::Done);
        }
        let key = match self.engine.begin(handle, command, *timeout_ms)? {
            Begin::Started(key, _) => key,
            Begin::Reserved(key, unit) => {
                let started = self
                    .allocate(key, unit, Scratch::size_for(command))
                    .and_then(|()| self.engine.start(key, handle, command, *timeout_ms));
                if let Err(status) = started {
                    self.release(key);
                    self.run();
                    return Err(status);
                }
                key
            }
        };
        let request = self
            .clients
            .insert(handle, Work::Transfer(key), output.len());
        if let Some(transfer) = self.transfers.get_mut(&key.to_bits()) {
            transfer.client = Some(request);
        }
        self.engine.arm(key);
        self.run();
        Ok(Begun::Waits(request))
    }

    /// A client gives a request up. It is completed then, with `STATUS_CANCELLED` unless it was
    /// before.
    pub(crate) fn cancel(&mut self, request: u64) {
        let Some(waiting) = self.clients.requests.get(&request) else {
            return;
        };
        if waiting.answer.is_some() {
            return;
        }
        let taken_back = match waiting.work {
            Work::Events => {
                self.engine.wait_ended(waiting.handle);
                true
            }
            Work::Transfer(key) => {
                let taken_back = self.engine.cancel(key);
                if let Some(transfer) = self.transfers.get_mut(&key.to_bits())
                    && taken_back
                {
                    transfer.client = None;
                }
                taken_back
            }
        };
        if taken_back {
            self.clients.answer(request, NtStatus::CANCELLED, 0);
        }
        self.run();
    }

    /// Answers the waits of a handle that has events.
    pub(crate) fn wake(&mut self, handle: HandleKey) {
        while self.engine.wake_more(handle) {
            let Some(wait) = self.clients.oldest_wait(handle) else {
                self.engine.wake_failed(handle);
                return;
            };
            wait.answer = Some(Ok(self.engine.answer_wait(handle, &mut wait.output)));
        }
    }

    /// A handle is closed.
    pub(crate) fn close(&mut self, handle: HandleKey) {
        self.engine.cleanup(handle);
        self.run();
        self.engine.close(handle);
    }

    /// Does something as a program that opens the driver for it and has `room` bytes for the
    /// answer. The protocol driver answers at once.
    pub(crate) fn ask(&mut self, command: Command, room: usize) -> Result<Vec<u8>, NtStatus> {
        let handle = self.engine.open(self.process)?;
        let mode = self.lab.policy.mode();
        self.answer_after(0);
        let decoded = Decoded {
            command,
            timeout_ms: DEFAULT_TIMEOUT_MS,
        };
        let mut output = vec![0; room];
        let answer = match self.begin(handle, &decoded, &mut output) {
            Ok(Begun::Done(information)) => Ok(information),
            Ok(Begun::Waits(request)) => {
                // It may wait for a request of somebody else that is delayed.
                self.cancel(request);
                let answer = self.clients.take(request, &mut output);
                answer.unwrap_or(Err(NtStatus::CANCELLED))
            }
            Err(status) => Err(status),
        };
        self.lab.policy.set_mode(mode);
        self.close(handle);
        output.truncate(answer?);
        Ok(output)
    }
}
