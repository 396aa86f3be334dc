//! JSON documents: the names and shapes that `JSON.md` promises.

use serde_json::{Value, json};

use super::*;

/// Runs a command line; its only output must be one JSON document in one line.
fn document(fake: &Fake, line: &str) -> (Exit, Value) {
    let Ran { exit, out, err } = fake.run(line);
    assert_eq!((&*err, out.lines().count()), ("", 1), "{line}");
    (exit, serde_json::from_str(&out).unwrap())
}

#[test]
fn units() {
    let node = |address, number| json!({"address": address, "bus": 1023, "number": number});
    let expected = json!({"format": 1, "units": [{
        "id": "1.1",
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
        (exit, &plugs["unit"], &plugs["plugs"][0]),
        (Exit::Done, &json!("1.1"), &out0())
    );
    assert_eq!(plugs["plugs"].as_array().unwrap().len(), 3);
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
            "input": {"id": "1.i0.1", "name": "iPCR[0]"},
            "kind": "broadcast", "owner": "other_handle", "made_at": null, "process_id": null,
        },
        {
            "id": "2.1", "unit": "1.1",
            "output": {"id": "1.o0.1", "name": "oPCR[0]"},
            "input": {"id": "1.i1.1", "name": "iPCR[1]"},
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
fn connect() {
    let mut expected = json!({"format": 1, "connection": {
        "id": "1.1", "unit": "1.1",
        "output": {"id": "1.o0.1", "name": "oPCR[0]"}, "input": null,
        "kind": "point_to_point", "persistent": true,
    }});
    let ran = document(&Fake::new(), "connect --out 0 --persist --json");
    assert_eq!(ran, (Exit::Done, expected.clone()));
    expected["connection"]["persistent"] = json!(false);
    let fake = Fake::new();
    assert_eq!(
        document(&fake, "connect --out 0 --json"),
        (Exit::Done, expected)
    );
    assert_eq!(fake.connection_count(), 0);
}

#[test]
fn disconnect() {
    let fake = Fake::new().connected(ioctl::owner::DRIVER);
    let (exit, document) = document(&fake, "disconnect --json 1.1 1.1");
    assert_eq!(exit, Exit::Failed);
    let invalid = json!({"name": "STATUS_INVALID_PARAMETER", "code": "0xC000000D"});
    let expected = json!({"format": 1, "results": [
        {
            "id": "1.1", "status": {"name": "STATUS_SUCCESS", "code": "0x00000000"},
            "source": "protocol", "error": null,
        },
        {
            "id": "1.1", "status": invalid, "source": "plug61883",
            "error": {
                "kind": "status",
                "message": "could not break connection 1.1: STATUS_INVALID_PARAMETER (0xC000000D) \
                            from plug61883: a parameter is not valid",
                "advice": "no connection has this id now: \"plugctl connections\" lists those \
                           there are",
                "status": invalid, "win32": null, "source": "plug61883",
            },
        },
    ]});
    assert_eq!(document, expected);
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
fn names(document: &Value, found: &mut Vec<String>) {
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
    let documentation = include_str!("../../../JSON.md");
    let fake = Fake::new().connected(ioctl::owner::DRIVER);
    let mut found = Vec::new();
    for line in [
        "units",
        "plugs",
        "state oPCR[0]",
        "connections",
        "connect --out 0 --in 0",
        "disconnect 1.1 1.1",
        "plugs --unit 9.9",
    ] {
        names(&document(&fake, &format!("{line} --json")).1, &mut found);
    }
    assert!(found.len() > 100);
    for name in found {
        assert!(documentation.contains(&format!("`{name}`")), "{name}");
    }
}
