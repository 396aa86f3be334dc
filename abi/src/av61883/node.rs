//! Values of 1394.h that 61883.h uses: node addresses and cycle times.

use core::fmt;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::layout::{CLayout, Layout, Member};

/// Address of a node (`NODE_ADDRESS`): node number in bits 0..=5, bus number in bits 6..=15.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(transparent)]
pub struct NodeAddress(pub u16);

impl NodeAddress {
    /// Bus number that means the bus on which the request is sent (IEEE 1394).
    pub const LOCAL_BUS: u16 = 0x3FF;

    /// The address of `node` (6 bits) on `bus` (10 bits); bits beyond are cut off.
    #[must_use]
    pub const fn new(bus: u16, node: u8) -> Self {
        Self(((bus & 0x3FF) << 6) | (node as u16 & 0x3F))
    }

    /// Node number (physical ID), 0..=62; 63 addresses all nodes.
    #[must_use]
    pub const fn node(self) -> u8 {
        (self.0 & 0x3F) as u8
    }

    /// Bus number, 0..=1023.
    #[must_use]
    pub const fn bus(self) -> u16 {
        self.0 >> 6
    }
}

impl fmt::Display for NodeAddress {
    /// As the 16 bits are written elsewhere: `0xFFC0` is node 0 of the local bus.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{:04X}", self.0)
    }
}

impl CLayout for NodeAddress {
    const C_LAYOUT: Layout = Layout {
        name: "_NODE_ADDRESS",
        size: size_of::<Self>(),
        align: align_of::<Self>(),
        members: &[
            Member::bits("NA_Node_Number", 0, Self::new(0, u8::MAX).0 as u32),
            Member::bits("NA_Bus_Number", 0, Self::new(u16::MAX, 0).0 as u32),
        ],
    };
}

/// Isochronous cycle time (`CYCLE_TIME`), laid out as the CYCLE_TIME register of IEEE 1394:
/// cycle offset in bits 0..=11, cycle count in bits 12..=24, seconds in bits 25..=31.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(transparent)]
pub struct CycleTime(pub u32);

impl CycleTime {
    /// A cycle time; bits beyond a field's width are cut off.
    #[must_use]
    pub const fn new(seconds: u8, count: u16, offset: u16) -> Self {
        Self(
            ((seconds as u32 & 0x7F) << 25)
                | ((count as u32 & 0x1FFF) << 12)
                | (offset as u32 & 0xFFF),
        )
    }

    /// Ticks of the 24.576 MHz clock since the cycle began, 0..=3071.
    #[must_use]
    pub const fn offset(self) -> u16 {
        (self.0 & 0xFFF) as u16
    }

    /// Cycles (125 us) since the second began, 0..=7999.
    #[must_use]
    pub const fn count(self) -> u16 {
        ((self.0 >> 12) & 0x1FFF) as u16
    }

    /// Seconds, 0..=127.
    #[must_use]
    pub const fn seconds(self) -> u8 {
        (self.0 >> 25) as u8
    }
}

impl CLayout for CycleTime {
    const C_LAYOUT: Layout = Layout {
        name: "_CYCLE_TIME",
        size: size_of::<Self>(),
        align: align_of::<Self>(),
        members: &[
            Member::bits("CL_CycleOffset", 0, Self::new(0, 0, u16::MAX).0),
            Member::bits("CL_CycleCount", 0, Self::new(0, u16::MAX, 0).0),
            Member::bits("CL_SecondCount", 0, Self::new(u8::MAX, 0, 0).0),
        ],
    };
}
