//! A client's way in and early way out: begun, started, armed, cancelled, expired.

use std::collections::VecDeque;

use plug61883_abi::av61883::{DDI_VERSION_2, unit_info_level};
use plug61883_abi::ids::PlugId;
use plug61883_abi::ioctl::event_reason;
use plug61883_abi::status::NtStatus;
use plug61883_engine::{Begin, Command, HandleKey, Key, Scratch};

use super::World;
use super::refusals::expected;
use super::types::{
    Answer, Client, ClientStage, Kind, Life, OUTPUT, OWN_MS, Owner, Request, Reserved, Role, Stage,
    Step, UNTOUCHED,
};
use crate::play::lower::Memory;

/// What became of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Begun {
    /// The last one of [`World::reserved`].
    Reserved,
    /// This client.
    Started(usize),
}

impl World {
    /// Begins a command; whether it was taken.
    pub(crate) fn begin(
        &mut self,
        handle: usize,
        command: Command,
        timeout: u32,
    ) -> Result<Begun, NtStatus> {
        let mut refusals = self.refusals(handle, &command);
        let undone = self.removed(&command).filter(|_| refusals.is_empty());
        let kept = undone.and_then(|item| self.items[item].key);
        if kept.is_none() && refusals.is_empty() && self.operations_full(handle) {
            refusals.push(NtStatus::QUOTA_EXCEEDED);
        }
        let key = self.handles[handle].key;
        let begun = self.input().begin(key, &command, timeout);
        match expected(begun, &refusals)? {
            Begin::Reserved(key, unit) => {
                assert_eq!(kept, None, "undoing takes what was kept");
                assert!(
                    !self.requests.contains_key(&key.to_bits()),
                    "a key is never used again"
                );
                assert_eq!(Key::from_bits(key.to_bits()), key);
                assert!(key.index() < plug61883_engine::MAX_TRANSFERS);
                let unit = self.unit_refusal(unit).expect("its unit takes requests");
                let memory = Memory::new(Scratch::size_for(&command));
                let process = self.handles[handle].process;
                let reads = matches!(
                    command,
                    Command::PlugState { .. } | Command::ReadRegister { .. }
                );
                assert_eq!(command.reads_register(), reads);
                self.add_request(key, unit, memory, reads, Some(process));
                self.reserved.push(Reserved {
                    key,
                    handle,
                    command,
                });
                Ok(Begun::Reserved)
            }
            Begin::Started(key, unit) => {
                assert_eq!(kept, Some(key), "undoing takes what was kept");
                let item = undone.expect("undoes something");
                assert_eq!(self.units[self.items[item].unit].id, unit);
                let process = self.handles[handle].process;
                self.request_mut(key).charge = Some(process);
                let client = self.add_client(command, handle, key, timeout);
                self.start_undoing(client, item, key);
                Ok(Begun::Started(client))
            }
        }
    }

    pub(super) fn add_request(
        &mut self,
        key: Key,
        unit: usize,
        mut memory: Memory,
        reads: bool,
        charge: Option<u32>,
    ) {
        // Now and then there is no memory for the MDL.
        let mdl = reads && !key.to_bits().is_multiple_of(5);
        if mdl {
            assert!(memory.scratch().quadlet_mut().is_some());
            memory
                .scratch()
                .set_mdl(0xFFFF_A000_0000_0000 | key.to_bits());
        } else if reads {
            memory.scratch().set_mdl(0);
        }
        self.requests.insert(
            key.to_bits(),
            Request {
                unit,
                memory,
                mdl,
                stage: Stage::Reserved,
                role: Role::None,
                client: None,
                pinned: false,
                below: false,
                abandoned: false,
                cancelled: false,
                reads: false,
                sent_at: 0,
                sent_event: 0,
                charge,
            },
        );
    }

    pub(super) fn request_mut(&mut self, key: Key) -> &mut Request {
        self.requests.get_mut(&key.to_bits()).expect("exists")
    }

    pub(super) fn request_of(&self, key: Key) -> &Request {
        &self.requests[&key.to_bits()]
    }

    /// Starts what was reserved, or gives it back; the client.
    pub(crate) fn start(&mut self, index: usize, timeout: u32) -> Result<usize, NtStatus> {
        let Reserved {
            key,
            handle,
            command,
        } = self.reserved.remove(index);
        let mut refusals = self.refusals(handle, &command);
        if refusals.is_empty() {
            refusals.extend(self.item_refusal(handle, &command));
        }
        let removed = self.removed(&command);
        if removed.is_some_and(|item| self.items[item].key.is_some()) {
            // Another client is at it.
            refusals.push(NtStatus::INVALID_PARAMETER);
        }
        let handle_key = self.handles[handle].key;
        let started = self.input().start(key, handle_key, &command, timeout);
        if let Err(status) = expected(started, &refusals) {
            self.input().released(key);
            self.requests.remove(&key.to_bits()).expect("still there");
            return Err(status);
        }
        let client = self.add_client(command, handle, key, timeout);
        match removed {
            Some(item) => {
                self.items[item].key = Some(key);
                self.start_undoing(client, item, key);
            }
            None => {
                let made = self.item_of(client);
                let request = self.request_mut(key);
                request.role = match made {
                    Some(item) => Role::Make(item),
                    None => Role::Query,
                };
                request.stage = Stage::Here;
            }
        }
        Ok(client)
    }

