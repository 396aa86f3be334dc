//! What happened, in words.

use plug61883::{ConnectionEvent, EventKind, Owner, PlugEvent};

use crate::text;

/// `connected 1.1 oPCR[0] -> - (driver, process 42)`
pub(crate) fn what(kind: &EventKind) -> String {
    match kind {
        EventKind::UnitArrived => "arrived".to_owned(),
        EventKind::UnitRemoved => "removed".to_owned(),
        EventKind::Connected(connection) => format!("connected {}", joined(connection)),
        EventKind::Disconnected { connection, reason } => {
            format!(
                "disconnected {}: {}",
                joined(connection),
                text::reason(*reason)
            )
        }
        EventKind::PlugCreated { plug, register } => {
            format!("plug created {}: 0x{:08X}", whose(plug), register.bits())
        }
        EventKind::PlugRemoved {
            plug,
            reason,
            register,
        } => format!(
            "plug removed {}: {}, was 0x{:08X}",
            whose(plug),
            text::reason(*reason),
            register.bits()
        ),
        EventKind::PlugChanged { plug, old, new } => format!(
            "plug changed {}: 0x{:08X} -> 0x{:08X}",
            whose(plug),
            old.bits(),
            new.bits()
        ),
        EventKind::BusReset {
            generation,
            local,
            device,
        } => format!("bus reset: generation {generation}, computer {local}, device {device}"),
        EventKind::Unknown(raw) => format!("event of kind {raw}"),
        _ => "something".to_owned(),
    }
}

/// `1.1 oPCR[0] -> - (other, process 42)`
fn joined(connection: &ConnectionEvent) -> String {
    format!(
        "{} {} -> {} {}",
        connection.id,
        text::plug_or_none(connection.output),
        text::plug_or_none(connection.input),
        by(connection.owner, connection.process_id)
    )
}

/// `1.lo0.1 local oPCR[0] (driver, process 42)`
fn whose(plug: &PlugEvent) -> String {
    format!(
        "{} {} {}",
        plug.id,
        text::plug(plug.id),
        by(plug.owner, plug.process_id)
    )
}

fn by(owner: Owner, process_id: Option<u32>) -> String {
    let owner = text::owner(owner);
    match process_id {
        Some(process) => format!("({owner}, process {process})"),
        None => format!("({owner})"),
    }
}
