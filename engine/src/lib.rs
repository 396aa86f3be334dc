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

#[cfg(test)]
extern crate std;

mod action;
mod check;
mod command;
mod complete;
mod decode;
mod event;
mod handle;
mod item;
mod keeper;
mod leave;
mod notice;
mod persist;
mod prepare;
mod query;
mod register;
mod reply;
mod scratch;
mod slots;
mod submit;
mod transfer;
mod unit;

pub use action::Action;
pub use command::{Command, Connect, Decoded, Owned};
pub use decode::decode;
pub use event::Wait;
pub use handle::HandleKey;
pub use notice::{Routines, is_followed};
pub use scratch::Scratch;
pub use submit::Begin;
pub use transfer::Key;

use heapless::Deque;
use plug61883_abi::ioctl::{
    MAX_CONNECTIONS, MAX_DIRECTORIES, MAX_HANDLES, MAX_OPERATIONS, MAX_PLUGS, MAX_UNITS,
};
use plug61883_abi::status::NtStatus;

use event::Log;
use handle::{Accounts, Handle};
use item::{Item, Kind};
use slots::Slots;
use transfer::Transfer;
use unit::Unit;

/// Connections, plugs of this computer and unit directories that can be at once.
pub const MAX_ITEMS: usize = MAX_CONNECTIONS + MAX_PLUGS + MAX_DIRECTORIES;

/// Transfers that can be at once: one for each request under way, one for each item, one for
/// each unit's keeper.
pub const MAX_TRANSFERS: usize = MAX_OPERATIONS + MAX_ITEMS + MAX_UNITS;

/// The most bytes that the shell may keep for a transfer, beside its request and its memory.
pub const SHELL_BYTES: usize = 144;

/// Bytes of non-paged memory that one connection takes, its disconnect included, beside the
/// framework's own objects: its own entry, its transfer's entries, and the request's memory.
pub const CONNECTION_BYTES: usize =
    slots::bytes_of::<Item>() + slots::bytes_of::<Transfer>() + SHELL_BYTES + Scratch::SHORT;

const _: () = assert!(CONNECTION_BYTES <= 512);

/// Result of what may be refused.
pub type Result<T> = core::result::Result<T, NtStatus>;

/// What time it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock {
    /// A clock that never goes back, in milliseconds.
    pub ms: u64,
    /// System time, in units of 100 ns since 1601.
    pub system_time: u64,
}

/// The whole state.
pub struct Engine {
    clock: Clock,
    routines: Routines,
    units: Slots<Unit, MAX_UNITS>,
    handles: Slots<Handle, MAX_HANDLES>,
    accounts: Accounts,
    items: Slots<Item, MAX_ITEMS>,
    /// Items of each kind.
    counts: [u16; 3],
    transfers: Slots<Transfer, MAX_TRANSFERS>,
    /// Transfers with something under way.
    operations: usize,
    log: Log,
    /// Generation of the plug id given out last.
    plug_generation: u32,
    /// Slots of transfers that [`Engine::next_action`] has to look at, each at most once.
    attention: Deque<u16, MAX_TRANSFERS>,
    /// A unit has an order for the shell.
    unit_wants: bool,
    /// Units that are leaving.
    leaving: u16,
    /// Waits for events that are under way, of all handles.
    waits: u16,
    /// A handle may have to be woken.
    wake_wanted: bool,
    /// A plug waits to be deleted until nothing names it.
    deletes_wait: bool,
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
            clock: Clock {
                ms: 0,
                system_time: 0,
            },
            routines: Routines {
                bus_reset: 0,
                monitor: 0,
                plug: 0,
            },
            units: Slots::new(),
            handles: Slots::new(),
            accounts: Accounts::new(),
            items: Slots::new(),
            counts: [0; 3],
            transfers: Slots::new(),
            operations: 0,
            log: Log::new(),
            plug_generation: 0,
            attention: Deque::new(),
            unit_wants: false,
            leaving: 0,
            waits: 0,
            wake_wanted: false,
            deletes_wait: false,
        }
    }

    /// Tells the time. To be called before every input.
    pub fn set_clock(&mut self, clock: Clock) {
        self.clock = clock;
    }

    /// Tells the system time only: enough for [`Self::foreign_completed`], which sets no limits.
    pub fn set_system_time(&mut self, system_time: u64) {
        self.clock.system_time = system_time;
    }

    /// Items of a kind, all owners together.
    fn item_count(&self, kind: Kind) -> usize {
        let [connections, plugs, directories] = self.counts;
        usize::from(match kind {
            Kind::Connection => connections,
            Kind::Plug => plugs,
            Kind::Directory => directories,
        })
    }

    fn count_items(&mut self, kind: Kind, more: bool) {
        let [connections, plugs, directories] = &mut self.counts;
        let count = match kind {
            Kind::Connection => connections,
            Kind::Plug => plugs,
            Kind::Directory => directories,
        };
        *count = if more {
            count.saturating_add(1)
        } else {
            count.saturating_sub(1)
        };
    }
}
