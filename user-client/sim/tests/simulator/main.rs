//! The library against the simulator: every request, and what happens around them.

mod commands;
mod descriptions;
mod documentation;
mod endings;
mod events;
mod others;
mod scripts;

use plug61883::{Access, Direction, Driver, Events, Notice, Plug, Unit, Units};
use plug61883_sim::Simulator;

/// 2026-01-01T00:00:00Z, in units of 100 ns since 1601.
const START: u64 = 134_116_992_000_000_000;

/// Two nodes, no connections; time stands.
const PAIR: &str = r#"
time = "2026-01-01T00:00:00Z"
process = 4242

[[node]]
name = "deck"
vendor = "Halvard Works"
model = "Studio Deck"
unit_model = "Deck AV/C"
vendor_id = 0x00A0B0
model_id = 0x12
unit_model_id = 0x13
outputs = 2
inputs = 2

[[node]]
name = "camera"
outputs = 1
inputs = 1
speed = "S100"
payload = 61
"#;

/// [`PAIR`] and what follows it.
fn pair(rest: &str) -> Simulator {
    Simulator::from_toml(&format!("{PAIR}{rest}")).unwrap()
}

/// A handle for changes, and its unit with this number.
fn unit(simulator: &Simulator, number: usize) -> (Driver, Unit) {
    let driver = simulator.open(Access::Change).unwrap();
    let units = Units::enumerate(&driver).unwrap();
    let unit = units.iter().nth(number).unwrap().clone();
    (driver, unit)
}

fn output(unit: &Unit, number: u32) -> Plug {
    unit.plug(Direction::Out, number).unwrap()
}

fn input(unit: &Unit, number: u32) -> Plug {
    unit.plug(Direction::In, number).unwrap()
}

/// The events from now on.
fn events(simulator: &Simulator) -> Events {
    Events::of(simulator.open(Access::Query).unwrap())
}

/// What has happened, without the numbers of events.
fn happened(events: &mut Events) -> Vec<(u64, plug61883::UnitId, plug61883::EventKind)> {
    let notices = events.poll().unwrap();
    notices
        .into_iter()
        .map(|notice| match notice {
            Notice::Event(event) => (event.time - START, event.unit, event.kind),
            Notice::Lost(count) => panic!("{count} events lost"),
        })
        .collect()
}
