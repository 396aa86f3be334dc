//! Connections that nothing but the registers tells of.
//!
//! Plugs count their connections. A plug that counts more than the driver knows is connected by
//! somebody else; to what, its channel tells: a channel has one sender, and who listens to the
//! channel hears it.

#[cfg(test)]
mod tests;

use plug61883::{ConnectionKind, Direction, Register};

use super::{Bus, Edge, Maker, Tip};

/// A plug, and how many connections it counts that are not known.
struct Left {
    tip: Tip,
    direction: Direction,
    channel: u8,
    point_to_point: u32,
    broadcast: u32,
}

impl Left {
    fn of_kind(&mut self, kind: ConnectionKind) -> Option<&mut u32> {
        match kind {
            ConnectionKind::PointToPoint => Some(&mut self.point_to_point),
            ConnectionKind::Broadcast => Some(&mut self.broadcast),
            ConnectionKind::Other(_) => None,
        }
    }
}

/// Names ends of known connections that the driver could not name, as far as the registers leave
/// one choice; then adds what the registers tell of and the driver does not know.
pub(crate) fn add_unknown(bus: &mut Bus) {
    let mut left = left_over(bus);
    name_ends(bus, &mut left);
    name_senders(bus);
    let mut found = Vec::new();
    pair_point_to_point(&mut left, &mut found);
    let pairs = found.len();
    for it in left.iter().filter(|it| it.direction == Direction::In) {
        let sender = bus.sender(it.channel);
        let p2p = (sender.unwrap_or(Tip::Unknown), it.tip);
        found.push((p2p, ConnectionKind::PointToPoint, it.point_to_point));
        let broadcast = (sender.unwrap_or(Tip::Anybody), it.tip);
        found.push((broadcast, ConnectionKind::Broadcast, it.broadcast));
    }
    let heard = |tip| {
        found[pairs..].iter().any(|&((from, _), kind, count)| {
            from == tip && kind == ConnectionKind::Broadcast && count != 0
        })
    };
    let outputs = left.iter().filter(|it| it.direction == Direction::Out);
    let open: Vec<_> = outputs
        .flat_map(|it| {
            let broadcast = if heard(it.tip) { 0 } else { it.broadcast };
            let p2p = (it.tip, Tip::Unknown);
            [
                (p2p, ConnectionKind::PointToPoint, it.point_to_point),
                ((it.tip, Tip::Anybody), ConnectionKind::Broadcast, broadcast),
            ]
        })
        .collect();
    for ((from, to), kind, count) in found.into_iter().chain(open) {
        if count != 0 {
            let register = bus.register(from).or(bus.register(to));
            bus.edges.push(Edge {
                id: None,
                from,
                to,
                kind,
                maker: Maker::OtherNode,
                count,
                channel: register.map(Register::channel),
                bandwidth: bus.bandwidth(from),
            });
        }
    }
}

type Found = ((Tip, Tip), ConnectionKind, u32);

/// Output plugs and input plugs that count connections on the same channel are taken for
/// connected to each other.
fn pair_point_to_point(left: &mut [Left], found: &mut Vec<Found>) {
    for from in 0..left.len() {
        if left[from].direction == Direction::In {
            continue;
        }
        for to in 0..left.len() {
            if left[to].direction == Direction::In && left[to].channel == left[from].channel {
                let count = left[from].point_to_point.min(left[to].point_to_point);
                left[from].point_to_point -= count;
                left[to].point_to_point -= count;
                let tips = (left[from].tip, left[to].tip);
                found.push((tips, ConnectionKind::PointToPoint, count));
            }
        }
    }
}

/// The plugs with a register, and what each counts beyond what is known. Counters may be lower
/// than that: 61883.sys restores them some time after a bus reset. A plug of this computer is
/// counted by 61883.sys as those of devices are.
fn left_over(bus: &Bus) -> Vec<Left> {
    let mut left = Vec::new();
    for (at, node) in bus.nodes.iter().enumerate() {
        for (index, port) in node.ports.iter().enumerate() {
            let Some(register) = port.register else {
                continue;
            };
            let tip = Tip::Port(at, index);
            let known = |kind| {
                let ends = |edge: &&Edge| edge.kind == kind && (edge.from == tip || edge.to == tip);
                bus.edges.iter().filter(ends).count() as u32
            };
            let rest = |counted: u8, kind| u32::from(counted).saturating_sub(known(kind));
            left.push(Left {
                tip,
                direction: port.direction,
                channel: register.channel(),
                point_to_point: rest(register.point_to_point(), ConnectionKind::PointToPoint),
                broadcast: rest(register.broadcast(), ConnectionKind::Broadcast),
            });
        }
    }
    left
}

/// Which end of a connection of a plug has a plug that nothing names: where it faces.
fn unnamed(edge: &Edge) -> Option<Direction> {
    match (edge.from, edge.to) {
        (Tip::Port(..), Tip::Unknown) => Some(Direction::In),
        (Tip::Unknown, Tip::Port(..)) => Some(Direction::Out),
        _ => None,
    }
}

/// A known connection can have a plug whose id the driver does not know: the driver of one unit
/// has named a plug of another. It is one that counts more on the channel than is known, where
/// all that count more do so for such connections.
fn name_ends(bus: &mut Bus, left: &mut [Left]) {
    for at in 0..bus.edges.len() {
        let edge = bus.edges[at];
        let (Some(direction), Some(channel)) = (unnamed(&edge), edge.channel) else {
            continue;
        };
        let alike = bus.edges.iter().filter(|it| {
            (unnamed(it), it.kind, it.channel) == (Some(direction), edge.kind, edge.channel)
        });
        let wanted = alike.count() as u32;
        let fitting = left
            .iter_mut()
            .filter(|it| it.direction == direction && it.channel == channel);
        let mut counted = fitting
            .filter_map(|it| Some((it.tip, it.of_kind(edge.kind)?)))
            .filter(|(_, count)| **count != 0)
            .collect::<Vec<_>>();
        let total: u32 = counted.iter().map(|(_, count)| **count).sum();
        if total > wanted {
            continue;
        }
        if let Some((tip, count)) = counted.first_mut() {
            **count -= 1;
            match direction {
                Direction::In => bus.edges[at].to = *tip,
                Direction::Out => bus.edges[at].from = *tip,
            }
            bus.edges[at].bandwidth = bus.bandwidth(bus.edges[at].from);
        }
    }
}

/// A broadcast-in connection has no output plug of its own: it hears who sends on its channel.
fn name_senders(bus: &mut Bus) {
    for at in 0..bus.edges.len() {
        let edge = bus.edges[at];
        if edge.from == Tip::Anybody
            && let Some(sender) = edge.channel.and_then(|channel| bus.sender(channel))
        {
            bus.edges[at].from = sender;
            bus.edges[at].bandwidth = bus.bandwidth(sender);
        }
    }
}

impl Bus {
    /// The output plug that sends on a channel; `None` where there is none, or more than one.
    fn sender(&self, channel: u8) -> Option<Tip> {
        let mut senders = self.nodes.iter().enumerate().flat_map(|(at, node)| {
            let sends = move |stream: Option<(u8, u32)>| stream.is_some_and(|it| it.0 == channel);
            let ports = node.ports.iter().enumerate();
            ports.filter_map(move |(index, port)| {
                sends(port.stream()).then_some(Tip::Port(at, index))
            })
        });
        senders.next().filter(|_| senders.next().is_none())
    }
}
