//! `plugctl get` and `plugctl set`

use std::fmt::Write as _;

use plug61883::{Answer, Driver, Location, PlugId, RegisterPlace, Unit, UnitId};

use super::ends_unit;
use super::unit_named::named;
use crate::attributes::{Path, Place, PlugPlace, Setting};
use crate::cli;
use crate::failure::{Exit, Failure};
use crate::json;
use crate::output::Output;
use crate::text;

/// A plug of this computer that was made through the unit's driver: its id, and its register as
/// the driver knows it.
fn local_plug(driver: &Driver, unit: UnitId, wanted: PlugPlace) -> Result<(PlugId, u32), Failure> {
    let plugs = driver.known_plugs(Some(unit))?;
    let found = plugs.iter().find_map(|plug| {
        let is_it = plug.location == Location::Computer
            && (plug.direction, plug.number) == (Some(wanted.direction), wanted.number);
        is_it.then_some((plug.id, plug.register?.bits()))
    });
    found.ok_or(Failure::NoLocalPlug { unit, plug: wanted })
}

fn read(driver: &Driver, unit: &Unit, place: Place) -> Result<u32, Failure> {
    match place {
        Place::Plug(plug) if plug.local => {
            let (_, bits) = local_plug(driver, unit.id(), plug)?;
            Ok(bits)
        }
        Place::Plug(plug) => Ok(unit.register(plug.direction, plug.number)?.bits()),
        Place::Master(direction) => {
            let place = RegisterPlace::Master(direction);
            Ok(driver.read_register(unit.id(), place)?.bits)
        }
    }
}

/// Each attribute of a register, as `set` takes them.
pub(crate) fn register_lines(place: Place, bits: u32) -> String {
    let mut lines = String::new();
    for attribute in place.attributes() {
        // Writing to a string can't fail.
        let _ = writeln!(lines, "{place}.{}={}", attribute.name, attribute.of(bits));
    }
    lines
}

/// Whether going on with the same unit after this failure is of no use.
fn ends(failure: &Failure) -> bool {
    matches!(failure, Failure::Driver(error) if ends_unit(error))
}

pub(super) fn get(
    driver: &Driver,
    arguments: &cli::Get,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let unit = named(driver, arguments.unit)?;
    // Each register is read once, however many of its attributes are wanted.
    let mut known: Vec<(Place, Result<u32, Failure>)> = Vec::new();
    let mut rows = Vec::new();
    let mut lines = String::new();
    for path in &arguments.attributes {
        if !known.iter().any(|(place, _)| *place == path.place) {
            let bits = read(driver, &unit, path.place);
            known.push((path.place, bits));
        }
        let Some((_, bits)) = known.iter().find(|(place, _)| *place == path.place) else {
            continue;
        };
        rows.push(json::RegisterRow::new(path, bits.as_ref().copied()));
        lines.push_str(&line(path, bits.as_ref().ok().copied()));
        if bits.as_ref().is_err_and(ends) {
            break;
        }
    }
    let failures: Vec<_> = known
        .iter()
        .filter_map(|(_, bits)| bits.as_ref().err())
        .collect();
    if output.json {
        output.document(json::Registers {
            unit: unit.id().to_string(),
            registers: rows,
        });
    } else {
        if failures.len() < known.len() {
            output.text(&lines);
        }
        failures.iter().for_each(|failure| output.failure(failure));
    }
    Ok(failures
        .first()
        .map_or(Exit::Done, |failure| failure.exit()))
}

/// One attribute: its value, as libiec61883's plugctl prints it. A register: all of them.
fn line(path: &Path, bits: Option<u32>) -> String {
    match (path.attribute, bits) {
        (Some(attribute), Some(bits)) => format!("{}\n", attribute.of(bits)),
        (None, Some(bits)) => register_lines(path.place, bits),
        (_, None) => format!("{}\n", text::none()),
    }
}

/// What was written, and what came of it.
struct Written {
    id: PlugId,
    old: u32,
    new: u32,
    answer: Answer,
}

/// Reads a plug's register, sets in it what is to be set, and writes it.
fn write(
    driver: &Driver,
    unit: &Unit,
    place: PlugPlace,
    settings: &[Setting],
) -> Result<Written, Failure> {
    let (id, old) = if place.local {
        local_plug(driver, unit.id(), place)?
    } else {
        let plug = unit.plug(place.direction, place.number)?;
        (plug.id(), plug.register()?.bits())
    };
    let of_plug = settings.iter().filter(|setting| setting.plug == place);
    let new = of_plug.fold(old, |bits, setting| setting.apply(bits));
    let answer = driver.set_plug(id, new)?;
    Ok(Written {
        id,
        old,
        new,
        answer,
    })
}

pub(super) fn set(
    driver: &Driver,
    arguments: &cli::Set,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let unit = named(driver, arguments.unit)?;
    let settings = &arguments.settings;
    let mut plugs: Vec<PlugPlace> = Vec::new();
    for setting in settings {
        if !plugs.contains(&setting.plug) {
            plugs.push(setting.plug);
        }
    }
    let mut failures: Vec<Failure> = Vec::new();
    let mut rows = Vec::new();
    for plug in plugs {
        let written = write(driver, &unit, plug, settings);
        if !output.json {
            match &written {
                Ok(written) => output.line(&format!("{plug}: {}", written.answer)),
                Err(failure) => output.failure(failure),
            }
        }
        let ended = written.as_ref().is_err_and(ends);
        rows.push(written_row(plug, written.as_ref()));
        failures.extend(written.err());
        if ended {
            break;
        }
    }
    if output.json {
        output.document(json::RegistersSet {
            unit: unit.id().to_string(),
            results: rows,
        });
    }
    Ok(failures.first().map_or(Exit::Done, Failure::exit))
}

fn written_row(plug: PlugPlace, written: Result<&Written, &Failure>) -> json::RegisterSetRow {
    json::RegisterSetRow {
        name: plug.to_string(),
        row: json::Row {
            id: written.ok().map(|written| written.id.to_string()),
            content: written
                .ok()
                .map(|it| json::RegisterSet::new(it.old, it.new, it.answer)),
            error: written.err().map(json::Error::from),
        },
    }
}
