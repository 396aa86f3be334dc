//! Who uses the program: what ends something held or a wait, and who answers a question.

use std::io::{self, IsTerminal, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use plug61883::{Canceller, Driver};

/// What is done at the end, from another thread.
pub(crate) type AtEnd = Box<dyn FnMut() + Send>;

/// The end of something held.
pub(crate) trait Hold {
    /// Whether it has come.
    fn is_over(&self) -> bool;
    /// What is done when it comes, in the place of what was to be done before; at once where it
    /// has come.
    fn at_end(&self, deed: AtEnd);
    /// From now on the end of the input is one too, and it cancels nothing any more.
    fn start(&self);
    /// Waits for it, this long at most; whether it has come.
    fn wait(&self, most: Option<Duration>) -> bool;
}

/// Ctrl+C and the end of the input. Before [`Hold::start`], Ctrl+C cancels what the driver does.
pub(crate) struct Signals(Arc<Shared>);

#[derive(Default)]
struct Shared {
    end: Mutex<End>,
    came: Condvar,
}

#[derive(Default)]
struct End {
    over: bool,
    deed: Option<AtEnd>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, End> {
        self.end.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self) {
        let mut end = self.lock();
        // It may take a while: not with the lock.
        while let Some(mut deed) = end.deed.take() {
            drop(end);
            deed();
            end = self.lock();
            // A second Ctrl+C does it again. Where there is something else to do now, that too.
            if end.deed.is_none() {
                end.deed = Some(deed);
                break;
            }
        }
        // In this order: what was to be cancelled is, before anybody goes on to undo something.
        end.over = true;
        self.came.notify_all();
    }
}

impl Signals {
    /// From now on Ctrl+C does not end the program.
    pub(crate) fn arm(driver: &Driver) -> Box<dyn Hold> {
        let shared = Arc::new(Shared::default());
        let driver = driver.clone();
        shared.lock().deed = Some(Box::new(move || driver.cancel()));
        let at_signal = Arc::clone(&shared);
        // Without a handler Ctrl+C ends the program, and the driver undoes what was made.
        let _ = ctrlc::set_handler(move || at_signal.end());
        Box::new(Self(shared))
    }
}

impl Hold for Signals {
    fn is_over(&self) -> bool {
        self.0.lock().over
    }

    fn at_end(&self, mut deed: AtEnd) {
        let mut end = self.0.lock();
        if end.over {
            drop(end);
            deed();
        } else {
            end.deed = Some(deed);
        }
    }

    fn start(&self) {
        // Nothing that is asked for from here on may be cancelled.
        self.0.lock().deed = Some(Box::new(|| {}));
        let at_input = Arc::clone(&self.0);
        thread::spawn(move || {
            read_to_end(&mut io::stdin());
            at_input.end();
        });
    }

    fn wait(&self, most: Option<Duration>) -> bool {
        let end = self.0.lock();
        let waits = |end: &mut End| !end.over;
        let came = &self.0.came;
        match most {
            Some(most) => {
                let waited = came.wait_timeout_while(end, most, waits);
                waited.unwrap_or_else(PoisonError::into_inner).0.over
            }
            None => {
                let waited = came.wait_while(end, waits);
                waited.unwrap_or_else(PoisonError::into_inner).over
            }
        }
    }
}

/// Tells on the terminal, where there is one, how what is held ends.
pub(crate) fn tell_how_to_end() {
    if io::stdin().is_terminal() && io::stderr().is_terminal() {
        eprintln!("held until Ctrl+C");
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
    use std::sync::atomic::{AtomicUsize, Ordering};

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

    fn hold() -> (Signals, Arc<AtomicUsize>) {
        let done = Arc::new(AtomicUsize::new(0));
        let hold = Signals(Arc::default());
        let count = Arc::clone(&done);
        hold.at_end(Box::new(move || {
            count.fetch_add(1, Ordering::SeqCst);
        }));
        (hold, done)
    }

    #[test]
    fn the_end_is_told_once_it_has_come() {
        let (hold, done) = hold();
        assert!(!hold.is_over() && !hold.wait(Some(Duration::from_millis(1))));
        assert_eq!(done.load(Ordering::SeqCst), 0);
        hold.0.end();
        assert!(hold.is_over() && hold.wait(None) && hold.wait(Some(Duration::MAX)));
        assert_eq!(done.load(Ordering::SeqCst), 1);
        // Ctrl+C again cancels again.
        hold.0.end();
        assert_eq!(done.load(Ordering::SeqCst), 2);
        // What is to be done after the end is done at once.
        let count = Arc::clone(&done);
        hold.at_end(Box::new(move || {
            count.fetch_add(10, Ordering::SeqCst);
        }));
        assert_eq!(done.load(Ordering::SeqCst), 12);
    }

    #[test]
    fn a_wait_ends_with_the_end() {
        let (hold, _) = hold();
        let shared = Arc::clone(&hold.0);
        let other = thread::spawn(move || {
            thread::sleep(Duration::from_millis(20));
            shared.end();
        });
        assert!(hold.wait(None));
        other.join().unwrap();
    }

    /// A signal that is sent to this process for real; no other test may.
    #[cfg(unix)]
    #[test]
    fn ctrl_c_cancels_what_is_under_way_and_ends_the_wait() {
        use std::process::Command;
        use std::time::Instant;

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
        assert!(hold.wait(None) && hold.is_over());
        assert_eq!(scripted.cancelled(), 1);
    }
}
