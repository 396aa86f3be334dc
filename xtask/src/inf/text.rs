//! The text of an INF: sections, lines, fields and string tokens, by the documented syntax.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

/// An INF file.
#[derive(Debug)]
pub(crate) struct Inf {
    /// In the order of the file.
    pub(crate) sections: Vec<Section>,
}

/// A section; its name as it is written.
#[derive(Debug)]
pub(crate) struct Section {
    pub(crate) name: String,
    pub(crate) lines: Vec<Line>,
}

/// A line `key = field, field, ...`, or fields alone. String tokens are as they are written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) key: Option<String>,
    pub(crate) fields: Vec<String>,
}

impl Line {
    /// A field, from 0; empty if it is not there.
    pub(crate) fn field(&self, index: usize) -> &str {
        self.fields.get(index).map_or("", String::as_str)
    }

    /// Whether the key is this one; case does not matter.
    pub(crate) fn is(&self, key: &str) -> bool {
        self.key
            .as_deref()
            .is_some_and(|own| own.eq_ignore_ascii_case(key))
    }
}

impl Section {
    /// The lines with this key.
    pub(crate) fn all<'a>(&'a self, key: &str) -> impl Iterator<Item = &'a Line> {
        self.lines.iter().filter(move |line| line.is(key))
    }

    /// The first field of the first line with this key.
    pub(crate) fn value(&self, key: &str) -> Option<&str> {
        self.all(key).next().map(|line| line.field(0))
    }
}

impl Inf {
    /// Reads a file's text.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let mut sections: Vec<Section> = Vec::new();
        let mut lines = text.lines().enumerate();
        while let Some((index, first)) = lines.next() {
            let mut line = without_comment(first).trim().to_owned();
            // A line that ends in a backslash goes on in the next.
            while line.ends_with('\\') {
                line.pop();
                let Some((_, next)) = lines.next() else { break };
                line.push_str(without_comment(next).trim());
            }
            if line.is_empty() {
                continue;
            }
            if let Some(rest) = line.strip_prefix('[') {
                let Some(name) = rest.strip_suffix(']') else {
                    bail!("line {}: a section's name without its end", index + 1);
                };
                sections.push(Section {
                    name: name.trim().to_owned(),
                    lines: Vec::new(),
                });
                continue;
            }
            let Some(section) = sections.last_mut() else {
                bail!("line {}: before the first section", index + 1);
            };
            match parse_line(&line) {
                Some(line) => section.lines.push(line),
                None => bail!("line {}: a quote without its end", index + 1),
            }
        }
        Ok(Self { sections })
    }

    /// The first section of this name; case does not matter.
    pub(crate) fn section(&self, name: &str) -> Option<&Section> {
        self.sections
            .iter()
            .find(|section| section.name.eq_ignore_ascii_case(name))
    }

    /// The string tokens, in small letters, and what they stand for.
    pub(crate) fn strings(&self) -> BTreeMap<String, &str> {
        self.section("Strings")
            .into_iter()
            .flat_map(|section| &section.lines)
            .filter_map(|line| Some((line.key.as_ref()?.to_ascii_lowercase(), line.field(0))))
            .collect()
    }
}

/// The string tokens in a text, without their percent signs. Directory ids, which are numbers, and
/// `%%` are none.
pub(crate) fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split('%')
        .skip(1)
        .step_by(2)
        .filter(|token| !token.is_empty() && !token.bytes().all(|byte| byte.is_ascii_digit()))
}

fn without_comment(line: &str) -> &str {
    let mut quoted = false;
    for (at, character) in line.char_indices() {
        match character {
            '"' => quoted = !quoted,
            ';' if !quoted => return line.get(..at).unwrap_or(line),
            _ => {}
        }
    }
    line
}

/// Nothing for a quote that has no end.
fn parse_line(line: &str) -> Option<Line> {
    let mut key = None;
    let mut fields = Vec::new();
    let mut field = String::new();
    // Characters that a quote protects from being trimmed.
    let mut kept = 0;
    let mut characters = line.chars().peekable();
    let finish = |field: &mut String, kept: &mut usize| {
        let end = field.trim_end().len().max(*kept);
        field.truncate(end);
        *kept = 0;
        std::mem::take(field)
    };
    while let Some(character) = characters.next() {
        match character {
            '"' => loop {
                match characters.next()? {
                    '"' if characters.peek() == Some(&'"') => {
                        characters.next();
                        field.push('"');
                    }
                    '"' => break,
                    other => field.push(other),
                }
                kept = field.len();
            },
            '=' if key.is_none() && fields.is_empty() => key = Some(finish(&mut field, &mut kept)),
            ',' => fields.push(finish(&mut field, &mut kept)),
            _ if character.is_whitespace() && field.is_empty() => {}
            _ => field.push(character),
        }
    }
    fields.push(finish(&mut field, &mut kept));
    Some(Line { key, fields })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> (Option<String>, Vec<String>) {
        let line = parse_line(text).unwrap();
        (line.key, line.fields)
    }

    #[test]
    fn lines() {
        let owned = |key: Option<&str>, fields: &[&str]| {
            (
                key.map(str::to_owned),
                fields.iter().map(|&field| field.to_owned()).collect(),
            )
        };
        for (text, key, fields) in [
            ("a.sys", None, &["a.sys"][..]),
            ("a = b", Some("a"), &["b"]),
            ("a=b,,c d", Some("a"), &["b", "", "c d"]),
            ("a = \" b=,\"\"c\"\" \"", Some("a"), &[" b=,\"c\" "]),
            ("a, b = c", None, &["a", "b = c"]),
            ("a =", Some("a"), &[""]),
        ] {
            assert_eq!(line(text), owned(key, fields), "{text}");
        }
        assert_eq!(parse_line("a = \"b"), None);
    }

    #[test]
    fn files() {
        let inf = Inf::parse(
            "; x\r\n[A]\r\nb = c ; d\r\ne = \"f;g\", \\\r\n  h\r\n\r\n[Strings]\r\nX=\"y\"\r\n",
        )
        .unwrap();
        let names: Vec<_> = inf.sections.iter().map(|section| &*section.name).collect();
        assert_eq!(names, ["A", "Strings"]);
        let section = inf.section("a").unwrap();
        assert_eq!(section.value("B"), Some("c"));
        assert_eq!(section.lines[1].fields, ["f;g", "h"]);
        assert_eq!(inf.strings().get("x"), Some(&"y"));
        for wrong in ["a = b", "[A", "[A]\na = \"b"] {
            Inf::parse(wrong).unwrap_err();
        }
    }

    #[test]
    fn tokens_are_no_directories() {
        let found = |text| tokens(text).collect::<Vec<_>>();
        assert_eq!(found(r"%13%\a.sys"), [""; 0]);
        assert_eq!(found("100%%"), [""; 0]);
        assert_eq!(found("%A% and %B.c%"), ["A", "B.c"]);
    }
}
