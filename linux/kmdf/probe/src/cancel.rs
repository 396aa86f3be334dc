//! Section E: cancellation.

use wdk_sys::{PFILE_OBJECT, WDFREQUEST};

use crate::hold::{self, SentBox, Then};
use crate::irp;
use crate::kit::{Status, delete, name};
use crate::stack::{Device, MANUAL, PARALLEL, control, queue, queue_config};
use crate::{note, say, wdf};

const NO_FILE: PFILE_OBJECT = core::ptr::null_mut();
const CANCELLED: i32 = 0xC000_0120_u32 as i32;

/// EvtRequestCancel that completes.
pub(crate) unsafe extern "C" fn on_cancel(request: WDFREQUEST) {
    note!("EvtRequestCancel {}", name(request));
    wdf!(WdfRequestComplete, request, CANCELLED);
}

/// EvtRequestCancel that does not.
unsafe extern "C" fn on_cancel_only(request: WDFREQUEST) {
    note!("EvtRequestCancel {}", name(request));
}

fn hold_one(device: &Device) -> SentBox {
    hold::forget_all();
    let sent = hold::send("irp", device, irp::CONTROL, 1, NO_FILE);
    say::row("");
    sent
}

fn mark(request: WDFREQUEST) -> Status {
    Status(wdf!(WdfRequestMarkCancelableEx, request, Some(on_cancel)))
}

fn unmark(request: WDFREQUEST) -> Status {
    Status(wdf!(WdfRequestUnmarkCancelable, request))
}

pub(crate) fn run() {
    let device = control(hold::named_requests);
    queue(device.handle, &hold::all(PARALLEL, true));
    let mut config = queue_config(MANUAL, false);
    config.EvtIoCanceledOnQueue = Some(hold::on_canceled);
    queue(device.handle, &config);
    hold::then(Then::Keep);

    let sent = hold_one(&device);
    let r = hold::held(0);
    note!(
        "cancel {} canceled {}",
        sent.get().cancel(),
        wdf!(WdfRequestIsCanceled, r)
    );
    say::row("E.unmarked");
    note!("mark {}", mark(r));
    say::row("E.mark-cancelled");
    wdf!(WdfRequestMarkCancelable, r, Some(on_cancel));
    note!("returned");
    sent.free();
    say::row("E.mark-old");

    let sent = hold_one(&device);
    let r = hold::held(0);
    note!("mark {} unmark {}", mark(r), unmark(r));
    note!(
        "cancel {} canceled {}",
        sent.get().cancel(),
        wdf!(WdfRequestIsCanceled, r)
    );
    hold::complete(0, 0);
    sent.free();
    say::row("E.mark-unmark");

    let sent = hold_one(&device);
    let r = hold::held(0);
    let status = wdf!(WdfRequestMarkCancelableEx, r, Some(on_cancel_only));
    note!(
        "mark {} cancel {} unmark {}",
        Status(status),
        sent.get().cancel(),
        unmark(r)
    );
    hold::complete(0, CANCELLED);
    sent.free();
    say::row("E.mark-cancel-unmark");

    let sent = hold_one(&device);
    let r = hold::held(0);
    note!("mark {} unmark {} mark {}", mark(r), unmark(r), mark(r));
    note!("cancel {}", sent.get().cancel());
    sent.free();
    say::row("E.mark-again");

    let r = crate::objects::request("own", crate::kit::NONE);
    note!("{}", wdf!(WdfRequestIsCanceled, r));
    delete(r);
    say::row("E.own-request");
    hold::forget_all();
    delete(device.handle);
}
