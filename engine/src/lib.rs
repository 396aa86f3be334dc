//! What plug61883.sys decides: which units, handles, plugs and connections there are, who owns
//! them, what a request may do, and what is to be asked of the protocol driver.
//!
//! The engine does no I/O and knows nothing of KMDF. A decoded control request, a completion, a
//! handle that closes or a unit that leaves goes in; [`Action`]s come out of
//! [`Engine::next_action`], and the shell carries them out:
//!
//! ```text
//!   IOCTL ──decode──► Command ──reserve, start, arm──┐
//!                                                    ▼
//!   completion ──completed──►  Engine (under one lock)  ──next_action──► Send, Cancel,
//!   cancel, close, tick ─────►                                           Deliver, Release
//! ```
//!
//! A [`Key`] names a *transfer*: one reserved request with its memory, and the client that waits
//! for it, if any. A connection keeps the transfer that made it, so that breaking it later
//! allocates nothing.
//!
//! All tables have a fixed size; nothing here allocates or panics, and every function may run at
//! DISPATCH_LEVEL.
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

mod action;
mod command;
mod complete;
mod connection;
mod leave;
mod prepare;
mod query;
mod scratch;
mod slots;
mod submit;
mod transfer;
mod unit;

pub use action::Action;
pub use command::{Command, Connect, Decoded, decode};
pub use scratch::Scratch;
pub use transfer::Key;

use heapless::Deque;
use plug61883_abi::ioctl::{MAX_CONNECTIONS, MAX_HANDLES, MAX_OPERATIONS, MAX_UNITS};
use plug61883_abi::status::NtStatus;

use connection::Connection;
use slots::Slots;
use transfer::Transfer;
use unit::Unit;

/// Transfers that can be at once: one for each request under way, one for each connection.
pub const MAX_TRANSFERS: usize = MAX_OPERATIONS + MAX_CONNECTIONS;

/// Result of what may be refused.
pub type Result<T> = core::result::Result<T, NtStatus>;

/// An open handle of the control device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandleKey {
    slot: u16,
    generation: u32,
}

impl HandleKey {
    /// The key as one number that is never 0.
    #[must_use]
    pub const fn to_bits(self) -> u64 {
        ((self.generation as u64) << 16) | self.slot as u64
    }

    /// The key of a number from [`Self::to_bits`].
    #[must_use]
    pub const fn from_bits(bits: u64) -> Self {
        Self {
            slot: bits as u16,
            generation: (bits >> 16) as u32,
        }
    }
}

/// An open handle.
struct Handle {
    process_id: u32,
    /// Cleanup came: nothing new is taken.
    closing: bool,
}

/// The whole state.
pub struct Engine {
    units: Slots<Unit, MAX_UNITS>,
    handles: Slots<Handle, MAX_HANDLES>,
    connections: Slots<Connection, MAX_CONNECTIONS>,
    transfers: Slots<Transfer, MAX_TRANSFERS>,
    /// Generation of the plug id given out last.
    plug_generation: u32,
    /// Slots of transfers that [`Engine::next_action`] has to look at, each at most once.
    attention: Deque<u16, MAX_TRANSFERS>,
}

impl Default for Engine {
    fn default() -> Self {
        Self::new()
    }
}

impl Engine {
    /// No units, no handles.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            units: Slots::new(),
            handles: Slots::new(),
            connections: Slots::new(),
            transfers: Slots::new(),
            plug_generation: 0,
            attention: Deque::new(),
        }
    }

    /// A handle is opened by a process.
    ///
    /// # Errors
    /// `STATUS_QUOTA_EXCEEDED`: [`MAX_HANDLES`] are open.
    pub fn open(&mut self, process_id: u32) -> Result<HandleKey> {
        let (slot, generation) = self
            .handles
            .insert(Handle {
                process_id,
                closing: false,
            })
            .ok_or(NtStatus::QUOTA_EXCEEDED)?;
        Ok(HandleKey { slot, generation })
    }

    /// Handles that are open.
    #[must_use]
    pub fn handle_count(&self) -> usize {
        self.handles.iter().count()
    }

    /// Units that are present.
    #[must_use]
    pub fn unit_count(&self) -> usize {
        self.units.iter().count()
    }

    /// The handle, if requests may come through it.
    fn handle(&self, key: HandleKey) -> Result<&Handle> {
        match self.handles.get(usize::from(key.slot), key.generation) {
            Some(handle) if !handle.closing => Ok(handle),
            _ => Err(NtStatus::FILE_CLOSED),
        }
    }

    fn transfer(&self, key: Key) -> Option<&Transfer> {
        self.transfers.get(usize::from(key.slot), key.generation)
    }

    fn transfer_mut(&mut self, key: Key) -> Option<&mut Transfer> {
        self.transfers
            .get_mut(usize::from(key.slot), key.generation)
    }
}
