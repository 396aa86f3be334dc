//! Command-line companion of plug61883.sys: lists FireWire units, their plugs and connections,
//! makes and breaks connections, plugs and unit directories, and tells what happens.
//!
//! Exit codes: 0 done, 1 the operation failed, 2 usage, 3 no driver or no unit. An error is one
//! line on stderr: what was asked, what the system said, what to do. With `--json` everything is
//! one JSON document on stdout (`JSON.md`).
#![forbid(unsafe_code)]

mod advice;
mod cli;
mod commands;
mod failure;
mod hold;
mod json;
mod output;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod time;

use std::io;
use std::process::ExitCode;

use plug61883::Driver;

use crate::commands::System;
use crate::output::Output;

fn main() -> ExitCode {
    let (mut out, mut err) = (io::stdout().lock(), io::stderr());
    let mut output = Output::new(&mut out, &mut err);
    let system = System {
        open: &Driver::open,
        hold: &hold::Signals::arm,
        interrupt: &hold::interrupt,
        confirm: &hold::confirm,
    };
    commands::run(std::env::args_os(), &system, &mut output).into()
}
