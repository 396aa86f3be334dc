//! `WdfDpc*`.

use core::cell::Cell;

use wdk_sys::{
    BOOLEAN, NTSTATUS, PFN_WDF_DPC, PWDF_DPC_CONFIG, PWDF_DRIVER_GLOBALS, PWDF_OBJECT_ATTRIBUTES,
    WDF_DPC_CONFIG, WDFDPC, WDFOBJECT,
};

use crate::call::Call;
use crate::context::{Attributes, Parent, Scope};
use crate::object::{Body, Kind, Object, Wdf};
use crate::sync::{Event, Guard, Locked, lock};
use crate::timer::parent_below_device;
use crate::worker::{self, Alarm};
use crate::{ffi, nt, status, verifier};

pub(crate) type Dpc = Wdf<DpcBody>;

pub(crate) struct DpcBody {
    callback: PFN_WDF_DPC,
    state: Locked<State>,
    ended: Event,
}

#[derive(Default)]
struct State {
    running: Cell<bool>,
    thread: Cell<u32>,
}

impl Body for DpcBody {
    const KIND: Kind = Kind::Dpc;
    type Raw = wdk_sys::WDFDPC__;

    fn dispose(this: &'static Dpc) {
        worker::cancel_alarm(&lock(), &Alarm::Dpc(this));
        this.wait_for_callback();
    }
}

impl Dpc {
    pub(crate) fn going_off(&'static self, guard: &Guard) {
        self.state.get(guard).running.set(true);
        self.ended.clear();
        self.object.reference();
    }

    pub(crate) fn go_off(&'static self) {
        self.state.get(&lock()).thread.set(nt::thread_id());
        if let Some(callback) = self.callback {
            verifier::callback(self.client(), "EvtDpcFunc", || {
                // SAFETY: the driver's callback with its DPC's handle.
                unsafe { callback(self.handle()) };
            });
        }
        {
            let guard = lock();
            let state = self.state.get(&guard);
            state.running.set(false);
            state.thread.set(0);
            self.ended.set();
        }
        self.object.dereference();
    }

    fn wait_for_callback(&self) {
        loop {
            {
                let guard = lock();
                let state = self.state.get(&guard);
                if !state.running.get() || state.thread.get() == nt::thread_id() {
                    return;
                }
            }
            self.ended.wait();
        }
    }
}

pub(crate) unsafe extern "C" fn create(
    globals: PWDF_DRIVER_GLOBALS,
    config: PWDF_DPC_CONFIG,
    attributes: PWDF_OBJECT_ATTRIBUTES,
    out: *mut WDFDPC,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfDpcCreate");
    if !call.dispatch() || !call.pointer(config, "Config") || !call.pointer(out, "Dpc") {
        return status::INVALID_PARAMETER;
    }
    ffi::put(out, core::ptr::null_mut());
    let Some(config) = ffi::get(config.cast_const()) else {
        return status::INVALID_PARAMETER;
    };
    if config.Size as usize != size_of::<WDF_DPC_CONFIG>() {
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
    let new = Dpc::create(
        call.client,
        call.name,
        DpcBody {
            callback: config.EvtDpcFunc,
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

pub(crate) unsafe extern "C" fn enqueue(globals: PWDF_DRIVER_GLOBALS, dpc: WDFDPC) -> BOOLEAN {
    let call = Call::new(globals, "WdfDpcEnqueue");
    let Some(dpc) = call.get::<DpcBody>(dpc) else {
        return 0;
    };
    (!worker::set_alarm(&lock(), Alarm::Dpc(dpc), nt::interrupt_time())).into()
}

pub(crate) unsafe extern "C" fn cancel(
    globals: PWDF_DRIVER_GLOBALS,
    dpc: WDFDPC,
    wait: BOOLEAN,
) -> BOOLEAN {
    let call = Call::new(globals, "WdfDpcCancel");
    let Some(dpc) = call.get::<DpcBody>(dpc) else {
        return 0;
    };
    if wait != 0 && !call.passive() {
        return 0;
    }
    let was = worker::cancel_alarm(&lock(), &Alarm::Dpc(dpc));
    if wait != 0 {
        dpc.wait_for_callback();
    }
    was.into()
}

pub(crate) unsafe extern "C" fn get_parent_object(
    globals: PWDF_DRIVER_GLOBALS,
    dpc: WDFDPC,
) -> WDFOBJECT {
    let call = Call::new(globals, "WdfDpcGetParentObject");
    call.get::<DpcBody>(dpc)
        .and_then(|dpc| dpc.object.parent())
        .map_or(core::ptr::null_mut(), Object::raw)
}
