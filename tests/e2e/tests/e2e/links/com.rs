//! Every documented code of the COM interfaces, answered by objects in the program.

use anyhow::Result;
use plug61883::links::{Call, HResult, LinkCode};
use serde_json::{Value, json};

use super::codes::{check_error, rows, with};

/// What both COM families must hold after they were driven.
fn check_com(document: &Value, blocks: i64) {
    assert_eq!(document["objects_after_codes"], 0, "{document}");
    assert_eq!(document["objects_left"], 0, "{document}");
    assert_eq!(document["blocks_left"], 0, "{document}");
    assert_eq!(document["blocks_taken"], blocks, "{document}");
}

/// Codes beside the documented ones, as `linktest` tries them.
fn others(last: HResult) -> [LinkCode; 4] {
    [
        HResult::FALSE,
        HResult::ACCESS_DENIED,
        last,
        HResult(0x8899_0001),
    ]
    .map(LinkCode::HResult)
}

pub(super) fn audio(document: &Value) -> Result<()> {
    let call = Call::DisconnectConnector;
    let codes = with(
        call.documented(),
        &others(HResult::AUDIO_SERVICE_NOT_RUNNING),
    );
    let rows_of_codes = rows(document, "codes")?;
    assert_eq!((codes.len(), rows_of_codes.len()), (7, 7));
    for (code, row) in codes.iter().zip(rows_of_codes) {
        if code.is_success() {
            assert_eq!(row["first"]["ok"]["number"], code.number());
            let gone = LinkCode::HResult(HResult::NOT_FOUND);
            check_error(&row["second"], call, gone);
            assert_eq!(row["second"]["error"]["already"], true);
        } else {
            check_error(&row["first"], call, *code);
            let error = &row["first"]["error"];
            assert_eq!(
                error["already"],
                *code == LinkCode::HResult(HResult::NOT_FOUND)
            );
            let permanent = LinkCode::HResult(HResult::FILE_READ_ONLY);
            assert_eq!(error["may_not"], *code == permanent);
        }
    }
    // Ids and names of 6 devices, and 4 texts of each of 7 connectors.
    check_com(document, 6 * 2 + 7 * 4);

    let devices = rows(document, "list")?;
    let belongs: Vec<_> = devices
        .iter()
        .map(|device| (&device["name"], &device["belongs_to"]["fire_wire"]))
        .collect();
    let of = |name: &str| {
        let found = belongs.iter().find(|(known, _)| *known == name);
        found.map(|(_, fire_wire)| (*fire_wire).clone())
    };
    assert_eq!(devices.len(), 7, "4 endpoints and 3 adapters");
    assert_eq!(of("FireWire speakers"), Some(json!("yes")));
    // By the device above its own in the device tree.
    assert_eq!(of("Studio monitors"), Some(json!("yes")));
    assert_eq!(of("USB headset"), Some(json!("no")));
    assert_eq!(of("Broken"), Some(json!("unknown")));
    assert_eq!(
        devices[3]["trouble"]["error"]["code"]["name"],
        "AUDCLNT_E_DEVICE_INVALIDATED"
    );
    let connector = &devices[0]["connectors"][0];
    assert_eq!(
        (
            &connector["kind"],
            &connector["flow"],
            &connector["link"]["connected"]
        ),
        (&json!("physical, external"), &json!("in"), &json!(true))
    );
    assert_eq!(connector["to_device"], devices[4]["id"]);

    let found = rows(&document["find"], "found")?;
    assert_eq!(found[0]["name"], "Speaker jack");
    assert_eq!(
        found[1]["error"]["meaning"],
        "4 audio connectors have this name: give the id"
    );
    assert_eq!(
        found[2]["error"]["meaning"],
        "no audio connector has this name or id"
    );
    assert_eq!(found[3]["name"], "Line");
    assert_eq!(document["find"]["by_short"], found[3]);
    Ok(())
}

pub(super) fn network(document: &Value) -> Result<()> {
    let call = Call::DisconnectNetwork;
    let codes = with(call.documented(), &others(HResult::SERVER_UNAVAILABLE));
    let rows_of_codes = rows(document, "codes")?;
    assert_eq!((codes.len(), rows_of_codes.len()), (13, 13));
    for (code, row) in codes.iter().zip(rows_of_codes) {
        if code.is_success() {
            assert_eq!(row["ok"]["number"], code.number());
        } else {
            check_error(row, call, *code);
            assert_eq!(row["error"]["again"], code.may_help_again());
        }
    }
    // The properties of 3 connections, each with 2 texts.
    check_com(document, 3 * 3);

    let connections = rows(&document["list"], "connections")?;
    let names: Vec<_> = connections.iter().map(|row| &row["link"]["name"]).collect();
    assert_eq!(names, ["FireWire link", "LAN", "LAN"]);
    let over: Vec<_> = connections.iter().map(|row| &row["over_1394"]).collect();
    assert_eq!(over, [true, false, false]);
    // By the adapter's device in the registry; the third has none there.
    let fire_wire: Vec<_> = connections
        .iter()
        .map(|row| &row["link"]["belongs_to"]["fire_wire"])
        .collect();
    assert_eq!(fire_wire, ["yes", "no", "unknown"]);
    let connected: Vec<_> = connections
        .iter()
        .map(|row| &row["link"]["connected"])
        .collect();
    assert_eq!(connected, [true, true, false]);
    let troubles = rows(&document["list"], "troubles")?;
    assert_eq!(troubles.len(), 1);
    let fail = LinkCode::HResult(HResult::FAIL);
    check_error(&troubles[0], Call::ConnectionProperties, fail);

    let found = rows(document, "find")?;
    assert_eq!(found[0]["name"], "FireWire link");
    assert_eq!(
        found[1]["error"]["meaning"],
        "2 network connections have this name: give the id"
    );
    assert_eq!(
        found[2]["error"]["meaning"],
        "no network connection has this name or id"
    );
    assert_eq!(found[3]["name"], "FireWire link");
    let failing = rows(document, "failing")?;
    let denied = LinkCode::HResult(HResult::ACCESS_DENIED);
    check_error(&failing[0], Call::NextConnection, denied);
    check_error(&failing[2], Call::EnumConnections, fail);
    Ok(())
}
