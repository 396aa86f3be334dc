//! Where results and errors go.

use std::fmt::Write as _;
use std::io::Write;

use serde::Serialize;

use crate::failure::Failure;
use crate::json;
use crate::table::{Column, TERMINAL, table};

/// The two streams, and whether results are JSON.
pub(crate) struct Output<'a> {
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
    /// One JSON document on stdout, nothing on stderr.
    pub(crate) json: bool,
    /// Tables are as wide as they need to be.
    pub(crate) wide: bool,
    closed: bool,
}

// Who reads stdout or stderr may close it; there is nobody to tell then, and what a command does
// to the driver does not depend on it.
impl<'a> Output<'a> {
    pub(crate) fn new(out: &'a mut dyn Write, err: &'a mut dyn Write) -> Self {
        Self {
            out,
            err,
            json: false,
            wide: false,
            closed: false,
        }
    }

    /// Writes to stdout, and flushes it: a reader may wait for it.
    pub(crate) fn text(&mut self, text: &str) {
        let written = self
            .out
            .write_all(text.as_bytes())
            .and_then(|()| self.out.flush());
        self.closed |= written.is_err();
    }

    /// Whether nobody reads stdout any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Writes a table to stdout.
    pub(crate) fn table<const N: usize>(&mut self, columns: &[Column; N], rows: &[[String; N]]) {
        let room = (!self.wide).then_some(TERMINAL);
        self.text(&table(columns, rows, room));
    }

    /// Writes lines of a name and a value to stdout.
    pub(crate) fn pairs(&mut self, pairs: &[(&str, String)]) {
        let width = pairs.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let mut text = String::new();
        for (name, value) in pairs {
            // Writing to a string can't fail.
            let _ = writeln!(text, "{name:<width$}  {value}");
        }
        self.text(&text);
    }

    /// Writes a line to stdout.
    pub(crate) fn line(&mut self, line: &str) {
        self.text(&format!("{line}\n"));
    }

    /// Writes a line to stderr.
    pub(crate) fn error_line(&mut self, line: &str) {
        // An argument that is quoted may hold anything.
        let line: String = line
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let _ = writeln!(self.err, "{line}");
    }

    /// Writes the JSON document.
    pub(crate) fn document(&mut self, content: impl Serialize) {
        let document = json::Document {
            format: json::FORMAT,
            content,
        };
        // Every document is made of strings, numbers and lists: it can't fail.
        if let Ok(text) = serde_json::to_string(&document) {
            self.line(&text);
        }
    }

    /// Tells why the command failed.
    pub(crate) fn failure(&mut self, failure: &Failure) {
        if self.json {
            self.document(json::Failed {
                error: failure.into(),
            });
        } else {
            self.error_line(&failure.to_string());
        }
    }
}
