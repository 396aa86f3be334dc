//! IRPs made by hand.

use core::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

use wdk_sys::{
    DEVICE_OBJECT, IO_STACK_LOCATION, IRP, NTSTATUS, PDEVICE_OBJECT, PFILE_OBJECT, PIRP, PVOID,
    ntddk,
};

use crate::kit::Status;
use crate::note;

pub(crate) const CREATE: u8 = 0x00;
pub(crate) const CLOSE: u8 = 0x02;
pub(crate) const READ: u8 = 0x03;
pub(crate) const WRITE: u8 = 0x04;
pub(crate) const QUERY_INFORMATION: u8 = 0x05;
pub(crate) const FLUSH: u8 = 0x09;
pub(crate) const CONTROL: u8 = 0x0E;
pub(crate) const INTERNAL: u8 = 0x0F;
pub(crate) const SHUTDOWN: u8 = 0x10;
pub(crate) const CLEANUP: u8 = 0x12;
pub(crate) const POWER: u8 = 0x16;
pub(crate) const WMI: u8 = 0x17;
pub(crate) const PNP: u8 = 0x1B;

pub(crate) const START: u8 = 0x00;
pub(crate) const QUERY_REMOVE: u8 = 0x01;
pub(crate) const REMOVE: u8 = 0x02;
pub(crate) const CANCEL_REMOVE: u8 = 0x03;
pub(crate) const STOP: u8 = 0x04;
pub(crate) const QUERY_STOP: u8 = 0x05;
pub(crate) const CANCEL_STOP: u8 = 0x06;
pub(crate) const QUERY_STATE: u8 = 0x14;
pub(crate) const SURPRISE_REMOVAL: u8 = 0x17;

pub(crate) const SET_POWER: u8 = 0x02;

/// A buffered I/O control code, and one with METHOD_NEITHER.
pub(crate) const BUFFERED: u32 = 0x0022_2000;
pub(crate) const NEITHER: u32 = 0x0022_2003;

/// A name for the notes.
pub(crate) fn name(major: u8, minor: u8) -> &'static str {
    match (major, minor) {
        (CREATE, _) => "CREATE",
        (CLOSE, _) => "CLOSE",
        (READ, _) => "READ",
        (WRITE, _) => "WRITE",
        (QUERY_INFORMATION, _) => "QUERY_INFORMATION",
        (FLUSH, _) => "FLUSH",
        (CONTROL, _) => "CONTROL",
        (INTERNAL, _) => "INTERNAL",
        (SHUTDOWN, _) => "SHUTDOWN",
        (CLEANUP, _) => "CLEANUP",
        (POWER, _) => "POWER",
        (WMI, _) => "WMI",
        (PNP, START) => "START",
        (PNP, QUERY_REMOVE) => "QUERY_REMOVE",
        (PNP, REMOVE) => "REMOVE",
        (PNP, CANCEL_REMOVE) => "CANCEL_REMOVE",
        (PNP, STOP) => "STOP",
        (PNP, QUERY_STOP) => "QUERY_STOP",
        (PNP, CANCEL_STOP) => "CANCEL_STOP",
        (PNP, QUERY_STATE) => "QUERY_STATE",
        (PNP, SURPRISE_REMOVAL) => "SURPRISE_REMOVAL",
        (PNP, _) => "PNP",
        _ => "?",
    }
}

pub(crate) fn current(irp: PIRP) -> *mut IO_STACK_LOCATION {
    // SAFETY: the IRP is on its way.
    unsafe {
        (*irp)
            .Tail
            .Overlay
            .__bindgen_anon_2
            .__bindgen_anon_1
            .CurrentStackLocation
    }
}

fn next(irp: PIRP) -> *mut IO_STACK_LOCATION {
    current(irp).wrapping_sub(1)
}

pub(crate) fn argument(stack: *mut IO_STACK_LOCATION, index: usize) -> u64 {
    // SAFETY: the parameters are four words.
    unsafe {
        (&raw const (*stack).Parameters)
            .cast::<u64>()
            .add(index)
            .read()
    }
}

