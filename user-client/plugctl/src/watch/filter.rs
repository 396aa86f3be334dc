//! What is shown of plugs, connections and events.

/// Characters that a filter may have.
const LONGEST: usize = 60;

/// Words that all have to be found. `unit:`, `plug:` and `kind:` before a word say where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filter {
    text: String,
}

/// What a word is looked for in.
pub(super) struct Facts<'a> {
    /// Id and name of its unit or units.
    pub(super) unit: &'a str,
    /// Its plugs.
    pub(super) plug: &'a str,
    /// Kind of an event; other things have none, and no `kind:` hides them.
    pub(super) kind: Option<&'a str>,
    /// Whatever else is shown of it.
    pub(super) other: &'a str,
}

impl Filter {
    /// The text, as it was typed.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    pub(super) fn push(&mut self, c: char) {
        if !c.is_control() && self.text.chars().count() < LONGEST {
            self.text.push(c);
        }
    }

    pub(super) fn pop(&mut self) {
        self.text.pop();
    }

    /// Whether something is shown.
    pub(super) fn accepts(&self, facts: &Facts<'_>) -> bool {
        self.text
            .to_lowercase()
            .split_whitespace()
            .all(|word| accepts(word, facts))
    }
}

/// Whether a word, in small letters, is found.
fn accepts(word: &str, facts: &Facts<'_>) -> bool {
    let has = |text: &str, word: &str| text.to_lowercase().contains(word);
    match word.split_once(':') {
        Some(("unit", word)) => has(facts.unit, word),
        Some(("plug", word)) => has(facts.plug, word),
        Some(("kind", word)) => facts.kind.is_none_or(|kind| has(kind, word)),
        _ => [
            facts.unit,
            facts.plug,
            facts.kind.unwrap_or(""),
            facts.other,
        ]
        .iter()
        .any(|text| has(text, word)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_words_are_to_be_found_where_they_say() {
        let facts = |kind| Facts {
            unit: "1.1 Sim Works",
            plug: "oPCR[0]",
            kind,
            other: "foreign",
        };
        let accepts = |text: &str, kind| {
            let mut filter = Filter::default();
            text.chars().for_each(|c| filter.push(c));
            filter.accepts(&facts(kind))
        };
        for text in [
            "",
            "sim",
            "SIM opcr",
            "unit:works plug:[0]",
            "unit: foreign",
        ] {
            assert!(accepts(text, None), "{text}");
        }
        for text in ["simx", "sim ipcr", "unit:opcr", "plug:sim"] {
            assert!(!accepts(text, None), "{text}");
        }
        assert!(accepts("kind:reset", None));
        assert!(accepts("kind:reset", Some("bus reset")) && accepts("reset", Some("bus reset")));
        assert!(!accepts("kind:reset", Some("connected")));
    }

    #[test]
    fn it_has_an_end() {
        let mut filter = Filter::default();
        (0..100).for_each(|_| filter.push('ä'));
        filter.push('\u{1b}');
        assert_eq!(filter.text().chars().count(), LONGEST);
        filter.pop();
        assert_eq!(filter.text().chars().count(), LONGEST - 1);
    }
}
