//! `plugctl doctor`

mod checks;
#[cfg(test)]
mod tests;
mod units;

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use plug61883::system::{SystemFacts, UnitDevice};
use plug61883::{Access, Driver, Error, UnitId, UnitState, Units};
use unicode_width::UnicodeWidthStr;

use crate::failure::{Exit, Failure};
use crate::json;
use crate::output::Output;
use crate::table::printable;

/// What the checks are made on.
struct Facts {
    /// The driver is a simulated one: Windows has nothing to do with it.
    simulated: bool,
    /// What Windows tells; `None` where the system is not Windows.
    system: Option<SystemFacts>,
    /// Whether the control device can be opened for queries, and for changes.
    query: Result<(), Error>,
    change: Result<(), Error>,
    /// Version of the driver, when it could be opened.
    version: Option<Result<[u16; 3], Error>>,
    /// The units that the driver lists, when it could be opened.
    units: Option<Result<Vec<(UnitId, UnitState)>, Error>>,
}

impl Facts {
    fn gather(open: &dyn Fn(Access) -> Result<Driver, Error>, simulated: bool) -> Self {
        let query = open(Access::Query);
        let list = |driver: &Driver| {
            let units = Units::enumerate(driver)?;
            let states = units.iter().filter_map(plug61883::Unit::listed);
            Ok(states.map(|unit| (unit.id, unit.state)).collect())
        };
        let driver = query.as_ref().ok();
        Self {
            simulated,
            system: if simulated {
                None
            } else {
                SystemFacts::gather()
            },
            version: driver.map(|driver| driver.info().map(|info| info.version)),
            units: driver.map(list),
            query: query.map(drop),
            change: open(Access::Change).map(drop),
        }
    }
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing is wrong.
    Ok,
    /// It may be in the way of something.
    Warning,
    /// It is in the way.
    Problem,
    /// It could not be learned.
    Unknown,
}

impl Verdict {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
            Self::Unknown => "unknown",
        }
    }

    const fn style(self) -> Style {
        let colour = match self {
            Self::Ok => AnsiColor::Green,
            Self::Warning => AnsiColor::Yellow,
            Self::Problem => AnsiColor::Red,
            Self::Unknown => return Style::new().dimmed(),
        };
        colour.on_default()
    }
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The check, as JSON names it.
    pub(crate) check: &'static str,
    /// The unit that was checked: its device instance path and its name.
    pub(crate) device: Option<(String, String)>,
    pub(crate) verdict: Verdict,
    /// What was found.
    pub(crate) found: String,
    /// What to do.
    pub(crate) advice: Option<String>,
}

impl Finding {
    fn new(check: &'static str, verdict: Verdict, found: impl Into<String>) -> Self {
        Self {
            check,
            device: None,
            verdict,
            found: found.into(),
            advice: None,
        }
    }

    /// The same, and what to do about it.
    fn advise(self, advice: impl Into<String>) -> Self {
        let advice = Some(advice.into());
        Self { advice, ..self }
    }

    /// The same, of a unit.
    fn of(self, unit: &UnitDevice) -> Self {
        let device = Some((unit.instance.clone(), unit.name.clone()));
        Self { device, ..self }
    }
}

/// The command's exit code: without a driver that of all commands.
fn exit(facts: &Facts, findings: &[Finding]) -> Exit {
    let absent = matches!(&facts.query, Err(error) if error.is_no_driver());
    if absent {
        Exit::Absent
    } else if count(findings, Verdict::Problem) != 0 {
        Exit::Failed
    } else {
        Exit::Done
    }
}

fn count(findings: &[Finding], verdict: Verdict) -> usize {
    let of_verdict = |finding: &&Finding| finding.verdict == verdict;
    findings.iter().filter(of_verdict).count()
}

pub(super) fn doctor(
    open: &dyn Fn(Access) -> Result<Driver, Error>,
    simulated: bool,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let facts = Facts::gather(open, simulated);
    let findings = checks::findings(&facts);
    if output.json {
        output.document(json::Diagnosis::new(&findings));
    } else {
        let columns = if output.wide {
            usize::MAX
        } else {
            output.columns
        };
        output.text(&text(&findings, columns, output.colour));
    }
    Ok(exit(&facts, &findings))
}

/// The findings, for people: what was found, what to do, and how much of each there is.
fn text(findings: &[Finding], columns: usize, colour: bool) -> String {
    let mut text = String::new();
    for finding in findings {
        let style = if colour {
            finding.verdict.style()
        } else {
            Style::new()
        };
        let verdict = finding.verdict.name();
        let mut found = printable(&finding.found);
        if let Some((instance, name)) = &finding.device {
            let comma = if name.is_empty() { "" } else { ", " };
            found = printable(&format!("{instance}{comma}{name}: {found}"));
        }
        // Writing to a string can't fail.
        let _ = write!(text, "{style}{verdict:<MARGIN$}{style:#}");
        text.push_str(&wrapped(&found, columns));
        if let Some(advice) = &finding.advice {
            text.push_str(&" ".repeat(MARGIN));
            text.push_str(&wrapped(&format!("-> {advice}"), columns));
        }
    }
    let told: Vec<_> = [
        (Verdict::Problem, "problem"),
        (Verdict::Warning, "warning"),
        (Verdict::Unknown, "unknown"),
    ]
    .into_iter()
    .filter_map(
        |(verdict, name)| match (count(findings, verdict), verdict) {
            (0, _) => None,
            (count, Verdict::Unknown) => Some(format!("{count} unknown")),
            (1, _) => Some(format!("1 {name}")),
            (count, _) => Some(format!("{count} {name}s")),
        },
    )
    .collect();
    let summary = if told.is_empty() {
        "nothing is wrong".to_owned()
    } else {
        told.join(", ")
    };
    let _ = writeln!(text, "\n{summary}");
    text
}

/// Columns before what was found.
const MARGIN: usize = 9;

/// The words in lines that leave room for the margin; the first one stands after it already.
fn wrapped(words: &str, columns: usize) -> String {
    let room = columns.saturating_sub(MARGIN);
    let mut text = String::new();
    let mut line = String::new();
    for word in words.split_whitespace() {
        if !line.is_empty() && line.width() + 1 + word.width() > room {
            text.push_str(&line);
            text.push('\n');
            text.push_str(&" ".repeat(MARGIN));
            line.clear();
        } else if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    text + &line + "\n"
}
