//! Timers, work items and clocks.

use wdk_sys::{
    LARGE_INTEGER, WDF_TIMER_CONFIG, WDF_WORKITEM_CONFIG, WDFTIMER, WDFWORKITEM,
    call_unsafe_wdf_function_binding, ntddk,
};

use crate::object::handle_type;
use crate::{Attributes, Device, Result, check, size_field};

handle_type! {
    /// A one-shot timer.
    Timer(WDFTIMER)
}

/// Callback of a timer.
pub trait TimerEvents {
    /// The time is over (`EvtTimerFunc`, DISPATCH_LEVEL). `device` is the timer's parent.
    fn fired(device: Device);
}

impl Timer {
    /// Makes a timer that is deleted with `device`. (`WdfTimerCreate`, IRQL <= DISPATCH_LEVEL)
    ///
    /// # Errors
    /// The framework's status.
    pub fn create<E: TimerEvents>(device: Device) -> Result<Self> {
        let mut config = WDF_TIMER_CONFIG {
            Size: size_field::<WDF_TIMER_CONFIG>(),
            EvtTimerFunc: Some(fired::<E>),
            ..WDF_TIMER_CONFIG::default()
        };
        let mut attributes = Attributes::new().parent(device);
        let mut handle: WDFTIMER = core::ptr::null_mut();
        // SAFETY: the structures are live locals.
        check(unsafe {
            call_unsafe_wdf_function_binding!(
                WdfTimerCreate,
                &raw mut config,
                attributes.raw(),
                &raw mut handle
            )
        })?;
        Ok(Self(handle))
    }

    /// Fires once, `milliseconds` from now; an earlier start is forgotten. (`WdfTimerStart`,
    /// IRQL <= DISPATCH_LEVEL)
    pub fn start(self, milliseconds: u64) {
        let due = i64::try_from(milliseconds)
            .unwrap_or(i64::MAX)
            .saturating_mul(-10_000);
        // SAFETY: the handle is that of a live timer.
        unsafe {
            let _ = call_unsafe_wdf_function_binding!(WdfTimerStart, self.0, due);
        }
    }

    /// Fires no more, and the callback has returned. (`WdfTimerStop` with wait, PASSIVE_LEVEL)
    pub fn stop_and_wait(self) {
        // SAFETY: the handle is that of a live timer.
        unsafe {
            let _ = call_unsafe_wdf_function_binding!(WdfTimerStop, self.0, 1);
        }
    }
}

extern "C" fn fired<E: TimerEvents>(timer: WDFTIMER) {
    // SAFETY: the timer is live in its callback, and `Timer::create` gave it a device as parent.
    let device = unsafe {
        Device::from_raw(call_unsafe_wdf_function_binding!(WdfTimerGetParentObject, timer).cast())
    };
    E::fired(device);
}

handle_type! {
    /// Has a callback run at PASSIVE_LEVEL.
    WorkItem(WDFWORKITEM)
}

/// Callback of a work item.
pub trait WorkItemEvents {
    /// At PASSIVE_LEVEL, once for all enqueues before it (`EvtWorkItem`). `device` is the work
    /// item's parent.
    fn work(device: Device);
}

impl WorkItem {
    /// Makes a work item that is deleted with `device`. (`WdfWorkItemCreate`, PASSIVE_LEVEL)
    ///
    /// # Errors
    /// The framework's status.
    pub fn create<E: WorkItemEvents>(device: Device) -> Result<Self> {
        let mut config = WDF_WORKITEM_CONFIG {
            Size: size_field::<WDF_WORKITEM_CONFIG>(),
            EvtWorkItemFunc: Some(work::<E>),
            AutomaticSerialization: 0,
        };
        let mut attributes = Attributes::new().parent(device);
        let mut handle: WDFWORKITEM = core::ptr::null_mut();
        // SAFETY: the structures are live locals.
        check(unsafe {
            call_unsafe_wdf_function_binding!(
                WdfWorkItemCreate,
                &raw mut config,
                attributes.raw(),
                &raw mut handle
            )
        })?;
        Ok(Self(handle))
    }

    /// Has the callback run soon. (`WdfWorkItemEnqueue`, IRQL <= DISPATCH_LEVEL)
    pub fn enqueue(self) {
        // SAFETY: the handle is that of a live work item.
        unsafe { call_unsafe_wdf_function_binding!(WdfWorkItemEnqueue, self.0) }
    }

    /// The callback runs no more, unless it is enqueued again. (`WdfWorkItemFlush`,
    /// PASSIVE_LEVEL)
    pub fn flush(self) {
        // SAFETY: the handle is that of a live work item, and this is not its callback.
        unsafe { call_unsafe_wdf_function_binding!(WdfWorkItemFlush, self.0) }
    }
}

extern "C" fn work<E: WorkItemEvents>(item: WDFWORKITEM) {
    // SAFETY: the item is live in its callback, and `WorkItem::create` gave it a device as
    // parent.
    let device = unsafe {
        Device::from_raw(call_unsafe_wdf_function_binding!(WdfWorkItemGetParentObject, item).cast())
    };
    E::work(device);
}

/// A clock that never goes back, in milliseconds. (`KeQueryPerformanceCounter`, any IRQL)
#[must_use]
pub fn milliseconds() -> u64 {
    clock(1_000)
}

/// The same clock in microseconds.
#[must_use]
pub fn microseconds() -> u64 {
    clock(1_000_000)
}

fn clock(units_per_second: u64) -> u64 {
    let mut frequency = LARGE_INTEGER::default();
    // SAFETY: the out pointer is a live local; both unions hold 64-bit values.
    let (ticks, frequency) = unsafe {
        let ticks = ntddk::KeQueryPerformanceCounter(&raw mut frequency).QuadPart;
        (
            ticks.unsigned_abs(),
            frequency.QuadPart.unsigned_abs().max(1),
        )
    };
    let seconds = ticks.checked_div(frequency).unwrap_or(0);
    let rest = ticks.checked_rem(frequency).unwrap_or(0);
    let rest = rest
        .saturating_mul(units_per_second)
        .checked_div(frequency)
        .unwrap_or(0);
    seconds
        .saturating_mul(units_per_second)
        .saturating_add(rest)
}

/// System time in units of 100 ns since 1601. (`KeQuerySystemTimePrecise`, any IRQL)
#[must_use]
pub fn system_time() -> u64 {
    let mut time = LARGE_INTEGER::default();
    // SAFETY: the out pointer is a live local; the union holds a 64-bit value.
    unsafe {
        ntddk::KeQuerySystemTimePrecise(&raw mut time);
        time.QuadPart.unsigned_abs()
    }
}

/// Id of the process in whose context this runs. (`PsGetCurrentProcessId`, any IRQL)
#[must_use]
pub fn process_id() -> u32 {
    // SAFETY: no arguments. Process ids fit 32 bits.
    unsafe { ntddk::PsGetCurrentProcessId().addr() as u32 }
}

/// Id of the thread on which this runs. (`PsGetCurrentThreadId`, any IRQL)
#[must_use]
pub fn thread_id() -> usize {
    // SAFETY: no arguments.
    unsafe { ntddk::PsGetCurrentThreadId().addr() }
}
