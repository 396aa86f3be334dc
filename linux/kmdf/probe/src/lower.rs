//! A lower driver that is no framework driver: it notes every IRP and answers as it is told.

use core::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, AtomicU32, AtomicU64, Ordering};

use wdk_sys::{
    DEVICE_OBJECT, DRIVER_OBJECT, HANDLE, IRP, NTSTATUS, PCUNICODE_STRING, PDEVICE_OBJECT,
    PDRIVER_OBJECT, PIRP, PVOID, UNICODE_STRING, ntddk,
};

use crate::irp;
use crate::kit::Status;
use crate::{note, utf16};

#[link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")]
unsafe extern "system" {
    // No header of mingw-w64 declares them.
    fn IoCreateDriver(
        name: *mut UNICODE_STRING,
        init: Option<unsafe extern "C" fn(*mut DRIVER_OBJECT, PCUNICODE_STRING) -> NTSTATUS>,
    ) -> NTSTATUS;
    fn IoDeleteDriver(driver: *mut DRIVER_OBJECT);
}

pub(crate) const PENDING: NTSTATUS = 0x103;
pub(crate) const CANCELLED: NTSTATUS = 0xC000_0120_u32 as NTSTATUS;

/// What the lower driver does with device controls, reads and writes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Completes at once.
    Inline = 0,
    /// Keeps them, with a cancel routine.
    Cancelable = 1,
    /// Keeps them, without.
    Deaf = 2,
}

static MODE: AtomicU32 = AtomicU32::new(0);
static STATUS: AtomicI32 = AtomicI32::new(0);
static INFORMATION: AtomicU64 = AtomicU64::new(0);
static START_STATUS: AtomicI32 = AtomicI32::new(0);
static QUIET: AtomicBool = AtomicBool::new(false);
static DETAILS: AtomicBool = AtomicBool::new(false);
static DRIVER: AtomicPtr<DRIVER_OBJECT> = AtomicPtr::new(core::ptr::null_mut());

const KEPT: usize = 8;
static PENDED: [AtomicPtr<IRP>; KEPT] = [const { AtomicPtr::new(core::ptr::null_mut()) }; KEPT];

unsafe extern "C" fn init(driver: *mut DRIVER_OBJECT, _: PCUNICODE_STRING) -> NTSTATUS {
    // SAFETY: the new driver object is ours.
    unsafe { (*driver).MajorFunction.fill(Some(dispatch)) };
    DRIVER.store(driver, Ordering::Release);
    0
}

/// Makes the lower driver.
pub(crate) fn start() {
    let mut name = utf16!("\\Driver\\ProbeLower");
    // SAFETY: the name is a live local, the routine stays.
    let status = unsafe { IoCreateDriver(&raw mut name, Some(init)) };
    if status != 0 {
        note!("IoCreateDriver {}", Status(status));
    }
}

pub(crate) fn end() {
    let driver = DRIVER.swap(core::ptr::null_mut(), Ordering::AcqRel);
    if !driver.is_null() {
        // SAFETY: `start` made it, and its devices are gone.
        unsafe { IoDeleteDriver(driver) };
    }
}

/// A device object at the bottom of a stack.
pub(crate) fn device() -> PDEVICE_OBJECT {
    let driver: PDRIVER_OBJECT = DRIVER.load(Ordering::Acquire);
    let mut device: PDEVICE_OBJECT = core::ptr::null_mut();
    // SAFETY: the driver object is live, the out pointer is a live local.
    unsafe {
        let status = ntddk::IoCreateDevice(
            driver,
            0,
            core::ptr::null_mut(),
            0x22,
            0,
            0,
            &raw mut device,
        );
        if status != 0 {
            note!("IoCreateDevice {}", Status(status));
        } else {
            (*device).Flags &= !0x80;
        }
    }
    device
}

pub(crate) fn delete(device: PDEVICE_OBJECT) {
    // SAFETY: made by `device`, and nothing is attached any more.
    unsafe { ntddk::IoDeleteDevice(device) };
}

pub(crate) fn answer(mode: Mode, status: NTSTATUS, information: u64) {
    MODE.store(mode as u32, Ordering::Release);
    STATUS.store(status, Ordering::Release);
    INFORMATION.store(information, Ordering::Release);
}

pub(crate) fn start_status(status: NTSTATUS) {
    START_STATUS.store(status, Ordering::Release);
}

/// Addresses from here on are noted as B000 and so on.
pub(crate) fn base(address: u64) {
    BASE.store(address, Ordering::Release);
}

static BASE: AtomicU64 = AtomicU64::new(0);

/// Whether IRPs are noted.
pub(crate) fn quiet(on: bool) {
    QUIET.store(on, Ordering::Release);
}

/// Whether their parameters are noted too.
pub(crate) fn details(on: bool) {
    DETAILS.store(on, Ordering::Release);
}

fn finish(irp: PIRP, status: NTSTATUS, information: u64) -> NTSTATUS {
    // SAFETY: the IRP is the lower driver's.
    unsafe {
        (*irp).IoStatus.__bindgen_anon_1.Status = status;
        (*irp).IoStatus.Information = information;
        ntddk::IofCompleteRequest(irp, 0);
    }
    status
}

