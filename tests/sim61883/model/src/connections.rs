//! The connections that the protocol driver holds.

use crate::bus::DeviceRef;
use crate::cmp::{Established, Plug, Wish};
use crate::handles::ConnectionKey;

/// Connections that the protocol driver can hold at once. Miri walks the table slowly.
pub const MAX_CONNECTIONS: usize = if cfg!(miri) { 72 } else { 512 };

/// A connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The unit through which it was made.
    pub owner: DeviceRef,
    /// What was asked for.
    pub wish: Wish,
    /// What it has become.
    pub made: Established,
}

impl Connection {
    /// Whether one of its plugs is at `device`, or it was made through it.
    #[must_use]
    pub fn concerns(&self, device: DeviceRef) -> bool {
        let at_device = |plug: &Plug| plug.node == crate::bus::NodeRef::Device(device);
        self.owner == device
            || self.wish.output.as_ref().is_some_and(at_device)
            || self.wish.input.as_ref().is_some_and(at_device)
    }
}

#[derive(Clone, Debug)]
struct Slot {
    generation: u32,
    connection: Option<Connection>,
}

/// The table of connections.
#[derive(Clone, Debug)]
pub(crate) struct Connections {
    slots: [Slot; MAX_CONNECTIONS],
}

impl Connections {
    pub(crate) const fn new() -> Self {
        Self {
            slots: [const {
                Slot {
                    generation: 0,
                    connection: None,
                }
            }; MAX_CONNECTIONS],
        }
    }

    /// A place for one more connection.
    pub(crate) fn free_slot(&self) -> Option<u16> {
        let index = self
            .slots
            .iter()
            .position(|slot| slot.connection.is_none())?;
        u16::try_from(index).ok()
    }

    /// Fills a free place.
    pub(crate) fn fill(&mut self, slot: u16, connection: Connection) -> Option<ConnectionKey> {
        let entry = self.slots.get_mut(usize::from(slot))?;
        entry.generation = entry.generation.wrapping_add(1);
        entry.connection = Some(connection);
        Some(ConnectionKey {
            slot,
            generation: entry.generation,
        })
    }

    /// The connection of `key`, while it lives.
    pub(crate) fn get(&self, key: ConnectionKey) -> Option<&Connection> {
        let slot = self.slots.get(usize::from(key.slot))?;
        slot.connection
            .as_ref()
            .filter(|_| slot.generation == key.generation)
    }

    /// Takes the connection in `slot` out.
    pub(crate) fn take(&mut self, slot: u16) -> Option<Connection> {
        self.slots.get_mut(usize::from(slot))?.connection.take()
    }

    /// The connection in `slot`.
    pub(crate) fn at_mut(&mut self, slot: u16) -> Option<&mut Connection> {
        self.slots.get_mut(usize::from(slot))?.connection.as_mut()
    }

    /// Slots and connections, in order of their slots.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u16, &Connection)> {
        (0_u16..)
            .zip(&self.slots)
            .filter_map(|(index, slot)| Some((index, slot.connection.as_ref()?)))
    }
}
