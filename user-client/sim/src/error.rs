//! What can't be done, and what can't be read.

use std::fmt;

use plug61883_abi::status::NtStatus;

/// A change of the simulation that could not be made. One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeError(String);

impl ChangeError {
    pub(crate) const fn new(text: String) -> Self {
        Self(text)
    }
}

impl From<NtStatus> for ChangeError {
    fn from(status: NtStatus) -> Self {
        Self(match status.meaning() {
            Some(meaning) => format!("{status}: {meaning}"),
            None => status.to_string(),
        })
    }
}

impl fmt::Display for ChangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ChangeError {}

/// A description of a simulation that can't be used. One line: where it is wrong, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    line: Option<usize>,
    text: String,
}

impl ConfigError {
    pub(crate) const fn new(line: Option<usize>, text: String) -> Self {
        Self { line, text }
    }

    /// Line of the description, counted from 1, where it is known.
    #[must_use]
    pub const fn line(&self) -> Option<usize> {
        self.line
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        f.write_str(&self.text)
    }
}

impl std::error::Error for ConfigError {}
