//! The commands, one module each.

mod bus_reset;
mod connect;
mod connections;
mod directories;
mod doctor;
mod graph;
pub(crate) mod happened;
mod held;
pub(crate) mod links;
mod live;
mod local_plug;
mod monitor;
mod pages;
mod plugs;
mod registers;
mod repeat;
mod report;
mod simulated;
mod undo;
mod unit_info;
mod unit_named;
mod units;
mod watch;

use std::ffi::OsString;
use std::fmt::Display;

use plug61883::{Access, Answer, Canceller, Driver, Error, UnitId};

pub(crate) use doctor::Finding;
#[cfg(test)]
pub(crate) use registers::register_lines;

use crate::advice;
use crate::cli::{self, Change, Command, NoCommand, Repeat, UnitDirectory};
use crate::failure::{Exit, Failure};
use crate::hold::Hold;
use crate::json;
use crate::output::Output;

/// Readies the end of something held.
pub(crate) type Holding<'a> = &'a dyn Fn(&Driver) -> Box<dyn Hold>;
/// Asks a question; whether the answer is yes, `None` when nobody is there to answer.
pub(crate) type Confirm<'a> = &'a dyn Fn(&str) -> Option<bool>;
/// Opens the driver.
type Open<'a> = &'a dyn Fn(Access) -> Result<Driver, Error>;

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
            output.configure(&cli);
            match &cli.sim {
                None => command(&cli, system.open, system, output),
                Some(file) => simulated::simulator(file.as_deref()).and_then(|simulator| {
                    let open = |access| simulator.open(access);
                    command(&cli, &open, system, output)
                }),
            }
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

fn command(
    cli: &cli::Cli,
    open: &dyn Fn(Access) -> Result<Driver, Error>,
    system: &System<'_>,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let open = |access| {
        let driver = open(access)?;
        Ok::<_, Error>(match cli.timeout() {
            Some(time) => driver.timeout(time),
            None => driver,
        })
    };
    let repeated = |name, Repeat { watch }, output: &mut Output<'_>, show: repeat::Show<'_>| {
        repeat::repeat((name, watch), &open, system.hold, output, show)
    };
    let simulated = cli.sim.is_some();
    match &cli.command {
        Command::Units(arguments) => repeated("units", arguments.repeat, output, &units::units),
        Command::Plugs(arguments) => {
            let show = |driver: &Driver, output: &mut Output<'_>| {
                plugs::plugs(driver, arguments.unit(), output)
            };
            repeated("plugs", arguments.repeat, output, &show)
        }
        Command::Connections(arguments) => {
            let show = |driver: &Driver, output: &mut Output<'_>| {
                connections::connections(driver, &arguments.filter, output)
            };
            repeated("connections", arguments.repeat, output, &show)
        }
        Command::State(arguments) => {
            plugs::can_name(arguments)?;
            let show =
                |driver: &Driver, output: &mut Output<'_>| plugs::state(driver, arguments, output);
            repeated("state", arguments.repeat, output, &show)
        }
        Command::UnitInfo(arguments) => {
            let levels = unit_info::wanted(arguments)?;
            match &arguments.change {
                None => unit_info::show(&open(Access::Query)?, arguments, &levels, output),
                Some(Change::Set(set)) => {
                    unit_info::set(&open(Access::Change)?, arguments, &set.what, output)
                }
            }
        }
        Command::Connect(arguments) => connect::connect(&open, arguments, system.hold, output),
        Command::Disconnect(arguments) => {
            undo::disconnect(&open(Access::Change)?, arguments, output)
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
        Command::Monitor(arguments) => monitor::monitor(&open, arguments, system.interrupt, output),
        Command::Snapshot => monitor::snapshot(open(Access::Query)?, output),
        Command::Report(arguments) => report::report(&open(Access::Query)?, arguments, output),
        Command::Get(arguments) => registers::get(&open(Access::Query)?, arguments, output),
        Command::Set(arguments) => registers::set(&open(Access::Change)?, arguments, output),
        Command::Graph(arguments) => graph::graph(&open(Access::Query)?, arguments, output),
        Command::Watch => watch::watch(&open, output),
        Command::Doctor => doctor::doctor(&open, simulated, output),
        Command::Teardown(arguments) => {
            links::teardown::command(arguments, &open, simulated, output)
        }
        Command::Audio(arguments) => links::audio(arguments, simulated, output),
        Command::Net(arguments) => links::net(arguments, simulated, output),
        Command::Router(arguments) => links::router(arguments, simulated, output),
        Command::Machine(arguments) => links::machine(arguments, simulated, output),
        Command::Completions(arguments) => Ok(pages::completions(arguments, output)),
        Command::Man(arguments) => pages::man(arguments, output),
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

/// Whether going on with the same unit after this error is of no use.
pub(crate) fn ends_unit(error: &Error) -> bool {
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
