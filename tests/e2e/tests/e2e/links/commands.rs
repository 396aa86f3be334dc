//! plugctl's commands for links, with what this Wine answers, and with libraries in the places of
//! Windows' own, which answer as they are told and count handles.

use std::fs;

use anyhow::{Context, Result, ensure};
use e2e::Scene;
use plug61883::links::{Call, ConfigRet, LinkCode, Win32};
use serde_json::{Value, json};

use super::codes;

const NO_OTHERS: &str = "since Windows 8 and Windows Server 2012, Windows no longer reaches the \
     device tree of another machine";

/// Lines of plugctl; where there is no sound card, Wine's sound library writes of it.
fn errors(stderr: &str) -> usize {
    let lines = stderr.lines();
    lines.filter(|line| !line.starts_with("ALSA ")).count()
}

/// Runs a line that must end with this code and say this; without --json, a failure is one line.
fn says(scene: &Scene, line: &str, code: i32, said: &[&str]) -> Result<()> {
    let words: Vec<_> = line.split_whitespace().collect();
    let output = scene.plugctl(&words)?;
    let all = format!("{}{}", output.stdout, output.stderr);
    ensure!(
        output.code == Some(code),
        "{line}: {:?}: {all}",
        output.code
    );
    for part in said {
        ensure!(all.contains(part), "{line}: no {part:?} in:\n{all}");
    }
    let errors = errors(&output.stderr);
    ensure!(
        errors == usize::from(code != 0),
        "{line}: {}",
        output.stderr
    );

    let output = scene.plugctl(&[&words[..], &["--json"]].concat())?;
    ensure!(output.code == Some(code), "{line}: {:?}", output.code);
    let document: Value = serde_json::from_str(&output.stdout)?;
    ensure!(
        self::errors(&output.stderr) == 0,
        "{line}: {}",
        output.stderr
    );
    ensure!(
        document["error"].is_null() == (code == 0),
        "{line}: {document}"
    );
    Ok(())
}

#[test]
fn what_this_wine_answers_is_told_by_the_commands() -> Result<()> {
    let mut scene = Scene::open("links-commands", 0)?;
    let none = "there is no 1394 or 61883 device";
    says(&scene, "machine units", 0, &[none])?;
    let other = format!(
        r#"error: could not connect to the machine "\\OTHER": CR_ACCESS_DENIED (0x33) from CM_Connect_MachineW: {NO_OTHERS}; run plugctl on that machine"#
    );
    says(&scene, "machine units --host OTHER", 1, &[&other])?;
    let no_router = "ERROR_NOT_SUPPORTED (50) from MprConfigServerConnect: this Windows has no \
         router configuration; use a Windows Server that has the role Remote Access";
    says(&scene, "router check", 3, &[no_router])?;
    says(
        &scene,
        "router check --server R1",
        3,
        &["\"R1\"", no_router],
    )?;
    let no_net = "error: could not list the network connections: REGDB_E_CLASSNOTREG \
         (0x80040154) from CoCreateInstance(ConnectionManager): this Windows has no network \
         connection manager; ";
    for line in [
        "net list",
        "net disconnect LAN",
        "net disconnect LAN --idempotent",
    ] {
        says(&scene, line, 3, &[no_net])?;
    }
    let unknown = "error: could not find the audio connector \"nothing\": no audio connector has \
         this name or id; \"plugctl audio list\" lists those there are";
    says(&scene, "audio disconnect nothing", 1, &[unknown])?;
    says(
        &scene,
        "audio disconnect nothing --idempotent",
        1,
        &[unknown],
    )?;

    // A machine that runs this may have a sound card, whose topology Wine does not know.
    let output = scene.plugctl(&["audio", "list", "--json"])?;
    let document: Value = serde_json::from_str(&output.stdout)?;
    let devices = document["devices"].as_array().context("no list")?;
    let failed = devices.iter().any(|device| !device["error"].is_null());
    assert_eq!(output.code, Some(i32::from(failed)), "{document}");

    // No unit is there, and so no driver.
    let no_driver = r"there is no driver at \\.\Plug61883";
    says(&scene, "teardown --only plugs", 3, &[no_driver])?;
    says(&scene, "teardown --only plugs --dry-run", 3, &[no_driver])?;
    says(&scene, "teardown --only net", 3, &[no_net])?;
    says(&scene, "--sim teardown", 0, &["3 broken"])?;
    says(
        &scene,
        "--sim net list",
        2,
        &["a simulated bus has no network connections"],
    )?;

    scene.bench().override_libraries("mprapi=");
    let missing = "ERROR_MOD_NOT_FOUND (126) from LoadLibraryExW(mprapi.dll): this Windows has no \
         router configuration";
    says(&scene, "router check", 3, &[missing])?;
    scene.close()
}

