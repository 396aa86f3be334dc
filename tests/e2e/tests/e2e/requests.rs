//! What a unit can be asked, told and made to do.

use std::time::Duration;

use anyhow::Result;
use e2e::Scene;
use plug61883_abi::ids::UnitId;
use plug61883_abi::ioctl::{self, Origin, RequestHeader, UnitInfoRequest};
use plug61883_abi::status::NtStatus;
use serde_json::{Value, json};

use crate::raw::{Raw, UNIT, add_directory, create_plug, get_plug, header};
use crate::support::{Idle, REFUSED, SUCCESS, hold, text};

/// A unit without plug61883, so that the simulator is there before the unit of interest comes.
const BARE: usize = 9;

/// The value of a member in the simulator's settings of the first unit.
fn setting(scene: &Scene, name: &str) -> Result<Value> {
    Ok(scene.simctl_json(&["registrations"])?[0]["settings"][name].clone())
}

#[test]
fn what_a_unit_tells_of_itself_can_be_read_and_set() -> Result<()> {
    let scene = Scene::open("unit-info", 1)?;
    let info = scene.plugctl_json(&["unit-info", "1.1"])?;
    let level = |name: &str| -> Value {
        let mut levels = info["levels"].as_array().into_iter().flatten();
        let level = levels.find(|level| level["level"] == name);
        level.cloned().unwrap_or_default()
    };
    let ids = level("ids");
    assert_eq!(ids["eui64"], "00A0B06188300001", "{info}");
    assert_eq!(ids["vendor"], "Simulated Works");
    assert_eq!(ids["model"], "DV Deck");
    assert_eq!(ids["unit_model"], "DV Deck AV/C");
    let capabilities = level("capabilities");
    assert_eq!(capabilities["of"], "device");
    assert_eq!(
        (&capabilities["output_plugs"], &capabilities["input_plugs"]),
        (&json!(2), &json!(2))
    );
    assert_eq!(capabilities["max_speed"], "S400");
    assert_eq!(level("isoch")["rx_packets"], 1);
    assert_eq!(level("isoch")["tx_descriptors"], 256);
    let units = scene.simctl_json(&["units"])?;
    assert_eq!(level("node")["node"]["address"], units[0]["node"]);
    assert_eq!(
        level("node")["generation"],
        scene.simctl_json(&["state"])?["generation"]
    );
    assert_eq!(level("ddi")["ddi_version"], 3);
    assert_eq!(level("diag")["diag_level"], "0x00000000");

    // This computer has no plugs until some are created.
    let local = scene.plugctl_json(&["unit-info", "1.1", "--local"])?;
    assert_eq!(local["levels"][0]["of"], "computer", "{local}");
    assert_eq!(local["levels"][0]["output_plugs"], 0, "{local}");

    let set = |what: &[&str]| scene.plugctl(&[&["unit-info", "1.1", "set"], what].concat());
    let done = set(&["isoch", "--rx-packets", "4", "--tx-descriptors", "128"])?;
    assert_eq!(done.stdout.trim(), format!("1.1: {SUCCESS}"));
    assert_eq!(setting(&scene, "rx_num_packets")?, 4);
    assert_eq!(
        setting(&scene, "rx_num_descriptors")?,
        256,
        "it was not named"
    );
    assert_eq!(setting(&scene, "tx_num_descriptors")?, 128);
    let refused = set(&["isoch", "--rx-packets", "0"])?;
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.stderr.contains(crate::support::LOST),
        "{}",
        refused.stderr
    );

    set(&["address-type", "exclusive"])?;
    assert_eq!(setting(&scene, "exclusive_addresses")?, true);

    let denied = set(&["diag-level", "ignore-oplug"])?;
    assert_eq!(denied.code, Some(1));
    assert!(
        denied
            .stderr
            .contains("STATUS_ACCESS_DENIED (0xC0000022) from plug61883"),
        "{}",
        denied.stderr
    );
    assert_eq!(setting(&scene, "diag_level")?, 0);
    set(&["diag-level", "ignore-oplug", "--allow-diag"])?;
    assert_eq!(setting(&scene, "diag_level")?, 1);
    let diag = scene.plugctl_json(&["unit-info", "1.1", "--level", "diag"])?;
    assert_eq!(diag["levels"][0]["names"], json!(["ignore-oplug"]));
    scene.close()
}

