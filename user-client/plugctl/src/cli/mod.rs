//! The command line.

mod arguments;
mod links;
mod lists;
mod values;

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{ColorChoice, CommandFactory, Parser, Subcommand};
use plug61883::abi::ioctl::MAX_TIMEOUT_MS;

pub(crate) use arguments::{
    AddDirectory, AddressType, BusReset, Change, Completions, Connect, CreatePlug, DeletePlug,
    Disconnect, Facing, Get, Graph, GraphFormat, Man, RemoveDirectory, Report, Set, SetPlug,
    SetWhat, UnitDirectory, UnitInfo,
};
pub(crate) use links::{Audio, Machine, MachineUnits, Net, Router, RouterCheck, Teardown};
pub(crate) use lists::{Connections, Monitor, Plugs, Repeat, State, UnitChoice, UnitFilter, Units};
pub(crate) use values::{Kind, Level, PlugEnd, PlugName, RegisterText, UnitName, number};

/// Heads the options that every command takes.
const GLOBAL: &str = "Options of every command";

/// Plugs of FireWire units (IEC 61883-1) and the connections between them.
///
/// Ids: a unit, connection or unit directory is like 1.1, a plug of a device like 1.o0.1, one of
/// this computer like 1.lo0.1. The lists show them; an id that is stale names nothing. A unit may
/// also be named by its EUI-64, which stays the same: plugctl plugs 00A0DE0000000001.
///
/// Exit codes: 0 done, 1 the operation failed, 2 wrong usage, 3 no driver, no unit, or a system
/// without what the command needs.
#[derive(Debug, Parser)]
#[command(
    name = "plugctl",
    version,
    propagate_version = false,
    max_term_width = 80
)]
pub(crate) struct Cli {
    /// Print JSON, for failures too: one document in a line, several where things go on.
    #[arg(long, global = true, help_heading = GLOBAL)]
    pub(crate) json: bool,

    /// Print tables as wide as they need to be; otherwise they are made to fit the terminal, and
    /// 80 columns where there is none.
    #[arg(long, global = true, help_heading = GLOBAL)]
    pub(crate) wide: bool,

    /// Use a simulated bus in this process instead of the driver: the built-in bench, or the one
    /// that a file describes (--sim=FILE, or --sim FILE.toml).
    // With `=` only: the next word is the command.
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    pub(crate) sim: Option<Option<PathBuf>>,

    /// When to use colour: auto is on a terminal, and never with NO_COLOR.
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    pub(crate) color: ColorChoice,

    /// Time that each request may take, in milliseconds [default: the driver's, 5000].
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "MS",
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
    Units(Units),
    /// Show what a unit tells of itself, or set some of it.
    UnitInfo(UnitInfo),
    /// List the plugs of a unit, or of all, with the state of each, and those of this computer.
    ///
    /// Plugs of this computer have an owner: other (a program holds the plug), driver (created
    /// with --persist) or foreign (another driver made it).
    Plugs(Plugs),
    /// List the connections of a unit, or of all.
    ///
    /// OUTPUT, INPUT: the plug; - for none, ? for one whose id nobody has asked for. KIND: p2p
    /// (point-to-point) or bcast (broadcast). OWNER: other (a program holds the connection),
    /// driver (made with --persist) or foreign (another driver made it).
    Connections(Connections),
    /// Show the state of one plug.
    State(State),
    /// Connect plugs; hold the connection until Ctrl+C or the end of the input, then break it.
    ///
    /// On a terminal it shows the connection meanwhile; otherwise it prints the id first. Where
    /// the connection is gone before, it says so and ends with exit code 1.
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
    /// Print every plug register of a unit, or of all, as libiec61883's plugreport does.
    Report(Report),
    /// Read attributes of plug registers, as libiec61883's plugctl does: oPCR[0].channel.
    Get(Get),
    /// Set attributes of plug registers, as libiec61883's plugctl does: iPCR[1].online=1.
    Set(Set),
    /// Draw who is connected to whom: text, Graphviz dot or SVG.
    Graph(Graph),
    /// Show the bus live: units, plugs, connections, bandwidth, events; connect and disconnect
    /// by key.
    Watch,
    /// Find out why plug61883 does not work here: driver, filters, signing; and what to do.
    Doctor,
    /// Print what happens, as it happens, until Ctrl+C.
    ///
    /// The first line is a snapshot's; then a line for each event: its number, its time, what
    /// happened. Events that were lost because this program was too slow are told, with a fresh
    /// snapshot: events go on from there.
    Monitor(Monitor),
    /// List units, plugs, connections and unit directories as they are at one moment.
    Snapshot,
    /// Break all that FireWire devices hold on this machine: audio connectors, plug connections,
    /// network connections, in this order.
    ///
    /// What is of no 1394 device is left alone unless --also names it. A failure does not end it.
    /// It does not ask: --dry-run shows what it would do.
    Teardown(Teardown),
    /// List the connectors of audio devices, or disconnect one.
    #[command(subcommand)]
    Audio(Audio),
    /// List the network connections, or disconnect one.
    #[command(subcommand)]
    Net(Net),
    /// Find out whether there is a router configuration.
    #[command(subcommand)]
    Router(Router),
    /// List the 1394 devices of a machine's device tree.
    #[command(subcommand)]
    Machine(Machine),
    /// Print a script that completes plugctl's words in a shell.
    Completions(Completions),
    /// Write the manual pages into a folder.
    #[command(hide = true)]
    Man(Man),
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
    Cli::try_parse_from(with_files(arguments)).map_err(|error| {
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
                    .filter(|command| !command.is_hide_set())
                    .map(clap::Command::get_name)
                    .collect();
                NoCommand::Usage(format!("a command is missing: one of {}", names.join(", ")))
            }
            _ => NoCommand::Usage(one_line(&text)),
        }
    })
}

/// The words, `--sim FILE.toml` as `--sim=FILE.toml`: no command is called so.
fn with_files(arguments: &[OsString]) -> Vec<OsString> {
    let mut words: Vec<OsString> = Vec::new();
    for word in arguments {
        match words.last_mut() {
            Some(sim)
                if sim == "--sim" && Path::new(word).extension() == Some(OsStr::new("toml")) =>
            {
                sim.push("=");
                sim.push(word);
            }
            _ => words.push(word.clone()),
        }
    }
    words
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
