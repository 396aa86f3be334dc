//! `WdfIoQueue*`: making queues and changing their state.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use wdk_sys::_WDF_IO_QUEUE_STATE as bits;
use wdk_sys::{
    NTSTATUS, PFN_WDF_IO_QUEUE_STATE, PULONG, PVOID, PWDF_DRIVER_GLOBALS, PWDF_IO_QUEUE_CONFIG,
    PWDF_OBJECT_ATTRIBUTES, ULONG, WDF_IO_QUEUE_CONFIG, WDF_IO_QUEUE_STATE, WDFCONTEXT, WDFDEVICE,
    WDFQUEUE,
};

use super::{Dispatch, Queue, QueueBody, State, Waiter};
use crate::call::Call;
use crate::context::{Attributes, Parent, Scope};
use crate::device::{Device, DeviceBody, Role};
use crate::object::{Kind, Wdf};
use crate::sync::{Event, Locked, lock};
use crate::verifier::{Violation, rule};
use crate::{ffi, status};

/// `WDF_IO_QUEUE_CONFIG` grew: older drivers hand in a shorter one.
const CONFIG_SIZES: [usize; 3] = [0x50, 0x58, 0x60];

pub(crate) unsafe extern "C" fn create(
    globals: PWDF_DRIVER_GLOBALS,
    device: WDFDEVICE,
    config: PWDF_IO_QUEUE_CONFIG,
    attributes: PWDF_OBJECT_ATTRIBUTES,
    out: *mut WDFQUEUE,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfIoQueueCreate");
    let Some(device) = call.get::<DeviceBody>(device) else {
        return status::INVALID_PARAMETER;
    };
    if !call.passive() {
        return status::INVALID_DEVICE_REQUEST;
    }
    if !call.pointer(config, "Config") {
        return status::INVALID_PARAMETER;
    }
    ffi::put(out, core::ptr::null_mut());
    // SAFETY: the structure begins with its size.
    let size = unsafe { (&raw const (*config).Size).read() } as usize;
    if !CONFIG_SIZES.contains(&size) {
        return status::INFO_LENGTH_MISMATCH;
    }
    let mut copy = WDF_IO_QUEUE_CONFIG::default();
    // SAFETY: the driver's structure has `size` bytes, which is no more than ours has.
    unsafe {
        core::ptr::copy_nonoverlapping(
            config.cast::<u8>(),
            (&raw mut copy).cast::<u8>(),
            size.min(size_of::<WDF_IO_QUEUE_CONFIG>()),
        );
    }
    match make(&call, device, &copy, size, attributes) {
        Ok(queue) => {
            ffi::put(out, queue.handle());
            status::SUCCESS
        }
        Err(status) => status,
    }
}

fn has_handler(config: &WDF_IO_QUEUE_CONFIG) -> bool {
    config.EvtIoDefault.is_some()
        || config.EvtIoRead.is_some()
        || config.EvtIoWrite.is_some()
        || config.EvtIoDeviceControl.is_some()
        || config.EvtIoInternalDeviceControl.is_some()
}

