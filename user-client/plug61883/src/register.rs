//! Plug registers: what they hold, and where they are.

use std::fmt;

use plug61883_abi::ids::{Direction, PlugId};
use plug61883_abi::pcr::{
    IMPR_OFFSET, Impr, Ipcr, OMPR_OFFSET, Ompr, Opcr, ipcr_offset, opcr_offset,
};

use crate::plug::Speed;

/// A plug's register.
///
/// ```
/// use plug61883::{Direction, Register, Speed};
///
/// // On-line, one point-to-point connection, channel 5, S400, 122 quadlets.
/// let register = Register::new(Direction::Out, 0x8105_807A);
/// assert!(register.online());
/// assert_eq!((register.point_to_point(), register.channel()), (1, 5));
/// assert_eq!((register.speed(), register.payload()), (Some(Speed::S400), Some(122)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Register {
    /// Of an output plug.
    Output(Opcr),
    /// Of an input plug.
    Input(Ipcr),
}

impl Register {
    /// A register of a plug that faces so.
    #[must_use]
    pub const fn new(direction: Direction, bits: u32) -> Self {
        match direction {
            Direction::Out => Self::Output(Opcr(bits)),
            Direction::In => Self::Input(Ipcr(bits)),
        }
    }

    /// A register of this plug; for an id that names no direction, read as an iPCR.
    pub(crate) fn of(plug: PlugId, bits: u32) -> Self {
        Self::new(plug.direction().unwrap_or(Direction::In), bits)
    }

    /// Which way its plug faces.
    #[must_use]
    pub const fn direction(self) -> Direction {
        match self {
            Self::Output(_) => Direction::Out,
            Self::Input(_) => Direction::In,
        }
    }

    /// Speed of the stream, which only an output plug's register holds.
    #[must_use]
    pub const fn speed(self) -> Option<Speed> {
        match self {
            Self::Output(register) => Some(Speed::from_raw(register.data_rate() as u32)),
            Self::Input(_) => None,
        }
    }

    /// Payload in quadlets, 0 standing for 1024; only an output plug's register holds it.
    #[must_use]
    pub const fn payload(self) -> Option<u16> {
        match self {
            Self::Output(register) => Some(register.payload()),
            Self::Input(_) => None,
        }
    }

    /// Point-to-point connections.
    #[must_use]
    pub const fn point_to_point(self) -> u8 {
        match self {
            Self::Output(register) => register.point_to_point(),
            Self::Input(register) => register.point_to_point(),
        }
    }

    /// Broadcast connections, 0 or 1.
    #[must_use]
    pub const fn broadcast(self) -> u8 {
        match self {
            Self::Output(register) => register.broadcast(),
            Self::Input(register) => register.broadcast(),
        }
    }

    /// The 32 bits.
    #[must_use]
    pub const fn bits(self) -> u32 {
        match self {
            Self::Output(register) => register.0,
            Self::Input(register) => register.0,
        }
    }

    /// Whether the plug is on-line.
    #[must_use]
    pub const fn online(self) -> bool {
        match self {
            Self::Output(register) => register.online() == 1,
            Self::Input(register) => register.online() == 1,
        }
    }

    /// Isochronous channel.
    #[must_use]
    pub const fn channel(self) -> u8 {
        match self {
            Self::Output(register) => register.channel(),
            Self::Input(register) => register.channel(),
        }
    }

    /// Overhead ID of the stream's packets, 0..=15; only an output plug's register holds it.
    #[must_use]
    pub const fn overhead_id(self) -> Option<u8> {
        match self {
            Self::Output(register) => Some(register.overhead_id()),
            Self::Input(_) => None,
        }
    }

    /// Bandwidth that the plug's stream takes while it is connected, in units of which a bus has
    /// [`INITIAL_BANDWIDTH`](plug61883_abi::csr::INITIAL_BANDWIDTH); only an output plug's
    /// register tells it.
    #[must_use]
    pub const fn bandwidth_units(self) -> Option<u32> {
        match self {
            Self::Output(register) => Some(register.bandwidth_units()),
            Self::Input(_) => None,
        }
    }

    /// With the plug on-line or off-line.
    #[must_use]
    pub const fn with_online(self, online: bool) -> Self {
        match self {
            Self::Output(register) => Self::Output(register.with_online(online as u8)),
            Self::Input(register) => Self::Input(register.with_online(online as u8)),
        }
    }

