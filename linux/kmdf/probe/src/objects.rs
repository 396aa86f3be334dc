//! Section A: objects.

use wdk_sys::{
    NTSTATUS, PVOID, WDFCOLLECTION, WDFDEVICE, WDFMEMORY, WDFOBJECT, WDFQUEUE, WDFREQUEST, WDFTIMER,
};

use crate::irp::{self, Sent};
use crate::kit::{
    NONE, OTHER, Status, context, delete, dereference, named, object, plain, reference,
};
use crate::stack::{self, MANUAL, PARALLEL, control, queue_config, queue_with};
use crate::{note, say, wdf};

fn trees() {
    let p = object("P", NONE);
    object("c1", p);
    let c2 = object("c2", p);
    object("c3", p);
    object("g", c2);
    delete(p);
    note!("returned");
    say::row("A1");

    let p = object("P", NONE);
    object("c1", p);
    let c2 = object("c2", p);
    object("c3", p);
    delete(c2);
    note!("then");
    delete(p);
    say::row("A1b");
}

fn references() {
    let p = object("P", NONE);
    object("c1", p);
    reference(p);
    delete(p);
    note!("deleted");
    note!("context {}", crate::kit::name(p));
    let mut attributes = named(p);
    let mut child: WDFOBJECT = NONE;
    let status = wdf!(WdfObjectCreate, &raw mut attributes, &raw mut child);
    note!("child {}", Status(status));
    dereference(p);
    say::row("A2");

    let p = object("P", NONE);
    let c1 = object("c1", p);
    object("c2", p);
    reference(c1);
    delete(p);
    note!("deleted");
    dereference(c1);
    say::row("A2b");

    let p = object("P", NONE);
    let c = object("c", p);
    reference(c);
    delete(p);
    note!("again");
    delete(c);
    note!("deleted twice");
    dereference(c);
    say::row("A2c");
}

fn contexts() {
    let o = object("O", NONE);
    context(o).number = 7;
    let mut attributes = named(NONE);
    let mut memory: PVOID = core::ptr::null_mut();
    attributes.ContextTypeInfo = OTHER.get();
    let status = wdf!(
        WdfObjectAllocateContext,
        o,
        &raw mut attributes,
        &raw mut memory
    );
    // SAFETY: the framework made it with this type's size.
    let zeroed = unsafe { memory.cast::<crate::kit::Named>().read() }.number == 0;
    note!(
        "second {} zeroed {zeroed} first {}",
        Status(status),
        context(o).number
    );
    let mut again: PVOID = core::ptr::null_mut();
    let status = wdf!(
        WdfObjectAllocateContext,
        o,
        &raw mut attributes,
        &raw mut again
    );
    note!("again {} same {}", Status(status), memory == again);
    attributes.ParentObject = o;
    let status = wdf!(
        WdfObjectAllocateContext,
        o,
        &raw mut attributes,
        &raw mut again
    );
    note!("with parent {}", Status(status));
    note!("owner {}", wdf!(WdfObjectContextGetObject, memory) == o);
    delete(o);
    say::row("A3");

    let mut attributes = named(NONE);
    attributes.ContextSizeOverride = 4;
    let mut o: WDFOBJECT = NONE;
    let status = wdf!(WdfObjectCreate, &raw mut attributes, &raw mut o);
    note!("too small {}", Status(status));
    attributes.ContextSizeOverride = 1024;
    let status = wdf!(WdfObjectCreate, &raw mut attributes, &raw mut o);
    // SAFETY: the context has 1024 bytes.
    let bytes =
        unsafe { core::slice::from_raw_parts(core::ptr::from_ref(context(o)).cast::<u8>(), 1024) };
    note!(
        "1024 {} zeroed {}",
        Status(status),
        bytes.iter().all(|&byte| byte == 0)
    );
    let absent = wdf!(WdfObjectGetTypedContextWorker, o, OTHER.get());
    note!("absent {}", absent.is_null());
    context(o).name = Some("O");
    delete(o);
    say::row("A3b");
}

/// A memory object with a name.
pub(crate) fn memory(name: &'static str, parent: WDFOBJECT, size: usize) -> WDFMEMORY {
    let mut attributes = named(parent);
    let mut memory: WDFMEMORY = core::ptr::null_mut();
    let mut buffer: PVOID = core::ptr::null_mut();
    let status = wdf!(
        WdfMemoryCreate,
        &raw mut attributes,
        0,
        0x6562_6F72,
        size,
        &raw mut memory,
        &raw mut buffer
    );
    if status == 0 {
        context(memory).name = Some(name);
    } else {
        note!("WdfMemoryCreate {}", Status(status));
    }
    memory
}

