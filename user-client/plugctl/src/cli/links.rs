//! The arguments of the commands for what else is connected: machines, audio, routers, networks.

use clap::{Args, Subcommand, ValueEnum};
use plug61883::links::Family;

#[derive(Debug, Subcommand)]
pub(crate) enum Machine {
    /// List the 1394 and 61883 devices of this machine's device tree, or of another's.
    Units(MachineUnits),
}

#[derive(Args, Debug)]
pub(crate) struct MachineUnits {
    /// The other machine; since Windows 8 and Windows Server 2012, Windows reaches none
    /// [default: this one].
    #[arg(long, value_name = "NAME")]
    pub(crate) host: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Audio {
    /// List audio endpoints and adapters, and their connectors.
    List,
    /// Disconnect a connector.
    Disconnect(AudioDisconnect),
}

#[derive(Args, Debug)]
pub(crate) struct AudioDisconnect {
    /// Connector, by its id as "audio list" shows it, by its global id or by its name.
    pub(crate) connector: String,
    /// End with 0 where it is disconnected already.
    #[arg(long)]
    pub(crate) idempotent: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Router {
    /// Open a router configuration and close it: whether there is one, and it answers.
    Check(RouterCheck),
}

#[derive(Args, Debug)]
pub(crate) struct RouterCheck {
    /// The server [default: this machine].
    #[arg(long, value_name = "NAME")]
    pub(crate) server: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Net {
    /// List the network connections; those over 1394 are marked.
    List,
    /// Disconnect a network connection; of a LAN, its adapter is disabled.
    Disconnect(NetDisconnect),
}

#[derive(Args, Debug)]
pub(crate) struct NetDisconnect {
    /// Network connection, by its name or its GUID.
    #[arg(value_name = "NAME")]
    pub(crate) connection: String,
    /// Where the list tells that it is disconnected already, ask for nothing and end with 0.
    #[arg(long)]
    pub(crate) idempotent: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Teardown {
    /// List what would be broken and what would be left alone; break nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Only these kinds of connections; several with commas [default: all; with --sim, plugs].
    #[arg(long, value_enum, value_name = "KIND", value_delimiter = ',')]
    pub(crate) only: Vec<Part>,
    /// Also break this one, by its id or name, whatever device it is of; may be given again.
    #[arg(long, value_name = "NAME")]
    pub(crate) also: Vec<String>,
}

/// A kind of connections that a teardown breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Plug connections, whoever made them.
    Plugs,
    /// Connectors of audio devices.
    Audio,
    /// Network connections: IP over 1394.
    Net,
}

impl Part {
    pub(crate) const fn family(self) -> Family {
        match self {
            Self::Plugs => Family::Plug,
            Self::Audio => Family::Audio,
            Self::Net => Family::Network,
        }
    }
}