fn make(
    call: &Call,
    device: &'static Device,
    config: &WDF_IO_QUEUE_CONFIG,
    size: usize,
    attributes: PWDF_OBJECT_ATTRIBUTES,
) -> Result<&'static Queue, NTSTATUS> {
    use wdk_sys::_WDF_IO_QUEUE_DISPATCH_TYPE as types;
    let attributes = Attributes::check(attributes, Parent::Optional, Scope::Allowed)?;
    let parent = if attributes.parent().is_null() {
        &device.object
    } else {
        call.object(attributes.parent())
            .ok_or(status::INVALID_PARAMETER)?
    };
    if !below(parent, device) {
        return Err(status::INVALID_DEVICE_REQUEST);
    }
    let handlers = has_handler(config);
    let dispatch = match config.DispatchType {
        types::WdfIoQueueDispatchSequential => Dispatch::Sequential,
        types::WdfIoQueueDispatchParallel => Dispatch::Parallel,
        types::WdfIoQueueDispatchManual => Dispatch::Manual,
        _ => return Err(status::INVALID_PARAMETER),
    };
    match dispatch {
        Dispatch::Manual if handlers => return Err(status::INVALID_PARAMETER),
        Dispatch::Sequential | Dispatch::Parallel if !handlers => {
            return Err(status::WDF_NO_CALLBACK);
        }
        _ => {}
    }
    if attributes.is_synchronized() {
        call.finding(
            rule::NOT_PROVIDED,
            Violation::Unavailable,
            format_args!("synchronization scopes are not part of the stand-in"),
        );
    }
    let is_default = config.DefaultQueue != 0;
    if is_default && device.state(&lock()).default_queue.get().is_some() {
        return Err(status::UNSUCCESSFUL);
    }
    let limit = match dispatch {
        Dispatch::Sequential => 1,
        Dispatch::Manual => usize::MAX,
        // SAFETY: every byte pattern of the union is a number.
        Dispatch::Parallel => match unsafe { config.Settings.Parallel.NumberOfPresentedRequests } {
            0 => usize::MAX,
            _ if size < CONFIG_SIZES[1] => usize::MAX,
            limit => limit as usize,
        },
    };
    let power_managed = device.role != Role::Control
        && match config.PowerManaged {
            wdk_sys::_WDF_TRI_STATE::WdfTrue => true,
            wdk_sys::_WDF_TRI_STATE::WdfFalse => false,
            _ => device.role == Role::Function,
        };
    let held = power_managed && !device.pnp.is_in_d0(&lock());
    let queue = Queue::create(
        call.client,
        call.name,
        QueueBody {
            device,
            dispatch,
            limit,
            config: *config,
            default: is_default,
            power_managed,
            passive: attributes.is_passive().unwrap_or(device.passive),
            state: Locked::new(State {
                accepts: Cell::new(true),
                dispatches: Cell::new(true),
                held: Cell::new(held),
                waiting: RefCell::new(VecDeque::new()),
                owned: RefCell::new(Vec::new()),
                leaving: Cell::new(0),
                waiters: RefCell::new(Vec::new()),
                ready: Cell::new(None),
                ready_due: Cell::new(true),
            }),
            changed: Event::new(),
        },
    );
    {
        let guard = lock();
        let state = device.state(&guard);
        state.queues.borrow_mut().push(queue);
        if is_default {
            state.default_queue.set(Some(queue));
        }
    }
    let status = call.place(queue, Some(parent), &attributes);
    if status::is_success(status) {
        Ok(queue)
    } else {
        Err(status)
    }
}

/// Whether `object` is the device or stands under it.
fn below(object: &'static crate::object::Object, device: &'static Device) -> bool {
    let mut above = Some(object);
    while let Some(object) = above {
        if core::ptr::eq(object, &raw const device.object) {
            return true;
        }
        if object.kind == Kind::Device {
            return false;
        }
        above = object.parent();
    }
    false
}

pub(crate) unsafe extern "C" fn get_state(
    globals: PWDF_DRIVER_GLOBALS,
    queue: WDFQUEUE,
    waiting: PULONG,
    owned: PULONG,
) -> WDF_IO_QUEUE_STATE {
    let call = Call::new(globals, "WdfIoQueueGetState");
    let Some(queue) = call.get::<QueueBody>(queue) else {
        return 0;
    };
    let guard = lock();
    let state = queue.state.get(&guard);
    let (queued, driver) = (state.waiting.borrow().len(), state.busy());
    ffi::put(waiting, queued as ULONG);
    ffi::put(owned, driver as ULONG);
    let bit = |set: bool, bit: WDF_IO_QUEUE_STATE| if set { bit } else { 0 };
    bit(state.accepts.get(), bits::WdfIoQueueAcceptRequests)
        | bit(state.dispatches.get(), bits::WdfIoQueueDispatchRequests)
        | bit(queued == 0, bits::WdfIoQueueNoRequests)
        | bit(driver == 0, bits::WdfIoQueueDriverNoRequests)
        | bit(state.held.get(), bits::WdfIoQueuePnpHeld)
}

pub(crate) unsafe extern "C" fn start(globals: PWDF_DRIVER_GLOBALS, queue: WDFQUEUE) {
    let call = Call::new(globals, "WdfIoQueueStart");
    let Some(queue) = call.get::<QueueBody>(queue) else {
        return;
    };
    {
        let guard = lock();
        let state = queue.state.get(&guard);
        state.accepts.set(true);
        state.dispatches.set(true);
        state.ready_due.set(true);
    }
    queue.run();
}

/// What a state change does.
#[derive(Clone, Copy)]
struct Change {
    accepts: Option<bool>,
    dispatches: Option<bool>,
    purges: bool,
    /// Waiting requests must be gone before it is done.
    drained: bool,
}

