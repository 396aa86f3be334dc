//! What a picture of the bus has, row by row.

use plug61883::{ConnectionId, ConnectionKind, Direction, Owner, PlugId, UnitId, UnitState};

use super::filter::{Facts, Filter};
use crate::bus::{Bus, Edge, Maker, Node, Port, Tip};
use crate::text;

/// Whose plugs are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// Everybody's.
    All,
    /// A node's: the unit, `None` for this computer.
    Node(Option<UnitId>),
}

/// What stays the same of a plug: its unit (`None` for this computer), direction and number.
pub(super) type PlugKey = (Option<UnitId>, Direction, u32);

/// What stays the same of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EdgeKey {
    /// It has an id.
    Known(ConnectionId),
    /// It is seen in the registers of these plugs.
    Seen(Option<PlugId>, Option<PlugId>, ConnectionKind),
}

/// A node, or all.
pub(super) struct UnitRow<'a> {
    pub(super) choice: Choice,
    /// The node; `None` for all.
    pub(super) node: Option<&'a Node>,
    /// Connections that are seen of it.
    pub(super) connections: u32,
}

/// A plug.
pub(super) struct PlugRow<'a> {
    pub(super) key: PlugKey,
    pub(super) node: &'a Node,
    pub(super) port: &'a Port,
}

/// Where a connection stands among those of the same output plug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Only,
    First,
    Middle,
    Last,
}

/// A connection.
pub(super) struct EdgeRow<'a> {
    pub(super) key: EdgeKey,
    pub(super) edge: &'a Edge,
    pub(super) from: End<'a>,
    pub(super) to: End<'a>,
    pub(super) place: Place,
}

/// An end of a connection.
#[derive(Clone, Copy)]
pub(super) enum End<'a> {
    Plug(&'a Node, &'a Port),
    /// What takes the place of a plug.
    Words(&'static str),
}

/// `1.1 Sim Works TapeDeck`
pub(super) fn node_name(node: &Node) -> String {
    match node.unit {
        Some(unit) if node.name != unit.to_string() => format!("{unit} {}", node.name),
        _ => node.name.clone(),
    }
}

/// `1.1 Sim Works TapeDeck oPCR[0]`
pub(super) fn plug_name(node: &Node, port: &Port) -> String {
    format!("{} {}", node_name(node), port.name())
}

impl End<'_> {
    /// Node and plug, each for its own place; a word alone is no plug.
    pub(super) fn names(&self) -> (String, String) {
        match self {
            Self::Plug(node, port) => (node_name(node), port.name()),
            Self::Words(words) => (String::new(), (*words).to_owned()),
        }
    }

    pub(super) fn name(&self) -> String {
        match self {
            Self::Plug(node, port) => plug_name(node, port),
            Self::Words(words) => (*words).to_owned(),
        }
    }
}

/// All, this computer, the units.
pub(super) fn units(bus: &Bus) -> Vec<UnitRow<'_>> {
    let touches = |edge: &Edge, at: usize| {
        let is_there = |tip| matches!(tip, Tip::Port(node, _) if node == at);
        is_there(edge.from) || is_there(edge.to)
    };
    let all = UnitRow {
        choice: Choice::All,
        node: None,
        connections: bus.edges.iter().map(|edge| edge.count).sum(),
    };
    let nodes = bus.nodes.iter().enumerate().map(|(at, node)| {
        let edges = bus.edges.iter().filter(|edge| touches(edge, at));
        UnitRow {
            choice: Choice::Node(node.unit),
            node: Some(node),
            connections: edges.map(|edge| edge.count).sum(),
        }
    });
    std::iter::once(all).chain(nodes).collect()
}

/// The plugs of a choice.
pub(super) fn plugs<'a>(bus: &'a Bus, choice: Choice, filter: &Filter) -> Vec<PlugRow<'a>> {
    let nodes = bus.nodes.iter().filter(|node| match choice {
        Choice::All => true,
        Choice::Node(unit) => node.unit == unit,
    });
    let rows = nodes.flat_map(|node| {
        node.ports.iter().map(move |port| PlugRow {
            key: (node.unit, port.direction, port.number),
            node,
            port,
        })
    });
    rows.filter(|row| row.is_accepted(filter)).collect()
}

