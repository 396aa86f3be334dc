//! The state of the simulation, as `simctl state` shows it.

use std::fmt;

use serde::Serialize;
use sim61883_control::{Summary, mode};

use crate::names::Function;
use crate::report::node;

/// Channels that a bus starts with: all but 31.
const INITIAL_CHANNELS: u64 = !(1 << 32);

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
    /// Plugs of this computer.
    local_plugs: u32,
    /// Unit directories of this computer.
    directories: u32,
    callbacks: Callbacks,
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
            local_plugs: summary.local_plugs,
            directories: summary.directories,
            callbacks: Callbacks {
                held: summary.callbacks_held != 0,
                delay_ms: summary.callbacks_delay_ms,
                waiting: summary.callbacks_waiting,
                made: summary.callbacks_made,
                lost: summary.callbacks_lost,
            },
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
        writeln!(f, "local plugs        {}", self.local_plugs)?;
        writeln!(f, "unit directories   {}", self.directories)?;
        writeln!(f, "callbacks          {}", self.callbacks)?;
        let seen: Vec<_> = self
            .seen
            .iter()
            .map(|(function, count)| format!("{function} {count}"))
            .collect();
        writeln!(f, "requests seen      {}", or_none(&seen))
    }
}

/// Calls of the drivers' routines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Callbacks {
    held: bool,
    /// How long after its reason a call comes, in milliseconds.
    delay_ms: u32,
    waiting: u32,
    made: u32,
    /// Lost because too many waited.
    lost: u32,
}

impl fmt::Display for Callbacks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            delay_ms,
            waiting,
            made,
            lost,
            ..
        } = self;
        write!(f, "{made} made, {waiting} waiting, {lost} lost")?;
        if *delay_ms != 0 {
            write!(f, ", after {delay_ms} ms")?;
        }
        if self.held {
            write!(f, ", held")?;
        }
        Ok(())
    }
}

fn or_none(texts: &[String]) -> String {
    if texts.is_empty() {
        "none".to_owned()
    } else {
        texts.join(", ")
    }
}
