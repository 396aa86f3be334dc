//! What makes a command fail, and the exit code of each.

use std::fmt;
use std::path::PathBuf;
use std::process::ExitCode;

use plug61883::links::{LinkError, LinkErrorKind};
use plug61883::{ConnectionId, Error, Reason, Source, UnitId};

use crate::advice;
use crate::attributes::PlugPlace;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done = 0,
    /// The operation failed.
    Failed = 1,
    /// Wrong usage.
    Usage = 2,
    /// No driver, no unit, or a system without what the command needs.
    Absent = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command failed. `Display`: one line, what was asked, what came of it, what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Wrong usage.
    Usage {
        /// What is wrong.
        what: String,
        /// What to do.
        advice: &'static str,
    },
    /// The driver has no unit.
    NoUnit,
    /// This computer has no such plug that was made through the unit's driver.
    NoLocalPlug {
        /// The unit.
        unit: UnitId,
        /// The plug.
        plug: PlugPlace,
    },
    /// A file could not be written.
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// The driver has no unit with this EUI-64.
    NoSuchUnit {
        /// The EUI-64.
        eui64: u64,
    },
    /// A connection that was held is gone.
    Gone {
        /// The connection.
        connection: ConnectionId,
        /// Why, where that is known.
        reason: Option<Reason>,
    },
    /// It was asked whether to do it, and the answer was no.
    Declined,
    /// Fewer events came in the time than were wanted.
    Few {
        /// Events that came.
        came: u64,
        /// Events that were wanted.
        wanted: u64,
    },
    /// The terminal could not be used: what Windows or Linux said.
    Terminal(String),
    /// The driver could not be reached, or a request failed.
    Driver(Error),
    /// A teardown was to break something by its name, and has found nothing of that name.
    NotListed {
        /// The name.
        name: String,
    },
    /// Something else than a plug connection could not be listed or disconnected. Never an error
    /// of the driver.
    Link(Box<LinkError>),
}

impl Failure {
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Usage { .. } => Exit::Usage,
            Self::NoUnit | Self::NoSuchUnit { .. } => Exit::Absent,
            Self::Driver(error) if error.is_no_driver() => Exit::Absent,
            Self::Driver(error) if is_unknown_unit(error) => Exit::Absent,
            Self::Link(error) if error.is_absent() => Exit::Absent,
            // A name of several is as a unit that is to be named.
            Self::Link(error) if matches!(error.kind(), LinkErrorKind::Ambiguous { .. }) => {
                Exit::Usage
            }
            Self::Driver(_)
            | Self::Link(_)
            | Self::NotListed { .. }
            | Self::Declined
            | Self::Few { .. }
            | Self::Gone { .. }
            | Self::NoLocalPlug { .. }
            | Self::Write { .. }
            | Self::Terminal(_) => Exit::Failed,
        }
    }

    /// The failure's kind, as JSON names it.
    pub(crate) fn kind(&self) -> &'static str {
        use plug61883::ErrorKind;
        match self {
            Self::Usage { .. } => "usage",
            Self::NoUnit | Self::NoSuchUnit { .. } => "no_unit",
            Self::Gone { .. } => "gone",
            Self::NoLocalPlug { .. } => "no_plug",
            Self::Write { .. } => "file",
            Self::Declined => "declined",
            Self::Few { .. } => "timeout",
            Self::Terminal(_) => "terminal",
            Self::Driver(error) if is_unknown_unit(error) => "no_unit",
            Self::Driver(error) => match error.kind() {
                ErrorKind::NoDriver => "no_driver",
                ErrorKind::Open { .. } => "open",
                ErrorKind::Status(_) => "status",
                ErrorKind::Version { .. } => "version",
                _ => "reply",
            },
            Self::Link(error) => link_kind(error),
            Self::NotListed { .. } => "unknown_name",
        }
    }

    /// What was asked and what came of it.
    pub(crate) fn what(&self) -> String {
        match self {
            Self::Usage { what, .. } => what.clone(),
            Self::NoUnit => "no unit is there".to_owned(),
            Self::NoLocalPlug { unit, plug } => {
                format!("no {plug} is there that was made through unit {unit}")
            }
            Self::Write { path, why } => format!("could not write {}: {why}", path.display()),
            Self::NoSuchUnit { eui64 } => format!("no unit has the EUI-64 {eui64:016X}"),
            Self::Gone { connection, reason } => {
                let why = match reason {
                    Some(Reason::Forced) => "somebody broke it with --force",
                    Some(Reason::Lost) => "61883.sys could not keep it over a bus reset",
                    Some(Reason::UnitGone) => "its unit has left",
                    _ => "the driver does not know it any more",
                };
                format!("connection {connection} is gone: {why}")
            }
            Self::Declined => "nothing was done: it was not confirmed".to_owned(),
            Self::Few { came, wanted } => format!("{came} of {wanted} events came in time"),
            Self::Terminal(said) => format!("could not use the terminal: {said}"),
            Self::Driver(error) => error.to_string(),
            Self::Link(error) => error.to_string(),
            Self::NotListed { name } => format!("nothing has the id or name \"{name}\""),
        }
    }

    /// What to do.
    pub(crate) fn advice(&self) -> &'static str {
        match self {
            Self::Usage { advice, .. } => advice,
            Self::NoUnit => advice::NO_UNIT,
            Self::NoLocalPlug { .. } => "\"plugctl snapshot\" lists the plugs of this computer",
            Self::Write { .. } => "name one that can be written to",
            Self::NoSuchUnit { .. } => advice::LIST_UNITS,
            Self::Gone { reason, .. } => match reason {
                Some(Reason::UnitGone) => advice::LIST_UNITS,
                _ => "connect again if it is still wanted",
            },
            Self::Declined => "answer \"y\", or give --yes",
            Self::Few { .. } => "wait longer, with another --timeout",
            Self::Terminal(_) => "use another terminal, or \"plugctl monitor\"",
            Self::Driver(error) => advice::advice(error),
            Self::Link(error) => advice::links::advice(error),
            Self::NotListed { .. } => {
                "\"plugctl teardown --dry-run\" lists what there is; what --only leaves out is not looked at"
            }
        }
    }
}

/// The kind of a link's error, as JSON names it.
fn link_kind(error: &LinkError) -> &'static str {
    match error.kind() {
        LinkErrorKind::NeedsWindows => "needs_windows",
        _ if error.is_absent() => "no_interface",
        _ if error.is_already_disconnected() => "already_disconnected",
        _ if error.may_not_be_broken() => "may_not_be_broken",
        LinkErrorKind::Unknown | LinkErrorKind::BadName => "unknown_name",
        LinkErrorKind::Ambiguous { .. } => "ambiguous_name",
        _ => "answer",
    }
}

/// Whether plug61883 said that it has no such unit, not that one left in the middle of something.
fn is_unknown_unit(error: &Error) -> bool {
    error.status() == Some(plug61883::NtStatus::NO_SUCH_DEVICE)
        && error.source() == Some(Source::Plug61883)
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}; {}", self.what(), self.advice())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Driver(error)
    }
}

impl From<LinkError> for Failure {
    fn from(error: LinkError) -> Self {
        match error.kind() {
            LinkErrorKind::Plug(error) => Self::Driver(*error),
            _ => Self::Link(Box::new(error)),
        }
    }
}