impl PlugRow<'_> {
    fn is_accepted(&self, filter: &Filter) -> bool {
        filter.accepts(&Facts {
            unit: &node_name(self.node),
            plug: &self.port.name(),
            kind: None,
            other: &self.state(),
        })
    }

    /// `active`; for a plug of this computer, of which nobody tells it, as its register says.
    pub(super) fn state(&self) -> String {
        match (self.port.state, self.port.register) {
            (Some(state), _) => state.to_string(),
            (None, Some(register)) => if register.online() {
                "on-line"
            } else {
                "off-line"
            }
            .to_owned(),
            (None, None) => text::none(),
        }
    }
}

/// The connections, those of one output plug together.
pub(super) fn edges<'a>(bus: &'a Bus, filter: &Filter) -> Vec<EdgeRow<'a>> {
    let mut edges: Vec<_> = bus.edges.iter().collect();
    edges.sort_by_key(|edge| (order(edge.from), order(edge.to)));
    let rows = edges.iter().map(|edge| EdgeRow {
        key: key(bus, edge),
        edge,
        from: end(bus, edge.from),
        to: end(bus, edge.to),
        place: Place::Only,
    });
    let mut rows: Vec<_> = rows.filter(|row| row.is_accepted(filter)).collect();
    // Where no plug sends, connections have nothing in common.
    let same = |a: Option<&EdgeRow<'_>>, b: &EdgeRow<'_>| {
        matches!(b.edge.from, Tip::Port(..)) && a.is_some_and(|a| a.edge.from == b.edge.from)
    };
    let places: Vec<_> = (0..rows.len())
        .map(|at| {
            let before = at.checked_sub(1).and_then(|at| rows.get(at));
            match (same(before, &rows[at]), same(rows.get(at + 1), &rows[at])) {
                (false, false) => Place::Only,
                (false, true) => Place::First,
                (true, true) => Place::Middle,
                (true, false) => Place::Last,
            }
        })
        .collect();
    rows.iter_mut()
        .zip(places)
        .for_each(|(row, place)| row.place = place);
    rows
}

fn order(tip: Tip) -> (usize, usize) {
    match tip {
        Tip::Port(node, port) => (node, port),
        Tip::Open => (usize::MAX, 0),
        Tip::Anybody => (usize::MAX, 1),
        Tip::Unknown => (usize::MAX, 2),
    }
}

fn key(bus: &Bus, edge: &Edge) -> EdgeKey {
    let plug = |tip| bus.port(tip).and_then(|(_, port)| port.id);
    match edge.id {
        Some(id) => EdgeKey::Known(id),
        None => EdgeKey::Seen(plug(edge.from), plug(edge.to), edge.kind),
    }
}

fn end(bus: &Bus, tip: Tip) -> End<'_> {
    match (bus.port(tip), tip) {
        (Some((node, port)), _) => End::Plug(node, port),
        (None, Tip::Open) => End::Words("(open end)"),
        (None, Tip::Anybody) => End::Words("(anybody)"),
        (None, Tip::Unknown | Tip::Port(..)) => End::Words("(unknown)"),
    }
}

impl EdgeRow<'_> {
    fn is_accepted(&self, filter: &Filter) -> bool {
        let (from, to) = (self.from.names(), self.to.names());
        filter.accepts(&Facts {
            unit: &format!("{} {}", from.0, to.0),
            plug: &format!("{} {}", from.1, to.1),
            kind: None,
            other: &format!("{} {}", text::kind(self.edge.kind), maker(self.edge.maker)),
        })
    }

    /// `1.1`, `-` for one that has no id.
    pub(super) fn id(&self) -> String {
        text::number(self.edge.id)
    }
}

/// Who made a connection: a mark and a few words.
pub(super) fn maker(maker: Maker) -> String {
    match maker {
        Maker::Known(Owner::ThisHandle, _) => "● this".to_owned(),
        Maker::Known(Owner::OtherHandle, Some(process)) => format!("○ pid {process}"),
        Maker::Known(Owner::OtherHandle, None) => "○ other".to_owned(),
        Maker::Known(Owner::Driver, _) => "■ driver".to_owned(),
        Maker::Known(Owner::Foreign, _) => "▲ foreign".to_owned(),
        Maker::Known(owner, _) => format!("? {}", text::owner(owner)),
        Maker::OtherNode => "◊ other node".to_owned(),
    }
}

/// Whether requests for a node's plugs can come to something.
pub(super) fn is_managed(node: &Node) -> bool {
    node.state == UnitState::Managed
}
