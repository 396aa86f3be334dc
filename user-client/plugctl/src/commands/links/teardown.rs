//! `plugctl teardown`

use plug61883::Access;
use plug61883::links::{
    Entry, Family, FireWire, LinkError, LinkErrorKind, Outcome, Plan, Report, Selection, Survey,
    survey,
};

use super::super::Open;
use super::{fire_wire, is_real, text_or_none};
use crate::cli;
use crate::failure::{Exit, Failure};
use crate::json;
use crate::output::Output;
use crate::style::{Cell, Tone};
use crate::table::{Column, printable};

const COLUMNS: [Column; 7] = [
    Column::left("KIND"),
    Column::left("ID").or_shorten(8),
    Column::left("NAME").or_shorten(12),
    Column::left("DEVICE").or_shorten(8),
    Column::left("1394").or_drop_late(1),
    Column::left("RESULT"),
    Column::left("ANSWER").or_drop(1),
];

/// A family as `--only` names it, or would.
const fn kind(family: Family) -> &'static str {
    match family {
        Family::Plug => "plug",
        Family::Audio => "audio",
        Family::Network => "net",
        Family::Router => "router",
        Family::Machine => "machine",
    }
}

const fn tone(outcome: &Outcome) -> Tone {
    match outcome {
        Outcome::Broken(_) => Tone::Good,
        Outcome::WouldBreak | Outcome::MayNot(_) => Tone::Notable,
        Outcome::Failed(_) => Tone::Bad,
        _ => Tone::Faint,
    }
}

fn cells(entry: &Entry) -> [Cell; 7] {
    let answer = entry.outcome.code().map(|code| code.to_string());
    [
        kind(entry.family).into(),
        Cell::new(printable(&entry.id), Tone::Id),
        text_or_none(&entry.name),
        text_or_none(entry.belongs_to.device.as_deref().unwrap_or_default()),
        fire_wire(&entry.belongs_to),
        Cell::new(entry.outcome.to_string(), tone(&entry.outcome)),
        text_or_none(answer.as_deref().unwrap_or_default()),
    ]
}

pub(in crate::commands) fn command(
    arguments: &cli::Teardown,
    open: Open<'_>,
    simulated: bool,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let selection = selection(arguments, simulated)?;
    let access = if arguments.dry_run {
        Access::Query
    } else {
        Access::Change
    };
    let found = survey(&selection, || open(access));
    teardown(found, &selection, arguments.dry_run, output)
}

/// What is to be broken. Of a simulated bus that is plug connections: nothing real is reached.
fn selection(arguments: &cli::Teardown, simulated: bool) -> Result<Selection, Failure> {
    let mut families: Vec<_> = arguments.only.iter().map(|part| part.family()).collect();
    if simulated {
        for family in families.iter().filter(|family| **family != Family::Plug) {
            is_real(family.plural(), simulated)?;
        }
        families = vec![Family::Plug];
    }
    let selection = if families.is_empty() {
        Selection::new()
    } else {
        Selection::only(&families)
    };
    let also = arguments.also.iter();
    Ok(also.fold(selection, |selection, word| selection.naming(word)))
}

pub(super) fn teardown(
    found: Survey,
    selection: &Selection,
    dry_run: bool,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let plan = Plan::new(found, selection);
    let report = if dry_run {
        plan.preview()
    } else {
        plan.run(|_| ())
    };
    let exit = if report.is_absent() {
        Exit::Absent
    } else if report.is_clean() {
        Exit::Done
    } else {
        Exit::Failed
    };
    // What the whole command lacks is told in one line.
    if exit == Exit::Absent {
        let mut troubles = report.troubles.iter();
        let windows = troubles.find(|error| *error.kind() == LinkErrorKind::NeedsWindows);
        match (windows, &*report.troubles) {
            (Some(error), _) | (None, [error]) => return Err(error.clone().into()),
            _ => {}
        }
    }
    if output.json {
        output.document(json::Teardown::new(dry_run, &report));
    } else {
        show(&report, dry_run, output);
    }
    Ok(exit)
}

/// Why something could not be listed, or found by its name, which is looked for in all families.
pub(crate) fn failure(error: &LinkError) -> Failure {
    match (error.kind(), error.subject()) {
        (LinkErrorKind::Unknown, Some(name)) => Failure::NotListed {
            name: name.to_owned(),
        },
        _ => error.clone().into(),
    }
}

/// What is left alone is shown where somebody looks before, or where it may be of a 1394 device
/// all the same.
fn is_shown(entry: &Entry, dry_run: bool) -> bool {
    entry.outcome != Outcome::LeftAlone
        || dry_run
        || entry.belongs_to.fire_wire == FireWire::Perhaps
}

fn show(report: &Report, dry_run: bool, output: &mut Output<'_>) {
    let shown = report.entries.iter();
    let shown: Vec<_> = shown.filter(|entry| is_shown(entry, dry_run)).collect();
    if !shown.is_empty() {
        let rows: Vec<_> = shown.into_iter().map(cells).collect();
        output.table(&COLUMNS, &rows);
        output.line("");
    }
    output.line(&summary(report));
    let absent = report.is_absent();
    let is_told = |error: &&LinkError| error.is_absent() && !absent;
    for trouble in report.troubles.iter().filter(is_told) {
        let family = trouble.family().plural();
        let line = printable(&format!("no {family}: {}", trouble.meaning()));
        let line = output.paint(Tone::Notable, &line);
        output.line(&line);
    }
    let entries = report.entries.iter();
    let kept = entries.filter_map(|entry| match &entry.outcome {
        Outcome::MayNot(error) | Outcome::Failed(error) => Some(error),
        _ => None,
    });
    for error in kept {
        output.failure(&error.clone().into());
    }
    for error in report.troubles.iter().filter(|error| !is_told(error)) {
        output.failure(&failure(error));
    }
}

/// How much of each there is, in one line.
fn summary(report: &Report) -> String {
    let summary = report.summary();
    let counts = [
        (summary.would_break, "would be broken"),
        (summary.broken, "broken"),
        (summary.already_gone, "already gone"),
        (summary.may_not, "may not be broken"),
        (summary.failed, "failed"),
        (summary.left_alone, "left alone"),
    ];
    let told: Vec<_> = counts
        .into_iter()
        .filter(|(count, _)| *count != 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if told.is_empty() {
        "there is nothing to break".to_owned()
    } else {
        told.join(", ")
    }
}
