//! Many threads at a time: each IRP comes back exactly once, whoever cancels it, completes it or
//! times it out.

use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use wdk_sys::{
    DEVICE_OBJECT, HANDLE, NTSTATUS, PDEVICE_OBJECT, PIRP, PVOID, WDFCONTEXT, WDFIOTARGET,
    WDFQUEUE, WDFREQUEST, ntddk,
};

use crate::irp;
use crate::kit::{Status, delete};
use crate::lower::{self, Mode};
use crate::stack::{self, Device, FILTER, MANUAL, PARALLEL, queue, queue_config, stack};
use crate::{hold, note, say, wdf};

const THREADS: u32 = 4;
const ROUNDS: u32 = 1000;

static RUNNING: AtomicU32 = AtomicU32::new(0);
static STOP: AtomicBool = AtomicBool::new(false);
static BACK: AtomicU32 = AtomicU32::new(0);
static CANCELLED: AtomicU32 = AtomicU32::new(0);
static OTHER: AtomicU32 = AtomicU32::new(0);
static SEED: AtomicU64 = AtomicU64::new(88_172_645_463_325_252);
static DEVICE: core::sync::atomic::AtomicPtr<DEVICE_OBJECT> =
    core::sync::atomic::AtomicPtr::new(core::ptr::null_mut());
static MANUAL_QUEUE: core::sync::atomic::AtomicPtr<wdk_sys::WDFQUEUE__> =
    core::sync::atomic::AtomicPtr::new(core::ptr::null_mut());

/// Some number below `limit`.
fn random(limit: u64) -> u64 {
    let mut x = SEED.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    x % limit
}

fn thread(routine: unsafe extern "C" fn(PVOID)) {
    RUNNING.fetch_add(1, Ordering::AcqRel);
    let mut handle: HANDLE = core::ptr::null_mut();
    let no = core::ptr::null_mut();
    // SAFETY: the out pointer is a live local; the threads are waited for.
    unsafe {
        let status = ntddk::PsCreateSystemThread(
            &raw mut handle,
            0,
            core::ptr::null_mut(),
            no,
            core::ptr::null_mut(),
            Some(routine),
            no,
        );
        if status != 0 {
            note!("thread {}", Status(status));
            RUNNING.fetch_sub(1, Ordering::AcqRel);
        }
        let _: NTSTATUS = ntddk::ZwClose(handle);
    }
}

/// What a sender waits on: how often its IRP came back.
#[repr(C)]
struct Trip {
    back: AtomicU32,
}

unsafe extern "C" fn came_back(_: PDEVICE_OBJECT, irp: PIRP, context: PVOID) -> NTSTATUS {
    // SAFETY: the sender waits for this, and frees the IRP after it.
    let trip = unsafe { &*context.cast::<Trip>() };
    match irp::status(irp) {
        0 => {}
        lower::CANCELLED => {
            CANCELLED.fetch_add(1, Ordering::Relaxed);
        }
        _ => {
            OTHER.fetch_add(1, Ordering::Relaxed);
        }
    }
    trip.back.fetch_add(1, Ordering::AcqRel);
    0xC000_0016_u32 as NTSTATUS
}

/// Sends IRPs one after the other, cancelling some of them.
unsafe extern "C" fn sender(_: PVOID) {
    let device = DEVICE.load(Ordering::Acquire);
    for round in 0..ROUNDS {
        let trip = Trip {
            back: AtomicU32::new(0),
        };
        // SAFETY: the device object is live while the threads run.
        let irp = unsafe { ntddk::IoAllocateIrp((*device).StackSize, 0) };
        irp::ready(
            irp,
            irp::INTERNAL,
            [0, 0, u64::from(irp::BUFFERED), u64::from(round)],
        );
        irp::on_completion(irp, came_back, (&raw const trip).cast_mut().cast());
        // SAFETY: the IRP is ours.
        let _: NTSTATUS = unsafe { ntddk::IofCallDriver(device, irp) };
        let mut turns = 0_u32;
        let patience = random(200) as u32;
        while trip.back.load(Ordering::Acquire) == 0 {
            turns += 1;
            if turns == patience && random(2) == 0 {
                // SAFETY: it is freed below, by this thread.
                unsafe { ntddk::IoCancelIrp(irp) };
            }
            if turns > 64 {
                stack::pause(0);
            }
            if turns == 200_000 {
                note!("an IRP does not come back");
                break;
            }
        }
        if trip.back.load(Ordering::Acquire) == 1 {
            BACK.fetch_add(1, Ordering::Relaxed);
            // SAFETY: it is back.
            unsafe { ntddk::IoFreeIrp(irp) };
        }
    }
    RUNNING.fetch_sub(1, Ordering::AcqRel);
}

/// Completes what the lower driver keeps.
unsafe extern "C" fn lower_completer(_: PVOID) {
    while !STOP.load(Ordering::Acquire) {
        if !lower::complete_one() {
            stack::pause(0);
        }
    }
    while lower::complete_one() {}
    RUNNING.fetch_sub(1, Ordering::AcqRel);
}

