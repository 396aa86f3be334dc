//! Reads the picture through the library.

use plug61883::{
    ConnectionInfo, ConnectionKind, Direction, Driver, End, Error, Location, PlugId, PlugInfo,
    Register, Unit, UnitState, Units,
};

use super::{Bus, Edge, Maker, Node, Port, Tip, guess};
use crate::failure::Failure;
use crate::text;

/// Times that it is read when connections are made or broken meanwhile.
const TRIES: usize = 3;

impl Bus {
    /// Reads what there is. What could not be read of a unit is left out, and told in
    /// [`Self::failures`].
    pub(crate) fn read(driver: &Driver) -> Result<Self, Failure> {
        let mut before = driver.connections(None)?;
        let mut bus = Self::read_nodes(driver)?;
        for _ in 1..TRIES {
            let after = driver.connections(None)?;
            if before == after {
                break;
            }
            // Counters that were read before do not count what was made after.
            before = after;
            bus = Self::read_nodes(driver)?;
        }
        bus.add_edges(&before);
        Ok(bus)
    }

    /// The nodes, with no edges yet.
    fn read_nodes(driver: &Driver) -> Result<Self, Failure> {
        let mut bus = Self::default();
        bus.nodes.push(Node {
            unit: None,
            name: "this computer".to_owned(),
            eui64: None,
            address: None,
            state: UnitState::Managed,
            ports: Vec::new(),
        });
        for unit in &Units::enumerate(driver)? {
            bus.add_unit(unit);
        }
        let local = driver.known_plugs(None)?;
        let local = local
            .iter()
            .filter(|plug| plug.location == Location::Computer);
        bus.nodes[0].ports = local.map(local_port).collect();
        bus.nodes[0].sort_ports();
        Ok(bus)
    }

    fn add_unit(&mut self, unit: &Unit) {
        let state = unit.listed().map_or(UnitState::Managed, |it| it.state);
        let mut node = Node {
            unit: Some(unit.id()),
            name: unit.id().to_string(),
            eui64: None,
            address: None,
            state,
            ports: Vec::new(),
        };
        if state == UnitState::Managed
            && let Err(error) = self.fill(unit, &mut node)
        {
            // It left after the units were listed: it is not one of them now.
            if error.is_unit_gone() {
                return;
            }
            self.failures.push(error.into());
        }
        self.nodes.push(node);
    }

    /// Reads a unit, up to the first failure after which going on is of no use.
    fn fill(&mut self, unit: &Unit, node: &mut Node) -> Result<(), Error> {
        let ids = unit.ids()?;
        node.eui64 = Some(ids.eui64);
        if let Some(name) = text::unit_name(&ids) {
            node.name = name;
        }
        let place = unit.place()?;
        self.generation = Some(place.generation);
        self.nodes[0].address = Some(place.local);
        node.address = Some(place.device);
        for (direction, number) in unit.plugs()? {
            let mut port = Port {
                direction,
                number,
                id: None,
                state: None,
                register: None,
            };
            let read = unit.plug(direction, number).and_then(|plug| {
                port.id = Some(plug.id());
                plug.state()
            });
            match read {
                Ok(state) => (port.state, port.register) = (Some(state.state), state.register),
                Err(error) if crate::commands::ends_unit(&error) => return Err(error),
                Err(error) => self.failures.push(error.into()),
            }
            node.ports.push(port);
        }
        Ok(())
    }

    fn add_edges(&mut self, connections: &[ConnectionInfo]) {
        for connection in connections {
            for end in [connection.output, connection.input] {
                end.plug().into_iter().for_each(|id| self.name_port(id));
            }
        }
        for connection in connections {
            let edge = self.known_edge(connection);
            self.edges.push(edge);
        }
        guess::add_unknown(self);
    }

    fn known_edge(&self, connection: &ConnectionInfo) -> Edge {
        let open = match connection.kind {
            ConnectionKind::Broadcast => Tip::Anybody,
            _ => Tip::Open,
        };
        let tip = |end| match end {
            End::Absent => open,
            End::Unnamed => Tip::Unknown,
            End::Plug(id) => self.find(id).unwrap_or(Tip::Unknown),
        };
        let (from, to) = (tip(connection.output), tip(connection.input));
        let register = self.register(from).or(self.register(to));
        Edge {
            id: Some(connection.id),
            from,
            to,
            kind: connection.kind,
            maker: Maker::Known(connection.owner, connection.process_id),
            count: 1,
            channel: register.map(Register::channel),
            bandwidth: self.bandwidth(from),
        }
    }

    /// Adds a plug of which nothing but its id could be read.
    fn name_port(&mut self, id: PlugId) {
        let of_unit = |node: &Node| match (id.is_local(), node.unit) {
            (true, unit) => unit.is_none(),
            (false, Some(unit)) => unit.slot() == id.unit_slot(),
            (false, None) => false,
        };
        if self.find(id).is_some() {
            return;
        }
        let node = self.nodes.iter_mut().find(|node| of_unit(node));
        if let (Some(node), Some(direction)) = (node, id.direction()) {
            node.ports.push(Port {
                direction,
                number: id.number().into(),
                id: Some(id),
                state: None,
                register: None,
            });
            node.sort_ports();
        }
    }

    fn find(&self, id: PlugId) -> Option<Tip> {
        self.nodes.iter().enumerate().find_map(|(at, node)| {
            let port = node.ports.iter().position(|port| port.id == Some(id))?;
            Some(Tip::Port(at, port))
        })
    }
}

impl Node {
    fn sort_ports(&mut self) {
        let ports = &mut self.ports;
        ports.sort_by_key(|port| (port.direction, port.number));
    }
}

fn local_port(plug: &PlugInfo) -> Port {
    Port {
        direction: plug.id.direction().unwrap_or(Direction::In),
        number: plug.id.number().into(),
        id: Some(plug.id),
        state: None,
        register: plug.register,
    }
}
