//! `plugctl connections`

use plug61883::{ConnectionInfo, ConnectionKind, Driver, Owner, PlugId};

use crate::cli::UnitFilter;
use crate::failure::{Exit, Failure};
use crate::json;
use crate::output::Output;
use crate::table::{Column, Side, table};
use crate::time;

const COLUMNS: [Column; 8] = [
    Column("CONNECTION", Side::Left),
    Column("UNIT", Side::Left),
    Column("OUTPUT", Side::Left),
    Column("INPUT", Side::Left),
    Column("KIND", Side::Left),
    Column("OWNER", Side::Left),
    Column("PROCESS", Side::Right),
    Column("MADE", Side::Left),
];

fn cells(connection: &ConnectionInfo) -> [String; 8] {
    let none = || "-".to_owned();
    let plug = |plug: Option<PlugId>| plug.map_or_else(none, json::plug_name);
    [
        connection.id.to_string(),
        connection.unit.to_string(),
        plug(connection.output),
        plug(connection.input),
        match connection.kind {
            ConnectionKind::Broadcast => "broadcast".to_owned(),
            ConnectionKind::PointToPoint => "point-to-point".to_owned(),
            ConnectionKind::Other(raw) => format!("kind {raw}"),
        },
        match connection.owner {
            Owner::ThisHandle => "this handle".to_owned(),
            Owner::OtherHandle => "other handle".to_owned(),
            Owner::Driver => "driver".to_owned(),
            Owner::Other(raw) => format!("owner {raw}"),
        },
        connection
            .process_id
            .map_or_else(none, |process| process.to_string()),
        if connection.made_at == 0 {
            none()
        } else {
            time::utc(connection.made_at)
        },
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
        output.text(&table(&COLUMNS, &rows));
    }
    Ok(Exit::Done)
}
