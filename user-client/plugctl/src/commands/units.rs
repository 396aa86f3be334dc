//! `plugctl units`

use plug61883::{BusPlace, Capabilities, Driver, Error, Unit, UnitIds, UnitName, Units};

use super::{exit_of, text_id};
use crate::failure::{Exit, Failure};
use crate::json;
use crate::output::Output;
use crate::table::{Column, Side, printable, table};

struct Info {
    ids: UnitIds,
    capabilities: Capabilities,
    place: BusPlace,
    ddi_version: u32,
}

fn info(unit: &Unit) -> Result<Info, Error> {
    Ok(Info {
        ids: unit.ids()?,
        capabilities: unit.capabilities()?,
        place: unit.place()?,
        ddi_version: unit.ddi_version()?,
    })
}

const COLUMNS: [Column; 8] = [
    Column("UNIT", Side::Left),
    Column("EUI-64", Side::Left),
    Column("VENDOR", Side::Left),
    Column("MODEL", Side::Left),
    Column("NODE", Side::Left),
    Column("GENERATION", Side::Right),
    Column("DDI", Side::Right),
    Column("PLUGS OUT/IN", Side::Left),
];

/// A name with its 24-bit id; the id alone where there is no name.
fn named(name: &UnitName, id: u32) -> String {
    let text = printable(name.text.trim());
    let cut = if name.cut { "..." } else { "" };
    if text.is_empty() {
        format!("0x{id:06X}")
    } else {
        format!("{text}{cut} (0x{id:06X})")
    }
}

fn cells(unit: &Unit, info: Option<&Info>) -> [String; 8] {
    let mut cells = [const { String::new() }; 8].map(|_| "-".to_owned());
    cells[0] = unit.id().to_string();
    if let Some(Info {
        ids,
        capabilities,
        place,
        ddi_version,
    }) = info
    {
        let node = place.device;
        // Some devices name their model only in the unit directory.
        let model = if ids.model.text.trim().is_empty() {
            named(&ids.unit_model, ids.unit_model_id)
        } else {
            named(&ids.model, ids.model_id)
        };
        cells[1] = format!("{:016X}", ids.eui64);
        cells[2] = named(&ids.vendor, ids.vendor_id);
        cells[3] = model;
        cells[4] = format!("{node} ({}.{})", node.bus(), node.node());
        cells[5] = place.generation.to_string();
        cells[6] = ddi_version.to_string();
        cells[7] = format!("{}/{}", capabilities.output_plugs, capabilities.input_plugs);
    }
    cells
}

pub(super) fn units(driver: &Driver, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let units = Units::enumerate(driver)?;
    let mut failures = Vec::new();
    let mut rows = Vec::new();
    let mut documents = Vec::new();
    for unit in &units {
        let result = info(unit).map_err(Failure::from);
        // It left after the units were listed: it is not one of them now.
        if matches!(&result, Err(Failure::Driver(error)) if error.is_unit_gone()) {
            continue;
        }
        rows.push(cells(unit, result.as_ref().ok()));
        documents.push(json::Row {
            id: text_id(unit.id()),
            content: result.as_ref().ok().map(|info| {
                let Info {
                    ids,
                    capabilities,
                    place,
                    ddi_version,
                } = info;
                let connections = unit.connection_count();
                json::Unit::new(ids, capabilities, place, *ddi_version, connections)
            }),
            error: result.as_ref().err().map(json::Error::from),
        });
        failures.extend(result.err());
    }
    if rows.is_empty() {
        return Err(Failure::NoUnit);
    }
    if output.json {
        output.document(json::Units { units: documents });
    } else {
        output.text(&table(&COLUMNS, &rows));
        failures.iter().for_each(|failure| output.failure(failure));
    }
    Ok(exit_of(&failures))
}
