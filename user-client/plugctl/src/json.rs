//! JSON documents. Every name here is documented in `user-client/JSON.md` and stays.

use plug61883::{
    Answer, BusPlace, Capabilities, ConnectionInfo, ConnectionKind, Direction, NodeAddress,
    NtStatus, Owner, PlugId, PlugState, Source, UnitIds,
};
use serde::Serialize;

use crate::failure::Failure;
use crate::time;

/// Number of the format; a new one when a name goes or changes what it means.
pub(crate) const FORMAT: u32 = 1;

#[derive(Serialize)]
pub(crate) struct Document<T> {
    pub(crate) format: u32,
    #[serde(flatten)]
    pub(crate) content: T,
}

#[derive(Serialize)]
pub(crate) struct Failed {
    pub(crate) error: Error,
}

#[derive(Serialize)]
pub(crate) struct Error {
    kind: &'static str,
    message: String,
    advice: &'static str,
    status: Option<Status>,
    win32: Option<u32>,
    source: Option<&'static str>,
}

#[derive(Serialize)]
pub(crate) struct Status {
    name: Option<&'static str>,
    code: String,
}

impl From<NtStatus> for Status {
    fn from(status: NtStatus) -> Self {
        Self {
            name: status.name(),
            code: hex32(status.0),
        }
    }
}

impl From<&Failure> for Error {
    fn from(failure: &Failure) -> Self {
        let error = match failure {
            Failure::Driver(error) => Some(error),
            _ => None,
        };
        Self {
            kind: failure.kind(),
            message: failure.what(),
            advice: failure.advice(),
            status: error.and_then(plug61883::Error::status).map(Status::from),
            win32: error.and_then(|error| match error.kind() {
                plug61883::ErrorKind::Open { win32 } => Some(win32),
                _ => None,
            }),
            source: error.and_then(plug61883::Error::source).map(source),
        }
    }
}

fn source(source: Source) -> &'static str {
    match source {
        Source::Protocol => "protocol",
        Source::Plug61883 => "plug61883",
        Source::Windows => "windows",
    }
}

fn hex32(value: u32) -> String {
    format!("0x{value:08X}")
}

/// An entry of a list: what is known of it, or why nothing is.
#[derive(Serialize)]
pub(crate) struct Row<T> {
    pub(crate) id: Option<String>,
    #[serde(flatten)]
    pub(crate) content: Option<T>,
    pub(crate) error: Option<Error>,
}

#[derive(Serialize)]
pub(crate) struct Units {
    pub(crate) units: Vec<Row<Unit>>,
}

#[derive(Serialize)]
pub(crate) struct Unit {
    eui64: String,
    vendor: String,
    vendor_id: String,
    model: String,
    model_id: String,
    unit_model: String,
    unit_model_id: String,
    node: Node,
    local_node: Node,
    generation: u32,
    ddi_version: u32,
    output_plugs: u32,
    input_plugs: u32,
    max_speed: String,
    connections: u32,
}

#[derive(Serialize)]
struct Node {
    address: String,
    bus: u16,
    number: u8,
}

impl From<NodeAddress> for Node {
    fn from(address: NodeAddress) -> Self {
        Self {
            address: address.to_string(),
            bus: address.bus(),
            number: address.node(),
        }
    }
}

impl Unit {
    pub(crate) fn new(
        ids: &UnitIds,
        capabilities: &Capabilities,
        place: &BusPlace,
        ddi_version: u32,
        connections: u32,
    ) -> Self {
        let hex24 = |id: u32| format!("0x{id:06X}");
        Self {
            eui64: format!("{:016X}", ids.eui64),
            vendor: ids.vendor.text.clone(),
            vendor_id: hex24(ids.vendor_id),
            model: ids.model.text.clone(),
            model_id: hex24(ids.model_id),
            unit_model: ids.unit_model.text.clone(),
            unit_model_id: hex24(ids.unit_model_id),
            node: place.device.into(),
            local_node: place.local.into(),
            generation: place.generation,
            ddi_version,
            output_plugs: capabilities.output_plugs,
            input_plugs: capabilities.input_plugs,
            max_speed: capabilities.speed.to_string(),
            connections,
        }
    }
}

