//! From a description to a simulation.

use std::collections::VecDeque;

use plug61883_abi::av61883::CURRENT_DDI_VERSION;
use plug61883_abi::ids::Direction;
use plug61883_abi::pcr::{Ipcr, MAX_CHANNEL, Opcr};
use toml::Spanned;

use super::nodes::{nodes, payload};
use super::{Connection, File, Plug, PlugKind, Step, Text};
use crate::clock::Time;
use crate::error::{ChangeError, ConfigError};
use crate::names::Ends;
use crate::script::{self, By, Change};
use crate::world::World;

/// The start of a simulation: all nodes, plugs and connections that there are then.
pub(super) fn world(text: Text<'_>, file: &File, time: Time) -> Result<World, ConfigError> {
    let process = match &file.process {
        Some(process) if *process.get_ref() == 0 => {
            let none = "`process` is 0: that is no process of a program";
            return Err(text.error(process.span(), none));
        }
        Some(process) => *process.get_ref(),
        None => std::process::id(),
    };
    let mut world = World::new(time, process);
    if let Some(version) = &file.ddi_version {
        let most = CURRENT_DDI_VERSION;
        if !(1..=most).contains(version.get_ref()) {
            let wanted = format!(
                "`ddi_version` is {}: 1 to {most} are there",
                version.get_ref()
            );
            return Err(text.error(version.span(), wanted));
        }
        world.simulation().set_ddi_version(*version.get_ref());
    }
    world.nodes = nodes(text, &file.node)?;
    let absent = |index: usize| {
        let node = file.node.get(index);
        node.is_some_and(|node| node.get_ref().plugged_in == Some(false))
    };
    text.at(0..0, world.start(absent))?;
    for plug in &file.plug {
        let register = register(text, plug.get_ref())?;
        text.at(plug.span(), make_plug(&mut world, plug.get_ref(), register))?;
    }
    for connection in &file.connection {
        let Connection { by, broadcast, .. } = *connection.get_ref();
        let made = ends(connection.get_ref()).and_then(|ends| world.connect(by, &ends, broadcast));
        text.at(connection.span(), made)?;
    }
    Ok(world)
}

/// First value of the register of a plug of this computer.
fn register(text: Text<'_>, plug: &Plug) -> Result<u32, ConfigError> {
    let online = u8::from(plug.online != Some(false));
    let most = u32::from(MAX_CHANNEL);
    // 63 at most.
    let channel = text.number("channel", plug.channel.as_ref(), most, most)? as u8;
    let payload = payload(text, plug.payload.as_ref())?;
    Ok(match plug.kind {
        PlugKind::Output => {
            Opcr(0)
                .with_online(online)
                .with_channel(channel)
                .with_data_rate(plug.speed.rate())
                .with_payload(payload)
                .0
        }
        PlugKind::Input => Ipcr(0).with_online(online).with_channel(channel).0,
    })
}

fn make_plug(world: &mut World, plug: &Plug, register: u32) -> Result<(), ChangeError> {
    let direction = match plug.kind {
        PlugKind::Output => Direction::Out,
        PlugKind::Input => Direction::In,
    };
    match plug.by.get_ref() {
        By::Driver => world.driver_plug(&plug.through, direction, register),
        By::OtherDriver => world.foreign_plug(&plug.through, direction, register),
        By::Node => Err(ChangeError::new(
            "plugs of this computer are made by \"driver\" or \"other-driver\"".to_owned(),
        )),
    }
}

fn ends(connection: &Connection) -> Result<Ends, ChangeError> {
    Ends::parse(&connection.from, &connection.to)
}

/// What is to happen, each thing with its time.
pub(super) fn script(
    text: Text<'_>,
    steps: &[Spanned<Step>],
) -> Result<VecDeque<script::Step>, ConfigError> {
    let mut script = VecDeque::new();
    let mut at = 0_u64;
    for step in steps {
        at = at.saturating_add(step.get_ref().after_ms);
        let what = text.at(step.span(), change(step.get_ref()))?;
        script.push_back(script::Step { at, what });
    }
    Ok(script)
}

/// The one thing that a step does.
fn change(step: &Step) -> Result<Change, ChangeError> {
    let Step {
        after_ms: _,
        bus_reset,
        plug_in,
        unplug,
        connect,
        disconnect,
        lose,
        online,
        offline,
        answer_ms,
    } = step;
    let mut changes = Vec::new();
    match bus_reset {
        Some(true) => changes.push(Change::BusReset),
        Some(false) => {
            let all = "`bus_reset` is true, or is left out".to_owned();
            return Err(ChangeError::new(all));
        }
        None => {}
    }
    changes.extend(plug_in.clone().map(Change::PlugIn));
    changes.extend(unplug.clone().map(Change::Unplug));
    if let Some(connection) = connect {
        let Connection { by, broadcast, .. } = *connection;
        changes.push(Change::Connect(by, ends(connection)?, broadcast));
    }
    if let Some(connection) = disconnect {
        changes.push(Change::Disconnect(connection.by, ends(connection)?));
    }
    if let Some(plug) = lose {
        changes.push(Change::Lose(plug.parse()?));
    }
    for (plug, on) in [(online, true), (offline, false)] {
        if let Some(plug) = plug {
            changes.push(Change::SetOnline(plug.parse()?, on));
        }
    }
    changes.extend(answer_ms.map(Change::AnswerAfter));
    if changes.len() > 1 {
        let one = "a step does one thing: write another `[[step]]` with `after_ms = 0`".to_owned();
        return Err(ChangeError::new(one));
    }
    // A step that does nothing only lets time pass.
    Ok(changes.pop().unwrap_or(Change::Wait))
}
