//! Section F: sending requests.

mod own;
mod targets;

use core::sync::atomic::{AtomicU32, Ordering};

use wdk_sys::{
    WDF_REQUEST_REUSE_PARAMS, WDF_REQUEST_SEND_OPTIONS, WDFCONTEXT, WDFIOTARGET, WDFMEMORY,
    WDFREQUEST,
};

use crate::hold::{self};
use crate::kit::{Status, under};
use crate::lower::{self, Mode};
use crate::stack::{Device, FILTER, PARALLEL, Setup, queue, stack};
use crate::{note, say, wdf};

const CODE: u32 = 0x0022_2007;

static COMPLETE: AtomicU32 = AtomicU32::new(0);

/// What the completion routine does with a queue's request: 0 nothing, 1 completes it.
fn completing(what: u32) {
    COMPLETE.store(what, Ordering::Release);
}

unsafe extern "C" fn routine(
    request: WDFREQUEST,
    _: WDFIOTARGET,
    params: *mut wdk_sys::WDF_REQUEST_COMPLETION_PARAMS,
    _: WDFCONTEXT,
) {
    // SAFETY: the framework's parameters.
    let params = unsafe { &*params };
    // SAFETY: all views of the union are numbers.
    let status = unsafe { params.IoStatus.__bindgen_anon_1.Status };
    note!(
        "routine {} {} type {:X}",
        Status(status),
        params.IoStatus.Information,
        params.Type
    );
    if COMPLETE.load(Ordering::Acquire) == 1 {
        wdf!(
            WdfRequestCompleteWithInformation,
            request,
            status,
            params.IoStatus.Information
        );
    }
}

fn set_routine(request: WDFREQUEST) {
    wdf!(
        WdfRequestSetCompletionRoutine,
        request,
        Some(routine),
        core::ptr::null_mut()
    );
}

/// A request of our own under the device.
fn own(device: &Device, target: WDFIOTARGET) -> WDFREQUEST {
    let mut attributes = under(device.handle);
    let mut request: WDFREQUEST = core::ptr::null_mut();
    let status = wdf!(
        WdfRequestCreate,
        &raw mut attributes,
        target,
        &raw mut request
    );
    if status != 0 {
        note!("WdfRequestCreate {}", Status(status));
    }
    request
}

fn format(target: WDFIOTARGET, request: WDFREQUEST, first: WDFMEMORY) -> Status {
    let no = core::ptr::null_mut();
    let memory = core::ptr::null_mut();
    Status(wdf!(
        WdfIoTargetFormatRequestForInternalIoctlOthers,
        target,
        request,
        CODE,
        first,
        no,
        memory,
        no,
        memory,
        no
    ))
}

fn options(flags: u32, timeout_ms: i64) -> WDF_REQUEST_SEND_OPTIONS {
    WDF_REQUEST_SEND_OPTIONS {
        Size: size_of::<WDF_REQUEST_SEND_OPTIONS>() as u32,
        Flags: flags,
        Timeout: -timeout_ms * 10_000,
    }
}

const TIMEOUT: u32 = 1;
const SYNCHRONOUS: u32 = 2;
const IGNORE_STATE: u32 = 4;
const FORGET: u32 = 8;

fn send(request: WDFREQUEST, target: WDFIOTARGET, flags: u32, timeout_ms: i64) -> u8 {
    let mut options = options(flags, timeout_ms);
    let options = if flags == 0 {
        core::ptr::null_mut()
    } else {
        &raw mut options
    };
    wdf!(WdfRequestSend, request, target, options)
}

fn status(request: WDFREQUEST) -> Status {
    Status(wdf!(WdfRequestGetStatus, request))
}

fn reuse(request: WDFREQUEST, status: i32) -> Status {
    let mut params = WDF_REQUEST_REUSE_PARAMS {
        Size: size_of::<WDF_REQUEST_REUSE_PARAMS>() as u32,
        Status: status,
        ..WDF_REQUEST_REUSE_PARAMS::default()
    };
    Status(wdf!(WdfRequestReuse, request, &raw mut params))
}

/// Readies a request: reuse, format, routine.
fn ready(request: WDFREQUEST, target: WDFIOTARGET) {
    reuse(request, 0);
    format(target, request, core::ptr::null_mut());
    set_routine(request);
}

fn synchronous_call(target: WDFIOTARGET, request: WDFREQUEST, timeout_ms: i64) -> (Status, u64) {
    let mut returned = 99;
    let none = core::ptr::null_mut();
    let mut options = options(TIMEOUT, timeout_ms);
    let options = if timeout_ms == 0 {
        core::ptr::null_mut()
    } else {
        &raw mut options
    };
    let status = wdf!(
        WdfIoTargetSendInternalIoctlOthersSynchronously,
        target,
        request,
        CODE,
        none,
        none,
        none,
        options,
        &raw mut returned
    );
    (Status(status), returned)
}

/// Sends a queue's request on as it is, to be completed in the routine.
pub(crate) fn send_current(request: WDFREQUEST, target: WDFIOTARGET) {
    completing(1);
    wdf!(WdfRequestFormatRequestUsingCurrentType, request);
    set_routine(request);
    note!("sent {}", send(request, target, 0, 0));
}

/// Sends a request in whatever way it can be sent; it stays below.
pub(crate) fn send_request(request: WDFREQUEST, target: WDFIOTARGET) {
    completing(0);
    format(target, request, core::ptr::null_mut());
    set_routine(request);
    note!("sent {}", send(request, target, 0, 0));
}

/// Sends a request named "request" under `parent`; it stays below.
pub(crate) fn send_own(parent: wdk_sys::WDFOBJECT, target: WDFIOTARGET) {
    completing(0);
    let request = crate::objects::request("request", parent);
    format(target, request, core::ptr::null_mut());
    set_routine(request);
    note!("sent {}", send(request, target, 0, 0));
}

pub(crate) fn run() {
    let setup = Setup {
        init: hold::named_requests,
        ..FILTER
    };
    let device = stack(&setup);
    queue(device.handle, &hold::all(PARALLEL, true));
    let target = wdf!(WdfDeviceGetIoTarget, device.handle);
    device.start_quietly();
    completing(0);
    say::row("");
    own::formats(&device, target);
    own::reuses(&device, target);
    own::cancels(&device, target);
    own::timeouts(&device, target);
    own::synchronous_calls(&device, target);
    own::inner("F.nested", &device, target);
    own::deletes_inside(&device, target);
    targets::queue_requests(&device, target);
    completing(0);
    targets::states(&device, target);
    targets::opened(&device);
    lower::answer(Mode::Inline, 0, 0);
    device.remove_quietly();
    say::row("");
}
