//! The nodes of the bus: devices that are plugged in or not, and their units.

use plug61883_abi::ids::{Direction, UnitId};
use sim61883_model::{DeviceRef, NodeConfig, NodeRef};

use crate::error::ChangeError;
use crate::names::{COMPUTER, PlugName};
use crate::world::World;

/// A node.
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) config: NodeConfig,
    /// Plugs that are off-line when it is plugged in.
    pub(crate) offline: Vec<(Direction, u8)>,
    /// Its place on the bus, while it is plugged in.
    pub(crate) device: Option<DeviceRef>,
    /// Its unit, while the driver has it.
    pub(crate) unit: Option<UnitId>,
    /// When the engine wants to hear of the unit again, in milliseconds.
    pub(crate) timer: Option<u64>,
}

impl Node {
    /// One that is not plugged in.
    pub(crate) const fn new(
        name: String,
        config: NodeConfig,
        offline: Vec<(Direction, u8)>,
    ) -> Self {
        Self {
            name,
            config,
            offline,
            device: None,
            unit: None,
            timer: None,
        }
    }

    /// Its place on the bus.
    ///
    /// # Errors
    /// It is not plugged in.
    pub(crate) fn device(&self) -> Result<DeviceRef, ChangeError> {
        self.device
            .ok_or_else(|| ChangeError::new(format!("`{}` is not plugged in", self.name)))
    }

    /// Its unit.
    ///
    /// # Errors
    /// It is not plugged in.
    pub(crate) fn unit(&self) -> Result<UnitId, ChangeError> {
        self.unit
            .ok_or_else(|| ChangeError::new(format!("`{}` is not plugged in", self.name)))
    }
}

impl World {
    /// The node with a name.
    pub(crate) fn node(&self, name: &str) -> Result<&Node, ChangeError> {
        let index = self.index(name)?;
        self.nodes.get(index).ok_or_else(|| no_node(name))
    }

    fn index(&self, name: &str) -> Result<usize, ChangeError> {
        let mut nodes = self.nodes.iter();
        nodes
            .position(|node| node.name == name)
            .ok_or_else(|| no_node(name))
    }

    /// The node that is a unit.
    pub(crate) fn node_of(&mut self, unit: UnitId) -> Option<&mut Node> {
        self.nodes.iter_mut().find(|node| node.unit == Some(unit))
    }

    /// Puts a node on the bus.
    fn attach(&mut self, index: usize) -> Result<(), ChangeError> {
        let Some(node) = self.nodes.get_mut(index) else {
            return Ok(());
        };
        if node.device.is_some() {
            return Err(ChangeError::new(format!("`{}` is plugged in", node.name)));
        }
        let device = self
            .lab
            .simulation
            .attach(node.config)
            .ok_or_else(|| ChangeError::new("the bus is full".to_owned()))?;
        node.device = Some(device);
        for (direction, number) in &node.offline {
            let of_node = NodeRef::Device(device);
            self.lab
                .simulation
                .set_online(of_node, *direction, *number, false);
        }
        Ok(())
    }

    /// All nodes are there from the start, but those that `absent` picks.
    pub(crate) fn start(&mut self, absent: impl Fn(usize) -> bool) -> Result<(), ChangeError> {
        let nodes = 0..self.nodes.len();
        for index in nodes.clone().filter(|index| !absent(*index)) {
            self.attach(index)?;
        }
        for index in nodes.filter(|index| !absent(*index)) {
            self.unit_starts(index)?;
        }
        self.run();
        Ok(())
    }

    /// A node is plugged in.
    pub(crate) fn plug_in(&mut self, name: &str) -> Result<(), ChangeError> {
        let index = self.index(name)?;
        self.attach(index)?;
        let started = self.unit_starts(index);
        self.run();
        Ok(started?)
    }

    /// A node is unplugged.
    pub(crate) fn unplug(&mut self, name: &str) -> Result<(), ChangeError> {
        let index = self.index(name)?;
        let device = self.node(name)?.device()?;
        self.others.leaves(device);
        let unit = self.nodes.get(index).and_then(|node| node.unit);
        match unit {
            Some(unit) => self.unit_leaves(unit, device),
            None => self.simulation().detach(device),
        }
        if let Some(node) = self.nodes.get_mut(index) {
            (node.device, node.unit, node.timer) = (None, None, None);
        }
        self.run();
        Ok(())
    }

    /// A node switches one of its plugs on-line or off-line.
    pub(crate) fn set_online(&mut self, plug: &PlugName, online: bool) -> Result<(), ChangeError> {
        let place = self.locate(plug)?;
        self.simulation()
            .set_online(place.node, place.direction, place.number, online);
        self.run();
        Ok(())
    }

    /// The bus is reset.
    pub(crate) fn bus_reset(&mut self) {
        self.simulation().reset_and_restore();
        self.run();
    }

    /// Where a plug is that has a name.
    pub(crate) fn locate(&self, plug: &PlugName) -> Result<sim61883_model::Plug, ChangeError> {
        let node = if plug.node == COMPUTER {
            NodeRef::Local
        } else {
            NodeRef::Device(self.node(&plug.node)?.device()?)
        };
        let there = self.lab.simulation.bus().node(node);
        if !there.is_some_and(|node| node.has_plug(plug.direction, plug.number)) {
            return Err(ChangeError::new(format!("there is no plug `{plug}`")));
        }
        Ok(sim61883_model::Plug {
            node,
            direction: plug.direction,
            number: plug.number,
        })
    }
}

fn no_node(name: &str) -> ChangeError {
    ChangeError::new(format!("there is no node `{name}`"))
}
