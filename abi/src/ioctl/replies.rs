//! Replies: what an IOCTL's output buffer gets.

use super::TEXT_UNITS;
use super::wire::wire;
use crate::av61883::{AvPcr, UnitIsochParams};
use crate::ids::{ConnectionId, DirectoryId, PlugId, UnitId};
use crate::status::NtStatus;

wire! {
    /// Starts every reply.
    ReplyHeader = 16 {
        /// Bytes of the whole reply, this header included. A list that did not fit gives the
        /// size it needs here.
        size: u32,
        /// [`INTERFACE_VERSION`](super::INTERFACE_VERSION).
        version: u16,
        /// Zero.
        reserved: u16,
        /// The answer.
        status: NtStatus,
        /// Who gave it: an [`Origin`](super::Origin).
        origin: u32,
    }

    /// Reply of [`QUERY_INTERFACE`](super::QUERY_INTERFACE).
    Interface = 104 {
        /// Header.
        header: ReplyHeader,
        /// Version of the driver: major, minor, patch, 0.
        driver_version: [u16; 4],
        /// [`MAX_UNITS`](super::MAX_UNITS) of this driver; the other bounds follow.
        max_units: u32,
        /// [`MAX_HANDLES`](super::MAX_HANDLES).
        max_handles: u32,
        /// [`MAX_CONNECTIONS`](super::MAX_CONNECTIONS).
        max_connections: u32,
        /// [`MAX_PLUGS`](super::MAX_PLUGS).
        max_plugs: u32,
        /// [`MAX_DIRECTORIES`](super::MAX_DIRECTORIES).
        max_directories: u32,
        /// [`MAX_OPERATIONS`](super::MAX_OPERATIONS).
        max_operations: u32,
        /// [`MAX_WAITS`](super::MAX_WAITS).
        max_waits: u32,
        /// [`MAX_EVENTS`](super::MAX_EVENTS).
        max_events: u32,
        /// [`MAX_PROCESS_HANDLES`](super::MAX_PROCESS_HANDLES).
        max_process_handles: u32,
        /// [`MAX_PROCESS_CONNECTIONS`](super::MAX_PROCESS_CONNECTIONS).
        max_process_connections: u32,
        /// [`MAX_PROCESS_PLUGS`](super::MAX_PROCESS_PLUGS).
        max_process_plugs: u32,
        /// [`MAX_PROCESS_DIRECTORIES`](super::MAX_PROCESS_DIRECTORIES).
        max_process_directories: u32,
        /// [`MAX_PROCESS_OPERATIONS`](super::MAX_PROCESS_OPERATIONS).
        max_process_operations: u32,
        /// Zero.
        reserved: u32,
        /// Units present.
        units: u32,
        /// Handles open.
        handles: u32,
        /// Connections in the table.
        connections: u32,
        /// Plugs of this computer in the table.
        plugs: u32,
        /// Unit directories in the table.
        directories: u32,
        /// Requests under way.
        operations: u32,
    }

    /// Starts the reply of a list: the entries follow it, as many as fit.
    List = 32 {
        /// Header; `size` tells the bytes that all entries need.
        header: ReplyHeader,
        /// Entries that there are.
        total: u32,
        /// Entries that follow.
        count: u32,
        /// Number of the next event, when the list was made.
        sequence: u64,
    }

    /// One unit in the reply of [`LIST_UNITS`](super::LIST_UNITS).
    UnitEntry = 24 {
        /// Its id.
        unit: UnitId,
        /// DDI version that the protocol driver speaks for it; 0 while not asked yet.
        ddi_version: u32,
        /// Connections of the unit that the driver knows.
        connections: u32,
        /// Requests for the unit under way.
        operations: u32,
        /// [`unit_state`].
        state: u32,
    }

    /// A text of a unit, UTF-16.
    Text = 132 {
        /// UTF-16 units of the text, without the ending NUL; more than [`TEXT_UNITS`](super::TEXT_UNITS) - 1 when
        /// the text was cut.
        length: u32,
        /// The text, ended by NUL.
        units: [u16; TEXT_UNITS],
    }

    /// Reply of [`UNIT_INFO`](super::UNIT_INFO); the members of another level than the one asked for are zero.
    UnitInfo = 496 {
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
        /// Output plugs of the unit, or of this computer (`CAPABILITIES`).
        output_plugs: u32,
        /// Input plugs of the unit, or of this computer (`CAPABILITIES`).
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
        /// Diagnostic level, [`crate::av61883::diag_level`] bits (`DIAG_LEVEL`).
        diag_level: u32,
        /// How packets are received and transmitted (`ISOCH_PARAMS`).
        isoch: UnitIsochParams,
        /// Zero.
        reserved: [u32; 2],
    }

    /// Reply of [`GET_PLUG`](super::GET_PLUG).
    PlugReply = 24 {
        /// Header.
        header: ReplyHeader,
        /// The plug; [`PlugId::NONE`] when the status is a failure.
        plug: PlugId,
    }

    /// Reply of [`PLUG_STATE`](super::PLUG_STATE) (`CMP_GET_PLUG_STATE`).
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

    /// One plug in the reply of [`LIST_PLUGS`](super::LIST_PLUGS).
    PlugEntry = 56 {
        /// Its id.
        plug: PlugId,
        /// Its unit; for a plug of this computer the one through whose driver it was made.
        unit: UnitId,
        /// [`crate::ids::Direction`].
        direction: u32,
        /// Plug number.
        number: u32,
        /// [`crate::av61883::plug_location`]: on this computer or on the device.
        location: u32,
        /// Connections of the plug in the driver's table.
        connections: u32,
        /// Who answers for it: [`owner`]; for a plug of the device [`owner::DEVICE`].
        owner: u32,
        /// Process that made it; 0 when it is not known or for a plug of the device.
        process_id: u32,
        /// System time at which it was made, in units of 100 ns since 1601; 0 for a plug of the
        /// device.
        made_at: u64,
        /// Its register as the driver last learned it; 0 for a plug of the device, whose
        /// register is read with [`PLUG_STATE`](super::PLUG_STATE).
        pcr: AvPcr,
        /// Zero.
        reserved: u32,
    }

    /// Reply of [`CONNECT`](super::CONNECT).
    ConnectReply = 24 {
        /// Header.
        header: ReplyHeader,
        /// The new connection; [`ConnectionId::NONE`] when the status is a failure.
        connection: ConnectionId,
    }

    /// One connection in the reply of [`LIST_CONNECTIONS`](super::LIST_CONNECTIONS).
    ConnectionEntry = 56 {
        /// Its id.
        connection: ConnectionId,
        /// Its unit.
        unit: UnitId,
        /// Output plug; [`PlugId::NONE`] when there is none, or none that was asked for with
        /// [`GET_PLUG`](super::GET_PLUG), see `ends`.
        output: PlugId,
        /// Input plug, as `output`.
        input: PlugId,
        /// [`crate::av61883::connect_type`].
        connect_type: u32,
        /// Who answers for it: [`owner`].
        owner: u32,
        /// System time at which it was made, in units of 100 ns since 1601.
        made_at: u64,
        /// Process that made it; 0 when it is not known.
        process_id: u32,
        /// [`ends`]: which plugs it has.
        ends: u32,
    }

    /// Reply of [`CREATE_PLUG`](super::CREATE_PLUG).
    CreatePlugReply = 32 {
        /// Header.
        header: ReplyHeader,
        /// The new plug; [`PlugId::NONE`] when the status is a failure.
        plug: PlugId,
        /// Its number, 0..=30.
        number: u32,
        /// Zero.
        reserved: u32,
    }

    /// Reply of [`ADD_DIRECTORY`](super::ADD_DIRECTORY).
    DirectoryReply = 24 {
        /// Header.
        header: ReplyHeader,
        /// The new directory; [`DirectoryId::NONE`] when the status is a failure.
        directory: DirectoryId,
    }

    /// One unit directory in the reply of [`LIST_DIRECTORIES`](super::LIST_DIRECTORIES).
    DirectoryEntry = 40 {
        /// Its id.
        directory: DirectoryId,
        /// The unit through whose driver it was added.
        unit: UnitId,
        /// Unit_Spec_ID, 24 bits.
        spec_id: u32,
        /// Unit_SW_Version, 24 bits.
        sw_version: u32,
        /// Who answers for it: [`owner`].
        owner: u32,
        /// Process that added it.
        process_id: u32,
        /// System time at which it was added, in units of 100 ns since 1601.
        made_at: u64,
    }

    /// Reply of [`READ_REGISTER`](super::READ_REGISTER).
    RegisterReply = 32 {
        /// Header.
        header: ReplyHeader,
        /// The offset that was asked for.
        offset: u32,
        /// The register as a number; 0 when the status is a failure.
        value: u32,
        /// Bus generation that it was read in; 0 when the status is a failure.
        generation: u32,
        /// Zero.
        reserved: u32,
    }
}

