//! `plugctl connections`

use plug61883::{ConnectionInfo, Driver};

use crate::cli::UnitFilter;
use crate::failure::{Exit, Failure};
use crate::json;
use crate::output::Output;
use crate::table::Column;
use crate::text;

pub(super) const COLUMNS: [Column; 8] = [
    Column::left("ID"),
    Column::left("UNIT").or_drop(1),
    Column::left("OUTPUT"),
    Column::left("INPUT"),
    Column::left("KIND"),
    Column::left("OWNER"),
    Column::right("PROCESS").or_drop(2),
    Column::left("MADE"),
];

pub(super) fn cells(connection: &ConnectionInfo) -> [String; 8] {
    [
        connection.id.to_string(),
        connection.unit.to_string(),
        text::end(connection.output),
        text::end(connection.input),
        text::kind(connection.kind),
        text::owner(connection.owner),
        text::number(connection.process_id),
        text::made(connection.made_at),
    ]
}

pub(super) fn connections(
    driver: &Driver,
    filter: &UnitFilter,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let connections = driver.connections(filter.unit)?;
    if output.json {
        let connections = connections.iter().map(json::Connection::from).collect();
        output.document(json::Connections { connections });
    } else {
        let rows: Vec<_> = connections.iter().map(cells).collect();
        output.table(&COLUMNS, &rows);
    }
    Ok(Exit::Done)
}
