//! Requests of this driver's own: an IRP with its memory, sent, cancelled, waited for, taken
//! back.

use core::cell::Cell;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicU32, Ordering};

use plug61883_abi::av61883::{AvRequest, IOCTL_61883_CLASS};
use plug61883_wdf::{Event, NtStatus, Result};
use wdk_sys::{DEVICE_OBJECT, FILE_OBJECT, IO_STACK_LOCATION, IRP, NTSTATUS, PVOID, ntddk};

use crate::memory::Block;
use crate::run;

/// Every completion routine runs: SL_INVOKE_ON_SUCCESS, _ERROR and _CANCEL.
const INVOKE_ALWAYS: u8 = 0xE0;

/// A request that may be under way. When it is dropped it is cancelled and waited for.
pub(crate) struct Call {
    /// [`Done`]. In pool, for an event must not move.
    done: Block,
    /// The event is waited for, so it will be signalled.
    waited_for: Cell<bool>,
    /// The IRP while the request is under way or its answer was not taken yet.
    sent: Option<NonNull<IRP>>,
    /// Buffer of a device control.
    buffer: Block,
    /// Nobody but the sender may write here: where no reply may be.
    output: usize,
}

/// How the completion routine tells the sender. Under Wine waiting for an event takes far longer
/// than a request that is completed at once, so the event is for those that are not.
#[repr(C)]
struct Done {
    event: Event,
    state: AtomicU32,
}

/// The request is not complete, and nobody waits for the event.
const UNDER_WAY: u32 = 0;
/// The event is waited for.
const WAITED_FOR: u32 = 1;
const COMPLETE: u32 = 2;

// SAFETY: the IRP is the call's own, whichever thread holds it.
unsafe impl Send for Call {}

/// What a request was answered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    pub(crate) status: NtStatus,
    pub(crate) information: usize,
}

impl Call {
    /// Memory for requests with `length` bytes of input or output.
    ///
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`.
    pub(crate) fn new(length: usize) -> Result<Self> {
        let call = Self {
            done: Block::new(size_of::<Done>())?,
            waited_for: Cell::new(false),
            sent: None,
            buffer: Block::new(length)?,
            output: 0,
        };
        call.done().event.init();
        Ok(call)
    }

    fn done(&self) -> &Done {
        // SAFETY: the block has the size and alignment of the structure, all of its bytes were
        // zeroed, which is a valid one, and it lives as long as `self`. All that is done to it
        // takes a shared reference.
        unsafe { self.done.address().cast::<Done>().as_ref() }
    }

    /// Sends a METHOD_BUFFERED device control. The file object, and the device, must stay until
    /// the answer is taken. (PASSIVE_LEVEL)
    ///
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`: nothing was sent.
    pub(crate) fn control(
        &mut self,
        file: NonNull<FILE_OBJECT>,
        code: u32,
        input: &[u8],
        output: usize,
    ) -> Result<()> {
        self.output = output.min(self.buffer.bytes().len());
        let bytes = self.buffer.bytes_mut();
        let place = bytes
            .get_mut(..input.len())
            .ok_or(NtStatus::INVALID_BUFFER_SIZE)?;
        place.copy_from_slice(input);
        let (output, buffer) = (self.output as u32, self.buffer.address());
        // SAFETY: the file object is referenced, so its device is there.
        let device = unsafe { (*file.as_ptr()).DeviceObject };
        // SAFETY: the parameters are those of this kind of request.
        unsafe {
            self.send(device, |irp, location| {
                (*irp).AssociatedIrp.SystemBuffer = buffer.as_ptr().cast();
                (*irp).Tail.Overlay.OriginalFileObject = file.as_ptr();
                location.MajorFunction = wdk_sys::IRP_MJ_DEVICE_CONTROL as u8;
                location.FileObject = file.as_ptr();
                let parameters = &mut location.Parameters.DeviceIoControl;
                parameters.IoControlCode = code;
                parameters.InputBufferLength = input.len() as u32;
                parameters.OutputBufferLength = output;
            })
        }
    }

    /// Tells the file's driver that its last handle is closed, as the I/O manager does; Wine's
    /// does not. (PASSIVE_LEVEL)
    ///
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`: nothing was sent.
    pub(crate) fn cleanup(&mut self, file: NonNull<FILE_OBJECT>) -> Result<()> {
        // SAFETY: as in `control`.
        let device = unsafe { (*file.as_ptr()).DeviceObject };
        // SAFETY: this kind of request has no parameters.
        unsafe {
            self.send(device, |irp, location| {
                (*irp).Tail.Overlay.OriginalFileObject = file.as_ptr();
                location.MajorFunction = wdk_sys::IRP_MJ_CLEANUP as u8;
                location.FileObject = file.as_ptr();
            })
        }
    }

    /// Sends a request to the protocol driver. (PASSIVE_LEVEL)
    ///
    /// # Safety
    /// The device stays, and `request` is valid and in non-paged memory, until the answer is
    /// taken.
    ///
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`: nothing was sent.
    pub(crate) unsafe fn class(
        &mut self,
        device: NonNull<DEVICE_OBJECT>,
        request: NonNull<AvRequest>,
    ) -> Result<()> {
        // SAFETY: the caller vouches for device and request.
        unsafe {
            self.send(device.as_ptr(), |_, location| {
                location.MajorFunction = wdk_sys::IRP_MJ_INTERNAL_DEVICE_CONTROL as u8;
                location.Parameters.Others.Argument1 = request.as_ptr().cast();
                // The code stands where `Parameters.DeviceIoControl` has it, which the first
                // argument of `Others` has no part in.
                location.Parameters.DeviceIoControl.IoControlCode = IOCTL_61883_CLASS;
            })
        }
    }

