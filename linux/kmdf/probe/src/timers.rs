//! Section I: timers, work items and locks.

use core::sync::atomic::{AtomicU32, Ordering};

use wdk_sys::{
    WDF_OBJECT_ATTRIBUTES, WDF_TIMER_CONFIG, WDF_WORKITEM_CONFIG, WDFDPC, WDFSPINLOCK, WDFTIMER,
    WDFWAITLOCK, WDFWORKITEM,
};

use crate::kit::{Status, context, delete, plain, under};
use crate::stack::{Device, control, pause};
use crate::{note, say, wdf};

static FIRED: AtomicU32 = AtomicU32::new(0);
static LINGER: AtomicU32 = AtomicU32::new(0);
static LOCK: core::sync::atomic::AtomicPtr<wdk_sys::WDFSPINLOCK__> =
    core::sync::atomic::AtomicPtr::new(core::ptr::null_mut());

unsafe extern "C" fn fired(_: WDFTIMER) {
    FIRED.fetch_add(1, Ordering::AcqRel);
    let linger = LINGER.load(Ordering::Acquire);
    if linger != 0 {
        pause(i64::from(linger));
        note!("callback ends");
    }
}

fn timer(
    device: &Device,
    passive: bool,
    period: u32,
    attributes: fn() -> WDF_OBJECT_ATTRIBUTES,
) -> WDFTIMER {
    let mut config = WDF_TIMER_CONFIG {
        Size: size_of::<WDF_TIMER_CONFIG>() as u32,
        EvtTimerFunc: Some(fired),
        Period: period,
        ..WDF_TIMER_CONFIG::default()
    };
    let mut attributes = attributes();
    attributes.ParentObject = device.handle.cast();
    if passive {
        attributes.ExecutionLevel = wdk_sys::_WDF_EXECUTION_LEVEL::WdfExecutionLevelPassive;
    }
    let mut timer: WDFTIMER = core::ptr::null_mut();
    let status = wdf!(
        WdfTimerCreate,
        &raw mut config,
        &raw mut attributes,
        &raw mut timer
    );
    if status != 0 {
        note!("WdfTimerCreate {}", Status(status));
    }
    timer
}

fn start(timer: WDFTIMER, milliseconds: i64) -> u8 {
    wdf!(WdfTimerStart, timer, -milliseconds * 10_000)
}

fn stop(timer: WDFTIMER, wait: bool) -> u8 {
    wdf!(WdfTimerStop, timer, wait.into())
}

fn timers() {
    let device = control(|_| ());
    let t = timer(&device, false, 0, plain);
    note!("start {} {}", start(t, 400), start(t, 50));
    pause(250);
    note!("fired {}", FIRED.load(Ordering::Acquire));
    pause(400);
    note!("fired {}", FIRED.load(Ordering::Acquire));
    say::row("I.timer-restart");
    note!("start {}", start(t, 10_000));
    note!("stop {} {}", stop(t, false), stop(t, true));
    say::row("I.timer-stop");
    FIRED.store(0, Ordering::Release);
    delete(t);
    let t = timer(&device, false, 0, named);
    context(t).name = Some("timer");
    start(t, 50);
    delete(t);
    pause(150);
    note!("fired {}", FIRED.load(Ordering::Acquire));
    say::row("I.timer-deleted");
    let p = timer(&device, false, 20, plain);
    start(p, 10);
    pause(200);
    stop(p, true);
    let fired = FIRED.load(Ordering::Acquire);
    pause(100);
    note!(
        "several {} stopped {}",
        fired > 2,
        fired == FIRED.load(Ordering::Acquire)
    );
    say::row("I.timer-periodic");
    let t = timer(&device, true, 0, plain);
    LINGER.store(150, Ordering::Release);
    start(t, 10);
    pause(80);
    stop(t, true);
    note!("stop returns");
    LINGER.store(0, Ordering::Release);
    say::row("I.timer-passive");
    FIRED.store(0, Ordering::Release);
    start(t, 50);
    delete(device.handle);
    pause(150);
    note!("fired {}", FIRED.load(Ordering::Acquire));
    say::row("I.timer-device-deleted");
}

