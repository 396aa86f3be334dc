//! Queues whose handler keeps the requests, and what scenarios do with them.

use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering};

use wdk_sys::{
    PFILE_OBJECT, PVOID, PWDFDEVICE_INIT, WDF_IO_QUEUE_CONFIG, WDFQUEUE, WDFREQUEST, WDFREQUEST__,
};

use crate::irp::{self, Sent};
use crate::kit::{NONE, Status, context, name, named};
use crate::stack::{Device, queue_config};
use crate::{note, wdf};

const MOST: usize = 8;
static HELD: [AtomicPtr<WDFREQUEST__>; MOST] =
    [const { AtomicPtr::new(core::ptr::null_mut()) }; MOST];
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// What the handlers do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    Keep = 0,
    Complete = 1,
    /// Hand it to the queue that `next` names.
    Forward = 2,
    /// Keep it, without a note.
    Quietly = 3,
}

static THEN: AtomicU32 = AtomicU32::new(0);
static NEXT: AtomicPtr<wdk_sys::WDFQUEUE__> = AtomicPtr::new(core::ptr::null_mut());

pub(crate) fn then(what: Then) {
    THEN.store(what as u32, Ordering::Release);
}

pub(crate) fn next(queue: WDFQUEUE) {
    NEXT.store(queue, Ordering::Release);
}

/// Requests get the context `Named`, so that they can be told apart.
pub(crate) fn named_requests(init: PWDFDEVICE_INIT) {
    let mut attributes = named(NONE);
    attributes.EvtCleanupCallback = None;
    attributes.EvtDestroyCallback = None;
    wdf!(WdfDeviceInitSetRequestAttributes, init, &raw mut attributes);
}

fn take(request: WDFREQUEST, handler: &str) {
    // The name of the request is in its system buffer: a number.
    if context(request).name.is_none() {
        context(request).name = Some(match argument(request) {
            1 => "r1",
            2 => "r2",
            3 => "r3",
            4 => "r4",
            _ => "r",
        });
    }
    let what = THEN.load(Ordering::Acquire);
    if what != Then::Quietly as u32 {
        note!("{handler} {}", name(request));
    }
    match what {
        1 => wdf!(WdfRequestComplete, request, 0),
        2 => {
            let status = wdf!(
                WdfRequestForwardToIoQueue,
                request,
                NEXT.load(Ordering::Acquire)
            );
            if status != 0 {
                note!("forward {}", Status(status));
            }
        }
        _ => {
            let index = COUNT.fetch_add(1, Ordering::AcqRel);
            if let Some(place) = HELD.get(index) {
                place.store(request, Ordering::Release);
            }
        }
    }
}

/// Scenarios number their IRPs in the fourth parameter word.
fn argument(request: WDFREQUEST) -> u64 {
    let irp = wdf!(WdfRequestWdmGetIrp, request);
    irp::argument(irp::current(irp), 3)
}

pub(crate) fn forget_all() {
    COUNT.store(0, Ordering::Release);
}

pub(crate) fn count() -> usize {
    COUNT.load(Ordering::Acquire)
}

pub(crate) fn held(index: usize) -> WDFREQUEST {
    HELD.get(index)
        .map_or(core::ptr::null_mut(), |place| place.load(Ordering::Acquire))
}

unsafe extern "C" fn on_read(_: WDFQUEUE, request: WDFREQUEST, length: usize) {
    take(request, if length == 0 { "read of 0" } else { "read" });
}

unsafe extern "C" fn on_write(_: WDFQUEUE, request: WDFREQUEST, _: usize) {
    take(request, "write");
}

unsafe extern "C" fn on_control(_: WDFQUEUE, request: WDFREQUEST, _: usize, _: usize, _: u32) {
    take(request, "control");
}

unsafe extern "C" fn on_internal(
    _: WDFQUEUE,
    request: WDFREQUEST,
    out: usize,
    input: usize,
    _: u32,
) {
    if out != 0 || input != 0 {
        note!("out {out:X} in {input:X}");
    }
    take(request, "internal");
}

unsafe extern "C" fn on_default(_: WDFQUEUE, request: WDFREQUEST) {
    take(request, "default");
}

pub(crate) unsafe extern "C" fn on_canceled(_: WDFQUEUE, request: WDFREQUEST) {
    note!("EvtIoCanceledOnQueue {}", name(request));
    wdf!(WdfRequestComplete, request, 0xC000_0120_u32 as i32);
}

pub(crate) unsafe extern "C" fn on_stop(_: WDFQUEUE, request: WDFREQUEST, flags: u32) {
    note!("EvtIoStop {} flags {flags:X}", name(request));
    match STOP.load(Ordering::Acquire) {
        1 => wdf!(WdfRequestStopAcknowledge, request, 0),
        2 => wdf!(WdfRequestStopAcknowledge, request, 1),
        3 => wdf!(WdfRequestComplete, request, 0),
        _ => {}
    }
}

pub(crate) unsafe extern "C" fn on_resume(_: WDFQUEUE, request: WDFREQUEST) {
    note!("EvtIoResume {}", name(request));
}

static STOP: AtomicU32 = AtomicU32::new(0);

