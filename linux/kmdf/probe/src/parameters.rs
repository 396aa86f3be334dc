//! Section A: what the create functions refuse.

use wdk_sys::{
    PVOID, WDF_DRIVER_CONFIG, WDF_TIMER_CONFIG, WDF_WORKITEM_CONFIG, WDFDPC, WDFIOTARGET,
    WDFMEMORY, WDFOBJECT, WDFQUEUE, WDFTIMER, WDFWORKITEM,
};

use crate::kit::{NONE, Status, delete, named, object, plain, under};
use crate::objects::{create_status, memory, nothing};
use crate::stack::{self, MANUAL, PARALLEL, control, driver, queue_config};
use crate::{note, say, wdf};

fn attributes() {
    for size in [0, 8, 64] {
        let mut attributes = plain();
        attributes.Size = size;
        note!("size {size} {}", Status(create_status(&mut attributes)));
    }
    let mut object: WDFOBJECT = NONE;
    let status = wdf!(WdfObjectCreate, core::ptr::null_mut(), &raw mut object);
    note!("null {}", Status(status));
    delete(object);
    let mut attributes = plain();
    attributes.ExecutionLevel = 0;
    note!("level 0 {}", Status(create_status(&mut attributes)));
    let mut attributes = plain();
    attributes.SynchronizationScope = 0;
    note!("scope 0 {}", Status(create_status(&mut attributes)));
    let mut attributes = plain();
    attributes.ExecutionLevel = wdk_sys::_WDF_EXECUTION_LEVEL::WdfExecutionLevelPassive;
    note!("passive {}", Status(create_status(&mut attributes)));
    let mut attributes = plain();
    attributes.SynchronizationScope =
        wdk_sys::_WDF_SYNCHRONIZATION_SCOPE::WdfSynchronizationScopeDevice;
    note!("scope device {}", Status(create_status(&mut attributes)));
    say::row("A.attributes");

    let mut attributes = named(NONE);
    attributes.ContextTypeInfo = core::ptr::null();
    attributes.EvtCleanupCallback = Some(bare_cleanup);
    attributes.EvtDestroyCallback = None;
    note!("{}", Status(create_status(&mut attributes)));
    say::row("A.callback-without-context");

    let device = stack::control_with(|_| (), &mut under(driver()));
    note!("{}", device.handle.is_null());
    say::row("A.control-parent");
    let mut wrong = plain();
    wrong.Size = 8;
    stack::control_with(|_| (), &mut wrong);
    say::row("A.device-attributes-size");
}

unsafe extern "C" fn bare_cleanup(_: WDFOBJECT) {
    note!("cleanup");
}

fn timer_config() -> WDF_TIMER_CONFIG {
    WDF_TIMER_CONFIG {
        Size: size_of::<WDF_TIMER_CONFIG>() as u32,
        EvtTimerFunc: Some(nothing),
        AutomaticSerialization: 1,
        ..WDF_TIMER_CONFIG::default()
    }
}

fn timer(mut config: WDF_TIMER_CONFIG, attributes: *mut wdk_sys::WDF_OBJECT_ATTRIBUTES) -> Status {
    let mut timer: WDFTIMER = core::ptr::null_mut();
    let status = wdf!(WdfTimerCreate, &raw mut config, attributes, &raw mut timer);
    if status == 0 {
        delete(timer);
    }
    Status(status)
}

unsafe extern "C" fn no_work(_: WDFWORKITEM) {}

fn work_item(size: u32, attributes: *mut wdk_sys::WDF_OBJECT_ATTRIBUTES) -> Status {
    let mut config = WDF_WORKITEM_CONFIG {
        Size: size,
        EvtWorkItemFunc: Some(no_work),
        ..WDF_WORKITEM_CONFIG::default()
    };
    let mut item: WDFWORKITEM = core::ptr::null_mut();
    let status = wdf!(
        WdfWorkItemCreate,
        &raw mut config,
        attributes,
        &raw mut item
    );
    if status == 0 {
        delete(item);
    }
    Status(status)
}

unsafe extern "C" fn no_dpc(_: WDFDPC) {}

fn dpc(attributes: *mut wdk_sys::WDF_OBJECT_ATTRIBUTES) -> Status {
    let mut config = wdk_sys::WDF_DPC_CONFIG {
        Size: size_of::<wdk_sys::WDF_DPC_CONFIG>() as u32,
        EvtDpcFunc: Some(no_dpc),
        ..wdk_sys::WDF_DPC_CONFIG::default()
    };
    let mut dpc: WDFDPC = core::ptr::null_mut();
    let status = wdf!(WdfDpcCreate, &raw mut config, attributes, &raw mut dpc);
    if status == 0 {
        delete(dpc);
    }
    Status(status)
}

