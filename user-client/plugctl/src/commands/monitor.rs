//! `plugctl monitor` and `snapshot`

use std::time::{Duration, Instant};

use plug61883::{
    Access, Canceller, Driver, Event, EventKind, Events, Notice, Reason, Snapshot, Unit, UnitId,
};

use super::unit_named::id_of;
use super::{Open, connections, directories, happened, plugs};
use crate::cli::{self, Kind, UnitName};
use crate::failure::{Exit, Failure};
use crate::json;
use crate::output::Output;
use crate::style::{self, Tone};
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
    let section = |name: &str, output: &mut Output<'_>| {
        output.text("\n");
        output.title(&format!("{name}:"));
    };
    if !state.units.is_empty() {
        section("units", output);
        let cells = |unit: &plug61883::UnitStatus| {
            [
                style::id(Some(unit.id)),
                text::number(unit.ddi_version).into(),
                unit.connections.to_string().into(),
                unit.operations.to_string().into(),
                style::unit_state(unit.state),
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

/// What of it is told.
struct Filter<'a> {
    /// The kinds; all where there is none.
    kinds: &'a [Kind],
    /// The unit, as it was named.
    name: Option<UnitName>,
    /// Its id now.
    unit: Option<UnitId>,
    /// What names are asked of; the handle of the events is used for nothing else.
    driver: Driver,
}

impl Filter<'_> {
    fn of_unit(&self, unit: UnitId) -> bool {
        self.name.is_none() || self.unit == Some(unit)
    }

    /// Whether an event is one of those that are told.
    fn takes(&mut self, event: &Event) -> bool {
        // It comes with another id each time.
        if let (EventKind::UnitArrived, Some(UnitName::Eui64(eui64))) = (&event.kind, self.name) {
            let ids = Unit::by_id(&self.driver, event.unit).ids();
            if ids.is_ok_and(|ids| ids.eui64 == eui64) {
                self.unit = Some(event.unit);
            }
        }
        let is_wanted = |kind: &Kind| kind_of(&event.kind) == Some(*kind);
        self.of_unit(event.unit) && (self.kinds.is_empty() || self.kinds.iter().any(is_wanted))
    }

    /// Leaves what is of other units out.
    fn cut(&self, state: &mut Snapshot) {
        state.units.retain(|unit| self.of_unit(unit.id));
        state.plugs.retain(|plug| self.of_unit(plug.unit));
        state.connections.retain(|it| self.of_unit(it.unit));
        state.directories.retain(|it| self.of_unit(it.unit));
    }
}

fn kind_of(kind: &EventKind) -> Option<Kind> {
    Some(match kind {
        EventKind::UnitArrived => Kind::UnitArrived,
        EventKind::UnitRemoved => Kind::UnitRemoved,
        EventKind::Connected(_) => Kind::Connected,
        EventKind::Disconnected { .. } => Kind::Disconnected,
        EventKind::PlugCreated { .. } => Kind::PlugCreated,
        EventKind::PlugRemoved { .. } => Kind::PlugRemoved,
        EventKind::PlugChanged { .. } => Kind::PlugChanged,
        EventKind::BusReset { .. } => Kind::BusReset,
        _ => return None,
    })
}

pub(super) fn monitor(
    open: Open<'_>,
    arguments: &cli::Monitor,
    interrupt: &dyn Fn(Canceller),
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let limit = arguments
        .timeout
        .map(|time| Duration::from_secs(time.into()));
    let started = Instant::now();
    let driver = open(Access::Query)?;
    let mut filter = Filter {
        kinds: &arguments.kind,
        name: arguments.unit,
        unit: id_of(&driver, arguments.unit)?,
        driver,
    };
    let mut events = Events::of(open(Access::Query)?);
    interrupt(events.canceller());
    tell_state(&mut events, &filter, output)?;
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
            Some(Ok(Notice::Event(event))) if filter.takes(&event) => {
                came += 1;
                tell(&event, output);
            }
            Some(Ok(Notice::Event(_))) => {}
            Some(Ok(Notice::Lost(lost))) => {
                if output.json {
                    let lost = json::Lost { events: lost };
                    output.document(json::LostLine { lost });
                } else {
                    let line = format!("lost {lost} events");
                    output.line(&output.paint(Tone::Bad, &line));
                }
                tell_state(&mut events, &filter, output)?;
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

fn tell_state(
    events: &mut Events,
    filter: &Filter<'_>,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    let mut state = events.snapshot()?;
    filter.cut(&mut state);
    if output.json {
        output.document(json::SnapshotLine::from(&state));
    } else {
        output.line(&output.paint(Tone::Faint, &summary(&state)));
    }
    Ok(())
}

fn tell(event: &Event, output: &mut Output<'_>) {
    if output.json {
        output.document(json::EventLine::from(event));
        return;
    }
    let at = format!("{} {}", event.sequence, time::utc_milliseconds(event.time));
    let at = output.paint(Tone::Faint, &at);
    let what = output.paint(tone(&event.kind), &happened::what(&event.kind));
    output.line(&format!("{at} unit {}: {what}", event.unit));
}

/// What is gone against its owner's will stands out.
fn tone(kind: &EventKind) -> Tone {
    match kind {
        EventKind::Disconnected { reason, .. } | EventKind::PlugRemoved { reason, .. }
            if *reason != Reason::Asked =>
        {
            Tone::Notable
        }
        EventKind::Connected(_) | EventKind::UnitArrived => Tone::Good,
        EventKind::UnitRemoved => Tone::Notable,
        _ => Tone::Plain,
    }
}
