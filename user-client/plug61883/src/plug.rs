//! Plugs and their state.

use std::fmt;

use plug61883_abi::av61883::{plug_location, plug_state, speed};
use plug61883_abi::ids::{Direction, PlugId, UnitId};
use plug61883_abi::ioctl;
use plug61883_abi::pcr::{Ipcr, Opcr};

use crate::driver::Driver;
use crate::error::Error;
use crate::owner::{Owner, process};

/// A plug of a unit. `Display`: `oPCR[0]`.
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

/// A plug's register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Register {
    /// Of an output plug.
    Output(Opcr),
    /// Of an input plug.
    Input(Ipcr),
}

impl Register {
    /// A register of a plug that faces so.
    #[must_use]
    pub const fn new(direction: Direction, bits: u32) -> Self {
        match direction {
            Direction::Out => Self::Output(Opcr(bits)),
            Direction::In => Self::Input(Ipcr(bits)),
        }
    }

    /// A register of this plug; for an id that names no direction, read as an iPCR.
    pub(crate) fn of(plug: PlugId, bits: u32) -> Self {
        Self::new(plug.direction().unwrap_or(Direction::In), bits)
    }

    /// Which way its plug faces.
    #[must_use]
    pub const fn direction(self) -> Direction {
        match self {
            Self::Output(_) => Direction::Out,
            Self::Input(_) => Direction::In,
        }
    }

    /// Speed of the stream, which only an output plug's register holds.
    #[must_use]
    pub const fn speed(self) -> Option<Speed> {
        match self {
            Self::Output(register) => Some(Speed::from_raw(register.data_rate() as u32)),
            Self::Input(_) => None,
        }
    }

    /// Payload in quadlets, 0 standing for 1024; only an output plug's register holds it.
    #[must_use]
    pub const fn payload(self) -> Option<u16> {
        match self {
            Self::Output(register) => Some(register.payload()),
            Self::Input(_) => None,
        }
    }

    /// Point-to-point connections.
    #[must_use]
    pub const fn point_to_point(self) -> u8 {
        match self {
            Self::Output(register) => register.point_to_point(),
            Self::Input(register) => register.point_to_point(),
        }
    }

    /// Broadcast connections, 0 or 1.
    #[must_use]
    pub const fn broadcast(self) -> u8 {
        match self {
            Self::Output(register) => register.broadcast(),
            Self::Input(register) => register.broadcast(),
        }
    }

    /// The 32 bits.
    #[must_use]
    pub const fn bits(self) -> u32 {
        match self {
            Self::Output(register) => register.0,
            Self::Input(register) => register.0,
        }
    }

    /// Whether the plug is on-line.
    #[must_use]
    pub const fn online(self) -> bool {
        match self {
            Self::Output(register) => register.online() == 1,
            Self::Input(register) => register.online() == 1,
        }
    }

    /// Isochronous channel.
    #[must_use]
    pub const fn channel(self) -> u8 {
        match self {
            Self::Output(register) => register.channel(),
            Self::Input(register) => register.channel(),
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
