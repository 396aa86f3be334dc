//! `plugctl machine`

use plug61883::links::{DeviceList, DeviceNode, Link, Machine};

use super::{text_or_none, troubles};
use crate::cli::MachineUnits;
use crate::failure::{Exit, Failure};
use crate::json;
use crate::output::Output;
use crate::style::{Cell, Tone};
use crate::table::{Column, printable};

const COLUMNS: [Column; 5] = [
    Column::left("DEVICE").or_shorten(16),
    Column::left("DESCRIPTION").or_shorten(11),
    Column::left("STATUS"),
    Column::left("CLASS").or_drop_late(2),
    Column::left("SERVICE").or_drop_late(1),
];

fn status(device: &DeviceNode) -> Cell {
    match device.has_problem() {
        Some(problem) => Cell::new(format!("problem {}", problem.0), Tone::Bad),
        None if device.is_started() => Cell::new("started", Tone::Good),
        None if device.is_loaded() => Cell::new("loaded", Tone::Notable),
        None => Cell::new("no driver", Tone::Notable),
    }
}

fn cells(device: &DeviceNode) -> [Cell; 5] {
    [
        Cell::new(printable(&device.instance), Tone::Id),
        text_or_none(&device.description),
        status(device),
        text_or_none(&device.class),
        text_or_none(&device.service),
    ]
}

/// Lists the devices. The handle to another machine is released whatever comes of it: where
/// listing fails, by dropping it.
pub(super) fn units(arguments: &MachineUnits, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let mut machine = Machine::connect(arguments.host.as_deref())?;
    let mut list = machine.devices()?;
    list.troubles.extend(machine.disconnect().err());
    Ok(show(machine.host(), &list, output))
}

pub(super) fn show(host: Option<&str>, list: &DeviceList, output: &mut Output<'_>) -> Exit {
    if output.json {
        output.document(json::MachineUnits::new(host, list));
        return if list.troubles.is_empty() {
            Exit::Done
        } else {
            Exit::Failed
        };
    }
    if list.devices.is_empty() {
        output.line("there is no 1394 or 61883 device");
    } else {
        let rows: Vec<_> = list.devices.iter().map(cells).collect();
        output.table(&COLUMNS, &rows);
    }
    for device in &list.devices {
        let Some(problem) = device.has_problem() else {
            continue;
        };
        let meaning = problem.meaning();
        let meaning = meaning.map_or_else(String::new, |meaning| format!(": {meaning}"));
        let line = printable(&format!("{}: {problem}{meaning}", device.instance));
        let line = output.paint(Tone::Bad, &line);
        output.line(&line);
    }
    troubles(&list.troubles, output)
}
