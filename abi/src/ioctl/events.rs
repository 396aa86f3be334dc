//! What has happened: events, and the state from which they go on.
//!
//! Events are numbered from 1, without gaps, for all units and all handles together. A handle
//! gets those that come after it was opened, in batches. One that is more than
//! [`MAX_EVENTS`](super::MAX_EVENTS) behind loses the oldest: the next batch tells how many, and
//! its first event's number shows it too. Such a client asks for a [`Snapshot`] and goes on from
//! there; nothing is missed and nothing comes twice.

use super::replies::ReplyHeader;
use super::wire::wire;
use crate::av61883::AvPcr;
use crate::ids::{ConnectionId, PlugId, UnitId};

wire! {
    /// Starts the reply of [`WAIT_EVENTS`](super::WAIT_EVENTS): events follow it, as many as
    /// there are and fit. The output buffer takes one event at least.
    EventBatch = 48 {
        /// Header; `size` tells the bytes of this batch.
        header: ReplyHeader,
        /// Number of the first event of this batch; of the next to come, when it has none.
        first: u64,
        /// Events that this handle has lost before `first`, since the batch or snapshot before.
        lost: u64,
        /// Events that follow.
        count: u32,
        /// Events that did not fit and can be had at once.
        more: u32,
        /// Zero.
        reserved: u64,
    }

    /// Something that happened. Members that its kind does not name are zero.
    Event = 88 {
        /// Its number.
        sequence: u64,
        /// System time, in units of 100 ns since 1601.
        time: u64,
        /// Unit, of all kinds.
        unit: UnitId,
        /// Connection (`CONNECTED`, `DISCONNECTED`).
        connection: ConnectionId,
        /// Output plug (`CONNECTED`, `DISCONNECTED`), or the plug if it is one (`PLUG_...`).
        output: PlugId,
        /// Input plug (`CONNECTED`, `DISCONNECTED`), or the plug if it is one (`PLUG_...`).
        input: PlugId,
        /// [`event_kind`].
        kind: u32,
        /// [`event_reason`] (`DISCONNECTED`, `PLUG_REMOVED`).
        reason: u32,
        /// [`owner`](super::owner) of the connection or plug.
        owner: u32,
        /// Process that made the connection or plug; 0 when it is not known.
        process_id: u32,
        /// Register of the plug before (`PLUG_CHANGED`, `PLUG_REMOVED`).
        old_pcr: AvPcr,
        /// Register of the plug now (`PLUG_CREATED`, `PLUG_CHANGED`).
        new_pcr: AvPcr,
        /// Bus generation (`BUS_RESET`).
        generation: u32,
        /// Node address of this computer (`BUS_RESET`).
        local_node: u16,
        /// Node address of the device (`BUS_RESET`).
        device_node: u16,
        /// Zero.
        reserved: u64,
    }

    /// Reply of [`SNAPSHOT`](super::SNAPSHOT). The entries follow it in this order:
    /// [`UnitEntry`](super::UnitEntry), [`PlugEntry`](super::PlugEntry),
    /// [`ConnectionEntry`](super::ConnectionEntry), [`DirectoryEntry`](super::DirectoryEntry).
    /// If they do not all fit, none does: the counts stand, `complete` is 0, the header's `size`
    /// tells what is needed, and the handle's events stay where they are.
    Snapshot = 48 {
        /// Header; `size` tells the bytes that all entries need.
        header: ReplyHeader,
        /// Number of the first event after this state: the handle's next batch starts with it.
        sequence: u64,
        /// Units.
        units: u32,
        /// Plugs.
        plugs: u32,
        /// Connections.
        connections: u32,
        /// Unit directories.
        directories: u32,
        /// 1 when the entries follow.
        complete: u32,
        /// Zero.
        reserved: u32,
    }
}

/// Kinds of [`Event`].
pub mod event_kind {
    /// A unit has come.
    pub const UNIT_ARRIVED: u32 = 1;
    /// A unit has left.
    pub const UNIT_REMOVED: u32 = 2;
    /// A connection was made.
    pub const CONNECTED: u32 = 3;
    /// A connection is gone.
    pub const DISCONNECTED: u32 = 4;
    /// A plug of this computer was made.
    pub const PLUG_CREATED: u32 = 5;
    /// A plug of this computer is gone.
    pub const PLUG_REMOVED: u32 = 6;
    /// The register of a plug of this computer has changed.
    pub const PLUG_CHANGED: u32 = 7;
    /// The bus was reset.
    pub const BUS_RESET: u32 = 8;
}

/// Why a connection or a plug is gone.
pub mod event_reason {
    /// Its owner asked for it.
    pub const ASKED: u32 = 1;
    /// The handle that owned it was closed, or its process ended.
    pub const OWNER_GONE: u32 = 2;
    /// Its unit left.
    pub const UNIT_GONE: u32 = 3;
    /// Somebody else broke it, with `FORCE`.
    pub const FORCED: u32 = 4;
    /// The protocol driver could not re-establish it after a bus reset.
    pub const LOST: u32 = 5;
}
