//! Plugs.

use plug61883::{Direction, Location, PlugId, PlugInfo, PlugState, Register, Speed, UnitId};
use serde::Serialize;

use super::{Row, hex32, made_at, owner};

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Plugs {
    pub(crate) units: Vec<PlugsOfUnit>,
}

/// The plugs of one unit.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct PlugsOfUnit {
    pub(crate) unit: String,
    pub(crate) state: Option<String>,
    pub(crate) plugs: Vec<PlugRow>,
    pub(crate) local_plugs: Vec<KnownPlug>,
    pub(crate) error: Option<super::Error>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct PlugRow {
    pub(crate) name: String,
    pub(crate) direction: &'static str,
    pub(crate) number: u32,
    #[serde(flatten)]
    pub(crate) row: Row<State>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct OnePlug {
    pub(crate) plug: PlugRow,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct PlugReference {
    id: String,
    name: String,
    location: &'static str,
}

impl From<PlugId> for PlugReference {
    fn from(id: PlugId) -> Self {
        Self {
            id: id.to_string(),
            name: plug_name(id),
            location: if id.is_local() { "computer" } else { "device" },
        }
    }
}

/// `oPCR[0]`, as far as an id tells.
fn plug_name(id: PlugId) -> String {
    match id.direction() {
        Some(direction) => format!("{direction}[{}]", id.number()),
        None => id.to_string(),
    }
}

/// A plug that the driver knows.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct KnownPlug {
    id: String,
    name: String,
    direction: Option<&'static str>,
    number: u32,
    unit: String,
    location: String,
    owner: String,
    process_id: Option<u32>,
    made_at: Option<String>,
    connections: u32,
    #[serde(flatten)]
    register: Fields,
}

impl From<&PlugInfo> for KnownPlug {
    fn from(info: &PlugInfo) -> Self {
        Self {
            id: info.id.to_string(),
            name: plug_name(info.id),
            direction: info.direction.map(direction),
            number: info.number,
            unit: info.unit.to_string(),
            location: match info.location {
                Location::Computer => "computer".to_owned(),
                Location::Device => "device".to_owned(),
                Location::Other(raw) => format!("other_{raw}"),
            },
            owner: owner(info.owner),
            process_id: info.process_id,
            made_at: made_at(info.made_at),
            connections: info.connections,
            register: info.register.into(),
        }
    }
}

/// What a register holds.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Fields {
    register: Option<String>,
    online: Option<bool>,
    channel: Option<u8>,
    speed: Option<String>,
    payload: Option<u16>,
    point_to_point: Option<u8>,
    broadcast: Option<u8>,
}

impl From<Option<Register>> for Fields {
    fn from(register: Option<Register>) -> Self {
        Self {
            register: register.map(|register| hex32(register.bits())),
            online: register.map(Register::online),
            channel: register.map(Register::channel),
            speed: register
                .and_then(Register::speed)
                .map(|speed: Speed| speed.to_string()),
            payload: register.and_then(Register::payload),
            point_to_point: register.map(Register::point_to_point),
            broadcast: register.map(Register::broadcast),
        }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Created {
    pub(crate) plug: MadePlug,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct MadePlug {
    id: String,
    name: String,
    direction: &'static str,
    number: u32,
    unit: String,
    location: &'static str,
    persistent: bool,
    #[serde(flatten)]
    register: Fields,
}

impl MadePlug {
    pub(crate) fn new(
        (id, number): (PlugId, u32),
        unit: UnitId,
        persistent: bool,
        register: Register,
    ) -> Self {
        Self {
            id: id.to_string(),
            name: format!("{}[{number}]", register.direction()),
            direction: direction(register.direction()),
            number,
            unit: unit.to_string(),
            location: "computer",
            persistent,
            register: Some(register).into(),
        }
    }
}
