//! The shell as far as the engine sees it, and the reference model: every input goes to both the
//! engine and the model, every order and answer of the engine is held against the model.
//!
//! The shell's calls are taken apart, so that anything can come in between: a request is handed
//! out ([`World::next`]), passed down ([`World::pass_down`]), completed ([`World::complete`], also
//! before the call that passed it down has returned), and the call returns ([`World::returned`]).

mod calls;
mod checks;
mod completions;
mod deliveries;
mod drive;
mod effects;
mod events;
mod foreign;
mod handles;
mod items;
mod keeper;
mod lists;
mod orders;
mod refusals;
mod replay;
mod requests;
mod submit;
mod types;
mod units;
mod waits;

use std::collections::{BTreeMap, BTreeSet};

use plug61883_abi::ids::PlugId;
use plug61883_abi::ioctl::Event;
use plug61883_engine::{Clock, Engine, Key, Routines};

use super::lower::Lower;
use replay::Replay;
pub(crate) use submit::Begun;
use types::{Above, Call, Client, Handle, Plug, Request, Reserved, Unit};
pub(crate) use types::{ClientStage, HandleStage, Item, Kind, Owner};

/// Routines that the protocol driver is given.
pub(crate) const ROUTINES: Routines = Routines {
    bus_reset: 0x1111,
    monitor: 0x2222,
    plug: 0x3333,
};

/// The handle that sees every event, and the one that takes snapshots; both are always open.
const OBSERVER: usize = 0;
const WATCHER: usize = 1;
/// Handles that the world needs for itself.
pub(crate) const OWN_HANDLES: usize = 2;

pub(crate) struct World {
    /// Orders taken.
    turns: usize,
    pub(crate) engine: Box<Engine>,
    pub(crate) lower: Lower,
    /// Milliseconds.
    pub(crate) now: u64,
    /// Inputs that there were.
    inputs: u64,
    pub(crate) handles: Vec<Handle>,
    pub(crate) units: Vec<Unit>,
    pub(crate) clients: Vec<Client>,
    pub(crate) items: Vec<Item>,
    pub(crate) calls: Vec<Call>,
    /// Clients whose request the shell is completing.
    pub(crate) deliveries: Vec<usize>,
    pub(crate) reserved: Vec<Reserved>,
    /// Requests that the shell is freeing.
    pub(crate) releases: Vec<Key>,
    /// Handles whose waits the shell is answering.
    pub(crate) wakes: Vec<usize>,
    /// Requests of other drivers.
    pub(crate) above: Vec<Above>,
    requests: BTreeMap<u64, Request>,
    plugs: BTreeMap<(usize, u32, u32), Plug>,
    /// Every plug id ever given out.
    pub(crate) plug_ids: Vec<PlugId>,
    used_ids: BTreeSet<(u32, u64)>,
    /// Every event that there was, as a stranger sees it.
    pub(crate) log: Vec<Event>,
    /// Events that were traced.
    traced: usize,
    /// The state that the events tell of.
    replay: Replay,
}

impl World {
    pub(crate) fn new() -> Self {
        let mut world = Self {
            turns: 0,
            engine: Box::new(Engine::new()),
            lower: Lower::default(),
            now: 1_000,
            inputs: 0,
            handles: Vec::new(),
            units: Vec::new(),
            clients: Vec::new(),
            items: Vec::new(),
            calls: Vec::new(),
            deliveries: Vec::new(),
            reserved: Vec::new(),
            releases: Vec::new(),
            wakes: Vec::new(),
            above: Vec::new(),
            requests: BTreeMap::new(),
            plugs: BTreeMap::new(),
            plug_ids: Vec::new(),
            used_ids: BTreeSet::new(),
            log: Vec::new(),
            traced: 0,
            replay: Replay::default(),
        };
        world.engine.set_routines(ROUTINES);
        // Processes of their own.
        assert_eq!(world.open_as(1), Some(OBSERVER));
        assert_eq!(world.open_as(2), Some(WATCHER));
        world
    }

    /// The engine, told the time: no two inputs come at the same system time.
    fn input(&mut self) -> &mut Engine {
        self.inputs += 1;
        self.engine.set_clock(Clock {
            ms: self.now,
            system_time: self.system_time(),
        });
        &mut self.engine
    }

    /// System time of the last input.
    fn system_time(&self) -> u64 {
        self.now * 10_000 + self.inputs
    }

    /// Number of the next event.
    fn next_event(&self) -> u64 {
        self.log.len() as u64 + 1
    }

    /// An id is new.
    fn use_id(&mut self, kind: u32, id: u64) {
        assert_ne!(id, 0);
        assert!(
            self.used_ids.insert((kind, id)),
            "an id is never used again"
        );
    }
}
