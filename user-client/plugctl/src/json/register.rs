//! Plug registers and their attributes.

use plug61883::Answer;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::{Confirmed, Error, Row, hex32};
use crate::attributes::{Attribute, Path, Place};
use crate::failure::Failure;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Registers {
    pub(crate) unit: String,
    pub(crate) registers: Vec<RegisterRow>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct RegisterRow {
    name: String,
    register: Option<String>,
    #[cfg_attr(
        test,
        schemars(with = "Option<std::collections::BTreeMap<String, u32>>")
    )]
    attributes: Option<Attributes>,
    error: Option<Error>,
}

impl RegisterRow {
    /// A register with all of its attributes.
    pub(crate) fn whole(place: Place, bits: Result<u32, &Failure>) -> Self {
        let all = place.attributes().iter().collect();
        Self::of(place, all, bits)
    }

    /// What was asked for.
    pub(crate) fn new(path: &Path, bits: Result<u32, &Failure>) -> Self {
        match path.attribute {
            Some(attribute) => Self::of(path.place, vec![attribute], bits),
            None => Self::whole(path.place, bits),
        }
    }

    fn of(place: Place, wanted: Vec<&'static Attribute>, bits: Result<u32, &Failure>) -> Self {
        Self {
            name: place.to_string(),
            register: bits.ok().map(hex32),
            attributes: bits.ok().map(|bits| Attributes { wanted, bits }),
            error: bits.err().map(Error::from),
        }
    }
}

/// A name for each attribute.
struct Attributes {
    wanted: Vec<&'static Attribute>,
    bits: u32,
}

impl Serialize for Attributes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.wanted.len()))?;
        for attribute in &self.wanted {
            map.serialize_entry(attribute.name, &attribute.of(self.bits))?;
        }
        map.end()
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct RegistersSet {
    pub(crate) unit: String,
    pub(crate) results: Vec<RegisterSetRow>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct RegisterSetRow {
    pub(crate) name: String,
    #[serde(flatten)]
    pub(crate) row: Row<RegisterSet>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct RegisterSet {
    old_register: String,
    new_register: String,
    #[serde(flatten)]
    confirmed: Confirmed,
}

impl RegisterSet {
    pub(crate) fn new(old: u32, new: u32, answer: Answer) -> Self {
        Self {
            old_register: hex32(old),
            new_register: hex32(new),
            confirmed: answer.into(),
        }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Report {
    pub(crate) units: Vec<Row<ReportedUnit>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ReportedUnit {
    eui64: String,
    node: u8,
    registers: Vec<RegisterRow>,
}

impl ReportedUnit {
    pub(crate) fn new(eui64: u64, node: u8, registers: Vec<RegisterRow>) -> Self {
        Self {
            eui64: format!("{eui64:016X}"),
            node,
            registers,
        }
    }
}
