//! `plugctl monitor` and `snapshot`

use std::time::{Duration, Instant};

use plug61883::{
    Canceller, ConnectionEvent, Driver, Event, EventKind, Events, Notice, PlugEvent, Snapshot,
};

use super::{connections, directories, plugs};
use crate::cli;
use crate::failure::{Exit, Failure};
use crate::json;
use crate::output::Output;
use crate::table::Column;
use crate::{text, time};

const UNIT_COLUMNS: [Column; 5] = [
    Column::left("ID"),
    Column::right("DDI"),
    Column::right("CONNECTIONS"),
    Column::right("REQUESTS"),
    Column::left("STATE").if_filled(),
];

pub(super) fn snapshot(driver: Driver, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let state = Events::of(driver).snapshot()?;
    if output.json {
        output.document(json::SnapshotLine::from(&state));
        return Ok(Exit::Done);
    }
    output.line(&summary(&state));
    let section = |name: &str, output: &mut Output<'_>| output.text(&format!("\n{name}:\n"));
    if !state.units.is_empty() {
        section("units", output);
        let cells = |unit: &plug61883::UnitStatus| {
            [
                unit.id.to_string(),
                text::number(unit.ddi_version),
                unit.connections.to_string(),
                unit.operations.to_string(),
                text::unit_state(unit.state),
            ]
        };
        let rows: Vec<_> = state.units.iter().map(cells).collect();
        output.table(&UNIT_COLUMNS, &rows);
    }
    if !state.plugs.is_empty() {
        section("plugs", output);
        let rows: Vec<_> = state.plugs.iter().map(plugs::known_cells).collect();
        output.table(&plugs::KNOWN_COLUMNS, &rows);
    }
    if !state.connections.is_empty() {
        section("connections", output);
        let rows: Vec<_> = state.connections.iter().map(connections::cells).collect();
        output.table(&connections::COLUMNS, &rows);
    }
    if !state.directories.is_empty() {
        section("unit directories", output);
        let rows: Vec<_> = state.directories.iter().map(directories::cells).collect();
        output.table(&directories::COLUMNS, &rows);
    }
    Ok(Exit::Done)
}

/// `snapshot before event 17: 1 unit, 2 plugs, 0 connections, 0 unit directories`
fn summary(state: &Snapshot) -> String {
    let many = |count: usize, one: &str, more: &str| {
        let name = if count == 1 { one } else { more };
        format!("{count} {name}")
    };
    format!(
        "snapshot before event {}: {}, {}, {}, {}",
        state.sequence,
        many(state.units.len(), "unit", "units"),
        many(state.plugs.len(), "plug", "plugs"),
        many(state.connections.len(), "connection", "connections"),
        many(
            state.directories.len(),
            "unit directory",
            "unit directories"
        ),
    )
}

pub(super) fn monitor(
    driver: Driver,
    arguments: &cli::Monitor,
    interrupt: &dyn Fn(Canceller),
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let limit = arguments
        .timeout
        .map(|time| Duration::from_secs(time.into()));
    let started = Instant::now();
    let mut events = Events::of(driver);
    interrupt(events.canceller());
    tell_state(&mut events, output)?;
    let mut came = 0;
    let enough = |came| arguments.count.is_some_and(|count| came >= count);
    // Who reads the lines may have gone; whether it has shows with the next line only.
    while !enough(came) && !output.is_closed() {
        let left = limit.map(|limit| limit.saturating_sub(started.elapsed()));
        if left.is_some_and(|left| left.is_zero()) {
            return in_time(came, arguments);
        }
        events.wait_at_most(left);
        match events.next() {
            Some(Ok(Notice::Event(event))) => {
                came += 1;
                tell(&event, output);
            }
            Some(Ok(Notice::Lost(lost))) => {
                if output.json {
                    let lost = json::Lost { events: lost };
                    output.document(json::LostLine { lost });
                } else {
                    output.line(&format!("lost {lost} events"));
                }
                tell_state(&mut events, output)?;
            }
            Some(Err(error)) => return Err(error.into()),
            None if events.is_cancelled() => return Ok(Exit::Done),
            None => {}
        }
    }
    Ok(Exit::Done)
}

/// When the time is over.
fn in_time(came: u64, arguments: &cli::Monitor) -> Result<Exit, Failure> {
    match arguments.count {
        Some(wanted) if came < wanted => Err(Failure::Few { came, wanted }),
        _ => Ok(Exit::Done),
    }
}

fn tell_state(events: &mut Events, output: &mut Output<'_>) -> Result<(), Failure> {
    let state = events.snapshot()?;
    if output.json {
        output.document(json::SnapshotLine::from(&state));
    } else {
        output.line(&summary(&state));
    }
    Ok(())
}

fn tell(event: &Event, output: &mut Output<'_>) {
    if output.json {
        output.document(json::EventLine::from(event));
        return;
    }
    output.line(&format!(
        "{} {} unit {}: {}",
        event.sequence,
        time::utc_milliseconds(event.time),
        event.unit,
        what(&event.kind)
    ));
}

/// What happened, in words.
fn what(kind: &EventKind) -> String {
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

fn by(owner: plug61883::Owner, process_id: Option<u32>) -> String {
    let owner = text::owner(owner);
    match process_id {
        Some(process) => format!("({owner}, process {process})"),
        None => format!("({owner})"),
    }
}
