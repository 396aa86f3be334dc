//! Requests of the driver's own.

use super::*;
use core::sync::atomic::{AtomicU32, Ordering};

use wdk_sys::{WDFCONTEXT, WDFIOTARGET, WDFREQUEST};

use crate::kit::{Status, delete};
use crate::lower::{self, Mode};
use crate::objects::memory;
use crate::stack::{self, Device};
use crate::{note, say, wdf};

pub(super) fn formats(device: &Device, target: WDFIOTARGET) {
    let request = own(device, target);
    note!(
        "status {} {}",
        status(request),
        wdf!(WdfRequestGetInformation, request)
    );
    say::row("F.fresh");
    let m = memory("memory", device.handle.cast(), 16);
    let mut size = 0;
    let start = wdf!(WdfMemoryGetBuffer, m, &raw mut size) as u64;
    lower::details(true);
    lower::answer(Mode::Inline, 0, 7);
    let no_memory = core::ptr::null_mut();
    let no = core::ptr::null_mut();
    let mut offset = wdk_sys::WDFMEMORY_OFFSET {
        BufferOffset: 4,
        BufferLength: 4,
    };
    let formatted = wdf!(
        WdfIoTargetFormatRequestForInternalIoctlOthers,
        target,
        request,
        CODE,
        m,
        no,
        m,
        &raw mut offset,
        no_memory,
        no
    );
    set_routine(request);
    lower::base(start);
    let sent = send(request, target, 0, 0);
    note!("sent {} {sent}", Status(formatted));
    lower::base(0);
    note!(
        "status {} {}",
        status(request),
        wdf!(WdfRequestGetInformation, request)
    );
    let mut params = wdk_sys::WDF_REQUEST_COMPLETION_PARAMS::default();
    wdf!(WdfRequestGetCompletionParams, request, &raw mut params);
    // SAFETY: the type is that of Others.
    let others = unsafe { params.Parameters.Others };
    // SAFETY: all views are pointers.
    let (first, second, fourth) = unsafe {
        (
            others.Argument1.Ptr,
            others.Argument2.Ptr,
            others.Argument4.Ptr,
        )
    };
    note!(
        "size {} handles {} {} {}",
        params.Size,
        first == m.cast(),
        second == m.cast(),
        fourth.is_null()
    );
    say::row("F.others");
    lower::details(false);
    offset.BufferOffset = 12;
    offset.BufferLength = 8;
    let status = wdf!(
        WdfIoTargetFormatRequestForInternalIoctlOthers,
        target,
        request,
        CODE,
        m,
        &raw mut offset,
        no_memory,
        no,
        no_memory,
        no
    );
    note!("{}", Status(status));
    say::row("F.offset");
    reuse(request, 0);
    let none = core::ptr::null_mut();
    let status = wdf!(
        WdfIoTargetFormatRequestForInternalIoctl,
        target,
        request,
        CODE,
        none,
        no,
        none,
        no
    );
    set_routine(request);
    note!("{}", Status(status));
    send(request, target, 0, 0);
    let mut params = wdk_sys::WDF_REQUEST_COMPLETION_PARAMS::default();
    wdf!(WdfRequestGetCompletionParams, request, &raw mut params);
    // SAFETY: the type is that of an internal control.
    note!("code {:X}", unsafe {
        params.Parameters.Ioctl.IoControlCode
    });
    say::row("F.internal-ioctl");
    delete(request);
    delete(m);
    say::row("");
}

pub(super) fn reuses(device: &Device, target: WDFIOTARGET) {
    let request = own(device, target);
    lower::answer(Mode::Inline, 0, 1);
    ready(request, target);
    send(request, target, 0, 0);
    format(target, request, core::ptr::null_mut());
    set_routine(request);
    note!("again {}", send(request, target, 0, 0));
    say::row("F.again-without-reuse");
    note!("reuse {}", reuse(request, 0xC000_00BB_u32 as i32));
    note!("status {}", status(request));
    format(target, request, core::ptr::null_mut());
    lower::details(true);
    note!("sent {}", send(request, target, 0, 0));
    lower::details(false);
    say::row("F.reuse-status");
    ready(request, target);
    lower::answer(Mode::Deaf, 0, 0);
    note!(
        "sent {} status {}",
        send(request, target, 0, 0),
        status(request)
    );
    lower::complete(0, 3);
    note!("status {}", status(request));
    say::row("F.status-below");
    delete(request);
}

