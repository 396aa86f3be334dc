//! The command line.

use clap::{Args, Parser, Subcommand};

use crate::names::{Address, Function, Node, Number, PlugName, Status};

/// Test control of sim61883.sys.
#[derive(Clone, Debug, Parser)]
#[command(name = "simctl", version)]
pub(crate) struct Arguments {
    /// Write JSON.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the bus: generation, free bandwidth and channels, requests under way.
    State,
    /// List the devices.
    Units,
    /// List the protocol driver's connections.
    Connections,
    /// Show every plug register of every device.
    Plugs,
    /// List the plugs of this computer, which drivers created.
    LocalPlugs,
    /// List the unit directories that drivers added to this computer's ROM.
    Directories,
    /// Show what drivers registered, made and set through each device and have not undone.
    Registrations,
    /// Read a register over the bus.
    Read {
        /// Node: `local` or `irm` for this computer, `unitN`, or a node id such as 0xFFC0.
        node: Node,
        /// Register: oPCR0, iPCR0, oMPR, iMPR, BANDWIDTH_AVAILABLE, ..., or an address.
        address: Address,
    },
    /// Compare and swap a register over the bus.
    Lock {
        /// Node, as for `read`.
        node: Node,
        /// Register, as for `read`.
        address: Address,
        /// Value that the register must have.
        old: Number,
        /// Value that it gets then.
        new: Number,
    },
    /// Make the protocol driver lose connections on its own.
    Drop(Which),
    /// Make the next bus reset lose connections, as if another node were faster.
    LoseAtReset(Which),
    /// Hold the next request of a function: it is not completed until it is released.
    Hold {
        /// Function: a name such as Disconnect, a number, `AsyncRead`, or `any`.
        function: Function,
        /// How many requests.
        #[arg(long, default_value_t = 1)]
        count: u32,
        /// Do not hear a cancel of the held request.
        #[arg(long)]
        ignore_cancel: bool,
    },
    /// Fail the next request of a function, with nothing done.
    Fail {
        /// Function, as for `hold`.
        function: Function,
        /// Status: a name such as STATUS_IO_TIMEOUT, or a number.
        status: Status,
        /// How many requests.
        #[arg(long, default_value_t = 1)]
        count: u32,
    },
    /// Forget what `hold` and `fail` want and no request has met.
    Clear,
    /// Let held requests go on, the oldest first.
    Release {
        /// Function, as for `hold`.
        #[arg(default_value = "any")]
        function: Function,
        /// How many requests; all if it is not given.
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
        count: Option<u32>,
    },
    /// Choose how requests are answered.
    Mode {
        #[command(subcommand)]
        mode: Mode,
    },
    /// Set the DDI version that the protocol driver speaks.
    DdiVersion {
        /// 1, 2 or 3. With 1, only the question for the version is answered.
        #[arg(value_parser = clap::value_parser!(u32).range(1..=3))]
        version: u32,
    },
    /// Reset the bus.
    Reset,
    /// Choose whether and when the drivers' routines are called.
    Callbacks {
        #[command(subcommand)]
        change: Callbacks,
    },
    /// Switch a plug on-line.
    Online(OnePlug),
    /// Switch a plug off-line.
    Offline(OnePlug),
}

/// Which connections to lose: all, one by its index, or those of plugs.
#[derive(Args, Clone, Debug)]
pub(crate) struct Which {
    /// All of them.
    #[arg(long, conflicts_with_all = ["index", "out", "input", "unit"], required_unless_present_any = ["index", "out", "input", "unit"])]
    pub(crate) all: bool,
    /// The one with this index in `connections`.
    #[arg(long, conflicts_with_all = ["out", "input", "unit"])]
    pub(crate) index: Option<u32>,
    /// Those of the output plug with this number.
    #[arg(long)]
    pub(crate) out: Option<u16>,
    /// Those of the input plug with this number.
    #[arg(long = "in")]
    pub(crate) input: Option<u16>,
    /// Those whose plugs are at the device in this slot.
    #[arg(long)]
    pub(crate) unit: Option<u16>,
}

/// How requests are answered.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum Mode {
    /// Within the call.
    Sync,
    /// From a timer.
    Async {
        /// Delay of each answer, in milliseconds.
        #[arg(long, default_value_t = 2)]
        delay: u32,
    },
}

/// Whether and when the drivers' routines are called; tells how many calls wait.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum Callbacks {
    /// Call none, until the release. What waits is called then, even if it was deregistered.
    Hold,
    /// Call them again, those first that wait.
    Release,
    /// Call them this long after the reason.
    Delay {
        /// Milliseconds.
        ms: u32,
    },
}

/// A plug of a device.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct OnePlug {
    /// Slot of the device, as in `units`.
    pub(crate) unit: u32,
    /// Plug: oPCR0, iPCR0, ...
    pub(crate) plug: PlugName,
}
