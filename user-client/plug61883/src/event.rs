//! What has happened, one event each.

use plug61883_abi::av61883::NodeAddress;
use plug61883_abi::ids::{ConnectionId, PlugId, UnitId};
use plug61883_abi::ioctl::{self, event_kind, event_reason};

use crate::error::ReplyFault;
use crate::owner::{Owner, process};
use crate::register::Register;

/// Something that happened. Events are numbered from 1, without gaps, for all units and handles
/// together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// Its number.
    pub sequence: u64,
    /// When it happened: units of 100 ns since 1601, UTC.
    pub time: u64,
    /// The unit that it happened to.
    pub unit: UnitId,
    /// What happened.
    pub kind: EventKind,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventKind {
    /// The unit has come.
    UnitArrived,
    /// The unit has left.
    UnitRemoved,
    /// A connection was made.
    Connected(ConnectionEvent),
    /// A connection is gone.
    Disconnected {
        /// The connection.
        connection: ConnectionEvent,
        /// Why.
        reason: Reason,
    },
    /// A plug of this computer was made.
    PlugCreated {
        /// The plug.
        plug: PlugEvent,
        /// Its register.
        register: Register,
    },
    /// A plug of this computer is gone.
    PlugRemoved {
        /// The plug.
        plug: PlugEvent,
        /// Why.
        reason: Reason,
        /// Its register, last.
        register: Register,
    },
    /// The register of a plug of this computer has changed.
    PlugChanged {
        /// The plug.
        plug: PlugEvent,
        /// Its register before.
        old: Register,
        /// Its register now.
        new: Register,
    },
    /// The bus was reset.
    BusReset {
        /// Bus generation.
        generation: u32,
        /// Node address of this computer.
        local: NodeAddress,
        /// Node address of the unit's device.
        device: NodeAddress,
    },
    /// A kind that this version does not have.
    Unknown(u32),
}

/// The connection of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectionEvent {
    /// Its id.
    pub id: ConnectionId,
    /// Its output plug, where there is one whose id is known.
    pub output: Option<PlugId>,
    /// Its input plug, where there is one whose id is known.
    pub input: Option<PlugId>,
    /// Who answers for it; the handle that asked is that of the events.
    pub owner: Owner,
    /// Process that made it, when it is known.
    pub process_id: Option<u32>,
}

/// The plug of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlugEvent {
    /// Its id.
    pub id: PlugId,
    /// Who answers for it; the handle that asked is that of the events.
    pub owner: Owner,
    /// Process that made it, when it is known.
    pub process_id: Option<u32>,
}

/// Why a connection or a plug is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Its owner asked for it.
    Asked,
    /// The handle that owned it was closed, or its process ended.
    OwnerGone,
    /// Its unit left.
    UnitGone,
    /// Somebody else broke it, with `FORCE`.
    Forced,
    /// The protocol driver could not re-establish it after a bus reset.
    Lost,
    /// A value that this version does not have.
    Unknown(u32),
}

impl Reason {
    const fn from_raw(raw: u32) -> Self {
        match raw {
            event_reason::ASKED => Self::Asked,
            event_reason::OWNER_GONE => Self::OwnerGone,
            event_reason::UNIT_GONE => Self::UnitGone,
            event_reason::FORCED => Self::Forced,
            event_reason::LOST => Self::Lost,
            other => Self::Unknown(other),
        }
    }
}

impl Event {
    /// Reads an event. One that lacks the id of what its kind is about can't be understood.
    pub(crate) fn from_wire(wire: &ioctl::Event) -> Result<Self, ReplyFault> {
        let kind = match wire.kind {
            event_kind::UNIT_ARRIVED => EventKind::UnitArrived,
            event_kind::UNIT_REMOVED => EventKind::UnitRemoved,
            event_kind::CONNECTED => EventKind::Connected(ConnectionEvent::from_wire(wire)?),
            event_kind::DISCONNECTED => EventKind::Disconnected {
                connection: ConnectionEvent::from_wire(wire)?,
                reason: Reason::from_raw(wire.reason),
            },
            event_kind::PLUG_CREATED => {
                let plug = PlugEvent::from_wire(wire)?;
                let register = Register::of(plug.id, wire.new_pcr.0);
                EventKind::PlugCreated { plug, register }
            }
            event_kind::PLUG_REMOVED => {
                let plug = PlugEvent::from_wire(wire)?;
                EventKind::PlugRemoved {
                    plug,
                    reason: Reason::from_raw(wire.reason),
                    register: Register::of(plug.id, wire.old_pcr.0),
                }
            }
            event_kind::PLUG_CHANGED => {
                let plug = PlugEvent::from_wire(wire)?;
                EventKind::PlugChanged {
                    plug,
                    old: Register::of(plug.id, wire.old_pcr.0),
                    new: Register::of(plug.id, wire.new_pcr.0),
                }
            }
            event_kind::BUS_RESET => EventKind::BusReset {
                generation: wire.generation,
                local: NodeAddress(wire.local_node),
                device: NodeAddress(wire.device_node),
            },
            other => EventKind::Unknown(other),
        };
        if wire.unit == UnitId::NONE && !matches!(kind, EventKind::Unknown(_)) {
            return Err(ReplyFault::NoId);
        }
        Ok(Self {
            sequence: wire.sequence,
            time: wire.time,
            unit: wire.unit,
            kind,
        })
    }
}

impl ConnectionEvent {
    fn from_wire(wire: &ioctl::Event) -> Result<Self, ReplyFault> {
        if wire.connection == ConnectionId::NONE {
            return Err(ReplyFault::NoId);
        }
        let plug = |plug| (plug != PlugId::NONE).then_some(plug);
        Ok(Self {
            id: wire.connection,
            output: plug(wire.output),
            input: plug(wire.input),
            owner: Owner::from_raw(wire.owner),
            process_id: process(wire.process_id),
        })
    }
}

impl PlugEvent {
    fn from_wire(wire: &ioctl::Event) -> Result<Self, ReplyFault> {
        // It is an output plug or an input plug, never both.
        let id = match (wire.output, wire.input) {
            (plug, PlugId::NONE) | (PlugId::NONE, plug) if plug != PlugId::NONE => plug,
            _ => return Err(ReplyFault::NoId),
        };
        Ok(Self {
            id,
            owner: Owner::from_raw(wire.owner),
            process_id: process(wire.process_id),
        })
    }
}