const STOP: Change = Change {
    accepts: None,
    dispatches: Some(false),
    purges: false,
    drained: false,
};
const DRAIN: Change = Change {
    accepts: Some(false),
    dispatches: None,
    purges: false,
    drained: true,
};
const PURGE: Change = Change {
    accepts: Some(false),
    dispatches: None,
    purges: true,
    drained: true,
};
const STOP_AND_PURGE: Change = Change {
    accepts: None,
    dispatches: Some(false),
    purges: true,
    drained: false,
};

impl Queue {
    fn change(&'static self, change: Change, callback: PFN_WDF_IO_QUEUE_STATE, context: PVOID) {
        {
            let guard = lock();
            let state = self.state.get(&guard);
            if let Some(accepts) = change.accepts {
                state.accepts.set(accepts);
            }
            if let Some(dispatches) = change.dispatches {
                state.dispatches.set(dispatches);
            }
            let drained = change.drained;
            state.waiters.borrow_mut().push(Waiter {
                callback,
                context,
                drained,
            });
        }
        if change.purges {
            self.cancel_each(|_, _| true);
            self.cancel_marked();
        }
        self.settle();
    }

    fn change_and_wait(&'static self, call: &Call, change: Change) {
        if !call.passive() {
            return;
        }
        let done = Event::new();
        self.change(change, Some(signal), (&raw const done).cast_mut().cast());
        done.wait();
    }
}

unsafe extern "C" fn signal(_: WDFQUEUE, context: WDFCONTEXT) {
    // SAFETY: the context is the event of `change_and_wait`, which waits for it.
    unsafe { &*context.cast::<Event>() }.set();
}

macro_rules! state_changes {
    ($($function:ident, $name:literal, $synchronous:ident, $synchronous_name:literal, $change:expr;)*) => {$(
        pub(crate) unsafe extern "C" fn $function(
            globals: PWDF_DRIVER_GLOBALS,
            queue: WDFQUEUE,
            callback: PFN_WDF_IO_QUEUE_STATE,
            context: WDFCONTEXT,
        ) {
            let call = Call::new(globals, $name);
            if let Some(queue) = call.get::<QueueBody>(queue) {
                queue.change($change, callback, context);
            }
        }

        pub(crate) unsafe extern "C" fn $synchronous(globals: PWDF_DRIVER_GLOBALS, queue: WDFQUEUE) {
            let call = Call::new(globals, $synchronous_name);
            if let Some(queue) = call.get::<QueueBody>(queue) {
                queue.change_and_wait(&call, $change);
            }
        }
    )*};
}

state_changes! {
    stop, "WdfIoQueueStop", stop_synchronously, "WdfIoQueueStopSynchronously", STOP;
    drain, "WdfIoQueueDrain", drain_synchronously, "WdfIoQueueDrainSynchronously", DRAIN;
    purge, "WdfIoQueuePurge", purge_synchronously, "WdfIoQueuePurgeSynchronously", PURGE;
    stop_and_purge, "WdfIoQueueStopAndPurge", stop_and_purge_synchronously,
        "WdfIoQueueStopAndPurgeSynchronously", STOP_AND_PURGE;
}

pub(crate) unsafe extern "C" fn get_device(
    globals: PWDF_DRIVER_GLOBALS,
    queue: WDFQUEUE,
) -> WDFDEVICE {
    let call = Call::new(globals, "WdfIoQueueGetDevice");
    call.get::<QueueBody>(queue)
        .map_or(core::ptr::null_mut(), |queue| Wdf::handle(queue.device))
}

pub(crate) unsafe extern "C" fn ready_notify(
    globals: PWDF_DRIVER_GLOBALS,
    queue: WDFQUEUE,
    callback: PFN_WDF_IO_QUEUE_STATE,
    context: WDFCONTEXT,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfIoQueueReadyNotify");
    let Some(queue) = call.get::<QueueBody>(queue) else {
        return status::INVALID_PARAMETER;
    };
    if queue.dispatch != Dispatch::Manual {
        return status::INVALID_DEVICE_REQUEST;
    }
    {
        let guard = lock();
        let state = queue.state.get(&guard);
        match (callback, state.ready.get()) {
            (None, _) => state.ready.set(None),
            (Some(_), Some(_)) => return status::INVALID_DEVICE_REQUEST,
            (Some(_), None) => state.ready.set(Some((callback, context as usize))),
        }
    }
    queue.run();
    status::SUCCESS
}
