//! `plugctl unit-info`

use plug61883::{AddressType, Answer, Capabilities, Driver, Error, IsochParams, Unit};

use super::unit_named::named;
use super::{ends_unit, exit_of};
use crate::advice;
use crate::cli::{self, Level, SetWhat};
use crate::failure::{Exit, Failure};
use crate::json::{self, LevelValues};
use crate::output::Output;
use crate::table::printable;

const ALL: [Level; 6] = [
    Level::Ids,
    Level::Capabilities,
    Level::Isoch,
    Level::Node,
    Level::Ddi,
    Level::Diag,
];

/// What a level tells: for people, and for JSON.
type Told = (Vec<(&'static str, String)>, LevelValues);

/// The levels that are asked for. Wrong usage is told before anything is asked.
pub(super) fn wanted(arguments: &cli::UnitInfo) -> Result<Vec<Level>, Failure> {
    let usage = |what: &str| {
        Err(Failure::Usage {
            what: what.to_owned(),
            advice: advice::SEE_HELP,
        })
    };
    let levels = &arguments.level;
    if arguments.change.is_some() && (arguments.local || !levels.is_empty()) {
        return usage("--level and --local show something, they can't be used with set");
    }
    if !arguments.local {
        let levels = if levels.is_empty() { &ALL[..] } else { levels };
        return Ok(levels.to_vec());
    }
    if levels.iter().any(|level| *level != Level::Capabilities) {
        return usage("--local is for the level capabilities only");
    }
    Ok(vec![Level::Capabilities])
}

const fn name(level: Level) -> &'static str {
    match level {
        Level::Ids => "ids",
        Level::Capabilities => "capabilities",
        Level::Isoch => "isoch",
        Level::Node => "node",
        Level::Ddi => "ddi",
        Level::Diag => "diag",
    }
}

pub(super) fn show(
    driver: &Driver,
    arguments: &cli::UnitInfo,
    levels: &[Level],
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let unit = named(driver, arguments.unit)?;
    let mut failures: Vec<Failure> = Vec::new();
    let mut rows = Vec::new();
    let mut lines = vec![("unit", unit.id().to_string())];
    for &level in levels {
        let told = tell(&unit, level, arguments.local);
        let ended = told.as_ref().is_err_and(ends_unit);
        let (values, failure) = match told {
            Ok((told, values)) => {
                lines.extend(told);
                (Some(values), None)
            }
            Err(error) => (None, Some(Failure::from(error))),
        };
        rows.push(json::LevelRow {
            level: name(level),
            values,
            error: failure.as_ref().map(json::Error::from),
        });
        failures.extend(failure);
        if ended {
            break;
        }
    }
    if output.json {
        output.document(json::UnitInfo {
            unit: unit.id().to_string(),
            levels: rows,
        });
    } else {
        // With nothing but the id there is nothing to show.
        if lines.len() > 1 {
            output.pairs(&lines);
        }
        failures.iter().for_each(|failure| output.failure(failure));
    }
    Ok(match failures.first() {
        // A unit that is not there fails the first request, and nothing more is asked.
        Some(first) if lines.len() == 1 => first.exit(),
        _ => exit_of(&failures),
    })
}

fn tell(unit: &Unit, level: Level, local: bool) -> Result<Told, Error> {
    Ok(match level {
        Level::Ids => {
            let ids = unit.ids()?;
            let full = |name: &plug61883::UnitName, id| {
                let cut = if name.cut { "…" } else { "" };
                format!("0x{id:06X} {}{cut}", printable(name.text.trim()))
                    .trim_end()
                    .to_owned()
            };
            let lines = vec![
                ("EUI-64", format!("{:016X}", ids.eui64)),
                ("vendor", full(&ids.vendor, ids.vendor_id)),
                ("model", full(&ids.model, ids.model_id)),
                ("unit model", full(&ids.unit_model, ids.unit_model_id)),
            ];
            (lines, LevelValues::ids(&ids))
        }
        Level::Capabilities if local => {
            let capabilities = unit.computer_capabilities()?;
            let values = LevelValues::capabilities("computer", &capabilities);
            (capability_lines(&capabilities), values)
        }
        Level::Capabilities => {
            let capabilities = unit.capabilities()?;
            let values = LevelValues::capabilities("device", &capabilities);
            (capability_lines(&capabilities), values)
        }
        Level::Isoch => {
            let params = unit.isoch_params()?;
            (isoch_lines(params), LevelValues::isoch(params))
        }
        Level::Node => {
            let place = unit.place()?;
            let node =
                |node: plug61883::NodeAddress| format!("{node} ({}.{})", node.bus(), node.node());
            let lines = vec![
                ("generation", place.generation.to_string()),
                ("device", node(place.device)),
                ("computer", node(place.local)),
            ];
            (lines, LevelValues::place(place))
        }
        Level::Ddi => {
            let version = unit.ddi_version()?;
            (
                vec![("DDI version", version.to_string())],
                LevelValues::ddi(version),
            )
        }
        Level::Diag => {
            let level = unit.diag_level()?;
            (
                vec![("diag level", level.to_string())],
                LevelValues::diag(level),
            )
        }
    })
}

fn capability_lines(capabilities: &Capabilities) -> Vec<(&'static str, String)> {
    vec![
        ("output plugs", capabilities.output_plugs.to_string()),
        ("input plugs", capabilities.input_plugs.to_string()),
        ("max speed", capabilities.speed.to_string()),
        (
            "command sets",
            format!("0x{:08X}", capabilities.command_sets),
        ),
        (
            "hardware flags",
            format!("0x{:08X}", capabilities.hardware_flags),
        ),
    ]
}

fn isoch_lines(params: IsochParams) -> Vec<(&'static str, String)> {
    vec![
        ("rx packets", params.receive_packets.to_string()),
        ("rx descriptors", params.receive_descriptors.to_string()),
        ("tx packets", params.transmit_packets.to_string()),
        ("tx descriptors", params.transmit_descriptors.to_string()),
    ]
}

pub(super) fn set(
    driver: &Driver,
    arguments: &cli::UnitInfo,
    what: &SetWhat,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let unit = named(driver, arguments.unit)?;
    let (level, values, answer) = change(&unit, what)?;
    if output.json {
        output.document(json::UnitWasSet {
            unit: unit.id().to_string(),
            set: json::LevelRow {
                level,
                values: Some(values),
                error: None,
            },
            result: super::result_row(&unit.id(), answer),
        });
    } else {
        super::answered(&unit.id(), answer, output);
    }
    Ok(Exit::Done)
}

fn change(unit: &Unit, what: &SetWhat) -> Result<(&'static str, LevelValues, Answer), Error> {
    Ok(match what {
        SetWhat::Isoch(wanted) => {
            let mut params = unit.isoch_params()?;
            for (to, from) in [
                (&mut params.receive_packets, wanted.rx_packets),
                (&mut params.receive_descriptors, wanted.rx_descriptors),
                (&mut params.transmit_packets, wanted.tx_packets),
                (&mut params.transmit_descriptors, wanted.tx_descriptors),
            ] {
                *to = from.unwrap_or(*to);
            }
            let answer = unit.set_isoch_params(params)?;
            ("isoch", LevelValues::isoch(params), answer)
        }
        SetWhat::AddressType { address_type } => {
            let address_type = match address_type {
                cli::AddressType::Global => AddressType::Global,
                cli::AddressType::Exclusive => AddressType::Exclusive,
            };
            let answer = unit.set_address_type(address_type)?;
            (
                "address-type",
                LevelValues::address_type(address_type),
                answer,
            )
        }
        SetWhat::DiagLevel { level, allow_diag } => {
            let answer = unit.set_diag_level(*level, *allow_diag)?;
            ("diag", LevelValues::diag(*level), answer)
        }
    })
}
