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
mod handles;
mod lists;
mod orders;
mod refusals;
mod submit;
mod types;
mod units;

use std::collections::{BTreeMap, BTreeSet};

use plug61883_abi::ids::PlugId;
use plug61883_engine::{Engine, Key};

use crate::lower::Lower;

use types::{Call, Client, Connection, Handle, Plug, Reserved, Transfer, Unit};
pub(crate) use types::{ClientStage, HandleStage};

pub(crate) struct World {
    /// Orders taken.
    turns: usize,
    pub(crate) engine: Box<Engine>,
    pub(crate) lower: Lower,
    pub(crate) now: u64,
    pub(crate) handles: Vec<Handle>,
    pub(crate) units: Vec<Unit>,
    pub(crate) clients: Vec<Client>,
    pub(crate) connections: Vec<Connection>,
    pub(crate) calls: Vec<Call>,
    /// Clients whose request the shell is completing.
    pub(crate) deliveries: Vec<usize>,
    pub(crate) reserved: Vec<Reserved>,
    /// Transfers that the shell is freeing.
    pub(crate) releases: Vec<Key>,
    transfers: BTreeMap<u64, Transfer>,
    plugs: BTreeMap<(usize, u32, u32), Plug>,
    /// Every plug id ever given out.
    pub(crate) plug_ids: Vec<PlugId>,
    unit_ids: BTreeSet<u64>,
    connection_ids: BTreeSet<u64>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            turns: 0,
            engine: Box::new(Engine::new()),
            lower: Lower::default(),
            now: 1_000,
            handles: Vec::new(),
            units: Vec::new(),
            clients: Vec::new(),
            connections: Vec::new(),
            calls: Vec::new(),
            deliveries: Vec::new(),
            reserved: Vec::new(),
            releases: Vec::new(),
            transfers: BTreeMap::new(),
            plugs: BTreeMap::new(),
            plug_ids: Vec::new(),
            unit_ids: BTreeSet::new(),
            connection_ids: BTreeSet::new(),
        }
    }
}