pub(super) fn cancels(device: &Device, target: WDFIOTARGET) {
    let request = own(device, target);
    let cancel = || wdf!(WdfRequestCancelSentRequest, request);
    lower::answer(Mode::Cancelable, 0, 0);
    ready(request, target);
    send(request, target, 0, 0);
    note!("cancel {}", cancel());
    say::row("E.cancel-sent");
    lower::answer(Mode::Deaf, 0, 0);
    ready(request, target);
    send(request, target, 0, 0);
    note!("cancel {} {}", cancel(), cancel());
    lower::complete(0, 2);
    note!("after {}", cancel());
    say::row("E.cancel-sent-deaf");
    lower::answer(Mode::Inline, 0, 0);
    ready(request, target);
    note!("cancel {}", cancel());
    note!("sent {} {}", send(request, target, 0, 0), status(request));
    ready(request, target);
    note!("sent {}", send(request, target, 0, 0));
    say::row("E.cancel-never-sent");
    delete(request);
}

pub(super) fn timeouts(device: &Device, target: WDFIOTARGET) {
    let request = own(device, target);
    lower::answer(Mode::Cancelable, 0, 0);
    ready(request, target);
    note!("sent {}", send(request, target, TIMEOUT, 50));
    stack::pause(300);
    note!("status {}", status(request));
    say::row("F.timeout");
    lower::answer(Mode::Deaf, 0, 0);
    ready(request, target);
    send(request, target, TIMEOUT, 50);
    stack::pause(200);
    note!("complete");
    lower::complete(0, 4);
    say::row("F.timeout-deaf");
    lower::answer(Mode::Cancelable, 0, 0);
    ready(request, target);
    note!("sent {}", send(request, target, TIMEOUT | SYNCHRONOUS, 50));
    note!("status {}", status(request));
    say::row("F.timeout-sync");
    lower::answer(Mode::Inline, 0xC000_000D_u32 as i32, 6);
    ready(request, target);
    note!("sent {}", send(request, target, SYNCHRONOUS, 0));
    note!("status {}", status(request));
    say::row("F.sync");
    note!(
        "forget {} {}",
        send(request, target, FORGET, 0),
        status(request)
    );
    say::row("F.forget-own");
    delete(request);
}

pub(super) fn synchronous_calls(device: &Device, target: WDFIOTARGET) {
    let none = core::ptr::null_mut();
    let call = |request: WDFREQUEST, timeout: i64| {
        let (status, returned) = synchronous_call(target, request, timeout);
        note!("{status} returned {returned}");
    };
    lower::answer(Mode::Inline, 0, 12);
    call(none, 0);
    lower::answer(Mode::Inline, 0xC000_000D_u32 as i32, 13);
    call(none, 0);
    lower::answer(Mode::Cancelable, 0, 0);
    call(none, 50);
    lower::answer(Mode::Inline, 0, 14);
    let request = own(device, target);
    call(request, 0);
    note!("status {}", status(request));
    call(request, 0);
    say::row("F.sync-call");
    delete(request);
}

pub(super) fn inner(row: &str, device: &Device, target: WDFIOTARGET) {
    // In the completion routine: reuse, format, send again, three times over.
    static LEFT: AtomicU32 = AtomicU32::new(0);
    unsafe extern "C" fn again(
        request: WDFREQUEST,
        target: WDFIOTARGET,
        _: *mut wdk_sys::WDF_REQUEST_COMPLETION_PARAMS,
        _: WDFCONTEXT,
    ) {
        let left = LEFT.fetch_sub(1, Ordering::AcqRel);
        note!("begin {left}");
        if left > 1 {
            reuse(request, 0);
            format(target, request, core::ptr::null_mut());
            wdf!(
                WdfRequestSetCompletionRoutine,
                request,
                Some(again),
                core::ptr::null_mut()
            );
            note!("sent {}", send(request, target, 0, 0));
        }
        note!("end {left}");
    }
    LEFT.store(3, Ordering::Release);
    lower::quiet(true);
    lower::answer(Mode::Inline, 0, 0);
    let request = own(device, target);
    format(target, request, core::ptr::null_mut());
    wdf!(
        WdfRequestSetCompletionRoutine,
        request,
        Some(again),
        core::ptr::null_mut()
    );
    note!("sent {}", send(request, target, 0, 0));
    delete(request);
    lower::quiet(false);
    say::row(row);
}

pub(super) fn deletes_inside(device: &Device, target: WDFIOTARGET) {
    unsafe extern "C" fn delete_it(
        request: WDFREQUEST,
        _: WDFIOTARGET,
        _: *mut wdk_sys::WDF_REQUEST_COMPLETION_PARAMS,
        _: WDFCONTEXT,
    ) {
        note!("begin");
        delete(request);
        note!("end");
    }
    lower::answer(Mode::Inline, 0, 0);
    let request = crate::objects::request("request", device.handle.cast());
    format(target, request, core::ptr::null_mut());
    wdf!(
        WdfRequestSetCompletionRoutine,
        request,
        Some(delete_it),
        core::ptr::null_mut()
    );
    note!("sent {}", send(request, target, 0, 0));
    say::row("F.delete-in-routine");
}
