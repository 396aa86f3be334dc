//! The commands, one module each.

mod bus_reset;
mod connect;
mod connections;
mod directories;
mod held;
mod local_plug;
mod monitor;
mod plugs;
mod undo;
mod unit_info;
mod units;

use std::ffi::OsString;
use std::fmt::Display;

use plug61883::{Access, Answer, Canceller, Driver, Error, Unit, UnitId, Units};

use crate::advice;
use crate::cli::{self, Change, Command, NoCommand, UnitChoice, UnitDirectory};
use crate::failure::{Exit, Failure};
use crate::hold::Hold;
use crate::json;
use crate::output::Output;

/// Readies the end of something held.
pub(crate) type Holding<'a> = &'a dyn Fn(&Driver) -> Box<dyn Hold>;
/// Asks a question; whether the answer is yes, `None` when nobody is there to answer.
pub(crate) type Confirm<'a> = &'a dyn Fn(&str) -> Option<bool>;

/// What a command reaches outside: the driver, and who uses the program.
pub(crate) struct System<'a> {
    /// Opens the driver.
    pub(crate) open: &'a dyn Fn(Access) -> Result<Driver, Error>,
    /// Readies the end of something held.
    pub(crate) hold: Holding<'a>,
    /// Has Ctrl+C end the waits for events.
    pub(crate) interrupt: &'a dyn Fn(Canceller),
    /// Asks a question.
    pub(crate) confirm: Confirm<'a>,
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
            (output.json, output.wide) = (cli.json, cli.wide);
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
        Command::UnitInfo(arguments) => {
            let levels = unit_info::wanted(arguments)?;
            match &arguments.change {
                None => {
                    let driver = open(Access::Query)?;
                    Ok(unit_info::show(&driver, arguments, &levels, output))
                }
                Some(Change::Set(set)) => {
                    unit_info::set(&open(Access::Change)?, arguments, &set.what, output)
                }
            }
        }
        Command::Connect(arguments) => {
            connect::connect(&open(Access::Change)?, arguments, system.hold, output)
        }
        Command::Disconnect(arguments) => {
            let driver = open(Access::Change)?;
            Ok(undo::disconnect(&driver, arguments, output))
        }
        Command::CreatePlug(arguments) => {
            let register = local_plug::wanted(arguments)?;
            let driver = open(Access::Change)?;
            local_plug::create_plug(&driver, arguments, register, system.hold, output)
        }
        Command::SetPlug(arguments) => {
            let register = local_plug::value(arguments)?;
            local_plug::set_plug(&open(Access::Change)?, arguments, register, output)
        }
        Command::DeletePlug(arguments) => {
            let driver = open(Access::Change)?;
            Ok(undo::delete_plug(&driver, arguments, output))
        }
        Command::BusReset(arguments) => {
            bus_reset::can_ask(arguments, output)?;
            let driver = open(Access::Change)?;
            bus_reset::bus_reset(&driver, arguments, system.confirm, output)
        }
        Command::UnitDirectory(UnitDirectory::Add(arguments)) => {
            directories::add(&open(Access::Change)?, arguments, system.hold, output)
        }
        Command::UnitDirectory(UnitDirectory::Remove(arguments)) => {
            let driver = open(Access::Change)?;
            Ok(undo::remove_directory(&driver, arguments, output))
        }
        Command::UnitDirectory(UnitDirectory::List(filter)) => {
            directories::list(&open(Access::Query)?, filter, output)
        }
        Command::Monitor(arguments) => {
            monitor::monitor(open(Access::Query)?, arguments, system.interrupt, output)
        }
        Command::Snapshot => monitor::snapshot(open(Access::Query)?, output),
    }
}

/// The answer to a change of `id`, for JSON.
fn result_row(id: &dyn Display, answer: Answer) -> json::Row<json::Confirmed> {
    json::Row {
        id: Some(id.to_string()),
        content: Some(answer.into()),
        error: None,
    }
}

/// Tells the answer to a change of `id`.
fn answered(id: &dyn Display, answer: Answer, output: &mut Output<'_>) {
    if output.json {
        let result = result_row(id, answer);
        output.document(json::OneResult { result });
    } else {
        output.line(&format!("{id}: {answer}"));
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
        || error.is_unsupported()
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
