//! Who uses the program: what ends something held or a wait, and who answers a question.

use std::io::{self, IsTerminal, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use plug61883::{Canceller, Driver};

/// Waits for the end of something held.
pub(crate) trait Hold {
    /// Returns when it is to be undone.
    fn wait(self: Box<Self>);
}

/// Ctrl+C and the end of the input. Before [`Hold::wait`], Ctrl+C cancels what the driver does.
pub(crate) struct Signals {
    waiting: Arc<AtomicBool>,
    send: Sender<()>,
    receive: Receiver<()>,
}

impl Signals {
    /// From now on Ctrl+C does not end the program.
    pub(crate) fn arm(driver: &Driver) -> Box<dyn Hold> {
        let (send, receive) = mpsc::channel();
        let waiting = Arc::new(AtomicBool::new(false));
        let (pressed, driver, waits) = (send.clone(), driver.clone(), Arc::clone(&waiting));
        let handler = move || {
            // In this order: nothing that is asked for after the wait may be cancelled.
            if !waits.load(Ordering::SeqCst) {
                driver.cancel();
            }
            let _ = pressed.send(());
        };
        // Without a handler Ctrl+C ends the program, and the driver undoes what was made.
        let _ = ctrlc::set_handler(handler);
        Box::new(Self {
            waiting,
            send,
            receive,
        })
    }
}

impl Hold for Signals {
    fn wait(self: Box<Self>) {
        self.waiting.store(true, Ordering::SeqCst);
        if io::stdin().is_terminal() && io::stderr().is_terminal() {
            eprintln!("held until Ctrl+C");
        }
        let ended = self.send.clone();
        thread::spawn(move || {
            read_to_end(&mut io::stdin());
            let _ = ended.send(());
        });
        // A sender is kept, so this is a signal and no hang-up.
        let _ = self.receive.recv();
    }
}

/// From now on Ctrl+C ends the waits for events, and not the program.
pub(crate) fn interrupt(canceller: Canceller) {
    // Without a handler Ctrl+C ends the program, which leaves nothing behind.
    let _ = ctrlc::set_handler(move || canceller.cancel());
}

/// Asks on the terminal; `None` where there is none.
pub(crate) fn confirm(question: &str) -> Option<bool> {
    if !io::stdin().is_terminal() {
        return None;
    }
    eprint!("{question}");
    let mut line = String::new();
    // What can't be read is no yes.
    let _ = io::stdin().read_line(&mut line);
    Some(is_yes(&line))
}

fn is_yes(line: &str) -> bool {
    matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

/// Reads until there is no more; an input that fails has ended too.
fn read_to_end(input: &mut dyn Read) {
    let mut buffer = [0; 256];
    loop {
        match input.read(&mut buffer) {
            Ok(0) => return,
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_ends_with_its_end_or_an_error() {
        /// Interrupted twice, then has a byte, then fails or ends.
        struct Input(u32, bool);
        impl Read for Input {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                self.0 += 1;
                match self.0 {
                    1 | 2 => Err(io::ErrorKind::Interrupted.into()),
                    3 => Ok(1),
                    _ if self.1 => Err(io::ErrorKind::BrokenPipe.into()),
                    _ => Ok(0),
                }
            }
        }
        for fails in [false, true] {
            let mut input = Input(0, fails);
            read_to_end(&mut input);
            assert_eq!(input.0, 4);
        }
    }

    #[test]
    fn only_a_yes_is_one() {
        assert!(is_yes("y\r\n") && is_yes(" YES\n"));
        assert!(!is_yes("") && !is_yes("\n") && !is_yes("yess") && !is_yes("n"));
    }

    /// A signal that is sent to this process for real; no other test may.
    #[cfg(unix)]
    #[test]
    fn ctrl_c_cancels_what_is_under_way_and_ends_the_wait() {
        use std::process::Command;
        use std::time::{Duration, Instant};

        use plug61883::scripted::Scripted;
        use plug61883::{NtStatus, Source};

        let scripted = Scripted::failing(NtStatus::CANCELLED, Source::Plug61883);
        let hold = Signals::arm(&Driver::with_transport(scripted.clone()));
        let process = std::process::id().to_string();
        assert!(
            Command::new("kill")
                .args(["-INT", &process])
                .status()
                .unwrap()
                .success()
        );
        let started = Instant::now();
        while scripted.cancelled() == 0 {
            assert!(started.elapsed() < Duration::from_secs(20), "not cancelled");
            thread::sleep(Duration::from_millis(5));
        }
        hold.wait();
        assert_eq!(scripted.cancelled(), 1);
    }
}
