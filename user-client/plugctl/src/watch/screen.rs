//! The terminal: taken over, and given back however it ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use std::{io, process};

use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event};
use ratatui::crossterm::style;

use super::Screen;
use super::app::App;
use super::keys::Key;
use super::view::{self, Paint};
use crate::failure::Exit;

/// The terminal, while it is ours.
pub(super) struct Terminal {
    // Before `restore`, so that it goes first: it shows the cursor.
    terminal: DefaultTerminal,
    restore: Restore,
    paint: Paint,
    /// A key that came together with the one before.
    next: Option<Key>,
}

/// Gives the terminal back.
struct Restore(Arc<Signal>);

impl Drop for Restore {
    fn drop(&mut self) {
        ratatui::restore();
        self.0.over.store(true, Ordering::SeqCst);
    }
}

/// Ctrl+C as a signal: in the terminal that is taken over it is a key, and only somebody else
/// sends it.
#[derive(Default)]
struct Signal {
    came: AtomicBool,
    /// The terminal is given back.
    over: AtomicBool,
}

impl Signal {
    fn handle(&self) {
        if self.over.load(Ordering::SeqCst) {
            // Something that is broken takes too long: the driver does it when the handle closes.
            process::exit(Exit::Failed as i32);
        }
        self.came.store(true, Ordering::SeqCst);
    }
}

impl Terminal {
    /// Takes it over.
    pub(super) fn open(colour: bool) -> io::Result<Self> {
        let signal = Arc::new(Signal::default());
        let handler = Arc::clone(&signal);
        // Without a handler it ends the program, and the driver undoes what was made.
        let _ = ctrlc::set_handler(move || handler.handle());
        style::force_color_output(colour);
        // Also where only some of it can be had.
        let restore = Restore(signal);
        let terminal = ratatui::try_init()?;
        Ok(Self {
            terminal,
            restore,
            paint: Paint { colour },
            next: None,
        })
    }
}

impl Screen for Terminal {
    fn draw(&mut self, app: &App) -> io::Result<()> {
        let paint = self.paint;
        self.terminal.draw(|frame| view::draw(frame, app, paint))?;
        Ok(())
    }

    fn key(&mut self, wait: Duration) -> io::Result<Option<Key>> {
        if self.restore.0.came.load(Ordering::SeqCst) {
            return Ok(Some(Key::Interrupt));
        }
        if let Some(key) = self.next.take() {
            return Ok(Some(key));
        }
        let polled = event::poll(wait);
        if matches!(&polled, Err(error) if error.kind() == io::ErrorKind::Interrupted) || !polled? {
            return Ok(None);
        }
        Ok(match event::read()? {
            Event::Key(event) => match Key::hasty(&event) {
                Some([first, second]) => {
                    self.next = Some(second);
                    Some(first)
                }
                None => Key::of(&event),
            },
            _ => None,
        })
    }
}
