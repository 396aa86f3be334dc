//! What is made, changed and undone.

use super::*;

fn success() -> Value {
    json!({"name": "STATUS_SUCCESS", "code": "0x00000000"})
}

#[test]
fn connect() {
    let mut expected = json!({"format": 1, "connection": {
        "id": "1.1", "unit": "1.1",
        "output": {"id": "1.o0.1", "name": "oPCR[0]", "location": "device"}, "input": null,
        "kind": "point_to_point", "persistent": true,
    }});
    let ran = document(&Fake::new(), "connect --out 0 --persist --json");
    assert_eq!(ran, (Exit::Done, expected.clone()));
    expected["connection"]["persistent"] = json!(false);
    // What is held is told twice: when it is made, and when it is undone.
    let fake = Fake::new();
    let result = json!({"id": "1.1", "status": success(), "source": "protocol", "error": null});
    assert_eq!(
        lines(&fake, "connect --out 0 --json"),
        (
            Exit::Done,
            vec![expected, json!({"format": 1, "result": result})]
        )
    );
    assert_eq!(fake.connection_count(), 0);
    let fault = Fault::Answer(NtStatus::IO_TIMEOUT);
    let fake = Fake::new().fault(ioctl::DISCONNECT, fault);
    let (exit, told) = lines(&fake, "connect --out 0 --json");
    assert_eq!((exit, told.len()), (Exit::Failed, 2));
    assert_eq!(told[1]["error"]["kind"], "status");
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
fn unit_info_and_what_is_set() {
    let (exit, info) = document(
        &Fake::new(),
        "unit-info 1.1 --json --level capabilities,diag",
    );
    let expected = json!({"format": 1, "unit": "1.1", "levels": [
        {
            "level": "capabilities", "of": "device", "output_plugs": 1, "input_plugs": 2,
            "max_speed": "S400", "command_sets": "0x00000000", "hardware_flags": "0x00000000",
            "error": null,
        },
        {"level": "diag", "diag_level": "0x00000000", "names": [], "error": null},
    ]});
    assert_eq!((exit, info), (Exit::Done, expected));
    let (exit, set) = document(
        &Fake::new(),
        "unit-info 1.1 --json set diag-level 0x3 --allow-diag",
    );
    let expected = json!({
        "format": 1,
        "unit": "1.1",
        "set": {
            "level": "diag", "diag_level": "0x00000003",
            "names": ["ignore-oplug", "ignore-iplug"], "error": null,
        },
        "result": {"id": "1.1", "status": success(), "source": "protocol", "error": null},
    });
    assert_eq!((exit, set), (Exit::Done, expected));
    let (exit, info) = document(&Fake::new(), "unit-info 9.1 --json");
    assert_eq!(
        (exit, info["levels"].as_array().unwrap().len()),
        (Exit::Absent, 1)
    );
    assert_eq!(info["levels"][0]["error"]["kind"], "no_unit");
}

#[test]
fn local_plugs() {
    let fake = Fake::new();
    let (exit, made) = document(&fake, "create-plug 1.1 out --persist --json");
    let expected = json!({"format": 1, "plug": {
        "id": "1.lo0.1", "name": "oPCR[0]", "direction": "out", "number": 0, "unit": "1.1",
        "location": "computer", "persistent": true, "register": "0x803F007A", "online": true,
        "channel": 63, "speed": "S100", "payload": 122, "point_to_point": 0, "broadcast": 0,
    }});
    assert_eq!((exit, made), (Exit::Done, expected));
    let (exit, plugs) = document(&fake, "plugs --json");
    let expected = json!([{
        "id": "1.lo0.1", "name": "oPCR[0]", "direction": "out", "number": 0, "unit": "1.1",
        "location": "computer", "owner": "driver", "process_id": 42,
        "made_at": "2022-06-18T04:26:40Z", "connections": 0, "register": "0x803F007A",
        "online": true, "channel": 63, "speed": "S100", "payload": 122, "point_to_point": 0,
        "broadcast": 0,
    }]);
    let listed = &plugs["units"][0]["local_plugs"];
    assert_eq!((exit, listed), (Exit::Done, &expected));
    let (exit, set) = document(&fake, "set-plug 1.lo0.1 0 --json");
    let result = json!({"id": "1.lo0.1", "status": success(), "source": "protocol", "error": null});
    assert_eq!(
        (exit, set),
        (Exit::Done, json!({"format": 1, "result": result}))
    );
    let deleted = document(&fake, "delete-plug 1.lo0.1 --json");
    assert_eq!(
        deleted,
        (Exit::Done, json!({"format": 1, "results": [result]}))
    );
}

#[test]
fn unit_directories() {
    let fake = Fake::new();
    let made = document(&fake, "unit-directory add 1.1 0xA02D 1 --persist --json");
    let directory = json!({"id": "1.1", "unit": "1.1", "persistent": true});
    let expected = json!({"format": 1, "directory": directory});
    assert_eq!(made, (Exit::Done, expected));
    let expected = json!({"format": 1, "directories": [{
        "id": "1.1", "unit": "1.1", "spec_id": "0x00A02D", "sw_version": "0x000001",
        "owner": "driver", "made_at": "2022-06-18T04:26:40Z", "process_id": 42,
    }]});
    let listed = document(&fake, "unit-directory list --json");
    assert_eq!(listed, (Exit::Done, expected));
}
