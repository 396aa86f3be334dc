//! What the control interfaces of the test drivers have in common: how structures are declared,
//! the header of requests, and, with the feature `device`, the device as a program opens it.
#![no_std]
#![cfg_attr(not(feature = "device"), forbid(unsafe_code))]
#![deny(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable
)]

#[cfg(feature = "device")]
extern crate std;

#[cfg(feature = "device")]
mod device;
mod wire;

#[cfg(feature = "device")]
pub use device::{Device, Transport};
pub use wire::Header;

/// SYSTEM and Administrators all, nobody else (SDDL).
pub const DEVICE_SDDL: &str = "D:P(A;;GA;;;SY)(A;;GA;;;BA)";

/// Access that the handle of a request must have: FILE_READ_ACCESS.
pub const READ_ACCESS: u32 = 1;
/// Access that the handle of a request must have: FILE_WRITE_ACCESS.
pub const WRITE_ACCESS: u32 = 2;

/// A control code, METHOD_BUFFERED.
#[must_use]
pub const fn control_code(device_type: u32, function: u32, access: u32) -> u32 {
    (device_type << 16) | (access << 14) | (function << 2)
}
