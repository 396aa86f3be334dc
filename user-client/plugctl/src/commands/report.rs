//! `plugctl report`
//!
//! Lines, words and their order are those of plugreport of libiec61883 1.2.0; a node's heading
//! also says which unit it is.

use std::fmt::Write as _;

use plug61883::{Direction, Driver, Error, Ompr, RegisterPlace, Unit, UnitIds, Units};

use super::unit_named::named;
use super::{ends_unit, text_id};
use crate::attributes::{Place, PlugPlace};
use crate::cli;
use crate::failure::{Exit, Failure};
use crate::json;
use crate::output::Output;
use crate::text;

/// A unit, and the registers that were read or why one was not.
struct Reported {
    ids: UnitIds,
    node: u8,
    registers: Vec<(Place, Result<u32, Failure>)>,
}

fn read(driver: &Driver, unit: &Unit) -> Result<Reported, Error> {
    let (ids, place) = (unit.ids()?, unit.place()?);
    let mut reported = Reported {
        ids,
        node: place.device.node(),
        registers: Vec::new(),
    };
    for direction in [Direction::Out, Direction::In] {
        let mut read = |place, register| {
            let bits = driver.read_register(unit.id(), register).map(|it| it.bits);
            let ended = bits.as_ref().is_err_and(ends_unit);
            let failed = bits.map_err(Failure::from);
            reported.registers.push((place, failed));
            (bits, ended)
        };
        let master = RegisterPlace::Master(direction);
        // It says how many others there are, which is what plugreport goes by.
        let (bits, mut ended) = read(Place::Master(direction), master);
        for number in 0..bits.map_or(0, |bits| Ompr(bits).plugs()).into() {
            let place = PlugPlace {
                local: false,
                direction,
                number,
            };
            let register = RegisterPlace::Plug(direction, number);
            (_, ended) = read(Place::Plug(place), register);
            if ended {
                break;
            }
        }
        if ended {
            break;
        }
    }
    Ok(reported)
}

/// A register, as plugreport prints it.
fn line(place: Place, bits: u32) -> String {
    let attributes = |names: &[&str]| {
        let all = place.attributes().iter();
        let named = |name| all.clone().find(|it| it.name == name);
        let told = names.iter().filter_map(|name| {
            let attribute = named(*name)?;
            Some(format!("{name}={}", attribute.of(bits)))
        });
        told.collect::<Vec<_>>().join(", ")
    };
    let lines: [&[&str]; 2] = match place {
        Place::Master(_) => [&["n_plugs", "data_rate", "bcast_channel"], &[]],
        Place::Plug(_) => [
            &["online", "bcast_connection", "n_p2p_connections"],
            &["channel", "data_rate", "overhead_id", "payload"],
        ],
    };
    let mut text = format!("{place} {}\n", attributes(lines[0]));
    if !lines[1].is_empty() {
        // Writing to a string can't fail.
        let _ = writeln!(text, "\t{}", attributes(lines[1]));
    }
    text
}

fn heading(unit: &Unit, reported: &Reported) -> String {
    let Reported { ids, node, .. } = reported;
    let name = text::unit_name(ids).unwrap_or_default();
    let heading = format!(
        "Node {node} GUID 0x{:016x} Unit {} {}",
        ids.eui64,
        unit.id(),
        name
    );
    format!("{}\n{}\n", heading.trim_end(), "-".repeat(30))
}

pub(super) fn report(
    driver: &Driver,
    arguments: &cli::Report,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let units: Vec<_> = match arguments.unit {
        Some(name) => vec![named(driver, name)?],
        None => Units::enumerate(driver)?.into_iter().collect(),
    };
    let mut failures: Vec<Failure> = Vec::new();
    let mut rows = Vec::new();
    for unit in &units {
        let reported = read(driver, unit);
        // It left after the units were listed: it is not one of them now.
        if arguments.unit.is_none() && reported.as_ref().is_err_and(Error::is_unit_gone) {
            continue;
        }
        let failure = reported.as_ref().err().map(|error| Failure::from(*error));
        if !output.json {
            if !rows.is_empty() {
                output.line("");
            }
            if let Ok(reported) = &reported {
                show(unit, reported, output);
            }
            failure.iter().for_each(|failure| output.failure(failure));
        }
        if let Ok(reported) = &reported {
            let failed = reported
                .registers
                .iter()
                .filter_map(|(_, bits)| bits.as_ref().err());
            failures.extend(failed.cloned());
        }
        rows.push(json::Row {
            id: text_id(unit.id()),
            content: reported.ok().map(document),
            error: failure.as_ref().map(json::Error::from),
        });
        failures.extend(failure);
    }
    if rows.is_empty() {
        return Err(Failure::NoUnit);
    }
    if output.json {
        output.document(json::Report { units: rows });
    }
    Ok(failures.first().map_or(Exit::Done, Failure::exit))
}

fn show(unit: &Unit, reported: &Reported, output: &mut Output<'_>) {
    let mut text = heading(unit, reported);
    let mut failures = Vec::new();
    for (place, bits) in &reported.registers {
        match bits {
            Ok(bits) => text.push_str(&line(*place, *bits)),
            Err(failure) => failures.push(failure),
        }
    }
    output.text(&text);
    failures.iter().for_each(|failure| output.failure(failure));
}

fn document(reported: Reported) -> json::ReportedUnit {
    let rows = reported.registers.iter();
    let rows = rows.map(|(place, bits)| json::RegisterRow::whole(*place, bits.as_ref().copied()));
    json::ReportedUnit::new(reported.ids.eui64, reported.node, rows.collect())
}
