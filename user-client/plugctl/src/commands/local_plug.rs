//! `plugctl create-plug` and `set-plug`

use plug61883::{CreatePlug, Direction, Driver, Ipcr, LocalPlug, Opcr, Register};

use super::unit_named::named;
use super::{Holding, held};
use crate::advice;
use crate::cli::{self, Facing, RegisterText};
use crate::failure::{Exit, Failure};
use crate::json;
use crate::output::Output;

/// Quadlets of a packet of standard definition DV: a block of 480 bytes and its CIP header.
const DV_PAYLOAD: u16 = 122;

/// The register that is written, or why there is none.
fn register(text: &RegisterText, direction: Direction) -> Result<Register, Failure> {
    text.register(direction).map_err(|what| Failure::Usage {
        what,
        advice: advice::SEE_HELP,
    })
}

/// The register of a new plug: on-line, with no connection and no channel.
fn first_register(direction: Direction) -> Register {
    match direction {
        Direction::Out => Register::Output(
            Opcr::default()
                .with_online(1)
                .with_channel(63)
                .with_payload(DV_PAYLOAD),
        ),
        Direction::In => Register::Input(Ipcr::default().with_online(1).with_channel(63)),
    }
}

/// The register that `create-plug` is to write; wrong usage is told before anything is asked.
pub(super) fn wanted(arguments: &cli::CreatePlug) -> Result<Register, Failure> {
    let direction = match arguments.direction {
        Facing::Out => Direction::Out,
        Facing::In => Direction::In,
    };
    match &arguments.pcr {
        Some(text) => register(text, direction),
        None => Ok(first_register(direction)),
    }
}

pub(super) fn create_plug(
    driver: &Driver,
    arguments: &cli::CreatePlug,
    register: Register,
    hold: Holding<'_>,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let unit = named(driver, arguments.unit)?;
    let create = CreatePlug::new(register).persist(arguments.persist);
    // Ctrl+C from here on: ends the request, or the plug that it made.
    let held = (!arguments.persist).then(|| hold(driver));
    let plug = unit.create_plug(&create)?;
    let id = plug.id().to_string();
    let made = (plug.id(), plug.number());
    let document = json::Created {
        plug: json::MadePlug::new(made, unit.id(), arguments.persist, register),
    };
    let undo = LocalPlug::delete;
    held::made(plug, &id, document, held, undo, output)
}

/// The value that `set-plug` is to write.
pub(super) fn value(arguments: &cli::SetPlug) -> Result<Register, Failure> {
    // An id that could be read has a direction.
    let direction = arguments.plug.direction().unwrap_or(Direction::In);
    register(&arguments.value, direction)
}

pub(super) fn set_plug(
    driver: &Driver,
    arguments: &cli::SetPlug,
    register: Register,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let answer = driver.set_plug(arguments.plug, register.bits())?;
    super::answered(&arguments.plug, answer, output);
    Ok(Exit::Done)
}
