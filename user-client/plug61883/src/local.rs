//! Plugs of this computer.

use std::fmt;

use plug61883_abi::av61883::AvPcr;
use plug61883_abi::ids::{Direction, PlugId, UnitId};
use plug61883_abi::ioctl::{CreatePlugRequest, RequestHeader, create_flags};
use plug61883_abi::pcr::{Ipcr, Opcr};

use crate::driver::Driver;
use crate::error::{Answer, Error};
use crate::plug::PlugState;
use crate::register::Register;
use crate::requests::flag;

/// The plug that is to be made: until the [`LocalPlug`] is dropped, unless told otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct CreatePlug {
    register: Register,
    persist: bool,
}

impl CreatePlug {
    /// An output plug, its register starting with this value.
    pub const fn output(register: Opcr) -> Self {
        Self::new(Register::Output(register))
    }

    /// An input plug, its register starting with this value.
    pub const fn input(register: Ipcr) -> Self {
        Self::new(Register::Input(register))
    }

    /// A plug with this register.
    pub const fn new(register: Register) -> Self {
        Self {
            register,
            persist: false,
        }
    }

    /// One that stays until it is deleted by its id or the unit leaves.
    pub const fn persist(self, persist: bool) -> Self {
        Self { persist, ..self }
    }

    pub(crate) const fn direction(&self) -> Direction {
        self.register.direction()
    }

    pub(crate) const fn is_persistent(&self) -> bool {
        self.persist
    }

    pub(crate) fn request(&self, header: RequestHeader) -> CreatePlugRequest {
        CreatePlugRequest {
            header,
            direction: self.direction() as u32,
            pcr: AvPcr(self.register.bits()),
            flags: flag(self.persist, create_flags::PERSIST),
            reserved: 0,
        }
    }
}

/// A plug of this computer that this handle made. It is deleted when this value is dropped,
/// unless it persists. `Display`: `oPCR[0]`.
///
/// ```
/// # use plug61883::*;
/// # fn main() -> Result<(), Error> {
/// # let simulator = plug61883_sim::Simulator::new();
/// # let driver = simulator.open(Access::Change)?;
/// # let units = Units::enumerate(&driver)?;
/// # let unit = units.iter().next().unwrap();
/// // An input plug that is on-line, to which the device's output plug is connected.
/// let plug = unit.create_plug(&CreatePlug::input(Ipcr(0).with_online(1)))?;
/// let output = unit.plug(Direction::Out, 0)?;
/// let connection = unit.connect(&Connect::new().output(&output).input(&plug))?;
/// assert_eq!(plug.state()?.state, State::Active);
/// assert_eq!(plug.state()?.channel(), output.state()?.channel());
///
/// // It can't be deleted while it is connected.
/// let refused = driver.delete_plug(plug.id(), false).unwrap_err();
/// assert_eq!(refused.status(), Some(NtStatus::DEVICE_BUSY));
/// connection.disconnect()?;
/// plug.delete()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a plug that does not persist is deleted when it is dropped"]
pub struct LocalPlug {
    driver: Driver,
    unit: UnitId,
    id: PlugId,
    direction: Direction,
    number: u32,
    persistent: bool,
    deleted: bool,
}

impl LocalPlug {
    pub(crate) const fn new(
        driver: Driver,
        unit: UnitId,
        (id, number): (PlugId, u32),
        create: &CreatePlug,
    ) -> Self {
        Self {
            driver,
            unit,
            id,
            direction: create.direction(),
            number,
            persistent: create.is_persistent(),
            deleted: false,
        }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> PlugId {
        self.id
    }

    /// Id of the unit through whose driver it was made.
    #[must_use]
    pub fn unit(&self) -> UnitId {
        self.unit
    }

    /// Its direction.
    #[must_use]
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// Its number.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Whether it stays when this value is dropped.
    #[must_use]
    pub fn is_persistent(&self) -> bool {
        self.persistent
    }

    /// Its state.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn state(&self) -> Result<PlugState, Error> {
        self.driver.plug_state(self.id)
    }

    /// Writes its register, as 32 bits in host order: that of an [`Opcr`] or [`Ipcr`]. Tells who
    /// confirmed it.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn set(&self, register: u32) -> Result<Answer, Error> {
        self.driver.set_plug(self.id, register)
    }

    /// Lets it persist: from now on it stays when this value is dropped, and when the program
    /// ends, until it is deleted by its id or the unit leaves. Tells who confirmed it.
    ///
    /// # Errors
    ///
    /// As [`Driver::persist_connection`]; it still ends with this value then.
    pub fn persist(&mut self) -> Result<Answer, Error> {
        let answer = self.driver.persist_plug(self.id)?;
        self.persistent = true;
        Ok(answer)
    }

    /// Deletes it and tells who confirmed it.
    ///
    /// # Errors
    ///
    /// When the request fails. A plug that does not persist still ends with its handle then.
    pub fn delete(mut self) -> Result<Answer, Error> {
        self.deleted = true;
        self.driver.delete_plug(self.id, false)
    }
}

impl From<&LocalPlug> for PlugId {
    fn from(plug: &LocalPlug) -> Self {
        plug.id
    }
}

impl fmt::Display for LocalPlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.direction, self.number)
    }
}

impl Drop for LocalPlug {
    fn drop(&mut self) {
        if !self.persistent && !self.deleted {
            // A failure has nobody to go to; the driver deletes what is left with the handle.
            let _ = self.driver.delete_plug(self.id, false);
        }
    }
}
