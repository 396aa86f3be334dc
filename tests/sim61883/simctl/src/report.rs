//! What commands show: as text, or as JSON.

use std::fmt;

use serde::Serialize;
use serde_json::json;
use sim61883_control::{ConnectionEntry, LOCAL, NONE, PlugPlace, UnitEntry};

use crate::client::Error;
use crate::drivers::{Directory, LocalPlug, Registrations};
use crate::registers::{Plug, Register};
use crate::state::State;

/// What a command shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Report {
    State(State),
    Units(Vec<Unit>),
    Connections(Vec<Connection>),
    Plugs(Vec<Plug>),
    LocalPlugs(Vec<LocalPlug>),
    Directories(Vec<Directory>),
    Registrations(Vec<Registrations>),
    Register(Register),
    /// How many connections or requests it were.
    Count(u32),
    /// Bus generation after a reset, and connections lost by it.
    Reset {
        generation: u32,
        lost: u32,
    },
    Done,
}

/// A node id, as the bus writes it.
pub(crate) fn node(id: u16) -> String {
    format!("0x{id:04X}")
}

/// A device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Unit {
    slot: u32,
    eui64: String,
    node: String,
    outputs: u32,
    inputs: u32,
    speed: String,
}

impl Unit {
    pub(crate) fn new(entry: &UnitEntry) -> Self {
        Self {
            slot: entry.slot,
            eui64: format!("{:016X}", entry.eui64),
            node: node(entry.node),
            outputs: entry.outputs,
            inputs: entry.inputs,
            speed: speed(entry.speed),
        }
    }
}

/// A speed of the plug registers.
pub(crate) fn speed(rate: u32) -> String {
    format!("S{}", 100_u32.checked_shl(rate).unwrap_or(0))
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            slot,
            eui64,
            node,
            outputs,
            inputs,
            speed,
        } = self;
        writeln!(
            f,
            "{slot:4}  {eui64}  {node}  {speed}  {outputs} out, {inputs} in"
        )
    }
}

/// A plug of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Place {
    /// Slot of its device; null for this computer.
    unit: Option<u16>,
    number: u16,
}

/// A connection of the protocol driver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Connection {
    index: u32,
    unit: u32,
    output: Option<Place>,
    input: Option<Place>,
    kind: &'static str,
    channel: u32,
    /// Whether the next bus reset is to lose it.
    lost_at_reset: bool,
}

impl Connection {
    pub(crate) fn new(entry: &ConnectionEntry) -> Self {
        let place = |PlugPlace { unit, number }| {
            (unit != NONE).then(|| Place {
                unit: (unit != LOCAL).then_some(unit),
                number,
            })
        };
        Self {
            index: entry.index,
            unit: entry.unit,
            output: place(entry.output),
            input: place(entry.input),
            kind: match entry.connect_type {
                0 => "broadcast",
                _ => "point-to-point",
            },
            channel: entry.channel,
            lost_at_reset: entry.doomed != 0,
        }
    }
}

impl fmt::Display for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plug = |letter, place: &Option<Place>| match place {
            Some(Place {
                unit: Some(unit),
                number,
            }) => format!("unit{unit} {letter}PCR{number}"),
            Some(Place { unit: None, number }) => format!("local {letter}PCR{number}"),
            None => "-".to_owned(),
        };
        let (output, input) = (plug('o', &self.output), plug('i', &self.input));
        let Self {
            index,
            kind,
            channel,
            ..
        } = self;
        write!(
            f,
            "{index:4}  {output} -> {input}  {kind}, channel {channel}"
        )?;
        if self.lost_at_reset {
            f.write_str(", lost at the next reset")?;
        }
        writeln!(f)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::State(state) => state.fmt(f),
            Self::Units(units) => units.iter().try_for_each(|unit| unit.fmt(f)),
            Self::Connections(all) => all.iter().try_for_each(|connection| connection.fmt(f)),
            Self::Plugs(plugs) => plugs.iter().try_for_each(|plug| plug.fmt(f)),
            Self::LocalPlugs(plugs) => plugs.iter().try_for_each(|plug| plug.fmt(f)),
            Self::Directories(all) => all.iter().try_for_each(|directory| directory.fmt(f)),
            Self::Registrations(units) => units.iter().try_for_each(|unit| unit.fmt(f)),
            Self::Register(register) => register.fmt(f),
            Self::Count(count) => writeln!(f, "{count}"),
            Self::Reset { generation, lost } => {
                writeln!(f, "bus generation {generation}, connections lost: {lost}")
            }
            Self::Done => Ok(()),
        }
    }
}

impl Report {
    /// The report as one JSON document.
    pub(crate) fn to_json(&self) -> String {
        let value = match self {
            Self::State(state) => json!(state),
            Self::Units(units) => json!(units),
            Self::Connections(connections) => json!(connections),
            Self::Plugs(plugs) => json!(plugs),
            Self::LocalPlugs(plugs) => json!(plugs),
            Self::Directories(directories) => json!(directories),
            Self::Registrations(units) => json!(units),
            Self::Register(register) => json!(register),
            Self::Count(count) => json!({ "count": count }),
            Self::Reset { generation, lost } => json!({ "generation": generation, "lost": lost }),
            Self::Done => json!({}),
        };
        format!("{value:#}\n")
    }
}

/// A failure as one JSON document.
pub(crate) fn error_json(error: &Error) -> String {
    let status = match error {
        Error::Refused(status) => Some(format!("0x{:08X}", status.0)),
        _ => None,
    };
    format!(
        "{:#}\n",
        json!({ "error": error.to_string(), "status": status })
    )
}
