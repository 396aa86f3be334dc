//! The time of a simulation.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use plug61883_engine::Clock;

/// From 1601 to 1970, in units of 100 ns.
const UNIX_START: u64 = 116_444_736_000_000_000;
/// Units of 100 ns in a millisecond.
const PER_MS: u64 = 10_000;

/// How far a simulation has come, in milliseconds since its start. It is never behind what has
/// happened in it, and never ahead of what is due: what is due happens when somebody looks, at its
/// own time.
pub(crate) struct Time {
    ms: u64,
    /// System time of the start, in units of 100 ns since 1601.
    start: u64,
    origin: Instant,
    /// Milliseconds that it was moved on by hand.
    ahead: u64,
    /// Time stands until something that is due moves it.
    stands: bool,
}

impl Time {
    /// The time of this computer.
    pub(crate) fn real() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let since = now.map_or(0, |time| time.as_nanos() / 100);
        Self {
            stands: false,
            ..Self::standing(UNIX_START.saturating_add(u64::try_from(since).unwrap_or(0)))
        }
    }

    /// A time that stands at `start`, in units of 100 ns since 1601.
    pub(crate) fn standing(start: u64) -> Self {
        Self {
            ms: 0,
            start,
            origin: Instant::now(),
            ahead: 0,
            stands: true,
        }
    }

    /// The start, as seconds since 1970.
    pub(crate) const fn unix(seconds: u64) -> u64 {
        UNIX_START.saturating_add(seconds.saturating_mul(1000 * PER_MS))
    }

    pub(crate) fn clock(&self) -> Clock {
        Clock {
            ms: self.ms,
            system_time: self.start.saturating_add(self.ms.saturating_mul(PER_MS)),
        }
    }

    pub(crate) const fn ms(&self) -> u64 {
        self.ms
    }

    pub(crate) const fn stands(&self) -> bool {
        self.stands
    }

    /// It is `ms` now, or later already.
    pub(crate) fn set(&mut self, ms: u64) {
        self.ms = self.ms.max(ms);
    }

    /// Milliseconds that have passed outside.
    pub(crate) fn passed(&self) -> u64 {
        milliseconds(self.origin.elapsed()).saturating_add(self.ahead)
    }

    /// As if so much more time had passed outside.
    pub(crate) fn pass(&mut self, time: Duration) {
        self.ahead = self.ahead.saturating_add(milliseconds(time));
    }

    /// How long it takes outside until it is `ms`.
    pub(crate) fn until(&self, ms: u64) -> Duration {
        let passed = self.origin.elapsed();
        Duration::from_millis(ms.saturating_sub(self.ahead)).saturating_sub(passed)
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
