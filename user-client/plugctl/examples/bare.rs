//! Parses its arguments and does nothing else: what `cargo xtask bench` holds plugctl's start
//! against.

use clap::Parser;

/// As few arguments as the measured command line has.
#[derive(Parser)]
struct Bare {
    /// A switch.
    #[arg(long)]
    sim: bool,
    /// A command.
    command: String,
}

fn main() {
    let Bare { sim, command } = Bare::parse();
    // Neither may be optimised away.
    assert!(sim && !command.is_empty(), "to be called as: --sim units");
}
