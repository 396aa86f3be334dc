//! A simulation with requests under way: those that are answered late and those that a test
//! wants held.
//!
//! The requests themselves are the driver's; here they are tokens of any type. The driver takes
//! a token out ([`Ready`]), has it answered, and completes it outside its lock.

use plug61883_abi::status::NtStatus;

use crate::bus::DeviceRef;
use crate::policy::{ANY_FUNCTION, Action, Mode, Policy};
use crate::simulation::Simulation;

/// Requests that can be under way at once.
pub const MAX_WAITING: usize = 256;
/// Delay of an answer when nothing else was asked for, in milliseconds.
pub const DEFAULT_DELAY_MS: u32 = 2;

/// When a waiting request goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Until {
    /// At this time, in milliseconds.
    Time(u64),
    /// When it is released.
    Released { cancellable: bool },
}

#[derive(Debug)]
struct Waiting<R> {
    request: R,
    unit: DeviceRef,
    function: u32,
    order: u64,
    until: Until,
    fail: Option<NtStatus>,
    /// It was cancelled: the cancel callback takes it, nobody else.
    cancelled: bool,
}

/// A request that is to go on.
#[derive(Debug, PartialEq, Eq)]
pub struct Ready<R> {
    /// The request.
    pub request: R,
    /// The unit down whose stack it came.
    pub unit: DeviceRef,
    /// The status to fail it with; `None`: it is to be answered.
    pub fail: Option<NtStatus>,
}

/// What becomes of a new request.
#[derive(Debug, PartialEq, Eq)]
pub enum Submitted<R> {
    /// It goes on at once.
    Now(Ready<R>),
    /// It waits for its time, see [`Lab::next_due`].
    Later,
    /// It is held.
    Held {
        /// Whether a cancel is to be heard.
        cancellable: bool,
    },
}

/// A simulation and the requests under way.
#[derive(Debug)]
pub struct Lab<R> {
    /// The bus and the protocol driver.
    pub simulation: Simulation,
    /// What is to be done with the next requests.
    pub policy: Policy,
    waiting: [Option<Waiting<R>>; MAX_WAITING],
    order: u64,
}

impl<R> Lab<R> {
    /// A bus without devices, no requests, answers after [`DEFAULT_DELAY_MS`].
    #[must_use]
    pub const fn new() -> Self {
        Self {
            simulation: Simulation::new(),
            policy: Policy::new(DEFAULT_DELAY_MS),
            waiting: [const { None }; MAX_WAITING],
            order: 0,
        }
    }

    /// A request of `function` came down the stack of `unit` at time `now`, in milliseconds.
    pub fn submit(&mut self, unit: DeviceRef, function: u32, request: R, now: u64) -> Submitted<R> {
        let (held, fail) = match self.policy.take(function) {
            Some(Action::Hold { cancellable }) => (Some(cancellable), None),
            Some(Action::Fail(status)) => (None, Some(status)),
            None => (None, None),
        };
        let until = match (held, self.policy.mode()) {
            (Some(cancellable), _) => Until::Released { cancellable },
            (None, Mode::Asynchronous(delay)) => Until::Time(now.saturating_add(delay.into())),
            (None, Mode::Synchronous) => {
                return Submitted::Now(Ready {
                    request,
                    unit,
                    fail,
                });
            }
        };
        let Some(place) = self.waiting.iter_mut().find(|place| place.is_none()) else {
            let fail = Some(NtStatus::INSUFFICIENT_RESOURCES);
            return Submitted::Now(Ready {
                request,
                unit,
                fail,
            });
        };
        let order = self.order;
        self.order = self.order.wrapping_add(1);
        *place = Some(Waiting {
            request,
            unit,
            function,
            order,
            until,
            fail,
            cancelled: false,
        });
        match until {
            Until::Time(_) => Submitted::Later,
            Until::Released { cancellable } => Submitted::Held { cancellable },
        }
    }

    /// Takes the oldest request that `wanted` picks. `claim` says whether a cancellable one may
    /// be taken still; one that may not is left for [`Self::take_cancelled`].
    fn take_oldest(
        &mut self,
        wanted: impl Fn(&Waiting<R>) -> bool,
        mut claim: impl FnMut(&R) -> bool,
    ) -> Option<Ready<R>> {
        loop {
            let place = self
                .waiting
                .iter_mut()
                .filter(|place| {
                    place
                        .as_ref()
                        .is_some_and(|waiting| !waiting.cancelled && wanted(waiting))
                })
                .min_by_key(|place| place.as_ref().map(|waiting| waiting.order))?;
            let waiting = place.as_mut()?;
            let cancellable = waiting.until == Until::Released { cancellable: true };
            if cancellable && !claim(&waiting.request) {
                waiting.cancelled = true;
                continue;
            }
            let Waiting {
                request,
                unit,
                fail,
                ..
            } = place.take()?;
            return Some(Ready {
                request,
                unit,
                fail,
            });
        }
    }

    /// Takes the oldest request of `unit` whose time has come.
    pub fn take_due(&mut self, unit: DeviceRef, now: u64) -> Option<Ready<R>> {
        let due = |waiting: &Waiting<R>| {
            waiting.unit == unit && matches!(waiting.until, Until::Time(time) if time <= now)
        };
        self.take_oldest(due, |_| true)
    }

    /// When the next request of `unit` is due, in milliseconds.
    #[must_use]
    pub fn next_due(&self, unit: DeviceRef) -> Option<u64> {
        let time = |waiting: &Waiting<R>| match waiting.until {
            Until::Time(time) if waiting.unit == unit => Some(time),
            _ => None,
        };
        self.waiting.iter().flatten().filter_map(time).min()
    }

    /// Takes the oldest held request of `function`, or of any ([`ANY_FUNCTION`]). `claim` as a
    /// cancellable request needs it: it makes the request's cancel callback silent, or tells
    /// that it is too late for that.
    pub fn take_held(&mut self, function: u32, claim: impl FnMut(&R) -> bool) -> Option<Ready<R>> {
        let held = |waiting: &Waiting<R>| {
            matches!(waiting.until, Until::Released { .. })
                && (function == ANY_FUNCTION || waiting.function == function)
        };
        self.take_oldest(held, claim)
    }

    /// Takes the oldest request of `unit`, which leaves, whatever it waits for.
    pub fn take_of_unit(
        &mut self,
        unit: DeviceRef,
        claim: impl FnMut(&R) -> bool,
    ) -> Option<Ready<R>> {
        self.take_oldest(|waiting| waiting.unit == unit, claim)
    }

    /// Takes the request that `is_it` picks out for its cancel callback.
    pub fn take_cancelled(&mut self, is_it: impl Fn(&R) -> bool) -> Option<R> {
        let place = self.waiting.iter_mut().find(|place| {
            place
                .as_ref()
                .is_some_and(|waiting| is_it(&waiting.request))
        })?;
        place.take().map(|waiting| waiting.request)
    }

    /// Requests held.
    #[must_use]
    pub fn held(&self) -> usize {
        let held = |waiting: &&Waiting<R>| matches!(waiting.until, Until::Released { .. });
        self.waiting.iter().flatten().filter(held).count()
    }

    /// Requests that wait for their time.
    #[must_use]
    pub fn delayed(&self) -> usize {
        self.waiting
            .iter()
            .flatten()
            .count()
            .saturating_sub(self.held())
    }
}

impl<R> Default for Lab<R> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests;
