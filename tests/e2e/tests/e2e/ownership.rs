//! A connection goes with the handle that made it, unless it is made to stay.

use std::time::Duration;

use anyhow::Result;
use e2e::Scene;
use plug61883_abi::ids::Direction::{In, Out};
use plug61883_abi::ioctl::{self, Origin};
use plug61883_abi::status::NtStatus;
use serde_json::json;

use crate::raw::{self, Raw};
use crate::support::{Idle, until};

/// How soon the bus must be free after a client is gone.
const SOON: Duration = Duration::from_secs(2);

const HOLD: &[&str] = &["connect", "--out", "0", "--in", "0"];

#[test]
fn a_killed_client_leaves_nothing_connected() -> Result<()> {
    let scene = Scene::open("killed", 1)?;
    let idle = Idle::remember(&scene)?;
    let mut client = scene.spawn("plugctl.exe", HOLD)?;
    let id = client.read_line_until(|line| line.contains('.'), e2e::PROGRAM)?;
    assert!(idle.is_left(&scene)?);
    let stranger = scene.plugctl(&["disconnect", id.trim()])?;
    assert_eq!(stranger.code, Some(1), "another's connection");
    assert!(
        stranger
            .stderr
            .contains("STATUS_ACCESS_DENIED (0xC0000022) from plug61883"),
        "{}",
        stranger.stderr
    );
    client.kill9()?;
    idle.within(&scene, SOON)?;
    assert!(!scene.plugctl_ok(&["connections"])?.contains(id.trim()));
    scene.close()
}

#[test]
fn a_held_connection_ends_with_the_program_or_by_force() -> Result<()> {
    let scene = Scene::open("held", 1)?;
    let idle = Idle::remember(&scene)?;
    let mut client = scene.spawn("plugctl.exe", HOLD)?;
    client.read_line_until(|line| line.contains('.'), e2e::PROGRAM)?;
    client.close_stdin();
    let output = client.wait_timeout(e2e::PROGRAM)?;
    assert_eq!(output.code, Some(0), "{}{}", output.stdout, output.stderr);
    idle.within(&scene, Duration::ZERO)?;

    let mut client = scene.spawn("plugctl.exe", HOLD)?;
    let id = client.read_line_until(|line| line.contains('.'), e2e::PROGRAM)?;
    scene.plugctl_ok(&["disconnect", "--force", id.trim()])?;
    // It ends by itself.
    until("it has seen it", || Ok(client.has_ended()?))?;
    let output = client.wait_timeout(e2e::PROGRAM)?;
    assert_eq!(output.code, Some(1), "{}", output.stderr);
    assert!(output.stderr.contains("is gone: "), "{}", output.stderr);
    idle.within(&scene, Duration::ZERO)?;
    scene.close()
}

#[test]
fn a_persistent_connection_stays_until_the_unit_leaves() -> Result<()> {
    let mut scene = Scene::open("persistent", 1)?;
    let idle = Idle::remember(&scene)?;
    let id = scene.connect(0, 0)?;
    assert!(scene.plugctl_ok(&["connections"])?.contains(&id));
    assert!(idle.is_left(&scene)?);
    scene.remove_unit(1)?;
    scene.add_unit(1)?;
    assert!(
        !scene.plugctl_ok(&["connections"])?.contains(&id),
        "the unit it was made on is gone"
    );
    let stale = scene.plugctl(&["disconnect", &id])?;
    assert_eq!(stale.code, Some(1));
    scene.close()
}

#[test]
fn a_handle_that_closes_takes_its_connections_first_and_its_plugs_then() -> Result<()> {
    let scene = Scene::open("owner", 1)?;
    let idle = Idle::remember(&scene)?;
    let mut events = Raw::reader(&scene)?;
    let mut owner = Raw::writer(&scene)?;
    let input = owner.plug(In, 0)?;
    let output = owner.plug(Out, 1)?;
    let ours = owner.create(Out)?;
    let other = owner.create(In)?;
    owner.connect(ours, input)?;
    owner.connect(output, other)?;
    owner.add_directory()?;
    // Nobody else may touch them.
    let mut stranger = Raw::writer(&scene)?;
    let denied = (NtStatus::ACCESS_DENIED, Origin::Driver);
    assert_eq!(stranger.set(ours, 0)?, denied);
    let request = raw::remove(ours.0);
    let answer = stranger.send(ioctl::DELETE_PLUG, &request, 16)?;
    assert_eq!(answer.outcome()?, denied);
    events.poll(64)?;

    owner.kill()?;
    until("all of it goes", || {
        Ok(scene.simctl_json(&["local-plugs"])? == json!([])
            && scene.simctl_json(&["directories"])? == json!([]))
    })?;
    idle.within(&scene, Duration::ZERO)?;
    let mut kinds = Vec::new();
    for event in events.poll(64)?.1 {
        // The registers change as well.
        if event.kind != ioctl::event_kind::PLUG_CHANGED {
            assert_eq!(event.reason, ioctl::event_reason::OWNER_GONE, "{event:?}");
            kinds.push(event.kind);
        }
    }
    let (gone, removed) = (
        ioctl::event_kind::DISCONNECTED,
        ioctl::event_kind::PLUG_REMOVED,
    );
    let last_connection = kinds.iter().rposition(|kind| *kind == gone);
    assert_eq!(kinds.iter().filter(|kind| **kind == gone).count(), 2);
    assert_eq!(kinds.iter().filter(|kind| **kind == removed).count(), 2);
    assert!(kinds.len() == 4 && last_connection < Some(3), "{kinds:?}");
    drop((events, stranger));
    scene.close()
}
