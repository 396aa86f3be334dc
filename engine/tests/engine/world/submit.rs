//! A client's way in and early way out: reserved, started, armed, cancelled, expired.

use plug61883_abi::av61883::{DDI_VERSION_2, unit_info_level};
use plug61883_abi::ids::{ConnectionId, UnitId};
use plug61883_abi::ioctl::{MAX_CONNECTIONS, MAX_OPERATIONS};
use plug61883_abi::status::NtStatus;
use plug61883_engine::{Command, Key, Scratch};
use zerocopy::FromZeros;

use super::World;
use super::refusals::expected;
use super::types::{
    Client, ClientStage, HandleStage, Job, OUTPUT, Reserved, Stage, Step, Transfer, UNTOUCHED,
};

impl World {
    /// Reserves for a command; whether it was taken.
    pub(crate) fn reserve(&mut self, handle: usize, command: Command) -> Result<(), NtStatus> {
        let mut refusals = self.refusals(handle, &command);
        if self.operations() >= MAX_OPERATIONS {
            refusals.push(NtStatus::QUOTA_EXCEEDED);
        }
        let reserved = self.engine.reserve(self.handles[handle].key, &command);
        let (key, unit) = expected(reserved, &refusals)?;
        assert!(
            !self.transfers.contains_key(&key.to_bits()),
            "a key is never used again"
        );
        assert_eq!(Key::from_bits(key.to_bits()), key);
        assert!(key.index() < plug61883_engine::MAX_TRANSFERS);
        let unit = self.usable(unit).expect("its unit takes requests");
        let mut scratch = Box::new(Scratch::new_zeroed());
        if matches!(command, Command::PlugState { .. }) {
            scratch.mdl = 0xFFFF_A000_0000_0000 | key.to_bits();
        }
        self.transfers.insert(
            key.to_bits(),
            Transfer {
                unit,
                scratch,
                stage: Stage::Reserved,
                job: Job::Query,
                step: Step::Main,
                client: None,
                pinned: false,
                cancel: false,
                below: false,
            },
        );
        self.reserved.push(Reserved {
            key,
            handle,
            command,
        });
        Ok(())
    }

    /// Starts what was reserved, or gives it back; the client.
    pub(crate) fn start(&mut self, index: usize, timeout: u64) -> Result<usize, NtStatus> {
        let Reserved {
            key,
            handle,
            command,
        } = self.reserved.remove(index);
        let mut refusals = self.refusals(handle, &command);
        if matches!(command, Command::Connect(_)) && self.connection_count() >= MAX_CONNECTIONS {
            refusals.push(NtStatus::QUOTA_EXCEEDED);
        }
        let client = self.clients.len();
        let deadline = self.now + timeout;
        let started = self.engine.start(
            key,
            self.handles[handle].key,
            &command,
            deadline,
            client as u64,
        );
        if let Err(status) = expected(started, &refusals) {
            self.engine.released(key);
            self.transfers.remove(&key.to_bits()).expect("still there");
            return Err(status);
        }
        let plugs = match command {
            Command::PlugState { plug, .. } => (self.plug(plug).unwrap().1, 0),
            Command::Connect(connect) => (
                self.plug(connect.output).map_or(0, |plug| plug.1),
                self.plug(connect.input).map_or(0, |plug| plug.1),
            ),
            _ => (0, 0),
        };
        let transfer = self.transfers.get_mut(&key.to_bits()).unwrap();
        let asks_version = matches!(
            command,
            Command::UnitInfo {
                level: unit_info_level::DDI_VERSION,
                ..
            }
        );
        transfer.step = if self.units[transfer.unit].known >= DDI_VERSION_2 || asks_version {
            Step::Main
        } else {
            Step::Version
        };
        transfer.job = match command {
            Command::Connect(_) => Job::Connect,
            _ => Job::Query,
        };
        transfer.stage = Stage::Parked;
        transfer.client = Some(client);
        let unit = transfer.unit;
        self.add_client(command, handle, unit, key, deadline, plugs);
        Ok(client)
    }

