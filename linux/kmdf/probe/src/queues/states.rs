//! Forwarding, and the states of a queue.

use super::*;
use wdk_sys::{PVOID, WDFQUEUE};

use crate::hold::{self, Then};
use crate::irp;
use crate::kit::{Status, delete};
use crate::stack::{MANUAL, PARALLEL, control, queue, queue_config};
use crate::{note, say, wdf};

unsafe extern "C" fn on_state(_: WDFQUEUE, _: PVOID) {
    note!("state callback");
}

pub(super) fn forwards() {
    let device = control(hold::named_requests);
    let other = control(|_| ());
    queue(device.handle, &hold::all(PARALLEL, true));
    let foreign = queue(other.handle, &queue_config(MANUAL, false));
    let stopped = queue(device.handle, &hold::all(PARALLEL, false));
    let purged = queue(device.handle, &queue_config(MANUAL, false));
    let mut config = queue_config(MANUAL, false);
    config.EvtIoCanceledOnQueue = Some(hold::on_canceled);
    let cancelable = queue(device.handle, &config);
    wdf!(WdfIoQueueStop, stopped, None, core::ptr::null_mut());
    wdf!(WdfIoQueuePurge, purged, None, core::ptr::null_mut());
    hold::then(Then::Keep);
    let irps = [1, 2, 3, 4].map(|number| hold::send("irp", &device, irp::CONTROL, number, NO_FILE));
    say::row("");
    let forward = |index: usize, queue: WDFQUEUE| {
        Status(wdf!(WdfRequestForwardToIoQueue, hold::held(index), queue))
    };
    note!("{}", forward(0, foreign));
    say::row("C.forward-other-device");
    note!("{}", forward(1, stopped));
    note!("start");
    wdf!(WdfIoQueueStart, stopped);
    note!("started");
    say::row("C.forward-stopped");
    note!("{}", forward(2, purged));
    hold::complete(2, 0xC020_0204_u32 as i32);
    say::row("C.forward-purged");
    note!("{}", forward(3, cancelable));
    note!("cancel {}", irps[3].get().cancel());
    say::row("C.cancel-forwarded");
    note!("cancel {}", irps[0].get().cancel());
    say::row("C.cancel-forwarded-plain");
    hold::complete(4, 0);
    hold::forget_all();
    for sent in irps {
        sent.free();
    }
    say::row("");
    let held = hold::send("irp", &device, irp::CONTROL, 1, NO_FILE);
    held.get().cancel();
    say::row("");
    note!("{}", forward(0, cancelable));
    say::row("C.forward-cancelled");
    hold::forget_all();
    held.free();
    let early = hold::numbered("irp", &device, irp::CONTROL, 2, NO_FILE);
    // SAFETY: the IRP is ours and not on its way yet.
    unsafe { (*early.irp).Cancel = 1 };
    early.send(device.object);
    note!("canceled {}", wdf!(WdfRequestIsCanceled, hold::held(0)));
    let status = wdf!(
        WdfRequestMarkCancelableEx,
        hold::held(0),
        Some(crate::cancel::on_cancel)
    );
    note!("mark {}", Status(status));
    hold::complete_all();
    early.free();
    say::row("C.arrives-cancelled");
    delete(device.handle);
    delete(other.handle);
}

fn state(queue: WDFQUEUE) -> i32 {
    wdf!(
        WdfIoQueueGetState,
        queue,
        core::ptr::null_mut(),
        core::ptr::null_mut()
    )
}

pub(super) fn states() {
    let none = core::ptr::null_mut();
    let device = control(hold::named_requests);
    let q = queue(device.handle, &hold::all(PARALLEL, true));
    hold::then(Then::Keep);
    note!("fresh {:X}", state(q));
    let first = hold::send("irp1", &device, irp::CONTROL, 1, NO_FILE);
    wdf!(WdfIoQueueStop, q, Some(on_state), none);
    note!("{:X}", state(q));
    let second = hold::send("irp2", &device, irp::CONTROL, 2, NO_FILE);
    hold::complete(0, 0);
    note!("completed");
    wdf!(WdfIoQueueStart, q);
    note!("started {:X}", state(q));
    hold::complete(1, 0);
    hold::forget_all();
    first.free();
    second.free();
    say::row("C.stop");
    let drain = |row: &str, purge: bool| {
        let first = hold::send("irp1", &device, irp::CONTROL, 1, NO_FILE);
        if purge {
            wdf!(WdfIoQueuePurge, q, Some(on_state), none);
        } else {
            wdf!(WdfIoQueueDrain, q, Some(on_state), none);
        }
        note!("{:X}", state(q));
        let second = hold::send("irp2", &device, irp::CONTROL, 2, NO_FILE);
        hold::complete_all();
        note!("{:X}", state(q));
        wdf!(WdfIoQueueStart, q);
        note!("started {:X}", state(q));
        first.free();
        second.free();
        say::row(row);
    };
    drain("C.drain", false);
    drain("C.purge", true);
    wdf!(WdfIoQueuePurge, q, Some(on_state), none);
    note!("returned");
    wdf!(WdfIoQueueStart, q);
    say::row("C.purge-empty");
    let marked = hold::send("irp1", &device, irp::CONTROL, 1, NO_FILE);
    let plain = hold::send("irp2", &device, irp::CONTROL, 2, NO_FILE);
    wdf!(
        WdfRequestMarkCancelableEx,
        hold::held(0),
        Some(crate::cancel::on_cancel)
    );
    say::row("");
    wdf!(WdfIoQueuePurge, q, Some(on_state), none);
    note!("complete the other");
    hold::complete(1, 0);
    hold::forget_all();
    marked.free();
    plain.free();
    wdf!(WdfIoQueueStart, q);
    say::row("C.purge-marked");
    let first = hold::send("irp1", &device, irp::CONTROL, 1, NO_FILE);
    wdf!(WdfIoQueueStopAndPurge, q, Some(on_state), none);
    note!("{:X}", state(q));
    let second = hold::send("irp2", &device, irp::CONTROL, 2, NO_FILE);
    hold::complete(0, 0);
    wdf!(WdfIoQueueStart, q);
    hold::complete(1, 0);
    hold::forget_all();
    first.free();
    second.free();
    say::row("C.stop-and-purge");
    let first = hold::send("irp1", &device, irp::CONTROL, 1, NO_FILE);
    hold::complete_later(100);
    note!("stop");
    wdf!(WdfIoQueueStopSynchronously, q);
    note!("stopped {:X}", state(q));
    hold::forget_all();
    first.free();
    say::row("C.stop-synchronously");
    delete(device.handle);
}
