//! `plugctl watch`: a live patchbay in the terminal.
//!
//! [`app::App`] is all of the state: it takes keys and what the driver's side tells, and gives
//! what is to be done. [`link::Link`] is the driver's side: two threads and their handles.
//! [`view`] draws. Here is the loop that joins them.

mod act;
mod app;
mod cursor;
mod dialog;
mod filter;
mod keys;
mod link;
mod log;
mod rows;
mod screen;
#[cfg(test)]
mod tests;
mod view;

use std::io;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

use plug61883::{Access, Driver, Error, ErrorKind};

use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::time;
use app::{App, Command, Input};
use keys::Key;
use link::{Link, Told};
use screen::Terminal;

/// How long a wait for a key lasts: what the driver's side tells is seen that late at most.
const TICK: Duration = Duration::from_millis(50);
/// How often the driver is tried again.
const AGAIN: Duration = Duration::from_secs(1);
/// What Windows says to who may not open the driver for changes.
const ACCESS_DENIED: u32 = 5;

/// Opens the driver.
type Open<'a> = &'a dyn Fn(Access) -> Result<Driver, Error>;

/// Shows the bus until the user has seen enough.
pub(crate) fn watch(open: Open<'_>, output: &Output<'_>) -> Result<Exit, Failure> {
    can_draw(output)?;
    let handles = Handles::open(open)?;
    let mut session = Session::new(open);
    session.start(handles)?;
    let shown = match Terminal::open(output.colour) {
        Ok(mut terminal) => session.run(&mut terminal),
        Err(error) => Err(terminal_failure(&error)),
    };
    // The terminal is as it was; Ctrl+C ends the program from here on, whatever is under way.
    let stopped = session.stop();
    shown?;
    stopped.map_or(Ok(Exit::Done), Err)
}

/// Whether there is a terminal, and what is wanted is no document.
fn can_draw(output: &Output<'_>) -> Result<(), Failure> {
    let what = if output.json {
        "watch has no JSON"
    } else if !output.terminal {
        "watch draws on a terminal, and stdout is none"
    } else {
        return Ok(());
    };
    Err(Failure::Usage {
        what: what.to_owned(),
        advice: "use \"plugctl monitor\" for the events, or a list with --watch",
    })
}

fn terminal_failure(error: &io::Error) -> Failure {
    Failure::Terminal(error.to_string())
}

/// Where it is drawn and where keys come from.
trait Screen {
    /// Draws it.
    fn draw(&mut self, app: &App) -> io::Result<()>;

    /// Waits for a key, no longer than this. `None` also when everything is to be drawn again.
    fn key(&mut self, wait: Duration) -> io::Result<Option<Key>>;
}

/// Two handles to the driver, the second one for events.
struct Handles {
    driver: Driver,
    events: Driver,
    changes: bool,
}

impl Handles {
    /// For changes, where that is allowed.
    fn open(open: Open<'_>) -> Result<Self, Error> {
        let denied = ErrorKind::Open {
            win32: ACCESS_DENIED,
        };
        let (driver, changes) = match open(Access::Change) {
            Err(error) if error.kind() == denied => (open(Access::Query)?, false),
            driver => (driver?, true),
        };
        let events = open(Access::Query)?;
        Ok(Self {
            driver,
            events,
            changes,
        })
    }
}

/// The state, and the driver's side of it while there is one.
struct Session<'a> {
    open: Open<'a>,
    app: App,
    link: Option<Link>,
    tell: Sender<Told>,
    told: Receiver<Told>,
    /// When the driver is tried again.
    again: Instant,
}

impl<'a> Session<'a> {
    fn new(open: Open<'a>) -> Self {
        let (tell, told) = mpsc::channel();
        Self {
            open,
            app: App::new(std::process::id()),
            link: None,
            tell,
            told,
            again: Instant::now(),
        }
    }

    fn start(&mut self, handles: Handles) -> Result<(), Failure> {
        let Handles {
            driver,
            events,
            changes,
        } = handles;
        // A link that has gone may have told something last, which no longer holds.
        while self.told.try_recv().is_ok() {}
        let link =
            Link::start(driver, events, &self.tell).map_err(|error| terminal_failure(&error))?;
        self.link = Some(link);
        self.update(Input::Open { changes });
        Ok(())
    }

    /// Until somebody quits, or the terminal fails.
    fn run(&mut self, screen: &mut dyn Screen) -> Result<(), Failure> {
        loop {
            screen
                .draw(&self.app)
                .map_err(|error| terminal_failure(&error))?;
            let key = screen.key(TICK).map_err(|error| terminal_failure(&error))?;
            if let Some(key) = key {
                match self.update(Input::Key(key)) {
                    Some(Command::Quit) => return Ok(()),
                    Some(Command::Do(request)) => {
                        if let Some(link) = &self.link {
                            link.ask(request);
                        }
                    }
                    None => {}
                }
            }
            self.listen();
            if self.link.is_none() && Instant::now() >= self.again {
                self.again = Instant::now() + AGAIN;
                // Why it can't be opened is what the screen says already.
                if let Ok(handles) = Handles::open(self.open) {
                    self.start(handles)?;
                }
            }
        }
    }

    fn update(&mut self, input: Input) -> Option<Command> {
        self.app.update(input, time::now())
    }

    /// Takes what the driver's side tells.
    fn listen(&mut self) {
        while let Ok(told) = self.told.try_recv() {
            let away = matches!(told, Told::Away(_));
            self.update(Input::Told(told));
            if away {
                // What could not be broken went with the driver.
                self.stop();
                self.again = Instant::now() + AGAIN;
            }
        }
    }

    /// Breaks what was connected and closes the handles; the first failure.
    fn stop(&mut self) -> Option<Failure> {
        self.link.take().and_then(Link::stop)
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        self.stop();
    }
}