#[test]
fn a_plug_of_this_computer_is_created_set_and_deleted() -> Result<()> {
    let scene = Scene::open("local-plug", 1)?;
    let idle = Idle::remember(&scene)?;
    let id = scene.plugctl_ok(&["create-plug", "1.1", "out", "--persist"])?;
    let id = id.trim();
    let plugs = scene.simctl_json(&["local-plugs"])?;
    assert_eq!(plugs[0]["plug"], "oPCR0", "{plugs}");
    assert_eq!(plugs[0]["notified"], true);
    assert_eq!(plugs[0]["register"], "0x803F007A");

    let set = scene.plugctl_ok(&["set-plug", id, "online,channel=5,payload=40"])?;
    assert_eq!(set.trim(), format!("{id}: {SUCCESS}"));
    let read = scene.simctl_json(&["read", "local", "oPCR0"])?;
    assert_eq!(read["value"], "0x80050028");
    let state = scene.plugctl_json(&["state", id])?;
    assert_eq!(state["plug"]["register"], "0x80050028", "{state}");
    let listed = scene.plugctl_json(&["plugs"])?;
    let local = &listed["units"][0]["local_plugs"][0];
    assert_eq!(local["id"], id, "{listed}");
    assert_eq!(local["register"], "0x80050028");
    assert_eq!(local["owner"], "driver");

    // Whoever changes it over the bus changes what is listed.
    scene.simctl(&["lock", "local", "oPCR0", "0x80050028", "0x80060028"])?;
    crate::support::until("the change is seen", || {
        let listed = scene.plugctl_json(&["plugs"])?;
        Ok(listed["units"][0]["local_plugs"][0]["channel"] == 6)
    })?;

    // With a connection it stays.
    let connection = scene.plugctl_ok(&["connect", "--out", id, "--in", "0", "--persist"])?;
    let connections = scene.simctl_json(&["connections"])?;
    assert_eq!(
        connections[0]["output"],
        json!({"unit": null, "number": 0}),
        "{connections}"
    );
    for force in [&["delete-plug", id][..], &["delete-plug", id, "--force"]] {
        let busy = scene.plugctl(force)?;
        assert_eq!(busy.code, Some(1));
        assert!(
            busy.stderr
                .contains("STATUS_DEVICE_BUSY (0x80000011) from plug61883"),
            "{}",
            busy.stderr
        );
    }
    scene.plugctl_ok(&["disconnect", connection.trim()])?;
    let deleted = scene.plugctl_ok(&["delete-plug", id])?;
    assert_eq!(deleted.trim(), format!("{id}: {SUCCESS}"));
    assert_eq!(scene.simctl_json(&["local-plugs"])?, json!([]));
    for stale in [
        &["delete-plug", id][..],
        &["set-plug", id, "0"],
        &["state", id],
    ] {
        let output = scene.plugctl(stale)?;
        assert_eq!(output.code, Some(1), "{stale:?}");
        assert!(
            output.stderr.contains(REFUSED),
            "{stale:?}: {}",
            output.stderr
        );
    }
    idle.within(&scene, Duration::ZERO)?;
    scene.close()
}

