//! Requests of a queue, and the states of a target.

use super::*;

use wdk_sys::{WDFIOTARGET, WDFREQUEST};

use crate::hold::{self, SentBox, Then};
use crate::irp;
use crate::kit::{NONE, Status, delete, named, plain};
use crate::lower::{self, Mode};
use crate::stack::Device;
use crate::{note, say, wdf};

/// Gets a request into the filter's queue, held by the driver.
fn arrive(device: &Device) -> (SentBox, WDFREQUEST) {
    hold::forget_all();
    hold::then(Then::Quietly);
    let sent = hold::send("irp", device, irp::INTERNAL, 1, core::ptr::null_mut());
    say::row("");
    (sent, hold::held(0))
}

pub(super) fn queue_requests(device: &Device, target: WDFIOTARGET) {
    lower::details(true);
    lower::answer(Mode::Inline, 0, 5);
    completing(1);
    let (sent, request) = arrive(device);
    wdf!(WdfRequestFormatRequestUsingCurrentType, request);
    set_routine(request);
    note!("sent {}", send(request, target, 0, 0));
    sent.free();
    say::row("F.current-type");
    let (sent, request) = arrive(device);
    format(target, request, core::ptr::null_mut());
    set_routine(request);
    note!("sent {}", send(request, target, 0, 0));
    sent.free();
    say::row("F.queue-others");
    let (sent, request) = arrive(device);
    note!("sent {}", send(request, target, FORGET, 0));
    sent.free();
    say::row("F.forget");
    let (sent, request) = arrive(device);
    wdf!(WdfRequestFormatRequestUsingCurrentType, request);
    set_routine(request);
    note!("sent {}", send(request, target, FORGET, 0));
    sent.free();
    say::row("F.forget-with-routine");
    let (sent, request) = arrive(device);
    wdf!(WdfRequestFormatRequestUsingCurrentType, request);
    note!("sent {} {}", send(request, target, 0, 0), status(request));
    wdf!(WdfRequestComplete, request, 0);
    sent.free();
    say::row("F.no-routine");
    lower::details(false);
    lower::answer(Mode::Cancelable, 0, 0);
    let (sent, request) = arrive(device);
    wdf!(WdfRequestFormatRequestUsingCurrentType, request);
    set_routine(request);
    send(request, target, 0, 0);
    note!("cancel {}", sent.get().cancel());
    sent.free();
    say::row("E.cancel-below");
    lower::answer(Mode::Deaf, 0, 0);
    let (sent, request) = arrive(device);
    wdf!(WdfRequestFormatRequestUsingCurrentType, request);
    set_routine(request);
    send(request, target, 0, 0);
    note!(
        "cancel {} canceled {}",
        sent.get().cancel(),
        wdf!(WdfRequestIsCanceled, request)
    );
    lower::complete(0, 9);
    sent.free();
    say::row("E.cancel-below-deaf");
    lower::answer(Mode::Cancelable, 0, 0);
    let (sent, request) = arrive(device);
    sent.get().cancel();
    wdf!(WdfRequestFormatRequestUsingCurrentType, request);
    set_routine(request);
    note!("sent {}", send(request, target, 0, 0));
    sent.free();
    say::row("E.cancelled-then-sent");
    let (sent, request) = arrive(device);
    wdf!(WdfRequestFormatRequestUsingCurrentType, request);
    completing(0);
    note!("sent {}", send(request, target, TIMEOUT | SYNCHRONOUS, 50));
    note!("status {}", status(request));
    wdf!(WdfRequestComplete, request, 0);
    sent.free();
    say::row("F.timeout-sync-queue");
}

fn state(target: WDFIOTARGET) -> i32 {
    wdf!(WdfIoTargetGetState, target)
}

