//! The bus: which nodes there are, how they are addressed, and bus resets (IEEE 1394).

use plug61883_abi::av61883::NodeAddress;
use plug61883_abi::ids::Direction;

use crate::csr::{BANDWIDTH_AVAILABLE, BUS_MANAGER_ID, BusError, CHANNELS_AVAILABLE_LO};
use crate::irm::ResourceManager;
use crate::node::{Node, NodeConfig};

/// Devices that the bus can have, beside the computer itself.
pub const MAX_DEVICES: usize = 33;

/// Overhead ID that is written into an oPCR when a stream is set up: 160 units, what two cable
/// hops take. A bus reset clears the field.
pub const OVERHEAD_ID: u8 = 5;

/// Which node is meant, whatever its node id is after the next bus reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NodeRef {
    /// This computer.
    Local,
    /// A device.
    Device(DeviceRef),
}

/// A device: its slot, and how often the slot had been filled when it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DeviceRef {
    pub(crate) slot: u8,
    pub(crate) instance: u32,
}

impl DeviceRef {
    /// Slot of the device, 0-based.
    #[must_use]
    pub const fn slot(self) -> u8 {
        self.slot
    }

    /// The reference as a number that is not zero.
    #[must_use]
    pub const fn to_bits(self) -> u64 {
        ((self.instance as u64) << 32) | (self.slot as u64).wrapping_add(1)
    }

    /// The reference whose [`Self::to_bits`] these are.
    #[must_use]
    pub const fn from_bits(bits: u64) -> Option<Self> {
        match bits as u8 {
            0 => None,
            place => Some(Self {
                slot: place.wrapping_sub(1),
                instance: (bits >> 32) as u32,
            }),
        }
    }
}

/// A place for a device.
#[derive(Clone, Debug)]
struct Slot {
    node: Option<Node>,
    instance: u32,
}

/// The bus. This computer is its root and its isochronous resource manager.
#[derive(Clone, Debug)]
pub struct Bus {
    local: Node,
    slots: [Slot; MAX_DEVICES],
    generation: u32,
    manager: ResourceManager,
}

/// This computer as the other nodes see it. Its plugs are those that drivers create.
const LOCAL: NodeConfig = NodeConfig {
    eui64: 0x0050_F200_0000_0001,
    vendor_id: 0x00_50F2,
    model_id: 0,
    unit_model_id: 0,
    vendor: "Simulated computer",
    model: "",
    unit_model: "",
    outputs: 0,
    inputs: 0,
    speed: 2,
    payload: 0,
};

