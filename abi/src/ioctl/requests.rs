//! Requests: what an IOCTL's input buffer holds.

use super::wire::wire;
use crate::av61883::{AvPcr, CipDataFormat, UnitIsochParams};
use crate::ids::{ConnectionId, PlugId, UnitId};

wire! {
    /// Starts every request.
    RequestHeader = 24 {
        /// Bytes of the whole request, this header included; the input buffer's length.
        size: u32,
        /// [`INTERFACE_VERSION`](super::INTERFACE_VERSION).
        version: u16,
        /// Zero.
        reserved: u16,
        /// Unit that the request is for; [`UnitId::NONE`] where it is for none or for all.
        unit: UnitId,
        /// Time that the request may take, in milliseconds, up to
        /// [`MAX_TIMEOUT_MS`](super::MAX_TIMEOUT_MS); 0 for
        /// [`DEFAULT_TIMEOUT_MS`](super::DEFAULT_TIMEOUT_MS).
        timeout_ms: u32,
        /// Zero.
        reserved2: u32,
    }

    /// Request of [`UNIT_INFO`](super::UNIT_INFO).
    UnitInfoRequest = 32 {
        /// Header.
        header: RequestHeader,
        /// What is asked: [`crate::av61883::unit_info_level`].
        level: u32,
        /// [`crate::av61883::unit_info_flags`]: whose `CAPABILITIES` are asked for; zero with
        /// the other levels.
        flags: u32,
    }

    /// Request of [`GET_PLUG`](super::GET_PLUG).
    PlugRequest = 32 {
        /// Header.
        header: RequestHeader,
        /// [`crate::ids::Direction`]: 0 = output, 1 = input.
        direction: u32,
        /// Plug number, 0..=30.
        number: u32,
    }

    /// Request of [`PLUG_STATE`](super::PLUG_STATE).
    PlugStateRequest = 32 {
        /// Header; its unit must be the plug's, or [`UnitId::NONE`].
        header: RequestHeader,
        /// The plug.
        plug: PlugId,
    }

    /// Request of [`CONNECT`](super::CONNECT).
    ConnectRequest = 72 {
        /// Header.
        header: RequestHeader,
        /// Output plug, or [`PlugId::NONE`].
        output: PlugId,
        /// Input plug, or [`PlugId::NONE`]; not both may be none.
        input: PlugId,
        /// [`crate::av61883::connect_type`]: 0 = broadcast, 1 = point-to-point.
        connect_type: u32,
        /// [`connect_flags`].
        flags: u32,
        /// Format of the stream (CIP header and block sizes); zero when no stream is meant.
        format: CipDataFormat,
        /// Zero.
        reserved: u32,
    }

    /// Request of [`DISCONNECT`](super::DISCONNECT).
    DisconnectRequest = 40 {
        /// Header; its unit must be the connection's, or [`UnitId::NONE`].
        header: RequestHeader,
        /// The connection.
        connection: ConnectionId,
        /// [`disconnect_flags`].
        flags: u32,
        /// Zero.
        reserved: u32,
    }

    /// Request of [`SET_UNIT_INFO`](super::SET_UNIT_INFO).
    SetUnitInfoRequest = 56 {
        /// Header.
        header: RequestHeader,
        /// What is set: [`crate::av61883::set_unit_info_level`]. The members of the other levels
        /// must be zero.
        level: u32,
        /// [`set_unit_info_flags`].
        flags: u32,
        /// How packets are received and transmitted (`ISOCH_PARAMS`). To be read before it is
        /// set.
        isoch: UnitIsochParams,
        /// [`crate::av61883::address_type`] (`CMP_ADDRESS_RANGE_TYPE`). To be set before plugs
        /// are created.
        address_type: u32,
        /// [`crate::av61883::diag_level`] bits (`DIAG_LEVEL`).
        diag_level: u32,
    }

    /// Request of [`CREATE_PLUG`](super::CREATE_PLUG).
    CreatePlugRequest = 40 {
        /// Header; the unit through whose driver the plug is made.
        header: RequestHeader,
        /// [`crate::ids::Direction`]: 0 = output, 1 = input.
        direction: u32,
        /// First value of the plug's register (oPCR or iPCR).
        pcr: AvPcr,
        /// [`create_flags`].
        flags: u32,
        /// Zero.
        reserved: u32,
    }

    /// Request of [`SET_PLUG`](super::SET_PLUG).
    SetPlugRequest = 40 {
        /// Header; its unit must be the plug's, or [`UnitId::NONE`].
        header: RequestHeader,
        /// The plug: one of this computer that this handle created or that is persistent, or one
        /// of the device.
        plug: PlugId,
        /// New value of its register.
        pcr: AvPcr,
        /// Zero.
        reserved: u32,
    }

    /// Request of [`ADD_DIRECTORY`](super::ADD_DIRECTORY).
    AddDirectoryRequest = 40 {
        /// Header; the unit through whose driver the directory is added.
        header: RequestHeader,
        /// Unit_Spec_ID of the directory, 24 bits.
        spec_id: u32,
        /// Unit_SW_Version of the directory, 24 bits.
        sw_version: u32,
        /// [`directory_flags`].
        flags: u32,
        /// Zero.
        reserved: u32,
    }

    /// Request of [`DELETE_PLUG`](super::DELETE_PLUG) and
    /// [`REMOVE_DIRECTORY`](super::REMOVE_DIRECTORY).
    RemoveRequest = 40 {
        /// Header; its unit must be that of what is removed, or [`UnitId::NONE`].
        header: RequestHeader,
        /// A [`PlugId`] or a [`crate::ids::DirectoryId`].
        id: u64,
        /// [`disconnect_flags`]; for a directory also [`directory_flags::BUS_RESET`].
        flags: u32,
        /// Zero.
        reserved: u32,
    }

    /// Request of [`PERSIST`](super::PERSIST).
    PersistRequest = 40 {
        /// Header; its unit must be that of what is handed over, or [`UnitId::NONE`].
        header: RequestHeader,
        /// A [`ConnectionId`], a [`PlugId`] of this computer or a [`crate::ids::DirectoryId`].
        id: u64,
        /// What the id names: [`persist_kind`].
        kind: u32,
        /// Zero.
        reserved: u32,
    }

    /// Request of [`READ_REGISTER`](super::READ_REGISTER).
    RegisterRequest = 32 {
        /// Header; the unit whose device is read.
        header: RequestHeader,
        /// Offset of a plug register from 0xFFFFF0000000, the start of a node's registers: 0x900
        /// is oMPR, and the oPCRs follow it, 4 bytes each; 0x980 is iMPR, and the iPCRs follow it,
        /// up to 0x9FC.
        offset: u32,
        /// Zero.
        reserved: u32,
    }

    /// Request of [`WAIT_EVENTS`](super::WAIT_EVENTS).
    WaitEventsRequest = 32 {
        /// Header; for no unit, and with no time limit: both zero. The wait ends with the first
        /// event, or is cancelled.
        header: RequestHeader,
        /// [`wait_flags`].
        flags: u32,
        /// Zero.
        reserved: u32,
    }
}

