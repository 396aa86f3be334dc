//! Allocating channels and bandwidth, as a node does it: by locks on the registers of the
//! isochronous resource manager (IEEE 1394, 8.3.2.3; IEC 61883-1, clause 7).

use plug61883_abi::av61883::NodeAddress;
use plug61883_abi::csr::INITIAL_BANDWIDTH;
use plug61883_abi::pcr::MAX_CHANNEL;

use crate::bus::Bus;
use crate::csr::{BANDWIDTH_AVAILABLE, BusError, CHANNELS_AVAILABLE_HI, CHANNELS_AVAILABLE_LO};
use crate::irm::channel_bit;

/// Locks that one change of a register may take before it is given up as a conflict.
const LOCK_TRIES: usize = 16;

/// Why an allocation failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceError {
    /// No channel is free, or not the one asked for.
    Channel,
    /// Not enough bandwidth is free.
    Bandwidth,
    /// The resource manager could not be reached.
    Bus(BusError),
}

/// Changes the register at `offset` of `node` by compare-and-swap; gives the values before and
/// after. `change` sees each value that the register turns out to have.
///
/// # Errors
/// What `change` gives, or the error of the bus.
pub fn modify<E: From<BusError>>(
    bus: &mut Bus,
    node: NodeAddress,
    offset: u64,
    mut change: impl FnMut(u32) -> Result<u32, E>,
) -> Result<(u32, u32), E> {
    let mut before = bus.read_quadlet(node, offset)?;
    for _ in 0..LOCK_TRIES {
        let after = change(before)?;
        let seen = bus.lock_quadlet(node, offset, before, after)?;
        if seen == before {
            return Ok((before, after));
        }
        before = seen;
    }
    Err(BusError::Conflict.into())
}

impl From<BusError> for ResourceError {
    fn from(error: BusError) -> Self {
        Self::Bus(error)
    }
}

/// Register of `channel`, and its bit there.
const fn channel_register(channel: u8) -> (u64, u32) {
    let bit = channel_bit(channel);
    if channel < 32 {
        (CHANNELS_AVAILABLE_HI, (bit >> 32) as u32)
    } else {
        (CHANNELS_AVAILABLE_LO, bit as u32)
    }
}

/// Takes one channel.
///
/// # Errors
/// `Channel` when it is in use or past 63.
pub fn take_channel(bus: &mut Bus, channel: u8) -> Result<(), ResourceError> {
    if channel > MAX_CHANNEL {
        return Err(ResourceError::Channel);
    }
    let (register, bit) = channel_register(channel);
    modify(bus, bus.resource_manager(), register, |free| {
        if free & bit == 0 {
            Err(ResourceError::Channel)
        } else {
            Ok(free & !bit)
        }
    })?;
    Ok(())
}

/// Takes the lowest channel that is free.
///
/// # Errors
/// `Channel` when none is.
pub fn take_any_channel(bus: &mut Bus) -> Result<u8, ResourceError> {
    for channel in 0..=MAX_CHANNEL {
        match take_channel(bus, channel) {
            Err(ResourceError::Channel) => {}
            result => return result.map(|()| channel),
        }
    }
    Err(ResourceError::Channel)
}

/// Gives a channel back; one that is free already stays so.
pub fn give_channel(bus: &mut Bus, channel: u8) {
    let (register, bit) = channel_register(channel.min(MAX_CHANNEL));
    let _ = modify::<BusError>(bus, bus.resource_manager(), register, |free| Ok(free | bit));
}

/// Takes `units` of bandwidth.
///
/// # Errors
/// `Bandwidth` when not as much is free.
pub fn take_bandwidth(bus: &mut Bus, units: u32) -> Result<(), ResourceError> {
    modify(bus, bus.resource_manager(), BANDWIDTH_AVAILABLE, |free| {
        free.checked_sub(units).ok_or(ResourceError::Bandwidth)
    })?;
    Ok(())
}

/// Gives `units` of bandwidth back, up to what a bus has.
pub fn give_bandwidth(bus: &mut Bus, units: u32) {
    let _ = modify::<BusError>(bus, bus.resource_manager(), BANDWIDTH_AVAILABLE, |free| {
        Ok(free.saturating_add(units).min(INITIAL_BANDWIDTH))
    });
}
