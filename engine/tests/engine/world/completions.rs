//! The protocol driver completes requests.

use plug61883_abi::av61883::{self, DDI_VERSION_2, unit_info_level};
use plug61883_abi::ioctl::{self, ReplyHeader};
use plug61883_abi::status::NtStatus;
use plug61883_engine::{Command, Key};

use super::World;
use super::types::{Connection, Job, Plug, Stage, Step};
use crate::lower::{Outcome, REGISTER, head};

impl World {
    /// The protocol driver completes a request.
    pub(crate) fn complete(&mut self, key: Key, outcome: Outcome) {
        let transfer = self.transfers.get_mut(&key.to_bits()).expect("below");
        assert!(transfer.below);
        transfer.below = false;
        let (unit, step, job) = (transfer.unit, transfer.step, transfer.job);
        let version = self.units[unit].version;
        let status = match (step, outcome) {
            (Step::Register, Outcome::Honest) => {
                transfer.scratch.quadlet = REGISTER;
                NtStatus::SUCCESS
            }
            _ => self
                .lower
                .carry_out(unit, version, &mut transfer.scratch, outcome),
        };
        let client = transfer.client;
        let before = client.map(|client| self.clients[client].reply.clone());
        let reply: &mut [u8] = match client {
            Some(client) => &mut self.clients[client].reply,
            None => &mut [],
        };
        self.engine.completed(key, status, &transfer.scratch, reply);
        let waiting = client.filter(|client| self.clients[*client].waiting());
        if waiting.is_none()
            && let (Some(client), Some(before)) = (client, before)
        {
            assert_eq!(
                self.clients[client].reply, before,
                "nobody waits: the output buffer is no business of this completion"
            );
        }
        assert_eq!(
            transfer.stage,
            Stage::Sent,
            "a unit that has left is purged"
        );
        match job {
            Job::Connect if step == Step::Main => self.connect_completed(key, status, waiting),
            Job::Break(_) => {
                if let Some(client) = waiting {
                    let size = size_of::<ReplyHeader>();
                    self.answer(client, NtStatus::SUCCESS, size, status);
                }
                self.end(key, Some(status));
            }
            _ => self.query_completed(key, step, status, waiting),
        }
    }

    fn connect_completed(&mut self, key: Key, status: NtStatus, waiting: Option<usize>) {
        if let Some(client) = waiting {
            let size = size_of::<ioctl::ConnectReply>();
            self.answer(client, NtStatus::SUCCESS, size, status);
        }
        if !status.is_success() {
            self.end(key, Some(status));
            return;
        }
        let transfer = self.transfers.get_mut(&key.to_bits()).unwrap();
        let arguments: av61883::Connect = head(&transfer.scratch).arguments();
        transfer.stage = Stage::Kept;
        let unit = transfer.unit;
        // The request's client may be gone; the engine still knows what it asked for.
        let maker = self
            .clients
            .iter()
            .rposition(|client| client.key == key)
            .unwrap();
        let Command::Connect(connect) = self.clients[maker].command else {
            panic!("made by a connect");
        };
        let handle = self.clients[maker].handle;
        self.connections.push(Connection {
            maker,
            unit,
            h_connect: arguments.connection,
            id: None,
            key,
            owner: (!connect.persist).then_some(handle),
            breaking: false,
            doomed: false,
            survived: false,
            gone: false,
        });
        if waiting.is_none() {
            self.start_break(self.connections.len() - 1, Stage::Ready);
        }
    }

    fn query_completed(&mut self, key: Key, step: Step, status: NtStatus, waiting: Option<usize>) {
        let transfer = &self.transfers[&key.to_bits()];
        let unit = transfer.unit;
        let asker = self.clients.iter().rposition(|client| client.key == key);
        let command = self.clients[asker.unwrap()].command;
        let ok = status.is_success();
        let size = match command {
            Command::UnitInfo { .. } => size_of::<ioctl::UnitInfo>(),
            Command::GetPlug { .. } => size_of::<ioctl::PlugReply>(),
            Command::PlugState { .. } => size_of::<ioctl::PlugState>(),
            _ => size_of::<ioctl::ConnectReply>(),
        };
        let next = match (step, command) {
            (Step::Version, _) if ok => {
                self.units[unit].known = self.units[unit].version;
                if self.units[unit].version < DDI_VERSION_2 {
                    if let Some(client) = waiting {
                        let status = NtStatus::REVISION_MISMATCH;
                        self.answer(client, status, 0, status);
                    }
                    None
                } else {
                    Some(Step::Main)
                }
            }
            (
                Step::Main,
                Command::UnitInfo {
                    level: unit_info_level::IDS,
                    ..
                },
            ) if ok => Some(Step::Texts),
            (
                _,
                Command::UnitInfo {
                    level: unit_info_level::DDI_VERSION,
                    ..
                },
            ) if ok && waiting.is_some() => {
                self.units[unit].known = self.units[unit].version;
                None
            }
            (
                _,
                Command::GetPlug {
                    direction, number, ..
                },
            ) if ok => {
                let arguments: av61883::GetPlugHandle =
                    head(&self.transfers[&key.to_bits()].scratch).arguments();
                let place = (unit, direction as u32, u32::from(number));
                let known = self.plugs.get(&place).copied();
                if known.is_none_or(|plug| plug.handle != arguments.handle) {
                    let plug = Plug {
                        handle: arguments.handle,
                        id: None,
                    };
                    self.plugs.insert(place, plug);
                    if let Some(id) = known.and_then(|plug| plug.id) {
                        self.forget_plug(id);
                    }
                }
                None
            }
            (Step::Main, Command::PlugState { .. }) if ok => Some(Step::Generation),
            (Step::Generation, Command::PlugState { .. }) if ok => Some(Step::Register),
            _ => None,
        };
        if let (Some(step), Some(_)) = (next, waiting) {
            let transfer = self.transfers.get_mut(&key.to_bits()).unwrap();
            transfer.step = step;
            transfer.stage = Stage::Ready;
            return;
        }
        if let Some(client) = waiting {
            let inner = match step {
                // The state stands without the register.
                Step::Generation | Step::Register => NtStatus::SUCCESS,
                _ => status,
            };
            self.answer(client, NtStatus::SUCCESS, size, inner);
        }
        self.end(key, Some(status));
    }
}
