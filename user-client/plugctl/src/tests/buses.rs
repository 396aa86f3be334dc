//! Hand-made pictures of a bus.

use plug61883::{
    ConnectionId, ConnectionKind, Direction, Ipcr, NodeAddress, Opcr, Owner, PlugId, Register,
    State, UnitId, UnitState,
};

use proptest::prelude::*;

use crate::bus::{Bus, Edge, Maker, Node, Port, Tip, add_unknown};

/// A bus with this computer only.
pub(crate) fn alone() -> Bus {
    let computer = Node {
        unit: None,
        name: "this computer".to_owned(),
        eui64: None,
        address: Some(NodeAddress(0xFFC0)),
        state: UnitState::Managed,
        ports: Vec::new(),
    };
    Bus {
        generation: Some(5),
        nodes: vec![computer],
        ..Bus::default()
    }
}

/// A register of an output plug that is on-line: S100, overhead ID 1, a payload of 122 quadlets;
/// 2032 bandwidth units. With the point-to-point and broadcast counters.
pub(crate) fn output(channel: u8, point_to_point: u8, broadcast: u8) -> Register {
    let register = Opcr(0).with_online(1).with_payload(122).with_overhead_id(1);
    let register = register.with_channel(channel).with_broadcast(broadcast);
    Register::Output(register.with_point_to_point(point_to_point))
}

/// The same of a plug that is connected, at S400: 280 bandwidth units for 59 quadlets.
pub(crate) fn fast(channel: u8, point_to_point: u8, broadcast: u8) -> Register {
    let register = Opcr(output(channel, point_to_point, broadcast).bits());
    Register::Output(register.with_data_rate(2).with_payload(59))
}

/// A register of an input plug that is on-line.
pub(crate) fn input(channel: u8, point_to_point: u8, broadcast: u8) -> Register {
    let register = Ipcr(0).with_online(1).with_channel(channel);
    let register = register.with_broadcast(broadcast);
    Register::Input(register.with_point_to_point(point_to_point))
}

impl Bus {
    /// With one more unit that has these plugs, output plugs first.
    pub(crate) fn unit(mut self, name: &str, registers: &[Register]) -> Self {
        let at = self.nodes.len();
        self.nodes.push(Node {
            unit: Some(UnitId::new(at as u32 - 1, 1)),
            name: name.to_owned(),
            eui64: None,
            address: Some(NodeAddress(0xFFC0 + at as u16)),
            state: UnitState::Managed,
            ports: Vec::new(),
        });
        self.plugs(at, registers)
    }

    /// With more plugs of a node, this computer's being the first node.
    pub(crate) fn plugs(mut self, node: usize, registers: &[Register]) -> Self {
        for &register in registers {
            let direction = register.direction();
            let ports = &mut self.nodes[node].ports;
            let number = ports.iter().filter(|it| it.direction == direction).count();
            let slot = node.saturating_sub(1) as u16;
            let id = PlugId::new(slot, direction, number as u8, 1);
            let connected = register.point_to_point() != 0 || register.broadcast() != 0;
            let state = match (register.online(), connected) {
                (false, false) => State::Idle,
                (true, false) => State::Ready,
                (false, true) => State::Suspended,
                (true, true) => State::Active,
            };
            ports.push(Port {
                direction,
                number: number as u32,
                id: Some(if node == 0 { id.local() } else { id }),
                state: (node != 0).then_some(state),
                register: Some(register),
            });
        }
        self
    }

    /// The plug of a node.
    pub(crate) fn tip(&self, node: usize, direction: Direction, number: u32) -> Tip {
        let ports = self.nodes[node].ports.iter();
        let mut all = ports.enumerate();
        let found = all.find(|(_, port)| (port.direction, port.number) == (direction, number));
        Tip::Port(node, found.unwrap().0)
    }

    /// With a connection that the driver knows; its id follows from its place.
    pub(crate) fn known(mut self, from: Tip, to: Tip, kind: ConnectionKind, owner: Owner) -> Self {
        let register = |tip| self.port(tip).and_then(|(_, port)| port.register);
        let channel = register(from).or(register(to)).map(Register::channel);
        let stream = self.port(from).and_then(|(_, port)| port.stream());
        let process = (owner == Owner::OtherHandle).then_some(4242);
        self.edges.push(Edge {
            id: Some(ConnectionId::new(self.edges.len() as u32, 1)),
            from,
            to,
            kind,
            maker: Maker::Known(owner, process),
            count: 1,
            channel,
            bandwidth: stream.map(|(_, bandwidth)| bandwidth),
        });
        self
    }

    /// With what the registers tell of besides.
    pub(crate) fn guessed(mut self) -> Self {
        add_unknown(&mut self);
        self
    }
}

/// Any register of a plug.
fn any_register() -> impl Strategy<Value = Register> {
    let counters = (0_u8..5, 0_u8..4, 0_u8..2);
    (any::<bool>(), any::<bool>(), counters).prop_map(|(out, online, (channel, p2p, broadcast))| {
        let register = if out { fast } else { input };
        let register = register(channel, p2p, broadcast);
        let bits = register.bits() & if online { u32::MAX } else { 0x7FFF_FFFF };
        Register::new(register.direction(), bits)
    })
}

/// Any bus of up to five units with such names, with connections of any kind between their plugs.
pub(crate) fn any_bus(name: &'static str) -> impl Strategy<Value = Bus> {
    let registers = prop::collection::vec(any_register(), 0..6);
    let units = prop::collection::vec((name, registers), 0..5);
    let edge = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        0_u8..9,
        0_u8..5,
    );
    (units, prop::collection::vec(edge, 0..8)).prop_map(|(units, edges)| {
        let mut bus = alone();
        for (name, mut registers) in units {
            registers.sort_by_key(|register| register.direction());
            bus = bus.unit(&name, &registers);
        }
        for (from, to, kind, owner) in edges {
            bus = bus.joined(from, to, kind, owner);
        }
        bus.guessed()
    })
}

impl Bus {
    /// With a connection of some plugs, or of some plug and none.
    fn joined(
        self,
        from: prop::sample::Index,
        to: prop::sample::Index,
        kind: u8,
        owner: u8,
    ) -> Self {
        let tips = |wanted| -> Vec<Tip> {
            let nodes = self.nodes.iter().enumerate();
            let tips = nodes.flat_map(|(at, node)| {
                let ports = node.ports.iter().enumerate();
                let facing = ports.filter(|(_, port)| port.direction == wanted);
                facing.map(move |(index, _)| Tip::Port(at, index))
            });
            tips.collect()
        };
        let pick = |tips: Vec<Tip>, index: prop::sample::Index| {
            (!tips.is_empty()).then(|| *index.get(&tips))
        };
        let kinds = [ConnectionKind::PointToPoint, ConnectionKind::Broadcast];
        let kind_of = kinds[usize::from(kind % 2)];
        let open = match kind_of {
            ConnectionKind::Broadcast => Tip::Anybody,
            _ if kind.is_multiple_of(3) => Tip::Unknown,
            _ => Tip::Open,
        };
        let (mut from, mut to) = (
            pick(tips(Direction::Out), from),
            pick(tips(Direction::In), to),
        );
        match kind / 3 {
            0 => from = None,
            1 => to = None,
            _ => {}
        }
        let owners = [
            Owner::ThisHandle,
            Owner::OtherHandle,
            Owner::Driver,
            Owner::Foreign,
            Owner::Other(9),
        ];
        if from.is_none() && to.is_none() {
            return self;
        }
        let owner = owners[usize::from(owner)];
        self.known(from.unwrap_or(open), to.unwrap_or(open), kind_of, owner)
    }
}
