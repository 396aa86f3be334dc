//! What a command may be refused with now.

use plug61883_abi::ids::{Direction, PlugId, UnitId};
use plug61883_abi::ioctl::{
    Interface, MAX_CONNECTIONS, MAX_DIRECTORIES, MAX_OPERATIONS, MAX_PLUGS,
    MAX_PROCESS_CONNECTIONS, MAX_PROCESS_DIRECTORIES, MAX_PROCESS_OPERATIONS, MAX_PROCESS_PLUGS,
};
use plug61883_abi::status::NtStatus;
use plug61883_engine::{Command, Owned};

use super::World;
use super::types::{Account, Kind, Life, Owner};

const INVALID: NtStatus = NtStatus::INVALID_PARAMETER;
const DENIED: NtStatus = NtStatus::ACCESS_DENIED;

impl World {
    /// Statuses with which a command may be refused now; none: it must be taken.
    pub(super) fn refusals(&self, handle: usize, command: &Command) -> Vec<NtStatus> {
        let mut refusals = Vec::new();
        if !self.is_open(handle) {
            refusals.push(NtStatus::FILE_CLOSED);
        }
        match *command {
            Command::UnitInfo { unit, .. }
            | Command::GetPlug { unit, .. }
            | Command::SetUnitInfo { unit, .. }
            | Command::CreatePlug { unit, .. }
            | Command::AddDirectory { unit, .. }
            | Command::ReadRegister { unit, .. }
            | Command::BusReset(unit) => refusals.extend(self.unit_refusal(unit).err()),
            Command::PlugState { unit, plug } => {
                refusals.extend(self.plug_refusals(unit, plug));
            }
            Command::SetPlug { unit, plug, .. } => {
                // Of a plug of the device the protocol driver decides.
                let item = self.local_plug(plug).map(|item| &self.items[item]);
                let own = !plug.is_local()
                    || item.is_some_and(|item| match item.owner {
                        Owner::Handle(owner) => owner == handle,
                        Owner::Driver => true,
                        Owner::Foreign => false,
                    });
                if !own {
                    refusals.push(DENIED);
                }
                refusals.extend(self.plug_refusals(unit, plug));
            }
            Command::Connect(connect) => {
                let mut ends = Vec::new();
                for (plug, direction) in [
                    (connect.output, Direction::Out),
                    (connect.input, Direction::In),
                ] {
                    if plug == PlugId::NONE {
                        continue;
                    }
                    refusals.extend(self.plug_refusals(connect.unit, plug));
                    if plug.direction() != Some(direction) {
                        refusals.push(INVALID);
                    }
                    ends.push(self.plug_unit(plug));
                }
                if ends.is_empty() || ends.iter().any(|end| *end != ends[0]) {
                    refusals.push(INVALID);
                }
            }
            Command::Disconnect { unit, force, .. }
            | Command::DeletePlug { unit, force, .. }
            | Command::RemoveDirectory { unit, force, .. } => {
                refusals.extend(self.removal_refusals(handle, command, unit, force));
            }
            Command::Persist { unit, what } => {
                refusals.extend(self.persist_refusals(handle, unit, what));
            }
            _ => refusals.push(NtStatus::INVALID_DEVICE_REQUEST),
        }
        refusals
    }

    fn removal_refusals(
        &self,
        handle: usize,
        command: &Command,
        unit: UnitId,
        force: bool,
    ) -> Vec<NtStatus> {
        let mut refusals = Vec::new();
        if unit != UnitId::NONE {
            refusals.extend(self.unit_refusal(unit).err());
        }
        let Some(index) = self.removed(command) else {
            refusals.push(INVALID);
            return refusals;
        };
        let item = &self.items[index];
        if unit != UnitId::NONE && unit != self.units[item.unit].id {
            refusals.push(INVALID);
        }
        refusals.extend(self.unit_refusal(self.units[item.unit].id).err());
        // Who undoes it now, or has tried to, is answered first.
        let taken = item
            .key
            .is_some_and(|key| self.request_of(key).client.is_some());
        if taken || item.life != Life::Standing {
            refusals.push(INVALID);
        }
        match item.owner {
            Owner::Handle(owner) if owner != handle && !force => refusals.push(DENIED),
            Owner::Foreign if !force || item.kind == Kind::Plug => refusals.push(DENIED),
            _ => {}
        }
        if item.kind == Kind::Plug && self.connections_of(index).next().is_some() {
            refusals.push(NtStatus::DEVICE_BUSY);
        }
        refusals
    }

    fn persist_refusals(&self, handle: usize, unit: UnitId, what: Owned) -> Vec<NtStatus> {
        let mut refusals = Vec::new();
        if unit != UnitId::NONE {
            refusals.extend(self.unit_refusal(unit).err());
        }
        let Some(index) = self.owned(what) else {
            refusals.push(INVALID);
            return refusals;
        };
        let item = &self.items[index];
        if unit != UnitId::NONE && unit != self.units[item.unit].id {
            refusals.push(INVALID);
        }
        refusals.extend(self.unit_refusal(self.units[item.unit].id).err());
        if item.life != Life::Standing {
            refusals.push(INVALID);
        }
        match item.owner {
            Owner::Handle(owner) if owner == handle => {
                if self.share(item.kind, Account::Persistent).0 {
                    refusals.push(NtStatus::QUOTA_EXCEEDED);
                }
            }
            Owner::Driver => {}
            Owner::Handle(_) | Owner::Foreign => refusals.push(DENIED),
        }
        refusals
    }

