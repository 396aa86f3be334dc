//! What every picture shows: groups of plugs, those that send on the left, those that receive on
//! the right, and the links between them.
//!
//! An output plug sends one stream, on one channel, whoever listens: its connections are one net.

use std::collections::HashMap;

use plug61883::{ConnectionKind, Direction, UnitState};

use super::look::Class;
use crate::bus::{BANDWIDTH, Bus, Edge, Maker, Node, Port, Tip};
use crate::text;

/// All that is to be drawn.
#[derive(Debug)]
pub(crate) struct Picture {
    /// What it is of.
    pub(crate) title: String,
    /// How much there is on the bus.
    pub(crate) summary: String,
    /// Nodes with what they send, and nodes that only are there.
    pub(crate) left: Vec<Group>,
    /// Nodes with what they receive.
    pub(crate) right: Vec<Group>,
    /// Streams.
    pub(crate) nets: Vec<Net>,
    /// One for each edge of the bus, in its order.
    pub(crate) links: Vec<Link>,
}

/// Plugs of one node, of one direction.
#[derive(Debug, Default)]
pub(crate) struct Group {
    /// Name of the node, the unit's id before it.
    pub(crate) title: String,
    /// Its address, where it is known.
    pub(crate) address: String,
    /// Why it has no rows, if it has none.
    pub(crate) note: String,
    /// Its plugs.
    pub(crate) rows: Vec<Row>,
}

/// A plug, or several that are not connected, or what stands in place of one.
#[derive(Debug)]
pub(crate) struct Row {
    /// Its name.
    pub(crate) name: String,
    /// State of a plug that is not connected, or that one is off-line; may be empty.
    pub(crate) note: String,
    /// What it is an end of.
    pub(crate) what: What,
}

/// What a row is an end of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// Of nothing.
    Free,
    /// The source of a net.
    Source(usize),
    /// The sink of a link.
    Sink(usize),
}

/// The stream of one sender.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Net {
    /// Isochronous channel, where it is known.
    pub(crate) channel: Option<u8>,
    /// Bandwidth units, where they are known.
    pub(crate) bandwidth: Option<u32>,
}

impl Net {
    /// `ch 5, 1019 units`
    pub(crate) fn label(&self) -> String {
        match self.bandwidth {
            Some(units) => format!("{}, {units} units", self.channel()),
            None => self.channel(),
        }
    }

    /// `ch 5, 1019`
    pub(crate) fn short_label(&self) -> String {
        match self.bandwidth {
            Some(units) => format!("{}, {units}", self.channel()),
            None => self.channel(),
        }
    }

    /// `ch 5`
    fn channel(&self) -> String {
        let channel = self.channel.map(|channel| channel.to_string());
        format!("ch {}", channel.as_deref().unwrap_or("?"))
    }
}

/// A connection, or several of the same ends.
#[derive(Debug)]
pub(crate) struct Link {
    /// Its net.
    pub(crate) net: usize,
    /// Who made it.
    pub(crate) class: Class,
    /// Its id or how many it stands for, and who made it.
    pub(crate) label: String,
}

/// What makes edges one net: the sender, or where that is no plug, the channel; an application's
/// stream is its own.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Sender(Tip),
    Channel(Tip, u8),
    Edge(usize),
}

impl Picture {
    /// What there is to draw of a bus.
    pub(crate) fn new(bus: &Bus) -> Self {
        let mut picture = Self {
            title: title(bus),
            summary: String::new(),
            left: Vec::new(),
            right: Vec::new(),
            nets: Vec::new(),
            links: Vec::new(),
        };
        picture.add_links(bus);
        picture.summary = picture.summarise(bus);
        for (at, node) in bus.nodes.iter().enumerate() {
            picture.add_node(bus, at, node);
        }
        let elsewhere = |rows| Group {
            title: "elsewhere".to_owned(),
            rows,
            ..Group::default()
        };
        for tip in [Tip::Anybody, Tip::Unknown] {
            let (sources, sinks) = (picture.sources(bus, tip), picture.sinks(bus, tip));
            for (side, rows) in [(&mut picture.left, sources), (&mut picture.right, sinks)] {
                match side.last_mut().filter(|last| last.title == "elsewhere") {
                    Some(last) => last.rows.extend(rows),
                    None if rows.is_empty() => {}
                    None => side.push(elsewhere(rows)),
                }
            }
        }
        picture
    }

