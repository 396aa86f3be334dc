//! What is made: how items begin, and what follows when they have to go.

use plug61883_abi::ids::{PlugId, UnitId};
use plug61883_abi::ioctl::{Origin, ReplyHeader, event_reason};
use plug61883_abi::status::NtStatus;
use plug61883_engine::{Command, Key, Owned};
use zerocopy::FromBytes;

use super::World;
use super::refusals::expected;
use super::types::{Account, Item, Kind, Life, OUTPUT, Owner, Reason, Role, Stage, UNTOUCHED};

impl World {
    /// The item that a client's command makes, if it makes one.
    pub(super) fn item_of(&mut self, client: usize) -> Option<usize> {
        let maker = &self.clients[client];
        let mut item = Item {
            kind: Kind::Connection,
            unit: maker.unit,
            life: Life::Making,
            owner: Owner::Handle(maker.handle),
            made_by: Owner::Handle(maker.handle),
            account: Account::Process(self.handles[maker.handle].process),
            process: self.handles[maker.handle].process,
            key: Some(maker.key),
            ..self.blank(maker.unit)
        };
        let persist = match maker.command {
            Command::Connect(connect) => {
                item.ends = [connect.output, connect.input];
                item.end_values = maker.plugs;
                item.connect_type = connect.connect_type;
                connect.persist
            }
            Command::CreatePlug {
                direction,
                pcr,
                persist,
                ..
            } => {
                item.kind = Kind::Plug;
                item.direction = direction as u32;
                item.pcr = pcr.0;
                persist
            }
            Command::AddDirectory {
                spec_id,
                sw_version,
                persist,
                ..
            } => {
                item.kind = Kind::Directory;
                item.directory = [spec_id, sw_version];
                persist
            }
            _ => return None,
        };
        if persist {
            item.owner = Owner::Driver;
            item.made_by = Owner::Driver;
            item.account = Account::Persistent;
        }
        self.items.push(item);
        Some(self.items.len() - 1)
    }

    /// A handle hands something over to the driver.
    pub(crate) fn persist(
        &mut self,
        handle: usize,
        unit: UnitId,
        what: Owned,
    ) -> Result<(), NtStatus> {
        let command = Command::Persist { unit, what };
        let refusals = self.refusals(handle, &command);
        let key = self.handles[handle].key;
        let mut reply = [UNTOUCHED; OUTPUT];
        let answered = self.input().query(key, &command, &mut reply);
        let size = expected(answered.expect("answered at once"), &refusals).inspect_err(|_| {
            assert_eq!(reply, [UNTOUCHED; OUTPUT], "nothing is written");
        })?;
        let (header, rest) = ReplyHeader::read_from_prefix(&reply).unwrap();
        let told = (header.size as usize, header.status, header.origin);
        assert_eq!(told, (size, NtStatus::SUCCESS, Origin::Driver as u32));
        assert_eq!(size, size_of::<ReplyHeader>());
        assert!(
            { rest.iter() }.all(|byte| *byte == UNTOUCHED),
            "no byte more"
        );
        let item = self.owned(what).expect("it is there");
        let item = &mut self.items[item];
        if item.owner != Owner::Driver {
            item.owner = Owner::Driver;
            item.account = Account::Persistent;
        }
        self.sync();
        Ok(())
    }

    /// An item of another driver, with nothing known of it.
    pub(super) fn blank(&self, unit: usize) -> Item {
        Item {
            kind: Kind::Connection,
            unit,
            life: Life::Standing,
            owner: Owner::Foreign,
            made_by: Owner::Foreign,
            account: Account::Foreign,
            process: 0,
            key: None,
            value: 0,
            id: None,
            announced: false,
            seen_from: 0,
            doomed: None,
            above: None,
            survived: false,
            made_at: self.system_time(),
            ends: [PlugId::NONE; 2],
            end_values: [0; 2],
            connect_type: 0,
            direction: 0,
            number: 0,
            pcr: 0,
            context: None,
            directory: [0; 2],
        }
    }

