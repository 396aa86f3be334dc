//! Units stop, sleep, leave and are pulled out, in the middle of everything.

use anyhow::{Context, Result};
use e2e::{Scene, instance};
use plug61883_abi::ids::Direction::{In, Out};
use plug61883_abi::ids::{ConnectionId, PlugId};
use plug61883_abi::ioctl::{self, Event, Origin, PlugReply, event_kind, event_reason};
use plug61883_abi::status::NtStatus;
use serde_json::json;

use crate::raw::{LONG_MS, Raw, get_plug};
use crate::support::{until, wait_until_held};

const DONE: (NtStatus, Origin) = (NtStatus::SUCCESS, Origin::Protocol);
const REMOVED: (NtStatus, Origin) = (NtStatus::DEVICE_REMOVED, Origin::Driver);

/// Clients of the first unit with a plug, a connection, a request that the protocol driver holds
/// and a wait for events.
struct Busy {
    writer: Raw,
    reader: Raw,
    plug: PlugId,
    connection: ConnectionId,
    held: String,
    wait: String,
}

impl Busy {
    fn start(scene: &Scene) -> Result<Self> {
        let mut writer = Raw::writer(scene)?;
        let (output, input) = (writer.plug(Out, 0)?, writer.plug(In, 0)?);
        let plug = writer.create(Out)?;
        let connection = writer.connect(output, input)?;
        scene.simctl(&["hold", "GetPlugHandle"])?;
        let request = get_plug(writer.unit, Out, 1, LONG_MS);
        let held = writer.start(ioctl::GET_PLUG, &request, size_of::<PlugReply>())?;
        wait_until_held(scene, 1)?;
        let mut reader = Raw::reader(scene)?;
        let wait = reader.wait()?;
        Ok(Self {
            writer,
            reader,
            plug,
            connection,
            held,
            wait,
        })
    }

    /// Nothing is lost: the request is answered, and what was made can be used and undone.
    fn goes_on(mut self, scene: &Scene) -> Result<()> {
        assert!(!self.writer.is_answered(&self.held)?, "it is held still");
        scene.simctl(&["release"])?;
        assert_eq!(self.writer.answer(&self.held)?.outcome()?, DONE);
        assert_eq!(self.writer.set(self.plug, 0x8005_0000)?, DONE);
        assert_eq!(self.writer.disconnect(self.connection)?, DONE);
        assert_eq!(self.writer.delete(self.plug)?, DONE);
        let mut events = self.reader.answer(&self.wait)?.batch()?.1;
        until("all of it is told", || {
            let more = self.reader.poll(32)?.1;
            events.extend(more);
            Ok(events
                .iter()
                .any(|event| event.kind == event_kind::PLUG_REMOVED))
        })?;
        let kinds: Vec<u32> = of_items(&events).map(|event| event.kind).collect();
        let expected = [
            event_kind::PLUG_CHANGED,
            event_kind::DISCONNECTED,
            event_kind::PLUG_REMOVED,
        ];
        assert_eq!(kinds, expected);
        Ok(())
    }

    /// The unit is gone, and all of it with the unit.
    fn ends(mut self, scene: &Scene) -> Result<()> {
        assert_eq!(self.writer.answer(&self.held)?.outcome()?, REMOVED);
        let mut events = self.reader.answer(&self.wait)?.batch()?.1;
        let is_last = |event: &Event| event.kind == event_kind::UNIT_REMOVED;
        until("the unit's end is told", || {
            let more = self.reader.poll(32)?.1;
            events.extend(more);
            Ok(events.iter().any(is_last))
        })?;
        let ends = of_items(&events).filter(|event| event.kind != event_kind::PLUG_CHANGED);
        let mut ends: Vec<(u32, u32)> = ends.map(|event| (event.kind, event.reason)).collect();
        ends.sort_unstable();
        let gone = event_reason::UNIT_GONE;
        assert_eq!(
            ends,
            [
                (event_kind::DISCONNECTED, gone),
                (event_kind::PLUG_REMOVED, gone)
            ]
        );
        let refused = (NtStatus::INVALID_PARAMETER, Origin::Driver);
        assert_eq!(self.writer.disconnect(self.connection)?, refused);
        assert_eq!(self.writer.set(self.plug, 0)?, refused);
        let answer = self.writer.send(
            ioctl::GET_PLUG,
            &get_plug(self.writer.unit, Out, 0, 0),
            size_of::<PlugReply>(),
        )?;
        assert_eq!(
            answer.outcome()?,
            (NtStatus::NO_SUCH_DEVICE, Origin::Driver)
        );
        for list in ["connections", "local-plugs"] {
            assert_eq!(scene.simctl_json(&[list])?, json!([]), "{list}");
        }
        Ok(())
    }
}

