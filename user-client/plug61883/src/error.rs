//! The one error type, and what it keeps.

use std::fmt;

use plug61883_abi::ids::{ConnectionId, Direction, PlugId, UnitId};
use plug61883_abi::ioctl::INTERFACE_VERSION;
use plug61883_abi::status::NtStatus;

use crate::transport::{Access, Failure};

/// Who gave a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// The protocol driver, 61883.sys.
    Protocol,
    /// plug61883.sys itself; nothing was asked of the protocol driver, or its answer was not
    /// waited for.
    Plug61883,
    /// Windows, before plug61883.sys saw the request.
    Windows,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Protocol => "the protocol driver",
            Self::Plug61883 => "plug61883",
            Self::Windows => "Windows",
        })
    }
}

/// A status and who gave it. `Display`: `STATUS_SUCCESS (0x00000000) from the protocol driver`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The NTSTATUS.
    pub status: NtStatus,
    /// Who gave it.
    pub source: Source,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} from {}", self.status, self.source)
    }
}

/// What was asked. `Display` completes "could not ...".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Asked {
    /// To open the driver.
    Open {
        /// For what.
        access: Access,
    },
    /// What the driver is.
    Interface,
    /// The list of units.
    Units,
    /// Information about a unit.
    UnitInfo {
        /// The unit.
        unit: UnitId,
        /// Level of `GET_UNIT_INFO`.
        level: u32,
    },
    /// A plug, by its number.
    Plug {
        /// Its unit.
        unit: UnitId,
        /// Its direction.
        direction: Direction,
        /// Its number.
        number: u32,
    },
    /// The state of a plug.
    PlugState {
        /// The plug.
        plug: PlugId,
    },
    /// The list of plugs.
    Plugs,
    /// The list of connections.
    Connections,
    /// To make a connection.
    Connect {
        /// The unit.
        unit: UnitId,
        /// Output plug, or none.
        output: PlugId,
        /// Input plug, or none.
        input: PlugId,
    },
    /// To break a connection.
    Disconnect {
        /// The connection.
        connection: ConnectionId,
    },
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Open {
                access: Access::Query,
            } => f.write_str("open the driver"),
            Self::Open {
                access: Access::Change,
            } => f.write_str("open the driver for changes"),
            Self::Interface => f.write_str("ask the driver for its version"),
            Self::Units => f.write_str("list the units"),
            Self::UnitInfo { unit, level } => {
                let what = crate::unit::level_text(level);
                write!(f, "read {what} of unit {unit}")
            }
            Self::Plug {
                unit,
                direction,
                number,
            } => {
                write!(f, "get {direction}[{number}] of unit {unit}")
            }
            Self::PlugState { plug } => write!(f, "read the state of plug {plug}"),
            Self::Plugs => f.write_str("list the plugs"),
            Self::Connections => f.write_str("list the connections"),
            Self::Connect {
                unit,
                output,
                input,
            } => match (output, input) {
                (PlugId::NONE, PlugId::NONE) => write!(f, "connect no plug of unit {unit}"),
                (plug, PlugId::NONE) | (PlugId::NONE, plug) => write!(f, "connect plug {plug}"),
                (output, input) => write!(f, "connect plug {output} to {input}"),
            },
            Self::Disconnect { connection } => write!(f, "break connection {connection}"),
        }
    }
}

/// What is wrong with a reply that can't be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReplyFault {
    /// It has another length than it should.
    Length {
        /// Bytes that came.
        got: usize,
        /// Bytes that should have come.
        wanted: usize,
    },
    /// The size in its header is not that of the reply.
    Size {
        /// What the header says.
        said: u32,
        /// What it should say.
        wanted: u64,
    },
    /// The origin of its status is none that exists.
    Origin(u32),
    /// It answers another question: level of `GET_UNIT_INFO`.
    Level(u32),
    /// It claims success and gives no id.
    NoId,
    /// A list tells more entries that follow than there are.
    Count {
        /// Entries that follow.
        count: u32,
        /// Entries that there are.
        total: u32,
    },
    /// A list is longer than any that makes sense, in bytes.
    Long(usize),
    /// A list that never came whole.
    Unsettled,
}