    /// Connections of a plug of this computer, made or being made.
    pub(super) fn connections_of(&self, plug: usize) -> impl Iterator<Item = usize> + '_ {
        let value = self.items[plug].value;
        let unit = self.items[plug].unit;
        (0..self.items.len()).filter(move |index| {
            let item = &self.items[*index];
            item.kind == Kind::Connection
                && !item.is_gone()
                && item.owner != Owner::Foreign
                && item.unit == unit
                && item.end_values.contains(&value)
        })
    }

    /// Items have to go: those that are being undone, if that fails; the others now.
    pub(super) fn doom_all(&mut self, reason: Reason, which: impl Fn(&Item) -> bool) {
        for item in &mut self.items {
            let undoing = matches!(item.life, Life::Undoing(_));
            if undoing && item.owner != Owner::Foreign && which(item) {
                item.doomed = Some(reason);
            }
        }
        for index in 0..self.items.len() {
            if which(&self.items[index]) {
                self.doom(index, reason);
            }
        }
    }

    /// An item that stands has to go. What is still being made is undone as soon as it is.
    pub(super) fn doom(&mut self, index: usize, reason: Reason) {
        let item = &self.items[index];
        if item.owner != Owner::Foreign && item.life == Life::Standing {
            self.undo(index, reason);
        }
    }

    /// The driver undoes an item of its own accord; what needs a plug goes with it.
    fn undo(&mut self, index: usize, reason: Reason) {
        let item = &mut self.items[index];
        item.life = Life::Undoing(reason);
        item.doomed = None;
        let (kind, key, plug) = (item.kind, item.key.expect("kept"), item.id);
        let request = self.request_mut(key);
        request.role = Role::Undo(index);
        request.stage = Stage::Here;
        request.abandoned = false;
        request.cancelled = false;
        request.charge = None;
        if kind == Kind::Plug {
            if let Some(plug) = plug {
                self.forget_plug(PlugId(plug));
            }
            let standing: Vec<usize> = self
                .connections_of(index)
                .filter(|it| self.items[*it].life == Life::Standing)
                .collect();
            for connection in standing {
                self.undo(connection, reason);
            }
        }
    }

    /// What undoes an item has ended: with the protocol driver's status, or with none when it
    /// never got there.
    pub(super) fn undone(&mut self, index: usize, key: Key, status: Option<NtStatus>) {
        let Life::Undoing(reason) = self.items[index].life else {
            panic!("it was being undone");
        };
        let unknown = Some(NtStatus::INVALID_PARAMETER);
        let gone = status == unknown || status.is_some_and(NtStatus::is_success);
        let above = self.items[index].above.take();
        let foreign = self.items[index].owner == Owner::Foreign;
        if gone || (foreign && above == Some(true)) {
            self.items[index].life = Life::Gone(reason);
            self.spend(key);
            return;
        }
        if foreign {
            let item = &mut self.items[index];
            item.life = match above {
                Some(_) => Life::UndoneAbove,
                None => Life::Standing,
            };
            item.key = None;
            self.spend(key);
            return;
        }
        let owner = self.items[index].owner;
        let orphan = matches!(owner, Owner::Handle(handle) if !self.is_open(handle));
        let item = &mut self.items[index];
        item.life = Life::Standing;
        item.survived = true;
        let doomed = item.doomed.take();
        if doomed.is_none() && orphan {
            item.owner = Owner::Driver;
        }
        // From now on it is seen, if it was not.
        if doomed.is_none() && !item.announced && self.request_of(key).client.is_none() {
            let next = self.next_event();
            self.items[index].announced = true;
            self.items[index].seen_from = next;
        }
        self.rest(key);
        if let Some(reason) = doomed {
            self.undo(index, reason);
        }
        self.keep_plugs_of(index);
    }

    /// The plugs of a connection that stands although it was to be broken stay too.
    fn keep_plugs_of(&mut self, connection: usize) {
        let of = &self.items[connection];
        if of.kind != Kind::Connection || of.life != Life::Standing {
            return;
        }
        for end in of.ends {
            let plug = (0..self.items.len()).find(|index| {
                let item = &self.items[*index];
                item.kind == Kind::Plug
                    && end != PlugId::NONE
                    && item.id == Some(end.0)
                    && matches!(item.life, Life::Undoing(_))
            });
            let key = plug.and_then(|plug| self.items[plug].key);
            if let (Some(plug), Some(key)) = (plug, key)
                && self.request_of(key).stage == Stage::Here
            {
                self.undone(plug, key, None);
            }
        }
    }

    pub(super) fn may_send(&self, unit: usize) -> bool {
        self.units[unit].leaving || !self.units[unit].suspended
    }

    /// A request that makes something has come to nothing.
    pub(super) fn not_made(&mut self, index: usize, key: Key) {
        // Nobody has seen it.
        self.items[index].life = Life::Gone(0);
        self.spend(key);
    }

    /// A request is kept until it is needed again.
    pub(super) fn rest(&mut self, key: Key) {
        let request = self.request_mut(key);
        request.role = Role::Kept;
        request.stage = Stage::Here;
        request.charge = None;
    }

    pub(super) fn spend(&mut self, key: Key) {
        let request = self.request_mut(key);
        request.role = Role::None;
        request.stage = Stage::Here;
    }

    /// A connection was not made again after a bus reset.
    pub(super) fn lose(&mut self, index: usize) {
        if self.items[index].owner == Owner::Foreign {
            self.items[index].life = Life::Gone(event_reason::LOST);
        } else {
            self.undo(index, event_reason::LOST);
        }
    }
}
