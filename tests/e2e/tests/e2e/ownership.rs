//! A connection goes with the handle that made it, unless it is made to stay.

use std::time::Duration;

use anyhow::Result;
use e2e::Scene;

use crate::support::Idle;

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
    idle.within(&scene, Duration::ZERO)?;
    client.close_stdin();
    let output = client.wait_timeout(e2e::PROGRAM)?;
    assert_eq!(
        output.code,
        Some(1),
        "its connection is gone: {}",
        output.stderr
    );
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
