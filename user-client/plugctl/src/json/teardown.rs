//! What came of a teardown.

use plug61883::links::{LinkError, Outcome, Report};
use serde::Serialize;

use super::Error;
use super::links::{Answer, error, family, fire_wire};
use crate::commands::links::teardown;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Teardown<'a> {
    dry_run: bool,
    results: Vec<Torn<'a>>,
    summary: Summary,
    errors: Vec<Error>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Torn<'a> {
    family: &'static str,
    id: &'a str,
    name: &'a str,
    device: Option<&'a str>,
    fire_wire: &'static str,
    outcome: &'static str,
    answer: Option<Answer>,
    error: Option<Error>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Summary {
    would_break: usize,
    broken: usize,
    already_gone: usize,
    may_not: usize,
    failed: usize,
    left_alone: usize,
}

impl<'a> Teardown<'a> {
    pub(crate) fn new(dry_run: bool, report: &'a Report) -> Self {
        let summary = report.summary();
        let entries = report.entries.iter().map(|entry| Torn {
            family: family(entry.family),
            id: &entry.id,
            name: &entry.name,
            device: entry.belongs_to.device.as_deref(),
            fire_wire: fire_wire(&entry.belongs_to),
            outcome: outcome(&entry.outcome),
            answer: entry.outcome.code().map(Answer::from),
            error: match &entry.outcome {
                Outcome::MayNot(failed) | Outcome::Failed(failed) => Some(error(failed)),
                _ => None,
            },
        });
        Self {
            dry_run,
            results: entries.collect(),
            summary: Summary {
                would_break: summary.would_break,
                broken: summary.broken,
                already_gone: summary.already_gone,
                may_not: summary.may_not,
                failed: summary.failed,
                left_alone: summary.left_alone,
            },
            errors: report.troubles.iter().map(trouble).collect(),
        }
    }
}

fn trouble(error: &LinkError) -> Error {
    Error::from(&teardown::failure(error))
}

const fn outcome(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::WouldBreak => "would_break",
        Outcome::Broken(_) => "broken",
        Outcome::AlreadyGone(_) => "already_gone",
        Outcome::MayNot(_) => "may_not",
        Outcome::LeftAlone => "left_alone",
        // The library may get further ones.
        _ => "failed",
    }
}