    fn add_links(&mut self, bus: &Bus) {
        let mut nets = HashMap::new();
        for (at, edge) in bus.edges.iter().enumerate() {
            let key = match (edge.from, edge.channel) {
                (tip @ Tip::Port(..), _) => Key::Sender(tip),
                (tip @ (Tip::Anybody | Tip::Unknown), Some(channel)) => Key::Channel(tip, channel),
                _ => Key::Edge(at),
            };
            let net = *nets.entry(key).or_insert_with(|| {
                self.nets.push(Net {
                    channel: edge.channel,
                    bandwidth: edge.bandwidth,
                });
                self.nets.len() - 1
            });
            self.links.push(Link {
                net,
                class: Class::of(edge.maker),
                label: label(edge),
            });
        }
    }

    fn summarise(&self, bus: &Bus) -> String {
        let connections: u32 = bus.edges.iter().map(|edge| edge.count).sum();
        let units: u32 = self.nets.iter().filter_map(|net| net.bandwidth).sum();
        let unknown = self.nets.iter().any(|net| net.bandwidth.is_none());
        let summary = format!(
            "{}, {}",
            counted(bus.nodes.len() - 1, "unit"),
            counted(connections as usize, "connection")
        );
        if self.nets.is_empty() {
            return summary;
        }
        let streams = counted(self.nets.len(), "stream");
        let taken = match (units, unknown) {
            (0, _) => return format!("{summary}; {streams}"),
            (units, true) => format!("at least {units}"),
            (units, false) => units.to_string(),
        };
        format!("{summary}; {streams}: {taken} of {BANDWIDTH} bandwidth units")
    }

    fn add_node(&mut self, bus: &Bus, at: usize, node: &Node) {
        let mut outputs = self.plugs(bus, at, node, Direction::Out);
        let mut inputs = self.plugs(bus, at, node, Direction::In);
        if node.unit.is_none() {
            outputs.extend(self.sources(bus, Tip::Open));
            inputs.extend(self.sinks(bus, Tip::Open));
        }
        let nothing = outputs.is_empty() && inputs.is_empty();
        for (side, rows) in [(&mut self.left, outputs), (&mut self.right, inputs)] {
            if !rows.is_empty() {
                side.push(Group { rows, ..head(node) });
            }
        }
        if nothing {
            self.left.push(head(node));
        }
    }

    /// The plugs of a node that face so. Those that are not connected stand together.
    fn plugs(&self, bus: &Bus, at: usize, node: &Node, direction: Direction) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        let mut free: Option<(u32, u32, String)> = None;
        let ports = node.ports.iter().enumerate();
        for (index, port) in ports.filter(|(_, port)| port.direction == direction) {
            let tip = Tip::Port(at, index);
            let mut ends = match direction {
                Direction::Out => self.sources(bus, tip),
                Direction::In => self.sinks(bus, tip),
            };
            if !ends.is_empty() {
                rows.extend(free.take().map(|free| free_row(direction, &free)));
                rows.append(&mut ends);
                continue;
            }
            let note = state(port);
            free = match free.take() {
                Some((first, last, same)) if last + 1 == port.number && same == note => {
                    Some((first, port.number, note))
                }
                other => {
                    rows.extend(other.map(|free| free_row(direction, &free)));
                    Some((port.number, port.number, note))
                }
            };
        }
        rows.extend(free.map(|free| free_row(direction, &free)));
        rows
    }

    /// A row for each net that comes from there.
    fn sources(&self, bus: &Bus, tip: Tip) -> Vec<Row> {
        let mut nets: Vec<usize> = Vec::new();
        for (edge, link) in bus.edges.iter().zip(&self.links) {
            if edge.from == tip && !nets.contains(&link.net) {
                nets.push(link.net);
            }
        }
        let row = |net| end_row(bus, tip, What::Source(net));
        nets.into_iter().map(row).collect()
    }

    /// A row for each link that goes there.
    fn sinks(&self, bus: &Bus, tip: Tip) -> Vec<Row> {
        let edges = bus.edges.iter().enumerate();
        let sinks = edges.filter(|(_, edge)| edge.to == tip);
        sinks
            .map(|(at, _)| end_row(bus, tip, What::Sink(at)))
            .collect()
    }

    /// The classes that there are, in order.
    pub(crate) fn classes(&self) -> Vec<Class> {
        let mut classes: Vec<_> = self.links.iter().map(|link| link.class).collect();
        classes.sort_unstable();
        classes.dedup();
        classes
    }
}

