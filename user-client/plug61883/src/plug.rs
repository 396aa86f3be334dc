//! Plugs and their state.

use std::fmt;

use plug61883_abi::av61883::{plug_location, plug_state, speed};
use plug61883_abi::ids::{Direction, PlugId, UnitId};
use plug61883_abi::ioctl;

use crate::driver::Driver;
use crate::error::{Answer, Error};
use crate::owner::{Owner, process};
use crate::register::{Register, RegisterPlace};

/// A plug of a unit. `Display`: `oPCR[0]`.
///
/// ```
/// # use plug61883::*;
/// # fn main() -> Result<(), Error> {
/// # let simulator = plug61883_sim::Simulator::new();
/// # let driver = simulator.open(Access::Change)?;
/// # let units = Units::enumerate(&driver)?;
/// # let unit = units.iter().next().unwrap();
/// for (direction, number) in unit.plugs()? {
///     let plug = unit.plug(direction, number)?;
///     let state = plug.state()?;
///     println!("{plug} {} {} channel {:?}", state.state, state.speed, state.channel());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Plug {
    driver: Driver,
    unit: UnitId,
    id: PlugId,
    direction: Direction,
    number: u32,
}

impl Plug {
    pub(crate) fn new(
        driver: Driver,
        unit: UnitId,
        id: PlugId,
        direction: Direction,
        number: u32,
    ) -> Self {
        Self {
            driver,
            unit,
            id,
            direction,
            number,
        }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> PlugId {
        self.id
    }

    /// Its unit's id.
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

    /// Its state.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn state(&self) -> Result<PlugState, Error> {
        self.driver.plug_state(self.id)
    }

    /// Its register, read over the bus.
    ///
    /// # Errors
    ///
    /// When the request fails, also where the drivers below do not let registers be read.
    pub fn register(&self) -> Result<Register, Error> {
        let place = RegisterPlace::Plug(self.direction, self.number);
        let read = self.driver.read_register(self.unit, place)?;
        Ok(Register::new(self.direction, read.bits))
    }

    /// Asks the protocol driver to write its register, which is the device's own. Tells who
    /// confirmed it.
    ///
    /// # Errors
    ///
    /// When the request fails: `STATUS_ACCESS_DENIED` from the protocol driver where it sets no
    /// plugs but those of this computer.
    pub fn set(&self, register: Register) -> Result<Answer, Error> {
        self.driver.set_plug(self.id, register.bits())
    }
}

impl From<&Plug> for PlugId {
    fn from(plug: &Plug) -> Self {
        plug.id
    }
}

impl fmt::Display for Plug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.direction, self.number)
    }
}

/// The four states of a plug (IEC 61883-1), as the protocol driver names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Off-line, not connected.
    Idle,
    /// On-line, not connected.
    Ready,
    /// Off-line, connected.
    Suspended,
    /// On-line, connected.
    Active,
    /// A value that 61883.h does not have.
    Other(u32),
}

impl State {
    pub(crate) const fn from_raw(raw: u32) -> Self {
        match raw {
            plug_state::IDLE => Self::Idle,
            plug_state::READY => Self::Ready,
            plug_state::SUSPENDED => Self::Suspended,
            plug_state::ACTIVE => Self::Active,
            other => Self::Other(other),
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Idle => f.pad("idle"),
            Self::Ready => f.pad("ready"),
            Self::Suspended => f.pad("suspended"),
            Self::Active => f.pad("active"),
            Self::Other(raw) => write!(f, "state {raw}"),
        }
    }
}

/// Speed of a plug or unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Speed {
    /// 98.304 Mbit/s.
    S100,
    /// 196.608 Mbit/s.
    S200,
    /// 393.216 Mbit/s.
    S400,
    /// A value that 61883.h does not have.
    Other(u32),
}

impl Speed {
    pub(crate) const fn from_raw(raw: u32) -> Self {
        match raw {
            speed::S100 => Self::S100,
            speed::S200 => Self::S200,
            speed::S400 => Self::S400,
            other => Self::Other(other),
        }
    }

