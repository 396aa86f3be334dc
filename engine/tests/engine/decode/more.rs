//! The control requests that make, set and undo, and those about events.

use plug61883_abi::av61883::{AvPcr, UnitIsochParams, address_type, set_unit_info_level};
use plug61883_abi::ids::{ConnectionId, Direction, DirectoryId, PlugId, UnitId};
use plug61883_abi::ioctl::{
    self, READ_ACCESS, WRITE_ACCESS, create_flags, directory_flags, disconnect_flags, persist_kind,
    set_unit_info_flags, wait_flags,
};
use plug61883_engine::{Command, Owned};

use super::rows::{HEADER, OUTPUT, Row, UNIT, bytes, header};

const PCR: AvPcr = AvPcr(0x8000_1234);
const DIRECTORY: DirectoryId = DirectoryId::new(4, 12);

/// A request that is right, of a command that only has its header.
fn plain(name: &'static str, code: u32, access: u32, reply: usize, unit: UnitId) -> Row {
    Row {
        name,
        code,
        access,
        request: bytes(&header(HEADER, unit)),
        reply,
        reserved: &[],
        bad: &[],
        no_unit: unit == UnitId::NONE,
        no_time: false,
        command: Command::Interface,
    }
}

pub(super) fn rows() -> Vec<Row> {
    let done = size_of::<ioctl::ReplyHeader>();
    let list = size_of::<ioctl::List>();
    let batch = size_of::<ioctl::EventBatch>() + size_of::<ioctl::Event>();
    let mut rows = vec![
        Row {
            command: Command::BusReset(UNIT),
            ..plain("BUS_RESET", ioctl::BUS_RESET, WRITE_ACCESS, done, UNIT)
        },
        Row {
            command: Command::ListDirectories(UNIT),
            ..plain(
                "LIST_DIRECTORIES",
                ioctl::LIST_DIRECTORIES,
                READ_ACCESS,
                list,
                UNIT,
            )
        },
        Row {
            command: Command::Snapshot,
            ..plain(
                "SNAPSHOT",
                ioctl::SNAPSHOT,
                READ_ACCESS,
                size_of::<ioctl::Snapshot>(),
                UnitId::NONE,
            )
        },
        Row {
            request: bytes(&ioctl::WaitEventsRequest {
                header: header(size_of::<ioctl::WaitEventsRequest>(), UnitId::NONE),
                flags: wait_flags::NO_WAIT,
                reserved: 0,
            }),
            reserved: &[28],
            bad: &[(24, 2), (24, 3), (24, 0x8000_0000)],
            no_time: true,
            command: Command::WaitEvents { no_wait: true },
            ..plain(
                "WAIT_EVENTS",
                ioctl::WAIT_EVENTS,
                READ_ACCESS,
                batch,
                UnitId::NONE,
            )
        },
    ];
    rows.extend(making());
    rows.extend(undoing());
    rows.extend(handing_over());
    rows.extend(reading());
    rows.extend(setting());
    rows
}

fn making() -> [Row; 3] {
    let done = size_of::<ioctl::ReplyHeader>();
    [
        Row {
            request: bytes(&ioctl::CreatePlugRequest {
                header: header(size_of::<ioctl::CreatePlugRequest>(), UNIT),
                direction: Direction::In as u32,
                pcr: PCR,
                flags: create_flags::PERSIST,
                reserved: 0,
            }),
            reserved: &[36],
            bad: &[(24, 2), (24, u32::MAX), (32, 2), (32, 0x8000_0001)],
            command: Command::CreatePlug {
                unit: UNIT,
                direction: Direction::In,
                pcr: PCR,
                persist: true,
            },
            ..plain(
                "CREATE_PLUG",
                ioctl::CREATE_PLUG,
                WRITE_ACCESS,
                size_of::<ioctl::CreatePlugReply>(),
                UNIT,
            )
        },
        Row {
            request: bytes(&ioctl::SetPlugRequest {
                header: header(size_of::<ioctl::SetPlugRequest>(), UNIT),
                plug: OUTPUT,
                pcr: PCR,
                reserved: 0,
            }),
            reserved: &[36],
            command: Command::SetPlug {
                unit: UNIT,
                plug: OUTPUT,
                pcr: PCR,
            },
            ..plain("SET_PLUG", ioctl::SET_PLUG, WRITE_ACCESS, done, UNIT)
        },
        Row {
            request: bytes(&ioctl::AddDirectoryRequest {
                header: header(size_of::<ioctl::AddDirectoryRequest>(), UNIT),
                spec_id: 0xFF_FFFF,
                sw_version: 0x01_0001,
                flags: directory_flags::BUS_RESET,
                reserved: 0,
            }),
            reserved: &[36],
            bad: &[
                (24, 0x0100_0000),
                (28, 0x0100_0000),
                (24, u32::MAX),
                (28, u32::MAX),
                (32, 4),
                (32, 0x8000_0000),
            ],
            command: Command::AddDirectory {
                unit: UNIT,
                spec_id: 0xFF_FFFF,
                sw_version: 0x01_0001,
                bus_reset: true,
                persist: false,
            },
            ..plain(
                "ADD_DIRECTORY",
                ioctl::ADD_DIRECTORY,
                WRITE_ACCESS,
                size_of::<ioctl::DirectoryReply>(),
                UNIT,
            )
        },
    ]
}

