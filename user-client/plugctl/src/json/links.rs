//! What else is connected: machines, audio connectors, network connections.

use plug61883::links::{
    AudioDeviceKind, AudioFlow, AudioState, BelongsTo, ConnectorKind, DeviceList, DeviceNode,
    Family, FireWire, Link, LinkCode, LinkError, NetConnectionInfo,
};
use serde::Serialize;

use super::{Error, hex32};
use crate::commands::links::audio;
use crate::failure::Failure;

/// An answer of an interface. CR_ and Win32 codes are written as the others are.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Answer {
    name: Option<&'static str>,
    code: String,
}

impl From<LinkCode> for Answer {
    fn from(code: LinkCode) -> Self {
        Self {
            name: code.name(),
            code: hex32(code.number()),
        }
    }
}

/// What an error of a link has beside those of others.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Details {
    family: &'static str,
    subject: Option<String>,
    function: Option<&'static str>,
    answer: Option<Answer>,
    meaning: String,
    already_disconnected: bool,
    may_help_again: bool,
}

impl From<&LinkError> for Details {
    fn from(error: &LinkError) -> Self {
        Self {
            family: family(error.family()),
            subject: error.subject().map(str::to_owned),
            function: error.call().map(plug61883::links::Call::name),
            answer: error.code().map(Answer::from),
            meaning: error.meaning(),
            already_disconnected: error.is_already_disconnected(),
            may_help_again: error.may_help_again(),
        }
    }
}

fn errors(errors: &[LinkError]) -> Vec<Error> {
    errors.iter().map(error).collect()
}

pub(super) fn error(error: &LinkError) -> Error {
    Error::from(&Failure::from(error.clone()))
}

pub(super) const fn family(family: Family) -> &'static str {
    match family {
        Family::Plug => "plug",
        Family::Machine => "machine",
        Family::Audio => "audio",
        Family::Router => "router",
        Family::Network => "network",
    }
}

pub(super) const fn fire_wire(belongs_to: &BelongsTo) -> &'static str {
    match belongs_to.fire_wire {
        FireWire::Yes => "yes",
        FireWire::Perhaps => "perhaps",
        FireWire::No => "no",
        FireWire::Unknown => "unknown",
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct MachineUnits<'a> {
    host: Option<&'a str>,
    devices: Vec<Device<'a>>,
    errors: Vec<Error>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Device<'a> {
    instance: &'a str,
    hardware_ids: &'a [String],
    description: &'a str,
    class: &'a str,
    service: &'a str,
    status: String,
    loaded: bool,
    started: bool,
    problem: Option<Problem>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Problem {
    name: Option<&'static str>,
    number: u32,
    meaning: Option<&'static str>,
}

impl<'a> From<&'a DeviceNode> for Device<'a> {
    fn from(device: &'a DeviceNode) -> Self {
        Self {
            instance: &device.instance,
            hardware_ids: &device.hardware_ids,
            description: &device.description,
            class: &device.class,
            service: &device.service,
            status: hex32(device.status),
            loaded: device.is_loaded(),
            started: device.is_started(),
            problem: device.has_problem().map(|problem| Problem {
                name: problem.name(),
                number: problem.0,
                meaning: problem.meaning(),
            }),
        }
    }
}

impl<'a> MachineUnits<'a> {
    pub(crate) fn new(host: Option<&'a str>, list: &'a DeviceList) -> Self {
        Self {
            host,
            devices: list.devices.iter().map(Device::from).collect(),
            errors: errors(&list.troubles),
        }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct AudioDevices<'a> {
    devices: Vec<AudioDevice<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct AudioDevice<'a> {
    id: &'a str,
    kind: &'static str,
    name: &'a str,
    state: Option<String>,
    device: Option<&'a str>,
    fire_wire: &'static str,
    connectors: Vec<Connector<'a>>,
    error: Option<Error>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Connector<'a> {
    id: String,
    global_id: &'a str,
    name: &'a str,
    kind: String,
    flow: Option<String>,
    connected: Option<bool>,
    to: Option<&'a str>,
    to_connector: Option<&'a str>,
    to_device: Option<&'a str>,
}

impl<'a> AudioDevices<'a> {
    pub(crate) fn new(devices: &'a [audio::Device<'a>]) -> Self {
        Self {
            devices: devices.iter().map(AudioDevice::from).collect(),
        }
    }
}

