//! JSON documents: the names and shapes that `JSON.md` promises.

mod changes;

use serde_json::{Value, json};

use super::*;

/// Runs a command line; its only output must be one JSON document in one line.
fn document(fake: &Fake, line: &str) -> (Exit, Value) {
    let Ran { exit, out, err } = fake.run(line);
    assert_eq!((&*err, out.lines().count()), ("", 1), "{line}");
    (exit, serde_json::from_str(&out).unwrap())
}

/// The same for a command that prints several.
fn lines(fake: &Fake, line: &str) -> (Exit, Vec<Value>) {
    let Ran { exit, out, err } = fake.run(line);
    assert_eq!(err, "", "{line}");
    let document = |line| serde_json::from_str(line).unwrap();
    (exit, out.lines().map(document).collect())
}

#[test]
fn units() {
    let node = |address, number| json!({"address": address, "bus": 1023, "number": number});
    let expected = json!({"format": 1, "units": [{
        "id": "1.1",
        "state": "managed",
        "eui64": "00A0DE0000000001",
        "vendor": "Sim Works",
        "vendor_id": "0x00A0DE",
        "model": "Tape\u{1b}Deck",
        "model_id": "0x001001",
        "unit_model": "",
        "unit_model_id": "0x000000",
        "node": node("0xFFC1", 1),
        "local_node": node("0xFFC0", 0),
        "generation": 5,
        "ddi_version": 3,
        "output_plugs": 1,
        "input_plugs": 2,
        "max_speed": "S400",
        "connections": 1,
        "error": null,
    }]});
    assert_eq!(
        document(&Fake::new(), "units --json"),
        (Exit::Done, expected)
    );
}

#[test]
fn an_entry_that_failed_has_an_error() {
    let fault = Fault::Answer(NtStatus::IO_TIMEOUT);
    let fake = Fake::new().fault(ioctl::UNIT_INFO, fault);
    let (exit, document) = document(&fake, "--json units");
    assert_eq!(exit, Exit::Failed);
    let unit = &document["units"][0];
    assert_eq!(unit["id"], "1.1");
    assert_eq!(unit["eui64"], Value::Null);
    assert_eq!(unit["error"]["kind"], "status");
    assert_eq!(
        unit["error"]["status"],
        json!({"name": "STATUS_IO_TIMEOUT", "code": "0xC00000B5"})
    );
    assert_eq!(unit["error"]["source"], "protocol");
}

fn out0() -> Value {
    json!({
        "name": "oPCR[0]",
        "direction": "out",
        "number": 0,
        "id": "1.o0.1",
        "online": true,
        "state": "active",
        "speed": "S200",
        "channel": 5,
        "payload": 122,
        "point_to_point": 1,
        "broadcast": 1,
        "register": "0xC105407A",
        "error": null,
    })
}

