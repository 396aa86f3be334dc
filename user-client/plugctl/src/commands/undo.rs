//! `plugctl disconnect`, `delete-plug` and `unit-directory remove`: what undoes several things,
//! one after the other.

use std::fmt::Display;

use plug61883::{Answer, ConnectionInfo, Driver, Error, NtStatus, Owner, Source};

use super::exit_of;
use super::unit_named::id_of;
use crate::cli;
use crate::failure::{Exit, Failure};
use crate::json;
use crate::output::Output;
use crate::style::Tone;

pub(super) fn disconnect(
    driver: &Driver,
    arguments: &cli::Disconnect,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let force = arguments.force;
    let undo = |id| driver.disconnect(id, force).map(Outcome::Undone);
    if !arguments.all {
        return Ok(each(&arguments.ids, undo, output));
    }
    let unit = id_of(driver, arguments.unit)?;
    let there = driver.connections(unit)?;
    if there.is_empty() && !output.json {
        output.line("there is no connection");
    }
    let left_alone = |connection: &ConnectionInfo| match connection.owner {
        Owner::OtherHandle if !force => Some(Outcome::OfProgram),
        Owner::Foreign if !force => Some(Outcome::Foreign),
        _ => None,
    };
    let one = |id| {
        let is_it = |connection: &&ConnectionInfo| connection.id == id;
        match there.iter().find(is_it).and_then(left_alone) {
            Some(outcome) => Ok(outcome),
            // It may be gone meanwhile: that is as well.
            None => undo(id).or_else(|error| match error.answer() {
                Some(answer) if answer == STALE => Ok(Outcome::Gone),
                _ => Err(error),
            }),
        }
    };
    let ids: Vec<_> = there.iter().map(|connection| connection.id).collect();
    Ok(each(&ids, one, output))
}

/// What plug61883 says of an id that names nothing.
const STALE: Answer = Answer {
    status: NtStatus::INVALID_PARAMETER,
    source: Source::Plug61883,
};

/// What became of one that was to be undone.
enum Outcome {
    /// It is undone.
    Undone(Answer),
    /// Left alone: another program holds it.
    OfProgram,
    /// Left alone: another driver made it.
    Foreign,
    /// It was gone before.
    Gone,
}

impl Outcome {
    /// Why nothing was asked for, or needed: for people, and for JSON.
    const fn skipped(&self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Undone(_) => None,
            Self::OfProgram => Some((
                "left alone, another program holds it: --force breaks it all the same",
                "other_handle",
            )),
            Self::Foreign => Some((
                "left alone, another driver made it: --force breaks it all the same",
                "foreign",
            )),
            Self::Gone => Some(("gone already", "gone")),
        }
    }
}

pub(super) fn delete_plug(
    driver: &Driver,
    arguments: &cli::DeletePlug,
    output: &mut Output<'_>,
) -> Exit {
    let force = arguments.force;
    let delete = |id| driver.delete_plug(id, force).map(Outcome::Undone);
    each(&arguments.plugs, delete, output)
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
    let remove = |id| {
        let answer = driver.remove_directory(id, *force, *bus_reset)?;
        Ok(Outcome::Undone(answer))
    };
    each(ids, remove, output)
}

/// Undoes each, going on after one that fails.
fn each<I: Copy + Display>(
    ids: &[I],
    undo: impl Fn(I) -> Result<Outcome, Error>,
    output: &mut Output<'_>,
) -> Exit {
    let mut failures = Vec::new();
    let mut results = Vec::new();
    for &id in ids {
        let result = undo(id);
        failures.extend(result.as_ref().err().copied().map(Failure::from));
        if output.json {
            results.push(row(id, result));
        } else {
            report(id, result, output);
        }
    }
    if output.json {
        output.document(json::Results { results });
    }
    exit_of(&failures)
}

fn report(id: impl Display, result: Result<Outcome, Error>, output: &mut Output<'_>) {
    match result {
        Ok(Outcome::Undone(answer)) => output.line(&format!("{id}: {answer}")),
        Ok(outcome) => {
            let why = outcome.skipped().map_or("", |(why, _)| why);
            let why = output.paint(Tone::Notable, why);
            output.line(&format!("{id}: {why}"));
        }
        Err(error) => {
            let said = error
                .answer()
                .map_or_else(|| error.said(), |answer| answer.to_string());
            let advice = Failure::from(error).advice();
            output.error_line(&format!("{id}: {said}; {advice}"));
        }
    }
}

fn row(id: impl Display, result: Result<Outcome, Error>) -> json::Undone {
    let (answer, skipped) = match &result {
        Ok(Outcome::Undone(answer)) => (Some(*answer), None),
        Ok(outcome) => (None, outcome.skipped().map(|(_, name)| name)),
        Err(error) => (error.answer(), None),
    };
    let failure = result.err().map(Failure::from);
    json::Undone {
        row: json::Row {
            id: Some(id.to_string()),
            content: answer.map(json::Confirmed::from),
            error: failure.as_ref().map(json::Error::from),
        },
        skipped,
    }
}
