//! `plugctl connect`

use plug61883::{Connect, Connection, Direction, Driver, PlugId};

use super::{Holding, chosen, held};
use crate::cli::{self, PlugEnd};
use crate::failure::{Exit, Failure};
use crate::json;
use crate::output::Output;

pub(super) fn connect(
    driver: &Driver,
    arguments: &cli::Connect,
    hold: Holding<'_>,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let unit = chosen(driver, &arguments.unit)?;
    let plug = |direction, end| match end {
        None => Ok(None),
        Some(PlugEnd::Id(id)) => Ok(Some(id)),
        Some(PlugEnd::Number(number)) => unit
            .plug(direction, number)
            .map(|plug| Some(PlugId::from(&plug))),
    };
    let out = plug(Direction::Out, arguments.plugs.out)?;
    let input = plug(Direction::In, arguments.plugs.input)?;
    let wanted = Connect::new()
        .output(out.unwrap_or(PlugId::NONE))
        .input(input.unwrap_or(PlugId::NONE))
        .broadcast(arguments.broadcast)
        .format(arguments.format.unwrap_or_default())
        .persist(arguments.persist);
    // Ctrl+C from here on: ends the request, or the connection that it made.
    let held = (!arguments.persist).then(|| hold(driver));
    let connection = unit.connect(&wanted)?;
    let id = connection.id().to_string();
    let document = json::Connected {
        connection: json::Made {
            id: id.clone(),
            unit: unit.id().to_string(),
            output: out.map(json::PlugReference::from),
            input: input.map(json::PlugReference::from),
            kind: if arguments.broadcast {
                "broadcast"
            } else {
                "point_to_point"
            },
            persistent: arguments.persist,
        },
    };
    let undo = Connection::disconnect;
    Ok(held::made(connection, &id, document, held, undo, output))
}
