//! The command line.

use clap::{Args, Parser, Subcommand};

/// Starts and watches what storm.sys does.
#[derive(Clone, Debug, Parser)]
#[command(name = "stormctl", version)]
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
    /// Run threads against plug61883 and wait for their end.
    Run(Run),
    /// Have the threads of a run end.
    Stop,
    /// Show how far a run is.
    Status,
    /// Undo everything that plug61883 lists, but for what handles own, which must go without it.
    Sweep,
    /// Measure what plug61883 costs the drivers above it. Takes a unit with it and one without.
    Bench(Bench),
}

/// A run.
#[derive(Args, Clone, Debug)]
pub(crate) struct Run {
    /// Where the threads' random numbers start; drawn if it is not given.
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// How long.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) seconds: u32,
    /// Threads that are clients of plug61883.
    #[arg(long, default_value_t = 4)]
    pub(crate) clients: u32,
    /// Threads that send what a driver above plug61883 would.
    #[arg(long, default_value_t = 3)]
    pub(crate) foreign: u32,
    /// Threads that send stream requests.
    #[arg(long, default_value_t = 1)]
    pub(crate) streams: u32,
    /// A control code that plug61883 does not know breaks a rule.
    #[arg(long)]
    pub(crate) expect_all: bool,
}

/// A benchmark.
#[derive(Args, Clone, Debug)]
pub(crate) struct Bench {
    /// What to measure.
    #[command(subcommand)]
    pub(crate) what: What,
}

/// What to measure.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum What {
    /// Stream requests on a connection, which plug61883 passes on.
    Stream(Amount),
    /// Pairs of connect and disconnect, which plug61883 follows.
    Followed(Amount),
}

/// How much to measure.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Amount {
    /// Requests, or pairs, for each of the two units, all rounds together.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) count: u32,
    /// Rounds, of which the median is taken.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=32))]
    pub(crate) rounds: u32,
}
