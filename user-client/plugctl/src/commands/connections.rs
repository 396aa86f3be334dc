//! `plugctl connections`

use plug61883::{ConnectionInfo, Driver};

use super::unit_named::id_of;
use crate::cli::UnitFilter;
use crate::failure::{Exit, Failure};
use crate::json;
use crate::output::Output;
use crate::style::{self, Cell};
use crate::table::Column;
use crate::text;

pub(super) const COLUMNS: [Column; 8] = [
    Column::left("ID"),
    Column::left("UNIT").or_drop(1),
    Column::left("OUTPUT"),
    Column::left("INPUT"),
    Column::left("KIND").or_drop_late(2),
    Column::left("OWNER"),
    Column::right("PROCESS").or_drop(2),
    Column::left("MADE").or_drop_late(1),
];

pub(super) fn cells(connection: &ConnectionInfo) -> [Cell; 8] {
    [
        style::id(Some(connection.id)),
        connection.unit.to_string().into(),
        text::end(connection.output).into(),
        text::end(connection.input).into(),
        text::kind(connection.kind).into(),
        style::owner(connection.owner),
        text::number(connection.process_id).into(),
        text::made(connection.made_at).into(),
    ]
}

pub(super) fn connections(
    driver: &Driver,
    filter: &UnitFilter,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let connections = driver.connections(id_of(driver, filter.unit)?)?;
    if output.json {
        let connections = connections.iter().map(json::Connection::from).collect();
        output.document(json::Connections { connections });
    } else {
        let rows: Vec<_> = connections.iter().map(cells).collect();
        output.table(&COLUMNS, &rows);
    }
    Ok(Exit::Done)
}
