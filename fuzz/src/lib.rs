//! What the fuzz targets share: control requests as bytes.
#![forbid(unsafe_code)]

use plug61883_abi::av61883::{UnitIsochParams, set_unit_info_level};
use plug61883_abi::ids::UnitId;
use plug61883_abi::ioctl::{
    self, RequestHeader, connect_flags, create_flags, directory_flags, disconnect_flags,
    persist_kind, set_unit_info_flags, wait_flags,
};
use plug61883_engine::{Command, Decoded, Owned};
use zerocopy::{Immutable, IntoBytes};

/// Bytes of a code's request, and of its reply at least.
///
/// Written down once more, from the documents: the decoder is held to it.
#[must_use]
pub fn sizes(code: u32) -> Option<(usize, usize)> {
    let header = size_of::<RequestHeader>();
    let reply = size_of::<ioctl::ReplyHeader>();
    let list = size_of::<ioctl::List>();
    Some(match code {
        ioctl::QUERY_INTERFACE => (header, size_of::<ioctl::Interface>()),
        ioctl::LIST_UNITS | ioctl::LIST_PLUGS => (header, list),
        ioctl::LIST_CONNECTIONS | ioctl::LIST_DIRECTORIES => (header, list),
        ioctl::UNIT_INFO => (
            size_of::<ioctl::UnitInfoRequest>(),
            size_of::<ioctl::UnitInfo>(),
        ),
        ioctl::GET_PLUG => (
            size_of::<ioctl::PlugRequest>(),
            size_of::<ioctl::PlugReply>(),
        ),
        ioctl::PLUG_STATE => (
            size_of::<ioctl::PlugStateRequest>(),
            size_of::<ioctl::PlugState>(),
        ),
        ioctl::CONNECT => (
            size_of::<ioctl::ConnectRequest>(),
            size_of::<ioctl::ConnectReply>(),
        ),
        ioctl::DISCONNECT => (size_of::<ioctl::DisconnectRequest>(), reply),
        ioctl::SET_UNIT_INFO => (size_of::<ioctl::SetUnitInfoRequest>(), reply),
        ioctl::CREATE_PLUG => (
            size_of::<ioctl::CreatePlugRequest>(),
            size_of::<ioctl::CreatePlugReply>(),
        ),
        ioctl::SET_PLUG => (size_of::<ioctl::SetPlugRequest>(), reply),
        ioctl::DELETE_PLUG | ioctl::REMOVE_DIRECTORY => (size_of::<ioctl::RemoveRequest>(), reply),
        ioctl::BUS_RESET => (header, reply),
        ioctl::ADD_DIRECTORY => (
            size_of::<ioctl::AddDirectoryRequest>(),
            size_of::<ioctl::DirectoryReply>(),
        ),
        ioctl::WAIT_EVENTS => (
            size_of::<ioctl::WaitEventsRequest>(),
            size_of::<ioctl::EventBatch>() + size_of::<ioctl::Event>(),
        ),
        ioctl::SNAPSHOT => (header, size_of::<ioctl::Snapshot>()),
        ioctl::PERSIST => (size_of::<ioctl::PersistRequest>(), reply),
        ioctl::READ_REGISTER => (
            size_of::<ioctl::RegisterRequest>(),
            size_of::<ioctl::RegisterReply>(),
        ),
        _ => return None,
    })
}

