//! `plugctl disconnect`, `delete-plug` and `unit-directory remove`: what undoes several things,
//! one after the other.

use std::fmt::Display;

use plug61883::{Answer, Driver, Error};

use super::exit_of;
use crate::cli;
use crate::failure::{Exit, Failure};
use crate::json;
use crate::output::Output;

pub(super) fn disconnect(
    driver: &Driver,
    arguments: &cli::Disconnect,
    output: &mut Output<'_>,
) -> Exit {
    let force = arguments.force;
    each(&arguments.ids, |id| driver.disconnect(id, force), output)
}

pub(super) fn delete_plug(
    driver: &Driver,
    arguments: &cli::DeletePlug,
    output: &mut Output<'_>,
) -> Exit {
    let force = arguments.force;
    each(&arguments.plugs, |id| driver.delete_plug(id, force), output)
}

pub(super) fn remove_directory(
    driver: &Driver,
    arguments: &cli::RemoveDirectory,
    output: &mut Output<'_>,
) -> Exit {
    let cli::RemoveDirectory {
        ids,
        force,
        bus_reset,
    } = arguments;
    let remove = |id| driver.remove_directory(id, *force, *bus_reset);
    each(ids, remove, output)
}

/// Undoes each, going on after one that fails.
fn each<I: Copy + Display>(
    ids: &[I],
    undo: impl Fn(I) -> Result<Answer, Error>,
    output: &mut Output<'_>,
) -> Exit {
    let mut failures = Vec::new();
    let mut results = Vec::new();
    for &id in ids {
        let result = undo(id);
        if output.json {
            results.push(row(id, result));
        } else {
            report(id, result, output);
        }
        failures.extend(result.err().map(Failure::from));
    }
    if output.json {
        output.document(json::Results { results });
    }
    exit_of(&failures)
}

fn report(id: impl Display, result: Result<Answer, Error>, output: &mut Output<'_>) {
    match result {
        Ok(answer) => output.line(&format!("{id}: {answer}")),
        Err(error) => {
            let said = error
                .answer()
                .map_or_else(|| error.said(), |answer| answer.to_string());
            let advice = Failure::from(error).advice();
            output.error_line(&format!("{id}: {said}; {advice}"));
        }
    }
}

fn row(id: impl Display, result: Result<Answer, Error>) -> json::Row<json::Confirmed> {
    let answer = result.map_or_else(|error| error.answer(), Some);
    let failure = result.err().map(Failure::from);
    json::Row {
        id: Some(id.to_string()),
        content: answer.map(json::Confirmed::from),
        error: failure.as_ref().map(json::Error::from),
    }
}