#[test]
fn plugs_and_state() {
    let (exit, plugs) = document(&Fake::new(), "plugs --json");
    assert_eq!(
        (exit, plugs["units"].as_array().unwrap().len()),
        (Exit::Done, 1)
    );
    let unit = &plugs["units"][0];
    let head = (&unit["unit"], &unit["state"], &unit["error"]);
    assert_eq!(head, (&json!("1.1"), &json!("managed"), &Value::Null));
    assert_eq!(
        (&unit["plugs"][0], &unit["local_plugs"]),
        (&out0(), &json!([]))
    );
    assert_eq!(unit["plugs"].as_array().unwrap().len(), 3);
    let (_, plugs) = document(&Fake::new(), "plugs 1.1 --json");
    // Its state was not listed.
    assert_eq!(plugs["units"][0]["state"], Value::Null);
    let expected = (Exit::Done, json!({"format": 1, "plug": out0()}));
    assert_eq!(document(&Fake::new(), "state oPCR[0] --json"), expected);
    let fake = Fake::new();
    fake.state.lock().unwrap().no_registers = true;
    let plug = document(&fake, "state 1.i1.1 --json").1["plug"].take();
    assert_eq!(
        (&plug["channel"], &plug["register"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        (&plug["online"], &plug["direction"]),
        (&json!(false), &json!("in"))
    );
}

#[test]
fn connections() {
    let expected = json!({"format": 1, "connections": []});
    assert_eq!(
        document(&Fake::new(), "connections --json"),
        (Exit::Done, expected)
    );
    let fake = Fake::new().connected(ioctl::owner::OTHER_HANDLE);
    fake.run("connect --out 0 --in 1 --persist");
    let expected = json!({"format": 1, "connections": [
        {
            "id": "1.1", "unit": "1.1", "output": null,
            "input": {"id": "1.i0.1", "name": "iPCR[0]", "location": "device"},
            "has_output": true, "has_input": true,
            "kind": "broadcast", "owner": "other_handle", "made_at": null, "process_id": null,
        },
        {
            "id": "2.1", "unit": "1.1",
            "output": {"id": "1.o0.1", "name": "oPCR[0]", "location": "device"},
            "input": {"id": "1.i1.1", "name": "iPCR[1]", "location": "device"},
            "has_output": true, "has_input": true,
            "kind": "point_to_point", "owner": "driver", "made_at": "2022-06-18T04:26:40Z",
            "process_id": 42,
        },
    ]});
    assert_eq!(
        document(&fake, "connections --json"),
        (Exit::Done, expected)
    );
}

#[test]
fn a_command_that_fails_gives_an_error() {
    let (exit, failed) = document(&Fake::with_units(0), "plugs --json");
    assert_eq!(
        (exit, &failed["error"]["kind"]),
        (Exit::Absent, &json!("no_unit"))
    );
    let (exit, failed) = document(&Fake::new(), "disconnect --json");
    assert_eq!(
        (exit, &failed["error"]["kind"]),
        (Exit::Usage, &json!("usage"))
    );
    let (exit, failed) = document(&Fake::new(), "units --json extra");
    assert_eq!(
        (exit, &failed["error"]["kind"]),
        (Exit::Usage, &json!("usage"))
    );
    let fake = Fake::new().fault(ioctl::LIST_UNITS, Fault::Version(2));
    let (exit, failed) = document(&fake, "units --json");
    assert_eq!(
        (exit, &failed["error"]["kind"]),
        (Exit::Failed, &json!("version"))
    );
    let fake = Fake::new().fault(ioctl::LIST_UNITS, Fault::Short);
    let (exit, failed) = document(&fake, "units --json");
    assert_eq!(
        (exit, &failed["error"]["kind"]),
        (Exit::Failed, &json!("reply"))
    );
}

#[test]
fn where_the_driver_can_not_be_opened() {
    use plug61883::{Asked, ErrorKind};
    let refused = |access| {
        Err(Error::new(
            Asked::Open { access },
            ErrorKind::Open { win32: 5 },
        ))
    };
    let ran = run_closed("--json disconnect 1.1", &refused);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    let expected = json!({"format": 1, "error": {
        "kind": "open",
        "message": "could not open the driver for changes: ERROR_ACCESS_DENIED (5) from Windows",
        "advice": "run it as administrator",
        "status": null, "win32": 5, "source": "windows",
    }});
    assert_eq!((ran.exit, document), (Exit::Failed, expected));
}

/// Names in a document, its parts included.
pub(super) fn names(document: &Value, found: &mut Vec<String>) {
    match document {
        Value::Object(members) => {
            found.extend(members.keys().cloned());
            members.values().for_each(|value| names(value, found));
        }
        Value::Array(entries) => entries.iter().for_each(|value| names(value, found)),
        _ => {}
    }
}

#[test]
fn every_name_is_documented() {
    let documentation = include_str!("../../../../JSON.md");
    let fake = Fake::new()
        .connected(ioctl::owner::DRIVER)
        .with_plug(ioctl::owner::FOREIGN)
        .happening(0, &[1, 2, 3, 4, 5, 6, 7, 8].map(events::event))
        .happening(1, &[events::event(1)])
        .happening(0, &[events::event(1)]);
    let mut found = Vec::new();
    for document in lines(&fake, "monitor --json --count 9").1 {
        names(&document, &mut found);
    }
    for line in [
        "unit-info 1.1",
        "unit-info 1.1 --local",
        "unit-info 9.1",
        "unit-info 1.1 set isoch --rx-packets 1",
        "unit-info 1.1 set address-type global",
        "unit-info 1.1 set diag-level none --allow-diag",
        "create-plug 1.1 in --persist",
        "create-plug 1.1 out",
        "set-plug 1.li1.1 online",
        "delete-plug 1.li1.1 1.li1.1",
        "bus-reset 1.1 --yes",
        "unit-directory add 1.1 1 2 --persist",
        "unit-directory list",
        "unit-directory remove 2.1 2.1",
        "snapshot",
        "units",
        "plugs",
        "state oPCR[0]",
        "connections",
        "connect --out 0 --in 0",
        "disconnect 1.1 1.1",
        "disconnect --all",
        "plugs --unit 9.9",
    ] {
        for document in lines(&fake, &format!("{line} --json")).1 {
            names(&document, &mut found);
        }
    }
    assert!(found.len() > 300);
    for name in found {
        assert!(documentation.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn monitor() {
    let event = events::event;
    let fake = Fake::new().happening(0, &[event(4), event(7)]);
    let (exit, lines) = lines(&fake, "monitor --timeout 1 --count 3 --json");
    assert_eq!((exit, lines.len()), (Exit::Failed, 4));
    assert_eq!(lines[0]["snapshot"]["sequence"], 1);
    let plug = json!({"id": "1.lo0.1", "name": "oPCR[0]", "location": "computer"});
    let expected = json!({"format": 1, "event": {
        "sequence": 1, "time": "2022-06-18T04:26:40.123Z", "unit": "1.1", "kind": "disconnected",
        "connection": {"id": "1.1", "output": plug, "input": null}, "owner": "foreign",
        "process_id": 42, "reason": "forced",
    }});
    assert_eq!(lines[1], expected);
    let expected = json!({"format": 1, "event": {
        "sequence": 2, "time": "2022-06-18T04:26:40.123Z", "unit": "1.1", "kind": "plug_changed",
        "plug": plug, "owner": "foreign", "process_id": 42,
        "old_register": "0x803F0000", "new_register": "0x813F0000",
    }});
    assert_eq!(lines[2], expected);
    assert_eq!(lines[3]["error"]["kind"], "timeout");
}
