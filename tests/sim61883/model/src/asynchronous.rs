//! The bus driver's answer to an asynchronous read (`IOCTL_1394_CLASS`): of the plug registers,
//! that is.

use plug61883_abi::irb::{AsyncReadIrb, REQUEST_ASYNC_READ};
use plug61883_abi::status::NtStatus;

use crate::bus::{DeviceRef, NodeRef};
use crate::csr::BusError;
use crate::simulation::Simulation;

/// Bytes of a quadlet read.
pub(crate) const QUADLET: usize = 4;

/// What 1394.h makes of a response code: `RCODE_STATUS_MASK` and the code, `RCODE_TIMED_OUT`
/// where no node answered.
const fn response_status(error: BusError) -> NtStatus {
    const RCODE_STATUS_MASK: u32 = 0xC012_0080;
    const RCODE_TIMED_OUT: u8 = 15;
    let code = match error.response_code() {
        Some(code) => code,
        None => RCODE_TIMED_OUT,
    };
    NtStatus(RCODE_STATUS_MASK | code as u32)
}

impl Simulation {
    /// Answers an IRB that came down the stack of `unit`: the bytes for the caller's buffer, in
    /// the order in which they are on the bus.
    ///
    /// # Errors
    /// `STATUS_NOT_SUPPORTED` for anything but a read, `STATUS_INVALID_GENERATION` after a bus
    /// reset that the caller does not know of, the status that stands for the node's response
    /// otherwise. The registers take quadlet reads only, so another length is a type error.
    pub fn async_read(
        &self,
        unit: DeviceRef,
        irb: &AsyncReadIrb,
    ) -> Result<[u8; QUADLET], NtStatus> {
        if irb.function != REQUEST_ASYNC_READ {
            return Err(NtStatus::NOT_SUPPORTED);
        }
        let node = self
            .bus()
            .address(NodeRef::Device(unit))
            .ok_or(NtStatus::DEVICE_REMOVED)?;
        if irb.generation != self.bus().generation() {
            return Err(NtStatus::INVALID_GENERATION);
        }
        if usize::try_from(irb.length) != Ok(QUADLET) {
            return Err(response_status(BusError::Type));
        }
        let value = self
            .read_quadlet(node, irb.offset())
            .map_err(response_status)?;
        Ok(value.to_be_bytes())
    }
}
