//! The interface of the framework stand-in's own control device: what a test asks of a driver's
//! pool and trace while it runs.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::{NAME_UNITS, ctl_code};

/// The control device as Windows programs open it; it is there once a KMDF driver was loaded.
pub const DEVICE_PATH: &str = r"\\.\KmdfStandin";
/// The control device's name in the kernel.
pub const DEVICE_NAME: &str = r"\Device\KmdfStandin";
/// The symbolic link behind [`DEVICE_PATH`].
pub const LINK_NAME: &str = r"\DosDevices\KmdfStandin";

/// Takes a [`SwitchRequest`], answers the [`PoolReport`] as it was before.
pub const IOCTL_SWITCH: u32 = ctl_code(0x810);

/// What is done to a driver. For one that is not loaded it is done when it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Switch {
    /// Nothing: report only.
    Report = 1,
    /// Count allocations from now on.
    Count = 2,
    /// As [`Switch::Count`], and fail allocation `number` from now on (1: the next; 0: none) and
    /// the `times` - 1 that follow it.
    Fail = 3,
    /// Turn the trace on (`number` 1) or off (0).
    Trace = 4,
}

impl Switch {
    /// The switch that a number stands for.
    pub const fn from_u32(value: u32) -> Option<Self> {
        Some(match value {
            1 => Self::Report,
            2 => Self::Count,
            3 => Self::Fail,
            4 => Self::Trace,
            _ => return None,
        })
    }
}

/// The input of [`IOCTL_SWITCH`].
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct SwitchRequest {
    /// A [`Switch`].
    pub switch: u32,
    /// See [`Switch::Fail`]; all that follow: [`u32::MAX`].
    pub times: u32,
    /// See [`Switch`].
    pub number: u64,
    /// The driver's service, zero-terminated.
    pub name: [u16; NAME_UNITS],
}

/// How many tags a report has room for; what does not fit is in the sums only.
pub const TAGS: usize = 16;

/// A driver's pool: its own allocations and those that the framework made for it.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct PoolReport {
    /// Not zero if the driver is loaded; else this is how it ended.
    pub loaded: u32,
    /// How many of `by_tag` are in use.
    pub tags: u32,
    /// The sums over all tags.
    pub total: PoolUse,
    /// Each tag's part.
    pub by_tag: [PoolUse; TAGS],
}

/// What was allocated.
#[derive(Clone, Copy, Debug, Default, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct PoolUse {
    /// The pool tag; zero in the sums.
    pub tag: [u8; 8],
    /// Allocations asked for since counting began, those that failed included.
    pub made: u64,
    /// Allocations that were made to fail since then.
    pub failed: u64,
    /// Blocks that there are.
    pub live_blocks: u64,
    /// Their bytes.
    pub live_bytes: u64,
    /// The most bytes that there were at once since counting began.
    pub peak_bytes: u64,
}