fn undoing() -> [Row; 2] {
    let done = size_of::<ioctl::ReplyHeader>();
    let remove = |id, flags| {
        bytes(&ioctl::RemoveRequest {
            header: header(size_of::<ioctl::RemoveRequest>(), UNIT),
            id,
            flags,
            reserved: 0,
        })
    };
    [
        Row {
            request: remove(OUTPUT.0, disconnect_flags::FORCE),
            reserved: &[36],
            // A bus reset is for directories.
            bad: &[(32, directory_flags::BUS_RESET), (32, 3), (32, 4)],
            command: Command::DeletePlug {
                unit: UNIT,
                plug: OUTPUT,
                force: true,
            },
            ..plain("DELETE_PLUG", ioctl::DELETE_PLUG, WRITE_ACCESS, done, UNIT)
        },
        Row {
            request: remove(DIRECTORY.0, directory_flags::BUS_RESET),
            reserved: &[36],
            bad: &[(32, 4), (32, 0x8000_0000)],
            command: Command::RemoveDirectory {
                unit: UNIT,
                directory: DIRECTORY,
                bus_reset: true,
                force: false,
            },
            ..plain(
                "REMOVE_DIRECTORY",
                ioctl::REMOVE_DIRECTORY,
                WRITE_ACCESS,
                done,
                UNIT,
            )
        },
    ]
}

fn handing_over() -> [Row; 3] {
    let id = 0x0000_0007_0000_0003;
    let row = |name, kind, what| Row {
        request: bytes(&ioctl::PersistRequest {
            header: header(size_of::<ioctl::PersistRequest>(), UNIT),
            id,
            kind,
            reserved: 0,
        }),
        reserved: &[36],
        bad: &[(32, 0), (32, 4), (32, 0x0100_0001), (32, u32::MAX)],
        command: Command::Persist { unit: UNIT, what },
        ..plain(
            name,
            ioctl::PERSIST,
            WRITE_ACCESS,
            size_of::<ioctl::ReplyHeader>(),
            UNIT,
        )
    };
    [
        row(
            "PERSIST of a connection",
            persist_kind::CONNECTION,
            Owned::Connection(ConnectionId(id)),
        ),
        row(
            "PERSIST of a plug",
            persist_kind::PLUG,
            Owned::Plug(PlugId(id)),
        ),
        row(
            "PERSIST of a directory",
            persist_kind::DIRECTORY,
            Owned::Directory(DirectoryId(id)),
        ),
    ]
}

/// The first and the last plug register.
fn reading() -> [Row; 2] {
    [0x900, 0x9FC].map(|offset| Row {
        request: bytes(&ioctl::RegisterRequest {
            header: header(size_of::<ioctl::RegisterRequest>(), UNIT),
            offset,
            reserved: 0,
        }),
        reserved: &[28],
        bad: &[
            (24, 0),
            (24, 0x8FC),
            (24, 0x901),
            (24, 0x902),
            (24, 0x982),
            (24, 0x9FF),
            (24, 0xA00),
            (24, 0xF000_0900),
            (24, u32::MAX),
        ],
        command: Command::ReadRegister { unit: UNIT, offset },
        ..plain(
            "READ_REGISTER",
            ioctl::READ_REGISTER,
            READ_ACCESS,
            size_of::<ioctl::RegisterReply>(),
            UNIT,
        )
    })
}

fn setting() -> [Row; 3] {
    let done = size_of::<ioctl::ReplyHeader>();
    let base = |name| plain(name, ioctl::SET_UNIT_INFO, WRITE_ACCESS, done, UNIT);
    let request = |level| ioctl::SetUnitInfoRequest {
        header: header(size_of::<ioctl::SetUnitInfoRequest>(), UNIT),
        level,
        ..Default::default()
    };
    let set = |level, words| Command::SetUnitInfo {
        unit: UNIT,
        level,
        words,
    };
    [
        Row {
            request: bytes(&ioctl::SetUnitInfoRequest {
                isoch: UnitIsochParams {
                    rx_num_packets: 1,
                    rx_num_descriptors: 2,
                    tx_num_packets: 3,
                    tx_num_descriptors: 4,
                },
                ..request(set_unit_info_level::ISOCH_PARAMS)
            }),
            // The members of the other levels, and the flag of one.
            reserved: &[28, 48, 52],
            bad: &[(24, 0), (24, 4), (24, u32::MAX)],
            command: set(set_unit_info_level::ISOCH_PARAMS, [1, 2, 3, 4]),
            ..base("SET_UNIT_INFO of packets")
        },
        Row {
            request: bytes(&ioctl::SetUnitInfoRequest {
                address_type: address_type::EXCLUSIVE,
                ..request(set_unit_info_level::CMP_ADDRESS_RANGE_TYPE)
            }),
            reserved: &[28, 32, 36, 40, 44, 52],
            bad: &[(48, 0), (48, 3), (48, u32::MAX)],
            command: set(
                set_unit_info_level::CMP_ADDRESS_RANGE_TYPE,
                [address_type::EXCLUSIVE, 0, 0, 0],
            ),
            ..base("SET_UNIT_INFO of addresses")
        },
        Row {
            request: bytes(&ioctl::SetUnitInfoRequest {
                flags: set_unit_info_flags::ALLOW_DIAG_LEVEL,
                diag_level: 0x7F,
                ..request(set_unit_info_level::DIAG_LEVEL)
            }),
            reserved: &[32, 36, 40, 44, 48],
            bad: &[(52, 0x80), (52, u32::MAX), (28, 2), (28, 3)],
            command: set(set_unit_info_level::DIAG_LEVEL, [0x7F, 0, 0, 0]),
            ..base("SET_UNIT_INFO of diagnostics")
        },
    ]
}
