//! A client in C, by the header alone: what it sees and what it is told.

use anyhow::Result;
use e2e::Scene;

use crate::support::Idle;

const PROGRAM: &str = "cclient.exe";

#[test]
fn a_client_in_c_connects_and_disconnects() -> Result<()> {
    let scene = Scene::open("c-client", 1)?;
    let idle = Idle::remember(&scene)?;
    let output = scene.program(PROGRAM, &[])?;
    let text = format!("{}{}", output.stdout, output.stderr);
    assert_eq!(output.code, Some(0), "{text}");

    let mut lines = output.stdout.lines();
    let mut line = |start: &str| {
        let found = lines.find(|line| line.starts_with(start));
        found.unwrap_or_else(|| panic!("no {start:?}, or not in this place, in:\n{text}"))
    };
    assert!(line("interface: ").starts_with("interface: version 1, "));
    line("unit 1.1: ");
    line("oPCR[0]: id 0x");
    line("iPCR[0]: id 0x");
    let id = line("connected: ")
        .trim_start_matches("connected: ")
        .to_owned();
    assert_eq!(
        line("connection "),
        format!("connection {id}: unit 1.1, ours")
    );
    assert_eq!(
        line("disconnect "),
        format!("disconnect {id}: 0x00000000 from the protocol driver")
    );
    assert_eq!(
        line("disconnect "),
        format!("disconnect {id}: 0xC000000D from plug61883")
    );
    assert_eq!(line("event: "), format!("event: connected {id}"));
    assert_eq!(
        line("event: "),
        format!("event: disconnected {id}, reason 1")
    );
    assert_eq!(line("events: "), "events: 2, lost 0, to come 0");
    let snapshot = line("snapshot: ");
    assert!(
        snapshot.contains(": 1 units, 2 plugs, 0 connections, 0 unit directories"),
        "{snapshot}"
    );

    idle.within(&scene, std::time::Duration::ZERO)?;
    scene.close()
}

#[test]
fn without_a_unit_a_client_in_c_is_told_so() -> Result<()> {
    let scene = Scene::open("c-client-no-unit", 0)?;
    let output = scene.program(PROGRAM, &[])?;
    assert_eq!(output.code, Some(3), "{}{}", output.stdout, output.stderr);
    assert!(
        output.stderr.contains(r"\\.\Plug61883"),
        "{}",
        output.stderr
    );
    scene.close()
}