pub(crate) fn set_argument(stack: *mut IO_STACK_LOCATION, index: usize, value: u64) {
    // SAFETY: as above.
    unsafe {
        (&raw mut (*stack).Parameters)
            .cast::<u64>()
            .add(index)
            .write(value);
    };
}

pub(crate) fn status(irp: PIRP) -> NTSTATUS {
    // SAFETY: the IRP is live.
    unsafe { (*irp).IoStatus.__bindgen_anon_1.Status }
}

pub(crate) fn mark_pending(irp: PIRP) {
    // SAFETY: the IRP is the caller's.
    unsafe { (*current(irp)).Control |= 1 };
}

pub(crate) fn is_cancelled(irp: PIRP) -> bool {
    // SAFETY: the IRP is live.
    unsafe { (&raw const (*irp).Cancel).read_volatile() != 0 }
}

/// `IoSkipCurrentIrpStackLocation`
pub(crate) fn skip(irp: PIRP) {
    let here = current(irp);
    // SAFETY: the IRP is the caller's.
    unsafe {
        (*irp).CurrentLocation += 1;
        (*irp)
            .Tail
            .Overlay
            .__bindgen_anon_2
            .__bindgen_anon_1
            .CurrentStackLocation = here.wrapping_add(1);
    }
}

/// `IoCopyCurrentIrpStackLocationToNext`
pub(crate) fn copy_to_next(irp: PIRP) {
    const BYTES: usize = core::mem::offset_of!(IO_STACK_LOCATION, CompletionRoutine);
    // SAFETY: the IRP is the caller's, and has a next location.
    unsafe {
        core::ptr::copy_nonoverlapping(current(irp).cast::<u8>(), next(irp).cast::<u8>(), BYTES);
        (*next(irp)).Control = 0;
        (*next(irp)).CompletionRoutine = None;
    }
}

pub(crate) type CancelRoutine = unsafe extern "C" fn(*mut DEVICE_OBJECT, *mut IRP);

/// `IoSetCancelRoutine`: gives whether there was one.
pub(crate) fn swap_cancel(irp: PIRP, routine: Option<CancelRoutine>) -> bool {
    let routine = routine.map_or(core::ptr::null_mut(), |routine| routine as *mut ());
    // SAFETY: the member is a live, aligned pointer.
    let place = unsafe { AtomicPtr::from_ptr((&raw mut (*irp).CancelRoutine).cast()) };
    !place.swap(routine, Ordering::AcqRel).is_null()
}

/// Sets the parameters of an IRP that is not on its way yet.
pub(crate) fn ready(irp: PIRP, major: u8, words: [u64; 4]) {
    let stack = next(irp);
    // SAFETY: the IRP is the caller's.
    unsafe { (*stack).MajorFunction = major };
    for (index, word) in words.into_iter().enumerate() {
        set_argument(stack, index, word);
    }
}

pub(crate) fn on_completion(
    irp: PIRP,
    routine: unsafe extern "C" fn(PDEVICE_OBJECT, PIRP, PVOID) -> NTSTATUS,
    context: PVOID,
) {
    let stack = next(irp);
    // SAFETY: the IRP is the caller's.
    unsafe {
        (*stack).CompletionRoutine = Some(routine);
        (*stack).Context = context;
        (*stack).Control = 0xE0;
    }
}

/// An IRP of ours. It must not move while it is on its way.
pub(crate) struct Sent {
    pub(crate) irp: PIRP,
    name: &'static str,
    done: AtomicBool,
}

