//! `WdfSpinLock*` and `WdfWaitLock*`.

use core::cell::Cell;
use core::sync::atomic::{AtomicU8, AtomicU32, Ordering};

use wdk_sys::{
    LONGLONG, NTSTATUS, PLONGLONG, PWDF_DRIVER_GLOBALS, PWDF_OBJECT_ATTRIBUTES, WDFSPINLOCK,
    WDFWAITLOCK,
};

use crate::call::Call;
use crate::irql::{self, Held};
use crate::object::{Body, Kind};
use crate::sync::{Event, Locked, lock};
use crate::verifier::{Violation, rule};
use crate::{ffi, nt, status};

#[derive(Default)]
pub(crate) struct SpinBody {
    /// The thread that holds it, 0: none.
    owner: AtomicU32,
    old_irql: AtomicU8,
}

pub(crate) struct WaitBody {
    state: Locked<WaitState>,
    freed: Event,
}

#[derive(Default)]
struct WaitState {
    owner: Cell<u32>,
}

impl Body for SpinBody {
    const KIND: Kind = Kind::SpinLock;
    type Raw = wdk_sys::WDFSPINLOCK__;
}

impl Body for WaitBody {
    const KIND: Kind = Kind::WaitLock;
    type Raw = wdk_sys::WDFWAITLOCK__;
}

fn make<T: Body>(
    call: &Call,
    attributes: PWDF_OBJECT_ATTRIBUTES,
    out: *mut *mut T::Raw,
    body: impl FnOnce() -> T,
) -> NTSTATUS {
    if !call.dispatch() {
        return status::INVALID_PARAMETER;
    }
    call.make(attributes, out, || Ok(body()))
}

pub(crate) unsafe extern "C" fn spin_create(
    globals: PWDF_DRIVER_GLOBALS,
    attributes: PWDF_OBJECT_ATTRIBUTES,
    out: *mut WDFSPINLOCK,
) -> NTSTATUS {
    make(
        &Call::new(globals, "WdfSpinLockCreate"),
        attributes,
        out,
        SpinBody::default,
    )
}

pub(crate) unsafe extern "C" fn spin_acquire(globals: PWDF_DRIVER_GLOBALS, raw: WDFSPINLOCK) {
    let call = Call::new(globals, "WdfSpinLockAcquire");
    let Some(spin) = call.get::<SpinBody>(raw) else {
        return;
    };
    if !call.dispatch() {
        return;
    }
    let me = nt::thread_id();
    let mut turns = 0_u32;
    while let Err(owner) =
        spin.owner
            .compare_exchange_weak(0, me, Ordering::Acquire, Ordering::Relaxed)
    {
        if owner == me {
            call.finding(
                rule::LOCK_RECURSIVE,
                Violation::Lock,
                format_args!("{:#x} is already held by this thread", spin.object.handle),
            );
            return;
        }
        turns = turns.wrapping_add(1);
        if turns.is_multiple_of(64) {
            nt::yield_now();
        } else {
            core::hint::spin_loop();
        }
    }
    irql::took(Held::Spin);
    spin.old_irql
        .store(irql::set(irql::DISPATCH), Ordering::Relaxed);
}

pub(crate) unsafe extern "C" fn spin_release(globals: PWDF_DRIVER_GLOBALS, raw: WDFSPINLOCK) {
    let call = Call::new(globals, "WdfSpinLockRelease");
    let Some(spin) = call.get::<SpinBody>(raw) else {
        return;
    };
    if spin.owner.load(Ordering::Relaxed) != nt::thread_id() {
        call.finding(
            rule::LOCK_NOT_HELD,
            Violation::Lock,
            format_args!("{:#x} is not held by this thread", spin.object.handle),
        );
        return;
    }
    let old = spin.old_irql.load(Ordering::Relaxed);
    spin.owner.store(0, Ordering::Release);
    irql::gave_back(Held::Spin);
    irql::set(old);
}

pub(crate) unsafe extern "C" fn wait_create(
    globals: PWDF_DRIVER_GLOBALS,
    attributes: PWDF_OBJECT_ATTRIBUTES,
    out: *mut WDFWAITLOCK,
) -> NTSTATUS {
    make(
        &Call::new(globals, "WdfWaitLockCreate"),
        attributes,
        out,
        || WaitBody {
            state: Locked::default(),
            freed: Event::synchronization(),
        },
    )
}

pub(crate) unsafe extern "C" fn wait_acquire(
    globals: PWDF_DRIVER_GLOBALS,
    raw: WDFWAITLOCK,
    timeout: PLONGLONG,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfWaitLockAcquire");
    let Some(wait) = call.get::<WaitBody>(raw) else {
        return status::INVALID_PARAMETER;
    };
    let timeout: Option<LONGLONG> = ffi::get(timeout.cast_const()).copied();
    // With a timeout of zero it may be tried at DISPATCH_LEVEL too.
    let allowed = if timeout == Some(0) {
        call.dispatch()
    } else {
        call.passive()
    };
    if !allowed {
        return status::INVALID_DEVICE_REQUEST;
    }
    let me = nt::thread_id();
    // A relative timeout runs from now, whatever wakes this thread in between.
    let deadline = timeout.map(|time| {
        if time < 0 {
            nt::interrupt_time() - time
        } else {
            time
        }
    });
    loop {
        {
            let guard = lock();
            let owner = &wait.state.get(&guard).owner;
            if owner.get() == 0 {
                owner.set(me);
                drop(guard);
                irql::took(Held::Wait);
                return status::SUCCESS;
            }
            if owner.get() == me && timeout.is_none() {
                drop(guard);
                call.finding(
                    rule::LOCK_RECURSIVE,
                    Violation::Lock,
                    format_args!("{:#x} is already held by this thread", wait.object.handle),
                );
                return status::INVALID_DEVICE_REQUEST;
            }
        }
        match (timeout, deadline) {
            (Some(0), _) => return status::TIMEOUT,
            (Some(relative), Some(deadline)) if relative < 0 => {
                let left = deadline - nt::interrupt_time();
                if left <= 0 || !wait.freed.wait_for(-left) {
                    return status::TIMEOUT;
                }
            }
            (Some(absolute), _) => {
                if !wait.freed.wait_for(absolute) {
                    return status::TIMEOUT;
                }
            }
            (None, _) => wait.freed.wait(),
        }
    }
}

pub(crate) unsafe extern "C" fn wait_release(globals: PWDF_DRIVER_GLOBALS, raw: WDFWAITLOCK) {
    let call = Call::new(globals, "WdfWaitLockRelease");
    let Some(wait) = call.get::<WaitBody>(raw) else {
        return;
    };
    let held = {
        let guard = lock();
        let owner = &wait.state.get(&guard).owner;
        let held = owner.get() == nt::thread_id();
        if held {
            owner.set(0);
        }
        held
    };
    if held {
        irql::gave_back(Held::Wait);
        wait.freed.set();
    } else {
        call.finding(
            rule::LOCK_NOT_HELD,
            Violation::Lock,
            format_args!("{:#x} is not held by this thread", wait.object.handle),
        );
    }
}
