//! Starts and watches what storm.sys does.
//!
//! Exit codes: 0 done, 1 a rule was broken or the driver refused, 2 usage, 3 no driver.

mod account;
mod cli;
mod client;
mod commands;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::Arguments;
use crate::client::Error;

fn main() -> ExitCode {
    let Arguments { json, command } = Arguments::parse();
    let done = client::open().and_then(|device| commands::run(&device, &command, json));
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("stormctl: {error}");
            ExitCode::from(if matches!(error, Error::NoDriver) {
                3
            } else {
                1
            })
        }
    }
}