pub(super) fn states(device: &Device, target: WDFIOTARGET) {
    let request = own(device, target);
    note!("{}", state(target));
    lower::answer(Mode::Cancelable, 0, 0);
    ready(request, target);
    send(request, target, 0, 0);
    wdf!(WdfIoTargetStop, target, 1);
    note!("state {}", state(target));
    say::row("F.stop-cancel");
    lower::answer(Mode::Inline, 0, 0);
    ready(request, target);
    note!("sent {}", send(request, target, 0, 0));
    let second = own(device, target);
    ready(second, target);
    note!("ignoring {}", send(second, target, IGNORE_STATE, 0));
    note!("start");
    note!("{}", Status(wdf!(WdfIoTargetStart, target)));
    note!("{}", Status(wdf!(WdfIoTargetStart, target)));
    say::row("F.kept");
    wdf!(WdfIoTargetStop, target, 3);
    ready(request, target);
    send(request, target, 0, 0);
    note!("cancel {}", wdf!(WdfRequestCancelSentRequest, request));
    say::row("E.cancel-kept");
    ready(request, target);
    note!("sent {}", send(request, target, TIMEOUT | SYNCHRONOUS, 50));
    note!("status {}", status(request));
    say::row("F.kept-timeout");
    let (sent, held) = arrive(device);
    note!("forget {}", send(held, target, FORGET, 0));
    sent.free();
    say::row("F.forget-stopped");
    lower::answer(Mode::Deaf, 0, 0);
    wdf!(WdfIoTargetStart, target);
    ready(request, target);
    send(request, target, 0, 0);
    wdf!(WdfIoTargetStop, target, 3);
    note!("state {}", state(target));
    lower::complete(0, 1);
    say::row("F.stop-leave");
    wdf!(WdfIoTargetStart, target);
    ready(request, target);
    send(request, target, 0, 0);
    lower::complete_later(100);
    note!("stop");
    wdf!(WdfIoTargetStop, target, 2);
    note!("stopped {}", state(target));
    say::row("F.stop-wait");
    wdf!(WdfIoTargetStart, target);
    lower::answer(Mode::Cancelable, 0, 0);
    ready(request, target);
    send(request, target, 0, 0);
    wdf!(WdfIoTargetPurge, target, 1);
    note!("state {}", state(target));
    ready(request, target);
    note!("sent {} {}", send(request, target, 0, 0), status(request));
    let (status, _) = synchronous_call(target, core::ptr::null_mut(), 0);
    note!("call {status}");
    lower::answer(Mode::Inline, 0, 0);
    wdf!(WdfIoTargetStart, target);
    ready(request, target);
    note!("started {}", send(request, target, 0, 0));
    say::row("F.purge");
    delete(request);
    delete(second);
}

pub(super) fn opened(device: &Device) {
    let mut target: WDFIOTARGET = core::ptr::null_mut();
    let mut attributes = plain();
    wdf!(
        WdfIoTargetCreate,
        device.handle,
        &raw mut attributes,
        &raw mut target
    );
    let mut request: WDFREQUEST = core::ptr::null_mut();
    let mut request_attributes = named(NONE);
    let status = wdf!(
        WdfRequestCreate,
        &raw mut request_attributes,
        target,
        &raw mut request
    );
    let (called, _) = synchronous_call(target, core::ptr::null_mut(), 0);
    note!("create {} call {called}", Status(status));
    say::row("F.never-opened");
    let mut params = wdk_sys::WDF_IO_TARGET_OPEN_PARAMS {
        Size: size_of::<wdk_sys::WDF_IO_TARGET_OPEN_PARAMS>() as u32,
        Type: wdk_sys::_WDF_IO_TARGET_OPEN_TYPE::WdfIoTargetOpenUseExistingDevice,
        TargetDeviceObject: device.lower,
        ..wdk_sys::WDF_IO_TARGET_OPEN_PARAMS::default()
    };
    let mut open = || Status(wdf!(WdfIoTargetOpen, target, &raw mut params));
    note!("{} {}", open(), open());
    lower::answer(Mode::Inline, 0, 8);
    let (called, returned) = synchronous_call(target, core::ptr::null_mut(), 0);
    note!("call {called} {returned}");
    wdf!(WdfIoTargetClose, target);
    note!("state {}", state(target));
    say::row("F.open");
    delete(target);
}
