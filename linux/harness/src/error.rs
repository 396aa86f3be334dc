//! What can go wrong, each in one clear line, followed by the end of the log where that helps.

use std::{io, path::PathBuf, time::Duration};

use crate::{findings::Finding, trace::Malformed};

/// A result of the harness.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why the harness gave up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or process operation failed.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// Why it failed.
        source: io::Error,
    },
    /// Wine is not installed.
    #[error("no wine64 found: install the packages wine and wine64, or set WINE to its loader")]
    NoWine,
    /// A file that the bench needs was not built.
    #[error("{0} is missing: build it first")]
    Missing(PathBuf),
    /// A service name or device instance has characters that it can't have.
    #[error("{0:?} is not a {1}")]
    BadName(String, &'static str),
    /// A driver was installed too late.
    #[error("driver {0} must be installed before the bench is started")]
    AlreadyStarted(String),
    /// Something was asked of a bench that was not started.
    #[error("the bench is not started")]
    NotStarted,
    /// Something took too long.
    #[error("{what} took longer than {limit:?}{tail}")]
    Timeout {
        /// What took too long.
        what: String,
        /// The limit.
        limit: Duration,
        /// The end of the log.
        tail: Tail,
    },
    /// A command of the PnP manager stand-in failed.
    #[error("pnpctl {command}: {text}{tail}")]
    Pnp {
        /// The command.
        command: String,
        /// The NTSTATUS of the operation if it was carried out.
        status: Option<u32>,
        /// What pnpctl said.
        text: String,
        /// The end of the log.
        tail: Tail,
    },
    /// A process ended before its time.
    #[error("{what} ended unexpectedly{tail}")]
    Ended {
        /// The process.
        what: String,
        /// The end of the log.
        tail: Tail,
    },
    /// A program answered what nobody understands.
    #[error("{what} answered {text:?}")]
    Unexpected {
        /// The program.
        what: String,
        /// Its answer.
        text: String,
    },
    /// A driver traced an event that can't be decoded.
    #[error("{0}")]
    Trace(#[from] Malformed),
    /// The log holds findings.
    #[error("{}", show(.0))]
    Findings(Vec<Finding>),
    /// Processes of the prefix could not be ended.
    #[error("processes {0:?} of the Wine prefix do not end")]
    Leftover(Vec<u32>),
}

impl Error {
    /// Turns an I/O error into one that says what was tried.
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }

    /// The NTSTATUS of a PnP command that was carried out and failed.
    pub fn pnp_status(&self) -> Option<u32> {
        match self {
            Self::Pnp { status, .. } => *status,
            _ => None,
        }
    }
}

fn show(findings: &[Finding]) -> String {
    findings
        .iter()
        .map(Finding::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

/// The end of the log, shown indented below a message.
#[derive(Debug, Default)]
pub struct Tail(pub Vec<String>);

impl std::fmt::Display for Tail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.0.is_empty() {
            write!(f, "; the log ends with")?;
        }
        self.0.iter().try_for_each(|line| write!(f, "\n    {line}"))
    }
}