fn title(bus: &Bus) -> String {
    match bus.generation {
        Some(generation) => format!("FireWire bus, generation {generation}"),
        None => "FireWire bus".to_owned(),
    }
}

fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// Name of a node, the unit's id before it.
pub(crate) fn node_title(node: &Node) -> String {
    match node.unit {
        Some(unit) if node.name != unit.to_string() => format!("{unit} {}", node.name),
        _ => node.name.clone(),
    }
}

/// A node, with no plugs.
fn head(node: &Node) -> Group {
    let address = node
        .address
        .map(|address| format!("node {}.{}", address.bus(), address.node()));
    let note = match node.state {
        UnitState::Managed if address.is_none() && node.unit.is_some() => "not read".to_owned(),
        UnitState::Managed => "no plugs".to_owned(),
        state => text::unit_state(state),
    };
    Group {
        title: node_title(node),
        address: address.unwrap_or_default(),
        note,
        rows: Vec::new(),
    }
}

fn end_row(bus: &Bus, tip: Tip, what: What) -> Row {
    let (name, online) = match tip {
        Tip::Port(..) => bus
            .port(tip)
            .map_or((String::new(), None), |(_, it)| (it.name(), it.online())),
        Tip::Open => ("(no plug)".to_owned(), None),
        Tip::Anybody => ("(anybody)".to_owned(), None),
        Tip::Unknown => ("(unknown)".to_owned(), None),
    };
    let note = if online == Some(false) {
        "off-line"
    } else {
        ""
    };
    Row {
        name,
        note: note.to_owned(),
        what,
    }
}

fn free_row(direction: Direction, (first, last, note): &(u32, u32, String)) -> Row {
    let numbers = if first == last {
        first.to_string()
    } else {
        format!("{first}-{last}")
    };
    Row {
        name: format!("{direction}[{numbers}]"),
        note: note.clone(),
        what: What::Free,
    }
}

/// State of a plug that no edge ends at.
fn state(port: &Port) -> String {
    match (port.state, port.online()) {
        (Some(state), _) => state.to_string(),
        (None, Some(true)) => "ready".to_owned(),
        (None, Some(false)) => "idle".to_owned(),
        (None, None) => "not read".to_owned(),
    }
}

/// Id or number of an edge, who made it, and that it is a broadcast.
fn label(edge: &Edge) -> String {
    let kind = match edge.kind {
        ConnectionKind::PointToPoint => String::new(),
        kind => format!(" {}", text::kind(kind)),
    };
    let owner = match edge.maker {
        Maker::Known(owner, _) => text::owner(owner),
        Maker::OtherNode => Class::OtherNode.word().to_owned(),
    };
    let count = match edge.count {
        1 => String::new(),
        count => format!(" \u{d7}{count}"),
    };
    match edge.id {
        Some(id) => format!("{id} {owner}{kind}{count}"),
        None => format!("{owner}{kind}{count}"),
    }
}

/// Where things of these heights stand, one after the other, within `room`: as near to where they
/// are wanted as what is after them leaves room for.
pub(crate) fn spread(heights: &[usize], wanted: &[Option<usize>], room: usize) -> Vec<usize> {
    let mut slack = room.saturating_sub(heights.iter().sum());
    let mut end = 0;
    let places = heights.iter().zip(wanted).map(|(height, wanted)| {
        let top = wanted.unwrap_or(end).clamp(end, end + slack);
        slack -= top - end;
        end = top + height;
        top
    });
    places.collect()
}
