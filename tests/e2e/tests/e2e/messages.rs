//! Requests with the interface's structures.

use plug61883_abi::av61883::connect_type;
use plug61883_abi::ids::{ConnectionId, Direction, PlugId, UnitId};
use plug61883_abi::ioctl::{
    AddDirectoryRequest, ConnectRequest, CreatePlugRequest, DisconnectRequest, Event, EventBatch,
    INTERFACE_VERSION, PlugRequest, RemoveRequest, RequestHeader, WaitEventsRequest, connect_flags,
    create_flags,
};

/// The first unit of a driver that was just loaded.
pub(crate) const UNIT: UnitId = UnitId::new(0, 1);
/// Time for what waits for another's deed: more than any limit of the driver's own.
pub(crate) const LONG_MS: u32 = 60_000;

/// The header of a request of type `T`.
pub(crate) fn header<T>(unit: UnitId) -> RequestHeader {
    RequestHeader {
        size: u32::try_from(size_of::<T>()).unwrap_or(u32::MAX),
        version: INTERFACE_VERSION,
        unit,
        ..Default::default()
    }
}

/// A request for a plug of the device.
pub(crate) fn get_plug(
    unit: UnitId,
    direction: Direction,
    number: u32,
    timeout_ms: u32,
) -> PlugRequest {
    PlugRequest {
        header: RequestHeader {
            timeout_ms,
            ..header::<PlugRequest>(unit)
        },
        direction: direction as u32,
        number,
    }
}

/// A request for events.
pub(crate) fn wait_events(flags: u32) -> WaitEventsRequest {
    WaitEventsRequest {
        header: header::<WaitEventsRequest>(UnitId::NONE),
        flags,
        reserved: 0,
    }
}

/// Bytes of a batch with room for so many events.
pub(crate) const fn batch_bytes(events: usize) -> usize {
    size_of::<EventBatch>() + events * size_of::<Event>()
}

/// A request that connects plugs point-to-point.
pub(crate) fn connect(output: PlugId, input: PlugId, persist: bool) -> ConnectRequest {
    ConnectRequest {
        header: header::<ConnectRequest>(UnitId::NONE),
        output,
        input,
        connect_type: connect_type::POINT_TO_POINT,
        flags: if persist { connect_flags::PERSIST } else { 0 },
        ..Default::default()
    }
}

/// A request that breaks a connection.
pub(crate) fn disconnect(connection: ConnectionId) -> DisconnectRequest {
    DisconnectRequest {
        header: header::<DisconnectRequest>(UnitId::NONE),
        connection,
        ..Default::default()
    }
}

/// A request that creates a plug of this computer.
pub(crate) fn create_plug(unit: UnitId, direction: Direction, persist: bool) -> CreatePlugRequest {
    let mut request = CreatePlugRequest {
        header: header::<CreatePlugRequest>(unit),
        direction: direction as u32,
        flags: if persist { create_flags::PERSIST } else { 0 },
        ..Default::default()
    };
    // On-line, on no channel, with the payload of DV.
    request.pcr.0 = match direction {
        Direction::Out => 0x803F_007A,
        Direction::In => 0x803F_0000,
    };
    request
}

/// A request that adds a unit directory.
pub(crate) fn add_directory(unit: UnitId) -> AddDirectoryRequest {
    AddDirectoryRequest {
        header: header::<AddDirectoryRequest>(unit),
        spec_id: 0x00_A02D,
        sw_version: 0x01_0001,
        ..Default::default()
    }
}

/// A request that deletes a plug or removes a unit directory.
pub(crate) fn remove(id: u64) -> RemoveRequest {
    RemoveRequest {
        header: header::<RemoveRequest>(UnitId::NONE),
        id,
        ..Default::default()
    }
}
