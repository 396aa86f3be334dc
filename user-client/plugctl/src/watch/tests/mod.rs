//! The state and what is drawn of it, on events and pictures of the simulated bus.

mod dialogs;
mod events;
mod panels;
mod random;
mod session;

use plug61883::abi::ioctl;
use plug61883::scripted::{Scripted, batch};
use plug61883::{Access, Driver, Events, Notice};
use plug61883_sim::Simulator;
use ratatui::backend::TestBackend;

use super::app::{App, Command, Input};
use super::keys::Key;
use super::link::{Hands, Told};
use super::view::{self, Paint};
use crate::bus::Bus;

/// Begins a bench whose time stands still.
const STILL: &str = "time = \"2026-03-01T12:00:00Z\"\nprocess = 4242\n";
/// That time, in units of 100 ns since 1601.
const NOW: u64 = 134_168_400_000_000_000;
/// The process of this program in that bench.
const PROCESS: u32 = 4242;

/// The nodes of the bench alone.
fn bare() -> &'static str {
    Simulator::BENCH.split("# Recorded").next().unwrap()
}

/// A simulated bus, a state, and what carries its commands out at once.
struct Stage {
    simulator: Simulator,
    driver: Driver,
    events: Events,
    hands: Hands,
    app: App,
}

impl Stage {
    /// On the bench, which has been looked at.
    fn bench() -> Self {
        Self::of(Simulator::BENCH)
    }

    /// On the bench, where nothing is connected.
    fn bare() -> Self {
        Self::of(bare())
    }

    fn of(toml: &str) -> Self {
        let simulator = Simulator::from_toml(&format!("{STILL}{toml}")).unwrap();
        let driver = simulator.open(Access::Change).unwrap();
        let events = Events::of(simulator.open(Access::Query).unwrap());
        let mut stage = Self {
            hands: Hands::new(driver.clone()),
            app: App::new(PROCESS),
            simulator,
            driver,
            events,
        };
        stage.app.update(Input::Open { changes: true }, NOW);
        stage.look();
        stage
    }

    fn tell(&mut self, told: Told) {
        assert_eq!(self.app.update(Input::Told(told), NOW), None);
    }

    /// Tells what has happened, and what there is now.
    fn look(&mut self) {
        self.listen();
        let bus = Bus::read(&self.driver).unwrap();
        self.tell(Told::Picture(Box::new(bus)));
    }

    /// Tells what has happened.
    fn listen(&mut self) {
        loop {
            let notices = self.events.poll().unwrap();
            if notices.is_empty() {
                return;
            }
            for notice in notices {
                self.tell(Told::Notice(notice));
            }
        }
    }

    /// Presses a key; does what it leads to.
    fn key(&mut self, key: Key) -> Option<Command> {
        let command = self.app.update(Input::Key(key), NOW);
        if let Some(Command::Do(request)) = command {
            let result = self.hands.take(request);
            self.tell(Told::Done(request, result));
            self.look();
        }
        command
    }

    /// Types characters; `\n` is Enter, `\t` Tab, `\u{1b}` Esc.
    fn types(&mut self, keys: &str) {
        for c in keys.chars() {
            let key = match c {
                '\n' => Key::Enter,
                '\t' => Key::Tab,
                '\u{1b}' => Key::Esc,
                c => Key::Char(c),
            };
            assert_ne!(self.key(key), Some(Command::Quit), "{keys:?}");
        }
    }

    fn screen(&self, width: u16, height: u16) -> String {
        screen(&self.app, width, height)
    }

    /// On the smallest usual terminal.
    fn small(&self) -> String {
        self.screen(80, 24)
    }
}

/// What stands on a screen without colours.
fn screen(app: &App, width: u16, height: u16) -> String {
    let terminal = draw(app, width, height, false);
    terminal.backend().to_string()
}

fn draw(app: &App, width: u16, height: u16, colour: bool) -> ratatui::Terminal<TestBackend> {
    let mut terminal = ratatui::Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal
        .draw(|frame| view::draw(frame, app, Paint { colour }))
        .unwrap();
    terminal
}

/// What the library makes of events that a script plays, so many of them lost before.
fn notices(lost: u64, events: &[ioctl::Event]) -> Vec<Notice> {
    let (first, events) = (lost + 1, events.to_vec());
    let scripted = Scripted::new(move |sent| Ok(batch(lost, first, &events, sent.output)));
    Events::of(Driver::with_transport(scripted)).poll().unwrap()
}
