//! `WdfWorkItem*`.

use core::cell::Cell;

use wdk_sys::{
    NTSTATUS, PFN_WDF_WORKITEM, PWDF_DRIVER_GLOBALS, PWDF_OBJECT_ATTRIBUTES, PWDF_WORKITEM_CONFIG,
    WDFOBJECT, WDFWORKITEM,
};

use crate::call::Call;
use crate::object::{Body, Kind, Object, Wdf};
use crate::runs::Runs;
use crate::sync::{Locked, lock};
use crate::{make, status, verifier, worker};

pub(crate) type WorkItem = Wdf<WorkItemBody>;

pub(crate) struct WorkItemBody {
    callback: PFN_WDF_WORKITEM,
    queued: Locked<Cell<bool>>,
    runs: Runs,
}

impl Body for WorkItemBody {
    const KIND: Kind = Kind::WorkItem;
    type Raw = wdk_sys::WDFWORKITEM__;

    fn dispose(this: &'static WorkItem) {
        this.runs.wait();
    }
}

impl WorkItem {
    fn enqueue(&'static self) {
        {
            let guard = lock();
            if self.queued.get(&guard).replace(true) {
                return;
            }
            self.runs.expect(&guard);
        }
        self.object.reference();
        worker::run(move || self.run());
    }

    fn run(&'static self) {
        {
            let guard = lock();
            self.queued.get(&guard).set(false);
            self.runs.begin(&guard);
        }
        if let Some(callback) = self.callback {
            verifier::callback(self.client(), "EvtWorkItemFunc", || {
                // SAFETY: the driver's callback with its work item's handle.
                unsafe { callback(self.handle()) };
            });
        }
        self.runs.end();
        self.object.dereference();
    }
}

pub(crate) unsafe extern "C" fn create(
    globals: PWDF_DRIVER_GLOBALS,
    config: PWDF_WORKITEM_CONFIG,
    attributes: PWDF_OBJECT_ATTRIBUTES,
    out: *mut WDFWORKITEM,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfWorkItemCreate");
    if !call.dispatch() || !call.pointer(config, "Config") {
        return status::INVALID_PARAMETER;
    }
    let callback = match make::sized(config.cast_const(), |config| config.Size) {
        Ok(config) if config.EvtWorkItemFunc.is_some() => config.EvtWorkItemFunc,
        Ok(_) => return status::INVALID_PARAMETER,
        Err(status) => return status,
    };
    call.make_below_device(attributes, out, |_| {
        Ok(WorkItemBody {
            callback,
            queued: Locked::default(),
            runs: Runs::new(),
        })
    })
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
        item.runs.wait();
    }
}