    /// The number that 61883.h has for it.
    #[must_use]
    pub const fn raw(self) -> u32 {
        match self {
            Self::S100 => speed::S100,
            Self::S200 => speed::S200,
            Self::S400 => speed::S400,
            Self::Other(raw) => raw,
        }
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::S100 => f.pad("S100"),
            Self::S200 => f.pad("S200"),
            Self::S400 => f.pad("S400"),
            Self::Other(raw) => write!(f, "speed {raw}"),
        }
    }
}

/// State of a plug, as the protocol driver tells it, and its register where it could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlugState {
    /// The plug.
    pub plug: PlugId,
    /// The state.
    pub state: State,
    /// Speed.
    pub speed: Speed,
    /// Payload in quadlets.
    pub payload: u32,
    /// Point-to-point connections.
    pub point_to_point: u32,
    /// Broadcast connections, 0 or 1.
    pub broadcast: u32,
    /// The register, read over the bus after the state; `None` when it could not be read.
    pub register: Option<Register>,
}

impl PlugState {
    pub(crate) fn from_reply(reply: &ioctl::PlugState, plug: PlugId) -> Self {
        Self {
            plug,
            state: State::from_raw(reply.state),
            speed: Speed::from_raw(reply.data_rate),
            payload: reply.payload,
            point_to_point: reply.point_to_point,
            broadcast: reply.broadcast,
            register: (reply.pcr_valid == 1).then_some(Register::of(plug, reply.pcr)),
        }
    }

    /// Whether the plug is on-line: as its register says; where that could not be read, as
    /// follows from the state. `None` where neither tells.
    #[must_use]
    pub fn online(&self) -> Option<bool> {
        match (self.register, self.state) {
            (Some(register), _) => Some(register.online()),
            (None, State::Ready | State::Active) => Some(true),
            (None, State::Idle | State::Suspended) => Some(false),
            (None, State::Other(_)) => None,
        }
    }

    /// Isochronous channel, where the register could be read.
    #[must_use]
    pub fn channel(&self) -> Option<u8> {
        self.register.map(Register::channel)
    }
}

/// Where a plug is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Location {
    /// On this computer.
    Computer,
    /// On the unit's device.
    Device,
    /// A value that 61883.h does not have.
    Other(u32),
}

/// A plug that the driver knows: one of a device whose id it has given out, or one of this
/// computer, whoever made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlugInfo {
    /// Its id.
    pub id: PlugId,
    /// Its unit's id; for a plug of this computer that of the unit through whose driver it was
    /// made.
    pub unit: UnitId,
    /// Its direction; `None` for a value that means nothing.
    pub direction: Option<Direction>,
    /// Its number.
    pub number: u32,
    /// Where it is.
    pub location: Location,
    /// Connections of the plug that the driver knows.
    pub connections: u32,
    /// Who answers for it.
    pub owner: Owner,
    /// Process that made it, when it is known.
    pub process_id: Option<u32>,
    /// When it was made: units of 100 ns since 1601, UTC; 0 for a plug of a device.
    pub made_at: u64,
    /// The register of a plug of this computer, as the driver last learned it. That of a device's
    /// plug is read with [`Driver::plug_state`].
    pub register: Option<Register>,
}

impl PlugInfo {
    pub(crate) fn from_entry(entry: &ioctl::PlugEntry) -> Self {
        let location = match entry.location {
            plug_location::LOCAL => Location::Computer,
            plug_location::REMOTE => Location::Device,
            other => Location::Other(other),
        };
        Self {
            id: entry.plug,
            unit: entry.unit,
            direction: Direction::from_raw(entry.direction),
            number: entry.number,
            location,
            connections: entry.connections,
            owner: Owner::from_raw(entry.owner),
            process_id: process(entry.process_id),
            made_at: entry.made_at,
            register: (location == Location::Computer)
                .then(|| Register::of(entry.plug, entry.pcr.0)),
        }
    }
}
