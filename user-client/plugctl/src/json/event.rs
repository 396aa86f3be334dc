//! Events and snapshots.

use plug61883::{ConnectionEvent, Event, EventKind, PlugEvent, Reason, Register};
use serde::Serialize;

use super::unit::{KnownUnit, Node};
use super::{Connection, Directory, KnownPlug, PlugReference, hex32, owner};
use crate::time;

/// One event.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct EventLine {
    event: OneEvent,
}

/// Members that a kind does not have are not there.
#[derive(Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct OneEvent {
    sequence: u64,
    time: String,
    unit: String,
    kind: String,
    #[serde(flatten)]
    what: Option<What>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    old_register: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_register: Option<String>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
enum What {
    Connection {
        connection: Ends,
        owner: String,
        process_id: Option<u32>,
    },
    Plug {
        plug: PlugReference,
        owner: String,
        process_id: Option<u32>,
    },
    Bus {
        generation: u32,
        node: Node,
        local_node: Node,
    },
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Ends {
    id: String,
    output: Option<PlugReference>,
    input: Option<PlugReference>,
}

impl From<&ConnectionEvent> for What {
    fn from(connection: &ConnectionEvent) -> Self {
        Self::Connection {
            connection: Ends {
                id: connection.id.to_string(),
                output: connection.output.map(PlugReference::from),
                input: connection.input.map(PlugReference::from),
            },
            owner: owner(connection.owner),
            process_id: connection.process_id,
        }
    }
}

impl From<&PlugEvent> for What {
    fn from(plug: &PlugEvent) -> Self {
        Self::Plug {
            plug: plug.id.into(),
            owner: owner(plug.owner),
            process_id: plug.process_id,
        }
    }
}

fn reason(reason: Reason) -> Option<String> {
    Some(match reason {
        Reason::Asked => "asked".to_owned(),
        Reason::OwnerGone => "owner_gone".to_owned(),
        Reason::UnitGone => "unit_gone".to_owned(),
        Reason::Forced => "forced".to_owned(),
        Reason::Lost => "lost".to_owned(),
        Reason::Unknown(raw) => format!("other_{raw}"),
    })
}

fn register(register: &Register) -> Option<String> {
    Some(hex32(register.bits()))
}

impl From<&Event> for EventLine {
    fn from(event: &Event) -> Self {
        let mut one = OneEvent {
            sequence: event.sequence,
            time: time::utc_milliseconds(event.time),
            unit: event.unit.to_string(),
            ..OneEvent::default()
        };
        one.kind = match &event.kind {
            EventKind::UnitArrived => "unit_arrived".to_owned(),
            EventKind::UnitRemoved => "unit_removed".to_owned(),
            EventKind::Connected(connection) => {
                one.what = Some(connection.into());
                "connected".to_owned()
            }
            EventKind::Disconnected {
                connection,
                reason: why,
            } => {
                (one.what, one.reason) = (Some(connection.into()), reason(*why));
                "disconnected".to_owned()
            }
            EventKind::PlugCreated {
                plug,
                register: now,
            } => {
                (one.what, one.new_register) = (Some(plug.into()), register(now));
                "plug_created".to_owned()
            }
            EventKind::PlugRemoved {
                plug,
                reason: why,
                register: last,
            } => {
                (one.what, one.reason) = (Some(plug.into()), reason(*why));
                one.old_register = register(last);
                "plug_removed".to_owned()
            }
            EventKind::PlugChanged { plug, old, new } => {
                one.what = Some(plug.into());
                (one.old_register, one.new_register) = (register(old), register(new));
                "plug_changed".to_owned()
            }
            EventKind::BusReset {
                generation,
                local,
                device,
            } => {
                one.what = Some(What::Bus {
                    generation: *generation,
                    node: (*device).into(),
                    local_node: (*local).into(),
                });
                "bus_reset".to_owned()
            }
            EventKind::Unknown(raw) => format!("other_{raw}"),
            _ => "other".to_owned(),
        };
        Self { event: one }
    }
}

/// Events that were lost.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct LostLine {
    pub(crate) lost: Lost,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Lost {
    pub(crate) events: u64,
}

/// All that the driver holds.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct SnapshotLine {
    pub(crate) snapshot: Snapshot,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Snapshot {
    sequence: u64,
    units: Vec<KnownUnit>,
    plugs: Vec<KnownPlug>,
    connections: Vec<Connection>,
    directories: Vec<Directory>,
}

impl From<&plug61883::Snapshot> for SnapshotLine {
    fn from(state: &plug61883::Snapshot) -> Self {
        Self {
            snapshot: Snapshot {
                sequence: state.sequence,
                units: state.units.iter().map(KnownUnit::from).collect(),
                plugs: state.plugs.iter().map(KnownPlug::from).collect(),
                connections: state.connections.iter().map(Connection::from).collect(),
                directories: state.directories.iter().map(Directory::from).collect(),
            },
        }
    }
}
