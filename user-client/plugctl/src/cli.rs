//! The command line.

use std::ffi::OsString;
use std::str::FromStr;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand};
use plug61883::abi::ioctl::MAX_TIMEOUT_MS;
use plug61883::abi::pcr::MAX_PLUG_NUMBER;
use plug61883::{ConnectionId, Direction, PlugId, UnitId};

/// Plugs of FireWire units (IEC 61883-1) and the connections between them.
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
    /// Print one JSON document, for failures too.
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Time that each request may take, in milliseconds [default: the driver's, 5000].
    #[arg(long, global = true, value_name = "MS",
        value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_TIMEOUT_MS)))]
    timeout: Option<u32>,

    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Cli {
    /// Time that each request may take.
    pub(crate) fn timeout(&self) -> Option<Duration> {
        self.timeout.map(|time| Duration::from_millis(time.into()))
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the units.
    Units,
    /// List the plugs of a unit, with the state of each.
    Plugs(UnitChoice),
    /// List the connections of a unit, or of all.
    Connections(UnitFilter),
    /// Show the state of one plug.
    State(State),
    /// Connect plugs; print the connection's id, hold it until Ctrl+C or the end of the input,
    /// then break it.
    Connect(Connect),
    /// Break connections.
    Disconnect(Disconnect),
}

#[derive(Args, Debug)]
pub(crate) struct UnitChoice {
    /// Unit, by its id [default: the only one].
    #[arg(long, value_name = "ID", value_parser = id::<UnitId>("unit", "1.1"))]
    pub(crate) unit: Option<UnitId>,
}

#[derive(Args, Debug)]
pub(crate) struct UnitFilter {
    /// Unit, by its id [default: all].
    #[arg(long, value_name = "ID", value_parser = id::<UnitId>("unit", "1.1"))]
    pub(crate) unit: Option<UnitId>,
}

#[derive(Args, Debug)]
pub(crate) struct State {
    /// Plug: its id, or its register's name such as oPCR[0].
    pub(crate) plug: PlugName,
    #[command(flatten)]
    pub(crate) unit: UnitChoice,
}

#[derive(Args, Debug)]
pub(crate) struct Connect {
    #[command(flatten)]
    pub(crate) unit: UnitChoice,
    #[command(flatten)]
    pub(crate) plugs: Plugs,
    /// Broadcast connection instead of a point-to-point one.
    #[arg(long)]
    pub(crate) broadcast: bool,
    /// Leave the connection to the driver and end: it stays until it is broken by its id or the
    /// unit leaves.
    #[arg(long)]
    pub(crate) persist: bool,
    /// Hold the connection until Ctrl+C or the end of the input, then break it; so it is without
    /// --persist.
    #[arg(long, conflicts_with = "persist")]
    hold: bool,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = true)]
pub(crate) struct Plugs {
    /// Output plug, by its number.
    #[arg(long, value_name = "N", value_parser = plug_number())]
    pub(crate) out: Option<u32>,
    /// Input plug, by its number.
    #[arg(long = "in", value_name = "N", value_parser = plug_number())]
    pub(crate) input: Option<u32>,
}

#[derive(Args, Debug)]
pub(crate) struct Disconnect {
    /// Connections, by their ids.
    #[arg(required = true, value_name = "ID", value_parser = id::<ConnectionId>("connection", "1.1"))]
    pub(crate) ids: Vec<ConnectionId>,
    /// Break them although another program owns them.
    #[arg(long)]
    pub(crate) force: bool,
}

/// A plug as the command line names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlugName {
    /// `1.o0.1`.
    Id(PlugId),
    /// `oPCR[0]`, in any case.
    Register(Direction, u32),
}

impl FromStr for PlugName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(id) = text.parse() {
            return Ok(Self::Id(id));
        }
        let register = || {
            let lower = text.to_ascii_lowercase();
            let number = lower.get(5..)?.strip_suffix(']')?;
            let direction = match lower.get(..5)? {
                "opcr[" => Direction::Out,
                "ipcr[" => Direction::In,
                _ => return None,
            };
            // `u32::from_str` would also take a sign.
            let digits = number.bytes().all(|byte| byte.is_ascii_digit());
            let number = number
                .parse()
                .ok()
                .filter(|number| digits && *number <= MAX_PLUG_NUMBER);
            Some(Self::Register(direction, number?))
        };
        register().ok_or_else(|| {
            format!("a plug's id is like 1.o0.1, its register's name like oPCR[0] (0 to {MAX_PLUG_NUMBER})")
        })
    }
}

fn plug_number() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(..=i64::from(MAX_PLUG_NUMBER))
}

/// Takes an id; `example` is one.
fn id<T: FromStr>(
    kind: &'static str,
    example: &'static str,
) -> impl Fn(&str) -> Result<T, String> + Clone {
    move |text| {
        text.parse()
            .map_err(|_| format!("a {kind}'s id is like {example}"))
    }
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
                let names: Vec<_> = command
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
