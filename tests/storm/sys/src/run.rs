//! The run: what it was asked for, how much was done, which rules were broken.

use core::fmt::{self, Write as _};
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use plug61883_wdf::{Attributes, NtStatus, Result, SpinLock, milliseconds};
use storm_control::{DEEDS, Deed, Deeds, StartRequest, Status, flags};

use crate::{client, foreign, stream, thread, unit};

/// A request that takes longer, in seconds, is stuck.
pub(crate) const PATIENCE: u32 = 30;

/// What came of a deed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Success,
    /// The protocol driver refused.
    Refused,
    /// plug61883, or the system, refused.
    Failed,
    Cancelled,
}

static STOP: AtomicBool = AtomicBool::new(true);
static DEADLINE: AtomicU64 = AtomicU64::new(0);
static STARTED: AtomicU64 = AtomicU64::new(0);
static SEED: AtomicU64 = AtomicU64::new(0);
static FLAGS: AtomicU32 = AtomicU32::new(0);
static BROKEN: AtomicU32 = AtomicU32::new(0);
static COUNTS: [[AtomicU32; 4]; DEEDS] = [const { [const { AtomicU32::new(0) }; 4] }; DEEDS];
static FIRST: SpinLock<Text> = SpinLock::new(Text::EMPTY);

/// To be called once, in DriverEntry.
///
/// # Errors
/// `STATUS_INSUFFICIENT_RESOURCES`.
pub(crate) fn init(attributes: Attributes) -> Result<()> {
    FIRST.init(attributes)
}

/// Forgets what was before. No thread lives.
///
/// # Errors
/// `STATUS_DEVICE_BUSY`: one does.
pub(crate) fn prepare(seed: u64, time: u32, flags: u32) -> Result<()> {
    if thread::living() != 0 {
        return Err(NtStatus::DEVICE_BUSY);
    }
    // They have returned, so this takes no time.
    thread::join_all();
    let now = milliseconds();
    SEED.store(seed, Ordering::Release);
    FLAGS.store(flags, Ordering::Release);
    STARTED.store(now, Ordering::Release);
    DEADLINE.store(now.saturating_add(time.into()), Ordering::Release);
    BROKEN.store(0, Ordering::Release);
    for count in COUNTS.iter().flatten() {
        count.store(0, Ordering::Release);
    }
    *FIRST.lock() = Text::EMPTY;
    STOP.store(false, Ordering::Release);
    Ok(())
}

/// Starts the threads of a run.
///
/// # Errors
/// `STATUS_DEVICE_BUSY`, or a thread could not be started.
pub(crate) fn start(request: &StartRequest) -> Result<()> {
    prepare(request.seed, request.milliseconds, request.flags)?;
    let roles: [(u32, thread::Routine); 3] = [
        (request.clients, client::work),
        (request.foreign, foreign::work),
        (request.streams, stream::work),
    ];
    for (count, routine) in roles {
        for _ in 0..count {
            thread::start(routine).inspect_err(|_| stop())?;
        }
    }
    Ok(())
}

/// Has all threads end soon.
pub(crate) fn stop() {
    STOP.store(true, Ordering::Release);
}

/// The threads are to end.
pub(crate) fn over() -> bool {
    STOP.load(Ordering::Acquire) || milliseconds() >= DEADLINE.load(Ordering::Acquire)
}

pub(crate) fn seed() -> u64 {
    SEED.load(Ordering::Acquire)
}

/// Every control code of the interface must be known.
pub(crate) fn expects_all() -> bool {
    FLAGS.load(Ordering::Acquire) & flags::EXPECT_ALL != 0
}

/// Counts a deed.
pub(crate) fn count(deed: Deed, outcome: Outcome) {
    let counts = COUNTS.get(deed as usize);
    if let Some(count) = counts.and_then(|counts| counts.get(outcome as usize)) {
        count.fetch_add(1, Ordering::Relaxed);
    }
}

/// Counts a rule that was broken, and keeps the text of the first. (IRQL <= DISPATCH_LEVEL)
pub(crate) fn broken(text: fmt::Arguments<'_>) {
    if BROKEN.fetch_add(1, Ordering::AcqRel) == 0 {
        // It is cut if it is too long.
        let _ = FIRST.lock().write_fmt(text);
    }
}

/// What [`storm_control::STATUS`] tells.
pub(crate) fn status() -> Status {
    let mut status = Status {
        seed: seed(),
        elapsed_ms: milliseconds().saturating_sub(STARTED.load(Ordering::Acquire)),
        threads: thread::living() as u32,
        units: unit::count(),
        broken: BROKEN.load(Ordering::Acquire),
        ..Status::default()
    };
    for (deeds, counts) in status.deeds.iter_mut().zip(&COUNTS) {
        let [success, refused, failed, cancelled] =
            counts.each_ref().map(|count| count.load(Ordering::Acquire));
        *deeds = Deeds {
            success,
            refused,
            failed,
            cancelled,
        };
    }
    let first = FIRST.lock();
    status.first = first.bytes;
    status.first_length = first.length as u32;
    drop(first);
    status
}

/// A text that is cut where its place ends.
#[derive(Clone, Copy)]
struct Text {
    bytes: [u8; 416],
    length: usize,
}

impl Text {
    const EMPTY: Self = Self {
        bytes: [0; 416],
        length: 0,
    };
}

impl fmt::Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes().filter(u8::is_ascii) {
            let place = self.bytes.get_mut(self.length).ok_or(fmt::Error)?;
            *place = byte;
            self.length = self.length.saturating_add(1);
        }
        Ok(())
    }
}
