//! IRPs and device objects: what the WDM headers have as macros.

use core::sync::atomic::{AtomicPtr, Ordering};

use wdk_sys::{
    CCHAR, DEVICE_OBJECT, DRIVER_OBJECT, FILE_OBJECT, IO_STACK_LOCATION, IRP, NTSTATUS,
    PDEVICE_OBJECT, PFILE_OBJECT, PIRP, PMDL, PVOID, ntddk,
};

use crate::status;

const _: () = {
    assert!(size_of::<IRP>() == 0xD0);
    assert!(size_of::<IO_STACK_LOCATION>() == 72);
    assert!(core::mem::offset_of!(DEVICE_OBJECT, Flags) == 0x30);
    assert!(core::mem::offset_of!(DEVICE_OBJECT, DeviceExtension) == 0x40);
    assert!(core::mem::offset_of!(DEVICE_OBJECT, StackSize) == 0x4C);
    assert!(size_of::<DRIVER_OBJECT>() == 0x150);
    assert!(size_of::<FILE_OBJECT>() == 0xD8);
};

pub(crate) mod major {
    pub(crate) const CREATE: u8 = 0x00;
    pub(crate) const CLOSE: u8 = 0x02;
    pub(crate) const READ: u8 = 0x03;
    pub(crate) const WRITE: u8 = 0x04;
    pub(crate) const DEVICE_CONTROL: u8 = 0x0E;
    pub(crate) const INTERNAL_DEVICE_CONTROL: u8 = 0x0F;
    pub(crate) const SHUTDOWN: u8 = 0x10;
    pub(crate) const CLEANUP: u8 = 0x12;
    pub(crate) const POWER: u8 = 0x16;
    pub(crate) const SYSTEM_CONTROL: u8 = 0x17;
    pub(crate) const PNP: u8 = 0x1B;
    pub(crate) const COUNT: usize = 0x1C;
}

mod control {
    pub(super) const PENDING_RETURNED: u8 = 0x01;
    pub(super) const INVOKE_ALWAYS: u8 = 0x20 | 0x40 | 0x80;
}

pub(crate) type CompletionRoutine = unsafe extern "C" fn(PDEVICE_OBJECT, PIRP, PVOID) -> NTSTATUS;
pub(crate) type CancelRoutine = unsafe extern "C" fn(*mut DEVICE_OBJECT, *mut IRP);

/// One stack location of a live IRP.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stack(*mut IO_STACK_LOCATION);

/// A live IRP.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Irp(PIRP);

/// Bytes that `IoCopyCurrentIrpStackLocationToNext` copies: all in front of the completion routine.
const COPIED: usize = core::mem::offset_of!(IO_STACK_LOCATION, CompletionRoutine);

impl Stack {
    pub(crate) const NONE: Self = Self(core::ptr::null_mut());

    fn get(&self) -> &IO_STACK_LOCATION {
        // SAFETY: the IRP of this location is live, see the type.
        unsafe { &*self.0 }
    }

    fn get_mut(&mut self) -> &mut IO_STACK_LOCATION {
        // SAFETY: as in `get`; who has an IRP has its stack locations for himself.
        unsafe { &mut *self.0 }
    }

    pub(crate) fn major(self) -> u8 {
        self.get().MajorFunction
    }

    pub(crate) fn minor(self) -> u8 {
        self.get().MinorFunction
    }

    pub(crate) fn file(self) -> PFILE_OBJECT {
        self.get().FileObject
    }

    /// The four pointer-sized words of `Parameters`.
    pub(crate) fn argument(self, index: usize) -> u64 {
        // SAFETY: `Parameters` is 32 bytes long; each of its views fits into four words.
        unsafe {
            (&raw const self.get().Parameters)
                .cast::<u64>()
                .add(index & 3)
                .read()
        }
    }

    pub(crate) fn set_argument(mut self, index: usize, value: u64) {
        // SAFETY: as in `argument`.
        unsafe {
            (&raw mut self.get_mut().Parameters)
                .cast::<u64>()
                .add(index & 3)
                .write(value);
        };
    }

    /// The low half of a parameter word: lengths and codes are 32 bits wide.
    pub(crate) fn low(self, index: usize) -> u32 {
        self.argument(index) as u32
    }

    pub(crate) fn set_function(mut self, major: u8, minor: u8) {
        self.get_mut().MajorFunction = major;
        self.get_mut().MinorFunction = minor;
    }

    pub(crate) fn set_file(mut self, file: PFILE_OBJECT) {
        self.get_mut().FileObject = file;
    }

    pub(crate) fn set_completion(mut self, routine: CompletionRoutine, context: PVOID) {
        let location = self.get_mut();
        location.CompletionRoutine = Some(routine);
        location.Context = context;
        location.Control = control::INVOKE_ALWAYS;
    }

