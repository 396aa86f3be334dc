//! Drivers come and go.

use anyhow::Result;
use e2e::Scene;

#[test]
fn twenty_starts_and_stops_leak_nothing() -> Result<()> {
    let mut scene = Scene::open("cycles", 0)?;
    for round in 0..20 {
        scene.add_unit(1)?;
        // The last unit's drivers are unloaded with it: their verifier looks for what they leak.
        if round % 5 == 0 {
            scene.connect(0, 0)?;
        }
        scene.remove_unit(1)?;
    }
    scene.close()
}

#[test]
fn the_control_device_outlives_the_last_unit_for_an_open_handle() -> Result<()> {
    let mut scene = Scene::open("last-handle", 1)?;
    // A connection that is held ends its program when the unit leaves; a plug does not.
    let mut client = scene.spawn("plugctl.exe", &["create-plug", "1.1", "in"])?;
    client.read_line_until(|line| line.contains('.'), e2e::PROGRAM)?;
    scene.remove_unit(1)?;
    scene.add_unit(1)?;
    assert_eq!(
        scene.plugctl_json(&["units"])?["units"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    client.kill9()?;
    scene.remove_unit(1)?;
    assert_eq!(scene.plugctl(&["units"])?.code, Some(3));
    scene.close()
}

#[test]
fn a_bus_reset_and_a_second_unit_are_seen() -> Result<()> {
    let mut scene = Scene::open("second-unit", 1)?;
    let before = scene.plugctl_json(&["units"])?;
    scene.simctl(&["reset"])?;
    scene.add_unit(2)?;
    let after = scene.plugctl_json(&["units"])?;
    assert_eq!(after["units"].as_array().map(Vec::len), Some(2));
    let generation = |units: &serde_json::Value| units["units"][0]["generation"].as_u64();
    assert!(generation(&after) > generation(&before), "{before} {after}");
    scene.remove_unit(2)?;
    assert_eq!(
        scene.plugctl_json(&["units"])?["units"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    scene.close()
}
