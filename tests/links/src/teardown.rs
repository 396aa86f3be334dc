//! A teardown of what this system has.

use plug61883::links::{Plan, Report, Selection, survey};
use plug61883::{Access, Driver};
use serde_json::{Value, json};

use crate::json::error;

pub(crate) fn real() -> Value {
    let selection = Selection::new();
    let plan = Plan::new(
        survey(&selection, || Driver::open(Access::Change)),
        &selection,
    );
    json!({
        "preview": report(&plan.preview()),
        "run": report(&plan.run(|_| ())),
    })
}

fn report(report: &Report) -> Value {
    let entries = report.entries.iter().map(|entry| {
        json!({
            "family": entry.family.singular(),
            "id": entry.id,
            "name": entry.name,
            "outcome": entry.outcome.to_string(),
        })
    });
    json!({
        "entries": entries.collect::<Vec<_>>(),
        "troubles": report.troubles.iter().map(error).collect::<Vec<_>>(),
        "clean": report.is_clean(),
        "absent": report.is_absent(),
    })
}
