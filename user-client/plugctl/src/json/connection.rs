//! Connections and unit directories.

use plug61883::{ConnectionInfo, ConnectionKind, DirectoryInfo, End};
use serde::Serialize;

use super::{PlugReference, hex24, made_at, owner};

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Connections {
    pub(crate) connections: Vec<Connection>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Connection {
    id: String,
    unit: String,
    output: Option<PlugReference>,
    input: Option<PlugReference>,
    has_output: bool,
    has_input: bool,
    kind: String,
    owner: String,
    made_at: Option<String>,
    process_id: Option<u32>,
}

impl From<&ConnectionInfo> for Connection {
    fn from(info: &ConnectionInfo) -> Self {
        Self {
            id: info.id.to_string(),
            unit: info.unit.to_string(),
            output: info.output.plug().map(PlugReference::from),
            input: info.input.plug().map(PlugReference::from),
            has_output: info.output != End::Absent,
            has_input: info.input != End::Absent,
            kind: kind(info.kind),
            owner: owner(info.owner),
            made_at: made_at(info.made_at),
            process_id: info.process_id,
        }
    }
}

pub(super) fn kind(kind: ConnectionKind) -> String {
    match kind {
        ConnectionKind::Broadcast => "broadcast".to_owned(),
        ConnectionKind::PointToPoint => "point_to_point".to_owned(),
        ConnectionKind::Other(raw) => format!("other_{raw}"),
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Connected {
    pub(crate) connection: Made,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Made {
    pub(crate) id: String,
    pub(crate) unit: String,
    pub(crate) output: Option<PlugReference>,
    pub(crate) input: Option<PlugReference>,
    pub(crate) kind: &'static str,
    pub(crate) persistent: bool,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Directories {
    pub(crate) directories: Vec<Directory>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Directory {
    id: String,
    unit: String,
    spec_id: String,
    sw_version: String,
    owner: String,
    made_at: Option<String>,
    process_id: Option<u32>,
}

impl From<&DirectoryInfo> for Directory {
    fn from(info: &DirectoryInfo) -> Self {
        Self {
            id: info.id.to_string(),
            unit: info.unit.to_string(),
            spec_id: hex24(info.spec_id),
            sw_version: hex24(info.sw_version),
            owner: owner(info.owner),
            made_at: made_at(info.made_at),
            process_id: info.process_id,
        }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Added {
    pub(crate) directory: MadeDirectory,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct MadeDirectory {
    pub(crate) id: String,
    pub(crate) unit: String,
    pub(crate) persistent: bool,
}
