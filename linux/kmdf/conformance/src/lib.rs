//! Holds the framework's stand-in to what Microsoft's framework was observed to do.
//!
//! The probe driver (`../probe`) runs scenarios under Wine and prints what it observes; the tables
//! in [`rows`] say what that must be, and [`not_covered`] lists the rest of the behaviour.

pub mod not_covered;
pub mod rows;

/// What was expected of one scenario.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Stable name: the section's letter and what it is about.
    pub id: &'static str,
    /// The scenario, in a few words.
    pub scenario: &'static str,
    /// The events, in their order.
    pub expected: &'static str,
    /// Rules that the verifier finds broken meanwhile.
    pub findings: &'static [&'static str],
}

/// A row without findings.
pub const fn row(id: &'static str, scenario: &'static str, expected: &'static str) -> Row {
    Row {
        id,
        scenario,
        expected,
        findings: &[],
    }
}

/// One row's observation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// The row's id.
    pub id: String,
    /// What was observed.
    pub text: String,
    /// Rules that the verifier found broken since the last observation.
    pub findings: Vec<String>,
}

/// The observations in a log of Wine, in their order, and the findings after the last one.
pub fn observations(log: &str) -> (Vec<Observation>, Vec<String>) {
    let mut found = Vec::new();
    let mut findings = Vec::new();
    for line in log.lines() {
        if let Some((_, rest)) = line.split_once("VERIFIER: ") {
            findings.push(rest.split(':').next().unwrap_or(rest).to_owned());
        } else if let Some((id, text)) = line
            .split_once("CONF ")
            .and_then(|(_, rest)| rest.split_once(": "))
        {
            found.push(Observation {
                id: id.to_owned(),
                text: text.trim_end().to_owned(),
                findings: std::mem::take(&mut findings),
            });
        }
    }
    (found, findings)
}

/// What differs: one line for each row.
pub fn differences(rows: &[Row], observations: &[Observation]) -> Vec<String> {
    let mut lines = Vec::new();
    for row in rows {
        let mut of_row = observations
            .iter()
            .filter(|observation| observation.id == row.id);
        let Some(observation) = of_row.next() else {
            lines.push(format!("{} ({}): not observed", row.id, row.scenario));
            continue;
        };
        if of_row.next().is_some() {
            lines.push(format!("{}: observed more than once", row.id));
        }
        if observation.text != row.expected || observation.findings != row.findings {
            lines.push(format!(
                "{} ({}):\n    expected {} {:?}\n    observed {} {:?}",
                row.id,
                row.scenario,
                row.expected,
                row.findings,
                observation.text,
                observation.findings
            ));
        }
    }
    for observation in observations {
        if !rows.iter().any(|row| row.id == observation.id) {
            lines.push(format!(
                "{}: no such row; observed {}",
                observation.id, observation.text
            ));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique() {
        let mut ids: Vec<&str> = rows::BEHAVIOUR
            .iter()
            .flat_map(|rows| rows.iter())
            .map(|row| row.id)
            .collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count);
    }

    #[test]
    fn reads_a_log() {
        let log = "00f4:warn:debugstr:x 0:1: CONF A1: cleanup; destroy\n\
                   00f4:warn:debugstr:x 0:1: VERIFIER: LOCK_HELD: driver probe: text\n\
                   00f4:warn:debugstr:x 0:1: CONF J.lock: 0\n\
                   00f4:warn:debugstr:x 0:1: VERIFIER: OBJECT_LEAK: driver probe: text\n";
        let (found, rest) = observations(log);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].text, "cleanup; destroy");
        assert_eq!(found[1].findings, ["LOCK_HELD"]);
        assert_eq!(rest, ["OBJECT_LEAK"]);
        let expected = [
            row("A1", "a", "cleanup; destroy"),
            Row {
                findings: &["LOCK_HELD"],
                ..row("J.lock", "b", "0")
            },
        ];
        assert!(differences(&expected, &found).is_empty());
        assert_eq!(differences(&expected[..1], &found).len(), 1);
    }
}
