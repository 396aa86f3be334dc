//! `plugctl units`

use plug61883::{BusPlace, Capabilities, Driver, Error, Unit, UnitIds, UnitName, Units};

use super::{exit_of, text_id};
use crate::failure::{Exit, Failure};
use crate::json;
use crate::output::Output;
use crate::style::{self, Cell};
use crate::table::{Column, printable};
use crate::text;

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

const COLUMNS: [Column; 11] = [
    Column::left("UNIT"),
    Column::left("EUI-64"),
    Column::left("VENDOR").or_shorten(8),
    Column::left("ID").or_drop(1),
    Column::left("MODEL").or_shorten(8),
    Column::left("ID").or_drop(1),
    Column::left("NODE").or_drop_late(3),
    Column::right("GEN").or_drop(2),
    Column::right("DDI").or_drop_late(1),
    Column::left("OUT/IN").or_drop_late(2),
    Column::left("STATE").if_filled(),
];

/// A name, or the 24-bit id where there is no name; and the id.
fn named(name: &UnitName, id: u32) -> [String; 2] {
    let text = printable(name.text.trim());
    let id = format!("0x{id:06X}");
    let cut = if name.cut { "…" } else { "" };
    let shown = if text.is_empty() {
        id.clone()
    } else {
        format!("{text}{cut}")
    };
    [shown, id]
}

fn cells(unit: &Unit, info: Result<Option<&Info>, ()>) -> [Cell; 11] {
    let mut cells = [const { String::new() }; 11].map(|_| Cell::from(text::none()));
    cells[0] = style::id(Some(unit.id()));
    cells[10] = String::new().into();
    if let Some(listed) = unit.listed() {
        cells[8] = text::number(listed.ddi_version).into();
        cells[10] = style::unit_state(listed.state);
    }
    match info {
        Ok(None) => {}
        Err(()) => cells[10] = style::failed(),
        Ok(Some(info)) => {
            let Info {
                ids,
                capabilities,
                place,
                ddi_version,
            } = info;
            let node = place.device;
            // Some devices name their model only in the unit directory.
            let model = if ids.model.text.trim().is_empty() {
                named(&ids.unit_model, ids.unit_model_id)
            } else {
                named(&ids.model, ids.model_id)
            };
            cells[1] = format!("{:016X}", ids.eui64).into();
            [cells[2], cells[3]] = named(&ids.vendor, ids.vendor_id).map(Cell::from);
            [cells[4], cells[5]] = model.map(Cell::from);
            cells[6] = format!("{}.{}", node.bus(), node.node()).into();
            cells[7] = place.generation.to_string().into();
            cells[8] = ddi_version.to_string().into();
            let plugs = (capabilities.output_plugs, capabilities.input_plugs);
            cells[9] = format!("{}/{}", plugs.0, plugs.1).into();
        }
    }
    cells
}

pub(super) fn units(driver: &Driver, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let units = Units::enumerate(driver)?;
    let mut failures = Vec::new();
    let mut rows = Vec::new();
    let mut documents = Vec::new();
    for unit in &units {
        let listed = |row| json::UnitRow::new(unit.listed(), row);
        if unit.is_unsupported() {
            // Every request for it would be refused.
            rows.push(cells(unit, Ok(None)));
            documents.push(listed(json::Row {
                id: text_id(unit.id()),
                content: None,
                error: None,
            }));
            continue;
        }
        let result = info(unit).map_err(Failure::from);
        // It left after the units were listed: it is not one of them now.
        if matches!(&result, Err(Failure::Driver(error)) if error.is_unit_gone()) {
            continue;
        }
        rows.push(cells(unit, result.as_ref().map(Some).map_err(|_| ())));
        documents.push(listed(json::Row {
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
        }));
        failures.extend(result.err());
    }
    if rows.is_empty() {
        return Err(Failure::NoUnit);
    }
    if output.json {
        output.document(json::Units { units: documents });
    } else {
        output.table(&COLUMNS, &rows);
        failures.iter().for_each(|failure| output.failure(failure));
    }
    Ok(exit_of(&failures))
}
