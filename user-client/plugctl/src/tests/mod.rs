//! Every command against a driver that a script plays.

mod advice;
pub(crate) mod buses;
mod doctor;
mod errors;
mod events;
mod fake;
mod filters;
mod formats;
mod graph;
mod json;
mod lists;
mod live;
mod local;
mod named;
mod pages;
mod registers;
mod repeat;
pub(crate) mod schema;
mod simulated;
mod teardown;
mod text;
mod undo;
mod units;

use std::cell::{Cell, RefCell};
use std::ffi::OsString;
use std::io::{self, Write};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fake::{Fake, Fault, State};
use plug61883::abi::ioctl::{self, ConnectRequest, RequestHeader};
use plug61883::{Access, Driver, Error, NtStatus, PlugId, Source};
use plug61883_sim::Simulator;
use zerocopy::FromBytes;

use crate::commands::{self, System};
use crate::failure::Exit;
use crate::hold::{AtEnd, Hold};
use crate::output::Output;

/// What a command left behind.
#[derive(Debug, PartialEq, Eq)]
struct Ran {
    exit: Exit,
    out: String,
    err: String,
}

/// The end of something held, which has come when it was looked for so often. Looks at the fake
/// meanwhile: how many things there are.
struct Look {
    after: Cell<u32>,
    things: Rc<Cell<Option<usize>>>,
    state: Arc<Mutex<State>>,
}

impl Hold for Look {
    fn is_over(&self) -> bool {
        let state = self.state.lock().unwrap();
        let things = state.connections.len() + state.plugs.len() + state.directories.len();
        self.things.set(Some(things));
        let left = self.after.get();
        self.after.set(left.saturating_sub(1));
        left == 0
    }

    fn at_end(&self, _: AtEnd) {}

    fn start(&self) {}

    fn wait(&self, most: Option<Duration>) -> bool {
        if most.is_none() {
            self.after.set(0);
        }
        self.is_over()
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
        self.run_on(line, 0, &|_| {})
    }

    /// The same, on another terminal; what is held or watched ends when that was looked for so
    /// often.
    fn run_on(
        &self,
        line: &str,
        after: u32,
        terminal: &dyn Fn(&mut Output<'_>),
    ) -> (Ran, Option<usize>) {
        let open = |_| Ok(Driver::with_transport(self.scripted.clone()));
        let looked = Rc::new(Cell::new(None));
        let hold = |_: &Driver| -> Box<dyn Hold> {
            Box::new(Look {
                after: Cell::new(after),
                things: Rc::clone(&looked),
                state: Arc::clone(&self.state),
            })
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
        let ran = run_with(line, &system, terminal);
        (ran, looked.get())
    }
}

fn run(line: &str, system: &System<'_>) -> Ran {
    run_with(line, system, &|_| {})
}

fn run_with(line: &str, system: &System<'_>, terminal: &dyn Fn(&mut Output<'_>)) -> Ran {
    let words = std::iter::once("plugctl").chain(line.split_whitespace());
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut output = Output::new(&mut out, &mut err);
    terminal(&mut output);
    let exit = commands::run(words.map(OsString::from), system, &mut output);
    let ran = Ran {
        exit,
        out: String::from_utf8(out).unwrap(),
        err: String::from_utf8(err).unwrap(),
    };
    let asks_for_text = |word| matches!(word, "--help" | "--version");
    if line.contains("--json") && !line.split(' ').any(asks_for_text) {
        schema::check(line, &ran.out);
    }
    ran
}

/// The simulated bench, whose time stands still.
fn bench() -> Simulator {
    Simulator::from_toml(&format!("{STILL}{}", Simulator::BENCH)).unwrap()
}

/// Runs a command line on the simulated bench, whose time stands still; what is held ends at once,
/// every question is answered with yes.
fn run_sim(line: &str) -> Ran {
    run_on(&bench(), line)
}

/// The same on a simulator that is there already.
fn run_on(simulator: &Simulator, line: &str) -> Ran {
    run_while(simulator, line, |_| true, &|_| {})
}

/// The same, on another terminal. What is held or watched looks for its end now and then:
/// `is_over` tells whether it comes right then, and gets how often that was looked for before.
fn run_while(
    simulator: &Simulator,
    line: &str,
    is_over: impl Fn(u32) -> bool + 'static,
    terminal: &dyn Fn(&mut Output<'_>),
) -> Ran {
    let is_over = Rc::new(is_over);
    run_with(
        line,
        &System {
            open: &|access| simulator.open(access),
            hold: &|_| Scene::new(is_over.clone()),
            interrupt: &|_| {},
            confirm: &|_| Some(true),
        },
        terminal,
    )
}

/// The end of something held on a simulator.
struct Scene {
    is_over: Rc<dyn Fn(u32) -> bool>,
    asked: Cell<u32>,
    deed: RefCell<Option<AtEnd>>,
    /// It comes: what it does is done, and it shows the next time.
    comes: Cell<bool>,
}

impl Scene {
    fn new(is_over: Rc<dyn Fn(u32) -> bool>) -> Box<Self> {
        Box::new(Self {
            is_over,
            asked: Cell::new(0),
            deed: RefCell::new(None),
            comes: Cell::new(false),
        })
    }
}

/// Keeps what is written, and does something after each write.
struct Acting<F>(Vec<u8>, F);

impl<F: FnMut(&str)> Write for Acting<F> {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.extend(text);
        (self.1)(std::str::from_utf8(text).unwrap());
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs a command line on a simulator; something happens after each text that it writes to
/// stdout.
fn run_acting(simulator: &Simulator, line: &str, act: impl FnMut(&str)) -> Ran {
    let system = System {
        open: &|access| simulator.open(access),
        hold: &|_| unreachable!("nothing to hold"),
        interrupt: &|_| {},
        confirm: &|_| Some(true),
    };
    let words = std::iter::once("plugctl").chain(line.split_whitespace());
    let (mut out, mut err) = (Acting(Vec::new(), act), Vec::new());
    let mut output = Output::new(&mut out, &mut err);
    let exit = commands::run(words.map(OsString::from), &system, &mut output);
    Ran {
        exit,
        out: String::from_utf8(out.0).unwrap(),
        err: String::from_utf8(err).unwrap(),
    }
}

/// What makes a snapshot of how a command ended.
fn shown(ran: &Ran) -> String {
    let Ran { exit, out, err } = ran;
    let err = if err.is_empty() {
        String::new()
    } else {
        format!("--- stderr\n{err}")
    };
    // Escape codes are to be read.
    format!("{out}{err}--- {exit:?}").replace('\u{1b}', "<ESC>")
}

impl Hold for Scene {
    fn is_over(&self) -> bool {
        if self.comes.get() {
            return true;
        }
        let asked = self.asked.replace(self.asked.get() + 1);
        if (self.is_over)(asked) {
            self.comes.set(true);
            if let Some(deed) = &mut *self.deed.borrow_mut() {
                deed();
            }
        }
        false
    }

    fn at_end(&self, deed: AtEnd) {
        self.deed.replace(Some(deed));
    }

    fn start(&self) {
        self.deed.replace(None);
    }

    fn wait(&self, most: Option<Duration>) -> bool {
        assert!(most.is_some() || self.comes.get(), "it would wait forever");
        self.comes.get()
    }
}

/// Begins a bench whose every output is the same each time.
const STILL: &str = "time = \"2026-03-01T12:00:00Z\"\nprocess = 4242\n";

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