    /// The item that a command undoes, if its maker was told of it.
    pub(super) fn removed(&self, command: &Command) -> Option<usize> {
        self.owned(match *command {
            Command::Disconnect { connection, .. } => Owned::Connection(connection),
            Command::DeletePlug { plug, .. } => Owned::Plug(plug),
            Command::RemoveDirectory { directory, .. } => Owned::Directory(directory),
            _ => return None,
        })
    }

    /// The item that an id names, if its maker was told of it.
    pub(super) fn owned(&self, what: Owned) -> Option<usize> {
        let (kind, id) = match what {
            Owned::Connection(connection) => (Kind::Connection, connection.0),
            Owned::Plug(plug) => (Kind::Plug, plug.0),
            Owned::Directory(directory) => (Kind::Directory, directory.0),
        };
        self.items
            .iter()
            .position(|item| item.is_seen() && item.kind == kind && item.id == Some(id))
    }

    pub(super) fn local_plug(&self, plug: PlugId) -> Option<usize> {
        self.items
            .iter()
            .position(|item| item.is_seen() && item.kind == Kind::Plug && item.id == Some(plug.0))
    }

    /// The unit of a plug id that is good.
    fn plug_unit(&self, plug: PlugId) -> Option<usize> {
        if plug.is_local() {
            return self.local_plug(plug).map(|item| self.items[item].unit);
        }
        let known = self.plugs.iter().find(|(_, known)| known.id == Some(plug));
        known.map(|((unit, _, _), _)| *unit)
    }

    fn plug_refusals(&self, unit: UnitId, plug: PlugId) -> Vec<NtStatus> {
        let mut refusals = Vec::new();
        if unit != UnitId::NONE {
            refusals.extend(self.unit_refusal(unit).err());
        }
        if self.plug_value(plug).is_none() {
            refusals.push(INVALID);
        }
        if let Some(of) = self.plug_unit(plug) {
            refusals.extend(self.unit_refusal(self.units[of].id).err());
            if unit != UnitId::NONE && unit != self.units[of].id {
                refusals.push(INVALID);
            }
        }
        refusals
    }

    /// What the command would make has no room.
    pub(super) fn item_refusal(&self, handle: usize, command: &Command) -> Option<NtStatus> {
        let (kind, persist) = match *command {
            Command::Connect(connect) => (Kind::Connection, connect.persist),
            Command::CreatePlug { persist, .. } => (Kind::Plug, persist),
            Command::AddDirectory { persist, .. } => (Kind::Directory, persist),
            _ => return None,
        };
        let account = if persist {
            Account::Persistent
        } else {
            Account::Process(self.handles[handle].process)
        };
        (!self.has_room(kind, account)).then_some(NtStatus::QUOTA_EXCEEDED)
    }

    /// An account, and the table, can take one more.
    pub(super) fn has_room(&self, kind: Kind, account: Account) -> bool {
        self.share(kind, account) == (false, false)
    }

    /// An account has as many of a kind as it may; so has the table.
    fn share(&self, kind: Kind, account: Account) -> (bool, bool) {
        let (all, each) = match kind {
            Kind::Connection => (MAX_CONNECTIONS, MAX_PROCESS_CONNECTIONS),
            Kind::Plug => (MAX_PLUGS, MAX_PROCESS_PLUGS),
            Kind::Directory => (MAX_DIRECTORIES, MAX_PROCESS_DIRECTORIES),
        };
        let of_kind = self
            .items
            .iter()
            .filter(|it| !it.is_gone() && it.kind == kind);
        let of_account = of_kind.clone().filter(|item| item.account == account);
        (of_account.count() >= each, of_kind.count() >= all)
    }

    /// The process of a handle, or all together, have as many requests under way as they may.
    pub(super) fn operations_full(&mut self, handle: usize) -> bool {
        let process = Some(self.handles[handle].process);
        let charged = self.requests.values().filter(|it| it.charge == process);
        charged.count() >= MAX_PROCESS_OPERATIONS
            // What the driver does of its own accord counts too, and can't be seen from here.
            || self.interface().operations as usize >= MAX_OPERATIONS
    }

    pub(crate) fn interface(&mut self) -> Interface {
        self.query_fixed(super::WATCHER, &Command::Interface)
    }
}

/// A result must be one of the refusals, or good when there are none.
pub(super) fn expected<T: std::fmt::Debug>(
    result: Result<T, NtStatus>,
    refusals: &[NtStatus],
) -> Result<T, NtStatus> {
    match &result {
        Ok(_) => assert!(refusals.is_empty(), "must be one of {refusals:?}"),
        Err(status) => assert!(
            refusals.contains(status),
            "{status} is none of {refusals:?}"
        ),
    }
    result
}
