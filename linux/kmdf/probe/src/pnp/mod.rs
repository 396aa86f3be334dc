//! Section G: PnP and power order.

mod life;
mod requests;
mod stacks;

use core::sync::atomic::{AtomicI32, AtomicU32, Ordering};

use wdk_sys::{
    NTSTATUS, PFILE_OBJECT, PWDFDEVICE_INIT, WDF_PNPPOWER_EVENT_CALLBACKS, WDFCMRESLIST, WDFDEVICE,
};

use crate::hold::{self};
use crate::kit::{NONE, context, name, named};
use crate::lower::{self};
use crate::stack::{self, Device, MANUAL, Setup, queue_config};
use crate::{note, say, wdf};

const NO_FILE: PFILE_OBJECT = core::ptr::null_mut();

/// Which callback fails, and how.
static FAIL: AtomicU32 = AtomicU32::new(0);
static FAIL_STATUS: AtomicI32 = AtomicI32::new(0);
/// With two devices their names are noted too.
static NAMES: AtomicU32 = AtomicU32::new(0);

const PREPARE: u32 = 1;
const ENTRY: u32 = 2;
const INIT: u32 = 3;
const QUERY: u32 = 4;
const ADD_BEFORE: u32 = 5;
const ADD_AFTER: u32 = 6;

fn fail(which: u32, status: u32) {
    FAIL.store(which, Ordering::Release);
    FAIL_STATUS.store(status as i32, Ordering::Release);
}

fn result(which: u32) -> NTSTATUS {
    if FAIL.load(Ordering::Acquire) == which {
        FAIL_STATUS.load(Ordering::Acquire)
    } else {
        0
    }
}

fn say_event(device: WDFDEVICE, event: core::fmt::Arguments<'_>) {
    if NAMES.load(Ordering::Acquire) != 0 {
        note!("{} {event}", name(device));
    } else {
        say::note(event);
    }
}

macro_rules! event {
    ($device:expr, $($part:tt)*) => { say_event($device, format_args!($($part)*)) };
}

unsafe extern "C" fn prepare(device: WDFDEVICE, raw: WDFCMRESLIST, _: WDFCMRESLIST) -> NTSTATUS {
    let count = wdf!(WdfCmResourceListGetCount, raw);
    if count == 0 {
        event!(device, "PrepareHardware");
    } else {
        event!(device, "PrepareHardware {count}");
    }
    result(PREPARE)
}

unsafe extern "C" fn release(device: WDFDEVICE, _: WDFCMRESLIST) -> NTSTATUS {
    event!(device, "ReleaseHardware");
    0
}

unsafe extern "C" fn entry(device: WDFDEVICE, from: i32) -> NTSTATUS {
    event!(device, "D0Entry {from}");
    result(ENTRY)
}

unsafe extern "C" fn entry_post(device: WDFDEVICE, from: i32) -> NTSTATUS {
    event!(device, "Post {from}");
    0
}

unsafe extern "C" fn exit_pre(device: WDFDEVICE, to: i32) -> NTSTATUS {
    event!(device, "Pre {to}");
    0
}

unsafe extern "C" fn exit(device: WDFDEVICE, to: i32) -> NTSTATUS {
    event!(device, "D0Exit {to}");
    0
}

unsafe extern "C" fn init(device: WDFDEVICE) -> NTSTATUS {
    event!(device, "Init");
    result(INIT)
}

unsafe extern "C" fn restart(device: WDFDEVICE) -> NTSTATUS {
    event!(device, "Restart");
    0
}

unsafe extern "C" fn suspend(device: WDFDEVICE) -> NTSTATUS {
    event!(device, "Suspend");
    0
}

unsafe extern "C" fn flush(device: WDFDEVICE) {
    event!(device, "Flush");
}

unsafe extern "C" fn clean(device: WDFDEVICE) {
    event!(device, "Cleanup");
}

unsafe extern "C" fn surprise(device: WDFDEVICE) {
    event!(device, "SurpriseRemoval");
}

unsafe extern "C" fn query_stop(device: WDFDEVICE) -> NTSTATUS {
    event!(device, "QueryStop");
    result(QUERY)
}

unsafe extern "C" fn query_remove(device: WDFDEVICE) -> NTSTATUS {
    event!(device, "QueryRemove");
    result(QUERY)
}

fn callbacks(init_: PWDFDEVICE_INIT) {
    let mut callbacks = WDF_PNPPOWER_EVENT_CALLBACKS {
        Size: size_of::<WDF_PNPPOWER_EVENT_CALLBACKS>() as u32,
        EvtDeviceD0Entry: Some(entry),
        EvtDeviceD0EntryPostInterruptsEnabled: Some(entry_post),
        EvtDeviceD0Exit: Some(exit),
        EvtDeviceD0ExitPreInterruptsDisabled: Some(exit_pre),
        EvtDevicePrepareHardware: Some(prepare),
        EvtDeviceReleaseHardware: Some(release),
        EvtDeviceSelfManagedIoCleanup: Some(clean),
        EvtDeviceSelfManagedIoFlush: Some(flush),
        EvtDeviceSelfManagedIoInit: Some(init),
        EvtDeviceSelfManagedIoSuspend: Some(suspend),
        EvtDeviceSelfManagedIoRestart: Some(restart),
        EvtDeviceSurpriseRemoval: Some(surprise),
        EvtDeviceQueryRemove: Some(query_remove),
        EvtDeviceQueryStop: Some(query_stop),
        ..WDF_PNPPOWER_EVENT_CALLBACKS::default()
    };
    wdf!(
        WdfDeviceInitSetPnpPowerEventCallbacks,
        init_,
        &raw mut callbacks
    );
    hold::named_requests(init_);
}

fn attributes() -> wdk_sys::WDF_OBJECT_ATTRIBUTES {
    named(NONE)
}

fn made(device: WDFDEVICE) -> NTSTATUS {
    context(device).name = Some(NEXT_NAME[NAMES.load(Ordering::Acquire) as usize % 3]);
    if FAIL.load(Ordering::Acquire) == ADD_AFTER {
        FAIL_STATUS.load(Ordering::Acquire)
    } else {
        0
    }
}

const NEXT_NAME: [&str; 3] = ["device", "FUNCTION", "FILTER"];

fn setup(filter: bool) -> Setup {
    Setup {
        filter,
        init: callbacks,
        made,
        attributes,
    }
}

/// A queue with a name below a device.
fn named_queue(device: &Device) {
    let mut attributes = named(device.handle);
    let queue = stack::queue_with(device.handle, &queue_config(MANUAL, false), &mut attributes);
    context(queue).name = Some("queue");
}

pub(crate) fn run() {
    lower::quiet(false);
    life::life("function", false);
    life::life("filter", true);
    life::failures();
    requests::requests();
    requests::filter_requests();
    stacks::powers();
    stacks::forwarded();
    stacks::two_drivers();
    stacks::targets();
}
