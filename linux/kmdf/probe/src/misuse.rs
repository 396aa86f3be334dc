//! Section J: misuse. This runs in a driver of its own, whose findings are recorded only.

use wdk_sys::{
    PCUNICODE_STRING, PFILE_OBJECT, ULONG, UNICODE_STRING, WDFMEMORY, WDFOBJECT, WDFQUEUE,
    WDFREQUEST, WDFSPINLOCK, WDFSTRING, WDFWAITLOCK, ntddk,
};

use crate::cancel::on_cancel;
use crate::hold::{self, SentBox, Then};
use crate::irp;
use crate::kit::{NONE, Status, delete, dereference, object, plain, reference};
use crate::lower::{self, Mode};
use crate::objects::{memory, request};
use crate::stack::{
    self, Device, FILTER, MANUAL, PARALLEL, Setup, control, queue, queue_config, stack,
};
use crate::{note, say, utf16, wdf};

const NO_FILE: PFILE_OBJECT = core::ptr::null_mut();

/// Has the findings of this driver recorded only: a value in its service key.
pub(crate) fn record_only(registry_path: PCUNICODE_STRING) {
    const KEY_ALL_ACCESS: u32 = 0xF003F;
    let mut root = core::ptr::null_mut();
    let mut names = [
        // SAFETY: DriverEntry's argument.
        unsafe { registry_path.read() },
        utf16!("Parameters"),
        utf16!("Wdf"),
    ];
    for name in &mut names {
        let mut attributes = wdk_sys::OBJECT_ATTRIBUTES {
            Length: size_of::<wdk_sys::OBJECT_ATTRIBUTES>() as ULONG,
            RootDirectory: root,
            ObjectName: name,
            Attributes: 0x240,
            ..wdk_sys::OBJECT_ATTRIBUTES::default()
        };
        let no = core::ptr::null_mut();
        let mut key = core::ptr::null_mut();
        // SAFETY: the structures are live locals.
        let status = unsafe {
            ntddk::ZwCreateKey(
                &raw mut key,
                KEY_ALL_ACCESS,
                &raw mut attributes,
                0,
                no,
                0,
                core::ptr::null_mut(),
            )
        };
        if status != 0 {
            note!("ZwCreateKey {}", Status(status));
        }
        root = key;
    }
    let mut value: UNICODE_STRING = utf16!("VerifierRecordOnly");
    let mut one: u32 = 1;
    // SAFETY: the key is open, the value is a live local.
    let status =
        unsafe { ntddk::ZwSetValueKey(root, &raw mut value, 0, 4, (&raw mut one).cast(), 4) };
    note!("record only {}", Status(status));
    say::row("");
}

fn handles() {
    let gone = object("gone", NONE);
    delete(gone);
    say::row("");
    delete(gone);
    say::row("J.delete-twice");
    let m = memory("memory", NONE, 8);
    wdf!(WdfSpinLockAcquire, m.cast());
    say::row("J.wrong-type");
    wdf!(WdfSpinLockAcquire, core::ptr::null_mut());
    say::row("J.null-handle");
    let status = wdf!(
        WdfWaitLockCreate,
        core::ptr::null_mut(),
        core::ptr::null_mut()
    );
    note!("{}", Status(status));
    say::row("J.null-parameter");
    let status = wdf!(
        WdfMemoryAssignBuffer,
        m,
        (&raw const m).cast_mut().cast(),
        8
    );
    note!("{}", Status(status));
    say::row("J.assign-pool-memory");
    dereference(m);
    say::row("J.dereference");
    delete(stack::driver());
    say::row("J.delete-driver");
    let device = control(|_| ());
    let q: WDFQUEUE = queue(device.handle, &hold::all(PARALLEL, true));
    delete(q);
    say::row("J.delete-default-queue");
    delete(device.handle);
}

