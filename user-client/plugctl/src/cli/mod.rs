//! The command line.

mod arguments;
mod values;

use std::ffi::OsString;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};
use plug61883::abi::ioctl::MAX_TIMEOUT_MS;

pub(crate) use arguments::{
    AddDirectory, AddressType, BusReset, Change, Connect, CreatePlug, DeletePlug, Disconnect,
    Facing, Monitor, RemoveDirectory, SetPlug, SetWhat, State, UnitChoice, UnitDirectory,
    UnitFilter, UnitInfo,
};
pub(crate) use values::{Level, PlugEnd, PlugName, RegisterText};

/// Plugs of FireWire units (IEC 61883-1) and the connections between them.
///
/// Ids: a unit, connection or unit directory is like 1.1, a plug of a device like 1.o0.1, one of
/// this computer like 1.lo0.1. The lists show them; an id that is stale names nothing.
///
/// Exit codes: 0 done, 1 the operation failed, 2 wrong usage, 3 no driver or no unit.
#[derive(Debug, Parser)]
#[command(
    name = "plugctl",
    version,
    propagate_version = false,
    max_term_width = 100
)]
pub(crate) struct Cli {
    /// Print one JSON document, for failures too; monitor prints one for each event.
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Print tables as wide as they need to be; otherwise they are made to fit 80 columns.
    #[arg(long, global = true)]
    pub(crate) wide: bool,

    /// Time that each request may take, in milliseconds [default: the driver's, 5000].
    #[arg(long, global = true, value_name = "MS",
        value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_TIMEOUT_MS)))]
    timeout: Option<u32>,

    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Cli {
    /// Time that each request may take. That of `monitor` is another.
    pub(crate) fn timeout(&self) -> Option<Duration> {
        if matches!(self.command, Command::Monitor(_)) {
            return None;
        }
        self.timeout.map(|time| Duration::from_millis(time.into()))
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the units.
    Units,
    /// Show what a unit tells of itself, or set some of it.
    UnitInfo(UnitInfo),
    /// List the plugs of a unit, with the state of each, and those of this computer.
    ///
    /// Plugs of this computer have an owner: other (a program holds the plug), driver (created
    /// with --persist) or foreign (another driver made it).
    Plugs(UnitChoice),
    /// List the connections of a unit, or of all.
    ///
    /// OUTPUT, INPUT: the plug; - for none, ? for one whose id nobody has asked for. KIND: p2p
    /// (point-to-point) or bcast (broadcast). OWNER: other (a program holds the connection),
    /// driver (made with --persist) or foreign (another driver made it).
    Connections(UnitFilter),
    /// Show the state of one plug.
    State(State),
    /// Connect plugs; print the connection's id, hold it until Ctrl+C or the end of the input,
    /// then break it.
    Connect(Connect),
    /// Break connections.
    Disconnect(Disconnect),
    /// Create a plug of this computer; print its id, hold it until Ctrl+C or the end of the
    /// input, then delete it.
    CreatePlug(CreatePlug),
    /// Write the register of a plug of this computer: of one created with --persist.
    SetPlug(SetPlug),
    /// Delete plugs of this computer.
    DeletePlug(DeletePlug),
    /// Reset a unit's bus; asks first.
    BusReset(BusReset),
    /// Add, remove or list unit directories of this computer's configuration ROM.
    #[command(subcommand)]
    UnitDirectory(UnitDirectory),
    /// Print what happens, as it happens, until Ctrl+C.
    ///
    /// The first line is a snapshot's; then a line for each event: its number, its time, what
    /// happened. Events that were lost because this program was too slow are told, with a fresh
    /// snapshot: events go on from there.
    Monitor(Monitor),
    /// List units, plugs, connections and unit directories as they are at one moment.
    Snapshot,
}

/// What a command line that holds no command asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoCommand {
    /// Help or the version: a text for stdout.
    Text(String),
    /// Wrong usage, in one line.
    Usage(String),
}

/// Reads the command line, the program's name first.
pub(crate) fn parse(arguments: &[OsString]) -> Result<Cli, NoCommand> {
    Cli::try_parse_from(arguments).map_err(|error| {
        let text = error.render().to_string();
        match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => NoCommand::Text(text),
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
                let command = Cli::command();
                let words = arguments.iter().skip(1).filter_map(|word| word.to_str());
                let last = words.fold(&command, |command, word| {
                    command.find_subcommand(word).unwrap_or(command)
                });
                let names: Vec<_> = last
                    .get_subcommands()
                    .map(clap::Command::get_name)
                    .collect();
                NoCommand::Usage(format!("a command is missing: one of {}", names.join(", ")))
            }
            _ => NoCommand::Usage(one_line(&text)),
        }
    })
}

/// Whether `--json` is asked for, for a command line that could not be read.
pub(crate) fn wants_json(arguments: &[OsString]) -> bool {
    arguments
        .iter()
        .skip(1)
        .take_while(|word| *word != "--")
        .any(|word| word == "--json")
}

/// What clap says, without usage and where to find help, in one line.
fn one_line(text: &str) -> String {
    let mut parts = Vec::new();
    for part in text.split("\n\n") {
        let part = part.split_whitespace().collect::<Vec<_>>().join(" ");
        if part.starts_with("Usage:") || part.starts_with("For more information") {
            break;
        }
        if !part.is_empty() {
            parts.push(part.strip_prefix("error: ").unwrap_or(&part).to_owned());
        }
    }
    parts.join("; ")
}
