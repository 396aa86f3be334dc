//! A protocol driver that does not answer: requests end by cancel, by time, by removal.

use std::time::Duration;

use anyhow::Result;
use e2e::{Scene, instance};
use plug61883_abi::ioctl::DISCONNECT;

use crate::support::{Idle, SOON, wait_until_held};

#[test]
fn a_held_request_ends_by_its_timeout() -> Result<()> {
    let scene = Scene::open("timeout", 1)?;
    let idle = Idle::remember(&scene)?;
    let id = scene.connect(0, 0)?;
    scene.simctl(&["hold", "Disconnect"])?;
    let answer = scene.plugctl(&["--timeout", "300", "disconnect", &id])?;
    assert_eq!(answer.code, Some(1));
    assert!(
        answer
            .stderr
            .contains("STATUS_IO_TIMEOUT (0xC00000B5) from plug61883"),
        "{}",
        answer.stderr
    );
    // It was cancelled below, so the connection is there still, and can be broken.
    scene.plugctl_ok(&["disconnect", &id])?;
    idle.within(&scene, Duration::ZERO)?;
    scene.close()
}

#[test]
fn a_held_request_is_cancelled_by_cancel_io_ex() -> Result<()> {
    let scene = Scene::open("cancel", 1)?;
    let idle = Idle::remember(&scene)?;
    let id = scene.connect(0, 0)?;
    scene.simctl(&["hold", "Disconnect"])?;
    let request = crate::bad_input::disconnect(&id, 0)?;
    let output = scene.program(
        "rawioctl.exe",
        &[
            "--access",
            "write",
            "send",
            &DISCONNECT.to_string(),
            &request,
            "16",
            "--cancel-after",
            "200",
        ],
    )?;
    assert!(
        output.stdout.contains("name=STATUS_CANCELLED"),
        "{}",
        output.stdout
    );
    scene.plugctl_ok(&["disconnect", &id])?;
    idle.within(&scene, Duration::ZERO)?;
    scene.close()
}

#[test]
fn a_connect_that_was_given_up_and_is_made_late_is_undone() -> Result<()> {
    let scene = Scene::open("late", 1)?;
    let idle = Idle::remember(&scene)?;
    scene.simctl(&["hold", "Connect", "--ignore-cancel"])?;
    let answer = scene.plugctl(&[
        "--timeout",
        "300",
        "connect",
        "--out",
        "0",
        "--in",
        "0",
        "--persist",
    ])?;
    assert_eq!(answer.code, Some(1));
    assert!(
        answer.stderr.contains("STATUS_IO_TIMEOUT"),
        "{}",
        answer.stderr
    );
    scene.simctl(&["release"])?;
    idle.within(&scene, SOON)?;
    assert_eq!(
        scene.plugctl_json(&["connections"])?["connections"],
        serde_json::json!([])
    );
    scene.close()
}

#[test]
fn a_stack_is_removed_while_a_request_is_held() -> Result<()> {
    let mut scene = Scene::open("removal", 1)?;
    for surprise in [false, true] {
        let id = scene.connect(0, 0)?;
        scene.simctl(&["hold", "Disconnect"])?;
        let mut client = scene.spawn("plugctl.exe", &["--timeout", "60000", "disconnect", &id])?;
        wait_until_held(&scene, 1)?;
        let command = if surprise {
            "surprise-remove"
        } else {
            "remove"
        };
        scene.bench().pnp(&format!("{command} {}", instance(1)))?;
        let output = client.wait_timeout(SOON)?;
        assert_eq!(output.code, Some(1), "{}{}", output.stdout, output.stderr);
        assert!(
            output
                .stderr
                .contains("STATUS_DEVICE_REMOVED (0xC00002B6) from plug61883"),
            "{}",
            output.stderr
        );
        assert_eq!(
            scene.plugctl(&["units"])?.code,
            Some(3),
            "no unit, no driver"
        );
        scene.add_unit(1)?;
    }
    scene.close()
}