/// The events that are not of units as a whole.
fn of_items(events: &[Event]) -> impl Iterator<Item = &Event> {
    let of_unit = [event_kind::BUS_RESET, event_kind::UNIT_REMOVED];
    events
        .iter()
        .filter(move |event| !of_unit.contains(&event.kind))
}

/// Gives a PnP command for the first unit.
fn pnp(scene: &mut Scene, command: &str, rest: &str) -> Result<()> {
    let command = format!("{command} {} {rest}", instance(1));
    scene.bench().pnp(command.trim_end())?;
    Ok(())
}

/// Unloads plug61883 if that did not happen with its last unit, once its handles are closed.
pub(crate) fn unload(scene: &mut Scene) -> Result<()> {
    until("plug61883 is unloaded", || {
        match scene.bench().pnp("unload plug61883") {
            Ok(_) => Ok(true),
            Err(error) if error.pnp_status() == Some(NtStatus::DEVICE_BUSY.0) => Ok(false),
            Err(error) if error.pnp_status() == Some(NtStatus::OBJECT_NAME_NOT_FOUND.0) => Ok(true),
            Err(error) => Err(error.into()),
        }
    })
}

/// Requests of a function that the protocol driver has seen.
fn seen(scene: &Scene, function: &str) -> Result<u64> {
    let seen = scene.simctl_json(&["state"])?["seen"][function].as_u64();
    Ok(seen.unwrap_or(0))
}

#[test]
fn questions_that_are_taken_back_change_nothing() -> Result<()> {
    let mut scene = Scene::open("taken-back", 1)?;
    for what in ["stop", "remove"] {
        let busy = Busy::start(&scene).context(what)?;
        pnp(&mut scene, &format!("query-{what}"), "")?;
        pnp(&mut scene, &format!("cancel-{what}"), "")?;
        busy.goes_on(&scene).context(what)?;
    }
    pnp(&mut scene, "query-power", "S3")?;
    Busy::start(&scene)?.goes_on(&scene)?;
    scene.close()
}

/// A unit pauses: nothing is sent to it meanwhile, and nothing is lost.
fn pause(name: &str, (down, how_down): (&str, &str), (up, how_up): (&str, &str)) -> Result<()> {
    let mut scene = Scene::open(name, 1)?;
    let mut busy = Busy::start(&scene)?;
    let mut leaver = Raw::writer(&scene)?;
    leaver.create(In)?;
    // It was told of the plug already.
    busy.reader.answer(&busy.wait)?;
    busy.wait = busy.reader.wait()?;
    pnp(&mut scene, down, how_down)?;
    let before = seen(&scene, "GetPlugHandle")?;
    // It has its time all the same.
    let request = get_plug(busy.writer.unit, Out, 0, 200);
    let answer = busy
        .writer
        .send(ioctl::GET_PLUG, &request, size_of::<PlugReply>())?;
    assert_eq!(answer.outcome()?, (NtStatus::IO_TIMEOUT, Origin::Driver));
    let request = get_plug(busy.writer.unit, Out, 0, LONG_MS);
    let waiting = busy
        .writer
        .start(ioctl::GET_PLUG, &request, size_of::<PlugReply>())?;
    // What a client leaves behind waits too.
    leaver.kill()?;
    until("the handle is closed", || {
        Ok(busy.reader.interface()?.handles == 2)
    })?;
    assert!(!busy.writer.is_answered(&waiting)?);
    assert_eq!(seen(&scene, "GetPlugHandle")?, before);
    assert_eq!(seen(&scene, "DeletePlug")?, 0);

    pnp(&mut scene, up, how_up)?;
    assert_eq!(busy.writer.answer(&waiting)?.outcome()?, DONE);
    until("what was left behind is undone", || {
        Ok(scene
            .simctl_json(&["local-plugs"])?
            .as_array()
            .map(Vec::len)
            == Some(1))
    })?;
    let wait = busy.reader.answer(&busy.wait)?.batch()?.1;
    assert_eq!(wait[0].kind, event_kind::PLUG_REMOVED);
    assert_eq!(wait[0].reason, event_reason::OWNER_GONE);
    busy.wait = busy.reader.wait()?;
    busy.goes_on(&scene)?;
    scene.close()
}

