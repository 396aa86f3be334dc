//! The one error type of this module, and what it keeps.

use std::fmt;

use plug61883_abi::status::NtStatus;

use super::codes::{HResult, LinkCode};
use super::{Call, Family};
use crate::{Asked, Error, Source};

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinkErrorKind {
    /// A function of Windows failed.
    Answer {
        /// The function.
        call: Call,
        /// What it answered.
        code: LinkCode,
    },
    /// A function of Windows told of success and gave nothing.
    Nothing {
        /// The function.
        call: Call,
    },
    /// This system is not Windows.
    NeedsWindows,
    /// Nothing has this name or id.
    Unknown,
    /// Several have this name.
    Ambiguous {
        /// How many.
        count: usize,
    },
    /// The name holds a NUL, which no name can.
    BadName,
    /// This value has disconnected it already; nothing was asked of Windows.
    Released,
    /// A list grew each time it was asked for.
    Unsettled,
    /// The driver did not break a plug connection, or did not list them.
    Plug(Error),
}

/// What was asked, of what, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkError {
    family: Family,
    subject: Option<String>,
    kind: LinkErrorKind,
}

impl LinkError {
    /// An error, for a [`Link`](super::Link) that has to make one.
    #[must_use]
    pub const fn new(family: Family, kind: LinkErrorKind) -> Self {
        Self {
            family,
            subject: None,
            kind,
        }
    }

    /// A function that failed.
    #[must_use]
    pub const fn answer(call: Call, code: LinkCode) -> Self {
        Self::new(call.family(), LinkErrorKind::Answer { call, code })
    }

    #[cfg(not(windows))]
    pub(crate) const fn needs_windows(family: Family) -> Self {
        Self::new(family, LinkErrorKind::NeedsWindows)
    }

    /// The same error, told of something by its name.
    #[must_use]
    pub fn of(mut self, subject: &str) -> Self {
        self.subject = Some(subject.to_owned());
        self
    }

    /// The family of what was to be done.
    #[must_use]
    pub const fn family(&self) -> Family {
        self.family
    }

    /// What it was to be done to, where that has a name.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// What went wrong.
    #[must_use]
    pub const fn kind(&self) -> &LinkErrorKind {
        &self.kind
    }

    /// The function that failed.
    #[must_use]
    pub const fn call(&self) -> Option<Call> {
        match self.kind {
            LinkErrorKind::Answer { call, .. } | LinkErrorKind::Nothing { call } => Some(call),
            _ => None,
        }
    }

    /// What was answered.
    #[must_use]
    pub const fn code(&self) -> Option<LinkCode> {
        match &self.kind {
            LinkErrorKind::Answer { code, .. } => Some(*code),
            LinkErrorKind::Plug(error) => match error.status() {
                Some(status) => Some(LinkCode::Status(status)),
                None => None,
            },
            _ => None,
        }
    }

