//! The picture of the bus.

use plug61883::Register;
use serde::Serialize;

use super::connection::kind;
use super::unit::{Node, unit_state};
use super::{Error, direction, hex32, owner};
use crate::bus::{self, BANDWIDTH, Bus, Maker, Tip};

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Graph {
    generation: Option<u32>,
    bandwidth: u32,
    streams: Vec<Stream>,
    nodes: Vec<GraphNode>,
    edges: Vec<Edge>,
    errors: Vec<Error>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Stream {
    channel: u8,
    bandwidth: u32,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct GraphNode {
    unit: Option<String>,
    name: String,
    state: String,
    node: Option<Node>,
    plugs: Vec<GraphPlug>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct GraphPlug {
    name: String,
    direction: &'static str,
    number: u32,
    id: Option<String>,
    online: Option<bool>,
    connected: Option<bool>,
    channel: Option<u8>,
    bandwidth: Option<u32>,
    register: Option<String>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Edge {
    id: Option<String>,
    from: End,
    to: End,
    kind: String,
    owner: String,
    process_id: Option<u32>,
    count: u32,
    channel: Option<u8>,
    bandwidth: Option<u32>,
}

/// Where an edge ends. Indices of the lists above; `null` where it is no plug.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct End {
    end: &'static str,
    node: Option<usize>,
    plug: Option<usize>,
}

impl From<&Bus> for Graph {
    fn from(bus: &Bus) -> Self {
        Self {
            generation: bus.generation,
            bandwidth: BANDWIDTH,
            streams: bus.streams().into_iter().map(Stream::from).collect(),
            nodes: bus.nodes.iter().map(GraphNode::from).collect(),
            edges: bus.edges.iter().map(Edge::from).collect(),
            errors: bus.failures.iter().map(Error::from).collect(),
        }
    }
}

impl From<(u8, u32)> for Stream {
    fn from((channel, bandwidth): (u8, u32)) -> Self {
        Self { channel, bandwidth }
    }
}

impl From<&bus::Node> for GraphNode {
    fn from(node: &bus::Node) -> Self {
        Self {
            unit: node.unit.map(|unit| unit.to_string()),
            name: node.name.clone(),
            state: unit_state(node.state),
            node: node.address.map(Node::from),
            plugs: node.ports.iter().map(GraphPlug::from).collect(),
        }
    }
}

impl From<&bus::Port> for GraphPlug {
    fn from(port: &bus::Port) -> Self {
        Self {
            name: port.name(),
            direction: direction(port.direction),
            number: port.number,
            id: port.id.map(|id| id.to_string()),
            online: port.online(),
            connected: port.connected(),
            channel: port.register.map(Register::channel),
            bandwidth: port.stream().map(|(_, bandwidth)| bandwidth),
            register: port.register.map(|register| hex32(register.bits())),
        }
    }
}

impl From<&bus::Edge> for Edge {
    fn from(edge: &bus::Edge) -> Self {
        let (owner, process_id) = match edge.maker {
            Maker::Known(who, process_id) => (owner(who), process_id),
            Maker::OtherNode => ("other_node".to_owned(), None),
        };
        Self {
            id: edge.id.map(|id| id.to_string()),
            from: edge.from.into(),
            to: edge.to.into(),
            kind: kind(edge.kind),
            owner,
            process_id,
            count: edge.count,
            channel: edge.channel,
            bandwidth: edge.bandwidth,
        }
    }
}

impl From<Tip> for End {
    fn from(tip: Tip) -> Self {
        let (end, node, plug) = match tip {
            Tip::Port(node, port) => ("plug", Some(node), Some(port)),
            // It is something on this computer.
            Tip::Open => ("no_plug", Some(0), None),
            Tip::Anybody => ("anybody", None, None),
            Tip::Unknown => ("unknown", None, None),
        };
        Self { end, node, plug }
    }
}