    fn add_client(
        &mut self,
        command: Command,
        handle: usize,
        unit: usize,
        key: Key,
        deadline: u64,
        plugs: (u64, u64),
    ) {
        self.clients.push(Client {
            command,
            handle,
            unit,
            key,
            deadline,
            reply: vec![UNTOUCHED; OUTPUT],
            answered: Vec::new(),
            stage: ClientStage::Placed,
            inner: NtStatus::SUCCESS,
            plugs,
        });
    }

    /// Starts breaking a connection; the client.
    pub(crate) fn disconnect(
        &mut self,
        handle: usize,
        unit: UnitId,
        id: ConnectionId,
        force: bool,
        timeout: u64,
    ) -> Result<usize, NtStatus> {
        let mut refusals = Vec::new();
        if self.handles[handle].stage != HandleStage::Open {
            refusals.push(NtStatus::FILE_CLOSED);
        }
        if unit != UnitId::NONE && self.usable(unit).is_none() {
            refusals.push(NtStatus::NO_SUCH_DEVICE);
        }
        let found = (0..self.connections.len())
            .find(|index| self.connections[*index].id == Some(id) && self.breakable(*index));
        match found.map(|index| &self.connections[index]) {
            None => refusals.push(NtStatus::INVALID_PARAMETER),
            Some(connection) => {
                if self.units[connection.unit].leaving.is_some() {
                    refusals.push(NtStatus::NO_SUCH_DEVICE);
                }
                if unit != UnitId::NONE && unit != self.units[connection.unit].id {
                    refusals.push(NtStatus::INVALID_PARAMETER);
                }
                if connection.owner.is_some_and(|owner| owner != handle) && !force {
                    refusals.push(NtStatus::ACCESS_DENIED);
                }
            }
        }
        let deadline = self.now + timeout;
        let started =
            self.engine
                .start_disconnect(self.handles[handle].key, unit, id, force, deadline);
        let (key, of) = expected(started, &refusals)?;
        let index = found.expect("not refused");
        let unit = self.connections[index].unit;
        assert_eq!(self.units[unit].id, of);
        // Breaking takes what was kept since the connection was made.
        assert_eq!(key, self.connections[index].key);
        let client = self.clients.len();
        self.start_break(index, Stage::Parked);
        self.transfers.get_mut(&key.to_bits()).unwrap().client = Some(client);
        let command = Command::Disconnect {
            unit: UnitId::NONE,
            connection: id,
            force,
        };
        self.add_client(command, handle, unit, key, deadline, (0, 0));
        Ok(client)
    }

    pub(crate) fn arm(&mut self, client: usize) {
        if matches!(self.clients[client].stage, ClientStage::Done(_)) {
            return;
        }
        let key = self.clients[client].key;
        self.engine.arm(key);
        if self.clients[client].stage == ClientStage::Placed {
            self.clients[client].stage = ClientStage::Armed;
            self.transfers.get_mut(&key.to_bits()).unwrap().stage = Stage::Ready;
        }
    }

    /// Reserves, starts and arms.
    pub(crate) fn request(&mut self, handle: usize, command: Command) -> Result<usize, NtStatus> {
        self.reserve(handle, command)?;
        let client = self.start(self.reserved.len() - 1, 5_000)?;
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
            self.engine.cancel(key),
            waiting,
            "who completes it is clear"
        );
        if waiting {
            self.clients[client].stage = ClientStage::Done(NtStatus::CANCELLED);
            self.transfers.get_mut(&key.to_bits()).unwrap().client = None;
            self.give_up(key);
        }
    }

    pub(crate) fn expire(&mut self, unit: usize) {
        let waiting = |client: &&Client| client.unit == unit && client.waiting();
        let next = self.clients.iter().filter(waiting);
        let next = next.map(|client| client.deadline).min();
        assert_eq!(self.engine.next_deadline(self.units[unit].id), next);
        self.engine.expire(self.units[unit].id, self.now);
        let now = self.now;
        self.dismiss_all(NtStatus::IO_TIMEOUT, |client| {
            client.unit == unit && client.deadline <= now
        });
    }
}
