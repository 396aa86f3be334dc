//! Audio connectors.

mod fakes;

use anyhow::Result;
use plug61883::links::{
    Audio, AudioConnector, AudioDevice, Call, HResult, Link, LinkCode, LinkError,
};
use serde_json::{Value, json};
use windows::Win32::System::Com::{COINIT_MULTITHREADED, CoInitializeEx, CoUninitialize};
use windows::core::HRESULT;

use crate::json::{belongs_to, disconnected, error, link};
use crate::spy;

/// What this system answers.
pub(crate) fn real() -> Value {
    match Audio::open().and_then(|audio| audio.devices()) {
        Ok(devices) => json!({ "ok": devices.iter().map(device).collect::<Vec<_>>() }),
        Err(failure) => error(&failure),
    }
}

fn device(device: &AudioDevice) -> Value {
    let connectors = device.connectors.iter().map(|connector| {
        let info = connector.info();
        json!({
            "link": link(connector),
            "global": info.id,
            "kind": info.kind.to_string(),
            "flow": info.flow.map(|flow| flow.to_string()),
            "to_connector": info.to_connector,
            "to_device": info.to_device,
        })
    });
    json!({
        "id": device.id,
        "kind": device.kind.to_string(),
        "name": device.name,
        "state": device.state.map(|state| state.to_string()),
        "belongs_to": belongs_to(&device.belongs_to),
        "connectors": connectors.collect::<Vec<_>>(),
        "trouble": device.trouble.as_ref().map(error),
    })
}

/// Every documented code, some others, and a list of devices.
pub(crate) fn codes() -> Result<Value> {
    // SAFETY: the reserved parameter is null, and the success is undone below.
    unsafe { CoInitializeEx(None, COINIT_MULTITHREADED) }.ok()?;
    let mut codes = Call::DisconnectConnector.documented();
    codes.extend(
        [
            HResult::FALSE,
            HResult::ACCESS_DENIED,
            HResult::AUDIO_SERVICE_NOT_RUNNING,
            HResult(0x8899_0001),
        ]
        .map(LinkCode::HResult),
    );
    let rows: Vec<Value> = codes.iter().map(|code| twice(*code)).collect();
    let after_codes = spy::objects();

    // Once before it is counted: COM keeps what it needs the first time.
    drop(listed());
    let mut list = Value::Null;
    let (taken, left) = spy::blocks(|| list = listed())?;
    let found = find();
    // SAFETY: undoes the call above.
    unsafe { CoUninitialize() };
    Ok(json!({
        "codes": rows,
        "objects_after_codes": after_codes,
        "list": list,
        "find": found,
        "blocks_taken": taken,
        "blocks_left": left,
        "objects_left": spy::objects(),
    }))
}

/// Disconnects a connector that answers `code`, twice.
fn twice(code: LinkCode) -> Value {
    let answer = HRESULT(code.number().cast_signed());
    match AudioConnector::from_interface(&fakes::connector(answer)) {
        Ok(mut connector) => json!({
            "first": disconnected(connector.disconnect()),
            "second": disconnected(connector.disconnect()),
        }),
        Err(failure) => error(&failure),
    }
}

fn audio() -> Result<Audio, LinkError> {
    Audio::from_interface(&fakes::enumerator())
}

fn listed() -> Value {
    match audio().and_then(|audio| audio.devices()) {
        Ok(devices) => devices.iter().map(device).collect(),
        Err(failure) => error(&failure),
    }
}

/// What a short id, a global id, a name, a name of several and no name find.
fn find() -> Value {
    let words = ["speaker jack", "Line", "nothing", fakes::GLOBAL];
    let found = words.map(
        |word| match audio().and_then(|audio| audio.connector(word)) {
            Ok(connector) => link(&connector),
            Err(failure) => error(&failure),
        },
    );
    let short = found[3]["id"]
        .as_str()
        .map(str::to_owned)
        .unwrap_or_default();
    let by_short = audio().and_then(|audio| audio.connector(&short));
    json!({
        "found": found,
        "by_short": by_short.map_or_else(|failure| error(&failure), |connector| link(&connector)),
    })
}
