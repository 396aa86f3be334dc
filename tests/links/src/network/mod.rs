//! Network connections.

mod fakes;

use anyhow::Result;
use plug61883::links::{Call, HResult, Link, LinkCode, LinkError, NetConnection, NetList, Network};
use serde_json::{Value, json};
use windows::Win32::System::Com::{COINIT_MULTITHREADED, CoInitializeEx, CoUninitialize};
use windows::core::HRESULT;

use crate::dll::Dll;
use crate::json::{disconnected, error, link};
use crate::spy;

/// What this system answers.
pub(crate) fn real() -> Value {
    match Network::open().and_then(|network| network.connections()) {
        Ok(list) => listed(&list),
        Err(failure) => error(&failure),
    }
}

fn listed(list: &NetList) -> Value {
    let connections = list.connections.iter().map(|connection| {
        let info = connection.info();
        json!({
            "link": link(connection),
            "device": info.device,
            "state": info.state.to_string(),
            "media": info.media.to_string(),
            "over_1394": info.is_over_1394(),
        })
    });
    json!({
        "connections": connections.collect::<Vec<_>>(),
        "troubles": list.troubles.iter().map(error).collect::<Vec<_>>(),
    })
}

/// Every documented code, some others, and a list of connections.
pub(crate) fn codes() -> Result<Value> {
    // SAFETY: the reserved parameter is null, and the success is undone below.
    unsafe { CoInitializeEx(None, COINIT_MULTITHREADED) }.ok()?;
    // Where there is one, it is the test's.
    let netshell = Dll::load("netshell.dll").ok();
    let mut codes = Call::DisconnectNetwork.documented();
    codes.extend(
        [
            HResult::FALSE,
            HResult::ACCESS_DENIED,
            HResult::SERVER_UNAVAILABLE,
            HResult(0x8899_0001),
        ]
        .map(LinkCode::HResult),
    );
    let rows: Vec<Value> = codes.iter().map(|code| once(*code)).collect();
    let after_codes = spy::objects();

    drop(list());
    let mut all = Value::Null;
    let (taken, left) = spy::blocks(|| all = list())?;
    let found = ["FireWire link", "lan", "nothing", fakes::GUID_TEXT].map(|word| {
        match network().and_then(|network| network.connection(word)) {
            Ok(connection) => link(&connection),
            Err(failure) => error(&failure),
        }
    });
    let failing = [
        HResult::ACCESS_DENIED,
        HResult::SERVER_UNAVAILABLE,
        HResult::FAIL,
    ]
    .map(|code| {
        let manager = fakes::failing(HRESULT(code.0.cast_signed()));
        let result = Network::from_interface(&manager).and_then(|network| network.connections());
        result.map_or_else(|failure| error(&failure), |list| listed(&list))
    });
    // SAFETY: undoes the call above.
    unsafe { CoUninitialize() };
    Ok(json!({
        "netshell": netshell.map(|library| library.counts()).transpose()?,
        "codes": rows,
        "objects_after_codes": after_codes,
        "list": all,
        "find": found,
        "failing": failing,
        "blocks_taken": taken,
        "blocks_left": left,
        "objects_left": spy::objects(),
    }))
}

/// Disconnects a connection that answers `code`.
fn once(code: LinkCode) -> Value {
    let answer = HRESULT(code.number().cast_signed());
    match NetConnection::from_interface(&fakes::connection(answer)) {
        Ok(mut connection) => disconnected(connection.disconnect()),
        Err(failure) => error(&failure),
    }
}

fn network() -> Result<Network, LinkError> {
    Network::from_interface(&fakes::manager())
}

fn list() -> Value {
    match network().and_then(|network| network.connections()) {
        Ok(list) => listed(&list),
        Err(failure) => error(&failure),
    }
}
