//! What commands show: as text, or as JSON.

use std::fmt;

use serde::Serialize;
use serde_json::json;
use sim61883_control::{ConnectionEntry, NONE, PlugPlace, Summary, UnitEntry, mode};

use crate::client::Error;
use crate::names::Function;
use crate::registers::{Plug, Register};

/// Channels that a bus starts with: all but 31.
const INITIAL_CHANNELS: u64 = !(1 << 32);

/// What a command shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Report {
    State(State),
    Units(Vec<Unit>),
    Connections(Vec<Connection>),
    Plugs(Vec<Plug>),
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

/// State of the simulation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct State {
    generation: u32,
    units: u32,
    local_node: String,
    bandwidth_free: u32,
    channels_in_use: Vec<u8>,
    connections: u32,
    held: u32,
    delayed: u32,
    rules: u32,
    /// Delay of answers in milliseconds, null when they come within the call.
    delay_ms: Option<u32>,
    ddi_version: u32,
    /// Requests seen, by function.
    seen: serde_json::Map<String, serde_json::Value>,
}

impl State {
    pub(crate) fn new(summary: &Summary) -> Self {
        let used = INITIAL_CHANNELS & !summary.channels;
        let seen = (0..).zip(summary.seen).filter(|(_, count)| *count != 0);
        Self {
            generation: summary.generation,
            units: summary.units,
            local_node: node(summary.local_node),
            bandwidth_free: summary.bandwidth,
            channels_in_use: (0..64)
                .filter(|channel| used << channel >> 63 != 0)
                .collect(),
            connections: summary.connections,
            held: summary.held,
            delayed: summary.delayed,
            rules: summary.rules,
            delay_ms: (summary.mode == mode::ASYNCHRONOUS).then_some(summary.delay_ms),
            ddi_version: summary.ddi_version,
            seen: seen
                .map(|(function, count)| {
                    let name = Function(function).name().unwrap_or("other");
                    (name.to_owned(), count.into())
                })
                .collect(),
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "bus generation     {}", self.generation)?;
        writeln!(f, "units              {}", self.units)?;
        writeln!(f, "this computer      {}", self.local_node)?;
        writeln!(
            f,
            "bandwidth free     {} of 4915 units",
            self.bandwidth_free
        )?;
        let channels: Vec<_> = self.channels_in_use.iter().map(u8::to_string).collect();
        writeln!(f, "channels in use    {}", or_none(&channels))?;
        writeln!(f, "connections        {}", self.connections)?;
        writeln!(f, "requests held      {}", self.held)?;
        writeln!(f, "requests delayed   {}", self.delayed)?;
        writeln!(f, "rules waiting      {}", self.rules)?;
        match self.delay_ms {
            Some(delay) => writeln!(f, "answers            after {delay} ms")?,
            None => writeln!(f, "answers            within the call")?,
        }
        writeln!(f, "DDI version        {}", self.ddi_version)?;
        let seen: Vec<_> = self
            .seen
            .iter()
            .map(|(function, count)| format!("{function} {count}"))
            .collect();
        writeln!(f, "requests seen      {}", or_none(&seen))
    }
}

fn or_none(texts: &[String]) -> String {
    if texts.is_empty() {
        "none".to_owned()
    } else {
        texts.join(", ")
    }
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
    unit: u16,
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
}

impl Connection {
    pub(crate) fn new(entry: &ConnectionEntry) -> Self {
        let place = |PlugPlace { unit, number }| (unit != NONE).then_some(Place { unit, number });
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
        }
    }
}

impl fmt::Display for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plug = |letter, place: &Option<Place>| match place {
            Some(Place { unit, number }) => format!("unit{unit} {letter}PCR{number}"),
            None => "-".to_owned(),
        };
        let (output, input) = (plug('o', &self.output), plug('i', &self.input));
        let Self {
            index,
            kind,
            channel,
            ..
        } = self;
        writeln!(
            f,
            "{index:4}  {output} -> {input}  {kind}, channel {channel}"
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::State(state) => state.fmt(f),
            Self::Units(units) => units.iter().try_for_each(|unit| unit.fmt(f)),
            Self::Connections(all) => all.iter().try_for_each(|connection| connection.fmt(f)),
            Self::Plugs(plugs) => plugs.iter().try_for_each(|plug| plug.fmt(f)),
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
