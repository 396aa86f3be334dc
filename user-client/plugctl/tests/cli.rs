//! The program itself, where there is no driver.

use std::process::{Command, Output};

fn plugctl(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_plugctl"))
        .args(arguments)
        .output()
        .unwrap()
}

/// Exit code, stdout, stderr.
fn ran(arguments: &[&str]) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = plugctl(arguments);
    let text = |bytes| String::from_utf8(bytes).unwrap().replace("\r\n", "\n");
    (status.code().unwrap(), text(stdout), text(stderr))
}

// Where there may be one, these commands would do what they say.
#[cfg(not(windows))]
#[test]
fn every_command_tells_in_one_line_that_there_is_no_driver() {
    let commands: [&[&str]; 28] = [
        &["unit-info", "1.1"],
        &["unit-info", "1.1", "set", "address-type", "global"],
        &["create-plug", "1.1", "in"],
        &["create-plug", "1.1", "out", "--persist"],
        &["set-plug", "1.lo0.1", "0x803F0000"],
        &["delete-plug", "1.lo0.1", "--force"],
        &["bus-reset", "1.1", "--yes"],
        &["unit-directory", "list"],
        &["unit-directory", "add", "1.1", "0xA02D", "1"],
        &["unit-directory", "remove", "1.1"],
        &["monitor", "--count", "1"],
        &["snapshot"],
        &["units"],
        &["plugs"],
        &["connections"],
        &["connections", "--watch=5"],
        &["units", "--watch"],
        &["plugs", "00A0DE0000000001"],
        &["disconnect", "--all", "--force"],
        &["state", "iPCR[0]"],
        &["connect", "--out", "0"],
        &["connect", "--in", "0", "--persist"],
        &["disconnect", "1.1", "2.1"],
        &["report"],
        &["get", "1.1", "oPCR[0].channel"],
        &["set", "1.1", "iPCR[0].online=1"],
        &["teardown", "--only", "plugs"],
        &["teardown", "--only", "plugs", "--dry-run"],
    ];
    for command in commands {
        let (code, out, err) = ran(command);
        assert_eq!(
            (code, &*out, err.lines().count()),
            (3, "", 1),
            "{command:?}: {err}"
        );
        assert!(err.starts_with("error: could not open the driver"), "{err}");
        assert!(
            err.contains(r"there is no driver at \\.\Plug61883; "),
            "{err}"
        );

        let json: Vec<_> = command.iter().copied().chain(["--json"]).collect();
        let (code, out, err) = ran(&json);
        assert_eq!(
            (code, out.lines().count(), &*err),
            (3, 1, ""),
            "{command:?}"
        );
        let document: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(document["error"]["kind"], "no_driver");
    }
}

#[cfg(not(windows))]
#[test]
fn what_is_of_windows_alone_says_so_in_one_line() {
    let commands: [&[&str]; 11] = [
        &["machine", "units"],
        &["machine", "units", "--host", "BENCH2"],
        &["audio", "list"],
        &["audio", "disconnect", "12345678"],
        &["audio", "disconnect", "12345678", "--idempotent"],
        &["router", "check"],
        &["router", "check", "--server", "ROUTER1"],
        &["net", "list"],
        &["net", "disconnect", "FireWire", "--idempotent"],
        &["teardown"],
        &["teardown", "--dry-run", "--only", "net,plugs"],
    ];
    for command in commands {
        let (code, out, err) = ran(command);
        assert_eq!(
            (code, &*out, err.lines().count()),
            (3, "", 1),
            "{command:?}: {err}"
        );
        assert!(err.starts_with("error: could not "), "{err}");
        let end = " need Windows; use plugctl.exe on Windows\n";
        assert!(err.ends_with(end), "{err}");

        let json: Vec<_> = command.iter().copied().chain(["--json"]).collect();
        let (code, out, err) = ran(&json);
        assert_eq!(
            (code, out.lines().count(), &*err),
            (3, 1, ""),
            "{command:?}"
        );
        let document: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(document["error"]["kind"], "needs_windows");
    }
}

#[test]
fn a_simulated_bus_reaches_nothing_real() {
    let commands: [&[&str]; 7] = [
        &["machine", "units"],
        &["audio", "list"],
        &["audio", "disconnect", "12345678"],
        &["router", "check"],
        &["net", "disconnect", "FireWire"],
        &["teardown", "--only", "audio"],
        &["teardown", "--only", "plugs,net"],
    ];
    for command in commands {
        let words: Vec<_> = command.iter().copied().chain(["--sim"]).collect();
        let (code, out, err) = ran(&words);
        assert_eq!(
            (code, &*out, err.lines().count()),
            (2, "", 1),
            "{command:?}: {err}"
        );
        assert!(err.starts_with("error: a simulated bus has no "), "{err}");
    }
}

#[test]
fn wrong_usage_is_told_in_one_line() {
    let commands: [&[&str]; 8] = [
        &[],
        &["frobnicate"],
        &["units", "extra"],
        &["disconnect"],
        &["disconnect", "banana"],
        &["connect"],
        &["connect", "--out", "31"],
        &["plugs", "--unit", "x"],
    ];
    for command in commands {
        let (code, out, err) = ran(command);
        assert_eq!(
            (code, &*out, err.lines().count()),
            (2, "", 1),
            "{command:?}: {err}"
        );
        assert!(err.starts_with("error: "), "{err}");
    }
}

#[test]
fn help_and_version() {
    let (code, out, err) = ran(&["--version"]);
    let version = concat!("plugctl ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!((code, &*out, &*err), (0, version, ""));
    let (code, out, _) = ran(&["--help"]);
    assert_eq!(code, 0);
    for command in [
        "unit-info",
        "create-plug",
        "set-plug",
        "delete-plug",
        "bus-reset",
        "unit-directory",
        "monitor",
        "snapshot",
        "units",
        "plugs",
        "connections",
        "state",
        "connect",
        "disconnect",
        "teardown",
        "audio",
        "net",
        "router",
        "machine",
    ] {
        assert!(out.contains(command), "{out}");
    }
    // No colour where nobody looks.
    assert!(!out.contains('\u{1b}'));
}
