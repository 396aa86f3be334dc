//! The control interface of sim61883.sys, `\\.\Sim61883`: what a test does to the simulated bus
//! behind the drivers' backs.
//!
//! All codes are METHOD_BUFFERED. Each request starts with a [`Header`]; fields have a fixed
//! size and there are no pointers. An IOCTL fails with
//!
//! | mistake | NTSTATUS |
//! |---|---|
//! | unknown control code | `STATUS_INVALID_DEVICE_REQUEST` |
//! | input shorter than the request, output too small for the reply (a list: for its fixed part) | `STATUS_BUFFER_TOO_SMALL` |
//! | input longer than the request, or `size` that differs from it | `STATUS_INFO_LENGTH_MISMATCH` |
//! | another version | `STATUS_REVISION_MISMATCH` |
//! | a value that means nothing, a unit, plug or connection that is not there | `STATUS_INVALID_PARAMETER` |
//! | no room for another rule | `STATUS_INSUFFICIENT_RESOURCES` |
//!
//! [`serve`] answers the requests, for the driver; it is here so that it can be tested without
//! one.
#![no_std]
#![forbid(unsafe_code)]
#![deny(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable
)]

pub mod serve;
mod values;
mod wire;

use test_control::{READ_ACCESS, WRITE_ACCESS};

pub use test_control::{DEVICE_SDDL, Header};
pub use values::*;
pub use wire::*;

/// Version of the interface.
pub const VERSION: u16 = 1;
/// Win32 path of the control device.
pub const DEVICE_PATH: &str = r"\\.\Sim61883";
/// NT name of the control device.
pub const DEVICE_NAME: &str = r"\Device\Sim61883";
/// NT name of the symbolic link that makes [`DEVICE_PATH`].
pub const LINK_NAME: &str = r"\DosDevices\Sim61883";

const fn code(function: u32, access: u32) -> u32 {
    test_control::control_code(0x9884, function, access)
}

/// [`Summary`]. Request: [`Query`].
pub const SUMMARY: u32 = code(0x800, READ_ACCESS);
/// [`List`] of [`UnitEntry`]. Request: [`Query`].
pub const LIST_UNITS: u32 = code(0x801, READ_ACCESS);
/// [`List`] of [`ConnectionEntry`]. Request: [`Query`].
pub const LIST_CONNECTIONS: u32 = code(0x802, READ_ACCESS);
/// [`RegisterReply`]: reads a register over the bus. Request: [`ReadRequest`].
pub const READ_REGISTER: u32 = code(0x803, READ_ACCESS);
/// [`RegisterReply`]: compare-and-swap of a register over the bus. Request: [`LockRequest`].
pub const LOCK_REGISTER: u32 = code(0x804, WRITE_ACCESS);
/// [`CountReply`]: the protocol driver loses connections on its own. Request: [`DropRequest`].
pub const DROP: u32 = code(0x805, WRITE_ACCESS);
/// The next requests of a function are held or fail; no reply. Request: [`RuleRequest`].
pub const ADD_RULES: u32 = code(0x806, WRITE_ACCESS);
/// Forgets all rules that no request has met; no reply. Request: [`Query`].
pub const CLEAR_RULES: u32 = code(0x807, WRITE_ACCESS);
/// [`CountReply`]: held requests go on. Request: [`ReleaseRequest`].
pub const RELEASE: u32 = code(0x808, WRITE_ACCESS);
/// How requests are answered; no reply. Request: [`ModeRequest`].
pub const SET_MODE: u32 = code(0x809, WRITE_ACCESS);
/// The DDI version of the protocol driver; no reply. Request: [`VersionRequest`].
pub const SET_DDI_VERSION: u32 = code(0x80A, WRITE_ACCESS);
/// [`ResetReply`]: a bus reset, after which the protocol driver restores its connections.
/// Request: [`Query`].
pub const BUS_RESET: u32 = code(0x80B, WRITE_ACCESS);
/// A plug goes on-line or off-line; no reply. Request: [`OnlineRequest`].
pub const SET_ONLINE: u32 = code(0x80C, WRITE_ACCESS);
/// [`List`] of [`LocalPlugEntry`]. Request: [`Query`].
pub const LIST_LOCAL_PLUGS: u32 = code(0x80D, READ_ACCESS);
/// [`List`] of [`DirectoryEntry`]. Request: [`Query`].
pub const LIST_DIRECTORIES: u32 = code(0x80E, READ_ACCESS);
/// [`List`] of [`RegistrationsEntry`]: what drivers registered and set, unit by unit. Request:
/// [`Query`].
pub const LIST_REGISTRATIONS: u32 = code(0x80F, READ_ACCESS);
/// [`CountReply`]: connections that the next bus reset is to lose. Request: [`DropRequest`].
pub const LOSE_AT_RESET: u32 = code(0x810, WRITE_ACCESS);
/// [`CountReply`]: calls that wait. Whether and when the drivers' routines are called. Request:
/// [`CallbacksRequest`].
pub const SET_CALLBACKS: u32 = code(0x811, WRITE_ACCESS);
