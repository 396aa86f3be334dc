//! A handle of the simulated driver: what carries a client's requests.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use plug61883::{Access, Call, Failure, NtStatus, Source, Transport};
use plug61883_engine::{HandleKey, decode};

use crate::requests::{Answer, Begun};
use crate::world::World;

/// A simulation, shared by those who use it.
///
/// It has no thread of its own: what has become due meanwhile happens, each thing at its own time,
/// when somebody looks, and whoever waits looks when the next thing is due.
pub(crate) struct Shared {
    world: Mutex<World>,
    /// Something has happened.
    changed: Condvar,
}

impl Shared {
    pub(crate) const fn new(world: World) -> Self {
        Self {
            world: Mutex::new(world),
            changed: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something to the simulation as it is now.
    pub(crate) fn enter<T>(&self, what: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.lock();
        world.catch_up();
        let result = what(&mut world);
        world.run();
        drop(world);
        self.changed.notify_all();
        result
    }

    /// Waits until a request is completed.
    fn wait(&self, request: u64, limit: Option<Duration>, output: &mut [u8]) -> Answer {
        // A time past what this computer can tell never comes.
        let mut limit = limit.and_then(|limit| Instant::now().checked_add(limit));
        let mut world = self.lock();
        loop {
            world.catch_up();
            if let Some(answer) = world.clients.take(request, output) {
                drop(world);
                // What happened on the way may be what others wait for.
                self.changed.notify_all();
                return answer;
            }
            if limit.is_some_and(|limit| limit <= Instant::now()) {
                limit = None;
                world.cancel(request);
                continue;
            }
            // The protocol driver's time passes at once where time stands.
            if world.time.stands()
                && world.clients.is_transfer(request)
                && let Some(due) = world.next_due()
            {
                world.go_on(due);
                continue;
            }
            self.changed.notify_all();
            let due = world.next_due_outside().map(|due| world.time.until(due));
            let left = limit.map(|limit| limit.saturating_duration_since(Instant::now()));
            world = match due.into_iter().chain(left).min() {
                // Past it, not short of it: times are in whole milliseconds.
                Some(time) => {
                    let time = time.saturating_add(Duration::from_micros(50));
                    let woken = self.changed.wait_timeout(world, time);
                    woken.unwrap_or_else(PoisonError::into_inner).0
                }
                None => {
                    let woken = self.changed.wait(world);
                    woken.unwrap_or_else(PoisonError::into_inner)
                }
            };
        }
    }
}

/// A handle of the driver.
pub(crate) struct Handle {
    shared: Arc<Shared>,
    key: HandleKey,
    access: Access,
}

impl Handle {
    /// Opens one for a process; `None` when no unit is there: the driver has no device then.
    ///
    /// # Errors
    /// The engine's refusal.
    pub(crate) fn open(
        shared: &Arc<Shared>,
        process: Option<u32>,
        access: Access,
    ) -> Option<Result<Self, NtStatus>> {
        let key = shared.enter(|world| {
            let process = process.unwrap_or(world.process);
            (world.engine.unit_count() != 0).then(|| world.engine.open(process))
        })?;
        Some(key.map(|key| Self {
            shared: Arc::clone(shared),
            key,
            access,
        }))
    }

    fn send(&self, call: &Call<'_>, output: &mut [u8]) -> Answer {
        let decoded = decode(call.code, call.input, output.len())?;
        let begun = self
            .shared
            .enter(|world| world.begin(self.key, &decoded, output))?;
        match begun {
            Begun::Done(information) => Ok(information),
            Begun::Waits(request) => self.shared.wait(request, call.cancel_after, output),
        }
    }
}

impl Transport for Handle {
    fn ioctl(&self, call: &Call<'_>, output: &mut [u8]) -> Result<usize, Failure> {
        if !self.access.allows(call.code) {
            return Err(Failure {
                status: NtStatus::ACCESS_DENIED,
                source: Source::Windows,
            });
        }
        self.send(call, output).map_err(|status| Failure {
            status,
            source: Source::Plug61883,
        })
    }

    fn cancel(&self) {
        self.shared.enter(|world| {
            for request in world.clients.of_handle(self.key) {
                world.cancel(request);
            }
        });
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.shared.enter(|world| world.close(self.key));
    }
}
