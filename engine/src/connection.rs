//! Connections.

use plug61883_abi::av61883::CipDataFormat;
use plug61883_abi::ids::{ConnectionId, UnitId};

use crate::unit::PlugRef;
use crate::{Engine, HandleKey, Key};

/// A connection, from the request that makes it to the completion that ends it.
pub(crate) struct Connection {
    pub(crate) unit: UnitId,
    pub(crate) output: Option<PlugRef>,
    pub(crate) input: Option<PlugRef>,
    pub(crate) connect_type: u32,
    pub(crate) format: CipDataFormat,
    pub(crate) owner: Owner,
    pub(crate) state: ConnectionState,
    /// Its owner or its unit is going while somebody's disconnect is under way: if that fails,
    /// or is cancelled, the connection is broken all the same.
    pub(crate) doomed: bool,
    /// The reserved transfer that made it and will break it.
    pub(crate) transfer: Key,
    /// System time, units of 100 ns since 1601.
    pub(crate) made_at: u64,
    pub(crate) process_id: u32,
}

/// Who answers for a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The handle that made it: it is broken when the handle closes.
    Handle(HandleKey),
    /// The driver, until it is disconnected by id or the unit leaves.
    Driver,
}

/// Where a connection stands. The numbers are `hConnect`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConnectionState {
    /// Being made.
    Connecting,
    /// Made.
    Active(u64),
    /// Being broken.
    Disconnecting(u64),
}

impl Engine {
    /// The connection of an id, if it is made and its maker was told.
    pub(crate) fn listed_connection(&self, id: ConnectionId) -> Option<&Connection> {
        let connection = self.connections.get(id.slot()?, id.generation())?;
        self.is_listed(connection).then_some(connection)
    }

    /// Made, and its maker was told: what user mode can see.
    pub(crate) fn is_listed(&self, connection: &Connection) -> bool {
        matches!(connection.state, ConnectionState::Active(_))
            && self
                .transfer(connection.transfer)
                .is_some_and(|transfer| !transfer.has_client())
    }

    pub(crate) fn connection_mut(&mut self, id: ConnectionId) -> Option<&mut Connection> {
        self.connections.get_mut(id.slot()?, id.generation())
    }

    pub(crate) fn remove_connection(&mut self, id: ConnectionId) -> Option<Connection> {
        self.connections.remove(id.slot()?, id.generation())
    }
}
