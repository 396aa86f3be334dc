//! The ids that the driver has given out, and those that name nothing any more.

use std::collections::{HashMap, HashSet};

use plug61883::abi::ioctl::{DELETE_PLUG, DISCONNECT, PERSIST, REMOVE_DIRECTORY, persist_kind};

use super::generate::Sent;
use super::rng::Rng;

/// What an id names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Unit,
    Plug,
    Connection,
    Directory,
}

/// Ids of a kind that are remembered to be used again.
const REMEMBERED: usize = 64;

#[derive(Default)]
pub(crate) struct Ids {
    recent: [Vec<u64>; 4],
    seen: HashSet<(Kind, u64)>,
    /// When each was undone.
    gone: HashMap<(Kind, u64), u64>,
    now: u64,
}

impl Ids {
    /// A list, a reply or an event has named it.
    pub(crate) fn see(&mut self, kind: Kind, id: u64) {
        if id == 0 || !self.seen.insert((kind, id)) {
            return;
        }
        let recent = &mut self.recent[kind as usize];
        if recent.len() == REMEMBERED {
            recent.remove(0);
        }
        recent.push(id);
    }

    /// A request that was sent at `since` has made it. `false`: it named something before, and an
    /// id is never given out twice. (That somebody has undone it since is no mistake.)
    pub(crate) fn make(&mut self, kind: Kind, id: u64, since: u64) -> bool {
        self.see(kind, id);
        self.gone.get(&(kind, id)).is_none_or(|gone| *gone > since)
    }

    /// It was undone: it names nothing from now on.
    pub(crate) fn lose(&mut self, kind: Kind, id: u64) {
        self.now += 1;
        self.gone.entry((kind, id)).or_insert(self.now);
    }

    /// The time, as far as ids go.
    pub(crate) fn now(&self) -> u64 {
        self.now
    }

    /// A request is about to be sent whose id names nothing any more.
    pub(crate) fn names_what_is_gone(&self, sent: &Sent) -> bool {
        let named = undone_by(sent.code, &sent.input).or(handed_over_by(sent.code, &sent.input));
        named.is_some_and(|named| self.gone.contains_key(&named))
    }

    /// One to name: mostly one that was given out, sometimes none, a stale one or a made-up one.
    pub(crate) fn pick(&self, rng: &mut Rng, kind: Kind) -> u64 {
        let recent = &self.recent[kind as usize];
        if recent.is_empty() || rng.one_in(24) {
            return match rng.below(3) {
                0 => 0,
                1 => 1 << 32 | 1,
                _ => rng.next(),
            };
        }
        let id = recent[rng.index(recent.len())];
        match rng.below(24) {
            0 => id.wrapping_add(1 << 32),
            1 => id ^ (1 << rng.below(64)),
            // The newest one is the likeliest to be there.
            2..=11 => recent[recent.len() - 1],
            _ => id,
        }
    }

    /// A unit, or none where all are meant.
    pub(crate) fn pick_unit(&self, rng: &mut Rng) -> u64 {
        if rng.one_in(3) {
            0
        } else {
            self.pick(rng, Kind::Unit)
        }
    }

    /// How many there were.
    pub(crate) fn count(&self) -> usize {
        self.seen.len()
    }
}

/// What a request undoes.
pub(crate) fn undone_by(code: u32, input: &[u8]) -> Option<(Kind, u64)> {
    let kind = match code {
        DISCONNECT => Kind::Connection,
        DELETE_PLUG => Kind::Plug,
        REMOVE_DIRECTORY => Kind::Directory,
        _ => return None,
    };
    let id = input.get(24..)?.first_chunk()?;
    Some((kind, u64::from_le_bytes(*id)))
}

/// What a request hands over to the driver.
fn handed_over_by(code: u32, input: &[u8]) -> Option<(Kind, u64)> {
    if code != PERSIST {
        return None;
    }
    let kind = match u32::from_le_bytes(*input.get(32..)?.first_chunk()?) {
        persist_kind::CONNECTION => Kind::Connection,
        persist_kind::PLUG => Kind::Plug,
        persist_kind::DIRECTORY => Kind::Directory,
        _ => return None,
    };
    let id = input.get(24..)?.first_chunk()?;
    Some((kind, u64::from_le_bytes(*id)))
}
