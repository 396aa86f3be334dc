//! Register addresses beside those of the plugs, and how a node answers a request.

use core::fmt;

/// Physical id that names no node.
pub const NO_PHYSICAL_ID: u8 = 63;

/// `BUS_MANAGER_ID` of the isochronous resource manager (IEEE 1394, 8.3.2.3).
pub const BUS_MANAGER_ID: u64 = 0xFFFF_F000_021C;
/// `BANDWIDTH_AVAILABLE` of the isochronous resource manager.
pub const BANDWIDTH_AVAILABLE: u64 = 0xFFFF_F000_0220;
/// `CHANNELS_AVAILABLE_HI`: channels 0 to 31, channel 0 in the most significant bit.
pub const CHANNELS_AVAILABLE_HI: u64 = 0xFFFF_F000_0224;
/// `CHANNELS_AVAILABLE_LO`: channels 32 to 63, channel 32 in the most significant bit.
pub const CHANNELS_AVAILABLE_LO: u64 = 0xFFFF_F000_0228;

/// Bus information block of the configuration ROM: the bus name `1394`.
pub const ROM_BUS_NAME: u64 = 0xFFFF_F000_0404;
/// Upper half of the EUI-64.
pub const ROM_EUI64_HI: u64 = 0xFFFF_F000_040C;
/// Lower half of the EUI-64.
pub const ROM_EUI64_LO: u64 = 0xFFFF_F000_0410;

/// Why a request to a node did not complete: the response codes of IEEE 1394, 6.2.4, other than
/// `resp_complete`, and the missing acknowledge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BusError {
    /// `resp_conflict_error`: try again.
    Conflict,
    /// `resp_data_error`.
    Data,
    /// `resp_type_error`: the register does not know this kind of request.
    Type,
    /// `resp_address_error`: no register there.
    Address,
    /// No acknowledge: no node has that id.
    NoNode,
}

impl BusError {
    /// The response code on the wire; `None` for the missing acknowledge.
    #[must_use]
    pub const fn response_code(self) -> Option<u8> {
        match self {
            Self::Conflict => Some(4),
            Self::Data => Some(5),
            Self::Type => Some(6),
            Self::Address => Some(7),
            Self::NoNode => None,
        }
    }
}

impl fmt::Display for BusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Conflict => "resp_conflict_error",
            Self::Data => "resp_data_error",
            Self::Type => "resp_type_error",
            Self::Address => "resp_address_error",
            Self::NoNode => "no acknowledge",
        })
    }
}

impl core::error::Error for BusError {}
