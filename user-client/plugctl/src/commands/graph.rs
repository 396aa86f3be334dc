//! `plugctl graph`

use std::fs;

use plug61883::Driver;

use super::exit_of;
use crate::bus::Bus;
use crate::cli::{self, GraphFormat};
use crate::failure::{Exit, Failure};
use crate::graph::{self, Paper};
use crate::json;
use crate::output::Output;

pub(super) fn graph(
    driver: &Driver,
    arguments: &cli::Graph,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let bus = Bus::read(driver)?;
    if bus.nodes.iter().all(|node| node.unit.is_none()) {
        return Err(Failure::NoUnit);
    }
    let picture = match arguments.format {
        GraphFormat::Text => graph::text(&bus, paper(arguments, output)),
        GraphFormat::Dot => graph::dot(&bus),
        GraphFormat::Svg => graph::svg(&bus),
    };
    if let Some(path) = &arguments.output {
        fs::write(path, &picture).map_err(|error| Failure::Write {
            path: path.clone(),
            why: error.to_string(),
        })?;
    }
    if output.json {
        output.document(json::Graph::from(&bus));
    } else {
        if arguments.output.is_none() {
            output.text(&picture);
        }
        bus.failures
            .iter()
            .for_each(|failure| output.failure(failure));
    }
    Ok(exit_of(&bus.failures))
}

/// What a text is drawn on: the terminal, or a file.
fn paper(arguments: &cli::Graph, output: &Output<'_>) -> Paper {
    Paper {
        columns: if output.wide {
            usize::MAX
        } else {
            output.columns
        },
        colour: output.colour && arguments.output.is_none(),
    }
}
