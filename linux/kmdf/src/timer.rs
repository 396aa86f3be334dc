//! `WdfTimer*`.

use core::cell::Cell;

use wdk_sys::{
    BOOLEAN, LONGLONG, NTSTATUS, PFN_WDF_TIMER, PWDF_DRIVER_GLOBALS, PWDF_OBJECT_ATTRIBUTES,
    PWDF_TIMER_CONFIG, WDFOBJECT, WDFTIMER,
};

use crate::call::Call;
use crate::object::{Body, Kind, Object, Wdf};
use crate::runs::Runs;
use crate::sync::{Guard, Locked, lock};
use crate::verifier::{self, Violation, rule};
use crate::worker::{self, Alarm};
use crate::{make, nt, status};

pub(crate) type Timer = Wdf<TimerBody>;

pub(crate) struct TimerBody {
    callback: PFN_WDF_TIMER,
    /// Milliseconds, 0: one-shot.
    period: u32,
    passive: bool,
    deleted: Locked<Cell<bool>>,
    runs: Runs,
}

impl Body for TimerBody {
    const KIND: Kind = Kind::Timer;
    type Raw = wdk_sys::WDFTIMER__;

    fn dispose(this: &'static Timer) {
        {
            let guard = lock();
            this.deleted.get(&guard).set(true);
            worker::cancel_alarm(&guard, &Alarm::Timer(this));
        }
        this.runs.wait();
    }
}

impl Timer {
    /// With the lock held, as the alarm is taken off the list.
    pub(crate) fn going_off(&'static self, guard: &Guard) {
        self.runs.expect(guard);
        self.object.reference();
    }

    /// On the alarm thread, at DISPATCH_LEVEL.
    pub(crate) fn go_off(&'static self) {
        if self.period != 0 {
            let guard = lock();
            if !self.deleted.get(&guard).get() {
                let due = nt::interrupt_time() + i64::from(self.period) * 10_000;
                worker::set_alarm(&guard, Alarm::Timer(self), due);
            }
        }
        if self.passive {
            worker::run(move || self.call_back());
        } else {
            self.call_back();
        }
    }

    fn call_back(&'static self) {
        let stopped = {
            let guard = lock();
            self.runs.begin(&guard);
            self.deleted.get(&guard).get()
        };
        if let Some(callback) = self.callback
            && !stopped
        {
            verifier::callback(self.client(), "EvtTimerFunc", || {
                // SAFETY: the driver's callback with its timer's handle.
                unsafe { callback(self.handle()) };
            });
        }
        self.runs.end();
        self.object.dereference();
    }
}

pub(crate) unsafe extern "C" fn create(
    globals: PWDF_DRIVER_GLOBALS,
    config: PWDF_TIMER_CONFIG,
    attributes: PWDF_OBJECT_ATTRIBUTES,
    out: *mut WDFTIMER,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfTimerCreate");
    if !call.dispatch() || !call.pointer(config, "Config") {
        return status::INVALID_PARAMETER;
    }
    let config = match make::sized(config.cast_const(), |config| config.Size) {
        Ok(config) => config,
        Err(status) => return status,
    };
    call.make_below_device(attributes, out, |attributes| {
        let passive = attributes.is_passive() == Some(true);
        if passive && config.Period != 0 {
            return Err(status::NOT_SUPPORTED);
        }
        Ok(TimerBody {
            callback: config.EvtTimerFunc,
            period: config.Period,
            passive,
            deleted: Locked::default(),
            runs: Runs::new(),
        })
    })
}

pub(crate) unsafe extern "C" fn start(
    globals: PWDF_DRIVER_GLOBALS,
    timer: WDFTIMER,
    due: LONGLONG,
) -> BOOLEAN {
    let call = Call::new(globals, "WdfTimerStart");
    let Some(timer) = call.get::<TimerBody>(timer) else {
        return 0;
    };
    let guard = lock();
    if timer.deleted.get(&guard).get() {
        return 0;
    }
    worker::set_alarm(&guard, Alarm::Timer(timer), worker::due(due)).into()
}

pub(crate) unsafe extern "C" fn stop(
    globals: PWDF_DRIVER_GLOBALS,
    timer: WDFTIMER,
    wait: BOOLEAN,
) -> BOOLEAN {
    let call = Call::new(globals, "WdfTimerStop");
    let Some(timer) = call.get::<TimerBody>(timer) else {
        return 0;
    };
    if wait != 0 && !call.passive() {
        return 0;
    }
    let was = worker::cancel_alarm(&lock(), &Alarm::Timer(timer));
    if wait != 0 {
        if timer.runs.are_here() {
            call.finding(
                rule::TIMER_WAITS_FOR_ITSELF,
                Violation::Fatal,
                format_args!(
                    "{:#x} stopped with wait in its own callback",
                    timer.object.handle
                ),
            );
            return was.into();
        }
        timer.runs.wait();
        worker::cancel_alarm(&lock(), &Alarm::Timer(timer));
    }
    was.into()
}

pub(crate) unsafe extern "C" fn get_parent_object(
    globals: PWDF_DRIVER_GLOBALS,
    timer: WDFTIMER,
) -> WDFOBJECT {
    let call = Call::new(globals, "WdfTimerGetParentObject");
    call.get::<TimerBody>(timer)
        .and_then(|timer| timer.object.parent())
        .map_or(core::ptr::null_mut(), Object::raw)
}