    /// The documented name of what was answered.
    #[must_use]
    pub const fn code_name(&self) -> Option<&'static str> {
        match self.code() {
            Some(code) => code.name(),
            None => None,
        }
    }

    /// What it means, in plain words.
    #[must_use]
    pub fn meaning(&self) -> String {
        match &self.kind {
            LinkErrorKind::Answer { call, code } => call
                .meaning(*code)
                .unwrap_or("nothing more is known of this answer")
                .to_owned(),
            LinkErrorKind::Nothing { .. } => "it told of success and gave nothing".to_owned(),
            LinkErrorKind::NeedsWindows => format!("{} need Windows", self.family.plural()),
            LinkErrorKind::Unknown => format!("no {} has this name or id", self.family),
            LinkErrorKind::Ambiguous { count } => {
                format!(
                    "{count} {} have this name: give the id",
                    self.family.plural()
                )
            }
            LinkErrorKind::BadName => "no name holds a NUL".to_owned(),
            LinkErrorKind::Released => format!("this {} is already disconnected", self.family),
            LinkErrorKind::Unsettled => "the list grew each time it was asked for".to_owned(),
            LinkErrorKind::Plug(_) if self.is_already_disconnected() => {
                "the plug connection is already gone".to_owned()
            }
            LinkErrorKind::Plug(error) => match error.status().and_then(NtStatus::meaning) {
                Some(meaning) => meaning.to_owned(),
                None => error.said(),
            },
        }
    }

    /// Whether it was disconnected already, so that nothing is left to do.
    #[must_use]
    pub fn is_already_disconnected(&self) -> bool {
        match &self.kind {
            LinkErrorKind::Answer { call, code } => {
                *call == Call::DisconnectConnector && *code == LinkCode::HResult(HResult::NOT_FOUND)
            }
            LinkErrorKind::Released => true,
            // Refused: the id names nothing any more. Failed: the protocol driver has lost it,
            // and the id is gone now. A unit takes its connections with it.
            LinkErrorKind::Plug(error) => {
                matches!(error.asked(), Asked::Disconnect { .. })
                    && (error.status() == Some(NtStatus::INVALID_PARAMETER) || error.is_unit_gone())
            }
            _ => false,
        }
    }

    /// Whether it may not be broken: an audio connection that is permanent, a plug connection of
    /// another program or driver.
    #[must_use]
    pub fn may_not_be_broken(&self) -> bool {
        match &self.kind {
            LinkErrorKind::Answer { call, code } => {
                *call == Call::DisconnectConnector
                    && *code == LinkCode::HResult(HResult::FILE_READ_ONLY)
            }
            LinkErrorKind::Plug(error) => {
                matches!(error.asked(), Asked::Disconnect { .. })
                    && error.status() == Some(NtStatus::ACCESS_DENIED)
                    && error.source() == Some(Source::Plug61883)
            }
            _ => false,
        }
    }

    /// Whether the same request can succeed a little later with nothing changed meanwhile.
    #[must_use]
    pub fn may_help_again(&self) -> bool {
        match &self.kind {
            LinkErrorKind::Answer {
                call: Call::ConnectMachine,
                code,
            } if Call::ConnectMachine.meaning(*code) != code.meaning() => false,
            LinkErrorKind::Answer { code, .. } => code.may_help_again(),
            LinkErrorKind::Unsettled => true,
            LinkErrorKind::Plug(error) => error.is_retryable(),
            _ => false,
        }
    }

    /// Whether this system has no such interface at all: it is not Windows, or a Windows without
    /// it. Programs end with 3 then, as when there is no driver.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        match &self.kind {
            LinkErrorKind::NeedsWindows => true,
            LinkErrorKind::Answer { call, code } => call.is_absent(*code),
            LinkErrorKind::Plug(error) => error.is_no_driver(),
            _ => false,
        }
    }

    /// What the system said, without what was asked; one line.
    #[must_use]
    pub fn said(&self) -> String {
        match &self.kind {
            LinkErrorKind::Answer { call, code } => {
                format!("{code} from {call}: {}", self.meaning())
            }
            LinkErrorKind::Nothing { call } => format!("{call}: {}", self.meaning()),
            LinkErrorKind::Plug(error) => error.said(),
            _ => self.meaning(),
        }
    }

    /// What was asked: "disconnect the connector".
    fn what(&self) -> String {
        match &self.kind {
            LinkErrorKind::Answer { call, .. } | LinkErrorKind::Nothing { call } => {
                call.what().to_owned()
            }
            LinkErrorKind::Released => format!("use the {}", self.family),
            LinkErrorKind::NeedsWindows | LinkErrorKind::Unsettled => match self.family {
                Family::Machine => "list the devices of the machine".to_owned(),
                Family::Router => "connect to the router configuration".to_owned(),
                family => format!("list the {}", family.plural()),
            },
            LinkErrorKind::Unknown | LinkErrorKind::Ambiguous { .. } | LinkErrorKind::BadName => {
                format!("find the {}", self.family)
            }
            LinkErrorKind::Plug(error) => error.asked().to_string(),
        }
    }
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "could not {}", self.what())?;
        if let Some(subject) = &self.subject
            && !matches!(self.kind, LinkErrorKind::Plug(_))
        {
            // A device may have any name; one line stays one line.
            let subject = subject.replace(char::is_control, "\u{FFFD}");
            write!(f, " \"{subject}\"")?;
        }
        write!(f, ": {}", self.said())
    }
}

impl std::error::Error for LinkError {}

impl From<Error> for LinkError {
    fn from(error: Error) -> Self {
        Self::new(Family::Plug, LinkErrorKind::Plug(error))
    }
}
