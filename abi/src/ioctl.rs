//! The IOCTL interface of `\\.\Plug61883`, version 1.
//!
//! All codes are METHOD_BUFFERED. Queries need a handle with `FILE_READ_ACCESS`, changes one
//! with `FILE_WRITE_ACCESS`. All fields have a fixed size and there are no pointers, so 32-bit
//! clients and other languages can speak it.
//!
//! Each request starts with a [`RequestHeader`], each reply with a [`ReplyHeader`]. **Who gave
//! the status** is never in doubt:
//!
//! - the IOCTL itself fails: plug61883 refused, timed out or was cancelled; nothing is written
//!   to the output buffer, and the IOCTL's NTSTATUS is the answer;
//! - the IOCTL succeeds: [`ReplyHeader::status`] is the answer, and [`ReplyHeader::origin`]
//!   tells whether the protocol driver below gave it.
//!
//! | mistake | NTSTATUS of the IOCTL |
//! |---|---|
//! | unknown control code | `STATUS_INVALID_DEVICE_REQUEST` |
//! | input shorter than the request | `STATUS_BUFFER_TOO_SMALL` |
//! | input longer than the request, or `size` that differs from the input's length | `STATUS_INFO_LENGTH_MISMATCH` |
//! | output too small for the reply (a list: for its fixed part) | `STATUS_BUFFER_TOO_SMALL` |
//! | another interface version | `STATUS_REVISION_MISMATCH` |
//! | a reserved field or flag that is not zero, an enumeration value out of range | `STATUS_INVALID_PARAMETER` |
//! | an unknown or stale unit | `STATUS_NO_SUCH_DEVICE` |
//! | an unknown or stale plug or connection | `STATUS_INVALID_PARAMETER` |
//! | a handle without the access that the code needs | `STATUS_ACCESS_DENIED` |
//! | a table is full | `STATUS_QUOTA_EXCEEDED` |
//! | breaking another owner's connection without `FORCE` | `STATUS_ACCESS_DENIED` |
//! | no completion in the request's time | `STATUS_IO_TIMEOUT` |
//! | cancelled (CancelIoEx, handle closed, thread ended) | `STATUS_CANCELLED` |
//! | the unit left while the request was under way | `STATUS_DEVICE_REMOVED` |

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::av61883::CipDataFormat;
use crate::ids::{ConnectionId, PlugId, UnitId};
use crate::status::NtStatus;

/// Version of the interface that this module describes.
pub const INTERFACE_VERSION: u16 = 1;

/// Win32 path of the control device.
pub const DEVICE_PATH: &str = r"\\.\Plug61883";
/// NT name of the control device.
pub const DEVICE_NAME: &str = r"\Device\Plug61883";
/// NT name of the symbolic link that makes [`DEVICE_PATH`].
pub const LINK_NAME: &str = r"\DosDevices\Plug61883";
/// SYSTEM and Administrators all, Users read (SDDL).
pub const DEVICE_SDDL: &str = "D:P(A;;GA;;;SY)(A;;GA;;;BA)(A;;GR;;;BU)";

/// Units that the driver can hold at once.
pub const MAX_UNITS: usize = 32;
/// Handles that can be open at once.
pub const MAX_HANDLES: usize = 64;
/// Connections that the driver can hold at once, all units together.
pub const MAX_CONNECTIONS: usize = 256;
/// Requests that can be under way at once, all handles together.
pub const MAX_OPERATIONS: usize = 128;
/// Time that a request may take when it names none, in milliseconds.
pub const DEFAULT_TIMEOUT_MS: u32 = 5_000;
/// Longest time that a request may ask for, in milliseconds.
pub const MAX_TIMEOUT_MS: u32 = 60_000;
/// UTF-16 units that a text of a unit can have, the ending NUL included.
pub const TEXT_UNITS: usize = 64;

