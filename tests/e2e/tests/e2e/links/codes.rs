//! Every documented code, through the very functions that the product uses.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use e2e::Scene;
use plug61883::links::{Call, ConfigRet, LinkCode, Win32};
use serde_json::{Value, json};

use super::{com, linktest};

#[test]
fn every_documented_code_comes_through_and_nothing_is_left_open() -> Result<()> {
    let mut scene = Scene::open("links-codes", 0)?;
    let folder = e2e::artifacts().join("links-codes");
    let program = place(&mut scene, &folder, "linktest.exe")?;
    scene.bench().override_libraries("cfgmgr32=n,b;mprapi=n,b");

    machine(&linktest(&scene, &program, &["machine-codes"])?)?;
    router(&linktest(&scene, &program, &["router-codes"])?)?;
    com::audio(&linktest(&scene, &program, &["audio-codes"])?)?;
    for (guid, device) in [(1394, r"V1394\NIC1394\1"), (2, r"PCI\VEN_8086\1")] {
        set_adapter(&scene, guid, device)?;
    }
    // Without netshell.dll, which frees a connection's properties, and with it.
    let document = linktest(&scene, &program, &["net-codes"])?;
    assert_eq!(document["netshell"], Value::Null);
    com::network(&document)?;
    let library = e2e::artifacts().join("links-test.dll");
    scene.bench().install_library(&library, "netshell.dll")?;
    let document = linktest(&scene, &program, &["net-codes"])?;
    com::network(&document)?;
    // 13 codes, two lists of 3 and 4 searches in one.
    check_counts(&document["netshell"], 13 + 2 * 3 + 4 * 3);
    fs::remove_dir_all(&folder)?;
    scene.close()
}

/// Puts the program next to the test's cfgmgr32.dll, and the test's mprapi.dll into system32,
/// from where alone the product takes it. The program's path.
pub(super) fn place(scene: &mut Scene, folder: &Path, name: &str) -> Result<String> {
    let artifacts = e2e::artifacts();
    let library = artifacts.join("links-test.dll");
    fs::create_dir_all(folder)?;
    let program = folder.join(name);
    fs::copy(artifacts.join(name), &program)?;
    fs::copy(&library, folder.join("cfgmgr32.dll"))?;
    scene.bench().install_library(&library, "mprapi.dll")?;
    Ok(program.to_str().context("a path that is text")?.to_owned())
}

/// Tells in the registry which device the connection with this last part of its GUID is of.
fn set_adapter(scene: &Scene, guid: u32, device: &str) -> Result<()> {
    let class = "{4D36E972-E325-11CE-BFC1-08002BE10318}";
    let guid = format!("{{00000000-0000-0000-0000-{guid:012}}}");
    let key = format!(r"HKLM\SYSTEM\CurrentControlSet\Control\Network\{class}\{guid}\Connection");
    let output = scene.program(
        "reg.exe",
        &["add", &key, "/v", "PnpInstanceID", "/d", device, "/f"],
    )?;
    ensure!(output.code == Some(0), "{}{}", output.stdout, output.stderr);
    Ok(())
}

pub(super) fn rows<'a>(document: &'a Value, name: &str) -> Result<&'a Vec<Value>> {
    document[name]
        .as_array()
        .with_context(|| format!("no {name}: {document}"))
}

/// Counts of the test's library: nothing open, nothing used that is not open.
fn check_counts(counts: &Value, opened: usize) {
    assert_eq!(counts["open"], 0, "{counts}");
    assert_eq!(counts["misused"], 0, "{counts}");
    assert_eq!(counts["opened"], opened, "{counts}");
}

/// An error says which function answered what, by number, name and meaning.
pub(super) fn check_error(row: &Value, call: Call, code: LinkCode) {
    let error = &row["error"];
    assert_eq!(error["call"], call.name(), "{row}");
    assert_eq!(error["family"], call.family().singular(), "{row}");
    assert_eq!(
        error["code"],
        json!({ "number": code.number(), "name": code.name() }),
        "{row}"
    );
    let meaning = call.meaning(code);
    assert_eq!(
        error["meaning"],
        meaning.unwrap_or("nothing more is known of this answer"),
        "{row}"
    );
    let text = error["text"].as_str().unwrap_or_default();
    assert!(text.contains(&format!("{code} from {call}")), "{row}");
}

/// The codes that `linktest` tries: the named ones, then more.
pub(super) fn with(mut codes: Vec<LinkCode>, more: &[LinkCode]) -> Vec<LinkCode> {
    codes.extend(more);
    codes
}

