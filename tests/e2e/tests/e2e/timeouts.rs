//! A protocol driver that never completes, or completes what nobody waits for any more.
//!
//! What it is asked to hold here hears no cancel (`hold --ignore-cancel`).

use std::time::Duration;

use anyhow::{Context, Result};
use e2e::{Scene, instance};
use plug61883_abi::ids::Direction::{In, Out};
use plug61883_abi::ioctl::{
    self, ConnectReply, CreatePlugReply, DirectoryReply, Origin, PlugReply, ReplyHeader,
    RequestHeader, event_kind, event_reason,
};
use plug61883_abi::status::NtStatus;
use serde_json::json;
use zerocopy::{Immutable, IntoBytes};

use crate::raw::{self, LONG_MS, Raw, get_plug};
use crate::support::{Idle, until, wait_until_held};

const TIMEOUT: (NtStatus, Origin) = (NtStatus::IO_TIMEOUT, Origin::Driver);
const CANCELLED: (NtStatus, Origin) = (NtStatus::CANCELLED, Origin::Driver);
const REFUSED: (NtStatus, Origin) = (NtStatus::INVALID_PARAMETER, Origin::Driver);
/// Time of a request that is to run into it.
const SHORT_MS: u32 = 200;

fn hold(scene: &Scene, function: &str) -> Result<()> {
    scene.simctl(&["hold", function, "--ignore-cancel"])?;
    Ok(())
}

fn none_held(scene: &Scene) -> Result<()> {
    scene.simctl(&["release"])?;
    wait_until_held(scene, 0)
}

/// How a client gives up.
#[derive(Clone, Copy, Debug)]
enum GivingUp {
    /// Its time is over.
    Timeout,
    /// It cancels.
    Cancel,
    /// Its process ends.
    Kill,
}

const WAYS: [GivingUp; 3] = [GivingUp::Timeout, GivingUp::Cancel, GivingUp::Kill];

/// Has the protocol driver hold a request, and its sender give up.
fn give_up<T: IntoBytes + Immutable>(
    scene: &Scene,
    how: GivingUp,
    mut raw: Raw,
    (code, mut request, output): (u32, T, usize),
    header: fn(&mut T) -> &mut RequestHeader,
) -> Result<()> {
    header(&mut request).timeout_ms = match how {
        GivingUp::Timeout => SHORT_MS,
        _ => LONG_MS,
    };
    let started = raw.start(code, &request, output)?;
    wait_until_held(scene, 1)?;
    match how {
        GivingUp::Timeout => assert_eq!(raw.answer(&started)?.outcome()?, TIMEOUT),
        GivingUp::Cancel => {
            raw.cancel()?;
            assert_eq!(raw.answer(&started)?.outcome()?, CANCELLED);
        }
        GivingUp::Kill => raw.kill()?,
    }
    Ok(())
}

/// What is made after its maker gave up is undone: nothing is left, and nobody was told of it.
fn made_late<T: IntoBytes + Immutable + Copy>(
    scene: &Scene,
    function: &str,
    request: impl Fn(&mut Raw) -> Result<(u32, T, usize)>,
    header: fn(&mut T) -> &mut RequestHeader,
) -> Result<()> {
    let idle = Idle::remember(scene)?;
    let mut events = Raw::reader(scene)?;
    for how in WAYS {
        let mut raw = Raw::writer(scene)?;
        let request = request(&mut raw)?;
        hold(scene, function)?;
        give_up(scene, how, raw, request, header).with_context(|| format!("{how:?}"))?;
        let before = scene.simctl_json(&["state"])?["seen"].clone();
        none_held(scene)?;
        until("it is undone", || {
            let state = scene.simctl_json(&["state"])?;
            let none = [
                "connections",
                "local_plugs",
                "directories",
                "held",
                "delayed",
            ];
            Ok(state["seen"] != before && none.iter().all(|name| state[*name] == 0))
        })
        .with_context(|| format!("{how:?}"))?;
        idle.within(scene, Duration::ZERO)?;
        let told = events.poll(32)?.1;
        assert_eq!(told, [], "{how:?}: nobody had it");
        until("it is forgotten", || {
            let now = events.interface()?;
            Ok((now.connections, now.plugs, now.directories, now.operations) == (0, 0, 0, 0))
        })?;
    }
    Ok(())
}

#[test]
fn a_connection_made_late_is_broken_again() -> Result<()> {
    let scene = Scene::open("late-connect", 1)?;
    let request = |raw: &mut Raw| {
        let (output, input) = (raw.plug(Out, 0)?, raw.plug(In, 0)?);
        let connect = raw::connect(output, input, true);
        Ok((ioctl::CONNECT, connect, size_of::<ConnectReply>()))
    };
    made_late(&scene, "Connect", request, |it| &mut it.header)?;
    scene.close()
}

#[test]
fn a_plug_made_late_is_deleted_again() -> Result<()> {
    let scene = Scene::open("late-plug", 1)?;
    let request = |it: &mut Raw| {
        let create = raw::create_plug(it.unit, Out, false);
        Ok((ioctl::CREATE_PLUG, create, size_of::<CreatePlugReply>()))
    };
    made_late(&scene, "CreatePlug", request, |it| &mut it.header)?;
    scene.close()
}

#[test]
fn a_unit_directory_added_late_is_removed_again() -> Result<()> {
    let scene = Scene::open("late-directory", 1)?;
    let request = |it: &mut Raw| {
        let add = raw::add_directory(it.unit);
        Ok((ioctl::ADD_DIRECTORY, add, size_of::<DirectoryReply>()))
    };
    made_late(&scene, "SetUnitDirectory", request, |it| &mut it.header)?;
    scene.close()
}

