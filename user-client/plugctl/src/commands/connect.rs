//! `plugctl connect`

use plug61883::{Connect, Direction, Driver, Plug};

use super::chosen;
use crate::cli;
use crate::failure::{Exit, Failure};
use crate::hold::Hold;
use crate::json;
use crate::output::Output;

pub(super) fn connect(
    driver: &Driver,
    arguments: &cli::Connect,
    hold: &dyn Fn(&Driver) -> Box<dyn Hold>,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let unit = chosen(driver, &arguments.unit)?;
    let plug = |direction, number: Option<u32>| {
        number
            .map(|number| unit.plug(direction, number))
            .transpose()
    };
    let out = plug(Direction::Out, arguments.plugs.out)?;
    let input = plug(Direction::In, arguments.plugs.input)?;
    let mut wanted = Connect::new()
        .broadcast(arguments.broadcast)
        .persist(arguments.persist);
    if let Some(plug) = &out {
        wanted = wanted.output(plug);
    }
    if let Some(plug) = &input {
        wanted = wanted.input(plug);
    }
    // Ctrl+C from here on: ends the request, or the connection that it made.
    let held = (!arguments.persist).then(|| hold(driver));
    let connection = unit.connect(&wanted)?;
    let id = connection.id();
    if output.json {
        let reference = |plug: &Option<Plug>| plug.as_ref().map(|plug| plug.id().into());
        output.document(json::Connected {
            connection: json::Made {
                id: id.to_string(),
                unit: unit.id().to_string(),
                output: reference(&out),
                input: reference(&input),
                kind: if arguments.broadcast {
                    "broadcast"
                } else {
                    "point_to_point"
                },
                persistent: arguments.persist,
            },
        });
    } else {
        output.line(&id.to_string());
    }
    let Some(held) = held else {
        return Ok(Exit::Done);
    };
    held.wait();
    match connection.disconnect() {
        Ok(answer) => {
            if !output.json {
                output.line(&format!("{id}: {answer}"));
            }
            Ok(Exit::Done)
        }
        Err(error) => {
            // The one document is out already.
            let failure = Failure::from(error);
            output.error_line(&failure.to_string());
            Ok(failure.exit())
        }
    }
}
