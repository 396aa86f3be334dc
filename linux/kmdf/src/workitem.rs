//! `WdfWorkItem*`.

use core::cell::Cell;

use wdk_sys::{
    NTSTATUS, PFN_WDF_WORKITEM, PWDF_DRIVER_GLOBALS, PWDF_OBJECT_ATTRIBUTES, PWDF_WORKITEM_CONFIG,
    WDF_WORKITEM_CONFIG, WDFOBJECT, WDFWORKITEM,
};

use crate::call::Call;
use crate::context::{Attributes, Parent, Scope};
use crate::object::{Body, Kind, Object, Wdf};
use crate::sync::{Event, Locked, lock};
use crate::timer::parent_below_device;
use crate::{ffi, nt, status, verifier, worker};

pub(crate) type WorkItem = Wdf<WorkItemBody>;

pub(crate) struct WorkItemBody {
    callback: PFN_WDF_WORKITEM,
    state: Locked<State>,
    ended: Event,
}

#[derive(Default)]
struct State {
    queued: Cell<bool>,
    running: Cell<u32>,
    /// The thread of the run that began last.
    thread: Cell<u32>,
}

impl Body for WorkItemBody {
    const KIND: Kind = Kind::WorkItem;
    type Raw = wdk_sys::WDFWORKITEM__;

    fn dispose(this: &'static WorkItem) {
        this.flush();
    }
}

impl WorkItem {
    fn enqueue(&'static self) {
        {
            let guard = lock();
            let state = self.state.get(&guard);
            if state.queued.replace(true) {
                return;
            }
            self.ended.clear();
        }
        self.object.reference();
        worker::run(move || self.run());
    }

    fn run(&'static self) {
        {
            let guard = lock();
            let state = self.state.get(&guard);
            state.queued.set(false);
            state.running.set(state.running.get() + 1);
            state.thread.set(nt::thread_id());
        }
        if let Some(callback) = self.callback {
            verifier::callback(self.client(), "EvtWorkItemFunc", || {
                // SAFETY: the driver's callback with its work item's handle.
                unsafe { callback(self.handle()) };
            });
        }
        {
            let guard = lock();
            let state = self.state.get(&guard);
            state.running.set(state.running.get() - 1);
            if state.thread.get() == nt::thread_id() {
                state.thread.set(0);
            }
            if state.running.get() == 0 && !state.queued.get() {
                self.ended.set();
            }
        }
        self.object.dereference();
    }

    fn flush(&self) {
        loop {
            {
                let guard = lock();
                let state = self.state.get(&guard);
                let idle = !state.queued.get() && state.running.get() == 0;
                if idle || state.thread.get() == nt::thread_id() {
                    return;
                }
            }
            self.ended.wait();
        }
    }
}

pub(crate) unsafe extern "C" fn create(
    globals: PWDF_DRIVER_GLOBALS,
    config: PWDF_WORKITEM_CONFIG,
    attributes: PWDF_OBJECT_ATTRIBUTES,
    out: *mut WDFWORKITEM,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfWorkItemCreate");
    if !call.dispatch() || !call.pointer(config, "Config") || !call.pointer(out, "WorkItem") {
        return status::INVALID_PARAMETER;
    }
    ffi::put(out, core::ptr::null_mut());
    let Some(config) = ffi::get(config.cast_const()) else {
        return status::INVALID_PARAMETER;
    };
    if config.Size as usize != size_of::<WDF_WORKITEM_CONFIG>() {
        return status::INFO_LENGTH_MISMATCH;
    }
    if config.EvtWorkItemFunc.is_none() {
        return status::INVALID_PARAMETER;
    }
    let attributes = match Attributes::check(attributes, Parent::Required, Scope::NotAllowed) {
        Ok(attributes) => attributes,
        Err(status) => return status,
    };
    let parent = match parent_below_device(&call, &attributes) {
        Ok(parent) => parent,
        Err(status) => return status,
    };
    let new = WorkItem::create(
        call.client,
        call.name,
        WorkItemBody {
            callback: config.EvtWorkItemFunc,
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

pub(crate) unsafe extern "C" fn enqueue(globals: PWDF_DRIVER_GLOBALS, item: WDFWORKITEM) {
    let call = Call::new(globals, "WdfWorkItemEnqueue");
    if let Some(item) = call.get::<WorkItemBody>(item)
        && call.dispatch()
    {
        item.enqueue();
    }
}

pub(crate) unsafe extern "C" fn get_parent_object(
    globals: PWDF_DRIVER_GLOBALS,
    item: WDFWORKITEM,
) -> WDFOBJECT {
    let call = Call::new(globals, "WdfWorkItemGetParentObject");
    call.get::<WorkItemBody>(item)
        .and_then(|item| item.object.parent())
        .map_or(core::ptr::null_mut(), Object::raw)
}

pub(crate) unsafe extern "C" fn flush(globals: PWDF_DRIVER_GLOBALS, item: WDFWORKITEM) {
    let call = Call::new(globals, "WdfWorkItemFlush");
    if let Some(item) = call.get::<WorkItemBody>(item)
        && call.passive()
    {
        item.flush();
    }
}