fn machine(document: &Value) -> Result<()> {
    let codes = with(
        Call::ConnectMachine.documented(),
        &[LinkCode::ConfigRet(ConfigRet(0xFE))],
    );
    assert_eq!(codes.len(), 61);
    let connect = rows(document, "connect")?;
    let disconnect = rows(document, "disconnect")?;
    assert_eq!((connect.len(), disconnect.len()), (61, 61));
    for (code, (connect, disconnect)) in codes.iter().zip(connect.iter().zip(disconnect)) {
        if code.is_success() {
            assert_eq!(connect["ok"], r"\\BENCH2");
            assert_eq!(disconnect["first"]["ok"]["name"], "CR_SUCCESS");
        } else {
            check_error(connect, Call::ConnectMachine, *code);
            check_error(&disconnect["first"], Call::DisconnectMachine, *code);
        }
        // Released, whatever was answered.
        assert_eq!(disconnect["second"]["error"]["already"], true);
        assert_eq!(disconnect["second"]["error"]["call"], Value::Null);
        assert_eq!(disconnect["devices"]["error"]["already"], true);
    }
    let unavailable = &connect[ConfigRet::MACHINE_UNAVAILABLE.0 as usize]["error"]["meaning"];
    let text = unavailable.as_str().unwrap_or_default();
    assert!(text.contains("Windows 8 and Windows Server 2012"), "{text}");
    check_counts(&document["after_connect"], 1);
    check_counts(&document["after_disconnect"], 62);

    // Codes that mean that a device or property is not there are no failures; others name what
    // could not be read.
    let gone = [
        ConfigRet::NO_SUCH_DEVNODE,
        ConfigRet::INVALID_DEVNODE,
        ConfigRet::DEVICE_NOT_THERE,
    ];
    for (function, call, fine) in [
        (
            "CM_Get_Device_ID_List_SizeW",
            Call::DeviceIdListSize,
            vec![],
        ),
        ("CM_Get_Device_ID_ListW", Call::DeviceIdList, vec![]),
        ("CM_Locate_DevNodeW", Call::LocateDevice, gone.to_vec()),
        ("CM_Get_DevNode_Status", Call::DeviceStatus, gone.to_vec()),
        (
            "CM_Get_DevNode_Registry_PropertyW",
            Call::DeviceProperty,
            [&gone[..], &[ConfigRet::NO_SUCH_VALUE]].concat(),
        ),
    ] {
        let rows = rows(&document["lists"], function)?;
        assert_eq!(rows.len(), codes.len());
        for (code, row) in codes.iter().zip(rows) {
            let is_list = matches!(call, Call::DeviceIdListSize | Call::DeviceIdList);
            let retried = !matches!(
                call,
                Call::DeviceIdListSize | Call::LocateDevice | Call::DeviceStatus
            ) && *code == LinkCode::ConfigRet(ConfigRet::BUFFER_SMALL);
            let first = if is_list { row } else { &row["troubles"][0] };
            let is_fine = fine.iter().any(|fine| *code == LinkCode::ConfigRet(*fine));
            if code.is_success() || is_fine {
                assert_eq!(row["troubles"], json!([]), "{function}: {code}");
            } else if retried {
                let meaning = "the list grew each time it was asked for";
                assert_eq!(first["error"]["meaning"], meaning, "{row}");
                assert_eq!(first["error"]["again"], true, "{row}");
            } else {
                check_error(first, call, *code);
            }
        }
    }
    tree(&document["local"]["devices"])?;
    assert_eq!(document["grown"], document["local"]);
    assert_eq!(document["nul"]["error"]["call"], Value::Null);
    check_counts(&document["counts"], 62 + 5 * codes.len());
    Ok(())
}

/// The devices of the test library's tree that are on a 1394 bus, make one, or are units.
fn tree(list: &Value) -> Result<()> {
    let devices = rows(list, "devices")?;
    let of = |name: &str| -> Vec<&Value> { devices.iter().map(|device| &device[name]).collect() };
    assert_eq!(
        of("instance"),
        [
            r"PCI\VEN_104C&DEV_8024\1",
            r"1394\SIM&UNIT\1",
            r"1394\SIM&UNIT\2"
        ]
    );
    assert_eq!(of("class"), ["1394", "61883", "61883"]);
    assert_eq!(of("service"), ["1394ohci", "61883", "61883"]);
    assert_eq!(
        of("description"),
        ["1394 OHCI host controller", "AV/C tape", "AV/C tape"]
    );
    assert_eq!(
        devices[1]["hardware_ids"],
        json!([r"1394\SIM&UNIT", r"1394\A02D&10001"])
    );
    assert_eq!(of("started"), [true, true, false]);
    assert_eq!(
        of("problem"),
        [
            &Value::Null,
            &Value::Null,
            &json!("CM_PROB_FAILED_START (10)")
        ]
    );
    Ok(())
}

fn router(document: &Value) -> Result<()> {
    assert_eq!(document["documented"], 3);
    let connect = rows(document, "connect")?;
    let codes = Win32::NAMED.iter().chain(&[Win32(4711)]);
    assert_eq!(connect.len(), codes.clone().count());
    for (code, row) in codes.zip(connect) {
        if *code == Win32::NO_ERROR {
            assert_eq!(row["name"], "ROUTER1");
            assert_eq!(row["disconnect"], json!({ "ok": null }));
            assert_eq!(row["again"]["error"]["already"], true);
        } else {
            check_error(row, Call::ConnectRouter, LinkCode::Win32(*code));
        }
    }
    check_counts(&document["after_connect"], 1);
    assert_eq!(document["dropped"], true);
    check_counts(&document["counts"], 2);
    assert_eq!(document["nul"]["error"]["call"], Value::Null);
    assert_eq!(document["still_loaded"], false);
    Ok(())
}
