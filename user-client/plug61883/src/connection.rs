//! Connections between plugs.

use plug61883_abi::av61883::connect_type;
use plug61883_abi::ids::{ConnectionId, PlugId, UnitId};
use plug61883_abi::ioctl::{ConnectRequest, ConnectionEntry, RequestHeader, connect_flags, owner};

use crate::driver::Driver;
use crate::error::{Answer, Error};
use crate::plug::Plug;

/// What is to be connected: point-to-point, until the [`Connection`] is dropped, unless told
/// otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Connect {
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

    /// With this output plug.
    pub fn output(self, plug: &Plug) -> Self {
        Self {
            output: plug.id(),
            ..self
        }
    }

    /// With this input plug.
    pub fn input(self, plug: &Plug) -> Self {
        Self {
            input: plug.id(),
            ..self
        }
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
            flags: if self.persist {
                connect_flags::PERSIST
            } else {
                0
            },
            ..ConnectRequest::default()
        }
    }
}

/// A connection that this handle made. It is broken when this value is dropped, unless it was
/// made to persist.
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

/// Who answers for a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// The handle that asked.
    ThisHandle,
    /// Another handle.
    OtherHandle,
    /// The driver: it was made to persist.
    Driver,
    /// A value that this version does not have.
    Other(u32),
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
    pub output: Option<PlugId>,
    /// Input plug.
    pub input: Option<PlugId>,
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
        let plug = |plug| (plug != PlugId::NONE).then_some(plug);
        Self {
            id: entry.connection,
            unit: entry.unit,
            output: plug(entry.output),
            input: plug(entry.input),
            kind: match entry.connect_type {
                connect_type::BROADCAST => ConnectionKind::Broadcast,
                connect_type::POINT_TO_POINT => ConnectionKind::PointToPoint,
                other => ConnectionKind::Other(other),
            },
            owner: match entry.owner {
                owner::THIS_HANDLE => Owner::ThisHandle,
                owner::OTHER_HANDLE => Owner::OtherHandle,
                owner::DRIVER => Owner::Driver,
                other => Owner::Other(other),
            },
            made_at: entry.made_at,
            process_id: (entry.process_id != 0).then_some(entry.process_id),
        }
    }
}
