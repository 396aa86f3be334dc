//! The one error type, and what it keeps.

use std::fmt;

use plug61883_abi::ioctl::INTERFACE_VERSION;
use plug61883_abi::status::NtStatus;

use crate::asked::Asked;
use crate::transport::Failure;

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
    /// It answers another question: offset of a register.
    Offset(u32),
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
    /// A snapshot is neither complete (1) nor incomplete (0).
    Complete(u32),
    /// An event has another number than the one that is due.
    Sequence {
        /// Its number.
        got: u64,
        /// The number that is due.
        due: u64,
    },
    /// A wait for events ended well, with none.
    NoEvent,
    /// A plug that was made has a number past the last.
    PlugNumber(u32),
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
            Self::Offset(offset) => {
                write!(
                    f,
                    "the register at {offset:#x} came, which was not asked for"
                )
            }
            Self::NoId => f.write_str("a reply tells of success and has no id"),
            Self::Count { count, total } => {
                write!(f, "a list of {total} entries came with {count}")
            }
            Self::Long(size) => write!(f, "a list of {size} bytes makes no sense"),
            Self::Unsettled => f.write_str("a list grew each time it was asked for"),
            Self::Complete(complete) => {
                write!(
                    f,
                    "a snapshot says {complete} where 0 or 1 tells whether it is complete"
                )
            }
            Self::Sequence { got, due } => {
                write!(f, "event {got} came where event {due} was due")
            }
            Self::PlugNumber(number) => write!(f, "a plug with number {number} can't be"),
            Self::NoEvent => f.write_str("a wait for events ended without one"),
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
///
/// ```
/// # use plug61883::*;
/// # fn main() -> Result<(), Error> {
/// # let simulator = plug61883_sim::Simulator::new();
/// # let driver = simulator.open(Access::Change)?;
/// # let units = Units::enumerate(&driver)?;
/// # let unit = units.iter().next().unwrap();
/// let error = unit.plug(Direction::Out, 9).unwrap_err();
/// assert_eq!(error.status(), Some(NtStatus::INVALID_PARAMETER));
/// // The protocol driver says so; plug61883 passed the question on.
/// assert_eq!(error.source(), Some(Source::Protocol));
/// println!("{error}");
/// # Ok(())
/// # }
/// ```
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

    /// Whether plug61883 does not manage the unit, because its protocol driver speaks DDI version
    /// 1 only. A driver of another interface version says the same.
    #[must_use]
    pub fn is_unsupported(&self) -> bool {
        self.status() == Some(NtStatus::REVISION_MISMATCH)
            && self.source() == Some(Source::Plug61883)
            && self.asked.is_of_unit()
    }

    /// Whether the request was cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.status() == Some(NtStatus::CANCELLED) && self.source() != Some(Source::Protocol)
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
            ErrorKind::Status(answer) if self.is_unsupported() => {
                format!("{answer}: another version, of this interface or of the unit's DDI")
            }
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

/// Names of the Win32 errors that opening a device or starting a driver gives.
pub(crate) const fn win32_name(code: u32) -> Option<&'static str> {
    Some(match code {
        2 => "ERROR_FILE_NOT_FOUND",
        5 => "ERROR_ACCESS_DENIED",
        8 => "ERROR_NOT_ENOUGH_MEMORY",
        21 => "ERROR_NOT_READY",
        31 => "ERROR_GEN_FAILURE",
        32 => "ERROR_SHARING_VIOLATION",
        120 => "ERROR_CALL_NOT_IMPLEMENTED",
        127 => "ERROR_PROC_NOT_FOUND",
        170 => "ERROR_BUSY",
        577 => "ERROR_INVALID_IMAGE_HASH",
        1058 => "ERROR_SERVICE_DISABLED",
        1077 => "ERROR_SERVICE_NEVER_STARTED",
        1167 => "ERROR_DEVICE_NOT_CONNECTED",
        1450 => "ERROR_NO_SYSTEM_RESOURCES",
        1275 => "ERROR_DRIVER_BLOCKED",
        1617 => "ERROR_DEVICE_REMOVED",
        1816 => "ERROR_NOT_ENOUGH_QUOTA",
        _ => return None,
    })
}
