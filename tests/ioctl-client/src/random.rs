//! Random requests, from several threads at once, and the rules that every answer must keep.
//!
//! The same seed gives the same requests as far as the driver gives the same answers: ids come from
//! these, and what the threads do meets in another order each time.

mod generate;
mod ids;
mod rng;
mod rules;
#[cfg(test)]
mod tests;
mod tidy;

use std::fmt;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use clap::Args;
use plug61883::{Access, Device, Transport};

use generate::Sent;
use ids::Ids;
use rng::Rng;
use rules::{Answer, Events, Outcome};

/// Threads, each with a handle of its own.
const THREADS: u64 = 4;
/// Waits that are under way when the program ends.
const LAST_WAITS: usize = 2;

#[derive(Args)]
pub(crate) struct Options {
    /// Where the random numbers start; without it a fresh one is taken.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Requests to send.
    #[arg(long, value_name = "M", default_value_t = 2_000)]
    count: u64,
    /// Stop after so many seconds, whatever was sent.
    #[arg(long, value_name = "S", default_value_t = 60)]
    seconds: u64,
    /// Cancel nothing, and so wait for no event.
    #[arg(long)]
    no_cancel: bool,
    /// Send one request at a time.
    #[arg(long)]
    alone: bool,
}

/// What the threads share.
struct Run {
    seed: u64,
    no_cancel: bool,
    alone: bool,
    ids: Mutex<Ids>,
    left: AtomicU64,
    end: Instant,
    counts: [AtomicU64; Outcome::ALL.len()],
    /// The first rule that was broken.
    broken: Mutex<Option<String>>,
}

/// An open handle, and the events that came through it.
struct Handle {
    device: Device,
    access: Access,
    events: Mutex<Events>,
}

/// Sends what `options` say; an exit code other than 0 when a rule was broken.
pub(crate) fn run(options: &Options) -> ExitCode {
    let seed = options.seed.unwrap_or_else(fresh_seed);
    println!(
        "random seed={seed} count={} seconds={}",
        options.count, options.seconds
    );
    let run = Run {
        seed,
        no_cancel: options.no_cancel,
        alone: options.alone,
        ids: Mutex::default(),
        left: AtomicU64::new(options.count),
        end: Instant::now() + Duration::from_secs(options.seconds),
        counts: Default::default(),
        broken: Mutex::default(),
    };
    let Some(first) = Handle::open(Access::Change) else {
        eprintln!("error: the device could not be opened for changes");
        return ExitCode::from(3);
    };
    for sent in generate::first() {
        run.send(&first, &sent);
    }
    let run = &run;
    thread::scope(|scope| {
        for number in 0..if run.alone { 1 } else { THREADS } {
            scope.spawn(move || run.work(Rng::new(seed ^ (number << 56))));
        }
    });
    let left = tidy::persistent(&first.device);
    println!("{run}");
    if let Some(broken) = lock(&run.broken).as_ref() {
        println!("{broken}");
        return ExitCode::FAILURE;
    }
    if let Err(what) = left {
        println!("broken seed={seed} rule={what:?}");
        return ExitCode::FAILURE;
    }
    leave_with_waits(first);
    ExitCode::SUCCESS
}

impl Run {
    fn work(&self, mut rng: Rng) {
        let Some(mut handle) = Handle::open(Access::Change) else {
            return self.break_rule("a handle could not be opened".into());
        };
        while self.goes_on() {
            match rng.below(100) {
                0..=2 => {
                    // What it has made goes with it.
                    drop(handle);
                    let access = if rng.one_in(4) {
                        Access::Query
                    } else {
                        Access::Change
                    };
                    let Some(opened) = Handle::open(access) else {
                        return self.break_rule("a handle could not be opened again".into());
                    };
                    handle = opened;
                }
                3..=9 if !self.alone => self.burst(&handle, &mut rng),
                _ => self.send(&handle, &self.next(&mut rng)),
            }
        }
    }

    /// Several at once on one handle; now and then all are cancelled.
    fn burst(&self, handle: &Handle, rng: &mut Rng) {
        let all: Vec<Sent> = (0..2 + rng.below(6))
            .map(|_| self.next(rng).cancelable())
            .collect();
        let cancel = !self.no_cancel && rng.one_in(2);
        let after = Duration::from_micros(rng.below(3_000));
        thread::scope(|scope| {
            for sent in &all {
                scope.spawn(move || self.send(handle, sent));
            }
            if cancel {
                thread::sleep(after);
                handle.device.cancel();
            }
        });
    }

    fn next(&self, rng: &mut Rng) -> Sent {
        let sent = generate::request(rng, &lock(&self.ids));
        if self.no_cancel {
            sent.uncancelled()
        } else {
            sent
        }
    }

    fn send(&self, handle: &Handle, sent: &Sent) {
        let (since, dead) = {
            let ids = lock(&self.ids);
            (ids.now(), ids.names_what_is_gone(sent))
        };
        let mut output = vec![rules::FILL; sent.output];
        let completion =
            handle
                .device
                .control(sent.code, &sent.input, &mut output, sent.cancel_after);
        let answer = Answer {
            completion,
            output: &output,
            access: handle.access,
            since,
            dead,
        };
        let checked = rules::check(
            sent,
            &answer,
            &mut lock(&self.ids),
            &mut lock(&handle.events),
        );
        match checked {
            Ok(outcome) => {
                self.counts[outcome as usize].fetch_add(1, Ordering::Relaxed);
            }
            Err(rule) => self.break_rule(format!("{rule}; {sent}; {answer}")),
        }
    }

    fn goes_on(&self) -> bool {
        let one_less = |left: u64| left.checked_sub(1);
        lock(&self.broken).is_none()
            && Instant::now() < self.end
            && self
                .left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less)
                .is_ok()
    }

    fn break_rule(&self, rule: String) {
        let seed = self.seed;
        lock(&self.broken).get_or_insert_with(|| format!("broken seed={seed} rule={rule:?}"));
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "summary seed={}", self.seed)?;
        for (outcome, count) in Outcome::ALL.iter().zip(&self.counts) {
            write!(f, " {outcome}={}", count.load(Ordering::Relaxed))?;
        }
        write!(f, " ids={}", lock(&self.ids).count())
    }
}

impl Handle {
    fn open(access: Access) -> Option<Self> {
        Some(Self {
            device: Device::open(access).ok()?,
            access,
            events: Mutex::default(),
        })
    }
}

/// The program is to end while the handle waits for events: nobody closes it in good order.
fn leave_with_waits(handle: Handle) {
    let handle = Arc::new(handle);
    for _ in 0..LAST_WAITS {
        let handle = Arc::clone(&handle);
        thread::spawn(move || {
            let sent = generate::wait();
            loop {
                let mut output = vec![rules::FILL; sent.output];
                // What comes goes: the program is over.
                let _ = handle
                    .device
                    .control(sent.code, &sent.input, &mut output, None);
            }
        });
    }
    thread::sleep(Duration::from_millis(50));
}

fn fresh_seed() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    // All bits of a time that fits for centuries.
    now.map_or(1, |now| now.as_nanos() as u64)
}

/// A thread that panicked has ended the program.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
