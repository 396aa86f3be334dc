//! What carries requests to the driver.

use std::time::Duration;

use plug61883_abi::ioctl;
use plug61883_abi::status::NtStatus;

use crate::error::Source;

/// What a handle may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Queries. Every user may open the driver so.
    Query,
    /// Queries, and changes such as connect and disconnect. Takes an administrator.
    Change,
}

impl Access {
    /// Whether a handle with this access may send the control code: Windows itself refuses
    /// another one.
    #[must_use]
    pub const fn allows(self, code: u32) -> bool {
        match self {
            Self::Query => ioctl::required_access(code) & ioctl::WRITE_ACCESS == 0,
            Self::Change => true,
        }
    }
}

/// One IOCTL to be sent.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Call<'a> {
    /// Control code.
    pub code: u32,
    /// Input buffer.
    pub input: &'a [u8],
    /// Cancel the request when it has not completed after this time.
    pub cancel_after: Option<Duration>,
}

impl<'a> Call<'a> {
    /// An IOCTL that nobody cancels.
    #[must_use]
    pub const fn new(code: u32, input: &'a [u8]) -> Self {
        Self {
            code,
            input,
            cancel_after: None,
        }
    }

    /// The same, cancelled when it has not completed after `time`.
    #[must_use]
    pub const fn cancel_after(mut self, time: Option<Duration>) -> Self {
        self.cancel_after = time;
        self
    }
}

/// How an IOCTL completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The NTSTATUS, as the driver completed the request with.
    pub status: NtStatus,
    /// `IoStatus.Information`: for a success, bytes written to the output buffer.
    pub information: usize,
}

/// An IOCTL that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The NTSTATUS.
    pub status: NtStatus,
    /// Who gave it: [`Source::Plug61883`] or [`Source::Windows`].
    pub source: Source,
}

/// Carries IOCTLs to something that answers as plug61883.sys does.
///
/// Connections belong to the transport: dropping it breaks those that do not persist.
pub trait Transport: Send + Sync {
    /// Sends one IOCTL and waits for its completion. Returns the bytes written to `output`.
    ///
    /// # Errors
    ///
    /// The status, when it is not a success; nothing was written then.
    fn ioctl(&self, call: &Call<'_>, output: &mut [u8]) -> Result<usize, Failure>;

    /// Asks for every request under way to be cancelled; returns at once.
    fn cancel(&self);
}
