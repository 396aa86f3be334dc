//! The protocol driver completes requests.

use plug61883_abi::av61883::{
    self, CreatePlug, DDI_VERSION_2, SetUnitDirectory, set_unit_info_level, unit_info_level,
};
use plug61883_abi::ids::PlugId;
use plug61883_abi::ioctl::event_reason;
use plug61883_abi::status::NtStatus;
use plug61883_engine::{Command, Key};

use super::World;
use super::types::{Answer, Kind, Life, Owner, Plug, Role, Stage, Step};
use crate::play::lower::{Outcome, REGISTER};

impl World {
    /// The protocol driver completes a request.
    pub(crate) fn complete(&mut self, key: Key, outcome: Outcome) {
        self.lower.named = self.named();
        let request = self.requests.get_mut(&key.to_bits()).expect("below");
        assert!(request.below);
        request.below = false;
        let (unit, role, client) = (request.unit, request.role, request.client);
        let version = self.units[unit].version;
        let status = match (request.reads, outcome) {
            (true, Outcome::Honest) => {
                let quadlet = request.memory.scratch().quadlet_mut().expect("a tail");
                let mut bytes = quadlet.to_ne_bytes();
                bytes[..4].copy_from_slice(&REGISTER);
                *quadlet = u64::from_ne_bytes(bytes);
                NtStatus::SUCCESS
            }
            // Then it is no request to the protocol driver.
            (true, Outcome::Fail(status)) => status,
            _ => self
                .lower
                .carry_out(unit, version, &mut request.memory, outcome),
        };
        self.input();
        let before = client.map(|client| self.clients[client].reply.clone());
        let waiting = client.filter(|client| self.clients[*client].waiting());
        let reply: &mut [u8] = match client {
            Some(client) => &mut self.clients[client].reply,
            None => &mut [],
        };
        let request = &self.requests[&key.to_bits()];
        self.engine
            .completed(key, status, request.memory.read(), reply);
        if waiting.is_none()
            && let (Some(client), Some(before)) = (client, before)
        {
            assert_eq!(
                self.clients[client].reply, before,
                "nobody waits: the output buffer is no business of this completion"
            );
        }
        assert_eq!(request.stage, Stage::Out, "a unit that has left is purged");
        self.request_mut(key).stage = Stage::Here;
        match role {
            Role::Keep => self.kept(unit, key, Some(status)),
            Role::Undo(item) => {
                if let Some(client) = waiting {
                    self.answer(client, Answer::Theirs(status));
                }
                self.undone(item, key, Some(status));
            }
            Role::Make(item) => self.made(item, key, status, waiting),
            Role::Query => self.step_done(key, status, waiting),
            Role::None | Role::Kept => panic!("nothing was sent"),
        }
        self.sync();
    }

    fn made(&mut self, index: usize, key: Key, status: NtStatus, waiting: Option<usize>) {
        // The client may be gone; the engine still knows what it asked for.
        let maker = self.clients.iter().rposition(|client| client.key == key);
        let maker = maker.expect("made for somebody");
        let step = self.clients[maker].steps.pop_front();
        if step == Some(Step::Version) {
            if self.version_told(key, status, waiting) {
                return;
            }
            return self.not_made(index, key);
        }
        if let Some(client) = waiting {
            self.answer(client, Answer::Theirs(status));
        }
        if !status.is_success() {
            return self.not_made(index, key);
        }
        let head = self.request_of(key).memory.head();
        let item = &mut self.items[index];
        item.value = match item.kind {
            Kind::Connection => head.arguments::<av61883::Connect>().connection,
            Kind::Plug => {
                let made: CreatePlug = head.arguments();
                item.number = made.plug_number;
                made.plug
            }
            Kind::Directory => head.arguments::<SetUnitDirectory>().entry,
        };
        item.life = Life::Standing;
        self.rest(key);
        let names_leaving = self.items[index]
            .ends
            .iter()
            .any(|end| end.is_local() && self.plug_value(*end).is_none());
        if waiting.is_none() || names_leaving {
            self.doom(index, event_reason::OWNER_GONE);
        }
    }