/// Device type of the codes; values from 0x8000 are for vendors.
const DEVICE_TYPE: u32 = 0x9883;
/// `FILE_READ_ACCESS` of a control code.
pub const READ_ACCESS: u32 = 1;
/// `FILE_WRITE_ACCESS` of a control code.
pub const WRITE_ACCESS: u32 = 2;

const fn code(function: u32, access: u32) -> u32 {
    (DEVICE_TYPE << 16) | (access << 14) | (function << 2)
}

/// Access bits that a control code needs: [`READ_ACCESS`], [`WRITE_ACCESS`].
#[must_use]
pub const fn required_access(code: u32) -> u32 {
    (code >> 14) & 3
}

/// [`Interface`]: what the driver is. Request: [`RequestHeader`].
pub const QUERY_INTERFACE: u32 = code(0x800, READ_ACCESS);
/// [`List`] of [`UnitEntry`]. Request: [`RequestHeader`].
pub const LIST_UNITS: u32 = code(0x801, READ_ACCESS);
/// [`UnitInfo`] of one unit at one level. Request: [`UnitInfoRequest`].
pub const UNIT_INFO: u32 = code(0x802, READ_ACCESS);
/// [`PlugReply`]: the id of a plug, by its number. Request: [`PlugRequest`].
pub const GET_PLUG: u32 = code(0x803, READ_ACCESS);
/// [`PlugState`] of a plug. Request: [`PlugStateRequest`].
pub const PLUG_STATE: u32 = code(0x804, READ_ACCESS);
/// [`List`] of [`PlugEntry`]: the plugs whose ids are given out. Request: [`RequestHeader`],
/// whose unit may be [`UnitId::NONE`] for all.
pub const LIST_PLUGS: u32 = code(0x805, READ_ACCESS);
/// [`List`] of [`ConnectionEntry`]. Request: [`RequestHeader`], whose unit may be
/// [`UnitId::NONE`] for all.
pub const LIST_CONNECTIONS: u32 = code(0x806, READ_ACCESS);
/// [`ConnectReply`]: makes a connection. Request: [`ConnectRequest`].
pub const CONNECT: u32 = code(0x807, WRITE_ACCESS);
/// [`ReplyHeader`]: breaks a connection. Request: [`DisconnectRequest`].
pub const DISCONNECT: u32 = code(0x808, WRITE_ACCESS);

/// Who gave a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Origin {
    /// plug61883 itself, nothing was asked of the protocol driver.
    Driver = 0,
    /// The protocol driver, 61883.sys.
    Protocol = 1,
}

impl Origin {
    /// From [`ReplyHeader::origin`].
    #[must_use]
    pub const fn from_raw(raw: u32) -> Option<Self> {
        match raw {
            0 => Some(Self::Driver),
            1 => Some(Self::Protocol),
            _ => None,
        }
    }
}

