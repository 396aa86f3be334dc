//! The filter device of a unit: it arrives, requests for it time out, it leaves.

use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, Ordering};

use plug61883_abi::ids::UnitId;
use plug61883_wdf::{
    Attributes, Device, DeviceInit, Event, Handle, PnpEvents, Result, Timer, TimerEvents, WorkItem,
    WorkItemEvents, context_type, milliseconds,
};
use wdk_sys::{WDFTIMER__, WDFWORKITEM__};

use crate::control;
use crate::shell::{STATE, run, run_raised};

/// How long a unit that is removed in good order may take to break its connections.
const QUIET_MS: u32 = 3_000;

/// How often a leaving unit looks whether other threads are done with it.
const RETRY_MS: u32 = 5;

/// Context of a filter device.
pub(crate) struct UnitContext {
    /// [`UnitId`]; 0 while the engine does not know the unit.
    id: AtomicU64,
    /// The hardware is gone: nothing can be asked of it.
    surprised: AtomicBool,
    /// Set when nothing of the leaving unit is under way any more.
    pub(crate) quiet: Event,
    timer: AtomicPtr<WDFTIMER__>,
    work: AtomicPtr<WDFWORKITEM__>,
}

context_type!(UnitContext, c"UnitContext");

impl UnitContext {
    fn unit(&self) -> Option<UnitId> {
        match UnitId(self.id.load(Ordering::Acquire)) {
            UnitId::NONE => None,
            id => Some(id),
        }
    }

    fn work(&self) -> Option<WorkItem> {
        let raw = self.work.load(Ordering::Acquire);
        // SAFETY: a handle that is not null is that of the device's work item, which lives as
        // long as the device.
        (!raw.is_null()).then(|| unsafe { WorkItem::from_raw(raw) })
    }

    fn timer(&self) -> Option<Timer> {
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

/// The unit's earliest deadline has changed: sets its timer.
pub(crate) fn set_timer(device: Device, unit: UnitId) {
    let deadline = STATE.lock().engine.next_deadline(unit);
    if let Some(deadline) = deadline
        && let Some(timer) = device.context::<UnitContext>().and_then(UnitContext::timer)
    {
        timer.start(deadline.saturating_sub(milliseconds()).max(1));
    }
}

/// Something of the unit is to be sent, which must be done at PASSIVE_LEVEL.
pub(crate) fn resume_soon(device: Device) {
    if let Some(work) = device.context::<UnitContext>().and_then(UnitContext::work) {
        work.enqueue();
    }
}

struct Filter;

impl PnpEvents for Filter {
    /// The stack has started. A unit that can't be managed (the table is full, memory is short)
    /// still works: its filter passes everything through and the unit is not listed.
    fn io_init(device: Device) -> Result<()> {
        let Some(context) = device.context::<UnitContext>() else {
            return Ok(());
        };
        if control::unit_arrived().is_err() {
            return Ok(());
        }
        let arrived = {
            let mut state = STATE.lock();
            state
                .engine
                .unit_arrived()
                .inspect(|unit| state.set_device(*unit, Some(device)))
        };
        match arrived {
            Ok(unit) => context.id.store(unit.0, Ordering::Release),
            Err(_) => control::unit_left(),
        }
        Ok(())
    }

    fn surprise_removal(device: Device) {
        if let Some(context) = device.context::<UnitContext>() {
            context.surprised.store(true, Ordering::Release);
        }
    }

    /// The unit is going. After a surprise nothing is waited for: the lower drivers complete
    /// what they hold once they hear of it.
    fn io_flush(device: Device) {
        let Some((context, unit)) = unit_of(device) else {
            return;
        };
        let reachable = !context.surprised.load(Ordering::Acquire);
        STATE.lock().engine.unit_leaving(unit, reachable);
        run();
        if reachable {
            // What is not done by then is cancelled in `io_cleanup`.
            let _ = context.quiet.wait(QUIET_MS);
        }
    }

    fn io_cleanup(device: Device) {
        let Some((context, unit)) = unit_of(device) else {
            return;
        };
        device.io_target().purge_and_wait();
        STATE.lock().engine.unit_left(unit);
        run();
        // Another thread may be at one of its requests still, for a moment.
        context.quiet.clear();
        while !STATE.lock().engine.unit_is_empty(unit) {
            let _ = context.quiet.wait(RETRY_MS);
            run();
        }
        STATE.lock().set_device(unit, None);
        context.id.store(0, Ordering::Release);
        if let Some(timer) = context.timer() {
            timer.stop_and_wait();
        }
        if let Some(work) = context.work() {
            work.flush();
        }
        control::unit_left();
    }
}

impl WorkItemEvents for Filter {
    fn work(device: Device) {
        if let Some((_, unit)) = unit_of(device) {
            STATE.lock().engine.resume(unit);
            run();
        }
    }
}

impl TimerEvents for Filter {
    fn fired(device: Device) {
        let Some((_, unit)) = unit_of(device) else {
            return;
        };
        STATE.lock().engine.expire(unit, milliseconds());
        run_raised();
        set_timer(device, unit);
    }
}

fn unit_of<'a>(device: Device) -> Option<(&'a UnitContext, UnitId)> {
    let context = device.context::<UnitContext>()?;
    context.unit().map(|unit| (context, unit))
}