    /// The version was asked for a client; whether its command goes on.
    fn version_told(&mut self, key: Key, status: NtStatus, waiting: Option<usize>) -> bool {
        let unit = self.request_of(key).unit;
        let answer = if status.is_success() {
            self.units[unit].known = self.units[unit].version;
            if self.units[unit].known >= DDI_VERSION_2 {
                return waiting.is_some();
            }
            Answer::Ours(NtStatus::REVISION_MISMATCH)
        } else {
            Answer::Theirs(status)
        };
        if let Some(client) = waiting {
            self.answer(client, answer);
        }
        false
    }

    fn step_done(&mut self, key: Key, status: NtStatus, waiting: Option<usize>) {
        let asker = self.clients.iter().rposition(|client| client.key == key);
        let asker = asker.expect("somebody asked");
        let step = self.clients[asker].steps.pop_front().expect("one was sent");
        if step == Step::Version {
            if !self.version_told(key, status, waiting) {
                self.spend(key);
            }
            return;
        }
        if step == Step::Main && status.is_success() {
            self.learn(asker, key, waiting.is_some());
        }
        let unit = self.request_of(key).unit;
        let client = &mut self.clients[asker];
        let by_itself = matches!(client.command, Command::ReadRegister { .. });
        if step == Step::Generation || (step == Step::Main && by_itself) {
            client.generation = self.lower.nodes(unit).generation;
        }
        let more = !client.steps.is_empty();
        if status.is_success() && more && waiting.is_some() {
            return;
        }
        if let Some(client) = waiting {
            self.answer(
                client,
                match step {
                    // The state stands without the register.
                    Step::Generation | Step::Register if !by_itself => {
                        Answer::Theirs(NtStatus::SUCCESS)
                    }
                    // It can't be read without an MDL.
                    Step::Main if by_itself && status.is_success() => {
                        Answer::Ours(NtStatus::INSUFFICIENT_RESOURCES)
                    }
                    _ => Answer::Theirs(status),
                },
            );
        }
        self.spend(key);
    }

    /// What a command that succeeded changes.
    fn learn(&mut self, asker: usize, key: Key, waiting: bool) {
        let unit = self.request_of(key).unit;
        match self.clients[asker].command {
            Command::UnitInfo { level, .. } if level == unit_info_level::DDI_VERSION && waiting => {
                self.units[unit].known = self.units[unit].version;
            }
            Command::SetUnitInfo { level, words, .. }
                if level == set_unit_info_level::DIAG_LEVEL =>
            {
                self.units[unit].diag_level = words[0];
            }
            Command::GetPlug {
                direction, number, ..
            } => {
                let told: av61883::GetPlugHandle = self.request_of(key).memory.head().arguments();
                let place = (unit, direction as u32, u32::from(number));
                let known = self.plugs.get(&place).copied();
                if known.is_none_or(|plug| plug.handle != told.handle) {
                    let plug = Plug {
                        handle: told.handle,
                        id: None,
                    };
                    self.plugs.insert(place, plug);
                    if let Some(id) = known.and_then(|plug| plug.id) {
                        self.forget_plug(id);
                    }
                }
            }
            Command::SetPlug { plug, pcr, .. } => {
                if let Some(item) = self.local_plug(plug) {
                    self.items[item].pcr = pcr.0;
                }
            }
            _ => {}
        }
    }

    /// Handles that requests under way name, and those that foreign drivers still count on.
    fn named(&self) -> std::collections::BTreeSet<u64> {
        let out = |it: &&super::types::Request| it.stage == Stage::Out;
        let ours = self
            .requests
            .values()
            .filter(out)
            .map(|it| it.memory.head());
        let theirs = self.above.iter().map(|above| above.request);
        ours.chain(theirs)
            .flat_map(|request| [request.body[0], request.body[1], request.body[2]])
            .collect()
    }

    /// The plug of a connection's end is one of another driver.
    pub(super) fn is_foreign(&self, plug: PlugId) -> bool {
        self.local_plug(plug)
            .is_some_and(|item| self.items[item].owner == Owner::Foreign)
    }
}