fn timers() {
    const ITEM: u32 = size_of::<WDF_WORKITEM_CONFIG>() as u32;
    let none = core::ptr::null_mut();
    let config = timer_config();
    note!(
        "timer {} item {} dpc {}",
        timer(config, none),
        work_item(ITEM, none),
        dpc(none)
    );
    let mut orphan = plain();
    let orphan = &raw mut orphan;
    note!(
        "timer {} item {} dpc {}",
        timer(config, orphan),
        work_item(ITEM, orphan),
        dpc(orphan)
    );
    say::row("A.timer-no-parent");
    let mut of_driver = under(driver());
    let parent = &raw mut of_driver;
    note!(
        "timer {} item {} dpc {}",
        timer(config, parent),
        work_item(ITEM, parent),
        dpc(parent)
    );
    let free = object("free", NONE);
    let mut of_object = under(free);
    note!("timer {}", timer(config, &raw mut of_object));
    delete(free);
    say::row("A.timer-wrong-parent");
    let device = control(|_| ());
    let mut of_device = under(device.handle);
    let mut small = config;
    small.Size = 4;
    note!(
        "timer {} item {}",
        timer(small, &raw mut of_device),
        work_item(4, &raw mut of_device)
    );
    say::row("A.config-sizes");
    of_device.ExecutionLevel = wdk_sys::_WDF_EXECUTION_LEVEL::WdfExecutionLevelPassive;
    note!("one-shot {}", timer(config, &raw mut of_device));
    let mut unserialized = config;
    unserialized.AutomaticSerialization = 0;
    note!("unserialized {}", timer(unserialized, &raw mut of_device));
    let mut periodic = config;
    periodic.Period = 10;
    note!("periodic {}", timer(periodic, &raw mut of_device));
    say::row("A.passive-timer");
    delete(device.handle);
}

fn memories() {
    let mut out: WDFMEMORY = core::ptr::null_mut();
    let mut buffer: PVOID = core::ptr::null_mut();
    let none = core::ptr::null_mut();
    let zero = wdf!(
        WdfMemoryCreate,
        none,
        0,
        1,
        0,
        &raw mut out,
        &raw mut buffer
    );
    let mut bytes = [0_u8; 16];
    let place: PVOID = bytes.as_mut_ptr().cast();
    let preallocated = wdf!(WdfMemoryCreatePreallocated, none, place, 0, &raw mut out);
    note!(
        "create {} preallocated {}",
        Status(zero),
        Status(preallocated)
    );
    say::row("A.memory-size-0");
    let m = memory("memory", NONE, 8);
    let to = wdf!(WdfMemoryCopyToBuffer, m, 4, place, 8);
    let from = wdf!(WdfMemoryCopyFromBuffer, m, 4, place, 8);
    let zero = wdf!(WdfMemoryCopyFromBuffer, m, 0, place, 0);
    let right = wdf!(WdfMemoryCopyFromBuffer, m, 0, place, 8);
    note!(
        "to {} from {} zero {}",
        Status(to),
        Status(from),
        Status(zero)
    );
    note!("right {}", Status(right));
    delete(m);
    say::row("A.memory-copy");
    wdf!(WdfMemoryCreatePreallocated, none, place, 8, &raw mut out);
    let assigned = wdf!(WdfMemoryAssignBuffer, out, place, 16);
    let mut size = 0;
    wdf!(WdfMemoryGetBuffer, out, &raw mut size);
    note!("{} size {size}", Status(assigned));
    delete(out);
    say::row("A.memory-assign");
}

fn try_queue(device: &stack::Device, config: &wdk_sys::WDF_IO_QUEUE_CONFIG) -> Status {
    let mut config = *config;
    let mut queue: WDFQUEUE = core::ptr::null_mut();
    let none = core::ptr::null_mut();
    let status = wdf!(
        WdfIoQueueCreate,
        device.handle,
        &raw mut config,
        none,
        &raw mut queue
    );
    Status(status)
}

fn queues() {
    let device = control(|_| ());
    let good = queue_config(MANUAL, false);
    for size in [0, 8, 0x50, 0x58, 0x60] {
        let mut config = good;
        config.Size = size;
        note!("{size:X} {}", try_queue(&device, &config));
    }
    say::row("A.queue-sizes");
    note!(
        "no handler {}",
        try_queue(&device, &queue_config(PARALLEL, true))
    );
    note!("type 0 {}", try_queue(&device, &queue_config(0, false)));
    let mut handled = good;
    handled.EvtIoDeviceControl = Some(no_control);
    note!("manual with handler {}", try_queue(&device, &handled));
    let mut default = good;
    default.DefaultQueue = 1;
    note!("default {}", try_queue(&device, &default));
    note!("second default {}", try_queue(&device, &default));
    let mut attributes = under(driver());
    stack::queue_with(device.handle, &good, &mut attributes);
    say::row("A.queue-create");
    note!("{}", wdf!(WdfDeviceGetIoTarget, device.handle).is_null());
    let mut target: WDFIOTARGET = core::ptr::null_mut();
    let none = core::ptr::null_mut();
    let status = wdf!(WdfIoTargetCreate, device.handle, none, &raw mut target);
    note!(
        "create {} state {}",
        Status(status),
        wdf!(WdfIoTargetGetState, target)
    );
    say::row("A.control-target");
    delete(device.handle);
}

pub(crate) unsafe extern "C" fn no_control(
    _: WDFQUEUE,
    _: wdk_sys::WDFREQUEST,
    _: usize,
    _: usize,
    _: u32,
) {
}

fn request_parent() {
    let r = crate::objects::request("request", driver().cast());
    note!("{}", !r.is_null());
    delete(r);
    say::row("A.request-parent");
    const _: () = assert!(size_of::<WDF_DRIVER_CONFIG>() == 32);
}

pub(crate) fn run() {
    attributes();
    timers();
    memories();
    queues();
    request_parent();
}