    fn start_undoing(&mut self, client: usize, item: usize, key: Key) {
        let handle = self.clients[client].handle;
        let reason = match self.items[item].owner {
            Owner::Handle(owner) if owner == handle => event_reason::ASKED,
            Owner::Driver => event_reason::ASKED,
            Owner::Handle(_) | Owner::Foreign => event_reason::FORCED,
        };
        self.items[item].life = Life::Undoing(reason);
        if let (Kind::Plug, Some(plug)) = (self.items[item].kind, self.items[item].id) {
            self.forget_plug(PlugId(plug));
        }
        let request = self.request_mut(key);
        request.stage = Stage::Here;
        request.role = Role::Undo(item);
        request.abandoned = false;
        request.cancelled = false;
    }

    fn add_client(&mut self, command: Command, handle: usize, key: Key, timeout: u32) -> usize {
        let index = self.clients.len();
        let unit = self.request_of(key).unit;
        let value = |plug| self.plug_value(plug).unwrap_or(0);
        let plugs = match command {
            Command::PlugState { plug, .. } | Command::SetPlug { plug, .. } => [value(plug), 0],
            Command::Connect(connect) => [value(connect.output), value(connect.input)],
            _ => [0; 2],
        };
        let steps = self.steps(unit, &command, self.request_of(key).mdl);
        self.clients.push(Client {
            command,
            handle,
            unit,
            key,
            deadline: self.now + u64::from(timeout),
            reply: vec![UNTOUCHED; OUTPUT],
            answered: Vec::new(),
            stage: ClientStage::Placed,
            steps,
            main_sent: false,
            plugs,
            generation: 0,
        });
        self.request_mut(key).client = Some(index);
        index
    }

    /// The requests that a command takes.
    fn steps(&self, unit: usize, command: &Command, mdl: bool) -> VecDeque<Step> {
        let mut steps = VecDeque::new();
        let level = match command {
            Command::UnitInfo { level, .. } => Some(*level),
            _ => None,
        };
        if self.units[unit].known < DDI_VERSION_2 && level != Some(unit_info_level::DDI_VERSION) {
            steps.push_back(Step::Version);
        }
        steps.push_back(Step::Main);
        match command {
            Command::UnitInfo { .. } if level == Some(unit_info_level::IDS) => {
                steps.push_back(Step::Texts);
            }
            // The register of a plug of this computer is known.
            Command::PlugState { plug, .. } if !plug.is_local() => {
                steps.push_back(Step::Generation);
                if mdl {
                    steps.push_back(Step::Register);
                }
            }
            // Its own request asks for the bus generation.
            Command::ReadRegister { .. } if mdl => steps.push_back(Step::Register),
            _ => {}
        }
        steps
    }

    pub(crate) fn arm(&mut self, client: usize) {
        if matches!(self.clients[client].stage, ClientStage::Done(_)) {
            return;
        }
        let key = self.clients[client].key;
        self.input().arm(key);
        if self.clients[client].stage == ClientStage::Placed {
            self.clients[client].stage = ClientStage::Armed;
        }
    }

    /// Begins, starts and arms.
    pub(crate) fn request(&mut self, handle: usize, command: Command) -> Result<usize, NtStatus> {
        self.request_within(handle, command, 5_000)
    }

    pub(crate) fn request_within(
        &mut self,
        handle: usize,
        command: Command,
        timeout: u32,
    ) -> Result<usize, NtStatus> {
        let client = match self.begin(handle, command, timeout)? {
            Begun::Started(client) => client,
            Begun::Reserved => self.start(self.reserved.len() - 1, timeout)?,
        };
        self.arm(client);
        Ok(client)
    }

    pub(crate) fn cancel(&mut self, client: usize) {
        if matches!(self.clients[client].stage, ClientStage::Done(_)) {
            return;
        }
        let key = self.clients[client].key;
        let waiting = self.clients[client].waiting();
        assert_eq!(
            self.input().cancel(key),
            waiting,
            "who completes it is clear"
        );
        if waiting {
            self.clients[client].stage = ClientStage::Done(NtStatus::CANCELLED);
            self.request_mut(key).client = None;
            self.give_up(key);
        }
        self.sync();
    }

    /// The timer of a unit fires, at its time or at any other.
    pub(crate) fn expire(&mut self, unit: usize) {
        let id = self.units[unit].id;
        self.units[unit].timer = None;
        self.input().expire(id);
        let now = self.now;
        for key in self.keys() {
            let client = self.request_of(key).client;
            let waited_for = client.is_some_and(|client| self.clients[client].waiting());
            let request = self.request_mut(key);
            let own = !waited_for && request.sent_at + OWN_MS <= now;
            if request.unit == unit && request.stage == Stage::Out && own {
                request.abandoned = true;
            }
        }
        self.dismiss_all(Answer::Ours(NtStatus::IO_TIMEOUT), |client| {
            client.unit == unit && client.deadline <= now
        });
        let unit = &mut self.units[unit];
        if unit.check_at.is_some_and(|at| at <= now) {
            unit.check_at = None;
        }
        self.sync();
    }

    pub(super) fn keys(&self) -> Vec<Key> {
        self.requests
            .keys()
            .map(|bits| Key::from_bits(*bits))
            .collect()
    }

    /// The handle behind a plug id that may be named.
    pub(super) fn plug_value(&self, plug: PlugId) -> Option<u64> {
        if plug.is_local() {
            let item = &self.items[self.local_plug(plug)?];
            (item.life == Life::Standing && item.owner != Owner::Foreign).then_some(item.value)
        } else {
            let known = self.plugs.values().find(|known| known.id == Some(plug));
            known.map(|known| known.handle)
        }
    }

    pub(crate) fn key_of(&self, handle: usize) -> HandleKey {
        self.handles[handle].key
    }
}
