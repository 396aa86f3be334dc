//! Every command against a driver that a script plays.

mod advice;
mod errors;
mod events;
mod fake;
mod json;
mod local;
mod text;
mod units;

use std::cell::Cell;
use std::ffi::OsString;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use fake::{Fake, Fault, State};
use plug61883::abi::ioctl::{self, ConnectRequest, RequestHeader};
use plug61883::{Access, Driver, Error, NtStatus, PlugId, Source};
use zerocopy::FromBytes;

use crate::commands::{self, System};
use crate::failure::Exit;
use crate::hold::Hold;
use crate::output::Output;

/// What a command left behind.
#[derive(Debug, PartialEq, Eq)]
struct Ran {
    exit: Exit,
    out: String,
    err: String,
}

/// Looks at the fake while something is held: how many things there are.
struct Look(Rc<Cell<Option<usize>>>, Arc<Mutex<State>>);

impl Hold for Look {
    fn wait(self: Box<Self>) {
        let state = self.1.lock().unwrap();
        let things = state.connections.len() + state.plugs.len() + state.directories.len();
        self.0.set(Some(things));
    }
}

impl Fake {
    fn codes(&self) -> Vec<u32> {
        self.scripted.sent().iter().map(|sent| sent.code).collect()
    }

    fn connection_count(&self) -> usize {
        self.state.lock().unwrap().connections.len()
    }

    /// Runs a command line; the program's name is not in it.
    fn run(&self, line: &str) -> Ran {
        self.run_and_look(line).0
    }

    /// The same; also how many things there were while one was held.
    fn run_and_look(&self, line: &str) -> (Ran, Option<usize>) {
        let open = |_| Ok(Driver::with_transport(self.scripted.clone()));
        let looked = Rc::new(Cell::new(None));
        let hold = |_: &Driver| -> Box<dyn Hold> {
            Box::new(Look(Rc::clone(&looked), Arc::clone(&self.state)))
        };
        let yes = self.state.lock().unwrap().yes;
        let system = System {
            open: &open,
            hold: &hold,
            interrupt: &|_| {},
            confirm: &|question| {
                assert!(question.contains("unit 1.1 (Sim Works"), "{question}");
                yes
            },
        };
        let ran = run(line, &system);
        (ran, looked.get())
    }
}

fn run(line: &str, system: &System<'_>) -> Ran {
    let words = std::iter::once("plugctl").chain(line.split_whitespace());
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let exit = commands::run(
        words.map(OsString::from),
        system,
        &mut Output::new(&mut out, &mut err),
    );
    Ran {
        exit,
        out: String::from_utf8(out).unwrap(),
        err: String::from_utf8(err).unwrap(),
    }
}

/// Runs a command line where the driver can't be opened.
fn run_closed(line: &str, open: &dyn Fn(Access) -> Result<Driver, Error>) -> Ran {
    run(
        line,
        &System {
            open,
            hold: &|_| unreachable!("nothing to hold"),
            interrupt: &|_| unreachable!("nothing to wait for"),
            confirm: &|_| unreachable!("nothing to ask"),
        },
    )
}

fn done(out: &str) -> Ran {
    Ran {
        exit: Exit::Done,
        out: out.to_owned(),
        err: String::new(),
    }
}