macro_rules! wire {
    ($($(#[$meta:meta])* $name:ident = $size:literal {
        $($(#[$fmeta:meta])* $field:ident: $ty:ty,)*
    })*) => {$(
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout,
        )]
        #[repr(C)]
        pub struct $name {
            $($(#[$fmeta])* pub $field: $ty,)*
        }

        const _: () = assert!(size_of::<$name>() == $size);

        impl Default for $name {
            fn default() -> Self {
                <Self as zerocopy::FromZeros>::new_zeroed()
            }
        }
    )*};
}

wire! {
    /// Starts every request.
    RequestHeader = 24 {
        /// Bytes of the whole request, this header included; the input buffer's length.
        size: u32,
        /// [`INTERFACE_VERSION`].
        version: u16,
        /// Zero.
        reserved: u16,
        /// Unit that the request is for; [`UnitId::NONE`] where it is for none or for all.
        unit: UnitId,
        /// Time that the request may take, in milliseconds, up to [`MAX_TIMEOUT_MS`];
        /// 0 for [`DEFAULT_TIMEOUT_MS`].
        timeout_ms: u32,
        /// Zero.
        reserved2: u32,
    }

    /// Starts every reply.
    ReplyHeader = 16 {
        /// Bytes of the whole reply, this header included. A list that did not fit gives the
        /// size it needs here.
        size: u32,
        /// [`INTERFACE_VERSION`].
        version: u16,
        /// Zero.
        reserved: u16,
        /// The answer.
        status: NtStatus,
        /// Who gave it: an [`Origin`].
        origin: u32,
    }

    /// Reply of [`QUERY_INTERFACE`].
    Interface = 56 {
        /// Header.
        header: ReplyHeader,
        /// Version of the driver: major, minor, patch, 0.
        driver_version: [u16; 4],
        /// [`MAX_UNITS`] of this driver.
        max_units: u32,
        /// [`MAX_HANDLES`] of this driver.
        max_handles: u32,
        /// [`MAX_CONNECTIONS`] of this driver.
        max_connections: u32,
        /// [`MAX_OPERATIONS`] of this driver.
        max_operations: u32,
        /// Units present.
        units: u32,
        /// Handles open.
        handles: u32,
        /// Connections in the table.
        connections: u32,
        /// Requests under way.
        operations: u32,
    }

    /// Starts the reply of a list: the entries follow it, as many as fit.
    List = 24 {
        /// Header; `size` tells the bytes that all entries need.
        header: ReplyHeader,
        /// Entries that there are.
        total: u32,
        /// Entries that follow.
        count: u32,
    }

    /// One unit in the reply of [`LIST_UNITS`].
    UnitEntry = 24 {
        /// Its id.
        unit: UnitId,
        /// DDI version that the protocol driver speaks for it; 0 while not asked yet.
        ddi_version: u32,
        /// Connections of the unit that the driver knows.
        connections: u32,
        /// Requests for the unit under way.
        operations: u32,
        /// Zero.
        reserved: u32,
    }

    /// Request of [`UNIT_INFO`].
    UnitInfoRequest = 32 {
        /// Header.
        header: RequestHeader,
        /// What is asked: a level of [`crate::av61883::unit_info_level`], `IDS`,
        /// `CAPABILITIES`, `BUS_GENERATION_NODE` or `DDI_VERSION`.
        level: u32,
        /// Zero.
        reserved: u32,
    }

    /// A text of a unit, UTF-16.
    Text = 132 {
        /// UTF-16 units of the text, without the ending NUL; more than [`TEXT_UNITS`] - 1 when
        /// the text was cut.
        length: u32,
        /// The text, ended by NUL.
        units: [u16; TEXT_UNITS],
    }

    /// Reply of [`UNIT_INFO`]; the members of another level than the one asked for are zero.
    UnitInfo = 480 {
        /// Header.
        header: ReplyHeader,
        /// The level that was asked for.
        level: u32,
        /// DDI version (`DDI_VERSION`).
        ddi_version: u32,
        /// EUI-64 of the node, from the bus information block (`IDS`).
        eui64: u64,
        /// Vendor id, 24 bits (`IDS`).
        vendor_id: u32,
        /// Model id of the root directory (`IDS`).
        model_id: u32,
        /// Model id of the unit directory (`IDS`).
        unit_model_id: u32,
        /// Vendor's name (`IDS`).
        vendor: Text,
        /// Model's name, from the root directory (`IDS`).
        model: Text,
        /// Model's name, from the unit directory (`IDS`).
        unit_model: Text,
        /// Output plugs of the unit (`CAPABILITIES`).
        output_plugs: u32,
        /// Input plugs of the unit (`CAPABILITIES`).
        input_plugs: u32,
        /// Highest speed of its plugs: 0 = S100, 1 = S200, 2 = S400 (`CAPABILITIES`).
        max_data_rate: u32,
        /// Command transaction sets that it supports (`CAPABILITIES`).
        cts_flags: u32,
        /// Hardware flags of the host (`CAPABILITIES`).
        hardware_flags: u32,
        /// Bus generation (`BUS_GENERATION_NODE`).
        generation: u32,
        /// Node address of this computer: bus number in bits 6..16, node in 0..6
        /// (`BUS_GENERATION_NODE`).
        local_node: u16,
        /// Node address of the device (`BUS_GENERATION_NODE`).
        device_node: u16,
        /// Zero.
        reserved: [u32; 3],
    }

    /// Request of [`GET_PLUG`].
    PlugRequest = 32 {
        /// Header.
        header: RequestHeader,
        /// [`crate::ids::Direction`]: 0 = output, 1 = input.
        direction: u32,
        /// Plug number, 0..=30.
        number: u32,
    }

    /// Reply of [`GET_PLUG`].
    PlugReply = 24 {
        /// Header.
        header: ReplyHeader,
        /// The plug; [`PlugId::NONE`] when the status is a failure.
        plug: PlugId,
    }

    /// Request of [`PLUG_STATE`].
    PlugStateRequest = 32 {
        /// Header; its unit must be the plug's, or [`UnitId::NONE`].
        header: RequestHeader,
        /// The plug.
        plug: PlugId,
    }

    /// Reply of [`PLUG_STATE`] (`CMP_GET_PLUG_STATE`).
    PlugState = 48 {
        /// Header.
        header: ReplyHeader,
        /// [`crate::av61883::plug_state`].
        state: u32,
        /// [`crate::av61883::speed`].
        data_rate: u32,
        /// Payload in quadlets.
        payload: u32,
        /// Broadcast connections of the plug, 0 or 1.
        broadcast: u32,
        /// Point-to-point connections of the plug, 0..=63.
        point_to_point: u32,
        /// 1 when `pcr` holds the register, 0 when the stack below did not let it be read.
        pcr_valid: u32,
        /// The plug's register (oPCR or iPCR), read over the bus after the state.
        pcr: u32,
        /// Zero.
        reserved: u32,
    }

    /// One plug in the reply of [`LIST_PLUGS`].
    PlugEntry = 32 {
        /// Its id.
        plug: PlugId,
        /// Its unit.
        unit: UnitId,
        /// [`crate::ids::Direction`].
        direction: u32,
        /// Plug number.
        number: u32,
        /// Connections of the plug in the driver's table.
        connections: u32,
        /// Zero.
        reserved: u32,
    }

    /// Request of [`CONNECT`].
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

    /// Reply of [`CONNECT`].
    ConnectReply = 24 {
        /// Header.
        header: ReplyHeader,
        /// The new connection; [`ConnectionId::NONE`] when the status is a failure.
        connection: ConnectionId,
    }

    /// Request of [`DISCONNECT`].
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

    /// One connection in the reply of [`LIST_CONNECTIONS`].
    ConnectionEntry = 56 {
        /// Its id.
        connection: ConnectionId,
        /// Its unit.
        unit: UnitId,
        /// Output plug, or [`PlugId::NONE`].
        output: PlugId,
        /// Input plug, or [`PlugId::NONE`].
        input: PlugId,
        /// [`crate::av61883::connect_type`].
        connect_type: u32,
        /// Who answers for it: [`owner`].
        owner: u32,
        /// System time at which it was made, in units of 100 ns since 1601.
        made_at: u64,
        /// Process that made it; 0 when it is not known.
        process_id: u32,
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

/// Flags of [`DisconnectRequest`].
pub mod disconnect_flags {
    /// Break the connection although another handle owns it.
    pub const FORCE: u32 = 1;
    /// Every flag that means something.
    pub const ALL: u32 = FORCE;
}

/// Owners in [`ConnectionEntry`].
pub mod owner {
    /// The handle that asks.
    pub const THIS_HANDLE: u32 = 0;
    /// Another handle.
    pub const OTHER_HANDLE: u32 = 1;
    /// The driver: it was made with `PERSIST`.
    pub const DRIVER: u32 = 2;
}