/// Flags of [`ConnectRequest`].
pub mod connect_flags {
    /// The connection stays when the handle that made it closes.
    pub const PERSIST: u32 = 1;
    /// Every flag that means something.
    pub const ALL: u32 = PERSIST;
}

/// Flags of [`CreatePlugRequest`].
pub mod create_flags {
    /// The plug stays when the handle that made it closes.
    pub const PERSIST: u32 = 1;
    /// Every flag that means something.
    pub const ALL: u32 = PERSIST;
}

/// Flags of [`DisconnectRequest`] and [`RemoveRequest`].
pub mod disconnect_flags {
    /// Undo what another handle has made, or break what another driver has connected. Its plugs
    /// are never deleted: it goes on using their handles.
    pub const FORCE: u32 = 1;
    /// Every flag that means something.
    pub const ALL: u32 = FORCE;
}

/// Flags of [`SetUnitInfoRequest`].
pub mod set_unit_info_flags {
    /// The diagnostic level may be set, which changes how the protocol driver treats the bus.
    pub const ALLOW_DIAG_LEVEL: u32 = 1;
    /// Every flag that means something.
    pub const ALL: u32 = ALLOW_DIAG_LEVEL;
}

/// Flags of [`AddDirectoryRequest`] and, for a directory, of [`RemoveRequest`].
pub mod directory_flags {
    /// The directory stays when the handle that added it closes (when it is added).
    pub const PERSIST: u32 = 1;
    /// Reset the bus afterwards, so that other nodes read the configuration ROM again.
    pub const BUS_RESET: u32 = 2;
    /// Every flag that means something.
    pub const ALL: u32 = PERSIST | BUS_RESET;
}

/// What [`PersistRequest`] names.
pub mod persist_kind {
    /// A connection.
    pub const CONNECTION: u32 = 1;
    /// A plug of this computer.
    pub const PLUG: u32 = 2;
    /// A unit directory.
    pub const DIRECTORY: u32 = 3;
}

/// Flags of [`WaitEventsRequest`].
pub mod wait_flags {
    /// Answer at once, with no event if there is none.
    pub const NO_WAIT: u32 = 1;
    /// Every flag that means something.
    pub const ALL: u32 = NO_WAIT;
}