impl<'a> From<&'a audio::Device<'a>> for AudioDevice<'a> {
    fn from(device: &'a audio::Device<'a>) -> Self {
        Self {
            id: device.id,
            kind: match device.kind {
                AudioDeviceKind::Endpoint => "endpoint",
                AudioDeviceKind::Adapter => "adapter",
            },
            name: device.name,
            state: device.state.map(state),
            device: device.belongs_to.device.as_deref(),
            fire_wire: fire_wire(device.belongs_to),
            connectors: device.connectors.iter().map(Connector::from).collect(),
            error: device.trouble.map(error),
        }
    }
}

impl<'a> From<&'a audio::Connector<'a>> for Connector<'a> {
    fn from(connector: &'a audio::Connector<'a>) -> Self {
        let info = connector.info;
        Self {
            id: info.short_id(),
            global_id: &info.id,
            name: &info.name,
            kind: kind(info.kind),
            flow: info.flow.map(flow),
            connected: info.connected,
            to: connector.to.as_deref(),
            to_connector: info.to_connector.as_deref(),
            to_device: info.to_device.as_deref(),
        }
    }
}

fn state(state: AudioState) -> String {
    match state {
        AudioState::Active => "active".to_owned(),
        AudioState::Disabled => "disabled".to_owned(),
        AudioState::NotPresent => "not_present".to_owned(),
        AudioState::Unplugged => "unplugged".to_owned(),
        AudioState::Other(raw) => format!("other_{raw}"),
    }
}

fn kind(kind: ConnectorKind) -> String {
    match kind {
        ConnectorKind::Unknown => "unknown".to_owned(),
        ConnectorKind::PhysicalInternal => "physical_internal".to_owned(),
        ConnectorKind::PhysicalExternal => "physical_external".to_owned(),
        ConnectorKind::SoftwareIo => "software_io".to_owned(),
        ConnectorKind::SoftwareFixed => "software_fixed".to_owned(),
        ConnectorKind::Network => "network".to_owned(),
        ConnectorKind::Other(raw) => format!("other_{raw}"),
    }
}

fn flow(flow: AudioFlow) -> String {
    match flow {
        AudioFlow::In => "in".to_owned(),
        AudioFlow::Out => "out".to_owned(),
        AudioFlow::Other(raw) => format!("other_{raw}"),
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct NetConnections<'a> {
    connections: Vec<NetConnection<'a>>,
    errors: Vec<Error>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct NetConnection<'a> {
    guid: &'a str,
    name: &'a str,
    adapter: &'a str,
    status: String,
    status_number: i32,
    media: String,
    media_number: i32,
    over_1394: bool,
    device: Option<&'a str>,
    fire_wire: &'static str,
}

impl<'a> NetConnections<'a> {
    pub(crate) fn new(infos: &[&'a NetConnectionInfo], failed: &[LinkError]) -> Self {
        let connection = |info: &&'a NetConnectionInfo| NetConnection {
            guid: &info.guid,
            name: &info.name,
            adapter: &info.device,
            status: info.state.to_string(),
            status_number: info.state.0,
            media: info.media.to_string(),
            media_number: info.media.0,
            over_1394: info.is_over_1394(),
            device: info.belongs_to.device.as_deref(),
            fire_wire: fire_wire(&info.belongs_to),
        };
        Self {
            connections: infos.iter().map(connection).collect(),
            errors: errors(failed),
        }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct RouterChecked<'a> {
    router: Router<'a>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Router<'a> {
    server: Option<&'a str>,
}

impl<'a> RouterChecked<'a> {
    pub(crate) const fn new(server: Option<&'a str>) -> Self {
        Self {
            router: Router { server },
        }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Disconnected {
    result: One,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct One {
    id: String,
    name: String,
    answer: Option<Answer>,
    already_disconnected: bool,
}

impl Disconnected {
    pub(crate) fn new(link: &dyn Link, code: Option<LinkCode>, already: bool) -> Self {
        Self {
            result: One {
                id: link.id(),
                name: link.name(),
                answer: code.map(Answer::from),
                already_disconnected: already,
            },
        }
    }
}
