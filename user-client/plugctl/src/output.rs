//! Where results and errors go.

use std::io::{IsTerminal as _, Write};

use clap::ColorChoice;
use serde::Serialize;

use crate::cli::Cli;
use crate::failure::Failure;
use crate::json;
use crate::style::{Tone, Toned};
use crate::table::{Column, TERMINAL, cut, table};

/// The two streams, and whether results are JSON.
pub(crate) struct Output<'a> {
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
    /// JSON documents on stdout, nothing on stderr.
    pub(crate) json: bool,
    /// Tables are as wide as they need to be.
    pub(crate) wide: bool,
    /// Columns that stdout has; of a terminal its own.
    pub(crate) columns: usize,
    /// Lines that the terminal shows at once, where stdout is one that tells.
    pub(crate) rows: Option<usize>,
    /// Colours are used. Where stdout is the program's, as `anstream` finds them wanted.
    pub(crate) colour: bool,
    /// The same of stderr.
    pub(crate) error_colour: bool,
    /// Stdout is a terminal: what is repeated may take its place there.
    pub(crate) terminal: bool,
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
            columns: TERMINAL,
            rows: None,
            colour: false,
            error_colour: false,
            terminal: false,
            closed: false,
        }
    }

    /// The same, for the program's own stdout and stderr.
    pub(crate) fn of_program(self) -> Self {
        let (stdout, stderr) = (std::io::stdout(), std::io::stderr());
        let terminal = stdout.is_terminal();
        let size = terminal.then(terminal_size::terminal_size).flatten();
        let never = anstream::ColorChoice::Never;
        Self {
            columns: size.map_or(TERMINAL, |(width, _)| width.0.into()),
            rows: size.map(|(_, height)| height.0.into()),
            colour: anstream::AutoStream::choice(&stdout) != never,
            error_colour: anstream::AutoStream::choice(&stderr) != never,
            terminal,
            ..self
        }
    }

    /// What the command line says of it.
    pub(crate) fn configure(&mut self, cli: &Cli) {
        (self.json, self.wide) = (cli.json, cli.wide);
        let colour = match cli.color {
            ColorChoice::Auto => return,
            ColorChoice::Always => true,
            ColorChoice::Never => false,
        };
        (self.colour, self.error_colour) = (colour, colour);
    }

    /// Runs something whose output is kept: what it returns, and what it wrote to stdout and to
    /// stderr.
    pub(crate) fn kept<T>(&self, run: impl FnOnce(&mut Output<'_>) -> T) -> (T, String, String) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let result = run(&mut Output {
            out: &mut out,
            err: &mut err,
            ..*self
        });
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        (result, text(out), text(err))
    }

    /// The text in a tone, where stdout has colours.
    pub(crate) fn paint(&self, tone: Tone, text: &str) -> String {
        if self.colour {
            tone.paint(text)
        } else {
            text.to_owned()
        }
    }

    /// The text, cut to the columns of the terminal.
    pub(crate) fn cut(&self, text: &str) -> String {
        cut(text, self.columns)
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
    pub(crate) fn table<const N: usize, C: Toned>(
        &mut self,
        columns: &[Column; N],
        rows: &[[C; N]],
    ) {
        let room = (!self.wide).then_some(self.columns);
        self.text(&table(columns, rows, room, self.colour));
    }

    /// Writes lines of a name and a value to stdout.
    pub(crate) fn pairs<C: Toned>(&mut self, pairs: &[(&str, C)]) {
        let width = pairs.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, value) in pairs {
            let space = " ".repeat(width - name.len());
            let name = self.paint(Tone::Faint, name);
            let value = self.paint(value.tone(), value.text());
            self.line(&format!("{name}{space}  {value}"));
        }
    }

    /// Writes a line that heads what follows to stdout.
    pub(crate) fn title(&mut self, title: &str) {
        let line = self.paint(Tone::Title, title);
        self.line(&line);
    }

    /// Writes a line to stdout.
    pub(crate) fn line(&mut self, line: &str) {
        self.text(&format!("{line}\n"));
    }

    /// Writes a line to stderr; with colours, what stands before its first colon is red.
    pub(crate) fn error_line(&mut self, line: &str) {
        // An argument that is quoted may hold anything.
        let line: String = line
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let line = match line.split_once(": ") {
            Some((who, what)) if self.error_colour => {
                let who = Tone::Bad.paint(&format!("{who}:"));
                format!("{who} {what}")
            }
            _ => line,
        };
        let _ = writeln!(self.err, "{line}");
    }

    /// Writes again what was kept of stderr.
    pub(crate) fn error_text(&mut self, text: &str) {
        let _ = self.err.write_all(text.as_bytes());
    }

    /// Writes a JSON document.
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