unsafe extern "C" fn completed(_: PDEVICE_OBJECT, irp: PIRP, context: PVOID) -> NTSTATUS {
    // SAFETY: the context is the `Sent`, which lives until it is freed by its scenario.
    let sent = unsafe { &*context.cast::<Sent>() };
    // SAFETY: the IRP is live.
    let information = unsafe { (*irp).IoStatus.Information };
    if !sent.name.is_empty() {
        note!(
            "{} completed {} {information}",
            sent.name,
            Status(status(irp))
        );
    }
    sent.done.store(true, Ordering::Release);
    // STATUS_MORE_PROCESSING_REQUIRED
    0xC000_0016_u32 as NTSTATUS
}

/// A name under which nothing is noted.
pub(crate) const UNNAMED: &str = "";

impl Sent {
    /// An IRP for a device, with the status that it goes down with.
    pub(crate) fn new(name: &'static str, device: PDEVICE_OBJECT, status: NTSTATUS) -> Self {
        // SAFETY: the device object is live.
        let irp = unsafe { ntddk::IoAllocateIrp((*device).StackSize, 0) };
        // SAFETY: new, ours.
        unsafe { (*irp).IoStatus.__bindgen_anon_1.Status = status };
        Self {
            irp,
            name,
            done: AtomicBool::new(false),
        }
    }

    /// Its parameters: function, file and the four words.
    pub(crate) fn set(&self, major: u8, minor: u8, file: PFILE_OBJECT, words: [u64; 4]) {
        let stack = next(self.irp);
        // SAFETY: the IRP is ours.
        unsafe {
            (*stack).MajorFunction = major;
            (*stack).MinorFunction = minor;
            (*stack).FileObject = file;
        }
        for (index, word) in words.into_iter().enumerate() {
            set_argument(stack, index, word);
        }
    }

    pub(crate) fn buffers(&self, system: PVOID, user: PVOID) {
        // SAFETY: the IRP is ours.
        unsafe {
            (*self.irp).AssociatedIrp.SystemBuffer = system;
            (*self.irp).UserBuffer = user;
        }
    }

    /// Sends it.
    pub(crate) fn send(&self, device: PDEVICE_OBJECT) -> NTSTATUS {
        let stack = next(self.irp);
        // SAFETY: the IRP is ours, the device object is live.
        unsafe {
            (*stack).CompletionRoutine = Some(completed);
            (*stack).Context = core::ptr::from_ref(self).cast_mut().cast();
            (*stack).Control = 0xE0;
            ntddk::IofCallDriver(device, self.irp)
        }
    }

    pub(crate) fn cancel(&self) -> bool {
        // SAFETY: the IRP is live: nobody but us frees it.
        unsafe { ntddk::IoCancelIrp(self.irp) != 0 }
    }

    pub(crate) fn is_done(&self) -> bool {
        self.done.load(Ordering::Acquire)
    }

    pub(crate) fn information(&self) -> u64 {
        // SAFETY: the IRP is live.
        unsafe { (*self.irp).IoStatus.Information }
    }

    /// Frees it, when it is back.
    pub(crate) fn free(self) {
        if self.is_done() {
            // SAFETY: the IRP is ours and nowhere else.
            unsafe { ntddk::IoFreeIrp(self.irp) };
        } else {
            note!("{} is still on its way", self.name);
        }
    }
}

/// Sends an IRP that completes at once; gives its status.
pub(crate) fn once(
    device: PDEVICE_OBJECT,
    major: u8,
    minor: u8,
    file: PFILE_OBJECT,
    words: [u64; 4],
) -> NTSTATUS {
    const NOT_SUPPORTED: NTSTATUS = 0xC000_00BB_u32 as NTSTATUS;
    let preset = if matches!(major, PNP | POWER) {
        NOT_SUPPORTED
    } else {
        0
    };
    let sent = Sent::new(UNNAMED, device, preset);
    sent.set(major, minor, file, words);
    sent.send(device);
    let result = status(sent.irp);
    sent.free();
    result
}

pub(crate) fn pnp(device: PDEVICE_OBJECT, minor: u8) -> NTSTATUS {
    once(device, PNP, minor, core::ptr::null_mut(), [0; 4])
}