#[test]
fn a_unit_that_is_stopped_and_started_goes_on() -> Result<()> {
    pause("rebalance", ("stop", ""), ("start", ""))
}

#[test]
fn a_unit_that_sleeps_and_wakes_goes_on() -> Result<()> {
    pause("sleep", ("set-power", "S3"), ("set-power", "S0"))
}

#[test]
fn a_bus_reset_in_the_sleep_is_told_after_it() -> Result<()> {
    let mut scene = Scene::open("sleep-reset", 1)?;
    let mut monitor = crate::support::Monitor::start(&scene)?;
    let lost = scene.connect(0, 0)?;
    pnp(&mut scene, "set-power", "S3")?;
    // Callbacks that a sleeping bus would not make.
    scene.simctl(&["callbacks", "hold"])?;
    scene.simctl(&["lose-at-reset", "--all"])?;
    scene.simctl(&["reset"])?;
    pnp(&mut scene, "set-power", "S0")?;
    let [_, reset, gone] = monitor.events(["connected", "bus_reset", "disconnected"])?;
    let state = scene.simctl_json(&["state"])?;
    assert_eq!(reset["generation"], state["generation"], "{reset}");
    assert_eq!(gone["connection"]["id"], *lost);
    assert_eq!(gone["reason"], "lost");
    scene.simctl(&["callbacks", "release"])?;
    monitor.kill()?;
    scene.close()
}

#[test]
fn a_unit_leaves_in_the_middle_of_everything() -> Result<()> {
    let mut scene = Scene::open("leaves", 1)?;
    // It shows what is left of the first.
    scene.add_unit_with(9, &[])?;
    for (before, command) in [
        ("", "remove"),
        ("", "surprise-remove"),
        ("query-remove", "remove"),
        ("query-stop", "surprise-remove"),
        ("query-remove", "surprise-remove"),
        ("stop", "remove"),
        ("stop", "surprise-remove"),
        ("set-power", "remove"),
        ("set-power", "surprise-remove"),
    ] {
        let what = format!("{before} {command}");
        let registered = seen(&scene, "BusResetNotify")?;
        let busy = Busy::start(&scene).with_context(|| what.clone())?;
        if !before.is_empty() {
            let rest = if before == "set-power" { "S3" } else { "" };
            pnp(&mut scene, before, rest).with_context(|| what.clone())?;
        }
        pnp(&mut scene, command, "").with_context(|| what.clone())?;
        busy.ends(&scene).with_context(|| what.clone())?;
        let left = scene.simctl_json(&["registrations"])?;
        assert_eq!(left.as_array().map(Vec::len), Some(1), "{what}: {left}");
        assert!(
            seen(&scene, "BusResetNotify")? > registered,
            "{what}: its callbacks are deregistered"
        );
        unload(&mut scene)?;
        scene.add_unit(1).with_context(|| what.clone())?;
    }
    scene.close()
}
