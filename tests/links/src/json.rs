//! What came, as JSON.

use plug61883::links::{BelongsTo, DeviceNode, Link, LinkCode, LinkError};
use serde_json::{Value, json};

/// A code: its number and name.
pub(crate) fn code(code: LinkCode) -> Value {
    json!({ "number": code.number(), "name": code.name() })
}

/// What a `disconnect` gave.
pub(crate) fn disconnected(result: Result<Option<LinkCode>, LinkError>) -> Value {
    match result {
        Ok(answer) => json!({ "ok": answer.map(code) }),
        Err(failure) => error(&failure),
    }
}

/// An error, with all that it tells.
pub(crate) fn error(error: &LinkError) -> Value {
    json!({ "error": {
        "family": error.family().singular(),
        "call": error.call().map(|call| call.name()),
        "code": error.code().map(code),
        "meaning": error.meaning(),
        "already": error.is_already_disconnected(),
        "may_not": error.may_not_be_broken(),
        "again": error.may_help_again(),
        "absent": error.is_absent(),
        "text": error.to_string(),
    }})
}

/// What names a link, and what it belongs to.
pub(crate) fn link(link: &dyn Link) -> Value {
    json!({
        "id": link.id(),
        "name": link.name(),
        "connected": link.is_connected(),
        "belongs_to": belongs_to(link.belongs_to()),
    })
}

pub(crate) fn belongs_to(belongs_to: &BelongsTo) -> Value {
    json!({
        "device": belongs_to.device,
        "fire_wire": belongs_to.fire_wire.to_string(),
    })
}

pub(crate) fn device(device: &DeviceNode) -> Value {
    json!({
        "instance": device.instance,
        "hardware_ids": device.hardware_ids,
        "description": device.description,
        "class": device.class,
        "service": device.service,
        "started": device.is_started(),
        "problem": device.has_problem().map(|problem| problem.to_string()),
    })
}
