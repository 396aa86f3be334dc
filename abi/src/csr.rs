//! Registers of a node's 48-bit address space that managing connections touches, beside the plug
//! registers of [`crate::pcr`].

/// Start of a node's registers in its 48-bit address space (IEEE 1212): what the offsets of
/// registers are counted from.
pub const REGISTER_SPACE: u64 = 0xFFFF_F000_0000;
/// BUS_MANAGER_ID of the isochronous resource manager (IEEE 1394).
pub const BUS_MANAGER_ID: u64 = 0xFFFF_F000_021C;
/// BANDWIDTH_AVAILABLE of the isochronous resource manager: what is left of the bandwidth, in
/// bits 0..=12.
pub const BANDWIDTH_AVAILABLE: u64 = 0xFFFF_F000_0220;
/// What BANDWIDTH_AVAILABLE starts with at each bus reset: the 100 µs of a cycle that isochronous
/// packets may take, in units of one quadlet at S1600 (IEEE 1394).
pub const INITIAL_BANDWIDTH: u32 = 4915;
/// CHANNELS_AVAILABLE, channels 0 to 31: a bit set means free, the most significant is channel 0.
pub const CHANNELS_AVAILABLE_HI: u64 = 0xFFFF_F000_0224;
/// CHANNELS_AVAILABLE, channels 32 to 63: a bit set means free, the most significant is channel
/// 32.
pub const CHANNELS_AVAILABLE_LO: u64 = 0xFFFF_F000_0228;
