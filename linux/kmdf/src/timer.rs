//! `WdfTimer*`.

use core::cell::Cell;

use wdk_sys::{
    BOOLEAN, LONGLONG, NTSTATUS, PFN_WDF_TIMER, PWDF_DRIVER_GLOBALS, PWDF_OBJECT_ATTRIBUTES,
    PWDF_TIMER_CONFIG, WDF_TIMER_CONFIG, WDFOBJECT, WDFTIMER,
};

use crate::call::Call;
use crate::context::{Attributes, Parent, Scope};
use crate::object::{Body, Kind, Object, Wdf};
use crate::sync::{Event, Guard, Locked, lock};
use crate::verifier::{self, Violation, rule};
use crate::worker::{self, Alarm};
use crate::{ffi, nt, status};

pub(crate) type Timer = Wdf<TimerBody>;

pub(crate) struct TimerBody {
    callback: PFN_WDF_TIMER,
    /// Milliseconds, 0: one-shot.
    period: u32,
    passive: bool,
    state: Locked<State>,
    ended: Event,
}

#[derive(Default)]
struct State {
    running: Cell<u32>,
    /// The thread that the callback runs on.
    thread: Cell<u32>,
    deleted: Cell<bool>,
}

impl Body for TimerBody {
    const KIND: Kind = Kind::Timer;
    type Raw = wdk_sys::WDFTIMER__;

    fn dispose(this: &'static Timer) {
        {
            let guard = lock();
            this.state.get(&guard).deleted.set(true);
            worker::cancel_alarm(&guard, &Alarm::Timer(this));
        }
        this.wait_for_callback();
    }
}

impl Timer {
    /// With the lock held, as the alarm is taken off the list.
    pub(crate) fn going_off(&'static self, guard: &Guard) {
        let running = &self.state.get(guard).running;
        running.set(running.get() + 1);
        self.ended.clear();
        self.object.reference();
    }

    /// On the alarm thread, at DISPATCH_LEVEL.
    pub(crate) fn go_off(&'static self) {
        if self.period != 0 {
            let guard = lock();
            if !self.state.get(&guard).deleted.get() {
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
            let state = self.state.get(&guard);
            state.thread.set(nt::thread_id());
            state.deleted.get()
        };
        if let Some(callback) = self.callback
            && !stopped
        {
            verifier::callback(self.client(), "EvtTimerFunc", || {
                // SAFETY: the driver's callback with its timer's handle.
                unsafe { callback(self.handle()) };
            });
        }
        {
            let guard = lock();
            let state = self.state.get(&guard);
            state.running.set(state.running.get() - 1);
            state.thread.set(0);
            if state.running.get() == 0 {
                self.ended.set();
            }
        }
        self.object.dereference();
    }

    /// Waits for a callback that runs, unless this is it.
    fn wait_for_callback(&self) {
        loop {
            {
                let guard = lock();
                let state = self.state.get(&guard);
                if state.running.get() == 0 || state.thread.get() == nt::thread_id() {
                    return;
                }
            }
            self.ended.wait();
        }
    }
}

/// Looks at the parent of a timer, work item or DPC: it must be a device or below one.
pub(crate) fn parent_below_device(
    call: &Call,
    attributes: &Attributes,
) -> Result<&'static Object, NTSTATUS> {
    let parent = call
        .object(attributes.parent())
        .ok_or(status::INVALID_PARAMETER)?;
    let mut above = Some(parent);
    while let Some(object) = above {
        if object.kind == Kind::Device {
            return Ok(parent);
        }
        above = object.parent();
    }
    Err(status::INVALID_DEVICE_REQUEST)
}

pub(crate) unsafe extern "C" fn create(
    globals: PWDF_DRIVER_GLOBALS,
    config: PWDF_TIMER_CONFIG,
    attributes: PWDF_OBJECT_ATTRIBUTES,
    out: *mut WDFTIMER,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfTimerCreate");
    if !call.dispatch() || !call.pointer(config, "Config") || !call.pointer(out, "Timer") {
        return status::INVALID_PARAMETER;
    }
    ffi::put(out, core::ptr::null_mut());
    let Some(config) = ffi::get(config.cast_const()) else {
        return status::INVALID_PARAMETER;
    };
    if config.Size as usize != size_of::<WDF_TIMER_CONFIG>() {
        return status::INFO_LENGTH_MISMATCH;
    }
    let attributes = match Attributes::check(attributes, Parent::Required, Scope::NotAllowed) {
        Ok(attributes) => attributes,
        Err(status) => return status,
    };
    let parent = match parent_below_device(&call, &attributes) {
        Ok(parent) => parent,
        Err(status) => return status,
    };
    let passive = attributes.is_passive() == Some(true);
    if passive && config.Period != 0 {
        return status::NOT_SUPPORTED;
    }
    let new = Timer::create(
        call.client,
        call.name,
        TimerBody {
            callback: config.EvtTimerFunc,
            period: config.Period,
            passive,
            state: Locked::default(),
            ended: Event::new(),
        },
    );
    let status = call.place(new, Some(parent), &attributes);
    if status::is_success(status) {
        ffi::put(out, new.handle());
    }
    status
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
    if timer.state.get(&guard).deleted.get() {
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
        if timer.state.get(&lock()).thread.get() == nt::thread_id() {
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
        timer.wait_for_callback();
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
