//! What `doctor` found.

use serde::Serialize;

use crate::commands::Finding;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Diagnosis<'a> {
    findings: Vec<Entry<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Entry<'a> {
    check: &'static str,
    device: Option<&'a str>,
    name: Option<&'a str>,
    verdict: &'static str,
    found: &'a str,
    advice: Option<&'a str>,
}

impl<'a> Diagnosis<'a> {
    pub(crate) fn new(findings: &'a [Finding]) -> Self {
        let entry = |finding: &'a Finding| Entry {
            check: finding.check,
            device: finding.device.as_ref().map(|(device, _)| &**device),
            name: finding.device.as_ref().map(|(_, name)| &**name),
            verdict: finding.verdict.name(),
            found: &finding.found,
            advice: finding.advice.as_deref(),
        };
        Self {
            findings: findings.iter().map(entry).collect(),
        }
    }
}
