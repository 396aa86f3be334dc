//! What plug61883 shares with the outside: the structures of 61883.h, the plug registers of
//! IEC 61883-1, NTSTATUS names, and the IOCTL interface that user mode sees.
//!
//! Nothing here does I/O, allocates or panics; every kernel and user-mode part stands on it.
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

pub mod av61883;
pub mod csr;
pub mod ids;
pub mod ioctl;
pub mod irb;
pub mod layout;
pub mod pcr;
pub mod status;