impl fmt::Display for ReplyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { got, wanted } => {
                write!(f, "a reply of {got} bytes came where {wanted} were due")
            }
            Self::Size { said, wanted } => {
                write!(f, "a reply says that it has {said} bytes, it has {wanted}")
            }
            Self::Origin(origin) => {
                write!(
                    f,
                    "a reply names {origin} as origin of its status, which means nothing"
                )
            }
            Self::Level(level) => {
                write!(f, "a reply of level {level} came, which was not asked for")
            }
            Self::NoId => f.write_str("a reply tells of success and has no id"),
            Self::Count { count, total } => {
                write!(f, "a list of {total} entries came with {count}")
            }
            Self::Long(size) => write!(f, "a list of {size} bytes makes no sense"),
            Self::Unsettled => f.write_str("a list grew each time it was asked for"),
        }
    }
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There is no driver: not installed, not started, or no unit is there.
    NoDriver,
    /// Windows did not open the driver.
    Open {
        /// Win32 error code.
        win32: u32,
    },
    /// A request failed.
    Status(Answer),
    /// The driver speaks another version of the interface.
    Version {
        /// Its version.
        driver: u16,
    },
    /// A reply that can't be understood.
    Reply(ReplyFault),
}

/// What was asked, what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    asked: Asked,
    kind: ErrorKind,
}

impl Error {
    /// An error, for a [`crate::Transport`] that has to make one.
    #[must_use]
    pub const fn new(asked: Asked, kind: ErrorKind) -> Self {
        Self { asked, kind }
    }

    pub(crate) const fn refused(asked: Asked, failure: Failure) -> Self {
        let Failure { status, source } = failure;
        Self::new(asked, ErrorKind::Status(Answer { status, source }))
    }

    /// What was asked.
    #[must_use]
    pub const fn asked(&self) -> Asked {
        self.asked
    }

    /// What went wrong.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The status and who gave it, when a request failed.
    #[must_use]
    pub const fn answer(&self) -> Option<Answer> {
        match self.kind {
            ErrorKind::Status(answer) => Some(answer),
            _ => None,
        }
    }

    /// The NTSTATUS, when a request failed.
    #[must_use]
    pub const fn status(&self) -> Option<NtStatus> {
        match self.kind {
            ErrorKind::Status(answer) => Some(answer.status),
            _ => None,
        }
    }

    /// Who failed the request; Windows, when it did not open the driver.
    #[must_use]
    pub const fn source(&self) -> Option<Source> {
        match self.kind {
            ErrorKind::Status(answer) => Some(answer.source),
            ErrorKind::Open { .. } => Some(Source::Windows),
            _ => None,
        }
    }

    /// Whether there is no driver.
    #[must_use]
    pub const fn is_no_driver(&self) -> bool {
        matches!(self.kind, ErrorKind::NoDriver)
    }

    /// Whether the unit is gone, or never was.
    #[must_use]
    pub fn is_unit_gone(&self) -> bool {
        matches!(
            self.status(),
            Some(
                NtStatus::NO_SUCH_DEVICE
                    | NtStatus::DEVICE_REMOVED
                    | NtStatus::DEVICE_DOES_NOT_EXIST
            )
        )
    }

    /// Whether the same request can succeed a little later with nothing changed meanwhile: the
    /// device was busy or not ready, or did not answer in time.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.status(),
            Some(
                NtStatus::DEVICE_BUSY
                    | NtStatus::DEVICE_NOT_READY
                    | NtStatus::REQUEST_NOT_ACCEPTED
                    | NtStatus::IO_TIMEOUT
            )
        )
    }

    /// What the system said, without what was asked; one line.
    #[must_use]
    pub fn said(&self) -> String {
        match self.kind {
            ErrorKind::NoDriver => r"there is no driver at \\.\Plug61883".to_owned(),
            ErrorKind::Open { win32 } => match win32_name(win32) {
                Some(name) => format!("{name} ({win32}) from Windows"),
                None => format!("Win32 error {win32} from Windows"),
            },
            ErrorKind::Status(answer) => match answer.status.meaning() {
                Some(meaning) => format!("{answer}: {meaning}"),
                None => answer.to_string(),
            },
            ErrorKind::Version { driver } => format!(
                "the driver speaks interface version {driver}, this program {INTERFACE_VERSION}"
            ),
            ErrorKind::Reply(fault) => fault.to_string(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "could not {}: {}", self.asked, self.said())
    }
}

impl std::error::Error for Error {}

/// Names of the Win32 errors that opening a device gives.
const fn win32_name(code: u32) -> Option<&'static str> {
    Some(match code {
        5 => "ERROR_ACCESS_DENIED",
        8 => "ERROR_NOT_ENOUGH_MEMORY",
        21 => "ERROR_NOT_READY",
        31 => "ERROR_GEN_FAILURE",
        32 => "ERROR_SHARING_VIOLATION",
        170 => "ERROR_BUSY",
        1167 => "ERROR_DEVICE_NOT_CONNECTED",
        1450 => "ERROR_NO_SYSTEM_RESOURCES",
        1617 => "ERROR_DEVICE_REMOVED",
        1816 => "ERROR_NOT_ENOUGH_QUOTA",
        _ => return None,
    })
}