#[test]
fn a_teardown_breaks_every_plug_connection_and_tells_of_each() -> Result<()> {
    let scene = Scene::open("links-teardown-command", 1)?;
    let persisted = scene.connect(0, 0)?;
    // Of another program, which holds it.
    let mut holder = scene.spawn(
        "plugctl.exe",
        &["--json", "connect", "--out", "1", "--in", "1", "--hold"],
    )?;
    let made: Value = serde_json::from_str(&holder.read_line_until(|_| true, e2e::PROGRAM)?)?;
    let held = &made["connection"]["id"];

    let plan = scene.plugctl_json(&["teardown", "--dry-run"])?;
    check_plugs(
        &plan,
        "would_break",
        &Value::Null,
        &[&json!(persisted), held],
    )?;
    assert_eq!(plan["dry_run"], true);
    let there = scene.plugctl_json(&["connections"])?;
    assert_eq!(there["connections"].as_array().map(Vec::len), Some(2));

    let report = scene.plugctl_json(&["teardown"])?;
    let success = json!({ "name": "STATUS_SUCCESS", "code": "0x00000000" });
    check_plugs(&report, "broken", &success, &[&json!(persisted), held])?;
    // What this Wine lacks is told, and is no failure.
    assert_eq!(report["errors"][0]["kind"], "no_interface", "{report}");
    assert_eq!(report["errors"][0]["link"]["family"], "network", "{report}");
    let left = scene.plugctl_json(&["connections"])?;
    assert_eq!(left["connections"], json!([]), "{left}");
    let held = holder.wait_timeout(e2e::PROGRAM)?;
    assert_eq!(held.code, Some(1), "{}", held.stdout);

    says(
        &scene,
        "teardown --only plugs",
        0,
        &["there is nothing to break"],
    )?;
    let id = scene.connect(0, 0)?;
    let lines = scene.plugctl_ok(&["teardown"])?;
    for said in [&*id, "unit 1.1", "1 broken", "no network connections: "] {
        assert!(lines.contains(said), "{said}: {lines}");
    }
    // The protocol driver fails: the connection stays, and that is told.
    let id = scene.connect(0, 0)?;
    scene.simctl(&["fail", "Disconnect", "STATUS_IO_DEVICE_ERROR"])?;
    let output = scene.plugctl(&["teardown"])?;
    assert_eq!(output.code, Some(1), "{}", output.stdout);
    assert!(output.stdout.contains("1 failed"), "{}", output.stdout);
    let error = "STATUS_IO_DEVICE_ERROR (0xC0000185) from the protocol driver";
    assert!(output.stderr.contains(error), "{}", output.stderr);
    assert!(output.stderr.contains(&id), "{}", output.stderr);
    scene.plugctl_ok(&["teardown"])?;
    scene.close()
}

/// The plug connections of a teardown's document.
fn check_plugs(document: &Value, outcome: &str, answer: &Value, ids: &[&Value]) -> Result<()> {
    let results = document["results"].as_array().context("no results")?;
    let plugs = results.iter().filter(|result| result["family"] == "plug");
    let mut count = 0;
    for result in plugs {
        ensure!(ids.contains(&&result["id"]), "{result}");
        ensure!(result["outcome"] == outcome, "{result}");
        ensure!(&result["answer"] == answer, "{result}");
        count += 1;
    }
    ensure!(count == ids.len(), "{document}");
    Ok(())
}

/// What a program wrote to stderr, without what the test's libraries counted; the counts.
fn counted(stderr: &str) -> (String, Vec<String>) {
    const COUNTS: &str = "handles opened, open, misused: ";
    let (mut errors, mut counts) = (String::new(), Vec::new());
    for line in stderr.lines() {
        match line.trim_end().strip_prefix(COUNTS) {
            Some(count) => counts.push(count.to_owned()),
            None => errors.push_str(line),
        }
    }
    counts.sort();
    (errors, counts)
}

#[test]
fn codes_come_through_the_commands_and_nothing_is_left_open() -> Result<()> {
    let mut scene = Scene::open("links-commands-codes", 0)?;
    let folder = e2e::artifacts().join("links-commands");
    let program = codes::place(&mut scene, &folder, "plugctl.exe")?;
    scene.bench().override_libraries("cfgmgr32=n,b;mprapi=n,b");
    scene.bench().set_variable("LINKS_TEST_COUNTS", "1");

    let local = scene.program(&program, &["machine", "units"])?;
    let (errors, counts) = counted(&local.stderr);
    assert_eq!(
        (local.code, &*errors, &*counts),
        (Some(0), "", &["0 0 0".to_owned()][..])
    );
    for said in [
        r"1394\SIM&UNIT\1",
        "AV/C tape",
        r"1394\SIM&UNIT\2: CM_PROB_FAILED_START (10): it could not be started",
    ] {
        assert!(local.stdout.contains(said), "{said}: {}", local.stdout);
    }
    machine(&mut scene, &program)?;
    router(&mut scene, &program)?;
    fs::remove_dir_all(&folder)?;
    scene.close()
}

