//! Router configuration handles.

use anyhow::Result;
use plug61883::links::{Call, Link, LinkCode, Router, Win32};
use serde_json::{Value, json};

use crate::dll::{Dll, answering};
use crate::json::{disconnected, error};

/// What this system answers.
pub(crate) fn real(server: Option<&str>) -> Value {
    match Router::connect(server) {
        Ok(mut router) => json!({
            "name": router.name(),
            "disconnect": disconnected(router.disconnect()),
            "again": disconnected(router.disconnect()),
        }),
        Err(failure) => error(&failure),
    }
}

/// Every code that has a name, and one that has none.
pub(crate) fn codes() -> Result<Value> {
    // Kept, so that what it counts is not forgotten with the last handle.
    let library = Dll::load("mprapi.dll")?;
    let codes = Win32::NAMED.iter().chain(&[Win32(4711)]);
    let connect: Vec<Value> = codes
        .map(|code| {
            answering("MprConfigServerConnect", LinkCode::Win32(*code), || {
                real(Some("ROUTER1"))
            })
        })
        .collect();
    let after_connect = library.counts()?;
    // Dropped, not disconnected.
    let dropped = Router::connect(None).map(drop);
    let counts = library.counts()?;
    Ok(json!({
        "documented": Call::ConnectRouter.documented().len(),
        "connect": connect,
        "after_connect": after_connect,
        "dropped": dropped.is_ok(),
        "nul": real(Some("A\0B")),
        "counts": counts,
        "still_loaded": library.unload()?,
    }))
}
