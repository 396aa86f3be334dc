//! What is made through the protocol driver and has to be undone: connections, plugs of this
//! computer, unit directories.

use plug61883_abi::av61883::{AvPcr, CipDataFormat, connect_type};
use plug61883_abi::ids::{ConnectionId, Direction, DirectoryId, UnitId};
use plug61883_abi::ioctl::event_reason;
use plug61883_abi::status::NtStatus;

use crate::command::Owned;
use crate::handle::Account;
use crate::slots::{Empty, key_type};
use crate::unit::PlugRef;
use crate::{Engine, HandleKey, Key, Result};

/// An item, from the request that makes it to the completion that ends it.
pub(crate) struct Item {
    pub(crate) unit: UnitId,
    pub(crate) owner: Owner,
    pub(crate) state: ItemState,
    /// Its owner or its unit is going while somebody's undoing is under way: if that fails, or is
    /// cancelled, the item is undone all the same, for this reason. Of a foreign item that a
    /// client is undoing: its own driver is undoing it too (`Asked`), or has (`OwnerGone`).
    pub(crate) doomed: Option<Reason>,
    /// Its maker was told of it: user mode can see it.
    pub(crate) announced: bool,
    /// Number of the event that told of it, or of the next one for what has no events.
    pub(crate) seen_from: u64,
    /// The reserved transfer that made it and will undo it; what is foreign has none until
    /// somebody breaks it.
    pub(crate) transfer: Option<Key>,
    /// System time, units of 100 ns since 1601.
    pub(crate) made_at: u64,
    /// Process that made it, 0 when it is not known.
    pub(crate) process_id: u32,
    /// Whose share of the tables it takes.
    pub(crate) account: Account,
    pub(crate) thing: Thing,
}

impl Empty for Item {
    const EMPTY: Self = Self {
        unit: UnitId::NONE,
        owner: Owner::Driver,
        state: ItemState::Making,
        doomed: None,
        announced: false,
        seen_from: 0,
        transfer: None,
        made_at: 0,
        process_id: 0,
        account: Account::NONE,
        thing: Thing::Connection {
            output: End::Open,
            input: End::Open,
            connect_type: 0,
            format: zerocopy::transmute!([0_u8; size_of::<CipDataFormat>()]),
        },
    };
}

key_type! {
    /// Names an item.
    pub(crate) ItemKey
}

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Thing {
    Connection {
        output: End,
        input: End,
        connect_type: u32,
        format: CipDataFormat,
    },
    Plug {
        direction: Direction,
        /// Number, once the plug is made.
        number: u8,
        /// Of its id.
        generation: u32,
        /// Its register, as far as known.
        pcr: AvPcr,
    },
    Directory {
        spec_id: u32,
        sw_version: u32,
        /// The bus is reset after the next change.
        bus_reset: bool,
    },
}

/// Kinds of [`Thing`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Connection,
    Plug,
    Directory,
}

/// One end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// It has none.
    Open,
    /// A plug that has an id.
    Plug(PlugRef),
    /// A plug that another driver named, by its `hPlug`.
    Foreign(u64),
}

/// Who answers for an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The driver, until it is undone by id or the unit leaves.
    Driver,
    /// The handle that made it: it is undone when the handle closes.
    Handle(HandleKey),
    /// Another driver above this one.
    Foreign,
}

/// Where an item stands. The numbers are `hConnect`, `hPlug`, `hCromEntry`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ItemState {
    /// Being made.
    Making,
    /// Made.
    Active(u64),
    /// Being undone.
    Undoing(u64),
}

/// Why an item is undone: [`event_reason`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Reason {
    Asked = event_reason::ASKED,
    OwnerGone = event_reason::OWNER_GONE,
    UnitGone = event_reason::UNIT_GONE,
    Forced = event_reason::FORCED,
    Lost = event_reason::LOST,
}

impl Thing {
    pub(crate) const fn kind(&self) -> Kind {
        match self {
            Self::Connection { .. } => Kind::Connection,
            Self::Plug { .. } => Kind::Plug,
            Self::Directory { .. } => Kind::Directory,
        }
    }

