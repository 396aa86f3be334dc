//! Machine handles.

use anyhow::Result;
use plug61883::links::{Call, ConfigRet, Link, LinkCode, Machine};
use serde_json::{Value, json};

use crate::dll::{Dll, answering};
use crate::json::{device, disconnected, error};

const HOST: &str = "BENCH2";

/// What this system answers.
pub(crate) fn real(host: Option<&str>) -> Value {
    let mut machine = match Machine::connect(host) {
        Ok(machine) => machine,
        Err(failure) => return error(&failure),
    };
    json!({
        "name": machine.name(),
        "devices": devices(&machine),
        "disconnect": disconnected(machine.disconnect()),
        "again": disconnected(machine.disconnect()),
    })
}

fn devices(machine: &Machine) -> Value {
    match machine.devices() {
        Ok(list) => json!({
            "devices": list.devices.iter().map(device).collect::<Vec<_>>(),
            "troubles": list.troubles.iter().map(error).collect::<Vec<_>>(),
        }),
        Err(failure) => error(&failure),
    }
}

/// Every code, and a number that is none, from each function.
pub(crate) fn codes() -> Result<Value> {
    let library = Dll::load("cfgmgr32.dll")?;
    let mut codes = Call::ConnectMachine.documented();
    codes.push(LinkCode::ConfigRet(ConfigRet(0xFE)));

    let connect: Vec<Value> = codes
        .iter()
        .map(|code| {
            answering("CM_Connect_MachineW", *code, || {
                match Machine::connect(Some(HOST)) {
                    Ok(machine) => json!({ "ok": machine.host() }),
                    Err(failure) => error(&failure),
                }
            })
        })
        .collect();
    let after_connect = library.counts()?;

    let disconnect: Vec<Value> = codes
        .iter()
        .map(|code| {
            answering("CM_Disconnect_Machine", *code, || {
                match Machine::connect(Some(r"\\BENCH2")) {
                    Ok(mut machine) => json!({
                        "first": disconnected(machine.disconnect()),
                        "second": disconnected(machine.disconnect()),
                        "devices": devices(&machine),
                    }),
                    Err(failure) => error(&failure),
                }
            })
        })
        .collect();
    let after_disconnect = library.counts()?;

    let mut lists = serde_json::Map::new();
    for function in [
        "CM_Get_Device_ID_List_SizeW",
        "CM_Get_Device_ID_ListW",
        "CM_Locate_DevNodeW",
        "CM_Get_DevNode_Status",
        "CM_Get_DevNode_Registry_PropertyW",
    ] {
        let rows = codes.iter().map(|code| {
            answering(function, *code, || {
                Machine::connect(Some(HOST))
                    .map_or_else(|failure| error(&failure), |machine| devices(&machine))
            })
        });
        lists.insert(function.to_owned(), rows.collect());
    }
    let grown = answering("GROW", LinkCode::ConfigRet(ConfigRet(1)), || real(None));
    Ok(json!({
        "connect": connect,
        "after_connect": after_connect,
        "disconnect": disconnect,
        "after_disconnect": after_disconnect,
        "lists": lists,
        "local": real(None),
        "grown": grown,
        "nul": real(Some("A\0B")),
        "counts": library.counts()?,
    }))
}
