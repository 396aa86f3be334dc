//! `plugctl report`, `get`, `set` and `doctor` on the real driver.

use anyhow::Result;
use e2e::Scene;
use serde_json::Value;

use crate::support::SUCCESS;

/// What a register is, as another node of the bus reads it.
fn on_the_bus(scene: &Scene, register: &str) -> Result<Value> {
    Ok(scene.simctl_json(&["read", "unit0", register])?["value"].clone())
}

#[test]
fn registers_are_told_as_libiec61883_tells_them() -> Result<()> {
    let scene = Scene::open("report", 1)?;
    let report = scene.plugctl_json(&["report"])?;
    let registers = report["units"][0]["registers"].as_array();
    let registers = registers.cloned().unwrap_or_default();
    assert!(registers.len() > 3, "{report}");
    for register in &registers {
        let name = crate::support::text(&register["name"])?;
        let there = on_the_bus(&scene, &name.replace(['[', ']'], ""))?;
        assert_eq!(register["register"], there, "{name}");
    }
    let text = scene.plugctl_ok(&["report", "1.1"])?;
    for register in &registers {
        let name = crate::support::text(&register["name"])?;
        assert!(text.lines().any(|line| line.starts_with(name)), "{text}");
    }
    let plugs = &registers[0]["attributes"]["n_plugs"];
    let printed = scene.plugctl_ok(&["get", "1.1", "OMPR.n_plugs", "oPCR[0].Online"])?;
    let lines: Vec<_> = printed.lines().collect();
    assert_eq!(lines, [plugs.to_string(), "1".to_owned()], "{report}");
    scene.close()
}

#[test]
fn registers_are_set_as_far_as_the_protocol_driver_lets() -> Result<()> {
    let scene = Scene::open("set", 1)?;
    let before = on_the_bus(&scene, "iPCR0")?;
    let refused = scene.plugctl(&["set", "1.1", "iPCR[0].online=0"])?;
    assert_eq!(refused.code, Some(1));
    let says = "STATUS_ACCESS_DENIED (0xC0000022) from the protocol driver";
    assert!(refused.stderr.contains(says), "{}", refused.stderr);
    assert_eq!(on_the_bus(&scene, "iPCR0")?, before);

    let id = scene.plugctl_ok(&["create-plug", "1.1", "out", "--persist"])?;
    let set = [
        "set",
        "1.1",
        "local.oPCR[0].channel=5",
        "local.opcr[0].payload=0x28",
    ];
    let answer = scene.plugctl_ok(&set)?;
    assert_eq!(answer.trim(), format!("local.oPCR[0]: {SUCCESS}"));
    let read = scene.simctl_json(&["read", "local", "oPCR0"])?;
    assert_eq!(read["value"], "0x80050028", "{read}");
    let channel = scene.plugctl_ok(&["get", "1.1", "local.oPCR[0].channel"])?;
    assert_eq!(channel.trim(), "5");
    scene.plugctl_ok(&["delete-plug", id.trim()])?;
    let gone = scene.plugctl(&["get", "1.1", "local.oPCR[0].channel"])?;
    assert_eq!(gone.code, Some(1), "{}", gone.stdout);
    scene.close()
}

/// Wine's device manager does not know the units of `linux/pnp`, and Wine takes itself for another
/// Windows: what is found of those is not looked at.
#[test]
fn the_doctor_finds_the_driver() -> Result<()> {
    let mut scene = Scene::open("doctor", 1)?;
    let findings = |scene: &Scene| -> Result<Vec<Value>> {
        let ran = scene.plugctl(&["doctor", "--json"])?;
        let document: Value = serde_json::from_str(&ran.stdout)?;
        let findings = document["findings"].as_array().cloned();
        let mut findings = findings.unwrap_or_default();
        findings.push(ran.code.into());
        Ok(findings)
    };
    let verdict = |findings: &[Value], check: &str| -> Value {
        let found = findings.iter().find(|finding| finding["check"] == check);
        found.map_or(Value::Null, |finding| finding["verdict"].clone())
    };
    let told = findings(&scene)?;
    for check in ["service", "device", "changes", "version"] {
        assert_eq!(verdict(&told, check), "ok", "{check}: {told:?}");
    }
    let units = told.iter().find(|finding| finding["check"] == "units");
    let found = units.map(|units| units["found"].to_string());
    assert!(
        found.is_some_and(|found| found.contains("the driver lists 1 unit")),
        "{told:?}"
    );
    // With the last unit the control device goes.
    scene.remove_unit(1)?;
    let told = findings(&scene)?;
    assert_eq!(verdict(&told, "device"), "problem", "{told:?}");
    assert_eq!(told.last(), Some(&Value::from(3)), "{told:?}");
    scene.close()
}
