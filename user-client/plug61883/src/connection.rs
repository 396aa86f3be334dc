//! Connections between plugs.

use plug61883_abi::av61883::{CipDataFormat, connect_type};
use plug61883_abi::ids::{ConnectionId, PlugId, UnitId};
use plug61883_abi::ioctl::{ConnectRequest, ConnectionEntry, RequestHeader, connect_flags, ends};

use crate::driver::Driver;
use crate::error::{Answer, Error};
use crate::owner::{Owner, process};
use crate::requests::flag;

/// What is to be connected: point-to-point, with no format, until the [`Connection`] is dropped,
/// unless told otherwise. With one plug only, the other end is left open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Connect {
    format: CipDataFormat,
    output: PlugId,
    input: PlugId,
    broadcast: bool,
    persist: bool,
}

impl Connect {
    /// No plug yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// With this output plug: a [`Plug`](crate::Plug), a [`LocalPlug`](crate::LocalPlug) or an
    /// id.
    pub fn output(self, plug: impl Into<PlugId>) -> Self {
        Self {
            output: plug.into(),
            ..self
        }
    }

    /// With this input plug.
    pub fn input(self, plug: impl Into<PlugId>) -> Self {
        Self {
            input: plug.into(),
            ..self
        }
    }

    /// For a stream of this format: its CIP header, the time of its blocks and, for blocking
    /// mode, blocks in a packet. A unit whose DDI has version 2 takes no number of blocks.
    pub fn format(self, format: CipDataFormat) -> Self {
        Self { format, ..self }
    }

    /// A broadcast connection.
    pub fn broadcast(self, broadcast: bool) -> Self {
        Self { broadcast, ..self }
    }

    /// One that stays until it is broken by its id or the unit leaves.
    pub fn persist(self, persist: bool) -> Self {
        Self { persist, ..self }
    }

    pub(crate) const fn is_persistent(&self) -> bool {
        self.persist
    }

    pub(crate) fn request(&self, header: RequestHeader) -> ConnectRequest {
        ConnectRequest {
            header,
            output: self.output,
            input: self.input,
            connect_type: if self.broadcast {
                connect_type::BROADCAST
            } else {
                connect_type::POINT_TO_POINT
            },
            flags: flag(self.persist, connect_flags::PERSIST),
            format: self.format,
            ..ConnectRequest::default()
        }
    }
}

/// A connection that this handle made. It is broken when this value is dropped, unless it
/// persists.
///
/// ```
/// # use plug61883::*;
/// # fn main() -> Result<(), Error> {
/// # let simulator = plug61883_sim::Simulator::new();
/// # let driver = simulator.open(Access::Change)?;
/// # let units = Units::enumerate(&driver)?;
/// # let unit = units.iter().next().unwrap();
/// let output = unit.plug(Direction::Out, 0)?;
/// let before = output.state()?.point_to_point;
/// let connection = unit.connect(&Connect::new().output(&output))?;
/// assert_eq!(output.state()?.point_to_point, before + 1);
/// drop(connection);
/// assert_eq!(output.state()?.point_to_point, before);
///
/// // Broken in words, one learns who confirmed it.
/// let connection = unit.connect(&Connect::new().output(&output))?;
/// assert_eq!(connection.disconnect()?.source, Source::Protocol);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a connection that does not persist is broken when it is dropped"]
pub struct Connection {
    driver: Driver,
    id: ConnectionId,
    persistent: bool,
    broken: bool,
}

impl Connection {
    pub(crate) const fn new(driver: Driver, id: ConnectionId, persistent: bool) -> Self {
        Self {
            driver,
            id,
            persistent,
            broken: false,
        }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> ConnectionId {
        self.id
    }

    /// Whether it stays when this value is dropped.
    #[must_use]
    pub fn is_persistent(&self) -> bool {
        self.persistent
    }

    /// Lets it persist: from now on it stays when this value is dropped, and when the program
    /// ends, until it is broken by its id or the unit leaves. Tells who confirmed it.
    ///
    /// # Errors
    ///
    /// As [`Driver::persist_connection`]; it still ends with this value then.
    pub fn persist(&mut self) -> Result<Answer, Error> {
        let answer = self.driver.persist_connection(self.id)?;
        self.persistent = true;
        Ok(answer)
    }

    /// Breaks it and tells who confirmed it.
    ///
    /// # Errors
    ///
    /// When the request fails. A connection that does not persist still ends with its handle
    /// then.
    pub fn disconnect(mut self) -> Result<Answer, Error> {
        self.broken = true;
        self.driver.disconnect(self.id, false)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if !self.persistent && !self.broken {
            // A failure has nobody to go to; the driver breaks what is left with the handle.
            let _ = self.driver.disconnect(self.id, false);
        }
    }
}

/// Kind of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConnectionKind {
    /// Broadcast-out or broadcast-in.
    Broadcast,
    /// Point-to-point.
    PointToPoint,
    /// A value that 61883.h does not have.
    Other(u32),
}

/// One end of a connection that the driver knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    /// It has no plug there.
    Absent,
    /// It has a plug there, whose id nobody has asked for yet.
    Unnamed,
    /// Its plug.
    Plug(PlugId),
}

impl End {
    /// The plug, where its id is known.
    #[must_use]
    pub const fn plug(self) -> Option<PlugId> {
        match self {
            Self::Plug(plug) => Some(plug),
            Self::Absent | Self::Unnamed => None,
        }
    }

    const fn new(plug: PlugId, there: bool) -> Self {
        match plug {
            PlugId::NONE if there => Self::Unnamed,
            PlugId::NONE => Self::Absent,
            plug => Self::Plug(plug),
        }
    }
}

/// A connection that the driver knows, whoever made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectionInfo {
    /// Its id.
    pub id: ConnectionId,
    /// Its unit's id.
    pub unit: UnitId,
    /// Output plug.
    pub output: End,
    /// Input plug.
    pub input: End,
    /// Its kind.
    pub kind: ConnectionKind,
    /// Who answers for it.
    pub owner: Owner,
    /// When it was made: units of 100 ns since 1601, UTC; 0 when that is not known.
    pub made_at: u64,
    /// Process that made it, when it is known.
    pub process_id: Option<u32>,
}

impl ConnectionInfo {
    pub(crate) fn from_entry(entry: &ConnectionEntry) -> Self {
        Self {
            id: entry.connection,
            unit: entry.unit,
            output: End::new(entry.output, entry.ends & ends::OUTPUT != 0),
            input: End::new(entry.input, entry.ends & ends::INPUT != 0),
            kind: match entry.connect_type {
                connect_type::BROADCAST => ConnectionKind::Broadcast,
                connect_type::POINT_TO_POINT => ConnectionKind::PointToPoint,
                other => ConnectionKind::Other(other),
            },
            owner: Owner::from_raw(entry.owner),
            made_at: entry.made_at,
            process_id: process(entry.process_id),
        }
    }
}