/// What EvtIoStop does: 0 nothing, 1 acknowledge, 2 acknowledge and requeue, 3 complete.
pub(crate) fn at_stop(what: u32) {
    STOP.store(what, Ordering::Release);
}

/// A configuration with all typed handlers.
pub(crate) fn all(dispatch: i32, default: bool) -> WDF_IO_QUEUE_CONFIG {
    let mut config = queue_config(dispatch, default);
    config.EvtIoRead = Some(on_read);
    config.EvtIoWrite = Some(on_write);
    config.EvtIoDeviceControl = Some(on_control);
    config.EvtIoInternalDeviceControl = Some(on_internal);
    config
}

pub(crate) fn only_default(dispatch: i32, default: bool) -> WDF_IO_QUEUE_CONFIG {
    let mut config = queue_config(dispatch, default);
    config.EvtIoDefault = Some(on_default);
    config
}

pub(crate) fn only_internal(dispatch: i32, default: bool) -> WDF_IO_QUEUE_CONFIG {
    let mut config = queue_config(dispatch, default);
    config.EvtIoInternalDeviceControl = Some(on_internal);
    config
}

pub(crate) fn only_control(dispatch: i32, default: bool) -> WDF_IO_QUEUE_CONFIG {
    let mut config = queue_config(dispatch, default);
    config.EvtIoDeviceControl = Some(on_control);
    config
}

/// An IRP with a number, without buffers.
pub(crate) fn numbered(
    name: &'static str,
    device: &Device,
    major: u8,
    number: u64,
    file: PFILE_OBJECT,
) -> Sent {
    let sent = Sent::new(name, device.object, 0);
    let code = u64::from(irp::BUFFERED);
    let length = if matches!(major, irp::READ | irp::WRITE) {
        8
    } else {
        0
    };
    let third = if matches!(major, irp::READ | irp::WRITE) {
        0
    } else {
        code
    };
    sent.set(major, 0, file, [length, 0, third, number]);
    if length != 0 {
        sent.buffers(scratch(), core::ptr::null_mut());
    }
    sent
}

/// Memory that reads and writes name and nobody looks at.
fn scratch() -> PVOID {
    static SCRATCH: AtomicU64 = AtomicU64::new(0);
    SCRATCH.as_ptr().cast()
}

/// Sends a numbered control and notes what the call returned.
pub(crate) fn send(
    name: &'static str,
    device: &Device,
    major: u8,
    number: u64,
    file: PFILE_OBJECT,
) -> SentBox {
    let place = SentBox::new(numbered(name, device, major, number, file));
    let returned = place.get().send(device.object);
    note!("-> {}", Status(returned));
    place
}

/// IRPs on their way must not move: they live here.
pub(crate) struct SentBox(usize);

struct Places(UnsafeCell<[Option<Sent>; 16]>);

// SAFETY: one thread runs the scenarios; others only see what a place holds, while it is full.
unsafe impl Sync for Places {}

static PLACES: Places = Places(UnsafeCell::new([const { None }; 16]));

impl SentBox {
    pub(crate) fn new(sent: Sent) -> Self {
        // SAFETY: scenarios run on one thread; a place is written only while it is empty.
        unsafe {
            let places = &mut *PLACES.0.get();
            for (index, place) in places.iter_mut().enumerate() {
                if place.is_none() {
                    *place = Some(sent);
                    return Self(index);
                }
            }
        }
        note!("no place for an IRP");
        Self(usize::MAX)
    }

    pub(crate) fn get(&self) -> &'static Sent {
        // SAFETY: as in `new`; the place is full until `free`.
        match unsafe { (*PLACES.0.get()).get(self.0) } {
            Some(Some(sent)) => sent,
            _ => panic!("no such IRP"),
        }
    }

    pub(crate) fn free(self) {
        // SAFETY: as in `new`.
        if let Some(sent) = unsafe { (*PLACES.0.get()).get_mut(self.0) }.and_then(Option::take) {
            sent.free();
        }
    }
}

/// Completes what is held, from the first on.
pub(crate) fn complete_all() {
    for index in 0..count() {
        wdf!(WdfRequestComplete, held(index), 0);
    }
    forget_all();
}

/// Completes the first request that is held on a thread of its own, some milliseconds from now.
pub(crate) fn complete_later(milliseconds: i64) {
    unsafe extern "C" fn later(context: PVOID) {
        crate::stack::pause(context as i64);
        complete(0, 0);
    }
    let mut thread = core::ptr::null_mut();
    // SAFETY: the out pointer is a live local; the routine ends before the driver goes.
    unsafe {
        let status = wdk_sys::ntddk::PsCreateSystemThread(
            &raw mut thread,
            0,
            core::ptr::null_mut(),
            core::ptr::null_mut(),
            core::ptr::null_mut(),
            Some(later),
            milliseconds as PVOID,
        );
        if status != 0 {
            note!("thread {}", Status(status));
        }
        let _: wdk_sys::NTSTATUS = wdk_sys::ntddk::ZwClose(thread);
    }
}

pub(crate) fn complete(index: usize, status: i32) {
    wdf!(WdfRequestComplete, held(index), status);
}
