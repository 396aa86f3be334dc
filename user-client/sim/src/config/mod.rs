//! Descriptions of simulations: TOML, read and checked.

mod build;
mod nodes;
mod time;

use std::ops::Range;

use serde::Deserialize;
use toml::{Spanned, Value};

use crate::clock::Time;
use crate::error::{ChangeError, ConfigError};
use crate::script::By;
use crate::world::World;

/// A description. What each key means stands in `docs/simulation.md`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    ddi_version: Option<Spanned<u32>>,
    process: Option<Spanned<u32>>,
    time: Option<Spanned<Value>>,
    #[serde(default)]
    answer_ms: u32,
    #[serde(default)]
    node: Vec<Spanned<Node>>,
    #[serde(default)]
    plug: Vec<Spanned<Plug>>,
    #[serde(default)]
    connection: Vec<Spanned<Connection>>,
    #[serde(default)]
    step: Vec<Spanned<Step>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Node {
    name: Spanned<String>,
    #[serde(default)]
    vendor: String,
    #[serde(default)]
    model: String,
    #[serde(default)]
    unit_model: String,
    vendor_id: Option<Spanned<u32>>,
    model_id: Option<Spanned<u32>>,
    unit_model_id: Option<Spanned<u32>>,
    eui64: Option<Spanned<String>>,
    outputs: Option<Spanned<u32>>,
    inputs: Option<Spanned<u32>>,
    #[serde(default)]
    speed: Speed,
    payload: Option<Spanned<u32>>,
    #[serde(default)]
    offline: Vec<Spanned<String>>,
    plugged_in: Option<bool>,
}

#[derive(Clone, Copy, Default, Deserialize)]
enum Speed {
    S100,
    S200,
    #[default]
    S400,
}

/// Which way a plug of this computer faces.
#[derive(Clone, Copy, Deserialize)]
enum PlugKind {
    #[serde(rename = "oPCR")]
    Output,
    #[serde(rename = "iPCR")]
    Input,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Plug {
    by: Spanned<By>,
    through: String,
    kind: PlugKind,
    #[serde(default)]
    speed: Speed,
    payload: Option<Spanned<u32>>,
    channel: Option<Spanned<u32>>,
    online: Option<bool>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Connection {
    by: By,
    from: String,
    to: String,
    #[serde(default)]
    broadcast: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    after_ms: u64,
    bus_reset: Option<bool>,
    plug_in: Option<String>,
    unplug: Option<String>,
    connect: Option<Connection>,
    disconnect: Option<Connection>,
    lose: Option<String>,
    online: Option<String>,
    offline: Option<String>,
    answer_ms: Option<u32>,
}

/// A description's text, to tell where something stands in it.
#[derive(Clone, Copy)]
struct Text<'a>(&'a str);

impl Text<'_> {
    fn line(self, place: Range<usize>) -> Option<usize> {
        let before = self.0.get(..place.start)?;
        Some(before.matches('\n').count() + 1)
    }

    /// An error at a place.
    fn error(self, place: Range<usize>, text: impl Into<String>) -> ConfigError {
        ConfigError::new(self.line(place), text.into())
    }

    /// A number that is in a range.
    fn number(
        self,
        key: &str,
        number: Option<&Spanned<u32>>,
        otherwise: u32,
        most: u32,
    ) -> Result<u32, ConfigError> {
        let Some(number) = number else {
            return Ok(otherwise);
        };
        let value = *number.get_ref();
        if value > most {
            let text = format!("`{key}` is {value}: {most} is the most");
            return Err(self.error(number.span(), text));
        }
        Ok(value)
    }

    /// What could not be done that stands at a place.
    fn at<T>(self, place: Range<usize>, done: Result<T, ChangeError>) -> Result<T, ConfigError> {
        done.map_err(|error| self.error(place, error.to_string()))
    }
}

/// Makes what a description says.
///
/// # Errors
/// Where it is wrong, and how.
pub(crate) fn read(text: &str) -> Result<World, ConfigError> {
    let file: File = toml::from_str(text).map_err(|error| unreadable(text, &error))?;
    let text = Text(text);
    let script = build::script(text, &file.step)?;
    if !script.is_empty() {
        // What can't happen is told now, not when its time has come.
        let mut trial = build::world(text, &file, Time::standing(0))?;
        for (step, written) in script.iter().zip(&file.step) {
            trial.go_on(step.at);
            text.at(written.span(), trial.play(&step.what))?;
        }
    }
    let time = match &file.time {
        Some(start) => Time::standing(time::read(text, start)?),
        None => Time::real(),
    };
    let mut world = build::world(text, &file, time)?;
    world.answer_after(file.answer_ms);
    world.script = script;
    Ok(world)
}

/// What the parser says of a text, in one line.
fn unreadable(text: &str, error: &toml::de::Error) -> ConfigError {
    let line = error.span().and_then(|place| Text(text).line(place));
    let said: Vec<_> = error.message().lines().map(str::trim).collect();
    let mut said = said.join(", ");
    for integer in ["u32", "u64"] {
        said = said.replace(&format!("expected {integer}"), "expected a whole number");
    }
    let written = line.and_then(|line| text.lines().nth(line - 1));
    ConfigError::new(
        line,
        match written {
            // It says what type is wrong, not of what.
            Some(written) if said.starts_with("invalid") => format!("`{}`: {said}", written.trim()),
            _ => said,
        },
    )
}