fn locks() {
    let mut spin: WDFSPINLOCK = core::ptr::null_mut();
    let mut wait: WDFWAITLOCK = core::ptr::null_mut();
    let mut attributes = plain();
    wdf!(WdfSpinLockCreate, &raw mut attributes, &raw mut spin);
    wdf!(WdfWaitLockCreate, &raw mut attributes, &raw mut wait);
    wdf!(WdfSpinLockRelease, spin);
    say::row("J.spin-not-held");
    wdf!(WdfWaitLockRelease, wait);
    say::row("J.wait-not-held");
    wdf!(WdfSpinLockAcquire, spin);
    wdf!(WdfSpinLockAcquire, spin);
    say::row("J.spin-recursive");
    let status = wdf!(WdfWaitLockAcquire, wait, core::ptr::null_mut());
    note!("wait lock {}", Status(status));
    let mut string: WDFSTRING = core::ptr::null_mut();
    let none = core::ptr::null_mut();
    let status = wdf!(WdfStringCreate, core::ptr::null(), none, &raw mut string);
    note!("string {}", Status(status));
    wdf!(WdfSpinLockRelease, spin);
    say::row("J.irql");
    wdf!(WdfWaitLockAcquire, wait, core::ptr::null_mut());
    let status = wdf!(WdfWaitLockAcquire, wait, core::ptr::null_mut());
    note!("{}", Status(status));
    wdf!(WdfWaitLockRelease, wait);
    say::row("J.wait-recursive");
    delete(spin);
    delete(wait);
}

static LOCK: core::sync::atomic::AtomicPtr<wdk_sys::WDFSPINLOCK__> =
    core::sync::atomic::AtomicPtr::new(core::ptr::null_mut());

unsafe extern "C" fn keeps_lock(_: WDFQUEUE, request: WDFREQUEST, _: usize, _: usize, _: u32) {
    wdf!(
        WdfSpinLockAcquire,
        LOCK.load(core::sync::atomic::Ordering::Acquire)
    );
    wdf!(WdfRequestComplete, request, 0);
}

fn held_across_return() {
    let device = control(|_| ());
    let mut spin: WDFSPINLOCK = core::ptr::null_mut();
    let mut attributes = crate::kit::under(device.handle);
    wdf!(WdfSpinLockCreate, &raw mut attributes, &raw mut spin);
    LOCK.store(spin, core::sync::atomic::Ordering::Release);
    let mut config = queue_config(PARALLEL, true);
    config.EvtIoDeviceControl = Some(keeps_lock);
    queue(device.handle, &config);
    let sent = hold::numbered("irp", &device, irp::CONTROL, 1, NO_FILE);
    sent.send(device.object);
    sent.free();
    say::row("J.lock-across-return");
    delete(device.handle);
}

fn hold_one(device: &Device) -> (SentBox, WDFREQUEST) {
    hold::forget_all();
    hold::then(Then::Quietly);
    let sent = hold::send("irp", device, irp::CONTROL, 1, NO_FILE);
    say::row("");
    (sent, hold::held(0))
}

