//! The control requests, each with an example that is right.

use plug61883_abi::av61883::{connect_type, unit_info_flags, unit_info_level};
use plug61883_abi::ids::{ConnectionId, Direction, PlugId, UnitId};
use plug61883_abi::ioctl::{self, READ_ACCESS, RequestHeader, WRITE_ACCESS};
use plug61883_abi::status::NtStatus;
use plug61883_engine::{Command, decode};
use zerocopy::{Immutable, IntoBytes};

use super::more;

/// A control code with a request that is right.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) code: u32,
    pub(super) access: u32,
    pub(super) request: Vec<u8>,
    /// Bytes that the output must have.
    pub(super) reply: usize,
    /// 32-bit fields past the header that must be zero, by offset.
    pub(super) reserved: &'static [usize],
    /// 32-bit fields with values that are out of range.
    pub(super) bad: &'static [(usize, u32)],
    /// The header's unit must be none.
    pub(super) no_unit: bool,
    /// The header's time must be none.
    pub(super) no_time: bool,
    pub(super) command: Command,
}

pub(super) const HEADER: usize = size_of::<RequestHeader>();
pub(super) const UNIT: UnitId = UnitId::new(2, 9);
pub(super) const OUTPUT: PlugId = PlugId::new(2, Direction::Out, 4, 5);
const INPUT: PlugId = PlugId::new(2, Direction::In, 6, 7);
const CONNECTION: ConnectionId = ConnectionId::new(3, 11);

pub(super) fn header(size: usize, unit: UnitId) -> RequestHeader {
    RequestHeader {
        size: size as u32,
        version: ioctl::INTERFACE_VERSION,
        unit,
        ..RequestHeader::default()
    }
}

pub(super) fn bytes<T: IntoBytes + Immutable>(request: &T) -> Vec<u8> {
    request.as_bytes().to_vec()
}

