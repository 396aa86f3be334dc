//! Units: what they are, and their plugs.

use plug61883_abi::ids::{Direction, UnitId};
use plug61883_abi::ioctl::{UnitEntry, unit_state};
use plug61883_abi::pcr::PLUGS_PER_DIRECTION;

use crate::connection::{Connect, Connection, ConnectionInfo};
use crate::directory::{AddDirectory, Directory};
use crate::driver::Driver;
use crate::error::{Answer, Error};
use crate::local::{CreatePlug, LocalPlug};
use crate::plug::Plug;
use crate::register::{MasterPlugs, Register, RegisterPlace};

/// The units that the driver holds.
///
/// ```
/// # use plug61883::*;
/// # fn main() -> Result<(), Error> {
/// # let simulator = plug61883_sim::Simulator::new();
/// # let driver = simulator.open(Access::Change)?;
/// let units = Units::enumerate(&driver)?;
/// for unit in &units {
///     let ids = unit.ids()?;
///     println!("{} {:016X} {}", unit.id(), ids.eui64, ids.model.text);
/// }
/// assert!(units.get(UnitId::NONE).is_none());
/// # Ok(())
/// # }
/// ```
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
    pub(crate) driver: Driver,
    pub(crate) id: UnitId,
    listed: Option<UnitStatus>,
}

/// Whether plug61883 manages a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnitState {
    /// Its protocol driver has not told its DDI version yet.
    Asking,
    /// It does.
    Managed,
    /// Its protocol driver speaks DDI version 1 only: every request for the unit is refused with
    /// `STATUS_REVISION_MISMATCH`.
    Unsupported,
    /// A value that this version does not have.
    Other(u32),
}

/// What the driver knows of a unit without asking anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnitStatus {
    /// Its id.
    pub id: UnitId,
    /// DDI version that the protocol driver speaks for it, where that was asked.
    pub ddi_version: Option<u32>,
    /// Connections of the unit that the driver knows.
    pub connections: u32,
    /// Requests for the unit under way.
    pub operations: u32,
    /// Whether plug61883 manages it.
    pub state: UnitState,
}

impl UnitStatus {
    pub(crate) fn from_entry(entry: &UnitEntry) -> Self {
        Self {
            id: entry.unit,
            ddi_version: (entry.ddi_version != 0).then_some(entry.ddi_version),
            connections: entry.connections,
            operations: entry.operations,
            state: match entry.state {
                unit_state::ASKING => UnitState::Asking,
                unit_state::MANAGED => UnitState::Managed,
                unit_state::UNSUPPORTED => UnitState::Unsupported,
                other => UnitState::Other(other),
            },
        }
    }
}

impl Unit {
    /// The unit with this id, whether it exists or not: requests tell.
    #[must_use]
    pub fn by_id(driver: &Driver, id: UnitId) -> Self {
        Self {
            driver: driver.clone(),
            id,
            listed: None,
        }
    }

    fn from_entry(driver: &Driver, entry: &UnitEntry) -> Self {
        Self {
            driver: driver.clone(),
            id: entry.unit,
            listed: Some(UnitStatus::from_entry(entry)),
        }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> UnitId {
        self.id
    }

    /// What the driver knew of it when the units were listed; `None` for one by its id.
    #[must_use]
    pub fn listed(&self) -> Option<&UnitStatus> {
        self.listed.as_ref()
    }

    /// Connections of the unit that the driver knew when the units were listed.
    #[must_use]
    pub fn connection_count(&self) -> u32 {
        self.listed.map_or(0, |listed| listed.connections)
    }

    /// Requests for the unit that were under way when the units were listed.
    #[must_use]
    pub fn operation_count(&self) -> u32 {
        self.listed.map_or(0, |listed| listed.operations)
    }

    /// Whether plug61883 did not manage it when the units were listed, for its protocol driver is
    /// too old.
    #[must_use]
    pub fn is_unsupported(&self) -> bool {
        self.listed
            .is_some_and(|listed| listed.state == UnitState::Unsupported)
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

    /// Its master plug registers, oMPR and iMPR, read over the bus one after the other.
    ///
    /// # Errors
    ///
    /// As [`Driver::read_register`].
    pub fn master_plugs(&self) -> Result<MasterPlugs, Error> {
        let read = |direction| {
            let place = RegisterPlace::Master(direction);
            self.driver.read_register(self.id, place)
        };
        let (output, input) = (read(Direction::Out)?, read(Direction::In)?);
        Ok(MasterPlugs::new(output.bits, input.bits))
    }

    /// The register of its plug with this number, read over the bus. The plug needs no id.
    ///
    /// # Errors
    ///
    /// As [`Driver::read_register`].
    pub fn register(&self, direction: Direction, number: u32) -> Result<Register, Error> {
        let place = RegisterPlace::Plug(direction, number);
        let read = self.driver.read_register(self.id, place)?;
        Ok(Register::new(direction, read.bits))
    }

    /// Makes a connection.
    ///
    /// ```
    /// # use plug61883::*;
    /// # fn main() -> Result<(), Error> {
    /// # let simulator = plug61883_sim::Simulator::new();
    /// # let driver = simulator.open(Access::Change)?;
    /// # let units = Units::enumerate(&driver)?;
    /// # let unit = units.iter().next().unwrap();
    /// // The device's input plug is to get what this computer sends.
    /// let input = unit.plug(Direction::In, 1)?;
    /// let connection = unit.connect(&Connect::new().input(&input))?;
    /// assert_eq!(input.state()?.point_to_point, 1);
    ///
    /// // Whoever looks from outside the value sees who answers for it.
    /// let infos = unit.connections()?;
    /// let info = infos.iter().find(|info| info.id == connection.id()).unwrap();
    /// assert_eq!((info.owner, info.output), (Owner::ThisHandle, End::Absent));
    /// # Ok(())
    /// # }
    /// ```
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

    /// Makes a plug of this computer, through the unit's protocol driver.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn create_plug(&self, create: &CreatePlug) -> Result<LocalPlug, Error> {
        let made = self.driver.create_plug(self.id, create)?;
        Ok(LocalPlug::new(self.driver.clone(), self.id, made, create))
    }

    /// Adds a unit directory to this computer's configuration ROM, through the unit's protocol
    /// driver.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn add_directory(&self, add: &AddDirectory) -> Result<Directory, Error> {
        let id = self.driver.add_directory(self.id, add)?;
        Ok(Directory::new(self.driver.clone(), id, add.is_persistent()))
    }

    /// Resets the bus that it is on. Tells who confirmed it.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn bus_reset(&self) -> Result<Answer, Error> {
        self.driver.bus_reset(self.id)
    }
}
