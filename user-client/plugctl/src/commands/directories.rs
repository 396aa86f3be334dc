//! `plugctl unit-directory add` and `list`

use plug61883::{AddDirectory, DirectoryInfo, Driver, Unit};

use super::{Holding, held};
use crate::cli::{self, UnitFilter};
use crate::failure::{Exit, Failure};
use crate::json;
use crate::output::Output;
use crate::table::Column;
use crate::text;

pub(super) const COLUMNS: [Column; 7] = [
    Column::left("ID"),
    Column::left("UNIT"),
    Column::left("SPEC"),
    Column::left("VERSION"),
    Column::left("OWNER"),
    Column::right("PROCESS"),
    Column::left("MADE"),
];

pub(super) fn cells(directory: &DirectoryInfo) -> [String; 7] {
    [
        directory.id.to_string(),
        directory.unit.to_string(),
        format!("0x{:06X}", directory.spec_id),
        format!("0x{:06X}", directory.sw_version),
        text::owner(directory.owner),
        text::number(directory.process_id),
        text::made(directory.made_at),
    ]
}

pub(super) fn add(
    driver: &Driver,
    arguments: &cli::AddDirectory,
    hold: Holding<'_>,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let unit = Unit::by_id(driver, arguments.unit);
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
    Ok(held::made(directory, &id, document, held, undo, output))
}

pub(super) fn list(
    driver: &Driver,
    filter: &UnitFilter,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let directories = driver.directories(filter.unit)?;
    if output.json {
        let directories = directories.iter().map(json::Directory::from).collect();
        output.document(json::Directories { directories });
    } else {
        let rows: Vec<_> = directories.iter().map(cells).collect();
        output.table(&COLUMNS, &rows);
    }
    Ok(Exit::Done)
}