/// Owners of connections, plugs and unit directories.
pub mod owner {
    /// The handle that asks.
    pub const THIS_HANDLE: u32 = 0;
    /// Another handle.
    pub const OTHER_HANDLE: u32 = 1;
    /// plug61883: it was made with `PERSIST`, or handed over later.
    pub const DRIVER: u32 = 2;
    /// Another driver, above plug61883.
    pub const FOREIGN: u32 = 3;
    /// The device: one of its own plugs.
    pub const DEVICE: u32 = 4;
}

/// What [`UnitEntry`] tells of a unit.
pub mod unit_state {
    /// The protocol driver has not told its DDI version yet.
    pub const ASKING: u32 = 0;
    /// plug61883 manages it.
    pub const MANAGED: u32 = 1;
    /// Its protocol driver speaks DDI version 1 only: every request for the unit is refused with
    /// `STATUS_REVISION_MISMATCH`.
    pub const UNSUPPORTED: u32 = 2;
    /// It is leaving: requests for it get `STATUS_NO_SUCH_DEVICE`.
    pub const LEAVING: u32 = 3;
}

/// Which plugs a connection has.
pub mod ends {
    /// It has an output plug.
    pub const OUTPUT: u32 = 1;
    /// It has an input plug.
    pub const INPUT: u32 = 2;
}