/// The request of a command; the header's time is that of `decoded`, of a wait none.
#[must_use]
pub fn encode(decoded: &Decoded) -> (u32, Vec<u8>) {
    let timeout_ms = decoded.timeout_ms;
    let header = |unit| RequestHeader {
        version: ioctl::INTERFACE_VERSION,
        unit,
        timeout_ms,
        ..RequestHeader::default()
    };
    let flag = |set: bool, flag: u32| if set { flag } else { 0 };
    let force = |force| flag(force, disconnect_flags::FORCE);
    match decoded.command {
        Command::Interface => (ioctl::QUERY_INTERFACE, bytes(header(UnitId::NONE))),
        Command::ListUnits => (ioctl::LIST_UNITS, bytes(header(UnitId::NONE))),
        Command::Snapshot => (ioctl::SNAPSHOT, bytes(header(UnitId::NONE))),
        Command::ListPlugs(unit) => (ioctl::LIST_PLUGS, bytes(header(unit))),
        Command::ListConnections(unit) => (ioctl::LIST_CONNECTIONS, bytes(header(unit))),
        Command::ListDirectories(unit) => (ioctl::LIST_DIRECTORIES, bytes(header(unit))),
        Command::BusReset(unit) => (ioctl::BUS_RESET, bytes(header(unit))),
        Command::UnitInfo { unit, level, flags } => (
            ioctl::UNIT_INFO,
            bytes(ioctl::UnitInfoRequest {
                header: header(unit),
                level,
                flags,
            }),
        ),
        Command::SetUnitInfo { unit, level, words } => (
            ioctl::SET_UNIT_INFO,
            bytes(set_unit_info(header(unit), level, words)),
        ),
        Command::GetPlug {
            unit,
            direction,
            number,
        } => (
            ioctl::GET_PLUG,
            bytes(ioctl::PlugRequest {
                header: header(unit),
                direction: direction as u32,
                number: u32::from(number),
            }),
        ),
        Command::PlugState { unit, plug } => (
            ioctl::PLUG_STATE,
            bytes(ioctl::PlugStateRequest {
                header: header(unit),
                plug,
            }),
        ),
        Command::WaitEvents { no_wait } => (
            ioctl::WAIT_EVENTS,
            bytes(ioctl::WaitEventsRequest {
                header: RequestHeader {
                    timeout_ms: 0,
                    ..header(UnitId::NONE)
                },
                flags: flag(no_wait, wait_flags::NO_WAIT),
                ..Default::default()
            }),
        ),
        Command::Connect(connect) => (
            ioctl::CONNECT,
            bytes(ioctl::ConnectRequest {
                header: header(connect.unit),
                output: connect.output,
                input: connect.input,
                connect_type: connect.connect_type,
                flags: flag(connect.persist, connect_flags::PERSIST),
                format: connect.format,
                ..Default::default()
            }),
        ),
        Command::Disconnect {
            unit,
            connection,
            force: forced,
        } => (
            ioctl::DISCONNECT,
            bytes(ioctl::DisconnectRequest {
                header: header(unit),
                connection,
                flags: force(forced),
                ..Default::default()
            }),
        ),
        Command::CreatePlug {
            unit,
            direction,
            pcr,
            persist,
        } => (
            ioctl::CREATE_PLUG,
            bytes(ioctl::CreatePlugRequest {
                header: header(unit),
                direction: direction as u32,
                pcr,
                flags: flag(persist, create_flags::PERSIST),
                ..Default::default()
            }),
        ),
        Command::SetPlug { unit, plug, pcr } => (
            ioctl::SET_PLUG,
            bytes(ioctl::SetPlugRequest {
                header: header(unit),
                plug,
                pcr,
                ..Default::default()
            }),
        ),
        Command::DeletePlug {
            unit,
            plug,
            force: forced,
        } => (
            ioctl::DELETE_PLUG,
            bytes(remove(header(unit), plug.0, force(forced))),
        ),
        Command::AddDirectory {
            unit,
            spec_id,
            sw_version,
            bus_reset,
            persist,
        } => (
            ioctl::ADD_DIRECTORY,
            bytes(ioctl::AddDirectoryRequest {
                header: header(unit),
                spec_id,
                sw_version,
                flags: flag(bus_reset, directory_flags::BUS_RESET)
                    | flag(persist, directory_flags::PERSIST),
                ..Default::default()
            }),
        ),
        Command::RemoveDirectory {
            unit,
            directory,
            bus_reset,
            force: forced,
        } => {
            let flags = force(forced) | flag(bus_reset, directory_flags::BUS_RESET);
            (
                ioctl::REMOVE_DIRECTORY,
                bytes(remove(header(unit), directory.0, flags)),
            )
        }
        Command::Persist { unit, what } => {
            let (kind, id) = match what {
                Owned::Connection(connection) => (persist_kind::CONNECTION, connection.0),
                Owned::Plug(plug) => (persist_kind::PLUG, plug.0),
                Owned::Directory(directory) => (persist_kind::DIRECTORY, directory.0),
            };
            (
                ioctl::PERSIST,
                bytes(ioctl::PersistRequest {
                    header: header(unit),
                    id,
                    kind,
                    ..Default::default()
                }),
            )
        }
        Command::ReadRegister { unit, offset } => (
            ioctl::READ_REGISTER,
            bytes(ioctl::RegisterRequest {
                header: header(unit),
                offset,
                ..Default::default()
            }),
        ),
    }
}

fn remove(header: RequestHeader, id: u64, flags: u32) -> ioctl::RemoveRequest {
    ioctl::RemoveRequest {
        header,
        id,
        flags,
        ..Default::default()
    }
}

fn set_unit_info(header: RequestHeader, level: u32, words: [u32; 4]) -> ioctl::SetUnitInfoRequest {
    let mut request = ioctl::SetUnitInfoRequest {
        header,
        level,
        ..Default::default()
    };
    let [first, second, third, fourth] = words;
    match level {
        set_unit_info_level::ISOCH_PARAMS => {
            request.isoch = UnitIsochParams {
                rx_num_packets: first,
                rx_num_descriptors: second,
                tx_num_packets: third,
                tx_num_descriptors: fourth,
            };
        }
        set_unit_info_level::CMP_ADDRESS_RANGE_TYPE => request.address_type = first,
        _ => {
            request.diag_level = first;
            request.flags = set_unit_info_flags::ALLOW_DIAG_LEVEL;
        }
    }
    request
}

/// The bytes of a request, whose header is told their number.
fn bytes<T: IntoBytes + Immutable>(request: T) -> Vec<u8> {
    let mut bytes = request.as_bytes().to_vec();
    let size = bytes.len() as u32;
    bytes[..4].copy_from_slice(&size.to_le_bytes());
    bytes
}
