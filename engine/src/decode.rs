//! Control requests: from bytes to commands, with every rule that needs no state.

use plug61883_abi::av61883::{
    address_type, connect_type, diag_level, set_unit_info_level, unit_info_flags, unit_info_level,
};
use plug61883_abi::ids::{ConnectionId, Direction, DirectoryId, PlugId, UnitId};
use plug61883_abi::ioctl::{self, RequestHeader};
use plug61883_abi::pcr::{self, MAX_PLUG_NUMBER};
use plug61883_abi::status::NtStatus;
use zerocopy::{FromBytes, Immutable, KnownLayout};

use crate::Result;
use crate::command::{Command, Connect, Decoded, Owned};

/// Reads a control request.
///
/// # Errors
/// The statuses that [`plug61883_abi::ioctl`] lists for each mistake.
pub fn decode(code: u32, input: &[u8], output_length: usize) -> Result<Decoded> {
    let minimum = reply_size(code).ok_or(NtStatus::INVALID_DEVICE_REQUEST)?;
    let (header, _) =
        RequestHeader::read_from_prefix(input).map_err(|_| NtStatus::BUFFER_TOO_SMALL)?;
    if header.version != ioctl::INTERFACE_VERSION {
        return Err(NtStatus::REVISION_MISMATCH);
    }
    let command = read_command(code, header, input)?;
    if header.reserved != 0 || header.reserved2 != 0 || header.timeout_ms > ioctl::MAX_TIMEOUT_MS {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    if output_length < minimum {
        return Err(NtStatus::BUFFER_TOO_SMALL);
    }
    let timeout_ms = match header.timeout_ms {
        0 => ioctl::DEFAULT_TIMEOUT_MS,
        milliseconds => milliseconds,
    };
    Ok(Decoded {
        command,
        timeout_ms,
    })
}

/// Bytes of a code's reply at least: of a list its fixed part, of events the first one too;
/// `None` for an unknown code.
fn reply_size(code: u32) -> Option<usize> {
    Some(match code {
        ioctl::QUERY_INTERFACE => size_of::<ioctl::Interface>(),
        ioctl::LIST_UNITS
        | ioctl::LIST_PLUGS
        | ioctl::LIST_CONNECTIONS
        | ioctl::LIST_DIRECTORIES => size_of::<ioctl::List>(),
        ioctl::SNAPSHOT => size_of::<ioctl::Snapshot>(),
        ioctl::WAIT_EVENTS => const { size_of::<ioctl::EventBatch>() + size_of::<ioctl::Event>() },
        ioctl::UNIT_INFO => size_of::<ioctl::UnitInfo>(),
        ioctl::GET_PLUG => size_of::<ioctl::PlugReply>(),
        ioctl::PLUG_STATE => size_of::<ioctl::PlugState>(),
        ioctl::CONNECT => size_of::<ioctl::ConnectReply>(),
        ioctl::CREATE_PLUG => size_of::<ioctl::CreatePlugReply>(),
        ioctl::ADD_DIRECTORY => size_of::<ioctl::DirectoryReply>(),
        ioctl::READ_REGISTER => size_of::<ioctl::RegisterReply>(),
        ioctl::DISCONNECT
        | ioctl::SET_UNIT_INFO
        | ioctl::SET_PLUG
        | ioctl::DELETE_PLUG
        | ioctl::BUS_RESET
        | ioctl::REMOVE_DIRECTORY
        | ioctl::PERSIST => size_of::<ioctl::ReplyHeader>(),
        _ => return None,
    })
}

fn read_command(code: u32, header: RequestHeader, input: &[u8]) -> Result<Command> {
    let unit = header.unit;
    Ok(match code {
        ioctl::QUERY_INTERFACE | ioctl::LIST_UNITS | ioctl::SNAPSHOT => {
            read::<RequestHeader>(header, input)?;
            no_unit(unit)?;
            match code {
                ioctl::QUERY_INTERFACE => Command::Interface,
                ioctl::LIST_UNITS => Command::ListUnits,
                _ => Command::Snapshot,
            }
        }
        ioctl::LIST_PLUGS
        | ioctl::LIST_CONNECTIONS
        | ioctl::LIST_DIRECTORIES
        | ioctl::BUS_RESET => {
            read::<RequestHeader>(header, input)?;
            match code {
                ioctl::LIST_PLUGS => Command::ListPlugs(unit),
                ioctl::LIST_CONNECTIONS => Command::ListConnections(unit),
                ioctl::LIST_DIRECTORIES => Command::ListDirectories(unit),
                _ => Command::BusReset(unit),
            }
        }
        ioctl::UNIT_INFO => read_unit_info(header, input)?,
        ioctl::SET_UNIT_INFO => read_set_unit_info(header, input)?,
        ioctl::GET_PLUG => {
            let request: ioctl::PlugRequest = read(header, input)?;
            if request.number > MAX_PLUG_NUMBER {
                return Err(NtStatus::INVALID_PARAMETER);
            }
            Command::GetPlug {
                unit,
                direction: direction(request.direction)?,
                number: request.number as u8,
            }
        }
        ioctl::PLUG_STATE => {
            let request: ioctl::PlugStateRequest = read(header, input)?;
            Command::PlugState {
                unit,
                plug: request.plug,
            }
        }
        ioctl::WAIT_EVENTS => {
            let request: ioctl::WaitEventsRequest = read(header, input)?;
            no_unit(unit)?;
            // A wait has no end of its own.
            zero(header.timeout_ms)?;
            zero(request.reserved)?;
            flags(request.flags, ioctl::wait_flags::ALL)?;
            Command::WaitEvents {
                no_wait: request.flags & ioctl::wait_flags::NO_WAIT != 0,
            }
        }
        ioctl::CONNECT => Command::Connect(read_connect(header, input)?),
        ioctl::DISCONNECT => {
            let request: ioctl::DisconnectRequest = read(header, input)?;
            zero(request.reserved)?;
            flags(request.flags, ioctl::disconnect_flags::ALL)?;
            Command::Disconnect {
                unit,
                connection: request.connection,
                force: request.flags & ioctl::disconnect_flags::FORCE != 0,
            }
        }
        ioctl::CREATE_PLUG => {
            let request: ioctl::CreatePlugRequest = read(header, input)?;
            zero(request.reserved)?;
            flags(request.flags, ioctl::create_flags::ALL)?;
            Command::CreatePlug {
                unit,
                direction: direction(request.direction)?,
                pcr: request.pcr,
                persist: request.flags & ioctl::create_flags::PERSIST != 0,
            }
        }
        ioctl::SET_PLUG => {
            let request: ioctl::SetPlugRequest = read(header, input)?;
            zero(request.reserved)?;
            Command::SetPlug {
                unit,
                plug: request.plug,
                pcr: request.pcr,
            }
        }
        ioctl::ADD_DIRECTORY => {
            let request: ioctl::AddDirectoryRequest = read(header, input)?;
            zero(request.reserved)?;
            flags(request.flags, ioctl::directory_flags::ALL)?;
            // Both have 24 bits (IEEE 1212).
            zero(request.spec_id >> 24)?;
            zero(request.sw_version >> 24)?;
            Command::AddDirectory {
                unit,
                spec_id: request.spec_id,
                sw_version: request.sw_version,
                bus_reset: request.flags & ioctl::directory_flags::BUS_RESET != 0,
                persist: request.flags & ioctl::directory_flags::PERSIST != 0,
            }
        }
        ioctl::DELETE_PLUG | ioctl::REMOVE_DIRECTORY => read_remove(code, header, input)?,
        ioctl::PERSIST => read_persist(header, input)?,
        ioctl::READ_REGISTER => {
            let request: ioctl::RegisterRequest = read(header, input)?;
            zero(request.reserved)?;
            if pcr::register_address(request.offset).is_none() {
                return Err(NtStatus::INVALID_PARAMETER);
            }
            Command::ReadRegister {
                unit,
                offset: request.offset,
            }
        }
        _ => return Err(NtStatus::INVALID_DEVICE_REQUEST),
    })
}

fn read_unit_info(header: RequestHeader, input: &[u8]) -> Result<Command> {
    let request: ioctl::UnitInfoRequest = read(header, input)?;
    let known_flags = match request.level {
        unit_info_level::CAPABILITIES => unit_info_flags::LOCAL,
        unit_info_level::IDS
        | unit_info_level::ISOCH_PARAMS
        | unit_info_level::BUS_GENERATION_NODE
        | unit_info_level::DDI_VERSION
        | unit_info_level::DIAG_LEVEL => 0,
        _ => return Err(NtStatus::INVALID_PARAMETER),
    };
    flags(request.flags, known_flags)?;
    Ok(Command::UnitInfo {
        unit: header.unit,
        level: request.level,
        flags: request.flags,
    })
}

fn read_set_unit_info(header: RequestHeader, input: &[u8]) -> Result<Command> {
    let request: ioctl::SetUnitInfoRequest = read(header, input)?;
    flags(request.flags, ioctl::set_unit_info_flags::ALL)?;
    let allow_diag = request.flags & ioctl::set_unit_info_flags::ALLOW_DIAG_LEVEL != 0;
    let isoch = request.isoch;
    let packets = [
        isoch.rx_num_packets,
        isoch.rx_num_descriptors,
        isoch.tx_num_packets,
        isoch.tx_num_descriptors,
    ];
    let (address, diag) = (request.address_type, request.diag_level);
    // What belongs to another level than the one that is set is zero.
    let (words, fits) = match request.level {
        set_unit_info_level::ISOCH_PARAMS => (packets, address == 0 && diag == 0 && !allow_diag),
        set_unit_info_level::CMP_ADDRESS_RANGE_TYPE => (
            [address, 0, 0, 0],
            matches!(address, address_type::GLOBAL | address_type::EXCLUSIVE)
                && packets == [0; 4]
                && diag == 0
                && !allow_diag,
        ),
        set_unit_info_level::DIAG_LEVEL => (
            [diag, 0, 0, 0],
            packets == [0; 4] && address == 0 && diag & !diag_level::ALL == 0,
        ),
        _ => ([0; 4], false),
    };
    if !fits {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    if request.level == set_unit_info_level::DIAG_LEVEL && !allow_diag {
        return Err(NtStatus::ACCESS_DENIED);
    }
    Ok(Command::SetUnitInfo {
        unit: header.unit,
        level: request.level,
        words,
    })
}

fn read_remove(code: u32, header: RequestHeader, input: &[u8]) -> Result<Command> {
    let request: ioctl::RemoveRequest = read(header, input)?;
    zero(request.reserved)?;
    let unit = header.unit;
    let force = request.flags & ioctl::disconnect_flags::FORCE != 0;
    if code == ioctl::DELETE_PLUG {
        flags(request.flags, ioctl::disconnect_flags::ALL)?;
        return Ok(Command::DeletePlug {
            unit,
            plug: PlugId(request.id),
            force,
        });
    }
    let bus_reset = ioctl::directory_flags::BUS_RESET;
    flags(request.flags, ioctl::disconnect_flags::ALL | bus_reset)?;
    Ok(Command::RemoveDirectory {
        unit,
        directory: DirectoryId(request.id),
        bus_reset: request.flags & bus_reset != 0,
        force,
    })
}

fn read_persist(header: RequestHeader, input: &[u8]) -> Result<Command> {
    let request: ioctl::PersistRequest = read(header, input)?;
    zero(request.reserved)?;
    let id = request.id;
    Ok(Command::Persist {
        unit: header.unit,
        what: match request.kind {
            ioctl::persist_kind::CONNECTION => Owned::Connection(ConnectionId(id)),
            ioctl::persist_kind::PLUG => Owned::Plug(PlugId(id)),
            ioctl::persist_kind::DIRECTORY => Owned::Directory(DirectoryId(id)),
            _ => return Err(NtStatus::INVALID_PARAMETER),
        },
    })
}

fn direction(raw: u32) -> Result<Direction> {
    Direction::from_raw(raw).ok_or(NtStatus::INVALID_PARAMETER)
}

fn read_connect(header: RequestHeader, input: &[u8]) -> Result<Connect> {
    let request: ioctl::ConnectRequest = read(header, input)?;
    zero(request.reserved)?;
    flags(request.flags, ioctl::connect_flags::ALL)?;
    let neither = request.output == PlugId::NONE && request.input == PlugId::NONE;
    let known_type = matches!(
        request.connect_type,
        connect_type::BROADCAST | connect_type::POINT_TO_POINT
    );
    if neither || !known_type {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    Ok(Connect {
        unit: header.unit,
        output: request.output,
        input: request.input,
        connect_type: request.connect_type,
        persist: request.flags & ioctl::connect_flags::PERSIST != 0,
        format: request.format,
    })
}

/// The request as a whole: neither longer nor shorter, and the header says so too.
fn read<T: FromBytes + Immutable + KnownLayout>(header: RequestHeader, input: &[u8]) -> Result<T> {
    let (request, rest) = T::read_from_prefix(input).map_err(|_| NtStatus::BUFFER_TOO_SMALL)?;
    if !rest.is_empty() || usize::try_from(header.size) != Ok(input.len()) {
        return Err(NtStatus::INFO_LENGTH_MISMATCH);
    }
    Ok(request)
}

fn zero(reserved: u32) -> Result<()> {
    if reserved == 0 {
        Ok(())
    } else {
        Err(NtStatus::INVALID_PARAMETER)
    }
}

fn flags(given: u32, known: u32) -> Result<()> {
    zero(given & !known)
}

fn no_unit(unit: UnitId) -> Result<()> {
    if unit == UnitId::NONE {
        Ok(())
    } else {
        Err(NtStatus::INVALID_PARAMETER)
    }
}
