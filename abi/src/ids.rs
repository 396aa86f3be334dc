//! Ids by which user mode names units, plugs and connections.
//!
//! An id carries the generation of its slot, so one that is stale names nothing, and no kernel
//! handle ever leaves the driver. Its text form is `SLOT.GENERATION`, for plugs
//! `UNITSLOT.oPLUG.GENERATION` or `UNITSLOT.iPLUG.GENERATION`, for those of this computer
//! `UNITSLOT.loPLUG.GENERATION` or `UNITSLOT.liPLUG.GENERATION`.

use core::fmt;
use core::str::FromStr;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::pcr::MAX_PLUG_NUMBER;

/// Which way a plug faces (`CMP_PLUG_TYPE` of 61883.h).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u32)]
pub enum Direction {
    /// An output plug, described by an oPCR (`CMP_PlugOut`).
    Out = 0,
    /// An input plug, described by an iPCR (`CMP_PlugIn`).
    In = 1,
}

impl Direction {
    /// The direction of a raw `CMP_PLUG_TYPE`, `None` for any other value.
    #[must_use]
    pub const fn from_raw(raw: u32) -> Option<Self> {
        match raw {
            0 => Some(Self::Out),
            1 => Some(Self::In),
            _ => None,
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Out => "oPCR",
            Self::In => "iPCR",
        })
    }
}

/// Text that is not an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseIdError;

impl fmt::Display for ParseIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an id")
    }
}

impl core::error::Error for ParseIdError {}

macro_rules! slot_id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, FromBytes,
            IntoBytes, Immutable, KnownLayout,
        )]
        #[repr(transparent)]
        pub struct $name(pub u64);

        impl $name {
            /// The id that names nothing.
            pub const NONE: Self = Self(0);

            /// The id of the slot with index `slot` (0-based, below `u32::MAX`) in its generation.
            #[must_use]
            pub const fn new(slot: u32, generation: u32) -> Self {
                Self(((generation as u64) << 32) | (slot as u64).wrapping_add(1))
            }

            /// Index of the slot, 0-based; `None` for [`Self::NONE`].
            #[must_use]
            pub const fn slot(self) -> Option<usize> {
                ((self.0 & 0xFFFF_FFFF) as usize).checked_sub(1)
            }

            /// Generation of the slot that this id was given out for, from 1.
            #[must_use]
            pub const fn generation(self) -> u32 {
                (self.0 >> 32) as u32
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}.{}", self.0 & 0xFFFF_FFFF, self.generation())
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                let (slot, generation) = text.split_once('.').ok_or(ParseIdError)?;
                let slot = number(slot)?.checked_sub(1).ok_or(ParseIdError)?;
                match number(generation)? {
                    0 => Err(ParseIdError),
                    generation => Ok(Self::new(slot, generation)),
                }
            }
        }
    };
}

slot_id! {
    /// A unit: one FireWire device that 61883.sys drives and plug61883 filters.
    UnitId
}
slot_id! {
    /// A connection that plug61883 knows.
    ConnectionId
}

slot_id! {
    /// A unit directory that plug61883 has added to this computer's configuration ROM.
    DirectoryId
}

/// Decimal digits only: `u32::from_str` would also take a sign.
fn number(text: &str) -> Result<u32, ParseIdError> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().map_err(|_| ParseIdError)
    } else {
        Err(ParseIdError)
    }
}

/// A plug of a unit, or one of this computer that was made through a unit's driver.
///
/// Bits 0..16: the unit's slot plus one; 16..24: plug number; 24: direction (1 = input);
/// 25: 1 for a plug of this computer; 32..64: generation.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    FromBytes,
    IntoBytes,
    Immutable,
    KnownLayout,
)]
#[repr(transparent)]
pub struct PlugId(pub u64);

impl PlugId {
    /// The id that names nothing.
    pub const NONE: Self = Self(0);

    /// The id of plug `number` (0..=30) in `direction` of the unit in slot `unit_slot`
    /// (0-based, below `u16::MAX`).
    #[must_use]
    pub const fn new(unit_slot: u16, direction: Direction, number: u8, generation: u32) -> Self {
        Self(
            ((generation as u64) << 32)
                | ((direction as u64) << 24)
                | ((number as u64) << 16)
                | (unit_slot as u64).wrapping_add(1),
        )
    }

    /// The same id, for a plug of this computer instead of the device's.
    #[must_use]
    pub const fn local(self) -> Self {
        Self(self.0 | Self::LOCAL)
    }

    /// It is a plug of this computer.
    #[must_use]
    pub const fn is_local(self) -> bool {
        self.0 & Self::LOCAL != 0
    }

    const LOCAL: u64 = 1 << 25;

    /// Slot of the unit, 0-based; `None` for [`Self::NONE`].
    #[must_use]
    pub const fn unit_slot(self) -> Option<usize> {
        ((self.0 & 0xFFFF) as usize).checked_sub(1)
    }

    /// Plug number as written in the id; a made-up id may hold one past 30.
    #[must_use]
    pub const fn number(self) -> u8 {
        (self.0 >> 16) as u8
    }

    /// Direction; `None` for a made-up id whose direction bits mean nothing.
    #[must_use]
    pub const fn direction(self) -> Option<Direction> {
        Direction::from_raw(((self.0 & !Self::LOCAL) >> 24) as u32 & 0xFF)
    }

    /// Generation of the plug's slot, from 1.
    #[must_use]
    pub const fn generation(self) -> u32 {
        (self.0 >> 32) as u32
    }
}

impl fmt::Display for PlugId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = match self.direction() {
            Some(Direction::Out) => 'o',
            Some(Direction::In) => 'i',
            None => '?',
        };
        write!(
            f,
            "{}.{}{letter}{}.{}",
            self.0 & 0xFFFF,
            if self.is_local() { "l" } else { "" },
            self.number(),
            self.generation()
        )
    }
}

impl FromStr for PlugId {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        let (unit, rest) = text.split_once('.').ok_or(ParseIdError)?;
        let (plug, generation) = rest.split_once('.').ok_or(ParseIdError)?;
        let (local, plug) = match plug.strip_prefix('l') {
            Some(plug) => (true, plug),
            None => (false, plug),
        };
        let (direction, plug) = match plug.split_at_checked(1).ok_or(ParseIdError)? {
            ("o", plug) => (Direction::Out, plug),
            ("i", plug) => (Direction::In, plug),
            _ => return Err(ParseIdError),
        };
        let unit = number(unit)?.checked_sub(1).ok_or(ParseIdError)?;
        let unit = u16::try_from(unit).map_err(|_| ParseIdError)?;
        if unit == u16::MAX {
            return Err(ParseIdError);
        }
        let plug = number(plug)?;
        let generation = number(generation)?;
        if plug > MAX_PLUG_NUMBER || generation == 0 {
            return Err(ParseIdError);
        }
        let id = Self::new(unit, direction, plug as u8, generation);
        Ok(if local { id.local() } else { id })
    }
}
