//! Units: what they are, and their plugs.

use plug61883_abi::av61883::{NodeAddress, unit_info_level};
use plug61883_abi::ids::{Direction, UnitId};
use plug61883_abi::ioctl::{Text, UnitEntry};
use plug61883_abi::pcr::PLUGS_PER_DIRECTION;

use crate::connection::{Connect, Connection, ConnectionInfo};
use crate::driver::Driver;
use crate::error::Error;
use crate::plug::{Plug, Speed};

/// What a level of `GET_UNIT_INFO` tells, in words.
pub(crate) const fn level_text(level: u32) -> &'static str {
    match level {
        unit_info_level::IDS => "the ids",
        unit_info_level::CAPABILITIES => "the capabilities",
        unit_info_level::BUS_GENERATION_NODE => "the node address",
        unit_info_level::DDI_VERSION => "the DDI version",
        _ => "information",
    }
}

/// The units that the driver holds.
#[derive(Clone, Debug)]
pub struct Units(Vec<Unit>);

impl Units {
    /// Lists them.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn enumerate(driver: &Driver) -> Result<Self, Error> {
        let entries = driver.units()?;
        Ok(Self(
            entries
                .iter()
                .map(|entry| Unit::from_entry(driver, entry))
                .collect(),
        ))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One after the other.
    pub fn iter(&self) -> std::slice::Iter<'_, Unit> {
        self.0.iter()
    }

    /// The unit with this id.
    #[must_use]
    pub fn get(&self, id: UnitId) -> Option<&Unit> {
        self.iter().find(|unit| unit.id == id)
    }
}

impl IntoIterator for Units {
    type Item = Unit;
    type IntoIter = std::vec::IntoIter<Unit>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Units {
    type Item = &'a Unit;
    type IntoIter = std::slice::Iter<'a, Unit>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// A unit: one FireWire device that the protocol driver drives.
#[derive(Clone, Debug)]
pub struct Unit {
    driver: Driver,
    id: UnitId,
    connections: u32,
    operations: u32,
}

/// A vendor's or model's name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitName {
    /// The text; characters that the device got wrong are replaced.
    pub text: String,
    /// Whether the device's text is longer than what the driver keeps.
    pub cut: bool,
}

/// Who made a unit, and which one it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnitIds {
    /// EUI-64 of the node.
    pub eui64: u64,
    /// Vendor id, 24 bits.
    pub vendor_id: u32,
    /// Model id of the root directory.
    pub model_id: u32,
    /// Model id of the unit directory.
    pub unit_model_id: u32,
    /// Vendor's name.
    pub vendor: UnitName,
    /// Model's name, from the root directory.
    pub model: UnitName,
    /// Model's name, from the unit directory.
    pub unit_model: UnitName,
}

/// What a unit can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// Output plugs.
    pub output_plugs: u32,
    /// Input plugs.
    pub input_plugs: u32,
    /// Highest speed of its plugs.
    pub speed: Speed,
    /// Command transaction sets (`CTSFlags`).
    pub command_sets: u32,
    /// Flags of the host's hardware (`HardwareFlags`).
    pub hardware_flags: u32,
}

/// Where a unit is on its bus. Node addresses hold for one generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BusPlace {
    /// Bus generation.
    pub generation: u32,
    /// Node address of this computer.
    pub local: NodeAddress,
    /// Node address of the unit's device.
    pub device: NodeAddress,
}

impl Unit {
    /// The unit with this id, whether it exists or not: requests tell.
    #[must_use]
    pub fn by_id(driver: &Driver, id: UnitId) -> Self {
        Self {
            driver: driver.clone(),
            id,
            connections: 0,
            operations: 0,
        }
    }