    /// # Safety
    /// `device` stays until the request is complete, and `fill` makes a valid request of it.
    unsafe fn send(
        &mut self,
        device: *mut DEVICE_OBJECT,
        fill: impl FnOnce(*mut IRP, &mut IO_STACK_LOCATION),
    ) -> Result<()> {
        if self.sent.is_some() {
            return Err(NtStatus::INVALID_DEVICE_STATE);
        }
        // SAFETY: the device is there, as the caller vouches.
        let irp = unsafe { ntddk::IoAllocateIrp((*device).StackSize, 0) };
        let irp = NonNull::new(irp).ok_or(NtStatus::INSUFFICIENT_RESOURCES)?;
        if self.waited_for.replace(false) {
            self.done().event.clear();
        }
        self.done().state.store(UNDER_WAY, Ordering::Release);
        let context: PVOID = core::ptr::from_ref(self.done()).cast_mut().cast();
        // SAFETY: the IRP is new, ours, and has a location for the device. What tells of its end
        // outlives it: `self` frees both, after the request is complete.
        let returned = unsafe {
            let raw = irp.as_ptr();
            (*raw).IoStatus.__bindgen_anon_1.Status = NtStatus::NOT_SUPPORTED.to_raw();
            (*raw).RequestorMode = wdk_sys::_MODE::KernelMode as i8;
            let location = next_location(raw);
            fill(raw, &mut *location);
            (*location).CompletionRoutine = Some(completed);
            (*location).Context = context;
            (*location).Control = INVOKE_ALWAYS;
            self.sent = Some(irp);
            NtStatus::from_raw(ntddk::IofCallDriver(device, raw))
        };
        if returned != NtStatus::PENDING && !self.is_done() {
            run::broken(format_args!(
                "a dispatch routine returned {returned} and has not completed the IRP"
            ));
        }
        Ok(())
    }

    /// The request is complete.
    pub(crate) fn is_done(&self) -> bool {
        self.wait(0)
    }

    /// Waits until the request is complete; tells whether it is. (PASSIVE_LEVEL)
    pub(crate) fn wait(&self, milliseconds: u32) -> bool {
        if self.sent.is_none() {
            return true;
        }
        let done = self.done();
        if !self.waited_for.get() {
            if milliseconds == 0 {
                return done.state.load(Ordering::Acquire) == COMPLETE;
            }
            let armed = done.state.compare_exchange(
                UNDER_WAY,
                WAITED_FOR,
                Ordering::AcqRel,
                Ordering::Acquire,
            );
            if armed.is_err() {
                return true;
            }
            self.waited_for.set(true);
        }
        // From here on the event alone counts: the completion routine is still to signal it when
        // the state tells already.
        done.event.wait(milliseconds)
    }

    /// Asks for an early end. (PASSIVE_LEVEL)
    pub(crate) fn cancel(&self) {
        if let Some(irp) = self.sent {
            // SAFETY: the IRP is there until `take`, which needs `self` for its own.
            unsafe {
                // Whether there was somebody to hear it does not matter.
                let _ = ntddk::IoCancelIrp(irp.as_ptr());
            }
        }
    }

    /// Waits for the end of the request, however long it takes, and gives its answer.
    /// (PASSIVE_LEVEL)
    pub(crate) fn take(&mut self) -> Option<Answer> {
        let irp = self.sent?;
        let mut seconds = 0_u32;
        while !self.wait(1000) {
            seconds = seconds.saturating_add(1);
            if seconds == run::PATIENCE {
                run::broken(format_args!("a request is under way since {seconds} s"));
            }
        }
        self.sent = None;
        // SAFETY: the IRP is complete and was kept for us by its completion routine.
        let answer = unsafe {
            let block = &(*irp.as_ptr()).IoStatus;
            Answer {
                status: NtStatus::from_raw(block.__bindgen_anon_1.Status),
                information: block.Information as usize,
            }
        };
        // SAFETY: as above, and nobody uses it any more.
        unsafe { ntddk::IoFreeIrp(irp.as_ptr()) };
        if !self.buffer.is_intact() {
            run::broken(format_args!("a driver wrote past a request's buffer"));
        }
        Some(answer)
    }

    /// What a device control that is complete has in its buffer, as long as `output` said.
    pub(crate) fn reply(&self) -> &[u8] {
        match self.sent {
            None => self.buffer.bytes().get(..self.output).unwrap_or_default(),
            Some(_) => &[],
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.cancel();
        let _ = self.take();
    }
}

/// Takes the IRP back from the I/O manager and wakes the sender.
unsafe extern "C" fn completed(_: *mut DEVICE_OBJECT, _: *mut IRP, context: PVOID) -> NTSTATUS {
    // SAFETY: the context is that of the call, which stays until it sees that this is complete,
    // and when the event is waited for, until that is signalled.
    let done = unsafe { &*context.cast::<Done>() };
    if done.state.swap(COMPLETE, Ordering::AcqRel) == WAITED_FOR {
        done.event.set();
    }
    NtStatus::MORE_PROCESSING_REQUIRED.to_raw()
}

/// IoGetNextIrpStackLocation.
///
/// # Safety
/// `irp` has a location left.
unsafe fn next_location(irp: *mut IRP) -> *mut IO_STACK_LOCATION {
    // SAFETY: promised by the caller.
    unsafe {
        (*irp)
            .Tail
            .Overlay
            .__bindgen_anon_2
            .__bindgen_anon_1
            .CurrentStackLocation
            .sub(1)
    }
}
