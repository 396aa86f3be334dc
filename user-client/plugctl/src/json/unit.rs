//! Units.

use plug61883::{
    AddressType, BusPlace, Capabilities, DiagLevel, IsochParams, NodeAddress, UnitIds, UnitState,
    UnitStatus,
};
use serde::Serialize;

use super::{Confirmed, Row, hex24, hex32};

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Units {
    pub(crate) units: Vec<UnitRow>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Unit {
    #[serde(flatten)]
    ids: Ids,
    #[serde(flatten)]
    place: Place,
    ddi_version: u32,
    output_plugs: u32,
    input_plugs: u32,
    max_speed: String,
    connections: u32,
}

/// A unit, and whether it is managed.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct UnitRow {
    state: Option<String>,
    #[serde(flatten)]
    row: Row<Unit>,
}

impl UnitRow {
    pub(crate) fn new(listed: Option<&UnitStatus>, row: Row<Unit>) -> Self {
        Self {
            state: listed.map(|listed| unit_state(listed.state)),
            row,
        }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Node {
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
        Self {
            ids: ids.into(),
            place: (*place).into(),
            ddi_version,
            output_plugs: capabilities.output_plugs,
            input_plugs: capabilities.input_plugs,
            max_speed: capabilities.speed.to_string(),
            connections,
        }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Ids {
    eui64: String,
    vendor: String,
    vendor_id: String,
    model: String,
    model_id: String,
    unit_model: String,
    unit_model_id: String,
}

impl From<&UnitIds> for Ids {
    fn from(ids: &UnitIds) -> Self {
        Self {
            eui64: format!("{:016X}", ids.eui64),
            vendor: ids.vendor.text.clone(),
            vendor_id: hex24(ids.vendor_id),
            model: ids.model.text.clone(),
            model_id: hex24(ids.model_id),
            unit_model: ids.unit_model.text.clone(),
            unit_model_id: hex24(ids.unit_model_id),
        }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Place {
    node: Node,
    local_node: Node,
    generation: u32,
}

impl From<BusPlace> for Place {
    fn from(place: BusPlace) -> Self {
        Self {
            node: place.device.into(),
            local_node: place.local.into(),
            generation: place.generation,
        }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Can {
    of: &'static str,
    output_plugs: u32,
    input_plugs: u32,
    max_speed: String,
    command_sets: String,
    hardware_flags: String,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Isoch {
    rx_packets: u32,
    rx_descriptors: u32,
    tx_packets: u32,
    tx_descriptors: u32,
}

impl From<IsochParams> for Isoch {
    fn from(params: IsochParams) -> Self {
        Self {
            rx_packets: params.receive_packets,
            rx_descriptors: params.receive_descriptors,
            tx_packets: params.transmit_packets,
            tx_descriptors: params.transmit_descriptors,
        }
    }
}

/// What a level tells or sets.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(transparent)]
pub(crate) struct LevelValues(Values);

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
enum Values {
    Ids(Ids),
    Capabilities(Can),
    Isoch(Isoch),
    Place(Place),
    Ddi {
        ddi_version: u32,
    },
    Diag {
        diag_level: String,
        names: Vec<String>,
    },
    AddressType {
        address_type: &'static str,
    },
}

impl LevelValues {
    pub(crate) fn ids(ids: &UnitIds) -> Self {
        Self(Values::Ids(ids.into()))
    }

    pub(crate) fn capabilities(of: &'static str, capabilities: &Capabilities) -> Self {
        Self(Values::Capabilities(Can {
            of,
            output_plugs: capabilities.output_plugs,
            input_plugs: capabilities.input_plugs,
            max_speed: capabilities.speed.to_string(),
            command_sets: hex32(capabilities.command_sets),
            hardware_flags: hex32(capabilities.hardware_flags),
        }))
    }

    pub(crate) fn isoch(params: IsochParams) -> Self {
        Self(Values::Isoch(params.into()))
    }

    pub(crate) fn place(place: BusPlace) -> Self {
        Self(Values::Place(place.into()))
    }

    pub(crate) fn ddi(ddi_version: u32) -> Self {
        Self(Values::Ddi { ddi_version })
    }

    pub(crate) fn diag(level: DiagLevel) -> Self {
        let names = level.to_string();
        let names = names.split(',').filter(|name| *name != "none");
        Self(Values::Diag {
            diag_level: hex32(level.0),
            names: names.map(str::to_owned).collect(),
        })
    }

    pub(crate) fn address_type(address_type: AddressType) -> Self {
        Self(Values::AddressType {
            address_type: match address_type {
                AddressType::Global => "global",
                AddressType::Exclusive => "exclusive",
            },
        })
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct UnitInfo {
    pub(crate) unit: String,
    pub(crate) levels: Vec<LevelRow>,
}

#[derive(Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(transform = values_unless_failed)
)]
pub(crate) struct LevelRow {
    pub(crate) level: &'static str,
    #[serde(flatten)]
    pub(crate) values: Option<LevelValues>,
    pub(crate) error: Option<super::Error>,
}

/// An entry without an error has values; the generator can't tell that of an enum.
#[cfg(test)]
fn values_unless_failed(schema: &mut schemars::Schema) {
    if let Some(values) = schema.remove("$ref") {
        let failed = serde_json::json!({ "properties": { "error": { "type": "object" } } });
        let either = serde_json::json!([{ "$ref": values }, failed]);
        schema.insert("anyOf".to_owned(), either);
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct UnitWasSet {
    pub(crate) unit: String,
    pub(crate) set: LevelRow,
    pub(crate) result: Row<Confirmed>,
}

pub(crate) fn unit_state(state: UnitState) -> String {
    match state {
        UnitState::Asking => "asking".to_owned(),
        UnitState::Managed => "managed".to_owned(),
        UnitState::Unsupported => "unsupported".to_owned(),
        UnitState::Other(raw) => format!("other_{raw}"),
    }
}

/// A unit as the driver knows it without asking anybody.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct KnownUnit {
    id: String,
    state: String,
    ddi_version: Option<u32>,
    connections: u32,
    operations: u32,
}

impl From<&UnitStatus> for KnownUnit {
    fn from(status: &UnitStatus) -> Self {
        Self {
            id: status.id.to_string(),
            state: unit_state(status.state),
            ddi_version: status.ddi_version,
            connections: status.connections,
            operations: status.operations,
        }
    }
}