    /// The ends of a connection; a thing of another kind has none.
    pub(crate) const fn ends(&self) -> [End; 2] {
        match *self {
            Self::Connection { output, input, .. } => [output, input],
            _ => [End::Open; 2],
        }
    }

    /// The plug that it is, if it is one.
    pub(crate) const fn plug(&self) -> Option<PlugRef> {
        match *self {
            Self::Plug {
                direction,
                number,
                generation,
                ..
            } => Some(PlugRef {
                local: true,
                direction,
                number,
                generation,
            }),
            _ => None,
        }
    }

    /// It is a connection of the type that a plug counts as broadcast.
    pub(crate) fn is_broadcast(&self) -> bool {
        matches!(self, Self::Connection { connect_type, .. } if *connect_type == connect_type::BROADCAST)
    }
}

impl Item {
    /// The handle that the protocol driver gave for it, 0 before.
    pub(crate) const fn handle(&self) -> u64 {
        match self.state {
            ItemState::Making => 0,
            ItemState::Active(handle) | ItemState::Undoing(handle) => handle,
        }
    }

    pub(crate) fn is_foreign(&self) -> bool {
        self.owner == Owner::Foreign
    }
}

impl ItemKey {
    pub(crate) const fn connection(self) -> ConnectionId {
        ConnectionId::new(self.slot as u32, self.generation)
    }

    pub(crate) const fn directory(self) -> DirectoryId {
        DirectoryId::new(self.slot as u32, self.generation)
    }

    fn of(slot: Option<usize>, generation: u32) -> Option<Self> {
        let slot = u16::try_from(slot?).ok()?;
        Some(Self { slot, generation })
    }
}

impl Engine {
    pub(crate) fn item(&self, key: ItemKey) -> Option<&Item> {
        self.items.get(usize::from(key.slot), key.generation)
    }

    pub(crate) fn item_mut(&mut self, key: ItemKey) -> Option<&mut Item> {
        self.items.get_mut(usize::from(key.slot), key.generation)
    }

    /// The item of a connection's id, if user mode can see it.
    pub(crate) fn connection(&self, id: ConnectionId) -> Option<ItemKey> {
        self.announced(ItemKey::of(id.slot(), id.generation())?, Kind::Connection)
    }

    /// The item of a unit directory's id, if user mode can see it.
    pub(crate) fn directory(&self, id: DirectoryId) -> Option<ItemKey> {
        self.announced(ItemKey::of(id.slot(), id.generation())?, Kind::Directory)
    }

    /// The item of a local plug of a unit, if user mode can see it.
    pub(crate) fn local_plug(&self, unit: UnitId, plug: PlugRef) -> Option<ItemKey> {
        self.announced_items(Kind::Plug)
            .find(|(_, item)| item.unit == unit && item.thing.plug() == Some(plug))
            .map(|(key, _)| key)
    }

    /// The item that a client names, with or without its unit.
    pub(crate) fn find_item(&self, unit: UnitId, what: Owned) -> Result<(ItemKey, &Item)> {
        let bad = NtStatus::INVALID_PARAMETER;
        if unit != UnitId::NONE {
            self.usable_unit(unit)?;
        }
        let key = match what {
            Owned::Connection(id) => self.connection(id),
            Owned::Directory(id) => self.directory(id),
            Owned::Plug(id) => self
                .announced_items(Kind::Plug)
                .find(|(_, item)| item.thing.plug().map(|plug| plug.id(item.unit)) == Some(id))
                .map(|(key, _)| key),
        };
        let key = key.ok_or(bad)?;
        match self.item(key) {
            Some(item) if unit == UnitId::NONE || unit == item.unit => Ok((key, item)),
            _ => Err(bad),
        }
    }

    fn announced(&self, key: ItemKey, kind: Kind) -> Option<ItemKey> {
        self.item(key)
            .is_some_and(|item| item.announced && item.thing.kind() == kind)
            .then_some(key)
    }

    /// All items of a kind that user mode can see.
    pub(crate) fn announced_items(&self, kind: Kind) -> impl Iterator<Item = (ItemKey, &Item)> {
        self.items
            .iter()
            .filter(move |(_, _, item)| item.announced && item.thing.kind() == kind)
            .map(|(slot, generation, item)| (ItemKey::at(usize::from(slot), generation), item))
    }
}