fn named() -> WDF_OBJECT_ATTRIBUTES {
    crate::kit::named(crate::kit::NONE)
}

static RUNS: AtomicU32 = AtomicU32::new(0);

unsafe extern "C" fn work(_: WDFWORKITEM) {
    pause(100);
    RUNS.fetch_add(1, Ordering::AcqRel);
    note!("run ends");
}

fn work_items() {
    let device = control(|_| ());
    let mut config = WDF_WORKITEM_CONFIG {
        Size: size_of::<WDF_WORKITEM_CONFIG>() as u32,
        EvtWorkItemFunc: Some(work),
        ..WDF_WORKITEM_CONFIG::default()
    };
    let mut attributes = crate::kit::named(device.handle);
    let mut item: WDFWORKITEM = core::ptr::null_mut();
    wdf!(
        WdfWorkItemCreate,
        &raw mut config,
        &raw mut attributes,
        &raw mut item
    );
    context(item).name = Some("item");
    wdf!(WdfWorkItemFlush, item);
    note!("idle");
    wdf!(WdfWorkItemEnqueue, item);
    pause(30);
    wdf!(WdfWorkItemEnqueue, item);
    wdf!(WdfWorkItemFlush, item);
    note!("flushed {}", RUNS.load(Ordering::Acquire));
    say::row("I.work-item-twice");
    wdf!(WdfWorkItemEnqueue, item);
    delete(item);
    note!("deleted");
    say::row("I.work-item-deleted");
    delete(device.handle);
}

unsafe extern "C" fn dpc_runs(_: WDFDPC) {
    // Taking a spin lock is allowed here.
    let lock: WDFSPINLOCK = LOCK.load(Ordering::Acquire);
    wdf!(WdfSpinLockAcquire, lock);
    note!("dpc");
    wdf!(WdfSpinLockRelease, lock);
}

fn locks() {
    let device = control(|_| ());
    let mut attributes = under(device.handle);
    let mut spin: WDFSPINLOCK = core::ptr::null_mut();
    let mut wait: WDFWAITLOCK = core::ptr::null_mut();
    wdf!(WdfSpinLockCreate, &raw mut attributes, &raw mut spin);
    wdf!(WdfWaitLockCreate, &raw mut attributes, &raw mut wait);
    LOCK.store(spin, Ordering::Release);
    let acquire = |timeout: Option<i64>| {
        let mut time = timeout.unwrap_or(0);
        let time = if timeout.is_some() {
            &raw mut time
        } else {
            core::ptr::null_mut()
        };
        Status(wdf!(WdfWaitLockAcquire, wait, time))
    };
    note!("{}", acquire(None));
    note!("held {} {}", acquire(Some(0)), acquire(Some(-200_000)));
    wdf!(WdfWaitLockRelease, wait);
    note!("free {}", acquire(Some(0)));
    wdf!(WdfWaitLockRelease, wait);
    wdf!(WdfSpinLockAcquire, spin);
    wdf!(WdfSpinLockRelease, spin);
    say::row("I.locks");
    let mut config = wdk_sys::WDF_DPC_CONFIG {
        Size: size_of::<wdk_sys::WDF_DPC_CONFIG>() as u32,
        EvtDpcFunc: Some(dpc_runs),
        ..wdk_sys::WDF_DPC_CONFIG::default()
    };
    let mut dpc: WDFDPC = core::ptr::null_mut();
    wdf!(
        WdfDpcCreate,
        &raw mut config,
        &raw mut attributes,
        &raw mut dpc
    );
    wdf!(WdfDpcEnqueue, dpc);
    pause(100);
    note!("cancel {}", wdf!(WdfDpcCancel, dpc, 1));
    say::row("I.dpc");
    delete(device.handle);
}

pub(crate) fn run() {
    timers();
    work_items();
    locks();
}