/// A request of the driver's own with a name.
pub(crate) fn request(name: &'static str, parent: WDFOBJECT) -> WDFREQUEST {
    let mut attributes = named(parent);
    let mut request: WDFREQUEST = core::ptr::null_mut();
    let status = wdf!(
        WdfRequestCreate,
        &raw mut attributes,
        core::ptr::null_mut(),
        &raw mut request
    );
    if status == 0 {
        context(request).name = Some(name);
    } else {
        note!("WdfRequestCreate {}", Status(status));
    }
    request
}

fn driver_request() {
    let r = request("request", NONE);
    memory("memory", r.cast(), 8);
    delete(r);
    say::row("A4");
}

unsafe extern "C" fn hold(_: WDFQUEUE, request: WDFREQUEST, _: usize, _: usize, _: u32) {
    context(request).name = Some("request");
    memory("memory", request.cast(), 8);
    HELD.store(request, core::sync::atomic::Ordering::Release);
}

static HELD: core::sync::atomic::AtomicPtr<wdk_sys::WDFREQUEST__> =
    core::sync::atomic::AtomicPtr::new(core::ptr::null_mut());

fn request_attributes(init: wdk_sys::PWDFDEVICE_INIT) {
    let mut attributes = named(NONE);
    wdf!(WdfDeviceInitSetRequestAttributes, init, &raw mut attributes);
}

fn queue_request() {
    let device = control(request_attributes);
    let mut config = queue_config(PARALLEL, true);
    config.EvtIoDeviceControl = Some(hold);
    stack::queue(device.handle, &config);
    for (row, referenced) in [("A6", false), ("A6b", true)] {
        let sent = Sent::new("irp", device.object, 0);
        let code = u64::from(irp::BUFFERED);
        sent.set(irp::CONTROL, 0, core::ptr::null_mut(), [0, 0, code, 0]);
        let returned = sent.send(device.object);
        note!("returned {}", Status(returned));
        let held = HELD.load(core::sync::atomic::Ordering::Acquire);
        if referenced {
            reference(held);
        }
        wdf!(WdfRequestComplete, held, 0);
        note!("completed");
        if referenced {
            dereference(held);
        }
        sent.free();
        say::row(row);
    }
    delete(device.handle);
}

pub(crate) unsafe extern "C" fn nothing(_: WDFTIMER) {}

fn timer_under(parent: WDFOBJECT) -> WDFTIMER {
    let mut config = wdk_sys::WDF_TIMER_CONFIG {
        Size: size_of::<wdk_sys::WDF_TIMER_CONFIG>() as u32,
        EvtTimerFunc: Some(nothing),
        ..wdk_sys::WDF_TIMER_CONFIG::default()
    };
    let mut attributes = named(parent);
    let mut timer: WDFTIMER = core::ptr::null_mut();
    let status = wdf!(
        WdfTimerCreate,
        &raw mut config,
        &raw mut attributes,
        &raw mut timer
    );
    if status != 0 {
        note!("WdfTimerCreate {}", Status(status));
    } else {
        context(timer).name = Some("timer");
    }
    timer
}

fn named_queue(device: WDFDEVICE) -> WDFQUEUE {
    let mut attributes = named(device);
    let queue = queue_with(device, &queue_config(MANUAL, false), &mut attributes);
    context(queue).name = Some("queue");
    queue
}

fn device_children() {
    let device = stack::control_with(|_| (), &mut named(NONE));
    context(device.handle).name = Some("device");
    timer_under(device.handle.cast());
    named_queue(device.handle);
    request("request", device.handle.cast());
    object("object", device.handle.cast());
    delete(device.handle);
    note!("returned");
    say::row("A7");
}

fn collection() {
    let mut collection: WDFCOLLECTION = core::ptr::null_mut();
    let mut attributes = plain();
    wdf!(
        WdfCollectionCreate,
        &raw mut attributes,
        &raw mut collection
    );
    let item = object("item", NONE);
    let status = wdf!(WdfCollectionAdd, collection, item);
    delete(item);
    note!(
        "add {} count {}",
        Status(status),
        wdf!(WdfCollectionGetCount, collection)
    );
    wdf!(WdfCollectionRemoveItem, collection, 0);
    note!("count {}", wdf!(WdfCollectionGetCount, collection));
    note!(
        "past the end {}",
        wdf!(WdfCollectionGetItem, collection, 3).is_null()
    );
    delete(collection);
    say::row("A9");
}

/// Objects that are left to the unload: A8.
fn leave() {
    object("left 1", NONE);
    object("left 2", stack::driver().cast());
}

pub(crate) fn create_status(attributes: &mut wdk_sys::WDF_OBJECT_ATTRIBUTES) -> NTSTATUS {
    let mut object: WDFOBJECT = NONE;
    let status = wdf!(WdfObjectCreate, &raw mut *attributes, &raw mut object);
    if status == 0 {
        delete(object);
    }
    status
}

pub(crate) fn run() {
    trees();
    references();
    contexts();
    driver_request();
    queue_request();
    device_children();
    collection();
    leave();
}
