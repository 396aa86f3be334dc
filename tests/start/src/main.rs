//! Parses plugctl's arguments and does nothing else: what `cargo xtask bench` holds plugctl's
//! start against.
// The tests in its modules are plugctl's.
#![cfg(not(test))]
#![allow(dead_code, unused_imports)]

#[path = "../../../user-client/plugctl/src/attributes.rs"]
mod attributes;
#[path = "../../../user-client/plugctl/src/cli/mod.rs"]
mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let parsed = cli::parse(&arguments);
    // What was parsed is used, so that none of it is optimised away.
    match parsed {
        Ok(cli) if cli.sim.is_some() && !cli.json => ExitCode::SUCCESS,
        _ => ExitCode::from(2),
    }
}