#[derive(Serialize)]
pub(crate) struct Plugs {
    pub(crate) unit: String,
    pub(crate) plugs: Vec<PlugRow>,
}

#[derive(Serialize)]
pub(crate) struct PlugRow {
    pub(crate) name: String,
    pub(crate) direction: &'static str,
    pub(crate) number: u32,
    #[serde(flatten)]
    pub(crate) row: Row<State>,
}

#[derive(Serialize)]
pub(crate) struct OnePlug {
    pub(crate) plug: PlugRow,
}

#[derive(Serialize)]
pub(crate) struct State {
    online: Option<bool>,
    state: String,
    speed: String,
    channel: Option<u8>,
    payload: u32,
    point_to_point: u32,
    broadcast: u32,
    register: Option<String>,
}

impl From<&PlugState> for State {
    fn from(state: &PlugState) -> Self {
        Self {
            online: state.online(),
            state: state.state.to_string(),
            speed: state.speed.to_string(),
            channel: state.channel(),
            payload: state.payload,
            point_to_point: state.point_to_point,
            broadcast: state.broadcast,
            register: state.register.map(|register| hex32(register.bits())),
        }
    }
}

pub(crate) fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Out => "out",
        Direction::In => "in",
    }
}

#[derive(Serialize)]
pub(crate) struct Connections {
    pub(crate) connections: Vec<Connection>,
}

#[derive(Serialize)]
pub(crate) struct Connection {
    id: String,
    unit: String,
    output: Option<PlugReference>,
    input: Option<PlugReference>,
    kind: String,
    owner: String,
    made_at: Option<String>,
    process_id: Option<u32>,
}

#[derive(Serialize)]
pub(crate) struct PlugReference {
    id: String,
    name: String,
}

impl From<PlugId> for PlugReference {
    fn from(id: PlugId) -> Self {
        Self {
            id: id.to_string(),
            name: plug_name(id),
        }
    }
}

/// `oPCR[0]`, as far as an id tells.
pub(crate) fn plug_name(id: PlugId) -> String {
    match id.direction() {
        Some(direction) => format!("{direction}[{}]", id.number()),
        None => id.to_string(),
    }
}

impl From<&ConnectionInfo> for Connection {
    fn from(info: &ConnectionInfo) -> Self {
        Self {
            id: info.id.to_string(),
            unit: info.unit.to_string(),
            output: info.output.map(PlugReference::from),
            input: info.input.map(PlugReference::from),
            kind: match info.kind {
                ConnectionKind::Broadcast => "broadcast".to_owned(),
                ConnectionKind::PointToPoint => "point_to_point".to_owned(),
                ConnectionKind::Other(raw) => format!("other_{raw}"),
            },
            owner: match info.owner {
                Owner::ThisHandle => "this_handle".to_owned(),
                Owner::OtherHandle => "other_handle".to_owned(),
                Owner::Driver => "driver".to_owned(),
                Owner::Other(raw) => format!("other_{raw}"),
            },
            made_at: (info.made_at != 0).then(|| time::utc(info.made_at)),
            process_id: info.process_id,
        }
    }
}

#[derive(Serialize)]
pub(crate) struct Connected {
    pub(crate) connection: Made,
}

#[derive(Serialize)]
pub(crate) struct Made {
    pub(crate) id: String,
    pub(crate) unit: String,
    pub(crate) output: Option<PlugReference>,
    pub(crate) input: Option<PlugReference>,
    pub(crate) kind: &'static str,
    pub(crate) persistent: bool,
}

#[derive(Serialize)]
pub(crate) struct Disconnected {
    pub(crate) results: Vec<Row<Confirmed>>,
}

#[derive(Serialize)]
pub(crate) struct Confirmed {
    status: Status,
    source: &'static str,
}

impl From<Answer> for Confirmed {
    fn from(answer: Answer) -> Self {
        Self {
            status: answer.status.into(),
            source: source(answer.source),
        }
    }
}