#[test]
fn a_disconnect_that_was_given_up_is_done_late() -> Result<()> {
    let scene = Scene::open("late-disconnect", 1)?;
    let idle = Idle::remember(&scene)?;
    let mut events = Raw::reader(&scene)?;
    for how in WAYS {
        let mut raw = Raw::writer(&scene)?;
        let (output, input) = (raw.plug(Out, 0)?, raw.plug(In, 0)?);
        let made: ConnectReply = raw.try_connect(output, input, true)?.reply()?;
        hold(&scene, "Disconnect")?;
        let request = (
            ioctl::DISCONNECT,
            raw::disconnect(made.connection),
            size_of::<ReplyHeader>(),
        );
        give_up(&scene, how, raw, request, |it| &mut it.header)?;
        // It is under way still.
        let mut other = Raw::writer(&scene)?;
        assert_eq!(other.disconnect(made.connection)?, REFUSED, "{how:?}");
        none_held(&scene)?;
        until("it is gone", || Ok(events.interface()?.connections == 0))?;
        let told = events.poll(32)?.1;
        let kinds: Vec<u32> = told.iter().map(|event| event.kind).collect();
        assert_eq!(kinds, [event_kind::CONNECTED, event_kind::DISCONNECTED]);
        assert_eq!(told[1].reason, event_reason::ASKED, "{how:?}");
        idle.within(&scene, Duration::ZERO)?;
    }
    drop(events);
    scene.close()
}

#[test]
fn an_owner_that_goes_while_its_disconnect_is_held_leaves_nothing() -> Result<()> {
    let scene = Scene::open("held-owner", 1)?;
    let idle = Idle::remember(&scene)?;
    for function in ["Disconnect", "DeletePlug"] {
        let mut owner = Raw::writer(&scene)?;
        let plug = owner.create(Out)?;
        let input = owner.plug(In, 0)?;
        owner.connect(plug, input)?;
        hold(&scene, function)?;
        owner.kill()?;
        // Undoing it waits for the protocol driver; nobody waits for that.
        wait_until_held(&scene, 1)?;
        let id = scene.connect(0, 1)?;
        scene.plugctl_ok(&["disconnect", &id])?;
        none_held(&scene)?;
        until("all of it is undone", || {
            Ok(scene.simctl_json(&["local-plugs"])? == json!([]))
        })?;
        idle.within(&scene, Duration::ZERO)?;
    }
    scene.close()
}

#[test]
fn a_unit_that_never_answers_can_be_pulled_out() -> Result<()> {
    let mut scene = Scene::open("never", 1)?;
    scene.add_unit_with(9, &[])?;
    for function in ["GetPlugHandle", "Disconnect", "Connect", "CreatePlug"] {
        let mut raw = Raw::writer(&scene)?;
        let (output, input) = (raw.plug(Out, 0)?, raw.plug(In, 0)?);
        let connection = raw.connect(output, input)?;
        hold(&scene, function)?;
        let started = match function {
            "GetPlugHandle" => {
                let request = get_plug(raw.unit, Out, 0, LONG_MS);
                raw.start(ioctl::GET_PLUG, &request, size_of::<PlugReply>())?
            }
            "Disconnect" => {
                let request = raw::disconnect(connection);
                raw.start(ioctl::DISCONNECT, &request, size_of::<ReplyHeader>())?
            }
            "Connect" => {
                let request = raw::connect(output, input, false);
                raw.start(ioctl::CONNECT, &request, size_of::<ConnectReply>())?
            }
            _ => {
                let request = raw::create_plug(raw.unit, Out, false);
                raw.start(ioctl::CREATE_PLUG, &request, size_of::<CreatePlugReply>())?
            }
        };
        wait_until_held(&scene, 1)?;
        scene
            .bench()
            .pnp(&format!("surprise-remove {}", instance(1)))
            .context(function)?;
        assert_eq!(
            raw.answer(&started)?.outcome()?,
            (NtStatus::DEVICE_REMOVED, Origin::Driver),
            "{function}"
        );
        assert_eq!(scene.simctl_json(&["connections"])?, json!([]));
        assert_eq!(scene.simctl_json(&["state"])?["held"], 0, "{function}");
        raw.kill()?;
        crate::pnp::unload(&mut scene)?;
        scene.add_unit(1)?;
    }
    scene.close()
}

#[test]
fn a_unit_that_keeps_what_was_cancelled_is_not_removed_in_good_order() -> Result<()> {
    let mut scene = Scene::open("stuck", 1)?;
    hold(&scene, "GetPlugHandle")?;
    let mut raw = Raw::writer(&scene)?;
    let request = get_plug(raw.unit, Out, 0, SHORT_MS);
    let answer = raw.send(ioctl::GET_PLUG, &request, size_of::<PlugReply>())?;
    assert_eq!(answer.outcome()?, TIMEOUT);
    let remove = format!("remove {}", instance(1));
    for _ in 0..2 {
        let refused = scene.bench().pnp(&remove).err();
        let status = refused.and_then(|error| error.pnp_status());
        assert_eq!(status, Some(NtStatus::DEVICE_BUSY.0));
        // It goes on.
        raw.plug(Out, 1)?;
    }
    none_held(&scene)?;
    scene.bench().pnp(&remove)?;
    drop(raw);
    scene.close()
}
