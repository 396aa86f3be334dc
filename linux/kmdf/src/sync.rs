//! The framework's one lock, and events.
//!
//! All changing state of the stand-in stands under one lock. It is held for short stretches only:
//! never while a driver's callback, a lower driver or a completion runs.

use alloc::boxed::Box;
use core::cell::UnsafeCell;
use core::marker::PhantomData;
use core::sync::atomic::{AtomicU32, Ordering};

use wdk_sys::{KEVENT, LARGE_INTEGER, ntddk};

use crate::{nt, status};

static OWNER: AtomicU32 = AtomicU32::new(0);

/// Shows that the calling thread holds the framework's lock.
pub(crate) struct Guard(PhantomData<*mut ()>);

/// Takes the framework's lock; not recursive.
pub(crate) fn lock() -> Guard {
    let me = nt::thread_id();
    let mut spins = 0_u32;
    while let Err(owner) = OWNER.compare_exchange_weak(0, me, Ordering::Acquire, Ordering::Relaxed)
    {
        if owner == me {
            crate::verifier::internal_error("framework lock taken twice by one thread");
        }
        spins = spins.wrapping_add(1);
        if spins.is_multiple_of(64) {
            nt::yield_now();
        } else {
            core::hint::spin_loop();
        }
    }
    Guard(PhantomData)
}

impl Drop for Guard {
    fn drop(&mut self) {
        OWNER.store(0, Ordering::Release);
    }
}

/// State that is reached with the framework's lock held. Its members are cells.
#[derive(Default)]
pub(crate) struct Locked<T>(T);

// SAFETY: `get` asks for the guard, so one thread at a time reaches the value; what is inside is
// framework bookkeeping that is not bound to a thread.
unsafe impl<T> Sync for Locked<T> {}
// SAFETY: as above.
unsafe impl<T> Send for Locked<T> {}

impl<T> Locked<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for as long as the lock is held.
    pub(crate) fn get<'a>(&'a self, _: &'a Guard) -> &'a T {
        &self.0
    }
}

/// A notification event at a fixed place.
pub(crate) struct Event(Box<UnsafeCell<KEVENT>>);

// SAFETY: the kernel's event routines lock by themselves.
unsafe impl Sync for Event {}
// SAFETY: as above.
unsafe impl Send for Event {}

impl Event {
    /// An event that is not signalled.
    pub(crate) fn new() -> Self {
        Self::of_type(wdk_sys::_EVENT_TYPE::NotificationEvent)
    }

    /// An event that lets one waiter through for each signal.
    pub(crate) fn synchronization() -> Self {
        Self::of_type(wdk_sys::_EVENT_TYPE::SynchronizationEvent)
    }

    fn of_type(kind: wdk_sys::EVENT_TYPE) -> Self {
        let event = Box::new(UnsafeCell::new(KEVENT::default()));
        // SAFETY: the box gives the event memory that does not move.
        unsafe { ntddk::KeInitializeEvent(event.get(), kind, 0) };
        Self(event)
    }

    pub(crate) fn set(&self) {
        // SAFETY: made by `of_type`.
        unsafe { ntddk::KeSetEvent(self.0.get(), 0, 0) };
    }

    pub(crate) fn clear(&self) {
        // SAFETY: made by `of_type`.
        unsafe { ntddk::KeResetEvent(self.0.get()) };
    }

    pub(crate) fn wait(&self) {
        self.wait_until(core::ptr::null_mut());
    }

    /// Waits at most `timeout`, in units of 100 ns as `KeWaitForSingleObject` takes it (negative:
    /// from now); tells whether the event came.
    pub(crate) fn wait_for(&self, timeout: i64) -> bool {
        let mut time = LARGE_INTEGER { QuadPart: timeout };
        self.wait_until(&raw mut time)
    }

    fn wait_until(&self, time: *mut LARGE_INTEGER) -> bool {
        // SAFETY: the event was made by `of_type`; the time is null or the caller's live local.
        let status = unsafe {
            ntddk::KeWaitForSingleObject(
                self.0.get().cast(),
                wdk_sys::_KWAIT_REASON::Executive,
                wdk_sys::_MODE::KernelMode as wdk_sys::KPROCESSOR_MODE,
                0,
                time,
            )
        };
        status == status::SUCCESS
    }
}
