//! Requests that meet PnP IRPs.

use super::*;

use wdk_sys::WDFQUEUE;

use crate::hold::{self, Then};
use crate::irp;
use crate::kit::context;
use crate::lower::{self, Mode};
use crate::stack::{Device, MANUAL, PARALLEL, queue, queue_config, stack};
use crate::{note, say, wdf};

pub(super) fn requests() {
    // A function device, its default queue power-managed.
    let function = setup(false);
    let device = stack(&function);
    let mut config = hold::all(PARALLEL, true);
    config.EvtIoStop = Some(hold::on_stop);
    config.EvtIoResume = Some(hold::on_resume);
    queue(device.handle, &config);
    hold::then(Then::Complete);
    say::row("");
    let early = hold::send("irp", &device, irp::CONTROL, 1, NO_FILE);
    note!("start");
    lower::quiet(true);
    device.start();
    early.free();
    say::row("G.before-start");
    device.pnp(irp::STOP);
    say::row("");
    let stopped = hold::send("irp", &device, irp::CONTROL, 1, NO_FILE);
    note!("start");
    device.start();
    stopped.free();
    say::row("G.while-stopped");
    hold::then(Then::Keep);
    hold::forget_all();
    for (row, what) in [
        ("G.stop-acknowledged", 1),
        ("G.stop-requeued", 2),
        ("G.stop-completed", 3),
    ] {
        hold::at_stop(what);
        let held = hold::send("irp", &device, irp::CONTROL, 1, NO_FILE);
        say::row("");
        device.pnp(irp::STOP);
        note!("start");
        device.start();
        if what != 3 {
            hold::complete(hold::count() - 1, 0);
        }
        hold::forget_all();
        held.free();
        say::row(row);
    }
    device.pnp(irp::SURPRISE_REMOVAL);
    say::row("");
    hold::send("irp", &device, irp::CONTROL, 1, NO_FILE).free();
    hold::send("irp", &device, irp::READ, 1, NO_FILE).free();
    say::row("G.after-surprise");
    lower::quiet(false);
    device.remove_quietly();
    say::row("");

    queued_at_remove(&function, "G.function-queued-at-remove");

    let device = stack(&function);
    queue(device.handle, &hold::all(PARALLEL, true));
    fail(PREPARE, 0xC000_0001);
    lower::quiet(true);
    device.pnp(irp::START);
    fail(0, 0);
    say::row("");
    hold::send("irp", &device, irp::CONTROL, 1, NO_FILE).free();
    say::row("G.after-failed-start");
    device.remove_quietly();
    say::row("");
}

/// Removes a device while a request that the driver had is in its manual queue.
fn queued_at_remove(setup: &Setup, row: &str) {
    let device = stack(setup);
    let mut manual = queue_config(MANUAL, true);
    manual.EvtIoCanceledOnQueue = Some(hold::on_canceled);
    queue(device.handle, &manual);
    device.start_quietly();
    let queued = hold::send("irp", &device, irp::CONTROL, 1, NO_FILE);
    had(&device);
    say::row("");
    device.remove();
    queued.free();
    say::row(row);
}

/// Takes the request out of the manual default queue and puts it back: the driver had it.
fn had(device: &Device) {
    let mut request = core::ptr::null_mut();
    let queue: WDFQUEUE = device.default_queue();
    wdf!(WdfIoQueueRetrieveNextRequest, queue, &raw mut request);
    context(request).name = Some("r1");
    wdf!(WdfRequestRequeue, request);
}

pub(super) fn filter_requests() {
    let filter = setup(true);
    let device = stack(&filter);
    queue(device.handle, &hold::all(PARALLEL, true));
    hold::then(Then::Complete);
    say::row("");
    hold::send("irp", &device, irp::CONTROL, 1, NO_FILE).free();
    say::row("G.filter-before-start");
    lower::quiet(true);
    device.start();
    device.pnp(irp::STOP);
    say::row("");
    hold::send("irp", &device, irp::CONTROL, 1, NO_FILE).free();
    say::row("G.filter-while-stopped");
    device.start();
    device.pnp(irp::SURPRISE_REMOVAL);
    say::row("");
    hold::send("irp", &device, irp::CONTROL, 1, NO_FILE).free();
    say::row("G.filter-after-surprise");
    lower::quiet(false);
    device.remove_quietly();
    say::row("");

    queued_at_remove(&filter, "G.filter-queued-at-remove");

    let device = stack(&filter);
    let mut config = hold::all(PARALLEL, true);
    config.EvtIoStop = Some(hold::on_stop);
    queue(device.handle, &config);
    device.start_quietly();
    hold::then(Then::Keep);
    hold::forget_all();
    hold::at_stop(3);
    let held = hold::send("irp", &device, irp::CONTROL, 1, NO_FILE);
    say::row("");
    device.pnp(irp::SURPRISE_REMOVAL);
    note!("held {}", !held.get().is_done());
    say::row("G.filter-held-at-surprise");
    device.remove();
    held.free();
    hold::forget_all();
    say::row("G.filter-held-at-remove");

    // A request of the driver's below, cancelable there, when the device goes.
    let device = stack(&filter);
    named_queue(&device);
    device.start_quietly();
    lower::answer(Mode::Cancelable, 0, 0);
    let target = wdf!(WdfDeviceGetIoTarget, device.handle);
    crate::send::send_own(device.handle.cast(), target);
    say::row("");
    lower::answer(Mode::Inline, 0, 0);
    device.remove();
    say::row("G.own-request-below");
}
