//! The whole: a bus, and the protocol driver of this computer on it.

use plug61883_abi::av61883::{BusGenerationNode, CURRENT_DDI_VERSION, NodeAddress};
use plug61883_abi::ids::Direction;

use crate::bus::{Bus, DeviceRef, MAX_DEVICES, NodeRef};
use crate::callbacks::Callbacks;
use crate::cmp::{self, CmpError, Wish};
use crate::connections::{Connection, MAX_CONNECTIONS};
use crate::csr::BusError;
use crate::directories::Directories;
use crate::handles::{self, Key};
use crate::local_plugs::LocalPlugs;
use crate::node::NodeConfig;
use crate::settings::Settings;
use crate::table::Table;

/// A bus with devices, and the protocol driver that holds connections there.
#[derive(Clone, Debug)]
pub struct Simulation {
    pub(crate) bus: Bus,
    /// What callers want to be told, and what waits to be told.
    pub callbacks: Callbacks,
    pub(crate) local_plugs: LocalPlugs,
    pub(crate) directories: Directories,
    pub(crate) settings: [Settings; MAX_DEVICES],
    connections: Table<Connection, MAX_CONNECTIONS>,
    ddi_version: u32,
    reset_pending: bool,
}

impl Simulation {
    /// A bus without devices.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            bus: Bus::new(),
            callbacks: Callbacks::new(),
            local_plugs: Table::new(),
            directories: Table::new(),
            settings: [Settings::INITIAL; MAX_DEVICES],
            connections: Table::new(),
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
        if let Some(settings) = self.settings.get_mut(usize::from(device.slot())) {
            *settings = Settings::INITIAL;
        }
        self.reset_and_restore();
        Some(device)
    }

    /// A device is unplugged, or its driver stops: what was connected there or through it is
    /// gone, as are the plugs, directories and registrations that were made through it. The bus
    /// is reset, the other connections are restored.
    pub fn detach(&mut self, device: DeviceRef) {
        if self.bus.node(NodeRef::Device(device)).is_none() {
            return;
        }
        self.callbacks.unit_leaves(device);
        // The reset clears all registers, so the connections only have to be forgotten.
        self.bus.detach(device);
        self.connections
            .remove_where(|connection| connection.concerns(device));
        self.directories
            .remove_where(|directory| directory.owner == device);
        while let Some(plug) = self.plug_of(device) {
            self.connections
                .remove_where(|connection| connection.ends_at(plug.plug()));
            self.remove_plug(&plug);
        }
        self.reset_and_restore();
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
        let before = self.bus.lock_quadlet(node, offset, old, new);
        self.tell_changes();
        before
    }

    /// Switches a plug on-line or off-line, as its node does; `false` without that plug.
    pub fn set_online(
        &mut self,
        node: NodeRef,
        direction: Direction,
        number: u8,
        online: bool,
    ) -> bool {
        let there = self.bus.set_online(node, direction, number, online);
        self.tell_changes();
        there
    }

    /// The bus was reset, and its connections are not restored yet.
    pub(crate) const fn is_reset_pending(&self) -> bool {
        self.reset_pending
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
        let made = cmp::connect(&mut self.bus, &wish);
        // An attempt that failed may leave the speed and the channel of an idle plug changed.
        self.tell_changes();
        let made = made?;
        let connection = Connection {
            owner,
            wish,
            made,
            doomed: false,
        };
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

    /// Whether `handle` names a connection that was made through `owner`.
    #[must_use]
    pub fn is_connection(&self, owner: DeviceRef, handle: u64) -> bool {
        self.live(owner, handle).is_some()
    }

    fn live(&self, owner: DeviceRef, handle: u64) -> Option<Key> {
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
            self.tell_changes();
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

    /// The next bus reset is to lose the connection in `slot`, as if another node were faster.
    /// `false` when the slot is empty.
    pub fn doom_connection(&mut self, slot: u16) -> bool {
        let place = self.connections.at_mut(slot);
        place
            .map(|(_, connection)| connection.doomed = true)
            .is_some()
    }

    /// The next bus reset is to lose every connection that `lost` picks; tells how many
    /// more than before it is.
    pub fn doom_connections(&mut self, lost: impl Fn(&Connection) -> bool) -> u32 {
        let mut count = 0_u32;
        for slot in 0..MAX_CONNECTIONS as u16 {
            if let Some((_, connection)) = self.connections.at_mut(slot)
                && !connection.doomed
                && lost(connection)
            {
                connection.doomed = true;
                count = count.wrapping_add(1);
            }
        }
        count
    }

    /// A bus reset. No plug is connected any more and all resources are free, until
    /// [`Self::restore_connections`]; no connection can be made before that. Who registered for
    /// it is told the new generation and node ids.
    pub fn bus_reset(&mut self) {
        self.bus.reset();
        self.reset_pending = true;
        let Self { bus, callbacks, .. } = self;
        callbacks.bus_was_reset(|unit| generation_node(bus, unit));
        self.tell_changes();
    }

    /// What the protocol driver does after a bus reset: it makes its connections again, on the
    /// channels that they had (IEC 61883-1, clause 8). Those for which this fails are lost, and
    /// given to `lost`; so are those that a test wants lost. Tells how many.
    pub fn restore_connections(&mut self, mut lost: impl FnMut(&Connection)) -> u32 {
        if !self.reset_pending {
            return 0;
        }
        self.reset_pending = false;
        let mut count = 0_u32;
        for slot in 0..MAX_CONNECTIONS as u16 {
            let Some((_, connection)) = self.connections.at_mut(slot) else {
                continue;
            };
            let wish = Wish {
                channel: Some(connection.made.channel),
                ..connection.wish
            };
            let made = if connection.doomed {
                None
            } else {
                cmp::connect(&mut self.bus, &wish).ok()
            };
            if let Some(made) = made {
                connection.made = made;
            } else if let Some(connection) = self.connections.take(slot) {
                lost(&connection);
                count = count.wrapping_add(1);
            }
        }
        self.tell_changes();
        count
    }

    /// A bus reset with all that follows it; tells how many connections it has lost.
    pub fn reset_and_restore(&mut self) -> u32 {
        self.bus_reset();
        self.restore_connections(|_| {})
    }

    /// Bus generation and node ids, as the unit's callers see them; `None` when it has left.
    #[must_use]
    pub fn generation_node(&self, unit: DeviceRef) -> Option<BusGenerationNode> {
        generation_node(&self.bus, unit)
    }

    /// Slots and connections, in order of their slots.
    pub fn connections(&self) -> impl Iterator<Item = (u16, &Connection)> {
        self.connections.iter()
    }
}

fn generation_node(bus: &Bus, unit: DeviceRef) -> Option<BusGenerationNode> {
    Some(BusGenerationNode {
        generation: bus.generation(),
        local_node: bus.local_address(),
        device_node: bus.address(NodeRef::Device(unit))?,
    })
}

impl Default for Simulation {
    fn default() -> Self {
        Self::new()
    }
}
