//! One process for many commands: starting a Windows program takes longer than what it does here.
//! It also keeps the wineserver, and with it the drivers, alive.

use std::{
    io::{BufRead, stdin},
    thread,
};

use clap::Parser;

use crate::args::{Action, Args, Outcome};

/// Answers lines until the input ends. Each runs on its own thread, so that a command whose IRP
/// is pending does not keep the next ones from being given.
pub(crate) fn serve() -> Outcome {
    println!("ready");
    for line in stdin().lock().lines() {
        let Ok(line) = line else { break };
        thread::spawn(move || answer(&line));
    }
    Outcome {
        code: 0,
        text: "bye".to_owned(),
    }
}

fn answer(line: &str) {
    let mut words = line.split_whitespace();
    let Some(number) = words.next() else { return };
    let outcome = match Args::try_parse_from(["pnpctl"].into_iter().chain(words)) {
        Ok(Args {
            action: Action::Serve,
        }) => Outcome {
            code: 2,
            text: "already serving".to_owned(),
        },
        Ok(args) => args.action.run(),
        Err(error) => Outcome {
            code: 2,
            text: error.to_string(),
        },
    };
    // One line, however many the text has.
    let text = outcome.text.replace('\r', "").replace('\n', "\u{1f}");
    println!("{number} {} {text}", outcome.code);
}
