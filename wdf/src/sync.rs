//! Locks and events.

use core::cell::UnsafeCell;
use core::ops::{Deref, DerefMut};
use core::ptr;
use core::sync::atomic::{AtomicPtr, Ordering};

use wdk_sys::{
    KEVENT, LARGE_INTEGER, WDFSPINLOCK__, WDFWAITLOCK__, call_unsafe_wdf_function_binding, ntddk,
};

use crate::{Attributes, NtStatus, Result, check};

macro_rules! lock_type {
    ($(#[$meta:meta])* $name:ident, $guard:ident, $raw:ty, $create:ident) => {
        $(#[$meta])*
        pub struct $name<T> {
            handle: AtomicPtr<$raw>,
            value: UnsafeCell<T>,
        }

        // SAFETY: the value is reached under the lock only.
        unsafe impl<T: Send> Sync for $name<T> {}

        impl<T> $name<T> {
            /// A lock over `value`, for a static; [`Self::init`] comes before the first use.
            #[must_use]
            pub const fn new(value: T) -> Self {
                Self { handle: AtomicPtr::new(ptr::null_mut()), value: UnsafeCell::new(value) }
            }

            #[doc = concat!("Makes the framework's lock, which lives as long as its parent. (`",
                stringify!($create), "`, PASSIVE_LEVEL)")]
            ///
            /// # Errors
            /// `STATUS_INSUFFICIENT_RESOURCES`.
            pub fn init(&self, mut attributes: Attributes) -> Result<()> {
                let mut handle: *mut $raw = ptr::null_mut();
                // SAFETY: the structures are live locals.
                check(unsafe {
                    call_unsafe_wdf_function_binding!($create, attributes.raw(), &raw mut handle)
                })?;
                self.handle.store(handle, Ordering::Release);
                Ok(())
            }
        }

        /// The lock is held while this lives.
        pub struct $guard<'a, T>(&'a $name<T>);

        impl<T> Deref for $guard<'_, T> {
            type Target = T;

            fn deref(&self) -> &T {
                // SAFETY: the lock is held.
                unsafe { &*self.0.value.get() }
            }
        }

        impl<T> DerefMut for $guard<'_, T> {
            fn deref_mut(&mut self) -> &mut T {
                // SAFETY: the lock is held, and the guard is borrowed mutably.
                unsafe { &mut *self.0.value.get() }
            }
        }
    };
}

lock_type! {
    /// A value under a spin lock. Holding it means DISPATCH_LEVEL.
    SpinLock, SpinLockGuard, WDFSPINLOCK__, WdfSpinLockCreate
}

lock_type! {
    /// A value under a wait lock, for PASSIVE_LEVEL.
    WaitLock, WaitLockGuard, WDFWAITLOCK__, WdfWaitLockCreate
}

impl<T> SpinLock<T> {
    /// Takes the lock. Not recursive. (`WdfSpinLockAcquire`, IRQL <= DISPATCH_LEVEL)
    pub fn lock(&self) -> SpinLockGuard<'_, T> {
        // SAFETY: `init` made the handle, see `new`.
        unsafe {
            call_unsafe_wdf_function_binding!(
                WdfSpinLockAcquire,
                self.handle.load(Ordering::Acquire)
            );
        }
        SpinLockGuard(self)
    }
}

impl<T> Drop for SpinLockGuard<'_, T> {
    fn drop(&mut self) {
        // SAFETY: the guard says that this thread holds the lock.
        unsafe {
            call_unsafe_wdf_function_binding!(
                WdfSpinLockRelease,
                self.0.handle.load(Ordering::Acquire)
            );
        }
    }
}

impl<T> WaitLock<T> {
    /// Takes the lock, however long it takes. Not recursive. (`WdfWaitLockAcquire`,
    /// PASSIVE_LEVEL)
    pub fn lock(&self) -> WaitLockGuard<'_, T> {
        // SAFETY: `init` made the handle, see `new`; without a timeout the call can't fail.
        unsafe {
            let _ = call_unsafe_wdf_function_binding!(
                WdfWaitLockAcquire,
                self.handle.load(Ordering::Acquire),
                ptr::null_mut()
            );
        }
        WaitLockGuard(self)
    }
}

impl<T> Drop for WaitLockGuard<'_, T> {
    fn drop(&mut self) {
        // SAFETY: the guard says that this thread holds the lock.
        unsafe {
            call_unsafe_wdf_function_binding!(
                WdfWaitLockRelease,
                self.0.handle.load(Ordering::Acquire)
            );
        }
    }
}

/// A notification event, to live in an object context: it must not move.
#[repr(transparent)]
pub struct Event(UnsafeCell<KEVENT>);

// SAFETY: the kernel's event routines lock.
unsafe impl Sync for Event {}

impl Event {
    /// Readies the event, not signalled; once, before any other use. (`KeInitializeEvent`)
    pub fn init(&self) {
        // SAFETY: the memory is the event's own and does not move, see the type.
        unsafe {
            ntddk::KeInitializeEvent(self.0.get(), wdk_sys::_EVENT_TYPE::NotificationEvent, 0);
        }
    }

    /// Signals it. (`KeSetEvent` without wait, IRQL <= DISPATCH_LEVEL)
    pub fn set(&self) {
        // SAFETY: `init` readied the event.
        unsafe {
            ntddk::KeSetEvent(self.0.get(), 0, 0);
        }
    }

    /// Takes the signal back. (`KeClearEvent`, IRQL <= DISPATCH_LEVEL)
    pub fn clear(&self) {
        // SAFETY: `init` readied the event.
        unsafe { ntddk::KeClearEvent(self.0.get()) }
    }

    /// Waits until it is signalled, at most `milliseconds`; tells whether it was.
    /// (`KeWaitForSingleObject`, PASSIVE_LEVEL)
    #[must_use]
    pub fn wait(&self, milliseconds: u32) -> bool {
        // Relative times are negative, in units of 100 ns.
        let mut timeout = LARGE_INTEGER {
            QuadPart: i64::from(milliseconds).saturating_mul(-10_000),
        };
        // SAFETY: `init` readied the event, the timeout is a live local.
        let status = unsafe {
            ntddk::KeWaitForSingleObject(
                self.0.get().cast(),
                wdk_sys::_KWAIT_REASON::Executive,
                wdk_sys::_MODE::KernelMode as wdk_sys::KPROCESSOR_MODE,
                0,
                &raw mut timeout,
            )
        };
        NtStatus::from_raw(status) == NtStatus::SUCCESS
    }
}
