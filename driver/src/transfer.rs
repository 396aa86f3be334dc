//! A request to the protocol driver with its memory, reserved before it is needed.

use core::ptr::NonNull;

use plug61883_engine::{Key, Scratch};
use plug61883_wdf::{
    Attributes, CompletionEvents, Device, Handle, IoTarget, Mdl, Memory, NtStatus, Result,
    SentRequest,
};
use zerocopy::FromBytes;

/// Pool tag of a transfer's memory.
const TAG: &[u8; 4] = b"P883";

/// The handles of a transfer, to use without the lock while the engine has pinned it.
#[derive(Clone, Copy)]
pub(crate) struct Handles {
    request: SentRequest,
    memory: Memory,
    target: IoTarget,
}

pub(crate) struct Transfer {
    handles: Handles,
    memory: NonNull<[u8]>,
    mdl: Option<Mdl>,
}

// SAFETY: the scratch memory is reached under the state's lock, or by the lower drivers while
// the request is sent.
unsafe impl Send for Transfer {}

impl Transfer {
    /// Makes a request for the drivers below `device`, and memory that it can point to, of one
    /// of the sizes of [`Scratch`]; with `reads_register` also what reading a register over the
    /// bus takes.
    pub(crate) fn create(device: Device, size: usize, reads_register: bool) -> Result<Self> {
        let target = device.io_target();
        let request = SentRequest::create(Attributes::new().parent(device), target)?;
        Self::with_request(request, target, size, reads_register).inspect_err(|_| request.delete())
    }

    fn with_request(
        request: SentRequest,
        target: IoTarget,
        size: usize,
        reads_register: bool,
    ) -> Result<Self> {
        // The memory goes with the request.
        let (memory, buffer) = Memory::allocate(Attributes::new().parent(request), TAG, size)?;
        let mut transfer = Self {
            handles: Handles {
                request,
                memory,
                target,
            },
            memory: NonNull::slice_from_raw_parts(buffer, size),
            mdl: None,
        };
        if reads_register {
            transfer.describe_quadlet()?;
        }
        Ok(transfer)
    }

    fn describe_quadlet(&mut self) -> Result<()> {
        let broken = NtStatus::INTERNAL_ERROR;
        let scratch = self.scratch_mut().ok_or(broken)?;
        let quadlet = scratch.quadlet_mut().map(NonNull::from_mut).ok_or(broken)?;
        // SAFETY: the quadlet lies in non-paged pool that `free` frees after the MDL.
        let mdl = unsafe { Mdl::of_pool(quadlet.cast(), 4) }?;
        scratch.set_mdl(mdl.address());
        self.mdl = Some(mdl);
        Ok(())
    }

    pub(crate) fn handles(&self) -> Handles {
        self.handles
    }

    /// The memory, while the request is not sent or is completed; `None` would be memory of a
    /// size that no [`Scratch`] has.
    pub(crate) fn scratch(&self) -> Option<&Scratch> {
        // SAFETY: the memory lives as long as the request, and nobody writes it outside the time
        // when the request is sent.
        Scratch::ref_from_bytes(unsafe { self.memory.as_ref() }).ok()
    }

    /// The memory, before the request is sent.
    pub(crate) fn scratch_mut(&mut self) -> Option<&mut Scratch> {
        // SAFETY: as in `scratch`, and `&mut self` makes this the only reference.
        Scratch::mut_from_bytes(unsafe { self.memory.as_mut() }).ok()
    }

    /// Frees all of it; the request is not sent.
    pub(crate) fn free(self) {
        if let Some(mdl) = self.mdl {
            mdl.free();
        }
        self.handles.request.delete();
    }
}

impl Handles {
    /// Sends the memory's request down. (IRQL <= DISPATCH_LEVEL)
    pub(crate) fn send<E: CompletionEvents>(self, code: u32, key: Key) -> Result<()> {
        let context = usize::try_from(key.to_bits()).map_err(|_| NtStatus::INTERNAL_ERROR)?;
        self.request
            .format_internal_others(self.target, code, self.memory)?;
        self.request.send::<E>(self.target, context)
    }

    /// Asks the lower driver to cancel the request.
    pub(crate) fn cancel(self) {
        self.request.cancel();
    }
}
