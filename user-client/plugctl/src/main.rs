//! Command-line companion of plug61883.sys: lists FireWire units, their plugs and connections,
//! makes and breaks connections, plugs and unit directories, and tells what happens.
//!
//! Exit codes: 0 done, 1 the operation failed, 2 usage, 3 no driver, no unit, or a system
//! without what the command needs. An error is one line on stderr: what was asked, what the system
//! said, what to do. With `--json` everything is
//! JSON on stdout (`JSON.md`).
#![forbid(unsafe_code)]

mod advice;
mod attributes;
mod bus;
mod cli;
mod commands;
mod failure;
mod graph;
mod hold;
mod json;
mod output;
mod style;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod time;
mod watch;

use std::io;
use std::process::ExitCode;

use anstream::AutoStream;
use plug61883::Driver;

use crate::commands::System;
use crate::output::Output;

fn main() -> ExitCode {
    // Escape codes go as they are: `Output` decides whether there are any. A Windows console is
    // told to take them.
    // Not locked: where another thread panics, it gives the terminal back on stdout.
    let mut out = AutoStream::always(io::stdout());
    let mut err = AutoStream::always(io::stderr());
    let mut output = Output::new(&mut out, &mut err).of_program();
    let system = System {
        open: &Driver::open,
        hold: &hold::Signals::arm,
        interrupt: &hold::interrupt,
        confirm: &hold::confirm,
    };
    commands::run(std::env::args_os(), &system, &mut output).into()
}
