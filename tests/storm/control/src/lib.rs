//! The control interface of storm.sys, `\\.\Storm61883`: what stormctl and the driver share.
//!
//! All codes are METHOD_BUFFERED and answered at once: what takes time is done by the driver's
//! own threads, and asked for later. Each request starts with a [`Header`]; fields have a fixed
//! size and there are no pointers.
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

mod wire;

use test_control::{READ_ACCESS, WRITE_ACCESS};

pub use test_control::{DEVICE_SDDL, Header};
pub use wire::*;

/// Version of the interface.
pub const VERSION: u16 = 1;
/// Win32 path of the control device.
pub const DEVICE_PATH: &str = r"\\.\Storm61883";
/// NT name of the control device.
pub const DEVICE_NAME: &str = r"\Device\Storm61883";
/// NT name of the symbolic link that makes [`DEVICE_PATH`].
pub const LINK_NAME: &str = r"\DosDevices\Storm61883";

/// Threads of a run, all roles together.
pub const MAX_THREADS: usize = 32;
/// Units that the driver can know at once.
pub const MAX_UNITS: usize = 16;
/// Rounds of a benchmark.
pub const MAX_ROUNDS: usize = 32;
/// Turns that each of the two stacks takes in a round. The time of a round is that of the turn in
/// the middle, so that those which the machine interrupts do not count.
pub const TURNS: usize = 21;

const fn code(function: u32) -> u32 {
    test_control::control_code(0x9885, function, READ_ACCESS | WRITE_ACCESS)
}

/// Starts a run; no reply. Request: [`StartRequest`]. `STATUS_DEVICE_BUSY` while threads of an
/// earlier run or a benchmark live.
pub const START: u32 = code(0x800);
/// Ends the run, whose threads end soon after; no reply. Request: [`Query`].
pub const STOP: u32 = code(0x801);
/// [`Status`]. Request: [`Query`].
pub const STATUS: u32 = code(0x802);
/// Starts a benchmark; no reply. Request: [`BenchRequest`]. `STATUS_DEVICE_BUSY` as [`START`].
pub const BENCH: u32 = code(0x803);
/// [`BenchReport`] of the last benchmark. Request: [`Query`].
pub const BENCH_REPORT: u32 = code(0x804);
/// Starts a thread that undoes everything that plug61883 lists, whoever made it, and waits until
/// what handles own is gone, for they must be closed; no reply.
/// Request: [`Query`]. `STATUS_DEVICE_BUSY` as [`START`].
pub const SWEEP: u32 = code(0x805);
