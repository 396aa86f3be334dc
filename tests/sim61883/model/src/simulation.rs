//! The whole: a bus, and the protocol driver of this computer on it.

use plug61883_abi::av61883::{CURRENT_DDI_VERSION, NodeAddress};
use plug61883_abi::ids::Direction;

use crate::bus::{Bus, DeviceRef, NodeRef};
use crate::cmp::{self, CmpError, Wish};
use crate::connections::{Connection, Connections};
use crate::csr::BusError;
use crate::handles::{self, ConnectionKey};
use crate::node::NodeConfig;

/// A bus with devices, and the protocol driver that holds connections there.
#[derive(Clone, Debug)]
pub struct Simulation {
    bus: Bus,
    connections: Connections,
    ddi_version: u32,
    reset_pending: bool,
}

impl Simulation {
    /// A bus without devices.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            bus: Bus::new(),
            connections: Connections::new(),
            ddi_version: CURRENT_DDI_VERSION,
            reset_pending: false,
        }
    }

    /// The bus.
    #[must_use]
    pub const fn bus(&self) -> &Bus {
        &self.bus
    }

    /// DDI version that the protocol driver speaks.
    #[must_use]
    pub const fn ddi_version(&self) -> u32 {
        self.ddi_version
    }

    /// Makes the protocol driver speak another DDI version.
    pub const fn set_ddi_version(&mut self, version: u32) {
        self.ddi_version = version;
    }

    /// A device is plugged in: the bus is reset, connections are restored.
    ///
    /// `None` when the bus is full.
    pub fn attach(&mut self, config: NodeConfig) -> Option<DeviceRef> {
        let device = self.bus.attach(config)?;
        self.bus_reset();
        self.restore_connections(|_| {});
        Some(device)
    }

    /// A device is unplugged, or its driver stops: what was connected there or through it is
    /// gone, the bus is reset, the other connections are restored.
    pub fn detach(&mut self, device: DeviceRef) {
        if self.bus.node(NodeRef::Device(device)).is_none() {
            return;
        }
        // The reset clears all registers, so the connections only have to be forgotten.
        self.bus.detach(device);
        while let Some(slot) = self.find(|connection| connection.concerns(device)) {
            self.connections.take(slot);
        }
        self.bus_reset();
        self.restore_connections(|_| {});
    }

    /// Reads a register over the bus, as any node can.
    ///
    /// # Errors
    /// The response of the node.
    pub fn read_quadlet(&self, node: NodeAddress, offset: u64) -> Result<u32, BusError> {
        self.bus.read_quadlet(node, offset)
    }

    /// Compare-and-swap of a register over the bus, as any node can do it; gives the value that
    /// stood there before.
    ///
    /// # Errors
    /// The response of the node.
    pub fn lock_quadlet(
        &mut self,
        node: NodeAddress,
        offset: u64,
        old: u32,
        new: u32,
    ) -> Result<u32, BusError> {
        self.bus.lock_quadlet(node, offset, old, new)
    }

    /// Switches a plug on-line or off-line, as its node does; `false` without that plug.
    pub fn set_online(
        &mut self,
        node: NodeRef,
        direction: Direction,
        number: u8,
        online: bool,
    ) -> bool {
        self.bus.set_online(node, direction, number, online)
    }

    /// Connects plugs; gives the handle of the connection.
    ///
    /// # Errors
    /// What stands in the way; nothing has changed then.
    pub fn connect(&mut self, owner: DeviceRef, wish: Wish) -> Result<u64, CmpError> {
        if self.reset_pending {
            return Err(CmpError::ResetPending);
        }
        let slot = self.connections.free_slot().ok_or(CmpError::TableFull)?;
        let made = cmp::connect(&mut self.bus, &wish)?;
        let connection = Connection { owner, wish, made };
        let key = self
            .connections
            .fill(slot, connection)
            .ok_or(CmpError::TableFull)?;
        Ok(handles::of_connection(key))
    }

    /// Breaks a connection; `false` when `handle` names none that was made through `owner`.
    pub fn disconnect(&mut self, owner: DeviceRef, handle: u64) -> bool {
        let Some(key) = self.live(owner, handle) else {
            return false;
        };
        self.break_slot(key.slot);
        true
    }

    fn live(&self, owner: DeviceRef, handle: u64) -> Option<ConnectionKey> {
        let key = handles::connection(handle)?;
        self.connections
            .get(key)
            .filter(|connection| connection.owner == owner)?;
        Some(key)
    }

    /// The protocol driver loses the connection in `slot` on its own: it breaks it and forgets
    /// it. `false` when the slot is empty.
    pub fn drop_connection(&mut self, slot: u16) -> bool {
        self.break_slot(slot)
    }

    /// The protocol driver loses every connection that `lost` picks; tells how many.
    pub fn drop_connections(&mut self, lost: impl Fn(&Connection) -> bool) -> u32 {
        let mut count = 0_u32;
        while let Some(slot) = self.find(&lost) {
            self.break_slot(slot);
            count = count.wrapping_add(1);
        }
        count
    }

    fn break_slot(&mut self, slot: u16) -> bool {
        let Some(connection) = self.connections.take(slot) else {
            return false;
        };
        // Between a bus reset and the restoring nothing of it stands on the bus.
        if !self.reset_pending {
            cmp::disconnect(&mut self.bus, &connection.wish, &connection.made);
        }
        true
    }

    fn find(&self, wanted: impl Fn(&Connection) -> bool) -> Option<u16> {
        let (slot, _) = self
            .connections
            .iter()
            .find(|(_, connection)| wanted(connection))?;
        Some(slot)
    }

    /// A bus reset. No plug is connected any more and all resources are free, until
    /// [`Self::restore_connections`]; no connection can be made before that.
    pub fn bus_reset(&mut self) {
        self.bus.reset();
        self.reset_pending = true;
    }

    /// What the protocol driver does after a bus reset: it makes its connections again, on the
    /// channels that they had (IEC 61883-1, clause 8). Those for which this fails are lost, and
    /// given to `lost`. Tells how many.
    pub fn restore_connections(&mut self, mut lost: impl FnMut(&Connection)) -> u32 {
        if !self.reset_pending {
            return 0;
        }
        self.reset_pending = false;
        let mut count = 0_u32;
        for slot in 0..crate::connections::MAX_CONNECTIONS as u16 {
            let Some(connection) = self.connections.at_mut(slot) else {
                continue;
            };
            let wish = Wish {
                channel: Some(connection.made.channel),
                ..connection.wish
            };
            match cmp::connect(&mut self.bus, &wish) {
                Ok(made) => connection.made = made,
                Err(_) => {
                    if let Some(connection) = self.connections.take(slot) {
                        lost(&connection);
                        count = count.wrapping_add(1);
                    }
                }
            }
        }
        count
    }

    /// Slots and connections, in order of their slots.
    pub fn connections(&self) -> impl Iterator<Item = (u16, &Connection)> {
        self.connections.iter()
    }
}

impl Default for Simulation {
    fn default() -> Self {
        Self::new()
    }
}