    fn from_entry(driver: &Driver, entry: &UnitEntry) -> Self {
        let UnitEntry {
            unit,
            connections,
            operations,
            ..
        } = *entry;
        Self {
            driver: driver.clone(),
            id: unit,
            connections,
            operations,
        }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> UnitId {
        self.id
    }

    /// Connections of the unit that the driver knew when the units were listed.
    #[must_use]
    pub fn connection_count(&self) -> u32 {
        self.connections
    }

    /// Requests for the unit that were under way when the units were listed.
    #[must_use]
    pub fn operation_count(&self) -> u32 {
        self.operations
    }

    /// Who made it, and which one it is.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn ids(&self) -> Result<UnitIds, Error> {
        let info = self.driver.unit_info(self.id, unit_info_level::IDS)?;
        Ok(UnitIds {
            eui64: info.eui64,
            vendor_id: info.vendor_id,
            model_id: info.model_id,
            unit_model_id: info.unit_model_id,
            vendor: UnitName::from_wire(&info.vendor),
            model: UnitName::from_wire(&info.model),
            unit_model: UnitName::from_wire(&info.unit_model),
        })
    }

    /// What it can do.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn capabilities(&self) -> Result<Capabilities, Error> {
        let info = self
            .driver
            .unit_info(self.id, unit_info_level::CAPABILITIES)?;
        Ok(Capabilities {
            output_plugs: info.output_plugs,
            input_plugs: info.input_plugs,
            speed: Speed::from_raw(info.max_data_rate),
            command_sets: info.cts_flags,
            hardware_flags: info.hardware_flags,
        })
    }

    /// Where it is on its bus.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn place(&self) -> Result<BusPlace, Error> {
        let info = self
            .driver
            .unit_info(self.id, unit_info_level::BUS_GENERATION_NODE)?;
        Ok(BusPlace {
            generation: info.generation,
            local: NodeAddress(info.local_node),
            device: NodeAddress(info.device_node),
        })
    }

    /// DDI version that the protocol driver speaks for it.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn ddi_version(&self) -> Result<u32, Error> {
        Ok(self
            .driver
            .unit_info(self.id, unit_info_level::DDI_VERSION)?
            .ddi_version)
    }

    /// The plug with this number.
    ///
    /// # Errors
    ///
    /// When the request fails; `STATUS_INVALID_PARAMETER` when the unit has no such plug.
    pub fn plug(&self, direction: Direction, number: u32) -> Result<Plug, Error> {
        let id = self.driver.get_plug(self.id, direction, number)?;
        Ok(Plug::new(
            self.driver.clone(),
            self.id,
            id,
            direction,
            number,
        ))
    }

    /// Direction and number of every plug that it has, output plugs first.
    ///
    /// # Errors
    ///
    /// When the capabilities can't be read.
    pub fn plugs(&self) -> Result<Vec<(Direction, u32)>, Error> {
        let capabilities = self.capabilities()?;
        let numbers = |count: u32| 0..count.min(PLUGS_PER_DIRECTION as u32);
        let outputs = numbers(capabilities.output_plugs).map(|number| (Direction::Out, number));
        let inputs = numbers(capabilities.input_plugs).map(|number| (Direction::In, number));
        Ok(outputs.chain(inputs).collect())
    }

    /// Makes a connection.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn connect(&self, connect: &Connect) -> Result<Connection, Error> {
        let id = self.driver.connect(self.id, connect)?;
        Ok(Connection::new(
            self.driver.clone(),
            id,
            connect.is_persistent(),
        ))
    }

    /// Its connections, whoever made them.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn connections(&self) -> Result<Vec<ConnectionInfo>, Error> {
        self.driver.connections(Some(self.id))
    }
}

impl UnitName {
    fn from_wire(text: &Text) -> Self {
        let length = usize::try_from(text.length).unwrap_or(usize::MAX);
        // The last unit is the NUL's.
        let most = text.units.len() - 1;
        let units = &text.units[..length.min(most)];
        let units = units.split(|unit| *unit == 0).next().unwrap_or_default();
        Self {
            text: String::from_utf16_lossy(units),
            cut: length > most,
        }
    }
}
