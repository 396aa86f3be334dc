//! Kernel threads: a fixed number of places, each with at most one.

use core::ptr;
use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};

use plug61883_wdf::{NtStatus, Result};
use storm_control::MAX_THREADS;
use wdk_sys::{HANDLE, LARGE_INTEGER, NTSTATUS, OBJECT_ATTRIBUTES, PVOID, ntddk};

const THREAD_ALL_ACCESS: u32 = 0x1F_FFFF;
/// `OBJ_KERNEL_HANDLE`: the handle is good in every process' context.
const KERNEL_HANDLE: u32 = 0x200;

/// What a thread runs; it is given the number of its place.
pub(crate) type Routine = fn(usize);

struct Place {
    /// Being started, or not joined yet.
    taken: AtomicBool,
    /// Its routine has not returned.
    lives: AtomicBool,
    /// Handle of the thread; null until it is known.
    handle: AtomicPtr<core::ffi::c_void>,
    /// [`Routine`].
    routine: AtomicUsize,
}

static PLACES: [Place; MAX_THREADS] = [const {
    Place {
        taken: AtomicBool::new(false),
        lives: AtomicBool::new(false),
        handle: AtomicPtr::new(ptr::null_mut()),
        routine: AtomicUsize::new(0),
    }
}; MAX_THREADS];

/// Starts a thread at PASSIVE_LEVEL. Not to be called by several at once.
///
/// # Errors
/// `STATUS_QUOTA_EXCEEDED`: no place is free; the system's status.
pub(crate) fn start(routine: Routine) -> Result<()> {
    let (index, place) = PLACES
        .iter()
        .enumerate()
        .find(|(_, place)| !place.taken.load(Ordering::Acquire))
        .ok_or(NtStatus::QUOTA_EXCEEDED)?;
    place.taken.store(true, Ordering::Release);
    place.lives.store(true, Ordering::Release);
    place.routine.store(routine as usize, Ordering::Release);
    let mut attributes = OBJECT_ATTRIBUTES {
        Length: size_of::<OBJECT_ATTRIBUTES>() as u32,
        Attributes: KERNEL_HANDLE,
        ..OBJECT_ATTRIBUTES::default()
    };
    let mut handle: HANDLE = ptr::null_mut();
    // SAFETY: the structures are live locals; the context is a number. PASSIVE_LEVEL.
    let status = NtStatus::from_raw(unsafe {
        ntddk::PsCreateSystemThread(
            &raw mut handle,
            THREAD_ALL_ACCESS,
            &raw mut attributes,
            ptr::null_mut(),
            ptr::null_mut(),
            Some(run),
            ptr::without_provenance_mut(index),
        )
    });
    if !status.is_success() {
        place.lives.store(false, Ordering::Release);
        place.taken.store(false, Ordering::Release);
        return Err(status);
    }
    place.handle.store(handle, Ordering::Release);
    Ok(())
}

unsafe extern "C" fn run(context: PVOID) {
    let index = context.addr();
    if let Some(place) = PLACES.get(index) {
        let routine = place.routine.load(Ordering::Acquire);
        // SAFETY: `start` stored a `Routine` there.
        let routine = unsafe { core::mem::transmute::<usize, Routine>(routine) };
        routine(index);
        place.lives.store(false, Ordering::Release);
    }
    const DONE: NTSTATUS = 0;
    // SAFETY: a system thread may end itself; nothing is left to drop.
    unsafe {
        // It does not return.
        let _ = ntddk::PsTerminateSystemThread(DONE);
    }
}

/// Threads whose routines have not returned.
pub(crate) fn living() -> usize {
    let lives = |place: &&Place| place.lives.load(Ordering::Acquire);
    PLACES.iter().filter(lives).count()
}

/// Waits for the end of every thread, and frees its place. Not to be called by one of them, nor
/// where they may wait for the caller. (PASSIVE_LEVEL)
pub(crate) fn join_all() {
    for place in &PLACES {
        let handle = place.handle.swap(ptr::null_mut(), Ordering::AcqRel);
        if handle.is_null() {
            continue;
        }
        // SAFETY: the handle is that of the thread, and ours to close.
        unsafe {
            // Neither can fail with a handle that is good.
            let _ = ntddk::ZwWaitForSingleObject(handle, 0, ptr::null_mut());
            let _ = ntddk::ZwClose(handle);
        }
        place.taken.store(false, Ordering::Release);
    }
}

/// Lets time pass. (`KeDelayExecutionThread`, PASSIVE_LEVEL)
pub(crate) fn sleep(milliseconds: u32) {
    let mut time = LARGE_INTEGER {
        QuadPart: i64::from(milliseconds).saturating_mul(-10_000),
    };
    // SAFETY: the time is a live local.
    unsafe {
        // A wait that nothing can alert ends in time.
        let _ = ntddk::KeDelayExecutionThread(
            wdk_sys::_MODE::KernelMode as wdk_sys::KPROCESSOR_MODE,
            0,
            &raw mut time,
        );
    }
}

/// A clock that never goes back. (`KeQueryPerformanceCounter`, any IRQL)
pub(crate) fn nanoseconds() -> u64 {
    let mut frequency = LARGE_INTEGER::default();
    // SAFETY: the out pointer is a live local; both unions hold 64-bit values.
    let (ticks, frequency) = unsafe {
        let ticks = ntddk::KeQueryPerformanceCounter(&raw mut frequency).QuadPart;
        (ticks.unsigned_abs(), frequency.QuadPart.unsigned_abs())
    };
    let time = u128::from(ticks).saturating_mul(1_000_000_000);
    let time = time.checked_div(u128::from(frequency)).unwrap_or(0);
    u64::try_from(time).unwrap_or(u64::MAX)
}
