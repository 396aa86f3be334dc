//! Ids that the clients have seen, for all threads: what one makes another breaks.

use core::sync::atomic::{AtomicU64, Ordering};

use crate::random::Random;

/// Ids of one kind; old ones are forgotten at random.
pub(crate) struct Ids([AtomicU64; 24]);

impl Ids {
    const fn new() -> Self {
        Self([const { AtomicU64::new(0) }; 24])
    }

    pub(crate) fn learn(&self, random: &mut Random, id: u64) {
        let index = random.below(self.0.len() as u32) as usize;
        if let Some(place) = self.0.get(index).filter(|_| id != 0) {
            place.store(id, Ordering::Relaxed);
        }
    }

    /// One of them, stale or not; 0 when there is none at the place that was drawn.
    pub(crate) fn any(&self, random: &mut Random) -> u64 {
        let index = random.below(self.0.len() as u32) as usize;
        self.0
            .get(index)
            .map_or(0, |place| place.load(Ordering::Relaxed))
    }

    fn clear(&self) {
        for place in &self.0 {
            place.store(0, Ordering::Relaxed);
        }
    }
}

pub(crate) static UNITS: Ids = Ids::new();
/// Plugs of devices.
pub(crate) static PLUGS: Ids = Ids::new();
/// Plugs of this computer.
pub(crate) static LOCAL_PLUGS: Ids = Ids::new();
pub(crate) static CONNECTIONS: Ids = Ids::new();
pub(crate) static DIRECTORIES: Ids = Ids::new();

/// Forgets all.
pub(crate) fn clear() {
    for ids in [&UNITS, &PLUGS, &LOCAL_PLUGS, &CONNECTIONS, &DIRECTORIES] {
        ids.clear();
    }
}
