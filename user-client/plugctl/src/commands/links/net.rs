//! `plugctl net`

use plug61883::links::{
    Call, Link, LinkError, NetConnection, NetConnectionInfo, NetState, Network,
};

use super::{disconnect, fire_wire, text_or_none, told, troubles};
use crate::cli::Net;
use crate::failure::{Exit, Failure};
use crate::json;
use crate::output::Output;
use crate::style::{Cell, Tone};
use crate::table::{Column, printable};

const COLUMNS: [Column; 6] = [
    Column::left("NAME").or_shorten(12),
    Column::left("DEVICE").or_shorten(12),
    Column::left("STATUS"),
    Column::left("MEDIA").or_drop_late(2),
    Column::left("1394"),
    Column::left("GUID").or_drop(1),
];

fn status(state: NetState) -> Cell {
    let tone = if state == NetState::CONNECTED {
        Tone::Good
    } else if state.is_disconnected() {
        Tone::Faint
    } else {
        Tone::Notable
    };
    Cell::new(state.to_string(), tone)
}

fn cells(info: &NetConnectionInfo) -> [Cell; 6] {
    [
        Cell::new(printable(&info.name), Tone::Id),
        text_or_none(&info.device),
        status(info.state),
        info.media.to_string().into(),
        fire_wire(&info.belongs_to),
        info.guid.clone().into(),
    ]
}

pub(super) fn command(arguments: &Net, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let network = Network::open()?;
    match arguments {
        Net::List => {
            let list = network.connections()?;
            let infos: Vec<_> = list.connections.iter().map(NetConnection::info).collect();
            Ok(show(&infos, &list.troubles, output))
        }
        Net::Disconnect(arguments) => {
            let mut connection = network.connection(&arguments.connection)?;
            Ok(one(&mut connection, arguments.idempotent, output)?)
        }
    }
}

/// Disconnects one. Windows has no answer for one that is disconnected already: its status in the
/// list tells.
pub(super) fn one(
    connection: &mut dyn Link,
    idempotent: bool,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    if idempotent && !connection.is_connected() {
        let meaning = Some("the network connection is already disconnected");
        told(connection, (None, meaning), true, output);
        return Ok(Exit::Done);
    }
    disconnect(connection, Call::DisconnectNetwork, false, output)
}

pub(super) fn show(
    infos: &[&NetConnectionInfo],
    failed: &[LinkError],
    output: &mut Output<'_>,
) -> Exit {
    if output.json {
        output.document(json::NetConnections::new(infos, failed));
        return if failed.is_empty() {
            Exit::Done
        } else {
            Exit::Failed
        };
    }
    if infos.is_empty() {
        output.line("there is no network connection");
    } else {
        let rows: Vec<_> = infos.iter().map(|info| cells(info)).collect();
        output.table(&COLUMNS, &rows);
    }
    troubles(failed, output)
}
