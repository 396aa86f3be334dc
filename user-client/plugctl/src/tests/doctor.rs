//! `doctor`, as far as a system has it that is not Windows.

use serde_json::Value;

use super::*;

#[test]
fn a_simulated_bus_is_well() {
    let ran = run_sim("--sim doctor");
    assert_eq!((ran.exit, &*ran.err), (Exit::Done, ""));
    let version = env!("CARGO_PKG_VERSION");
    insta::assert_snapshot!(ran.out.replace(version, "VERSION"));
    let ran = run_sim("--sim doctor --json");
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    let findings = document["findings"].as_array().unwrap();
    assert_eq!((ran.exit, findings.len()), (Exit::Done, 5));
    let expected = serde_json::json!({
        "check": "units", "device": null, "name": null, "verdict": "ok",
        "found": "the driver lists 4 units", "advice": null,
    });
    assert_eq!(findings[4], expected);
}

#[cfg(not(windows))]
#[test]
fn another_system_has_no_driver() {
    let ran = run_closed("doctor", &|access| {
        let kind = plug61883::ErrorKind::NoDriver;
        Err(Error::new(plug61883::Asked::Open { access }, kind))
    });
    assert_eq!((ran.exit, &*ran.err), (Exit::Absent, ""));
    insta::assert_snapshot!(ran.out);
}
