//! The routines that the drivers above registered, called when the model says so.
//!
//! Each unit has a timer for it: its callback runs at DISPATCH_LEVEL with no lock held, and takes
//! the unit's calls from the model one by one. When a unit leaves, the model forgets its calls,
//! and the device waits for the timer's callback before it is deleted: nothing is called after
//! that.

use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicPtr, AtomicU8, Ordering};

use plug61883_abi::av61883::{BusGenerationNode, MonitorInfo, PlugNotifyInfo};
use plug61883_wdf::{Device, SpinLockGuard, Timer, TimerEvents};
use sim61883_model::bus::MAX_DEVICES;
use sim61883_model::{Call, DeviceRef, Lab, NodeRef, Notification};
use wdk_sys::{PVOID, WDFTIMER__};

use crate::LAB;
use crate::request::Pending;
use crate::unit;

/// Who calls for the unit in a slot. Read and changed under the lock of [`LAB`] only.
struct Caller {
    /// Timer of the unit, null without one.
    timer: AtomicPtr<WDFTIMER__>,
    /// [`IDLE`], [`STARTED`] or [`CALLING`].
    state: AtomicU8,
}

/// The timer does not run.
const IDLE: u8 = 0;
/// The timer will fire.
const STARTED: u8 = 1;
/// The timer's callback takes calls until there are none.
const CALLING: u8 = 2;

static CALLERS: [Caller; MAX_DEVICES] = [const {
    Caller {
        timer: AtomicPtr::new(ptr::null_mut()),
        state: AtomicU8::new(IDLE),
    }
}; MAX_DEVICES];

/// The lab, locked.
type Locked<'a> = SpinLockGuard<'a, Lab<Pending>>;

fn caller(unit: DeviceRef) -> Option<&'static Caller> {
    CALLERS.get(usize::from(unit.slot()))
}

/// `unit` has come; its calls are made by `timer`.
pub(crate) fn unit_arrived(_lab: &Locked<'_>, unit: DeviceRef, timer: Timer) {
    if let Some(caller) = caller(unit) {
        caller.timer.store(timer.raw(), Ordering::Relaxed);
        caller.state.store(IDLE, Ordering::Relaxed);
    }
}

/// `unit` has left: its timer is started no more.
pub(crate) fn unit_left(_lab: &Locked<'_>, unit: DeviceRef) {
    if let Some(caller) = caller(unit) {
        caller.timer.store(ptr::null_mut(), Ordering::Relaxed);
    }
}

/// Has the calls made that are to be made: whatever changes the simulation ends with this.
/// (DISPATCH_LEVEL, for the lock is held)
pub(crate) fn start(lab: &Locked<'_>) {
    let simulation = &lab.simulation;
    if !simulation.callbacks.any_due() {
        return;
    }
    for unit in simulation.bus().devices() {
        if let Some(caller) = caller(unit)
            && caller.state.load(Ordering::Relaxed) == IDLE
            && simulation.callbacks.due(unit)
        {
            let timer = caller.timer.load(Ordering::Relaxed);
            if !timer.is_null() {
                caller.state.store(STARTED, Ordering::Relaxed);
                // SAFETY: the handle is that of the unit's timer. The unit has not left, so its
                // device is not deleted before the lock is given back.
                let timer = unsafe { Timer::from_raw(timer) };
                timer.start(u64::from(simulation.callbacks.delay_ms()).max(1));
            }
        }
    }
}

/// Callback of the timer that makes a unit's calls.
pub(crate) struct Calls;

impl TimerEvents for Calls {
    fn fired(device: Device) {
        let Some(unit) = unit::of(device) else {
            return;
        };
        let mut first = true;
        while let Some(notification) = take(unit, first) {
            first = false;
            call(notification);
        }
    }
}

/// Takes the next call for `unit`. Only one callback of its timer does so at a time, for calls are
/// made in order.
fn take(unit: DeviceRef, first: bool) -> Option<Notification> {
    let mut lab = LAB.lock();
    // Another unit may be in the slot already.
    lab.simulation.bus().node(NodeRef::Device(unit))?;
    let caller = caller(unit)?;
    if first && caller.state.swap(CALLING, Ordering::Relaxed) == CALLING {
        return None;
    }
    let taken = lab.simulation.callbacks.take(unit);
    if taken.is_none() {
        caller.state.store(IDLE, Ordering::Relaxed);
    }
    taken
}

/// Calls a routine. (DISPATCH_LEVEL)
fn call(notification: Notification) {
    type BusReset = unsafe extern "C" fn(PVOID, *mut BusGenerationNode);
    type Monitor = unsafe extern "C" fn(*mut MonitorInfo);
    type Plug = unsafe extern "C" fn(*mut PlugNotifyInfo);

    let Some(routine) = NonNull::new(pointer(notification.routine)) else {
        return;
    };
    let routine = routine.as_ptr();
    match notification.call {
        Call::BusReset { context, mut node } => {
            // SAFETY: a driver above registered the routine as one of this type. Drivers stay
            // loaded while their device is in the unit's stack, which the unit is still part of.
            unsafe {
                let routine = core::mem::transmute::<PVOID, BusReset>(routine);
                routine(pointer(context), &raw mut node);
            }
        }
        Call::Monitor(mut info) => {
            // SAFETY: as above.
            unsafe {
                let routine = core::mem::transmute::<PVOID, Monitor>(routine);
                routine(&raw mut info);
            }
        }
        Call::Plug(mut info) => {
            // SAFETY: as above.
            unsafe {
                let routine = core::mem::transmute::<PVOID, Plug>(routine);
                routine(&raw mut info);
            }
        }
    }
}

/// An address of the drivers above as a pointer.
fn pointer(address: u64) -> PVOID {
    // Addresses have 64 bits here.
    ptr::with_exposed_provenance_mut(address as usize)
}
