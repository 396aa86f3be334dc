//! IRQL and held locks of each thread, kept by hand: Wine's `KeGetCurrentIrql` is always 0.

use core::sync::atomic::{AtomicU8, AtomicU32, AtomicUsize, Ordering};

use crate::nt;

pub(crate) const PASSIVE: u8 = 0;
pub(crate) const DISPATCH: u8 = 2;

/// What is known of one thread. Only the thread itself changes its record.
struct Record {
    thread: AtomicU32,
    irql: AtomicU8,
    spin_locks: AtomicU32,
    wait_locks: AtomicU32,
}

impl Record {
    const fn new() -> Self {
        Self {
            thread: AtomicU32::new(0),
            irql: AtomicU8::new(PASSIVE),
            spin_locks: AtomicU32::new(0),
            wait_locks: AtomicU32::new(0),
        }
    }
}

const THREADS: usize = 1024;
static RECORDS: [Record; THREADS] = [const { Record::new() }; THREADS];

/// Records from here on were never used: there is no need to look at them.
static USED: AtomicUsize = AtomicUsize::new(0);

fn find() -> Option<&'static Record> {
    let me = nt::thread_id();
    let used = USED.load(Ordering::Acquire).min(THREADS);
    RECORDS[..used]
        .iter()
        .find(|record| record.thread.load(Ordering::Relaxed) == me)
}

fn claim() -> &'static Record {
    if let Some(record) = find() {
        return record;
    }
    let me = nt::thread_id();
    for (index, record) in RECORDS.iter().enumerate() {
        if record.thread.load(Ordering::Relaxed) == 0
            && record
                .thread
                .compare_exchange(0, me, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
        {
            USED.fetch_max(index + 1, Ordering::AcqRel);
            return record;
        }
    }
    crate::verifier::internal_error("more threads at raised IRQL than there are records")
}

/// Gives the record back when it says nothing.
fn release(record: &Record) {
    if record.irql.load(Ordering::Relaxed) == PASSIVE
        && record.spin_locks.load(Ordering::Relaxed) == 0
        && record.wait_locks.load(Ordering::Relaxed) == 0
    {
        record.thread.store(0, Ordering::Relaxed);
    }
}

/// The calling thread's IRQL.
pub(crate) fn current() -> u8 {
    find().map_or(PASSIVE, |record| record.irql.load(Ordering::Relaxed))
}

/// Sets the calling thread's IRQL and gives the old one.
pub(crate) fn set(level: u8) -> u8 {
    if level == PASSIVE && find().is_none() {
        return PASSIVE;
    }
    let record = claim();
    let old = record.irql.swap(level, Ordering::Relaxed);
    release(record);
    old
}

/// Runs `work` at `level`.
pub(crate) fn at<R>(level: u8, work: impl FnOnce() -> R) -> R {
    let old = set(level);
    let result = work();
    set(old);
    result
}

/// Which sort of lock a thread took or gave back.
#[derive(Clone, Copy)]
pub(crate) enum Held {
    Spin,
    Wait,
}

fn counter(record: &Record, held: Held) -> &AtomicU32 {
    match held {
        Held::Spin => &record.spin_locks,
        Held::Wait => &record.wait_locks,
    }
}

pub(crate) fn took(held: Held) {
    counter(claim(), held).fetch_add(1, Ordering::Relaxed);
}

pub(crate) fn gave_back(held: Held) {
    let record = claim();
    let counter = counter(record, held);
    counter.store(
        counter.load(Ordering::Relaxed).saturating_sub(1),
        Ordering::Relaxed,
    );
    release(record);
}

/// What a callback must leave as it found it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Snapshot {
    pub(crate) irql: u8,
    pub(crate) spin_locks: u32,
    pub(crate) wait_locks: u32,
}

pub(crate) fn snapshot() -> Snapshot {
    find().map_or(
        Snapshot {
            irql: PASSIVE,
            spin_locks: 0,
            wait_locks: 0,
        },
        |record| Snapshot {
            irql: record.irql.load(Ordering::Relaxed),
            spin_locks: record.spin_locks.load(Ordering::Relaxed),
            wait_locks: record.wait_locks.load(Ordering::Relaxed),
        },
    )
}

/// Puts a snapshot back, after a finding about it was only recorded.
pub(crate) fn restore(snapshot: Snapshot) {
    let record = claim();
    record.irql.store(snapshot.irql, Ordering::Relaxed);
    record
        .spin_locks
        .store(snapshot.spin_locks, Ordering::Relaxed);
    record
        .wait_locks
        .store(snapshot.wait_locks, Ordering::Relaxed);
    release(record);
}