fn machine(scene: &mut Scene, program: &str) -> Result<()> {
    let line = ["machine", "units", "--host", "BENCH2"];
    let denied = ConfigRet::ACCESS_DENIED;
    for (function, call, code, opened) in [
        (
            "CM_Connect_MachineW",
            Call::ConnectMachine,
            ConfigRet::OUT_OF_MEMORY,
            0,
        ),
        (
            "CM_Connect_MachineW",
            Call::ConnectMachine,
            ConfigRet::INVALID_MACHINENAME,
            0,
        ),
        (
            "CM_Connect_MachineW",
            Call::ConnectMachine,
            ConfigRet::MACHINE_UNAVAILABLE,
            0,
        ),
        (
            "CM_Connect_MachineW",
            Call::ConnectMachine,
            ConfigRet::CALL_NOT_IMPLEMENTED,
            0,
        ),
        ("CM_Disconnect_Machine", Call::DisconnectMachine, denied, 1),
        (
            "CM_Get_Device_ID_List_SizeW",
            Call::DeviceIdListSize,
            denied,
            1,
        ),
        ("CM_Get_Device_ID_ListW", Call::DeviceIdList, denied, 1),
        ("CM_Locate_DevNodeW", Call::LocateDevice, denied, 1),
        ("CM_Get_DevNode_Status", Call::DeviceStatus, denied, 1),
        (
            "CM_Get_DevNode_Registry_PropertyW",
            Call::DeviceProperty,
            denied,
            1,
        ),
    ] {
        scene.bench().set_variable(function, &code.0.to_string());
        let output = scene.program(program, &line)?;
        scene.bench().set_variable(function, "");
        let (errors, counts) = counted(&output.stderr);
        assert_eq!(output.code, Some(1), "{function} {code}: {errors}");
        let code = LinkCode::ConfigRet(code);
        let meaning = call.meaning(code).context("no meaning")?;
        let said = format!("{code} from {call}: {meaning}; ");
        assert!(errors.contains(&said), "{said}: {errors}");
        assert_eq!(counts, [format!("{opened} 0 0")], "{function}");
        // Releasing the handle failed, after all was listed.
        let is_listed = output.stdout.contains(r"1394\SIM&UNIT\1");
        if call == Call::DisconnectMachine {
            assert!(is_listed, "{}", output.stdout);
        }
    }
    let output = scene.program(program, &[&line[..], &["--json"]].concat())?;
    let document: Value = serde_json::from_str(&output.stdout)?;
    assert_eq!(document["host"], r"\\BENCH2");
    assert_eq!(document["devices"].as_array().map(Vec::len), Some(3));
    assert_eq!(
        document["devices"][2]["problem"]["name"],
        "CM_PROB_FAILED_START"
    );
    assert_eq!(counted(&output.stderr).1, ["1 0 0"]);
    Ok(())
}

fn router(scene: &mut Scene, program: &str) -> Result<()> {
    let line = ["router", "check", "--server", "ROUTER1"];
    let output = scene.program(program, &line)?;
    let said = "the router configuration of ROUTER1 was opened and closed again";
    assert_eq!((output.code, output.stdout.trim_end()), (Some(0), said));
    // cfgmgr32.dll's, then mprapi.dll's.
    assert_eq!(counted(&output.stderr).1, ["0 0 0", "1 0 0"]);
    for (code, exit) in [
        (Win32::ACCESS_DENIED, 1),
        (Win32::NOT_ENOUGH_MEMORY, 1),
        (Win32::INVALID_PARAMETER, 1),
        (Win32::SERVER_UNAVAILABLE, 1),
        (Win32(4711), 1),
        (Win32::NOT_SUPPORTED, 3),
        (Win32::CALL_NOT_IMPLEMENTED, 3),
    ] {
        let call = Call::ConnectRouter;
        scene.bench().set_variable(call.name(), &code.0.to_string());
        let output = scene.program(program, &line)?;
        let (errors, counts) = counted(&output.stderr);
        let code = LinkCode::Win32(code);
        let meaning = call
            .meaning(code)
            .unwrap_or("nothing more is known of this answer");
        let said = format!("\"ROUTER1\": {code} from {call}: {meaning}; ");
        assert!(errors.contains(&said), "{said}: {errors}");
        assert_eq!(
            (output.code, &*counts),
            (Some(exit), &["0 0 0".to_owned(), "0 0 0".to_owned()][..])
        );
    }
    scene.bench().set_variable(Call::ConnectRouter.name(), "");
    Ok(())
}
