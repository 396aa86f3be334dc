//! A picture of the bus at one moment: nodes, their plugs, and what is connected to what.
//!
//! What the driver knows are the connections that went through this computer. What other nodes
//! connect shows in the registers only: plugs whose counters are higher than the connections
//! known, on one channel.

mod guess;
mod read;

use plug61883::{
    ConnectionId, ConnectionKind, Direction, NodeAddress, Owner, PlugId, Register, State, UnitId,
    UnitState,
};

use crate::failure::Failure;

#[cfg(test)]
pub(crate) use guess::add_unknown;

/// Bandwidth units that a bus has for isochronous streams.
pub(crate) const BANDWIDTH: u32 = plug61883::abi::csr::INITIAL_BANDWIDTH;

/// What there is.
#[derive(Debug, Default)]
pub(crate) struct Bus {
    /// Bus generation, where a unit told it.
    pub(crate) generation: Option<u32>,
    /// This computer, then the units in the order of their list.
    pub(crate) nodes: Vec<Node>,
    /// Connections known, then those that are only seen in the registers.
    pub(crate) edges: Vec<Edge>,
    /// What could not be read.
    pub(crate) failures: Vec<Failure>,
}

/// A node of the bus.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    /// Its unit; `None` for this computer.
    pub(crate) unit: Option<UnitId>,
    /// Vendor and model, or "this computer".
    pub(crate) name: String,
    /// Its EUI-64, where a unit told it.
    pub(crate) eui64: Option<u64>,
    /// Its address, where a unit told it.
    pub(crate) address: Option<NodeAddress>,
    /// Whether plug61883 manages it.
    pub(crate) state: UnitState,
    /// Its plugs, output plugs first.
    pub(crate) ports: Vec<Port>,
}

/// A plug of a node.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Port {
    /// Its direction.
    pub(crate) direction: Direction,
    /// Its number.
    pub(crate) number: u32,
    /// Its id, where that could be got.
    pub(crate) id: Option<PlugId>,
    /// Its state as the protocol driver tells it; not for a plug of this computer.
    pub(crate) state: Option<State>,
    /// Its register, where that could be read.
    pub(crate) register: Option<Register>,
}

impl Port {
    /// `oPCR[0]`
    pub(crate) fn name(&self) -> String {
        format!("{}[{}]", self.direction, self.number)
    }

    /// Whether it is on-line, where its register or its state tells.
    pub(crate) fn online(&self) -> Option<bool> {
        match (self.register, self.state) {
            (Some(register), _) => Some(register.online()),
            (None, Some(State::Ready | State::Active)) => Some(true),
            (None, Some(State::Idle | State::Suspended)) => Some(false),
            (None, _) => None,
        }
    }

    /// Whether it is connected, where its register or its state tells.
    pub(crate) fn connected(&self) -> Option<bool> {
        match (self.register, self.state) {
            (Some(register), _) => {
                Some(register.point_to_point() != 0 || register.broadcast() != 0)
            }
            (None, Some(State::Active | State::Suspended)) => Some(true),
            (None, Some(State::Ready | State::Idle)) => Some(false),
            (None, _) => None,
        }
    }

    /// Channel and bandwidth units of the stream that it sends: of an output plug that is
    /// connected, where its register could be read.
    pub(crate) fn stream(&self) -> Option<(u8, u32)> {
        match self.register? {
            Register::Output(register) if self.connected() == Some(true) => {
                Some((register.channel(), register.bandwidth_units()))
            }
            _ => None,
        }
    }
}

/// One end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Tip {
    /// A plug: index of the node, index of the port.
    Port(usize, usize),
    /// No plug: an application of this computer, or of whoever made it.
    Open,
    /// Whoever listens to a broadcast connection, or sends on its channel.
    Anybody,
    /// A plug that nothing here names.
    Unknown,
}

/// Who made a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Maker {
    /// Who the driver says.
    Known(Owner, Option<u32>),
    /// Another node of the bus: it is seen in the registers only.
    OtherNode,
}

/// Connections of the same ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Edge {
    /// Its id; `None` when it is seen in the registers only.
    pub(crate) id: Option<ConnectionId>,
    /// Where the stream comes from.
    pub(crate) from: Tip,
    /// Where it goes to.
    pub(crate) to: Tip,
    /// Its kind.
    pub(crate) kind: ConnectionKind,
    /// Who made it.
    pub(crate) maker: Maker,
    /// How many it stands for: 1 for one with an id.
    pub(crate) count: u32,
    /// Isochronous channel, where a register tells it.
    pub(crate) channel: Option<u8>,
    /// Bandwidth units of the stream, where the register of its output plug tells them. All
    /// connections of one output plug share them.
    pub(crate) bandwidth: Option<u32>,
}

impl Bus {
    /// The port at an end.
    pub(crate) fn port(&self, tip: Tip) -> Option<(&Node, &Port)> {
        let Tip::Port(node, port) = tip else {
            return None;
        };
        let node = self.nodes.get(node)?;
        Some((node, node.ports.get(port)?))
    }

    fn register(&self, tip: Tip) -> Option<Register> {
        self.port(tip).and_then(|(_, port)| port.register)
    }

    fn bandwidth(&self, from: Tip) -> Option<u32> {
        match self.register(from)? {
            Register::Output(register) => Some(register.bandwidth_units()),
            Register::Input(_) => None,
        }
    }

    /// Streams on the bus, as the registers of the output plugs tell: channel and bandwidth
    /// units, by rising channel. There may be more, from nodes that are no units here.
    pub(crate) fn streams(&self) -> Vec<(u8, u32)> {
        let ports = self.nodes.iter().flat_map(|node| &node.ports);
        let mut streams: Vec<_> = ports.filter_map(Port::stream).collect();
        streams.sort_unstable();
        streams
    }
}