fn take() -> PIRP {
    for place in &PENDED {
        let irp = place.swap(core::ptr::null_mut(), Ordering::AcqRel);
        if !irp.is_null() {
            return irp;
        }
    }
    core::ptr::null_mut()
}

/// Completes the IRP that is kept, with success and what [`answer`] said.
pub(crate) fn complete(status: NTSTATUS, information: u64) {
    let irp = take();
    if irp.is_null() {
        note!("nothing kept");
        return;
    }
    irp::swap_cancel(irp, None);
    finish(irp, status, information);
}

/// Completes one that is kept, if there is one.
pub(crate) fn complete_one() -> bool {
    // While an IRP stands in the list, a cancel routine has not completed it yet.
    let irp = locked(|| {
        PENDED.iter().find_map(|place| {
            let irp = place.load(Ordering::Relaxed);
            let ours = !irp.is_null() && irp::swap_cancel(irp, None);
            if ours {
                place.store(core::ptr::null_mut(), Ordering::Relaxed);
            }
            ours.then_some(irp)
        })
    });
    if let Some(irp) = irp {
        finish(irp, 0, 0);
    }
    irp.is_some()
}

static LISTED: AtomicBool = AtomicBool::new(false);

/// Runs `work` with the list of kept IRPs to itself.
fn locked<R>(work: impl FnOnce() -> R) -> R {
    while LISTED.swap(true, Ordering::Acquire) {
        core::hint::spin_loop();
    }
    let result = work();
    LISTED.store(false, Ordering::Release);
    result
}

/// Completes the IRP that is kept on a thread of its own, some milliseconds from now.
pub(crate) fn complete_later(milliseconds: i64) {
    unsafe extern "C" fn later(context: PVOID) {
        crate::stack::pause(context as i64);
        complete(0, 0);
    }
    let mut thread: HANDLE = core::ptr::null_mut();
    // SAFETY: the out pointer is a live local; the routine ends before the driver goes.
    unsafe {
        let status = ntddk::PsCreateSystemThread(
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
        let _: NTSTATUS = ntddk::ZwClose(thread);
    }
}

fn drop_from_list(irp: PIRP) {
    locked(|| {
        for place in &PENDED {
            if place.load(Ordering::Relaxed) == irp {
                place.store(core::ptr::null_mut(), Ordering::Relaxed);
            }
        }
    });
}

unsafe extern "C" fn cancel(_: *mut DEVICE_OBJECT, irp: *mut IRP) {
    // SAFETY: called with the cancel spin lock held.
    unsafe { ntddk::IoReleaseCancelSpinLock((*irp).CancelIrql) };
    drop_from_list(irp);
    if !QUIET.load(Ordering::Acquire) {
        note!("lower cancel");
    }
    finish(irp, CANCELLED, 0);
}

fn keep(irp: PIRP, cancelable: bool) -> NTSTATUS {
    irp::mark_pending(irp);
    let cancelled = locked(|| {
        if let Some(place) = PENDED
            .iter()
            .find(|place| place.load(Ordering::Relaxed).is_null())
        {
            place.store(irp, Ordering::Relaxed);
        } else {
            note!("no room for an IRP");
        }
        if !cancelable {
            return false;
        }
        irp::swap_cancel(irp, Some(cancel));
        irp::is_cancelled(irp) && irp::swap_cancel(irp, None)
    });
    if cancelled {
        drop_from_list(irp);
        if !QUIET.load(Ordering::Acquire) {
            note!("lower cancel");
        }
        finish(irp, CANCELLED, 0);
    }
    PENDING
}

unsafe extern "C" fn dispatch(_: *mut DEVICE_OBJECT, irp: *mut IRP) -> NTSTATUS {
    let stack = irp::current(irp);
    // SAFETY: the current location is live.
    let (major, minor) = unsafe { ((*stack).MajorFunction, (*stack).MinorFunction) };
    let arrived = irp::status(irp);
    if !QUIET.load(Ordering::Acquire) {
        note!("lower {}", irp::name(major, minor));
        if DETAILS.load(Ordering::Acquire) {
            let base = BASE.load(Ordering::Acquire);
            let word = |index| {
                let word = irp::argument(stack, index);
                if base != 0 && word >= base && word < base + 64 {
                    word - base + 0xB000
                } else {
                    word
                }
            };
            note!("{:X} {:X} {:X} {:X}", word(0), word(1), word(2), word(3));
            note!("status {}", Status(arrived));
        }
    }
    match major {
        irp::PNP => match minor {
            irp::START => finish(irp, START_STATUS.load(Ordering::Acquire), 0),
            irp::QUERY_STOP
            | irp::STOP
            | irp::CANCEL_STOP
            | irp::QUERY_REMOVE
            | irp::REMOVE
            | irp::CANCEL_REMOVE
            | irp::SURPRISE_REMOVAL => finish(irp, 0, 0),
            _ => finish(irp, arrived, 0),
        },
        irp::POWER => finish(irp, 0, 0),
        irp::CREATE | irp::CLEANUP | irp::CLOSE | irp::FLUSH | irp::SHUTDOWN => finish(irp, 0, 0),
        _ => match MODE.load(Ordering::Acquire) {
            0 => finish(
                irp,
                STATUS.load(Ordering::Acquire),
                INFORMATION.load(Ordering::Acquire),
            ),
            1 => keep(irp, true),
            _ => keep(irp, false),
        },
    }
}