pub(super) fn rows() -> Vec<Row> {
    let alone = |unit| bytes(&header(HEADER, unit));
    let list = size_of::<ioctl::List>();
    let connect = ioctl::ConnectRequest {
        header: header(size_of::<ioctl::ConnectRequest>(), UNIT),
        output: OUTPUT,
        input: INPUT,
        connect_type: connect_type::POINT_TO_POINT,
        flags: ioctl::connect_flags::PERSIST,
        ..ioctl::ConnectRequest::default()
    };
    let mut rows = vec![
        Row {
            name: "QUERY_INTERFACE",
            code: ioctl::QUERY_INTERFACE,
            access: READ_ACCESS,
            request: alone(UnitId::NONE),
            reply: size_of::<ioctl::Interface>(),
            reserved: &[],
            bad: &[],
            no_unit: true,
            no_time: false,
            command: Command::Interface,
        },
        Row {
            name: "LIST_UNITS",
            code: ioctl::LIST_UNITS,
            access: READ_ACCESS,
            request: alone(UnitId::NONE),
            reply: list,
            reserved: &[],
            bad: &[],
            no_unit: true,
            no_time: false,
            command: Command::ListUnits,
        },
        Row {
            name: "UNIT_INFO",
            code: ioctl::UNIT_INFO,
            access: READ_ACCESS,
            request: bytes(&ioctl::UnitInfoRequest {
                header: header(size_of::<ioctl::UnitInfoRequest>(), UNIT),
                level: unit_info_level::CAPABILITIES,
                flags: unit_info_flags::LOCAL,
            }),
            reply: size_of::<ioctl::UnitInfo>(),
            reserved: &[],
            // Flags are for capabilities only.
            bad: &[
                (28, 2),
                (28, 3),
                (28, u32::MAX),
                (24, unit_info_level::IDS),
                (24, unit_info_level::DDI_VERSION),
                (24, 0),
                (24, 7),
                (24, 0xFF),
                (24, u32::MAX),
            ],
            no_unit: false,
            no_time: false,
            command: Command::UnitInfo {
                unit: UNIT,
                level: unit_info_level::CAPABILITIES,
                flags: unit_info_flags::LOCAL,
            },
        },
        Row {
            name: "GET_PLUG",
            code: ioctl::GET_PLUG,
            access: READ_ACCESS,
            request: bytes(&ioctl::PlugRequest {
                header: header(size_of::<ioctl::PlugRequest>(), UNIT),
                direction: 1,
                number: 30,
            }),
            reply: size_of::<ioctl::PlugReply>(),
            reserved: &[],
            bad: &[
                (24, 2),
                (24, u32::MAX),
                (28, 31),
                (28, 0x100),
                (28, u32::MAX),
            ],
            no_unit: false,
            no_time: false,
            command: Command::GetPlug {
                unit: UNIT,
                direction: Direction::In,
                number: 30,
            },
        },
        Row {
            name: "PLUG_STATE",
            code: ioctl::PLUG_STATE,
            access: READ_ACCESS,
            request: bytes(&ioctl::PlugStateRequest {
                header: header(size_of::<ioctl::PlugStateRequest>(), UNIT),
                plug: OUTPUT,
            }),
            reply: size_of::<ioctl::PlugState>(),
            reserved: &[],
            bad: &[],
            no_unit: false,
            no_time: false,
            command: Command::PlugState {
                unit: UNIT,
                plug: OUTPUT,
            },
        },
        Row {
            name: "LIST_PLUGS",
            code: ioctl::LIST_PLUGS,
            access: READ_ACCESS,
            request: alone(UNIT),
            reply: list,
            reserved: &[],
            bad: &[],
            no_unit: false,
            no_time: false,
            command: Command::ListPlugs(UNIT),
        },
        Row {
            name: "LIST_CONNECTIONS",
            code: ioctl::LIST_CONNECTIONS,
            access: READ_ACCESS,
            request: alone(UNIT),
            reply: list,
            reserved: &[],
            bad: &[],
            no_unit: false,
            no_time: false,
            command: Command::ListConnections(UNIT),
        },
        Row {
            name: "CONNECT",
            code: ioctl::CONNECT,
            access: WRITE_ACCESS,
            request: bytes(&connect),
            reply: size_of::<ioctl::ConnectReply>(),
            reserved: &[68],
            bad: &[(40, 2), (40, u32::MAX), (44, 2), (44, 3), (44, 0x8000_0000)],
            no_unit: false,
            no_time: false,
            command: Command::Connect(plug61883_engine::Connect {
                unit: UNIT,
                output: OUTPUT,
                input: INPUT,
                connect_type: connect_type::POINT_TO_POINT,
                persist: true,
                format: connect.format,
            }),
        },
        Row {
            name: "DISCONNECT",
            code: ioctl::DISCONNECT,
            access: WRITE_ACCESS,
            request: bytes(&ioctl::DisconnectRequest {
                header: header(size_of::<ioctl::DisconnectRequest>(), UNIT),
                connection: CONNECTION,
                flags: ioctl::disconnect_flags::FORCE,
                reserved: 0,
            }),
            reply: size_of::<ioctl::ReplyHeader>(),
            reserved: &[36],
            bad: &[(32, 2), (32, 3), (32, 0x8000_0000)],
            no_unit: false,
            no_time: false,
            command: Command::Disconnect {
                unit: UNIT,
                connection: CONNECTION,
                force: true,
            },
        },
    ];
    rows.extend(more::rows());
    rows
}

impl Row {
    /// Decodes the request changed by `change`, with an output that is just large enough.
    pub(super) fn with(&self, change: impl FnOnce(&mut Vec<u8>)) -> Result<Command, NtStatus> {
        let mut request = self.request.clone();
        change(&mut request);
        decode(self.code, &request, self.reply).map(|decoded| decoded.command)
    }

    /// With the 32-bit field at `offset` changed.
    pub(super) fn with_u32(&self, offset: usize, value: u32) -> Result<Command, NtStatus> {
        self.with(|request| request[offset..offset + 4].copy_from_slice(&value.to_le_bytes()))
    }
}
