//! The filter device of a unit: it arrives, requests for it time out, it leaves.

use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, Ordering};

use plug61883_abi::ids::UnitId;
use plug61883_engine::Scratch;
use plug61883_wdf::{
    Attributes, Device, DeviceInit, Event, Handle, NtStatus, PnpEvents, Presence, Result, Timer,
    TimerEvents, WorkItem, WorkItemEvents, context_type,
};
use wdk_sys::{WDFTIMER__, WDFWORKITEM__};

use crate::control::CONTROL;
use crate::foreign::Followed;
use crate::shell::{STATE, input, run, run_raised};
use crate::transfer::Transfer;
use crate::{callbacks, request};

/// How long a unit that is removed in good order may take to undo what was made through it.
const QUIET_MS: u32 = 3_000;

/// How long it may take after a surprise: its device can't answer any more, but its lower drivers
/// still forget what they were asked to keep.
const SURPRISED_MS: u32 = 500;

/// How long a question for removal leaves the protocol driver for what it was asked to cancel.
const CANCEL_MS: u32 = 500;

/// How often a leaving unit looks whether other threads are done with it.
const RETRY_MS: u32 = 5;

/// Context of a filter device.
pub(crate) struct UnitContext {
    /// It keeps the control device.
    present: Presence,
    /// [`UnitId`]; 0 while the engine does not know the unit.
    id: AtomicU64,
    /// The hardware is gone: nothing can be asked of it.
    surprised: AtomicBool,
    /// Set when nothing of the leaving unit is under way any more.
    pub(crate) quiet: Event,
    /// Requests of other drivers that are followed.
    pub(crate) followed: Followed,
    timer: AtomicPtr<WDFTIMER__>,
    work: AtomicPtr<WDFWORKITEM__>,
}

context_type!(UnitContext, c"UnitContext");

impl UnitContext {
    pub(crate) fn unit(&self) -> Option<UnitId> {
        match UnitId(self.id.load(Ordering::Acquire)) {
            UnitId::NONE => None,
            id => Some(id),
        }
    }

    pub(crate) fn work(&self) -> Option<WorkItem> {
        let raw = self.work.load(Ordering::Acquire);
        // SAFETY: a handle that is not null is that of the device's work item, which lives as
        // long as the device.
        (!raw.is_null()).then(|| unsafe { WorkItem::from_raw(raw) })
    }

    pub(crate) fn timer(&self) -> Option<Timer> {
        let raw = self.timer.load(Ordering::Acquire);
        // SAFETY: a handle that is not null is that of the device's timer, which lives as long
        // as the device.
        (!raw.is_null()).then(|| unsafe { Timer::from_raw(raw) })
    }
}

/// Puts a filter device on a unit's stack. (PASSIVE_LEVEL)
pub(crate) fn add(mut init: DeviceInit<'_>) -> Result<()> {
    init.set_filter();
    init.set_pnp_events::<Filter>();
    init.set_passing_events::<Filter>()?;
    let device = init.create(Attributes::new().context::<UnitContext>())?;
    let timer = Timer::create::<Filter>(device)?;
    let work = WorkItem::create::<Filter>(device)?;
    if let Some(context) = device.context::<UnitContext>() {
        context.quiet.init();
        context.timer.store(timer.raw(), Ordering::Release);
        context.work.store(work.raw(), Ordering::Release);
    }
    Ok(())
}

/// The callbacks of a filter device.
pub(crate) struct Filter;

impl PnpEvents for Filter {
    /// The stack has started. A unit that can't be managed (the table is full, memory is short)
    /// still works: its filter passes everything through and the unit is not listed.
    fn io_init(device: Device) -> Result<()> {
        if let Some(context) = device.context::<UnitContext>()
            && CONTROL.unit_arrived(&context.present).is_ok()
            && arrive(device, context).is_err()
        {
            CONTROL.unit_left(&context.present);
        }
        Ok(())
    }

    /// The stack is about to stop or to sleep, or the unit to leave.
    fn io_suspend(device: Device) -> Result<()> {
        if let Some((_, unit)) = unit_of(device) {
            input().engine.unit_suspended(unit);
        }
        Ok(())
    }