impl Bus {
    /// A bus with this computer alone.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            local: Node::new(LOCAL),
            slots: [const {
                Slot {
                    node: None,
                    instance: 0,
                }
            }; MAX_DEVICES],
            generation: 1,
            manager: ResourceManager::new(),
        }
    }

    /// Bus generation: goes up with every bus reset.
    #[must_use]
    pub const fn generation(&self) -> u32 {
        self.generation
    }

    /// The registers of the isochronous resource manager.
    #[must_use]
    pub const fn resources(&self) -> &ResourceManager {
        &self.manager
    }

    /// Node id of the isochronous resource manager.
    #[must_use]
    pub fn resource_manager(&self) -> NodeAddress {
        self.local_address()
    }

    /// Slot that the next device will get; `None` when the bus is full.
    #[must_use]
    pub fn free_slot(&self) -> Option<u8> {
        let index = self.slots.iter().position(|slot| slot.node.is_none())?;
        u8::try_from(index).ok()
    }

    /// Plugs a device in. The bus is to be reset then.
    ///
    /// `None` when the bus is full.
    pub fn attach(&mut self, config: NodeConfig) -> Option<DeviceRef> {
        let index = self.free_slot()?;
        let slot = self.slots.get_mut(usize::from(index))?;
        slot.instance = slot.instance.wrapping_add(1);
        slot.node = Some(Node::new(config));
        Some(DeviceRef {
            slot: index,
            instance: slot.instance,
        })
    }

    /// Unplugs a device. The bus is to be reset then.
    pub fn detach(&mut self, device: DeviceRef) {
        if let Some(slot) = self.slots.get_mut(usize::from(device.slot))
            && slot.instance == device.instance
        {
            slot.node = None;
        }
    }

    /// The devices, by rising node id.
    pub fn devices(&self) -> impl Iterator<Item = DeviceRef> + '_ {
        (0_u8..).zip(&self.slots).filter_map(|(index, slot)| {
            let present = slot.node.is_some();
            present.then_some(DeviceRef {
                slot: index,
                instance: slot.instance,
            })
        })
    }

    /// The device in `slot`.
    #[must_use]
    pub fn device_in(&self, slot: u8) -> Option<DeviceRef> {
        let entry = self.slots.get(usize::from(slot))?;
        entry.node.as_ref()?;
        Some(DeviceRef {
            slot,
            instance: entry.instance,
        })
    }

    /// A node; `None` when it has left.
    #[must_use]
    pub fn node(&self, node: NodeRef) -> Option<&Node> {
        match node {
            NodeRef::Local => Some(&self.local),
            NodeRef::Device(device) => {
                let slot = self.slots.get(usize::from(device.slot))?;
                slot.node
                    .as_ref()
                    .filter(|_| slot.instance == device.instance)
            }
        }
    }

    /// This computer.
    #[must_use]
    pub const fn local(&self) -> &Node {
        &self.local
    }

    pub(crate) const fn local_mut(&mut self) -> &mut Node {
        &mut self.local
    }

    fn node_mut(&mut self, node: NodeRef) -> Option<&mut Node> {
        match node {
            NodeRef::Local => Some(&mut self.local),
            NodeRef::Device(device) => {
                let slot = self.slots.get_mut(usize::from(device.slot))?;
                slot.node
                    .as_mut()
                    .filter(|_| slot.instance == device.instance)
            }
        }
    }

    /// Node id of this computer: as the root it has the highest physical id.
    #[must_use]
    pub fn local_address(&self) -> NodeAddress {
        NodeAddress::new(
            NodeAddress::LOCAL_BUS,
            as_physical_id(self.devices().count()),
        )
    }

    /// Node id of a node in this generation; `None` when it has left.
    #[must_use]
    pub fn address(&self, node: NodeRef) -> Option<NodeAddress> {
        match node {
            NodeRef::Local => Some(self.local_address()),
            NodeRef::Device(device) => {
                let position = self.devices().position(|other| other == device)?;
                Some(NodeAddress::new(
                    NodeAddress::LOCAL_BUS,
                    as_physical_id(position),
                ))
            }
        }
    }

    /// The node that has the id `address` in this generation.
    #[must_use]
    pub fn node_at(&self, address: NodeAddress) -> Option<NodeRef> {
        if address.bus() != NodeAddress::LOCAL_BUS {
            return None;
        }
        let physical = usize::from(address.node());
        if physical == self.devices().count() {
            return Some(NodeRef::Local);
        }
        self.devices().nth(physical).map(NodeRef::Device)
    }

    /// Reads the quadlet at `offset` of the node with id `address`.
    ///
    /// # Errors
    /// `NoNode` without such a node, `Address` when nothing is there.
    pub fn read_quadlet(&self, address: NodeAddress, offset: u64) -> Result<u32, BusError> {
        let node = self.node_at(address).ok_or(BusError::NoNode)?;
        if node == NodeRef::Local
            && let Some(value) = self.manager.read(offset)
        {
            return Ok(value);
        }
        self.node(node).ok_or(BusError::NoNode)?.read(offset)
    }

    /// Compare-and-swap of the quadlet at `offset` of the node with id `address`: it becomes
    /// `new` if it is `old`. Gives the value that stood there before.
    ///
    /// # Errors
    /// As [`Self::read_quadlet`], and `Type` where a lock is not known.
    pub fn lock_quadlet(
        &mut self,
        address: NodeAddress,
        offset: u64,
        old: u32,
        new: u32,
    ) -> Result<u32, BusError> {
        let node = self.node_at(address).ok_or(BusError::NoNode)?;
        if node == NodeRef::Local && (BUS_MANAGER_ID..=CHANNELS_AVAILABLE_LO).contains(&offset) {
            return self.manager.lock(offset, old, new);
        }
        self.node_mut(node)
            .ok_or(BusError::NoNode)?
            .lock(offset, old, new)
    }

    /// Switches a plug of a node on-line or off-line; `false` without that plug.
    pub fn set_online(
        &mut self,
        node: NodeRef,
        direction: Direction,
        number: u8,
        online: bool,
    ) -> bool {
        self.node_mut(node)
            .is_some_and(|node| node.set_online(direction, number, online))
    }

    /// A bus reset: the generation goes up, node ids are given anew, no plug is connected any
    /// more, all channels and the bandwidth are free (IEEE 1394; IEC 61883-1, clause 8).
    pub fn reset(&mut self) {
        self.generation = self.generation.wrapping_add(1);
        self.manager.reset();
        self.local.reset();
        for node in self.slots.iter_mut().filter_map(|slot| slot.node.as_mut()) {
            node.reset();
        }
    }

    /// Bandwidth units that are free.
    #[must_use]
    pub fn free_bandwidth(&self) -> u32 {
        self.manager.read(BANDWIDTH_AVAILABLE).unwrap_or(0)
    }
}

impl Default for Bus {
    fn default() -> Self {
        Self::new()
    }
}

/// At most [`MAX_DEVICES`] devices: always fits.
const fn as_physical_id(position: usize) -> u8 {
    position as u8
}
