//! Test control of sim61883.sys: shows the simulated bus, and does to it what a test wants done
//! behind the drivers' backs.
//!
//! Exit codes: 0 done, 1 the driver refused, 2 usage, 3 no driver.

mod cli;
mod client;
mod commands;
mod drivers;
mod names;
mod registers;
mod report;
mod state;
#[cfg(test)]
mod tests;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::Arguments;
use crate::client::Error;

fn main() -> ExitCode {
    let Arguments { json, command } = Arguments::parse();
    let result = client::open().and_then(|device| commands::run(&device, &command));
    let (text, code) = match &result {
        Ok(report) if json => (report.to_json(), 0),
        Ok(report) => (report.to_string(), 0),
        Err(error) => {
            let code = if *error == Error::NoDriver { 3 } else { 1 };
            let text = if json {
                report::error_json(error)
            } else {
                String::new()
            };
            eprintln!("simctl: {error}");
            (text, code)
        }
    };
    // A reader that went away is no reason to fail.
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
    ExitCode::from(code)
}