#[test]
fn unit_directories_come_and_go() -> Result<()> {
    let scene = Scene::open("directories", 1)?;
    let generation =
        || -> Result<Option<u64>> { Ok(scene.simctl_json(&["state"])?["generation"].as_u64()) };
    let before = generation()?;
    let add = ["unit-directory", "add", "1.1", "0x00A02D", "0x010001"];
    let kept = scene.plugctl_ok(&[&add[..], &["--persist"]].concat())?;
    let kept = kept.trim();
    let (mut client, held) = hold(&scene, &add)?;
    let seen = scene.simctl_json(&["directories"])?;
    assert_eq!(seen.as_array().map(Vec::len), Some(2), "{seen}");
    assert_eq!(seen[0]["unit_spec_id"], "0x00A02D");
    assert_eq!(seen[0]["unit_sw_version"], "0x010001");
    let listed = scene.plugctl_json(&["unit-directory", "list"])?;
    let row = |id: &str| -> Value {
        let mut rows = listed["directories"].as_array().into_iter().flatten();
        rows.find(|row| row["id"] == id)
            .cloned()
            .unwrap_or_default()
    };
    assert_eq!(row(kept)["owner"], "driver", "{listed}");
    assert_eq!(row(&held)["owner"], "other_handle", "{listed}");
    assert!(row(&held)["process_id"].is_u64(), "{listed}");
    assert_eq!(generation()?, before, "nobody asked for a bus reset");

    let another = scene.plugctl(&["unit-directory", "remove", &held])?;
    assert_eq!(another.code, Some(1), "another program owns it");
    client.kill9()?;
    crate::support::until("it goes with its owner", || {
        Ok(scene
            .simctl_json(&["directories"])?
            .as_array()
            .map(Vec::len)
            == Some(1))
    })?;
    scene.plugctl_ok(&["unit-directory", "remove", kept, "--bus-reset"])?;
    assert_eq!(scene.simctl_json(&["directories"])?, json!([]));
    assert!(generation()? > before);
    let stale = scene.plugctl(&["unit-directory", "remove", kept])?;
    assert!(stale.stderr.contains(REFUSED), "{}", stale.stderr);
    scene.close()
}

#[test]
fn the_bus_is_reset_when_it_is_meant() -> Result<()> {
    let scene = Scene::open("bus-reset", 1)?;
    let id = scene.connect(0, 0)?;
    let generation =
        || -> Result<Option<u64>> { Ok(scene.simctl_json(&["state"])?["generation"].as_u64()) };
    let before = generation()?;
    let unsure = scene.plugctl(&["bus-reset", "1.1"])?;
    assert_eq!(unsure.code, Some(2), "nobody is there to be asked");
    assert_eq!(generation()?, before);
    let done = scene.plugctl_ok(&["bus-reset", "1.1", "--yes"])?;
    assert_eq!(done.trim(), format!("1.1: {SUCCESS}"));
    assert!(generation()? > before);
    // The protocol driver makes its connections again.
    scene.plugctl_ok(&["disconnect", &id])?;
    scene.close()
}

#[test]
fn connections_of_every_kind_are_made() -> Result<()> {
    let scene = Scene::open("kinds", 1)?;
    let idle = Idle::remember(&scene)?;
    let cases: [(&[&str], &str, bool, bool); 5] = [
        (&["--out", "0", "--in", "1"], "point-to-point", true, true),
        (&["--out", "1"], "point-to-point", true, false),
        (&["--in", "0"], "point-to-point", false, true),
        (&["--out", "0", "--broadcast"], "broadcast", true, false),
        (&["--in", "1", "--broadcast"], "broadcast", false, true),
    ];
    for (plugs, kind, output, input) in cases {
        let id = scene.plugctl_ok(&[&["connect", "--persist"], plugs].concat())?;
        let id = id.trim();
        let made = scene.simctl_json(&["connections"])?;
        assert_eq!(made.as_array().map(Vec::len), Some(1), "{plugs:?} {made}");
        assert_eq!(made[0]["kind"], kind, "{plugs:?}");
        assert_eq!(made[0]["output"].is_object(), output, "{plugs:?} {made}");
        assert_eq!(made[0]["input"].is_object(), input, "{plugs:?} {made}");
        let listed = &scene.plugctl_json(&["connections"])?["connections"][0];
        assert_eq!(listed["id"], id);
        assert_eq!(text(&listed["kind"])?.replace('_', "-"), kind);
        assert_eq!(
            (&listed["has_output"], &listed["has_input"]),
            (&json!(output), &json!(input))
        );
        scene.plugctl_ok(&["disconnect", id])?;
        idle.within(&scene, Duration::ZERO)?;
    }
    scene.close()
}

