//! When requests are presented, and retrieving them by hand.

use super::*;
use wdk_sys::{PVOID, WDFQUEUE, WDFREQUEST};

use crate::hold::{self, Then};
use crate::irp;
use crate::kit::{Status, delete, name};
use crate::stack::{self, MANUAL, PARALLEL, SEQUENTIAL, control, queue, queue_config};
use crate::{note, say, wdf};

pub(super) fn one_at_a_time() {
    for (row, dispatch, limit) in [
        ("C.sequential", SEQUENTIAL, u32::MAX),
        ("C.parallel-1", PARALLEL, 1),
    ] {
        let device = control(hold::named_requests);
        let mut config = hold::all(dispatch, true);
        config.Settings.Parallel.NumberOfPresentedRequests = limit;
        queue(device.handle, &config);
        hold::then(Then::Keep);
        let first = hold::send("irp1", &device, irp::CONTROL, 1, NO_FILE);
        let second = hold::send("irp2", &device, irp::CONTROL, 2, NO_FILE);
        note!("complete");
        hold::complete(0, 0);
        note!("completed");
        hold::complete(1, 0);
        hold::forget_all();
        first.free();
        second.free();
        say::row(row);
        delete(device.handle);
    }
    let device = control(hold::named_requests);
    queue(device.handle, &hold::all(SEQUENTIAL, true));
    let manual = queue(device.handle, &queue_config(MANUAL, false));
    hold::then(Then::Keep);
    let first = hold::send("irp1", &device, irp::CONTROL, 1, NO_FILE);
    let second = hold::send("irp2", &device, irp::CONTROL, 2, NO_FILE);
    say::row("");
    note!("forward");
    let status = wdf!(WdfRequestForwardToIoQueue, hold::held(0), manual);
    note!("-> {}", Status(status));
    say::row("C.sequential-forward");
    hold::complete(1, 0);
    hold::forget_all();
    first.get().cancel();
    first.free();
    second.free();
    delete(device.handle);
    say::row("");
}

fn retrieve(queue: WDFQUEUE) -> (WDFREQUEST, Status) {
    let mut request: WDFREQUEST = core::ptr::dangling_mut();
    let status = wdf!(WdfIoQueueRetrieveNextRequest, queue, &raw mut request);
    (request, Status(status))
}

pub(super) fn manual() {
    let device = control(hold::named_requests);
    queue(device.handle, &hold::all(PARALLEL, true));
    let manual = queue(device.handle, &queue_config(MANUAL, false));
    let sequential = queue(device.handle, &hold::all(SEQUENTIAL, false));
    let (request, status) = retrieve(manual);
    note!("empty {status} {}", request.is_null());
    note!("sequential {}", retrieve(sequential).1);
    wdf!(WdfIoQueueStop, manual, None, core::ptr::null_mut());
    note!("stopped {}", retrieve(manual).1);
    wdf!(WdfIoQueueStart, manual);
    wdf!(WdfIoQueuePurge, manual, None, core::ptr::null_mut());
    note!("purged {}", retrieve(manual).1);
    wdf!(WdfIoQueueStart, manual);
    say::row("C.retrieve-empty");
    hold::then(Then::Keep);
    let irps = [1, 2, 3].map(|number| hold::send("irp", &device, irp::CONTROL, number, NO_FILE));
    for index in 0..3 {
        wdf!(WdfRequestForwardToIoQueue, hold::held(index), manual);
    }
    say::row("");
    let (request, _) = retrieve(manual);
    note!("same {} {}", request == hold::held(0), name(request));
    note!("requeue {}", Status(wdf!(WdfRequestRequeue, request)));
    note!("head {}", name(retrieve(manual).0));
    let mut found: WDFREQUEST = core::ptr::null_mut();
    let none = core::ptr::null_mut();
    let find = |after: WDFREQUEST, out: *mut WDFREQUEST| {
        Status(wdf!(
            WdfIoQueueFindRequest,
            manual,
            after,
            NO_HANDLE,
            none,
            out
        ))
    };
    note!(
        "find {} {}",
        find(core::ptr::null_mut(), &raw mut found),
        name(found)
    );
    let mut second: WDFREQUEST = core::ptr::null_mut();
    note!("next {} {}", find(found, &raw mut second), name(second));
    let mut third: WDFREQUEST = core::ptr::null_mut();
    note!("past the end {}", find(second, &raw mut third));
    let mut out: WDFREQUEST = core::ptr::null_mut();
    let status = wdf!(WdfIoQueueRetrieveFoundRequest, manual, second, &raw mut out);
    note!("retrieve {} same {}", Status(status), out == second);
    crate::kit::dereference(found);
    crate::kit::dereference(second);
    note!("{}", name(retrieve(manual).0));
    say::row("C.manual");
    by_file();
    note!(
        "{}",
        Status(wdf!(WdfRequestForwardToIoQueue, hold::held(0), sequential))
    );
    note!("requeue {}", Status(wdf!(WdfRequestRequeue, hold::held(3))));
    say::row("C.requeue-elsewhere");
    for index in 1..4 {
        hold::complete(index, 0);
    }
    hold::forget_all();
    for sent in irps {
        sent.free();
    }
    delete(device.handle);
    say::row("");
}

fn by_file() {
    let device = control(|init| {
        stack::file_config(init);
        hold::named_requests(init);
    });
    let manual = queue(device.handle, &queue_config(MANUAL, true));
    let f = stack::file();
    let sent = hold::numbered("create", &device, irp::CREATE, 0, f);
    sent.set(irp::CREATE, 0, f, [0; 4]);
    sent.send(device.object);
    sent.free();
    let irps = [(1, NO_FILE), (2, f)]
        .map(|(number, file)| hold::send("irp", &device, irp::CONTROL, number, file));
    say::row("");
    let handle = wdf!(WdfDeviceGetFileObject, device.handle, f);
    let mut request: WDFREQUEST = core::ptr::null_mut();
    for _ in 0..2 {
        let status = wdf!(
            WdfIoQueueRetrieveRequestByFileObject,
            manual,
            handle,
            &raw mut request
        );
        if status == 0 {
            let same = wdf!(WdfRequestGetFileObject, request) == handle;
            note!("0 same {same}");
            wdf!(WdfRequestComplete, request, 0);
        } else {
            note!("{} {}", Status(status), request.is_null());
        }
    }
    say::row("C.by-file");
    hold::send("close", &device, irp::CLOSE, 0, f).free();
    irps[0].get().cancel();
    for sent in irps {
        sent.free();
    }
    stack::free_file(f);
    delete(device.handle);
    say::row("");
}

const NO_HANDLE: wdk_sys::WDFFILEOBJECT = core::ptr::null_mut();

unsafe extern "C" fn on_ready(_: WDFQUEUE, _: PVOID) {
    note!("ready");
}

pub(super) fn ready() {
    let device = control(hold::named_requests);
    let manual = queue(device.handle, &queue_config(MANUAL, true));
    let status = wdf!(
        WdfIoQueueReadyNotify,
        manual,
        Some(on_ready),
        core::ptr::null_mut()
    );
    note!("{}", Status(status));
    let irps = [1, 2].map(|number| hold::send("irp", &device, irp::CONTROL, number, NO_FILE));
    say::row("C.ready");
    wdf!(WdfIoQueuePurge, manual, None, core::ptr::null_mut());
    for sent in irps {
        sent.free();
    }
    say::row("C.purge-never-had");
    delete(device.handle);
}