    pub(crate) fn clear(mut self) {
        *self.get_mut() = IO_STACK_LOCATION::default();
    }

    fn copy_from(self, other: Self) {
        // SAFETY: two locations of one live IRP.
        unsafe {
            core::ptr::copy_nonoverlapping(other.0.cast::<u8>(), self.0.cast::<u8>(), COPIED);
            (*self.0).Control = 0;
            (*self.0).CompletionRoutine = None;
            (*self.0).Context = core::ptr::null_mut();
        }
    }

    /// Takes over the location that a driver filled in.
    pub(crate) fn copy_from_driver(self, other: *const IO_STACK_LOCATION) {
        self.copy_from(Self(other.cast_mut()));
    }
}

impl Irp {
    pub(crate) const NONE: Self = Self(core::ptr::null_mut());

    pub(crate) const fn new(irp: PIRP) -> Self {
        Self(irp)
    }

    /// An IRP of our own; `None` if there is no memory.
    pub(crate) fn allocate(stack_size: CCHAR) -> Option<Self> {
        // SAFETY: takes any stack size.
        let irp = unsafe { ntddk::IoAllocateIrp(stack_size, 0) };
        (!irp.is_null()).then_some(Self(irp))
    }

    /// Frees an IRP of [`Irp::allocate`] that is nowhere any more.
    pub(crate) fn free(self) {
        // SAFETY: see above.
        unsafe { ntddk::IoFreeIrp(self.0) };
    }

    pub(crate) fn is_none(self) -> bool {
        self.0.is_null()
    }

    pub(crate) fn raw(self) -> PIRP {
        self.0
    }

    fn get(&self) -> &IRP {
        // SAFETY: the IRP is live, see the type.
        unsafe { &*self.0 }
    }

    fn get_mut(&mut self) -> &mut IRP {
        // SAFETY: the IRP is live, and whoever has it has it for himself.
        unsafe { &mut *self.0 }
    }

    pub(crate) fn current(self) -> Stack {
        // SAFETY: the location pointer is a member of this view of the union in every IRP that is
        // on its way.
        Stack(unsafe {
            self.get()
                .Tail
                .Overlay
                .__bindgen_anon_2
                .__bindgen_anon_1
                .CurrentStackLocation
        })
    }

    fn set_current(mut self, stack: Stack) {
        self.get_mut()
            .Tail
            .Overlay
            .__bindgen_anon_2
            .__bindgen_anon_1
            .CurrentStackLocation = stack.0;
    }

    pub(crate) fn next(self) -> Stack {
        Stack(self.current().0.wrapping_sub(1))
    }

    pub(crate) fn stack_count(self) -> CCHAR {
        self.get().StackCount
    }

    /// Stack locations that are left below the current one.
    pub(crate) fn locations_left(self) -> i32 {
        i32::from(self.get().CurrentLocation) - 1
    }

    /// `IoSkipCurrentIrpStackLocation`
    pub(crate) fn skip(mut self) {
        let current = self.current().0;
        self.get_mut().CurrentLocation += 1;
        self.set_current(Stack(current.wrapping_add(1)));
    }

    /// `IoSetNextIrpStackLocation`
    pub(crate) fn step(mut self) {
        let current = self.current().0;
        self.get_mut().CurrentLocation -= 1;
        self.set_current(Stack(current.wrapping_sub(1)));
    }

    /// `IoCopyCurrentIrpStackLocationToNext`
    pub(crate) fn copy_to_next(self) {
        self.next().copy_from(self.current());
    }

    /// `IoMarkIrpPending`
    pub(crate) fn mark_pending(self) {
        let mut stack = self.current();
        stack.get_mut().Control |= control::PENDING_RETURNED;
    }

    pub(crate) fn status(self) -> NTSTATUS {
        // SAFETY: both views of the union are plain numbers.
        unsafe { self.get().IoStatus.__bindgen_anon_1.Status }
    }

    pub(crate) fn set_status(mut self, status: NTSTATUS) {
        self.get_mut().IoStatus.__bindgen_anon_1.Status = status;
    }

    pub(crate) fn information(self) -> u64 {
        self.get().IoStatus.Information
    }

    pub(crate) fn set_information(mut self, information: u64) {
        self.get_mut().IoStatus.Information = information;
    }

    pub(crate) fn is_cancelled(self) -> bool {
        // SAFETY: the member is a live byte; `IoCancelIrp` may set it at any time.
        unsafe { (&raw const (*self.0).Cancel).read_volatile() != 0 }
    }