/// Takes requests out of the manual queue and completes them, or puts them back.
unsafe extern "C" fn retriever(_: PVOID) {
    let queue = MANUAL_QUEUE.load(Ordering::Acquire);
    while !STOP.load(Ordering::Acquire) {
        let mut request: WDFREQUEST = core::ptr::null_mut();
        if wdf!(WdfIoQueueRetrieveNextRequest, queue, &raw mut request) != 0 {
            stack::pause(0);
            continue;
        }
        match random(4) {
            0 => {
                if wdf!(WdfRequestRequeue, request) != 0 {
                    wdf!(WdfRequestComplete, request, 0);
                }
            }
            1 => {
                if wdf!(WdfRequestMarkCancelableEx, request, Some(on_cancel)) != 0 {
                    wdf!(WdfRequestComplete, request, lower::CANCELLED);
                } else if wdf!(WdfRequestUnmarkCancelable, request) == 0 {
                    // Otherwise the callback completes it.
                    wdf!(WdfRequestComplete, request, 0);
                }
            }
            _ => wdf!(WdfRequestComplete, request, 0),
        }
    }
    RUNNING.fetch_sub(1, Ordering::AcqRel);
}

unsafe extern "C" fn on_cancel(request: WDFREQUEST) {
    wdf!(WdfRequestComplete, request, lower::CANCELLED);
}

unsafe extern "C" fn to_manual(_: WDFQUEUE, request: WDFREQUEST, _: usize, _: usize, _: u32) {
    let queue = MANUAL_QUEUE.load(Ordering::Acquire);
    if wdf!(WdfRequestForwardToIoQueue, request, queue) != 0 {
        wdf!(WdfRequestComplete, request, lower::CANCELLED);
    }
}

unsafe extern "C" fn routine(
    request: WDFREQUEST,
    _: WDFIOTARGET,
    params: *mut wdk_sys::WDF_REQUEST_COMPLETION_PARAMS,
    _: WDFCONTEXT,
) {
    // SAFETY: the framework's parameters; all views of the union are numbers.
    let status = unsafe { (*params).IoStatus.__bindgen_anon_1.Status };
    wdf!(WdfRequestComplete, request, status);
}

unsafe extern "C" fn down(queue: WDFQUEUE, request: WDFREQUEST, _: usize, _: usize, _: u32) {
    let device = wdf!(WdfIoQueueGetDevice, queue);
    let target = wdf!(WdfDeviceGetIoTarget, device);
    wdf!(WdfRequestFormatRequestUsingCurrentType, request);
    wdf!(
        WdfRequestSetCompletionRoutine,
        request,
        Some(routine),
        core::ptr::null_mut()
    );
    let mut options = wdk_sys::WDF_REQUEST_SEND_OPTIONS {
        Size: size_of::<wdk_sys::WDF_REQUEST_SEND_OPTIONS>() as u32,
        Flags: 1,
        // Some of them run out of time.
        Timeout: -(1 + random(20) as i64) * 10_000,
    };
    if wdf!(WdfRequestSend, request, target, &raw mut options) == 0 {
        let status = wdf!(WdfRequestGetStatus, request);
        wdf!(WdfRequestComplete, request, status);
    }
}

fn run_threads(helpers: &[unsafe extern "C" fn(PVOID)], row: &str) {
    BACK.store(0, Ordering::Release);
    CANCELLED.store(0, Ordering::Release);
    STOP.store(false, Ordering::Release);
    for helper in helpers {
        thread(*helper);
    }
    for _ in 0..THREADS {
        thread(sender);
    }
    let helping = helpers.len() as u32;
    while RUNNING.load(Ordering::Acquire) > helping {
        stack::pause(10);
    }
    STOP.store(true, Ordering::Release);
    while RUNNING.load(Ordering::Acquire) > 0 {
        stack::pause(10);
    }
    let some = CANCELLED.load(Ordering::Acquire) > 0;
    note!(
        "back {} cancelled some {some}",
        BACK.load(Ordering::Acquire)
    );
    say::row(row);
}

fn filter() {
    let device = stack(&FILTER);
    let mut config = queue_config(PARALLEL, true);
    config.EvtIoInternalDeviceControl = Some(down);
    queue(device.handle, &config);
    lower::quiet(true);
    device.start();
    lower::answer(Mode::Cancelable, 0, 0);
    DEVICE.store(device.object, Ordering::Release);
    run_threads(&[lower_completer], "S.filter");
    lower::answer(Mode::Inline, 0, 0);
    device.remove();
    lower::quiet(false);
}

fn manual() {
    let device: Device = stack::control(hold::named_requests);
    let mut config = queue_config(PARALLEL, true);
    config.EvtIoInternalDeviceControl = Some(to_manual);
    queue(device.handle, &config);
    let mut manual = queue_config(MANUAL, false);
    manual.EvtIoCanceledOnQueue = Some(canceled);
    MANUAL_QUEUE.store(queue(device.handle, &manual), Ordering::Release);
    DEVICE.store(device.object, Ordering::Release);
    run_threads(&[retriever, retriever], "S.manual");
    delete(device.handle);
}

unsafe extern "C" fn canceled(_: WDFQUEUE, request: WDFREQUEST) {
    wdf!(WdfRequestComplete, request, lower::CANCELLED);
}

pub(crate) fn run() {
    filter();
    manual();
}
