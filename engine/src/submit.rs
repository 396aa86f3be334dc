//! Starting what a client asks for.

use plug61883_abi::av61883::unit_info_level;
use plug61883_abi::ids::{Direction, PlugId, UnitId};
use plug61883_abi::ioctl::{MAX_CONNECTIONS, MAX_DIRECTORIES, MAX_OPERATIONS, MAX_PLUGS};
use plug61883_abi::status::NtStatus;

use crate::command::{Command, Connect, Remove};
use crate::handle::Account;
use crate::item::{End, Item, ItemKey, ItemState, Kind, Owner, Reason, Thing};
use crate::transfer::{Client, Job, State, Step, Transfer};
use crate::unit::Unit;
use crate::{Engine, HandleKey, Key, Result};

/// How a command begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// A transfer is reserved: the shell allocates its request, with
    /// [`crate::Scratch::size_for`] bytes of memory, and calls [`Engine::start`], or
    /// [`Engine::released`] when it could not.
    Reserved(Key, UnitId),
    /// It is started, on the transfer that was reserved when the thing was made, and waits,
    /// unsent, for [`Engine::arm`].
    Started(Key, UnitId),
}

impl Engine {
    /// Begins a command that needs a request to the lower drivers; gives the unit whose target
    /// the request is for.
    ///
    /// # Errors
    /// `STATUS_NO_SUCH_DEVICE` and `STATUS_REVISION_MISMATCH` for the unit,
    /// `STATUS_INVALID_PARAMETER` for ids that name nothing, `STATUS_ACCESS_DENIED` for what is
    /// not the handle's own, `STATUS_DEVICE_BUSY` for a plug that has connections,
    /// `STATUS_QUOTA_EXCEEDED`.
    pub fn begin(
        &mut self,
        handle: HandleKey,
        command: &Command,
        timeout_ms: u32,
    ) -> Result<Begin> {
        let account = self.handle(handle)?.account;
        let unit = self.target_unit(handle, command)?;
        if let Some(remove) = command.removal() {
            let key = self.item_to_undo(handle, &remove)?;
            if let Some(transfer) = self.item(key).and_then(|item| item.transfer) {
                self.start_undoing(handle, key, transfer, &remove);
                self.charge(transfer, account);
                self.await_client(transfer, handle, timeout_ms);
                return Ok(Begin::Started(transfer, unit));
            }
        }
        if self.operations >= MAX_OPERATIONS || !self.accounts.may_operate(account) {
            return Err(NtStatus::QUOTA_EXCEEDED);
        }
        let key = self
            .reserve_transfer(unit, account)
            .ok_or(NtStatus::QUOTA_EXCEEDED)?;
        Ok(Begin::Reserved(key, unit))
    }

    /// The unit that a command is for; it takes requests, and the command's plugs are its own.
    fn target_unit(&self, handle: HandleKey, command: &Command) -> Result<UnitId> {
        let unit = match *command {
            Command::UnitInfo { unit, .. }
            | Command::GetPlug { unit, .. }
            | Command::SetUnitInfo { unit, .. }
            | Command::CreatePlug { unit, .. }
            | Command::BusReset(unit)
            | Command::AddDirectory { unit, .. }
            | Command::ReadRegister { unit, .. } => unit,
            Command::PlugState { unit, plug } => self.resolve_plug(plug, unit)?.0,
            Command::SetPlug { unit, plug, .. } => self.plug_to_set(handle, plug, unit)?,
            Command::Connect(connect) => self.connect_ends(&connect)?.0,
            _ => {
                let remove = command.removal().ok_or(NtStatus::INVALID_DEVICE_REQUEST)?;
                let key = self.item_to_undo(handle, &remove)?;
                self.item(key).ok_or(NtStatus::INVALID_PARAMETER)?.unit
            }
        };
        self.usable_unit(unit)?;
        Ok(unit)
    }

    /// The unit of a plug that the handle may set: one of this computer that is its own or
    /// persistent, or one of the device, where the protocol driver decides.
    fn plug_to_set(&self, handle: HandleKey, plug: PlugId, unit: UnitId) -> Result<UnitId> {
        let denied = NtStatus::ACCESS_DENIED;
        let (unit, plug) = match self.resolve_plug(plug, unit) {
            // Another driver's is there, but it may not be named.
            Err(NtStatus::INVALID_PARAMETER) if self.is_foreign_plug(plug) => return Err(denied),
            resolved => resolved?,
        };
        if !plug.local {
            return Ok(unit);
        }
        let item = self.local_plug(unit, plug).and_then(|key| self.item(key));
        match item.map(|item| item.owner) {
            Some(Owner::Driver) => Ok(unit),
            Some(Owner::Handle(owner)) if owner == handle => Ok(unit),
            _ => Err(denied),
        }
    }

