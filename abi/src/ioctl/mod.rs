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
//! | a unit whose protocol driver speaks DDI version 1 only | `STATUS_REVISION_MISMATCH` |
//! | an unknown or stale plug, connection or unit directory | `STATUS_INVALID_PARAMETER` |
//! | a handle without the access that the code needs | `STATUS_ACCESS_DENIED` |
//! | a table, or the process' share of it, is full | `STATUS_QUOTA_EXCEEDED` |
//! | undoing what another owner made without `FORCE` | `STATUS_ACCESS_DENIED` |
//! | handing over what another handle or another driver made | `STATUS_ACCESS_DENIED` |
//! | setting a plug of this computer that this handle did not create, deleting another driver's | `STATUS_ACCESS_DENIED` |
//! | deleting a plug that has connections | `STATUS_DEVICE_BUSY` |
//! | setting the diagnostic level without `ALLOW_DIAG_LEVEL` | `STATUS_ACCESS_DENIED` |
//! | no memory for the request | `STATUS_INSUFFICIENT_RESOURCES` |
//! | no completion in the request's time | `STATUS_IO_TIMEOUT` |
//! | cancelled (CancelIoEx, handle closed, thread ended) | `STATUS_CANCELLED` |
//! | sent while the handle is being closed | `STATUS_FILE_CLOSED` |
//! | the unit left while the request was under way | `STATUS_DEVICE_REMOVED` |

mod events;
mod replies;
mod requests;
mod wire;

pub use events::{Event, EventBatch, Snapshot, event_kind, event_reason};
pub use replies::{
    ConnectReply, ConnectionEntry, CreatePlugReply, DirectoryEntry, DirectoryReply, Interface,
    List, PlugEntry, PlugReply, PlugState, RegisterReply, ReplyHeader, Text, UnitEntry, UnitInfo,
    ends, owner, unit_state,
};
pub use requests::{
    AddDirectoryRequest, ConnectRequest, CreatePlugRequest, DisconnectRequest, PersistRequest,
    PlugRequest, PlugStateRequest, RegisterRequest, RemoveRequest, RequestHeader, SetPlugRequest,
    SetUnitInfoRequest, UnitInfoRequest, WaitEventsRequest, connect_flags, create_flags,
    directory_flags, disconnect_flags, persist_kind, set_unit_info_flags, wait_flags,
};

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
/// Connections that the driver can hold at once, all units together, those of other drivers
/// among them.
pub const MAX_CONNECTIONS: usize = 256;
/// Plugs of this computer that the driver can hold at once, all units together.
pub const MAX_PLUGS: usize = 64;
/// Unit directories that the driver can hold at once, all units together.
pub const MAX_DIRECTORIES: usize = 16;
/// Requests that can be under way at once, all handles together; waits for events are not
/// among them.
pub const MAX_OPERATIONS: usize = 128;
/// Waits for events that a handle can have under way at once.
pub const MAX_WAITS: usize = 4;
/// Events that the driver keeps; a handle that is further behind loses the oldest.
pub const MAX_EVENTS: usize = 256;

/// Handles that one process can have open at once.
pub const MAX_PROCESS_HANDLES: usize = 16;
/// Connections that one process can own at once, through all its handles; as many again can be
/// persistent, all processes together, and as many again of other drivers are followed.
pub const MAX_PROCESS_CONNECTIONS: usize = 64;
/// Plugs that one process can own at once; persistent ones and those of other drivers as with
/// connections.
pub const MAX_PROCESS_PLUGS: usize = 16;
/// Unit directories that one process can own at once; persistent ones as with connections.
pub const MAX_PROCESS_DIRECTORIES: usize = 4;
/// Requests that one process can have under way at once.
pub const MAX_PROCESS_OPERATIONS: usize = 32;

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
/// whose unit may be [`UnitId::NONE`](crate::ids::UnitId::NONE) for all.
pub const LIST_PLUGS: u32 = code(0x805, READ_ACCESS);
/// [`List`] of [`ConnectionEntry`]. Request: [`RequestHeader`], whose unit may be
/// [`UnitId::NONE`](crate::ids::UnitId::NONE) for all.
pub const LIST_CONNECTIONS: u32 = code(0x806, READ_ACCESS);
/// [`ConnectReply`]: makes a connection. Request: [`ConnectRequest`].
pub const CONNECT: u32 = code(0x807, WRITE_ACCESS);
/// [`ReplyHeader`]: breaks a connection. Request: [`DisconnectRequest`].
pub const DISCONNECT: u32 = code(0x808, WRITE_ACCESS);

/// [`ReplyHeader`]: sets something of a unit. Request: [`SetUnitInfoRequest`].
pub const SET_UNIT_INFO: u32 = code(0x809, WRITE_ACCESS);
/// [`CreatePlugReply`]: makes a plug of this computer. Request: [`CreatePlugRequest`].
pub const CREATE_PLUG: u32 = code(0x80A, WRITE_ACCESS);
/// [`ReplyHeader`]: writes the register of a plug. Request: [`SetPlugRequest`].
pub const SET_PLUG: u32 = code(0x80B, WRITE_ACCESS);
/// [`ReplyHeader`]: deletes a plug of this computer. Request: [`RemoveRequest`] with the plug.
pub const DELETE_PLUG: u32 = code(0x80C, WRITE_ACCESS);
/// [`ReplyHeader`]: resets the bus. Request: [`RequestHeader`].
pub const BUS_RESET: u32 = code(0x80D, WRITE_ACCESS);
/// [`DirectoryReply`]: adds a unit directory to this computer's configuration ROM. Request:
/// [`AddDirectoryRequest`].
pub const ADD_DIRECTORY: u32 = code(0x80E, WRITE_ACCESS);
/// [`ReplyHeader`]: removes a unit directory. Request: [`RemoveRequest`] with the directory.
pub const REMOVE_DIRECTORY: u32 = code(0x80F, WRITE_ACCESS);
/// [`List`] of [`DirectoryEntry`]. Request: [`RequestHeader`], whose unit may be
/// [`UnitId::NONE`](crate::ids::UnitId::NONE) for all.
pub const LIST_DIRECTORIES: u32 = code(0x810, READ_ACCESS);
/// [`EventBatch`]: what has happened; it is pended until something does. Request:
/// [`WaitEventsRequest`].
pub const WAIT_EVENTS: u32 = code(0x811, READ_ACCESS);
/// [`Snapshot`]: all units, plugs, connections and unit directories at one moment; from there
/// the handle's events go on. Request: [`RequestHeader`].
pub const SNAPSHOT: u32 = code(0x812, READ_ACCESS);
/// [`ReplyHeader`]: hands what the handle made over to the driver. Request: [`PersistRequest`].
pub const PERSIST: u32 = code(0x813, WRITE_ACCESS);
/// [`RegisterReply`]: a plug register of a unit's device. Request: [`RegisterRequest`].
pub const READ_REGISTER: u32 = code(0x814, READ_ACCESS);

/// Every control code.
pub const CODES: [u32; 21] = [
    QUERY_INTERFACE,
    LIST_UNITS,
    UNIT_INFO,
    GET_PLUG,
    PLUG_STATE,
    LIST_PLUGS,
    LIST_CONNECTIONS,
    CONNECT,
    DISCONNECT,
    SET_UNIT_INFO,
    CREATE_PLUG,
    SET_PLUG,
    DELETE_PLUG,
    BUS_RESET,
    ADD_DIRECTORY,
    REMOVE_DIRECTORY,
    LIST_DIRECTORIES,
    WAIT_EVENTS,
    SNAPSHOT,
    PERSIST,
    READ_REGISTER,
];

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
