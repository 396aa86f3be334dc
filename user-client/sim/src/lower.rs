//! Requests to the lower drivers: their memory, and how the model answers them.

use std::ops::Range;

use plug61883_abi::av61883::{AvRequest, IOCTL_61883_CLASS};
use plug61883_abi::irb::AsyncReadIrb;
use plug61883_abi::status::NtStatus;
use plug61883_engine::Scratch;
use sim61883_model::policy::ASYNC_READ;
use sim61883_model::{DeviceRef, Memory, Simulation};
use zerocopy::{FromBytes, IntoBytes};

/// Stands for the address of the MDL that describes a transfer's quadlet.
const MDL: u64 = 0x61883;

/// A request to the lower drivers.
pub(crate) struct Transfer {
    /// Memory that stays where it is, for the request has addresses in it.
    memory: Box<[u64]>,
    /// The device down whose stack it goes.
    pub(crate) device: DeviceRef,
    /// Control code that it was sent with last.
    code: u32,
    /// The client's request that waits for it.
    pub(crate) client: Option<u64>,
}

impl Transfer {
    /// With memory of one of the sizes of [`Scratch`].
    pub(crate) fn new(device: DeviceRef, bytes: usize) -> Self {
        let mut transfer = Self {
            memory: vec![0; bytes / 8].into(),
            device,
            code: 0,
            client: None,
        };
        if let Some(scratch) = transfer.scratch_mut()
            && scratch.quadlet_mut().is_some()
        {
            scratch.set_mdl(MDL);
        }
        transfer
    }

    /// The memory as the engine sees it; `None` would be of a size that no [`Scratch`] has.
    pub(crate) fn scratch(&self) -> Option<&Scratch> {
        Scratch::ref_from_bytes(self.memory.as_bytes()).ok()
    }

    fn scratch_mut(&mut self) -> Option<&mut Scratch> {
        Scratch::mut_from_bytes(self.memory.as_mut_bytes()).ok()
    }

    /// Has `prepare` fill the memory, which gives the control code; gives the function that the
    /// protocol driver is asked for.
    pub(crate) fn fill(&mut self, prepare: impl FnOnce(&mut Scratch) -> u32) -> Option<u32> {
        let scratch = self.scratch_mut()?;
        let code = prepare(scratch);
        let function = scratch.function();
        self.code = code;
        Some(if code == IOCTL_61883_CLASS {
            function
        } else {
            ASYNC_READ
        })
    }

    /// Has the model answer the request.
    pub(crate) fn answer(&mut self, simulation: &mut Simulation) -> NtStatus {
        let answered = if self.code == IOCTL_61883_CLASS {
            self.answer_class(simulation)
        } else {
            self.answer_read(simulation)
        };
        answered.err().unwrap_or(NtStatus::SUCCESS)
    }

    fn answer_class(&mut self, simulation: &mut Simulation) -> Result<(), NtStatus> {
        let base = self.memory.as_ptr().addr() as u64;
        let bytes = self.memory.as_mut_bytes();
        let (mut request, _) =
            AvRequest::read_from_prefix(bytes).map_err(|_| NtStatus::INVALID_PARAMETER)?;
        let mut inside = Inside { base, bytes };
        let status = simulation.answer(self.device, &mut request, &mut inside);
        let written = request.write_to_prefix(inside.bytes);
        match status {
            NtStatus::SUCCESS => written.map_err(|_| NtStatus::INVALID_PARAMETER),
            refused => Err(refused),
        }
    }

    fn answer_read(&mut self, simulation: &Simulation) -> Result<(), NtStatus> {
        let bad = NtStatus::INVALID_PARAMETER;
        let (irb, _) = AsyncReadIrb::read_from_prefix(self.memory.as_bytes()).map_err(|_| bad)?;
        if irb.mdl != MDL {
            return Err(bad);
        }
        let [a, b, c, d] = simulation.async_read(self.device, &irb)?;
        let quadlet = self.scratch_mut().and_then(Scratch::quadlet_mut);
        *quadlet.ok_or(bad)? = u64::from_ne_bytes([a, b, c, d, 0, 0, 0, 0]);
        Ok(())
    }
}

/// A transfer's memory, reached by its addresses.
struct Inside<'a> {
    base: u64,
    bytes: &'a mut [u8],
}

impl Inside<'_> {
    /// Where `length` bytes at `address` are.
    fn range(&self, address: u64, length: usize) -> Option<Range<usize>> {
        let start = usize::try_from(address.checked_sub(self.base)?).ok()?;
        Some(start..start.checked_add(length)?)
    }
}

impl Memory for Inside<'_> {
    fn read(&self, address: u64, bytes: &mut [u8]) -> bool {
        let range = self.range(address, bytes.len());
        let place = range.and_then(|range| self.bytes.get(range));
        place.map(|place| bytes.copy_from_slice(place)).is_some()
    }

    fn write(&mut self, address: u64, bytes: &[u8]) -> bool {
        let range = self.range(address, bytes.len());
        let place = range.and_then(|range| self.bytes.get_mut(range));
        place.map(|place| place.copy_from_slice(bytes)).is_some()
    }
}