    /// Whether the I/O manager made it to close a file.
    pub(crate) fn is_close_operation(self) -> bool {
        const IRP_CLOSE_OPERATION: u32 = 0x400;
        self.get().Flags & IRP_CLOSE_OPERATION != 0
    }

    pub(crate) fn requestor_mode(self) -> wdk_sys::KPROCESSOR_MODE {
        self.get().RequestorMode
    }

    pub(crate) fn system_buffer(self) -> PVOID {
        // SAFETY: all views of the union are pointers or numbers.
        unsafe { self.get().AssociatedIrp.SystemBuffer }
    }

    pub(crate) fn set_system_buffer(mut self, buffer: PVOID) {
        self.get_mut().AssociatedIrp.SystemBuffer = buffer;
    }

    pub(crate) fn user_buffer(self) -> PVOID {
        self.get().UserBuffer
    }

    pub(crate) fn set_user_buffer(mut self, buffer: PVOID) {
        self.get_mut().UserBuffer = buffer;
    }

    pub(crate) fn mdl(self) -> PMDL {
        self.get().MdlAddress
    }

    /// The last of the four words that an IRP's present owner may use.
    pub(crate) fn set_word(mut self, word: PVOID) {
        // SAFETY: all views of the union are pointers or numbers.
        unsafe {
            self.get_mut()
                .Tail
                .Overlay
                .__bindgen_anon_1
                .__bindgen_anon_1
                .DriverContext[3] = word;
        }
    }

    pub(crate) fn word(self) -> PVOID {
        // SAFETY: all views of the union are pointers or numbers.
        unsafe {
            self.get()
                .Tail
                .Overlay
                .__bindgen_anon_1
                .__bindgen_anon_1
                .DriverContext[3]
        }
    }

    /// `IoSetCancelRoutine`: gives whether there was one.
    pub(crate) fn swap_cancel_routine(self, routine: Option<CancelRoutine>) -> bool {
        let routine = routine.map_or(core::ptr::null_mut(), |routine| routine as *mut ());
        // SAFETY: the member is a live, aligned pointer that everyone exchanges atomically.
        let place = unsafe { AtomicPtr::from_ptr((&raw mut (*self.0).CancelRoutine).cast()) };
        !place.swap(routine, Ordering::AcqRel).is_null()
    }

    /// `IoCancelIrp`
    pub(crate) fn cancel(self) -> bool {
        // SAFETY: the IRP is live, see the type.
        unsafe { ntddk::IoCancelIrp(self.0) != 0 }
    }

    /// Readies an IRP of our own for its next trip.
    pub(crate) fn reuse(self, status: NTSTATUS) {
        // SAFETY: the IRP is ours and nowhere else.
        unsafe { ntddk::IoReuseIrp(self.0, status) };
    }

    /// `IoCallDriver`
    pub(crate) fn call(self, device: PDEVICE_OBJECT) -> NTSTATUS {
        // SAFETY: the IRP is ours to send; the device object is live: we are attached to it or
        // hold a reference.
        unsafe { ntddk::IofCallDriver(device, self.0) }
    }

    /// `IoCompleteRequest`
    pub(crate) fn complete(self) {
        self.complete_with_boost(0);
    }

    pub(crate) fn complete_with_boost(self, boost: CCHAR) {
        // SAFETY: the IRP is ours to complete, and nobody uses it after this.
        unsafe { ntddk::IofCompleteRequest(self.0, boost) };
    }

    /// Completes with `status` and no information, and returns the status.
    pub(crate) fn finish(self, status: NTSTATUS) -> NTSTATUS {
        self.set_status(status);
        self.set_information(0);
        self.complete();
        status
    }

    /// Sends down what came, and leaves it to the lower driver.
    pub(crate) fn forward(self, device: PDEVICE_OBJECT) -> NTSTATUS {
        self.skip();
        self.call(device)
    }

    /// Sends down what came, waits for it, and keeps the IRP.
    pub(crate) fn forward_and_wait(self, device: PDEVICE_OBJECT) -> NTSTATUS {
        let event = crate::sync::Event::new();
        self.copy_to_next();
        self.next()
            .set_completion(signal, (&raw const event).cast_mut().cast());
        if self.call(device) == status::PENDING {
            event.wait();
        }
        self.status()
    }
}

/// Completion routine of [`Irp::forward_and_wait`].
unsafe extern "C" fn signal(_: PDEVICE_OBJECT, _: PIRP, context: PVOID) -> NTSTATUS {
    // SAFETY: the context is the waiter's event; if the lower driver completed inline the waiter
    // does not look at it, but it is still on its stack.
    unsafe { &*context.cast::<crate::sync::Event>() }.set();
    status::MORE_PROCESSING_REQUIRED
}