    /// With another isochronous channel; bits beyond 63 are cut off.
    #[must_use]
    pub const fn with_channel(self, channel: u8) -> Self {
        match self {
            Self::Output(register) => Self::Output(register.with_channel(channel)),
            Self::Input(register) => Self::Input(register.with_channel(channel)),
        }
    }

    /// With another point-to-point counter; bits beyond 63 are cut off.
    #[must_use]
    pub const fn with_point_to_point(self, connections: u8) -> Self {
        match self {
            Self::Output(register) => Self::Output(register.with_point_to_point(connections)),
            Self::Input(register) => Self::Input(register.with_point_to_point(connections)),
        }
    }

    /// With another broadcast counter; bits beyond 1 are cut off.
    #[must_use]
    pub const fn with_broadcast(self, connections: u8) -> Self {
        match self {
            Self::Output(register) => Self::Output(register.with_broadcast(connections)),
            Self::Input(register) => Self::Input(register.with_broadcast(connections)),
        }
    }

    /// With another speed of the stream, of which two bits are held; `None` for an input plug's
    /// register, which holds none.
    #[must_use]
    pub const fn with_speed(self, speed: Speed) -> Option<Self> {
        match self {
            Self::Output(register) => {
                Some(Self::Output(register.with_data_rate(speed.raw() as u8)))
            }
            Self::Input(_) => None,
        }
    }

    /// With another payload in quadlets, 0 standing for 1024; bits beyond 1023 are cut off. `None`
    /// for an input plug's register, which holds none.
    #[must_use]
    pub const fn with_payload(self, quadlets: u16) -> Option<Self> {
        match self {
            Self::Output(register) => Some(Self::Output(register.with_payload(quadlets))),
            Self::Input(_) => None,
        }
    }

    /// With another overhead ID; bits beyond 15 are cut off. `None` for an input plug's register,
    /// which holds none.
    #[must_use]
    pub const fn with_overhead_id(self, id: u8) -> Option<Self> {
        match self {
            Self::Output(register) => Some(Self::Output(register.with_overhead_id(id))),
            Self::Input(_) => None,
        }
    }
}

impl From<Opcr> for Register {
    fn from(register: Opcr) -> Self {
        Self::Output(register)
    }
}

impl From<Ipcr> for Register {
    fn from(register: Ipcr) -> Self {
        Self::Input(register)
    }
}

/// Where a plug register of a node is (IEC 61883-1). `Display`: `oMPR`, `iPCR[3]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RegisterPlace {
    /// The master plug register of a direction: oMPR, iMPR.
    Master(Direction),
    /// The register of the plug with this number, 0..=30: oPCR, iPCR.
    Plug(Direction, u32),
}

impl RegisterPlace {
    /// Its offset from the start of a node's registers; `None` for a plug past the last.
    #[must_use]
    pub const fn offset(self) -> Option<u32> {
        match self {
            Self::Master(Direction::Out) => Some(OMPR_OFFSET),
            Self::Master(Direction::In) => Some(IMPR_OFFSET),
            Self::Plug(Direction::Out, number) => opcr_offset(number),
            Self::Plug(Direction::In, number) => ipcr_offset(number),
        }
    }
}

impl fmt::Display for RegisterPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Master(Direction::Out) => f.pad("oMPR"),
            Self::Master(Direction::In) => f.pad("iMPR"),
            Self::Plug(direction, number) => write!(f, "{direction}[{number}]"),
        }
    }
}

/// A plug register of a device, as it was read over the bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegisterRead {
    /// Where it is.
    pub place: RegisterPlace,
    /// Its 32 bits: those of an [`Ompr`], [`Impr`], [`Opcr`] or [`Ipcr`].
    pub bits: u32,
    /// Bus generation that it was read in.
    pub generation: u32,
}

/// The master plug registers of a device: how many plugs it has, and what all of a direction have
/// in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MasterPlugs {
    /// oMPR, of the output plugs.
    pub output: Ompr,
    /// iMPR, of the input plugs.
    pub input: Impr,
}

impl MasterPlugs {
    pub(crate) const fn new(output: u32, input: u32) -> Self {
        Self {
            output: Ompr(output),
            input: Impr(input),
        }
    }
}
