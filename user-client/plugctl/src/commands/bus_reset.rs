//! `plugctl bus-reset`

use plug61883::Driver;

use super::Confirm;
use super::unit_named::{describe, named};
use crate::advice;
use crate::cli;
use crate::failure::{Exit, Failure};
use crate::output::Output;

/// Tells that nobody can be asked, before anything is done: a document is no place for a
/// question.
pub(super) fn can_ask(arguments: &cli::BusReset, output: &Output<'_>) -> Result<(), Failure> {
    if arguments.yes || !output.json {
        return Ok(());
    }
    Err(nobody())
}

fn nobody() -> Failure {
    Failure::Usage {
        what: "a bus reset is to be confirmed, and nobody is there to ask".to_owned(),
        advice: advice::GIVE_YES,
    }
}

pub(super) fn bus_reset(
    driver: &Driver,
    arguments: &cli::BusReset,
    confirm: Confirm<'_>,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let unit = named(driver, arguments.unit)?;
    if !arguments.yes {
        let question = format!(
            "Reset the bus of unit {}? Every stream on it is interrupted. [y/N] ",
            describe(&unit)
        );
        if !confirm(&question).ok_or_else(nobody)? {
            return Err(Failure::Declined);
        }
    }
    let answer = unit.bus_reset()?;
    super::answered(&unit.id(), answer, output);
    Ok(Exit::Done)
}
