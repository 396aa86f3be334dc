//! Control requests: from bytes to commands, with every rule that needs no state.

use plug61883_abi::av61883::{CipDataFormat, connect_type, unit_info_level};
use plug61883_abi::ids::{ConnectionId, Direction, PlugId, UnitId};
use plug61883_abi::ioctl::{self, RequestHeader};
use plug61883_abi::pcr::MAX_PLUG_NUMBER;
use plug61883_abi::status::NtStatus;
use zerocopy::{FromBytes, Immutable, KnownLayout};

use crate::Result;

/// What a control request asks for; its values are in range, its ids not looked up yet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Command {
    /// [`ioctl::QUERY_INTERFACE`]
    Interface,
    /// [`ioctl::LIST_UNITS`]
    ListUnits,
    /// [`ioctl::UNIT_INFO`]
    UnitInfo {
        /// Unit asked for.
        unit: UnitId,
        /// Level asked for.
        level: u32,
    },
    /// [`ioctl::GET_PLUG`]
    GetPlug {
        /// The plug's unit.
        unit: UnitId,
        /// Which way it faces.
        direction: Direction,
        /// Its number, 0..=30.
        number: u8,
    },
    /// [`ioctl::PLUG_STATE`]
    PlugState {
        /// The plug's unit, or [`UnitId::NONE`].
        unit: UnitId,
        /// The plug.
        plug: PlugId,
    },
    /// [`ioctl::LIST_PLUGS`], of all units with [`UnitId::NONE`].
    ListPlugs(UnitId),
    /// [`ioctl::LIST_CONNECTIONS`], of all units with [`UnitId::NONE`].
    ListConnections(UnitId),
    /// [`ioctl::CONNECT`]
    Connect(Connect),
    /// [`ioctl::DISCONNECT`]
    Disconnect {
        /// The connection's unit, or [`UnitId::NONE`].
        unit: UnitId,
        /// The connection.
        connection: ConnectionId,
        /// Break it although another handle owns it.
        force: bool,
    },
}

/// Arguments of [`Command::Connect`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Connect {
    /// The plugs' unit, or [`UnitId::NONE`].
    pub unit: UnitId,
    /// Output plug, or [`PlugId::NONE`].
    pub output: PlugId,
    /// Input plug, or [`PlugId::NONE`].
    pub input: PlugId,
    /// Broadcast or point-to-point.
    pub connect_type: u32,
    /// It outlives the handle.
    pub persist: bool,
    /// Format of the stream.
    pub format: CipDataFormat,
}

/// A command and the time that it may take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decoded {
    /// The command.
    pub command: Command,
    /// Milliseconds.
    pub timeout_ms: u32,
}

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

/// Bytes of a code's reply, of a list its fixed part; `None` for an unknown code.
fn reply_size(code: u32) -> Option<usize> {
    Some(match code {
        ioctl::QUERY_INTERFACE => size_of::<ioctl::Interface>(),
        ioctl::LIST_UNITS | ioctl::LIST_PLUGS | ioctl::LIST_CONNECTIONS => size_of::<ioctl::List>(),
        ioctl::UNIT_INFO => size_of::<ioctl::UnitInfo>(),
        ioctl::GET_PLUG => size_of::<ioctl::PlugReply>(),
        ioctl::PLUG_STATE => size_of::<ioctl::PlugState>(),
        ioctl::CONNECT => size_of::<ioctl::ConnectReply>(),
        ioctl::DISCONNECT => size_of::<ioctl::ReplyHeader>(),
        _ => return None,
    })
}

fn read_command(code: u32, header: RequestHeader, input: &[u8]) -> Result<Command> {
    let unit = header.unit;
    Ok(match code {
        ioctl::QUERY_INTERFACE => {
            read::<RequestHeader>(header, input)?;
            no_unit(unit)?;
            Command::Interface
        }
        ioctl::LIST_UNITS => {
            read::<RequestHeader>(header, input)?;
            no_unit(unit)?;
            Command::ListUnits
        }
        ioctl::UNIT_INFO => {
            let request: ioctl::UnitInfoRequest = read(header, input)?;
            zero(request.reserved)?;
            match request.level {
                unit_info_level::IDS
                | unit_info_level::CAPABILITIES
                | unit_info_level::BUS_GENERATION_NODE
                | unit_info_level::DDI_VERSION => Command::UnitInfo {
                    unit,
                    level: request.level,
                },
                _ => return Err(NtStatus::INVALID_PARAMETER),
            }
        }
        ioctl::GET_PLUG => {
            let request: ioctl::PlugRequest = read(header, input)?;
            let direction =
                Direction::from_raw(request.direction).ok_or(NtStatus::INVALID_PARAMETER)?;
            if request.number > MAX_PLUG_NUMBER {
                return Err(NtStatus::INVALID_PARAMETER);
            }
            Command::GetPlug {
                unit,
                direction,
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
        ioctl::LIST_PLUGS => {
            read::<RequestHeader>(header, input)?;
            Command::ListPlugs(unit)
        }
        ioctl::LIST_CONNECTIONS => {
            read::<RequestHeader>(header, input)?;
            Command::ListConnections(unit)
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
        _ => return Err(NtStatus::INVALID_DEVICE_REQUEST),
    })
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