    fn io_restart(device: Device) -> Result<()> {
        if let Some((_, unit)) = unit_of(device) {
            input().engine.unit_restarted(unit);
            run();
        }
        Ok(())
    }

    /// A removal in good order waits for all requests, also for one that the protocol driver does
    /// not give back; the whole PnP manager would wait with it.
    fn query_remove(device: Device) -> Result<()> {
        let Some((context, unit)) = unit_of(device) else {
            return Ok(());
        };
        for _ in 0..CANCEL_MS / RETRY_MS {
            if !STATE.lock().engine.unit_is_stuck(unit) {
                return Ok(());
            }
            let _ = context.quiet.wait(RETRY_MS);
        }
        Err(NtStatus::DEVICE_BUSY)
    }

    fn surprise_removal(device: Device) {
        if let Some(context) = device.context::<UnitContext>() {
            context.surprised.store(true, Ordering::Release);
        }
    }

    /// The unit is going.
    fn io_flush(device: Device) {
        let Some((context, unit)) = unit_of(device) else {
            return;
        };
        input().engine.unit_leaving(unit);
        run();
        let surprised = context.surprised.load(Ordering::Acquire);
        // What is not done by then is cancelled in `io_cleanup`.
        let _ = context
            .quiet
            .wait(if surprised { SURPRISED_MS } else { QUIET_MS });
    }

    fn io_cleanup(device: Device) {
        let Some((context, unit)) = unit_of(device) else {
            return;
        };
        device.io_target().purge_and_wait();
        leave(context, unit);
        if let Some(timer) = context.timer() {
            timer.stop_and_wait();
        }
        if let Some(work) = context.work() {
            work.flush();
        }
        CONTROL.unit_left(&context.present);
    }
}

/// Makes the unit of a device known, with what its keeper takes.
fn arrive(device: Device, context: &UnitContext) -> Result<()> {
    let unit = {
        let mut state = input();
        let unit = state.engine.unit_arrived()?;
        state.set_device(unit, Some(device));
        unit
    };
    context.id.store(unit.0, Ordering::Release);
    let kept = reserve_keeper(device, unit);
    if kept.is_err() {
        leave(context, unit);
    }
    run();
    kept
}

fn reserve_keeper(device: Device, unit: UnitId) -> Result<()> {
    let key = input().engine.reserve_keeper(unit)?;
    match Transfer::create(device, Scratch::SHORT, false) {
        Ok(transfer) => {
            let mut state = input();
            if let Some(slot) = state.slot(key) {
                slot.transfer = Some(transfer);
            }
            state.engine.adopt_keeper(unit, key);
            Ok(())
        }
        Err(status) => {
            request::release(key);
            Err(status)
        }
    }
}

/// Nothing of the unit is with the lower drivers any more: what is left of it is freed.
fn leave(context: &UnitContext, unit: UnitId) {
    input().engine.unit_left(unit);
    run();
    context.id.store(0, Ordering::Release);
    // Another thread may be at one of its requests still, for a moment.
    let is_done = || {
        STATE.lock().engine.unit_is_empty(unit)
            && context.followed.is_empty()
            && callbacks::are_done()
    };
    context.quiet.clear();
    while !is_done() {
        let _ = context.quiet.wait(RETRY_MS);
        run();
    }
    STATE.lock().set_device(unit, None);
}

impl WorkItemEvents for Filter {
    fn work(device: Device) {
        if let Some((_, unit)) = unit_of(device) {
            input().engine.resume(unit);
            run();
        }
    }
}

impl TimerEvents for Filter {
    fn fired(device: Device) {
        let Some((_, unit)) = unit_of(device) else {
            return;
        };
        input().engine.expire(unit);
        run_raised();
    }
}

fn unit_of<'a>(device: Device) -> Option<(&'a UnitContext, UnitId)> {
    let context = device.context::<UnitContext>()?;
    context.unit().map(|unit| (context, unit))
}
