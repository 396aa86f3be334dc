//! The commands, one module each.

mod connect;
mod connections;
mod disconnect;
mod plugs;
mod units;

use std::ffi::OsString;

use plug61883::{Access, Driver, Error, Unit, UnitId, Units};

use crate::advice;
use crate::cli::{self, Command, NoCommand, UnitChoice};
use crate::failure::{Exit, Failure};
use crate::hold::Hold;
use crate::output::Output;

/// What a command reaches outside: the driver, and what ends a held connection.
pub(crate) struct System<'a> {
    /// Opens the driver.
    pub(crate) open: &'a dyn Fn(Access) -> Result<Driver, Error>,
    /// Readies the end of a held connection.
    pub(crate) hold: &'a dyn Fn(&Driver) -> Box<dyn Hold>,
}

/// Runs the command line, the program's name first.
pub(crate) fn run(
    arguments: impl IntoIterator<Item = OsString>,
    system: &System<'_>,
    output: &mut Output<'_>,
) -> Exit {
    let arguments: Vec<_> = arguments.into_iter().collect();
    let result = match cli::parse(&arguments) {
        Ok(cli) => {
            output.json = cli.json;
            command(&cli, system, output)
        }
        Err(NoCommand::Text(text)) => {
            output.text(&text);
            Ok(Exit::Done)
        }
        Err(NoCommand::Usage(what)) => {
            output.json = cli::wants_json(&arguments);
            Err(Failure::Usage {
                what,
                advice: advice::SEE_HELP,
            })
        }
    };
    result.unwrap_or_else(|failure| {
        output.failure(&failure);
        failure.exit()
    })
}

fn command(cli: &cli::Cli, system: &System<'_>, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let open = |access| {
        let driver = (system.open)(access)?;
        Ok::<_, Error>(match cli.timeout() {
            Some(time) => driver.timeout(time),
            None => driver,
        })
    };
    match &cli.command {
        Command::Units => units::units(&open(Access::Query)?, output),
        Command::Plugs(choice) => plugs::plugs(&open(Access::Query)?, choice, output),
        Command::Connections(filter) => {
            connections::connections(&open(Access::Query)?, filter, output)
        }
        Command::State(state) => plugs::state(&open(Access::Query)?, state, output),
        Command::Connect(arguments) => {
            connect::connect(&open(Access::Change)?, arguments, system.hold, output)
        }
        Command::Disconnect(arguments) => {
            disconnect::disconnect(&open(Access::Change)?, arguments, output)
        }
    }
}

/// The unit that a command is for: the one named, or the only one.
fn chosen(driver: &Driver, choice: &UnitChoice) -> Result<Unit, Failure> {
    if let Some(id) = choice.unit {
        return Ok(Unit::by_id(driver, id));
    }
    let units = Units::enumerate(driver)?;
    match <[Unit; 1]>::try_from(units.into_iter().collect::<Vec<_>>()) {
        Ok([unit]) => Ok(unit),
        Err(units) if units.is_empty() => Err(Failure::NoUnit),
        Err(units) => {
            let named: Vec<_> = units.iter().map(describe).collect();
            Err(Failure::Usage {
                what: format!("there are {} units: {}", units.len(), named.join(", ")),
                advice: "name one with --unit ID",
            })
        }
    }
}

/// A unit's id, with its name where that can be read.
fn describe(unit: &Unit) -> String {
    match unit.ids() {
        Ok(ids) => format!("{} ({} {})", unit.id(), ids.vendor.text, ids.model.text),
        Err(_) => unit.id().to_string(),
    }
}

/// Whether going on with the same unit after this error is of no use.
fn ends_unit(error: &Error) -> bool {
    use plug61883::NtStatus;
    error.is_unit_gone()
        || matches!(
            error.status(),
            Some(NtStatus::IO_TIMEOUT | NtStatus::CANCELLED)
        )
}

/// The exit code of a command that goes on after failures: of the first one, if any.
fn exit_of(failures: &[Failure]) -> Exit {
    failures.first().map_or(Exit::Done, |_| Exit::Failed)
}

/// An id, for JSON.
fn text_id(id: UnitId) -> Option<String> {
    Some(id.to_string())
}
