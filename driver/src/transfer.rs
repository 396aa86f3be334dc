//! A request to the protocol driver with its memory, reserved before it is needed.

use core::ptr::NonNull;

use plug61883_engine::{Key, Scratch};
use plug61883_wdf::{
    Attributes, CompletionEvents, Device, Handle, IoTarget, Mdl, Memory, NtStatus, Result,
    SentRequest,
};

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
    scratch: NonNull<Scratch>,
    mdl: Option<Mdl>,
}

// SAFETY: the scratch memory is reached under the state's lock, or by the lower drivers while
// the request is sent.
unsafe impl Send for Transfer {}

impl Transfer {
    /// Makes a request for the drivers below `device`, and memory that it can point to; with
    /// `reads_register` also what reading a register over the bus takes.
    pub(crate) fn create(device: Device, reads_register: bool) -> Result<Self> {
        let target = device.io_target();
        let request = SentRequest::create(Attributes::new().parent(device), target)?;
        Self::with_request(request, target, reads_register).inspect_err(|_| request.delete())
    }

    fn with_request(request: SentRequest, target: IoTarget, reads_register: bool) -> Result<Self> {
        // The memory goes with the request.
        let (memory, buffer) =
            Memory::allocate(Attributes::new().parent(request), TAG, size_of::<Scratch>())?;
        let mut scratch: NonNull<Scratch> = buffer.cast();
        let mut mdl = None;
        if reads_register {
            // SAFETY: the memory is zeroed, which is a valid `Scratch`; pool memory is aligned
            // to 16 bytes; nothing else refers to it yet.
            let scratch = unsafe { scratch.as_mut() };
            let quadlet = NonNull::from_mut(&mut scratch.quadlet).cast();
            // SAFETY: the quadlet lies in non-paged pool that `free` frees after the MDL.
            let described = unsafe { Mdl::of_pool(quadlet, 4) }?;
            scratch.mdl = described.address();
            mdl = Some(described);
        }
        Ok(Self {
            handles: Handles {
                request,
                memory,
                target,
            },
            scratch,
            mdl,
        })
    }

    pub(crate) fn handles(&self) -> Handles {
        self.handles
    }

    /// The memory, while the request is not sent or is completed.
    pub(crate) fn scratch(&self) -> &Scratch {
        // SAFETY: the memory lives as long as the request, is a valid `Scratch` in every
        // bit pattern, and nobody writes it outside the time when the request is sent.
        unsafe { self.scratch.as_ref() }
    }

    /// The memory, before the request is sent.
    pub(crate) fn scratch_mut(&mut self) -> &mut Scratch {
        // SAFETY: as in `scratch`, and `&mut self` makes this the only reference.
        unsafe { self.scratch.as_mut() }
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
