//! plugctl in a terminal: a pseudo-terminal, and what stands on its screen.
#![cfg(unix)]

use std::io::{Read, Write};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// Longest time that anything may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A terminal with plugctl in it.
struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    screen: Arc<Mutex<vt100::Parser>>,
    reader: Option<thread::JoinHandle<()>>,
    // The terminal is there as long as this is.
    master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    /// Starts plugctl on the simulated bench.
    fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        const SIZE: PtySize = PtySize {
            rows: 40,
            cols: 100,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(SIZE).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_plugctl"));
        command.arg("--sim");
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        // What else turns colours on or off, on a CI machine say.
        for name in ["NO_COLOR", "CI", "CLICOLOR", "CLICOLOR_FORCE"] {
            command.env_remove(name);
        }
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let screen = Arc::new(Mutex::new(vt100::Parser::new(SIZE.rows, SIZE.cols, 500)));
        let (mut output, shown) = (pair.master.try_clone_reader().unwrap(), Arc::clone(&screen));
        let reader = thread::spawn(move || {
            let mut bytes = [0; 4096];
            // On Linux the read fails once the program has ended.
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                shown.lock().unwrap().process(&bytes[..count]);
            }
        });
        Self {
            child,
            keys: pair.master.take_writer().unwrap(),
            screen,
            reader: Some(reader),
            master: pair.master,
        }
    }

    fn text(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }

    /// Whether a cell of the screen has a colour of its own.
    fn is_coloured(&self) -> bool {
        let parser = self.screen.lock().unwrap();
        let screen = parser.screen();
        let (rows, columns) = screen.size();
        let mut cells = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
        cells.any(|(row, column)| {
            let cell = screen.cell(row, column);
            cell.is_some_and(|cell| cell.fgcolor() != vt100::Color::Default)
        })
    }

    /// Waits until the screen is as wanted.
    fn wait(&self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        let started = Instant::now();
        loop {
            let text = self.text();
            if wanted(&text) {
                return text;
            }
            assert!(started.elapsed() < PATIENCE, "no {what} in:\n{text}");
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Waits for the end; the exit code and all that stands on the screen then.
    fn end(mut self) -> (u32, String) {
        let started = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(started.elapsed() < PATIENCE, "it goes on:\n{}", self.text());
            thread::sleep(Duration::from_millis(10));
        };
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        (status.exit_code(), self.text())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Ended already, in good cases.
        let _ = self.child.kill();
        let _ = self.master.get_size();
    }
}

#[test]
fn ctrl_c_breaks_the_connection_that_is_held() {
    let mut terminal = Terminal::start(&["connect", "--unit", "3.1", "--out", "0"], &[]);
    terminal.wait("hint how to end it", |text| text.contains("Ctrl+C"));
    terminal.press("\u{3}");
    let (code, text) = terminal.end();
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("STATUS_SUCCESS"), "{text}");
}

#[test]
fn colour_is_for_terminals_whose_user_wants_it() {
    let colours = |environment: &[(&str, &str)], arguments: &[&str]| {
        let terminal = Terminal::start(arguments, environment);
        terminal.wait("units", |text| text.contains("HV-2000"));
        let coloured = terminal.is_coloured();
        let (code, text) = terminal.end();
        assert_eq!(code, 0, "{text}");
        coloured
    };
    assert!(colours(&[], &["units"]));
    assert!(!colours(&[("NO_COLOR", "1")], &["units"]));
    assert!(!colours(&[("TERM", "dumb")], &["units"]));
    assert!(!colours(&[], &["units", "--color", "never"]));
    assert!(colours(
        &[("NO_COLOR", "1")],
        &["units", "--color", "always"]
    ));
}

#[test]
fn watch_shows_the_bus_and_leaves_the_terminal_as_it_was() {
    let mut terminal = Terminal::start(&["watch"], &[]);
    let shown = |what: &'static str| move |text: &str| text.contains(what);
    terminal.wait("units", shown("HV-2000"));
    terminal.press("?");
    terminal.wait("help", |text| text.to_lowercase().contains("help"));
    terminal.press("\u{1b}");
    terminal.wait("units", shown("HV-2000"));
    terminal.press("q");
    let (code, text) = terminal.end();
    assert_eq!(code, 0, "{text}");
    assert!(
        !text.contains("HV-2000"),
        "it is on a screen of its own:\n{text}"
    );
}

#[test]
fn ctrl_c_ends_watch() {
    let mut terminal = Terminal::start(&["watch"], &[]);
    terminal.wait("units", |text| text.contains("HV-2000"));
    terminal.press("\u{3}");
    let (code, text) = terminal.end();
    assert_eq!(code, 0, "{text}");
}

#[test]
fn what_is_repeated_takes_its_own_place() {
    let mut terminal = Terminal::start(&["connections", "--watch"], &[]);
    let text = terminal.wait("connections", |text| text.contains("foreign"));
    assert_eq!(text.matches("OWNER").count(), 1, "{text}");
    terminal.press("\u{3}");
    let (code, text) = terminal.end();
    assert_eq!(code, 0, "{text}");
}