    fn is_foreign_plug(&self, plug: PlugId) -> bool {
        self.announced_items(Kind::Plug).any(|(_, item)| {
            item.is_foreign() && item.thing.plug().map(|it| it.id(item.unit)) == Some(plug)
        })
    }

    /// The unit and ends of a connection to be made.
    fn connect_ends(&self, connect: &Connect) -> Result<(UnitId, [End; 2])> {
        let bad = NtStatus::INVALID_PARAMETER;
        let resolve = |plug, direction| match plug {
            PlugId::NONE => Ok(None),
            plug => match self.resolve_plug(plug, connect.unit)? {
                (unit, plug) if plug.direction == direction => Ok(Some((unit, End::Plug(plug)))),
                _ => Err(bad),
            },
        };
        let output = resolve(connect.output, Direction::Out)?;
        let input = resolve(connect.input, Direction::In)?;
        match (output, input) {
            (Some((a, output)), Some((b, input))) if a == b => Ok((a, [output, input])),
            (Some((unit, output)), None) => Ok((unit, [output, End::Open])),
            (None, Some((unit, input))) => Ok((unit, [End::Open, input])),
            _ => Err(bad),
        }
    }

    /// The item that a handle may undo.
    fn item_to_undo(&self, handle: HandleKey, remove: &Remove) -> Result<ItemKey> {
        let bad = NtStatus::INVALID_PARAMETER;
        let (key, item) = self.find_item(remove.unit, remove.what)?;
        let kind = item.thing.kind();
        match item.owner {
            Owner::Handle(owner) if owner != handle && !remove.force => {
                return Err(NtStatus::ACCESS_DENIED);
            }
            // Who created a plug goes on using its handle: it may not be pulled away.
            Owner::Foreign if !remove.force || kind == Kind::Plug => {
                return Err(NtStatus::ACCESS_DENIED);
            }
            _ => {}
        }
        // Who undoes it now, or has tried to, is answered first.
        let is_taken = item
            .transfer
            .and_then(|key| self.transfer(key))
            .is_some_and(Transfer::has_client);
        if is_taken || !matches!(item.state, ItemState::Active(_)) {
            return Err(bad);
        }
        if kind == Kind::Plug && self.has_connections(key) {
            return Err(NtStatus::DEVICE_BUSY);
        }
        Ok(key)
    }

    /// An item is being undone for a client.
    fn start_undoing(&mut self, handle: HandleKey, key: ItemKey, transfer: Key, remove: &Remove) {
        let Some(item) = self.item_mut(key) else {
            return;
        };
        item.state = ItemState::Undoing(item.handle());
        let reason = match item.owner {
            Owner::Handle(owner) if owner != handle => Reason::Forced,
            Owner::Foreign => Reason::Forced,
            _ => Reason::Asked,
        };
        if let Thing::Directory { bus_reset, .. } = &mut item.thing {
            *bus_reset = remove.bus_reset;
        }
        let plug = item.thing.plug().map(|plug| (item.unit, plug));
        if let Some(transfer) = self.transfer_mut(transfer) {
            transfer.state = State::Parked;
            transfer.job = Job::Undo(key, reason);
            transfer.step = Step::Main;
        }
        if let Some((unit, plug)) = plug {
            self.dismiss_unsent(unit, plug);
        }
    }

    /// Starts a command on its reserved transfer. It waits, unsent, for [`Self::arm`].
    ///
    /// # Errors
    /// As [`Self::begin`]: things may have changed since. The shell calls [`Self::released`].
    pub fn start(
        &mut self,
        key: Key,
        handle: HandleKey,
        command: &Command,
        timeout_ms: u32,
    ) -> Result<()> {
        self.handle(handle)?;
        let unit = self.target_unit(handle, command)?;
        let reserved = self
            .transfer(key)
            .is_some_and(|transfer| transfer.state == State::Reserved && transfer.unit == unit);
        if !reserved {
            return Err(NtStatus::INTERNAL_ERROR);
        }
        if let Some(remove) = command.removal() {
            // A foreign connection: its transfer is the one that was reserved now.
            let item = self.item_to_undo(handle, &remove)?;
            match self.item_mut(item) {
                Some(item) if item.transfer.is_none() => item.transfer = Some(key),
                _ => return Err(NtStatus::INVALID_PARAMETER),
            }
            self.start_undoing(handle, item, key, &remove);
            if let Some(transfer) = self.transfer_mut(key) {
                transfer.item = Some(item);
            }
        } else {
            let job = self.job(key, handle, command)?;
            let step = self.first_step(unit, job);
            if let Some(transfer) = self.transfer_mut(key) {
                transfer.state = State::Parked;
                transfer.job = job;
                transfer.step = step;
            }
        }
        self.await_client(key, handle, timeout_ms);
        Ok(())
    }

