//! `plugctl unit-directory add` and `list`

use plug61883::{AddDirectory, DirectoryInfo, Driver};

use super::unit_named::{id_of, named};
use super::{Holding, held};
use crate::cli::{self, UnitFilter};
use crate::failure::{Exit, Failure};
use crate::json;
use crate::output::Output;
use crate::style::{self, Cell};
use crate::table::Column;
use crate::text;

pub(super) const COLUMNS: [Column; 7] = [
    Column::left("ID"),
    Column::left("UNIT"),
    Column::left("SPEC"),
    Column::left("VERSION"),
    Column::left("OWNER"),
    Column::right("PROCESS").or_drop_late(2),
    Column::left("MADE").or_drop_late(1),
];

pub(super) fn cells(directory: &DirectoryInfo) -> [Cell; 7] {
    [
        style::id(Some(directory.id)),
        directory.unit.to_string().into(),
        format!("0x{:06X}", directory.spec_id).into(),
        format!("0x{:06X}", directory.sw_version).into(),
        style::owner(directory.owner),
        text::number(directory.process_id).into(),
        text::made(directory.made_at).into(),
    ]
}

pub(super) fn add(
    driver: &Driver,
    arguments: &cli::AddDirectory,
    hold: Holding<'_>,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let unit = named(driver, arguments.unit)?;
    let bus_reset = arguments.bus_reset;
    let add = AddDirectory::new(arguments.spec, arguments.sw_version)
        .persist(arguments.persist)
        .bus_reset(bus_reset);
    // Ctrl+C from here on: ends the request, or the directory that it added.
    let held = (!arguments.persist).then(|| hold(driver));
    let directory = unit.add_directory(&add)?;
    let id = directory.id().to_string();
    let document = json::Added {
        directory: json::MadeDirectory {
            id: id.clone(),
            unit: unit.id().to_string(),
            persistent: arguments.persist,
        },
    };
    let undo = |directory: plug61883::Directory| directory.remove(bus_reset);
    held::made(directory, &id, document, held, undo, output)
}

pub(super) fn list(
    driver: &Driver,
    filter: &UnitFilter,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let directories = driver.directories(id_of(driver, filter.unit)?)?;
    if output.json {
        let directories = directories.iter().map(json::Directory::from).collect();
        output.document(json::Directories { directories });
    } else {
        let rows: Vec<_> = directories.iter().map(cells).collect();
        output.table(&COLUMNS, &rows);
    }
    Ok(Exit::Done)
}
