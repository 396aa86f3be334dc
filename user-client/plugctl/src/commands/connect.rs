//! `plugctl connect`

use plug61883::{Access, Connect, Direction, Events, PlugId};

use super::live::{Held, Live};
use super::unit_named::chosen;
use super::{Holding, Open, held};
use crate::cli::{self, PlugEnd};
use crate::failure::{Exit, Failure};
use crate::hold;
use crate::json;
use crate::output::Output;

pub(super) fn connect(
    open: Open<'_>,
    arguments: &cli::Connect,
    hold: Holding<'_>,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let driver = open(Access::Change)?;
    let unit = chosen(&driver, &arguments.unit)?;
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
    if arguments.persist {
        let id = unit.connect(&wanted)?.id();
        held::tell(id, document(arguments, (id, unit.id(), out, input)), output);
        return Ok(Exit::Done);
    }
    // Ctrl+C from here on: ends the request, or the connection that it made.
    let hold = hold(&driver);
    // Before it is made, so that nothing is missed. Without events it is held all the same.
    let events = open(Access::Query).ok().map(Events::of);
    let connection = unit.connect(&wanted)?;
    let id = connection.id();
    hold.start();
    if let Some(canceller) = events.as_ref().map(Events::canceller) {
        hold.at_end(Box::new(move || canceller.cancel()));
    }
    let held = Held {
        driver: &driver,
        connection: id,
        unit: unit.id(),
        output: out,
        input,
    };
    if output.terminal && !output.json {
        Live::new(held, arguments.broadcast).hold(events, &*hold, output)?;
    } else {
        held::tell(id, document(arguments, (id, unit.id(), out, input)), output);
        if !output.json {
            hold::tell_how_to_end();
        }
        held.wait(events, &*hold)?;
    }
    super::answered(&id, connection.disconnect()?, output);
    Ok(Exit::Done)
}

fn document(
    arguments: &cli::Connect,
    (id, unit, out, input): (
        plug61883::ConnectionId,
        plug61883::UnitId,
        Option<PlugId>,
        Option<PlugId>,
    ),
) -> json::Connected {
    json::Connected {
        connection: json::Made {
            id: id.to_string(),
            unit: unit.to_string(),
            output: out.map(json::PlugReference::from),
            input: input.map(json::PlugReference::from),
            kind: if arguments.broadcast {
                "broadcast"
            } else {
                "point_to_point"
            },
            persistent: arguments.persist,
        },
    }
}
