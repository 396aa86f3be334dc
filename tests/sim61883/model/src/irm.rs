//! The isochronous resource manager: which channels and how much bandwidth are free.
//!
//! It only keeps the registers. Who allocates what is settled by the nodes among themselves, by
//! compare-and-swap locks; see [`crate::resources`] for the side of the one who allocates.

use plug61883_abi::csr::INITIAL_BANDWIDTH;

use crate::csr::{
    BANDWIDTH_AVAILABLE, BUS_MANAGER_ID, BusError, CHANNELS_AVAILABLE_HI, CHANNELS_AVAILABLE_LO,
    NO_PHYSICAL_ID,
};

/// Channels that are free at first: all but 31, which IEEE 1394a sets aside as the default
/// channel of asynchronous streams.
pub const INITIAL_CHANNELS: u64 = !channel_bit(31);

/// The bit of `channel` in the two channel registers taken as one 64-bit value.
#[must_use]
pub const fn channel_bit(channel: u8) -> u64 {
    1_u64.rotate_right((channel as u32).wrapping_add(1))
}

/// Registers of an isochronous resource manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceManager {
    bus_manager_id: u32,
    bandwidth: u32,
    channels_hi: u32,
    channels_lo: u32,
}

impl ResourceManager {
    /// As after a bus reset.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            bus_manager_id: NO_PHYSICAL_ID as u32,
            bandwidth: INITIAL_BANDWIDTH,
            channels_hi: (INITIAL_CHANNELS >> 32) as u32,
            channels_lo: INITIAL_CHANNELS as u32,
        }
    }

    /// Bandwidth units that are free.
    #[must_use]
    pub const fn bandwidth(&self) -> u32 {
        self.bandwidth
    }

    /// Channels that are free, channel 0 in the most significant bit.
    #[must_use]
    pub const fn channels(&self) -> u64 {
        ((self.channels_hi as u64) << 32) | self.channels_lo as u64
    }

    /// The register at `offset`; `None` when it is none of the manager's.
    #[must_use]
    pub fn read(&self, offset: u64) -> Option<u32> {
        match offset {
            BUS_MANAGER_ID => Some(self.bus_manager_id),
            BANDWIDTH_AVAILABLE => Some(self.bandwidth),
            CHANNELS_AVAILABLE_HI => Some(self.channels_hi),
            CHANNELS_AVAILABLE_LO => Some(self.channels_lo),
            _ => None,
        }
    }

    /// Compare-and-swap of the register at `offset`; gives the value that stood there before.
    ///
    /// # Errors
    /// `Address` when it is none of the manager's registers.
    pub fn lock(&mut self, offset: u64, old: u32, new: u32) -> Result<u32, BusError> {
        // Fields narrower than the register: the rest reads as zero whatever is written.
        let (register, mask) = match offset {
            BUS_MANAGER_ID => (&mut self.bus_manager_id, 0x3F),
            BANDWIDTH_AVAILABLE => (&mut self.bandwidth, 0x1FFF),
            CHANNELS_AVAILABLE_HI => (&mut self.channels_hi, u32::MAX),
            CHANNELS_AVAILABLE_LO => (&mut self.channels_lo, u32::MAX),
            _ => return Err(BusError::Address),
        };
        let before = *register;
        if before == old {
            *register = new & mask;
        }
        Ok(before)
    }

    /// What a bus reset does: everything is free again.
    pub const fn reset(&mut self) {
        *self = Self::new();
    }
}

impl Default for ResourceManager {
    fn default() -> Self {
        Self::new()
    }
}
