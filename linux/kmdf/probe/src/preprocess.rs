//! Section H: the IRP preprocess callback, and EvtIoInCallerContext of section I.

use core::sync::atomic::{AtomicU32, Ordering};

use wdk_sys::{
    NTSTATUS, PDEVICE_OBJECT, PFILE_OBJECT, PIRP, PVOID, PWDFDEVICE_INIT, WDFDEVICE, WDFREQUEST,
    ntddk,
};

use crate::hold::{self, Then};
use crate::irp;
use crate::kit::{Status, delete};
use crate::lower::{self, Mode};
use crate::stack::{Device, FILTER, PARALLEL, PLAIN, Setup, control, queue, stack};
use crate::{note, say, wdf};

const NO_FILE: PFILE_OBJECT = core::ptr::null_mut();

static WAY: AtomicU32 = AtomicU32::new(0);

const SKIP_DISPATCH: u32 = 0;
const COPY_DISPATCH: u32 = 1;
const SKIP_CALL: u32 = 2;
const COMPLETE: u32 = 3;
const NEITHER: u32 = 4;
const COPY_CALL: u32 = 5;

/// Completion routine of the driver's own, on the location that it copied.
unsafe extern "C" fn seen(device: PDEVICE_OBJECT, irp: PIRP, context: PVOID) -> NTSTATUS {
    let object = wdf!(WdfDeviceWdmGetDeviceObject, context.cast());
    // SAFETY: the IRP is live.
    let pending = unsafe { (*irp).PendingReturned };
    note!(
        "routine {} own {} pending {pending}",
        Status(irp::status(irp)),
        device == object
    );
    if pending != 0 {
        irp::mark_pending(irp);
    }
    // STATUS_CONTINUE_COMPLETION
    0
}

unsafe extern "C" fn preprocess(device: WDFDEVICE, irp: PIRP) -> NTSTATUS {
    let object = wdf!(WdfDeviceWdmGetDeviceObject, device);
    let stack = irp::current(irp);
    // SAFETY: the IRP is on its way.
    let (own, at_top) = unsafe {
        (
            (*stack).DeviceObject == object,
            (*irp).CurrentLocation == (*object).StackSize,
        )
    };
    note!("preprocess own {own} top {at_top}");
    match WAY.load(Ordering::Acquire) {
        SKIP_DISPATCH => {
            irp::skip(irp);
            wdf!(WdfDeviceWdmDispatchPreprocessedIrp, device, irp)
        }
        COPY_DISPATCH => {
            irp::copy_to_next(irp);
            wdf!(WdfDeviceWdmDispatchPreprocessedIrp, device, irp)
        }
        SKIP_CALL => {
            irp::skip(irp);
            let lower = wdf!(WdfDeviceWdmGetAttachedDevice, device);
            // SAFETY: the lower device is live.
            unsafe { ntddk::IofCallDriver(lower, irp) }
        }
        COPY_CALL => {
            irp::copy_to_next(irp);
            irp::on_completion(irp, seen, device.cast());
            let lower = wdf!(WdfDeviceWdmGetAttachedDevice, device);
            // SAFETY: the lower device is live.
            unsafe { ntddk::IofCallDriver(lower, irp) }
        }
        NEITHER => wdf!(WdfDeviceWdmDispatchPreprocessedIrp, device, irp),
        _ => {
            // SAFETY: the IRP is ours.
            unsafe {
                (*irp).IoStatus.__bindgen_anon_1.Status = 0;
                (*irp).IoStatus.Information = 3;
                ntddk::IofCompleteRequest(irp, 0);
            }
            0
        }
    }
}

fn register(init: PWDFDEVICE_INIT) {
    hold::named_requests(init);
    let status = wdf!(
        WdfDeviceInitAssignWdmIrpPreprocessCallback,
        init,
        Some(preprocess),
        irp::INTERNAL,
        core::ptr::null_mut(),
        0
    );
    if status != 0 {
        note!("preprocess {}", Status(status));
    }
}

fn internal(device: &Device) {
    hold::send("irp", device, irp::INTERNAL, 1, NO_FILE).free();
}

fn ways() {
    let setup = Setup {
        init: register,
        ..FILTER
    };
    let device = stack(&setup);
    queue(device.handle, &hold::all(PARALLEL, true));
    device.start_quietly();
    lower::answer(Mode::Inline, 0, 5);
    say::row("");
    // SAFETY: both device objects are live.
    let above = unsafe { (*device.object).StackSize - (*device.lower).StackSize };
    let attached = wdf!(WdfDeviceWdmGetAttachedDevice, device.handle);
    let physical = wdf!(WdfDeviceWdmGetPhysicalDevice, device.handle);
    note!(
        "lower+{above}; {} {}",
        attached == device.lower,
        physical == device.lower
    );
    say::row("H.stack");
    hold::then(Then::Complete);
    for (way, row) in [
        (SKIP_DISPATCH, "H.skip-dispatch"),
        (COPY_DISPATCH, "H.copy-dispatch"),
        (SKIP_CALL, "H.skip-call"),
        (COMPLETE, "H.complete"),
        (NEITHER, "H.neither"),
    ] {
        WAY.store(way, Ordering::Release);
        internal(&device);
        say::row(row);
    }
    WAY.store(COPY_CALL, Ordering::Release);
    internal(&device);
    lower::answer(Mode::Cancelable, 0, 5);
    let sent = hold::send("irp", &device, irp::INTERNAL, 1, NO_FILE);
    note!("then");
    sent.get().cancel();
    sent.free();
    lower::answer(Mode::Inline, 0, 5);
    say::row("H.copy-call");
    hold::send("irp", &device, irp::CONTROL, 1, NO_FILE).free();
    say::row("H.other-major");
    WAY.store(SKIP_CALL, Ordering::Release);
    lower::quiet(true);
    device.pnp(irp::SURPRISE_REMOVAL);
    lower::quiet(false);
    say::row("");
    internal(&device);
    say::row("H.after-surprise");
    lower::answer(Mode::Inline, 0, 0);
    device.remove_quietly();
    say::row("");
}

unsafe extern "C" fn in_caller_context(device: WDFDEVICE, request: WDFREQUEST) {
    let status = wdf!(WdfDeviceEnqueueRequest, device, request);
    note!("enqueue {}", Status(status));
    if status != 0 {
        wdf!(WdfRequestComplete, request, status);
    }
}

fn with_caller_context(init: PWDFDEVICE_INIT) {
    hold::named_requests(init);
    wdf!(
        WdfDeviceInitSetIoInCallerContextCallback,
        init,
        Some(in_caller_context)
    );
}

fn caller_context() {
    let control_irp = |device: &Device, major: u8| {
        hold::send("irp", device, major, 1, NO_FILE).free();
    };
    let device = control(with_caller_context);
    control_irp(&device, irp::CONTROL);
    say::row("I.enqueue-no-queue");
    queue(device.handle, &hold::only_control(PARALLEL, true));
    control_irp(&device, irp::CONTROL);
    say::row("I.enqueue");
    control_irp(&device, irp::INTERNAL);
    say::row("I.enqueue-no-handler");
    control_irp(&device, irp::CREATE);
    say::row("I.enqueue-create");
    delete(device.handle);
    let setup = Setup {
        filter: true,
        init: with_caller_context,
        ..PLAIN
    };
    let device = stack(&setup);
    device.start_quietly();
    say::row("");
    control_irp(&device, irp::CONTROL);
    say::row("I.enqueue-filter");
    device.remove_quietly();
    say::row("");
}

pub(crate) fn run() {
    ways();
    caller_context();
}