/// Bandwidth that a stream to the device takes in this format, on a bus whose protocol driver speaks a version.
fn bandwidth(version: &str, format: &str) -> Result<i64> {
    let mut scene = Scene::open(&format!("format-{version}"), 0)?;
    scene.add_unit_with(BARE, &[])?;
    scene.simctl(&["ddi-version", version])?;
    scene.add_unit(1)?;
    let free = || -> Result<i64> {
        let state = scene.simctl_json(&["state"])?;
        Ok(state["bandwidth_free"].as_i64().unwrap_or_default())
    };
    let before = free()?;
    let id = scene.plugctl_ok(&["connect", "--in", "0", "--persist", "--format", format])?;
    let taken = before - free()?;
    scene.plugctl_ok(&["disconnect", id.trim()])?;
    assert_eq!(free()?, before);
    scene.close()?;
    Ok(taken)
}

#[test]
fn a_format_reaches_protocol_drivers_of_both_versions() -> Result<()> {
    let (plain, blocks) = ("dv-525-60", "dv-525-60,blocks=2");
    let new = bandwidth("3", plain)?;
    assert!(bandwidth("3", blocks)? > new);
    // Version 2 has no number of blocks.
    assert_eq!(bandwidth("2", blocks)?, new);
    Ok(())
}

#[test]
fn a_unit_of_an_old_protocol_driver_is_listed_and_refused() -> Result<()> {
    let mut scene = Scene::open("version-1", 0)?;
    scene.add_unit_with(BARE, &[])?;
    scene.simctl(&["ddi-version", "1"])?;
    scene.add_unit(1)?;
    crate::support::until("its version is known", || {
        let units = scene.plugctl_json(&["snapshot"])?["snapshot"]["units"].clone();
        Ok(units[0]["state"] == "unsupported" && units[0]["ddi_version"] == 1)
    })?;
    let units = scene.plugctl(&["--json", "units"])?;
    let document: Value = serde_json::from_str(&units.stdout)?;
    assert_eq!(document["units"][0]["state"], "unsupported", "{document}");

    let mut raw = Raw::writer(&scene)?;
    let asked = |level| UnitInfoRequest {
        header: header::<UnitInfoRequest>(UNIT),
        level,
        flags: 0,
    };
    let mismatch = (NtStatus::REVISION_MISMATCH, Origin::Driver);
    for level in 1..=6 {
        let answer = raw.send(ioctl::UNIT_INFO, &asked(level), 496)?;
        assert_eq!(answer.outcome()?, mismatch, "level {level}");
    }
    let plain = header::<RequestHeader>(UNIT);
    let answers = [
        raw.send(
            ioctl::GET_PLUG,
            &get_plug(raw.unit, plug61883_abi::ids::Direction::Out, 0, 0),
            24,
        )?,
        raw.send(
            ioctl::CREATE_PLUG,
            &create_plug(raw.unit, plug61883_abi::ids::Direction::Out, false),
            32,
        )?,
        raw.send(ioctl::ADD_DIRECTORY, &add_directory(raw.unit), 24)?,
        raw.send(ioctl::BUS_RESET, &plain, 16)?,
    ];
    for answer in answers {
        assert_eq!(answer.outcome()?, mismatch);
    }
    let mut set = ioctl::SetUnitInfoRequest {
        header: header::<ioctl::SetUnitInfoRequest>(UNIT),
        level: plug61883_abi::av61883::set_unit_info_level::CMP_ADDRESS_RANGE_TYPE,
        ..Default::default()
    };
    set.address_type = plug61883_abi::av61883::address_type::GLOBAL;
    let answer = raw.send(ioctl::SET_UNIT_INFO, &set, 16)?;
    assert_eq!(answer.outcome()?, mismatch);
    // Lists of all units are none of its requests.
    for code in [ioctl::LIST_UNITS, ioctl::LIST_CONNECTIONS, ioctl::SNAPSHOT] {
        let answer = raw.send(code, &header::<RequestHeader>(UnitId::NONE), 1024)?;
        assert_eq!(answer.outcome()?.0, NtStatus::SUCCESS);
    }
    // It was asked for nothing but its version.
    let seen = scene.simctl_json(&["state"])?["seen"].clone();
    let asked: Vec<&String> = seen
        .as_object()
        .into_iter()
        .flat_map(|it| it.keys())
        .collect();
    assert_eq!(asked, ["GetUnitInfo"], "{seen}");
    drop(raw);
    scene.close()
}
