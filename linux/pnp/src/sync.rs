//! Locks and events for code at PASSIVE_LEVEL.

use core::{
    cell::UnsafeCell,
    ops::{Deref, DerefMut},
    ptr,
};

use wdk_sys::{
    _EVENT_TYPE::{NotificationEvent, SynchronizationEvent},
    _KWAIT_REASON::Executive,
    KEVENT, LARGE_INTEGER, NTSTATUS,
    ntddk::{KeInitializeEvent, KeSetEvent, KeWaitForSingleObject},
};

use crate::status;

/// A notification event that lives where it was created: it must not move once in use.
pub(crate) struct Event(UnsafeCell<KEVENT>);

// SAFETY: the kernel's own routines, which synchronise themselves, are all that touches it.
unsafe impl Sync for Event {}

impl Event {
    /// An event without its state; [`Event::init`] must come first.
    pub(crate) const fn zeroed() -> Self {
        // SAFETY: all-zero is a value of this plain C structure.
        Self(UnsafeCell::new(unsafe { core::mem::zeroed() }))
    }

    /// Makes it an event that is not signalled.
    pub(crate) fn init(&self) {
        // SAFETY: the memory is ours, and nobody waits on an event before it is initialised.
        unsafe { KeInitializeEvent(self.0.get(), NotificationEvent, 0) };
    }

    /// Signals it.
    pub(crate) fn set(&self) {
        // SAFETY: initialised by `init`.
        unsafe { KeSetEvent(self.0.get(), 0, 0) };
    }

    /// Waits until it is signalled or the time is over; false if it was not signalled.
    pub(crate) fn wait(&self, seconds: i64) -> bool {
        wait(self.0.get(), seconds) == status::SUCCESS
    }
}

fn wait(event: *mut KEVENT, seconds: i64) -> NTSTATUS {
    // Negative is relative, in units of 100 ns.
    let mut timeout = LARGE_INTEGER {
        QuadPart: seconds * -10_000_000,
    };
    let timeout = if seconds == 0 {
        ptr::null_mut()
    } else {
        ptr::from_mut(&mut timeout)
    };
    // SAFETY: the event is initialised and outlives the wait; a wait that blocks needs
    // PASSIVE_LEVEL, which is where every caller runs.
    unsafe { KeWaitForSingleObject(event.cast(), Executive, 0, 0, timeout) }
}

/// A lock that may be held across anything that waits.
pub(crate) struct Mutex<T> {
    event: UnsafeCell<KEVENT>,
    value: UnsafeCell<T>,
}

// SAFETY: the event lets one thread in at a time.
unsafe impl<T: Send> Sync for Mutex<T> {}

impl<T> Mutex<T> {
    /// A lock that [`Mutex::init`] must be called on first.
    pub(crate) const fn new(value: T) -> Self {
        Self {
            // SAFETY: all-zero is a value of this plain C structure.
            event: UnsafeCell::new(unsafe { core::mem::zeroed() }),
            value: UnsafeCell::new(value),
        }
    }

    /// Makes it usable. Called once, from DriverEntry.
    pub(crate) fn init(&self) {
        // SAFETY: nobody uses the lock before DriverEntry returns.
        unsafe { KeInitializeEvent(self.event.get(), SynchronizationEvent, 1) };
    }

    /// Waits for the lock. PASSIVE_LEVEL.
    pub(crate) fn lock(&self) -> Guard<'_, T> {
        wait(self.event.get(), 0);
        Guard(self)
    }
}

/// A lock that is held.
pub(crate) struct Guard<'a, T>(&'a Mutex<T>);

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the lock is held.
        unsafe { &*self.0.value.get() }
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the lock is held, and `self` is borrowed mutably.
        unsafe { &mut *self.0.value.get() }
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        // SAFETY: initialised by `init`; setting it lets the next thread in.
        unsafe { KeSetEvent(self.0.event.get(), 0, 0) };
    }
}
