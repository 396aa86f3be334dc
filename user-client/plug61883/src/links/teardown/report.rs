//! What came of a teardown.

use std::fmt;

use crate::links::{BelongsTo, Family, Link, LinkCode, LinkError};

/// What came of one link.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It would be broken; nothing was done.
    WouldBreak,
    /// It was broken; what the interface answered, where it answers anything.
    Broken(Option<LinkCode>),
    /// It was gone already.
    AlreadyGone(LinkError),
    /// It may not be broken.
    MayNot(LinkError),
    /// Breaking it failed.
    Failed(LinkError),
    /// It was left alone: it is not known to be of a 1394 device, and was not named.
    LeftAlone,
}

impl From<Result<Option<LinkCode>, LinkError>> for Outcome {
    fn from(result: Result<Option<LinkCode>, LinkError>) -> Self {
        match result {
            Ok(code) => Self::Broken(code),
            Err(error) if error.is_already_disconnected() => Self::AlreadyGone(error),
            Err(error) if error.may_not_be_broken() => Self::MayNot(error),
            Err(error) => Self::Failed(error),
        }
    }
}

impl Outcome {
    /// Why it was not broken.
    #[must_use]
    pub const fn error(&self) -> Option<&LinkError> {
        match self {
            Self::AlreadyGone(error) | Self::MayNot(error) | Self::Failed(error) => Some(error),
            _ => None,
        }
    }

    /// What the interface answered.
    #[must_use]
    pub const fn code(&self) -> Option<LinkCode> {
        match self {
            Self::Broken(code) => *code,
            _ => match self.error() {
                Some(error) => error.code(),
                None => None,
            },
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WouldBreak => "would be broken",
            Self::Broken(_) => "broken",
            Self::AlreadyGone(_) => "already gone",
            Self::MayNot(_) => "may not be broken",
            Self::Failed(_) => "failed",
            Self::LeftAlone => "left alone",
        })
    }
}

/// A link, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// Its family.
    pub family: Family,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The device that it belongs to.
    pub belongs_to: BelongsTo,
    /// What came of it.
    pub outcome: Outcome,
}

impl Entry {
    pub(super) fn new(link: &dyn Link, outcome: Outcome) -> Self {
        Self {
            family: link.family(),
            id: link.id(),
            name: link.name(),
            belongs_to: link.belongs_to().clone(),
            outcome,
        }
    }
}

/// How many had which outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// Would be broken.
    pub would_break: usize,
    /// Broken.
    pub broken: usize,
    /// Already gone.
    pub already_gone: usize,
    /// May not be broken.
    pub may_not: usize,
    /// Failed.
    pub failed: usize,
    /// Left alone.
    pub left_alone: usize,
}

/// What came of a teardown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The families that were to be broken.
    pub families: Vec<Family>,
    /// Each link, in the order in which it was broken.
    pub entries: Vec<Entry>,
    /// What could not be listed, or found by its name.
    pub troubles: Vec<LinkError>,
}

impl Report {
    /// How many had which outcome.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        for entry in &self.entries {
            *match entry.outcome {
                Outcome::WouldBreak => &mut summary.would_break,
                Outcome::Broken(_) => &mut summary.broken,
                Outcome::AlreadyGone(_) => &mut summary.already_gone,
                Outcome::MayNot(_) => &mut summary.may_not,
                Outcome::Failed(_) => &mut summary.failed,
                Outcome::LeftAlone => &mut summary.left_alone,
            } += 1;
        }
        summary
    }

    /// Whether nothing is left of what was to be broken. An interface that this system does not
    /// have holds nothing.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        let summary = self.summary();
        let absent = self.troubles.iter().all(LinkError::is_absent);
        summary.may_not == 0 && summary.failed == 0 && absent
    }

    /// Whether this system has none of the interfaces that were asked: programs end with 3 then.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        let is_absent = |family: &Family| {
            let mut troubles = self.troubles.iter();
            troubles.any(|error| error.family() == *family && error.is_absent())
        };
        self.entries.is_empty() && !self.families.is_empty() && self.families.iter().all(is_absent)
    }
}
