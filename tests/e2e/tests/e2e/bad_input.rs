//! Bad input to the driver: each mistake its NTSTATUS, and the driver works on.

use anyhow::{Context, Result};
use e2e::Scene;
use plug61883_abi::ioctl::{
    CONNECT, DISCONNECT, GET_PLUG, LIST_UNITS, PLUG_STATE, QUERY_INTERFACE, UNIT_INFO,
};

/// A request: header for `unit`, then `rest`, as hexadecimal bytes.
fn request(unit: u64, rest: &[u32]) -> String {
    header(1, 0, unit, 0, rest)
}

fn header(version: u16, reserved: u16, unit: u64, timeout: u32, rest: &[u32]) -> String {
    let size = 24 + 4 * u32::try_from(rest.len()).unwrap_or(u32::MAX);
    let mut bytes = Vec::new();
    bytes.extend(size.to_le_bytes());
    bytes.extend(version.to_le_bytes());
    bytes.extend(reserved.to_le_bytes());
    bytes.extend(unit.to_le_bytes());
    bytes.extend(timeout.to_le_bytes());
    bytes.extend(0_u32.to_le_bytes());
    bytes.extend(rest.iter().flat_map(|word| word.to_le_bytes()));
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A disconnect request for an id in its text form.
pub(crate) fn disconnect(id: &str, flags: u32) -> Result<String> {
    let (slot, generation) = id.split_once('.').context("no id")?;
    Ok(request(0, &[slot.parse()?, generation.parse()?, flags, 0]))
}

fn status(scene: &Scene, access: &str, code: u32, input: &str, output: &str) -> Result<String> {
    let code = code.to_string();
    let answer = scene.program(
        "rawioctl.exe",
        &["--access", access, "send", &code, input, output],
    )?;
    let line = answer.stdout.lines().last().unwrap_or_default().to_owned();
    let name = line
        .split_whitespace()
        .find_map(|pair| pair.strip_prefix("name="));
    Ok(name
        .with_context(|| format!("{}{}", answer.stdout, answer.stderr))?
        .to_owned())
}

#[test]
fn every_mistake_gets_its_status() -> Result<()> {
    let scene = Scene::open("bad-input", 1)?;
    let unit = 1 << 32 | 1;
    let plug = |number: u32, direction: u32, generation: u32| {
        [1 | number << 16 | direction << 24, generation]
    };
    let connect = |output: [u32; 2], input: [u32; 2], kind: u32, flags: u32| {
        let mut rest = vec![output[0], output[1], input[0], input[1], kind, flags];
        rest.extend([0; 6]);
        request(unit, &rest)
    };
    let long = format!("{},00*4", request(0, &[]));
    let huge = format!("{},00*65536", request(0, &[]));
    let cases: &[(&str, u32, &str, &str, &str)] = &[
        (
            "unknown code",
            0x9883_6FFC,
            &request(0, &[]),
            "64",
            "STATUS_INVALID_DEVICE_REQUEST",
        ),
        ("no input", LIST_UNITS, "-", "64", "STATUS_BUFFER_TOO_SMALL"),
        (
            "short header",
            LIST_UNITS,
            "18000000,01*4",
            "64",
            "STATUS_BUFFER_TOO_SMALL",
        ),
        (
            "short request",
            UNIT_INFO,
            &request(unit, &[]),
            "512",
            "STATUS_BUFFER_TOO_SMALL",
        ),
        (
            "long request",
            LIST_UNITS,
            &long,
            "64",
            "STATUS_INFO_LENGTH_MISMATCH",
        ),
        (
            "huge request",
            LIST_UNITS,
            &huge,
            "64",
            "STATUS_INFO_LENGTH_MISMATCH",
        ),
        (
            "no output",
            LIST_UNITS,
            &request(0, &[]),
            "0",
            "STATUS_BUFFER_TOO_SMALL",
        ),
        (
            "short output",
            QUERY_INTERFACE,
            &request(0, &[]),
            "55",
            "STATUS_BUFFER_TOO_SMALL",
        ),
        (
            "version 0",
            LIST_UNITS,
            &header(0, 0, 0, 0, &[]),
            "64",
            "STATUS_REVISION_MISMATCH",
        ),
        (
            "version 2",
            LIST_UNITS,
            &header(2, 0, 0, 0, &[]),
            "64",
            "STATUS_REVISION_MISMATCH",
        ),
        (
            "reserved",
            LIST_UNITS,
            &header(1, 1, 0, 0, &[]),
            "64",
            "STATUS_INVALID_PARAMETER",
        ),
        (
            "timeout",
            LIST_UNITS,
            &header(1, 0, 0, 60_001, &[]),
            "64",
            "STATUS_INVALID_PARAMETER",
        ),
        (
            "no unit",
            UNIT_INFO,
            &request(0, &[1, 0]),
            "512",
            "STATUS_NO_SUCH_DEVICE",
        ),
        (
            "unknown unit",
            UNIT_INFO,
            &request(unit + 1, &[1, 0]),
            "512",
            "STATUS_NO_SUCH_DEVICE",
        ),
        (
            "stale unit",
            UNIT_INFO,
            &request(unit + (1 << 32), &[1, 0]),
            "512",
            "STATUS_NO_SUCH_DEVICE",
        ),
        (
            "level",
            UNIT_INFO,
            &request(unit, &[99, 0]),
            "512",
            "STATUS_INVALID_PARAMETER",
        ),
        (
            "plug number",
            GET_PLUG,
            &request(unit, &[0, 31]),
            "24",
            "STATUS_INVALID_PARAMETER",
        ),
        (
            "direction",
            GET_PLUG,
            &request(unit, &[2, 0]),
            "24",
            "STATUS_INVALID_PARAMETER",
        ),
        (
            "made-up plug",
            PLUG_STATE,
            &request(0, &plug(30, 1, 7)),
            "48",
            "STATUS_INVALID_PARAMETER",
        ),
        (
            "no plug",
            PLUG_STATE,
            &request(0, &[0, 0]),
            "48",
            "STATUS_INVALID_PARAMETER",
        ),
        (
            "neither plug",
            CONNECT,
            &connect([0, 0], [0, 0], 1, 0),
            "24",
            "STATUS_INVALID_PARAMETER",
        ),
        (
            "made-up plugs",
            CONNECT,
            &connect(plug(0, 0, 9), [0, 0], 1, 0),
            "24",
            "STATUS_INVALID_PARAMETER",
        ),
        (
            "connect type",
            CONNECT,
            &connect(plug(0, 0, 1), [0, 0], 2, 0),
            "24",
            "STATUS_INVALID_PARAMETER",
        ),
        (
            "connect flags",
            CONNECT,
            &connect(plug(0, 0, 1), [0, 0], 1, 2),
            "24",
            "STATUS_INVALID_PARAMETER",
        ),
        (
            "made-up id",
            DISCONNECT,
            &disconnect("9.9", 0)?,
            "16",
            "STATUS_INVALID_PARAMETER",
        ),
        (
            "no id",
            DISCONNECT,
            &disconnect("0.0", 0)?,
            "16",
            "STATUS_INVALID_PARAMETER",
        ),
        (
            "all bits",
            DISCONNECT,
            &disconnect("4294967295.4294967295", 0)?,
            "16",
            "STATUS_INVALID_PARAMETER",
        ),
        (
            "disconnect flags",
            DISCONNECT,
            &disconnect("1.1", 2)?,
            "16",
            "STATUS_INVALID_PARAMETER",
        ),
    ];
    for (what, code, input, output, expected) in cases {
        assert_eq!(
            &status(&scene, "write", *code, input, output)?,
            expected,
            "{what}"
        );
    }
    for code in [CONNECT, DISCONNECT] {
        let status = status(&scene, "read", code, &disconnect("1.1", 0)?, "64")?;
        assert_eq!(
            status, "STATUS_ACCESS_DENIED",
            "{code:#x} on a handle for reading"
        );
    }
    // A plug that the standard allows and the unit does not have is for the protocol driver to
    // refuse.
    let beyond = scene.plugctl(&["connect", "--out", "30", "--persist"])?;
    assert_eq!(beyond.code, Some(1));
    assert!(
        beyond.stderr.contains(crate::support::LOST),
        "{}",
        beyond.stderr
    );

    let id = scene.connect(0, 0)?;
    assert_eq!(
        status(&scene, "write", DISCONNECT, &disconnect(&id, 0)?, "16")?,
        "STATUS_SUCCESS"
    );
    assert_eq!(
        status(&scene, "write", DISCONNECT, &disconnect(&id, 0)?, "16")?,
        "STATUS_INVALID_PARAMETER",
        "a stale id"
    );
    scene.close()
}