fn requests() {
    let device = control(hold::named_requests);
    let q = queue(device.handle, &hold::all(PARALLEL, true));
    let manual = queue(device.handle, &queue_config(MANUAL, false));
    let (sent, r) = hold_one(&device);
    reference(r);
    wdf!(WdfRequestComplete, r, 0);
    wdf!(WdfRequestComplete, r, 0);
    let mut buffer = core::ptr::null_mut();
    let status = wdf!(
        WdfRequestRetrieveInputBuffer,
        r,
        0,
        &raw mut buffer,
        core::ptr::null_mut()
    );
    note!("failed {}", status != 0);
    dereference(r);
    sent.free();
    say::row("J.complete-twice");
    let own = request("own", NONE);
    wdf!(WdfRequestComplete, own, 0);
    delete(own);
    say::row("J.complete-own");
    let (sent, r) = hold_one(&device);
    note!("{}", Status(wdf!(WdfRequestUnmarkCancelable, r)));
    say::row("J.unmark-unmarked");
    wdf!(WdfRequestMarkCancelableEx, r, Some(on_cancel));
    note!(
        "mark {}",
        Status(wdf!(WdfRequestMarkCancelableEx, r, Some(on_cancel)))
    );
    note!(
        "forward {}",
        Status(wdf!(WdfRequestForwardToIoQueue, r, manual))
    );
    say::row("J.marked-twice");
    wdf!(WdfRequestComplete, r, 0);
    sent.free();
    say::row("J.complete-marked");
    let (sent, r) = hold_one(&device);
    note!("{}", Status(wdf!(WdfRequestForwardToIoQueue, r, q)));
    wdf!(WdfRequestComplete, r, 0);
    sent.free();
    say::row("J.forward-same-queue");
    let (sent, r) = hold_one(&device);
    delete(r);
    wdf!(WdfRequestComplete, r, 0);
    sent.free();
    say::row("J.delete-queue-request");
    let write = hold::numbered("irp", &device, irp::WRITE, 1, NO_FILE);
    hold::forget_all();
    write.send(device.object);
    wdf!(WdfRequestCompleteWithInformation, hold::held(0), 0, 100);
    write.free();
    say::row("J.information");
    let sent = SentBox::new(hold::numbered("irp", &device, irp::WRITE, 1, NO_FILE));
    hold::forget_all();
    sent.get().send(device.object);
    let mut m: WDFMEMORY = core::ptr::null_mut();
    wdf!(WdfRequestRetrieveInputMemory, hold::held(0), &raw mut m);
    reference(m);
    wdf!(WdfRequestComplete, hold::held(0), 0);
    dereference(m);
    sent.free();
    say::row("J.memory-referenced");
    delete(device.handle);
}

fn sending() {
    let setup = Setup {
        init: hold::named_requests,
        ..FILTER
    };
    let device = stack(&setup);
    queue(device.handle, &hold::all(PARALLEL, true));
    let target = wdf!(WdfDeviceGetIoTarget, device.handle);
    device.start_quietly();
    let no = core::ptr::null_mut();
    let own = request("own", device.handle.cast());
    say::row("");
    let sent = wdf!(WdfRequestSend, own, target, no);
    note!("{sent} {}", Status(wdf!(WdfRequestGetStatus, own)));
    say::row("J.unformatted-own");
    let (irp, r) = hold_one(&device);
    let sent = wdf!(WdfRequestSend, r, target, no);
    note!("{sent} {}", Status(wdf!(WdfRequestGetStatus, r)));
    say::row("J.unformatted");
    lower::answer(Mode::Deaf, 0, 0);
    crate::send::send_request(r, target);
    wdf!(WdfRequestComplete, r, 0);
    say::row("J.complete-sent");
    lower::complete(0, 0);
    wdf!(WdfRequestComplete, r, 0);
    irp.free();
    say::row("");
    crate::send::send_request(own, target);
    let mut params = wdk_sys::WDF_REQUEST_REUSE_PARAMS {
        Size: size_of::<wdk_sys::WDF_REQUEST_REUSE_PARAMS>() as u32,
        ..wdk_sys::WDF_REQUEST_REUSE_PARAMS::default()
    };
    note!(
        "reuse {}",
        Status(wdf!(WdfRequestReuse, own, &raw mut params))
    );
    say::row("J.reuse-sent");
    delete(own);
    note!("deleted");
    lower::complete(0, 0);
    say::row("J.delete-sent");
    lower::answer(Mode::Inline, 0, 0);
    device.remove_quietly();
    say::row("");
}

/// Keeps a request over the removal of its device.
fn lost() {
    let setup = Setup {
        init: hold::named_requests,
        ..FILTER
    };
    let device = stack(&setup);
    queue(device.handle, &hold::all(PARALLEL, true));
    device.start_quietly();
    let (irp, _) = hold_one(&device);
    device.remove();
    note!("{}", irp.get().is_done());
    say::row("J.lost-at-remove");
}

/// Leaves objects behind: what the unload finds.
fn leaks() {
    let m: WDFOBJECT = memory("leaked", NONE, 16).cast();
    reference(m);
    let o = object("referenced", NONE);
    reference(o);
    delete(o);
    say::row("");
}

pub(crate) fn run() {
    handles();
    locks();
    held_across_return();
    requests();
    sending();
    lost();
    leaks();
}