    /// What a command has the lower drivers do.
    fn job(&mut self, key: Key, handle: HandleKey, command: &Command) -> Result<Job> {
        Ok(match *command {
            Command::UnitInfo { level, flags, .. } => Job::UnitInfo { level, flags },
            Command::SetUnitInfo { level, words, .. } => Job::SetUnitInfo { level, words },
            Command::GetPlug {
                direction, number, ..
            } => Job::GetPlug { direction, number },
            Command::PlugState { plug, unit } => Job::PlugState(self.resolve_plug(plug, unit)?.1),
            Command::SetPlug { plug, unit, pcr } => Job::SetPlug {
                plug: self.resolve_plug(plug, unit)?.1,
                pcr,
            },
            Command::BusReset(_) => Job::BusReset,
            Command::ReadRegister { offset, .. } => Job::ReadRegister {
                offset,
                generation: 0,
            },
            Command::Connect(connect) => {
                let (unit, [output, input]) = self.connect_ends(&connect)?;
                let thing = Thing::Connection {
                    output,
                    input,
                    connect_type: connect.connect_type,
                    format: connect.format,
                };
                self.make(key, handle, unit, thing, connect.persist)?
            }
            Command::CreatePlug {
                unit,
                direction,
                pcr,
                persist,
            } => {
                let thing = Thing::Plug {
                    direction,
                    number: 0,
                    generation: self.fresh_plug_generation(),
                    pcr,
                };
                self.make(key, handle, unit, thing, persist)?
            }
            Command::AddDirectory {
                unit,
                spec_id,
                sw_version,
                bus_reset,
                persist,
            } => {
                let thing = Thing::Directory {
                    spec_id,
                    sw_version,
                    bus_reset,
                };
                self.make(key, handle, unit, thing, persist)?
            }
            _ => return Err(NtStatus::INVALID_DEVICE_REQUEST),
        })
    }

    /// Puts an item that is to be made into the table.
    fn make(
        &mut self,
        transfer: Key,
        handle: HandleKey,
        unit: UnitId,
        thing: Thing,
        persist: bool,
    ) -> Result<Job> {
        let maker = self.handle(handle)?;
        let (owner, account) = if persist {
            (Owner::Driver, Account::PERSISTENT)
        } else {
            (Owner::Handle(handle), maker.account)
        };
        let item = Item {
            unit,
            owner,
            state: ItemState::Making,
            doomed: None,
            announced: false,
            seen_from: 0,
            transfer: Some(transfer),
            made_at: self.clock.system_time,
            process_id: maker.process_id,
            account,
            thing,
        };
        let key = self.insert_item(item)?;
        if let Some(transfer) = self.transfer_mut(transfer) {
            transfer.item = Some(key);
        }
        Ok(Job::Make(key))
    }

    /// Puts an item into the table, within the bounds.
    pub(crate) fn insert_item(&mut self, item: Item) -> Result<ItemKey> {
        let (kind, account) = (item.thing.kind(), item.account);
        let most = match kind {
            Kind::Connection => MAX_CONNECTIONS,
            Kind::Plug => MAX_PLUGS,
            Kind::Directory => MAX_DIRECTORIES,
        };
        if self.item_count(kind) >= most {
            return Err(NtStatus::QUOTA_EXCEEDED);
        }
        self.accounts.take_item(account, kind)?;
        match self.items.insert(item) {
            Some((slot, generation)) => {
                self.count_items(kind, true);
                Ok(ItemKey { slot, generation })
            }
            None => {
                self.accounts.give_item(account, kind);
                Err(NtStatus::QUOTA_EXCEEDED)
            }
        }
    }

    /// The DDI version comes first where it is not known yet.
    fn first_step(&self, unit: UnitId, job: Job) -> Step {
        let asks_version =
            matches!(job, Job::UnitInfo { level, .. } if level == unit_info_level::DDI_VERSION);
        if asks_version || self.unit(unit).is_ok_and(Unit::is_spoken_to) {
            Step::Main
        } else {
            Step::Version
        }
    }

    /// A handle's request waits for a transfer.
    fn await_client(&mut self, key: Key, handle: HandleKey, timeout_ms: u32) {
        let deadline = self.clock.ms.saturating_add(u64::from(timeout_ms)).max(1);
        if let Some(transfer) = self.transfer_mut(key) {
            transfer.client = Client::Waiting(handle);
            transfer.deadline = deadline;
            let unit = transfer.unit;
            self.want_timer(unit, deadline);
        }
    }

    /// The client's request can be cancelled from now on: the transfer may be sent.
    pub fn arm(&mut self, key: Key) {
        if let Some(transfer) = self.transfer(key)
            && transfer.state == State::Parked
            && transfer.is_waiting()
        {
            let step = transfer.step;
            self.ready(key, step);
        }
    }
}
