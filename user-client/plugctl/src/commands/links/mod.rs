//! The commands for what else is connected: `machine`, `audio`, `router`, `net` and `teardown`.
//! They reach Windows through the library, and none of them asks the driver, but for the plug
//! connections of a teardown.

pub(crate) mod audio;
mod machine;
mod net;
mod router;
pub(crate) mod teardown;
#[cfg(test)]
mod tests;

use plug61883::links::{BelongsTo, Call, Family, FireWire, Link, LinkCode, LinkError};

use super::exit_of;
use crate::cli;
use crate::failure::{Exit, Failure};
use crate::json;
use crate::output::Output;
use crate::style::{Cell, Tone};
use crate::table::printable;

/// `plugctl machine`
pub(super) fn machine(
    arguments: &cli::Machine,
    simulated: bool,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    is_real("device tree", simulated)?;
    let cli::Machine::Units(arguments) = arguments;
    machine::units(arguments, output)
}

/// `plugctl audio`
pub(super) fn audio(
    arguments: &cli::Audio,
    simulated: bool,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    is_real(Family::Audio.plural(), simulated)?;
    audio::command(arguments, output)
}

/// `plugctl router`
pub(super) fn router(
    arguments: &cli::Router,
    simulated: bool,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    is_real("router configuration", simulated)?;
    let cli::Router::Check(arguments) = arguments;
    router::check(arguments, output)
}

/// `plugctl net`
pub(super) fn net(
    arguments: &cli::Net,
    simulated: bool,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    is_real(Family::Network.plural(), simulated)?;
    net::command(arguments, output)
}

/// `--sim` must not reach what is real: a simulated bus has none of `what`.
fn is_real(what: &str, simulated: bool) -> Result<(), Failure> {
    if !simulated {
        return Ok(());
    }
    Err(Failure::Usage {
        what: format!("a simulated bus has no {what}"),
        advice: "leave --sim out",
    })
}

/// Disconnects one; `call` is the function of Windows that does it.
fn disconnect(
    link: &mut dyn Link,
    call: Call,
    idempotent: bool,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let (code, already) = match link.disconnect() {
        Ok(code) => (code, false),
        Err(error) if idempotent && error.is_already_disconnected() => (error.code(), true),
        Err(error) => return Err(error.into()),
    };
    let meaning = code.and_then(|code| call.meaning(code));
    told(link, (code, meaning), already, output);
    Ok(Exit::Done)
}

/// Tells that one is disconnected: what was answered, and what that means.
fn told(
    link: &dyn Link,
    (code, meaning): (Option<LinkCode>, Option<&str>),
    already: bool,
    output: &mut Output<'_>,
) {
    if output.json {
        output.document(json::Disconnected::new(link, code, already));
        return;
    }
    let parts = [
        code.map(|code| code.to_string()),
        meaning.map(str::to_owned),
    ];
    let said: Vec<_> = parts.into_iter().flatten().collect();
    output.line(&printable(&format!("{}: {}", link.name(), said.join(": "))));
}

/// Writes what could not be read, one line each.
fn troubles(troubles: &[LinkError], output: &mut Output<'_>) -> Exit {
    let failures: Vec<_> = troubles.iter().cloned().map(Failure::from).collect();
    failures.iter().for_each(|failure| output.failure(failure));
    exit_of(&failures)
}

/// Whether something is of a 1394 device.
fn fire_wire(belongs_to: &BelongsTo) -> Cell {
    match belongs_to.fire_wire {
        FireWire::Yes => Cell::new("yes", Tone::Good),
        FireWire::Perhaps => Cell::new("perhaps", Tone::Notable),
        FireWire::No => Cell::new("no", Tone::Faint),
        FireWire::Unknown => "-".into(),
    }
}

/// A text of a device or of Windows; `-` where there is none.
fn text_or_none(text: &str) -> Cell {
    if text.is_empty() {
        "-".into()
    } else {
        printable(text).into()
    }
}
