//! The main job: a connection is broken, and who said what is told.

use anyhow::Result;
use e2e::Scene;

use crate::support::{Idle, LOST, REFUSED, SUCCESS};

#[test]
fn a_disconnect_tells_what_the_protocol_driver_answered() -> Result<()> {
    let scene = Scene::open("disconnect", 1)?;
    let idle = Idle::remember(&scene)?;

    let id = scene.connect(0, 0)?;
    assert!(
        idle.is_left(&scene)?,
        "the connection shows in the registers"
    );
    let listed = scene.plugctl_ok(&["connections"])?;
    assert!(listed.contains(&id), "{listed}");

    let first = scene.plugctl(&["disconnect", &id])?;
    assert_eq!(first.code, Some(0), "{}{}", first.stdout, first.stderr);
    assert_eq!(first.stdout.trim(), format!("{id}: {SUCCESS}"));
    idle.within(&scene, std::time::Duration::ZERO)?;

    let second = scene.plugctl(&["disconnect", &id])?;
    assert_eq!(second.code, Some(1));
    assert!(second.stderr.contains(REFUSED), "{}", second.stderr);

    let lost = scene.connect(0, 0)?;
    assert_ne!(lost, id, "an id is never given out twice");
    scene.simctl(&["drop", "--all"])?;
    let answer = scene.plugctl(&["disconnect", &lost])?;
    assert_eq!(answer.code, Some(1));
    assert!(answer.stderr.contains(LOST), "{}", answer.stderr);
    let listed = scene.plugctl_ok(&["connections"])?;
    assert!(!listed.contains(&lost), "{listed}");
    idle.within(&scene, std::time::Duration::ZERO)?;
    scene.close()
}

#[test]
fn a_failed_disconnect_keeps_the_connection() -> Result<()> {
    let scene = Scene::open("failed-disconnect", 1)?;
    let idle = Idle::remember(&scene)?;
    let id = scene.connect(0, 0)?;
    scene.simctl(&["fail", "Disconnect", "STATUS_IO_DEVICE_ERROR"])?;
    let answer = scene.plugctl(&["disconnect", &id])?;
    assert_eq!(answer.code, Some(1));
    assert!(
        answer
            .stderr
            .contains("STATUS_IO_DEVICE_ERROR (0xC0000185) from the protocol driver"),
        "{}",
        answer.stderr
    );
    scene.plugctl_ok(&["disconnect", &id])?;
    idle.within(&scene, std::time::Duration::ZERO)?;
    scene.close()
}

#[test]
fn units_plugs_and_versions_are_told() -> Result<()> {
    let scene = Scene::open("units", 2)?;
    let units = scene.plugctl_json(&["units"])?;
    let text = units.to_string();
    assert_eq!(units["units"].as_array().map(Vec::len), Some(2), "{text}");
    let ambiguous = scene.plugctl(&["state", "oPCR[0]"])?;
    assert_eq!(ambiguous.code, Some(2), "two units, and none named");
    let all = scene.plugctl_json(&["plugs"])?;
    assert_eq!(all["units"].as_array().map(Vec::len), Some(2), "{all}");
    // By what stays the same as well.
    let eui64 = units["units"][1]["eui64"].as_str().unwrap_or_default();
    let one = scene.plugctl_json(&["plugs", eui64])?;
    assert_eq!(one["units"][0]["unit"], units["units"][1]["id"], "{one}");
    let first = units["units"][0]["id"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let plugs = scene.plugctl_ok(&["plugs", "--unit", &first])?;
    assert!(
        plugs.contains("oPCR[0]") && plugs.contains("iPCR[0]"),
        "{plugs}"
    );
    scene.close()
}

#[test]
fn a_protocol_driver_of_version_2_is_spoken_to_in_version_2() -> Result<()> {
    let mut scene = Scene::open("version-2", 0)?;
    // The version is asked when a unit comes, so it must be set before.
    scene.add_unit_with(9, &[])?;
    scene.simctl(&["ddi-version", "2"])?;
    scene.add_unit(1)?;
    let units = scene.plugctl_json(&["units"])?;
    assert_eq!(units["units"][0]["ddi_version"], 2, "{units}");
    let id = scene.plugctl_ok(&["connect", "--out", "0", "--persist"])?;
    assert!(scene.plugctl_ok(&["plugs"])?.contains("active"));
    scene.plugctl_ok(&["disconnect", id.trim()])?;
    scene.close()
}
