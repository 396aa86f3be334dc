//! Random sequences of everything that can happen, held to the invariants of `common::check`.

mod common;

use common::{DECK, assert_all_free, check, in_use, plug, wish};
use plug61883_abi::av61883::AvRequest;
use plug61883_abi::ids::Direction;
use proptest::prelude::*;
use sim61883_model::{DeviceRef, Kind, NodeConfig, NodeRef, Simulation};

/// Speeds of the devices, so that streams of all speeds come up.
const SPEEDS: [u8; 3] = [2, 2, 0];

#[derive(Clone, Debug)]
enum Step {
    Connect {
        unit: u8,
        output: Option<(u8, u8)>,
        input: Option<(u8, u8)>,
        broadcast: bool,
    },
    Disconnect(usize),
    Drop(u16),
    DropAll,
    Reset,
    ResetOnly,
    Restore,
    Replug(u8),
    Online {
        unit: u8,
        input: bool,
        number: u8,
        online: bool,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let plug = || prop::option::weighted(0.8, (0_u8..3, 0_u8..5));
    prop_oneof![
        12 => (0_u8..3, plug(), plug(), prop::bool::weighted(0.2)).prop_map(
            |(unit, output, input, broadcast)| Step::Connect { unit, output, input, broadcast }
        ),
        8 => any::<usize>().prop_map(Step::Disconnect),
        2 => (0_u16..12).prop_map(Step::Drop),
        1 => Just(Step::DropAll),
        1 => Just(Step::Reset),
        1 => Just(Step::ResetOnly),
        1 => Just(Step::Restore),
        1 => (0_u8..3).prop_map(Step::Replug),
        1 => (0_u8..3, any::<bool>(), 0_u8..5, prop::bool::weighted(0.7)).prop_map(
            |(unit, input, number, online)| Step::Online { unit, input, number, online }
        ),
    ]
}

struct World {
    simulation: Simulation,
    units: Vec<DeviceRef>,
    handles: Vec<(DeviceRef, u64)>,
    pending: bool,
}

impl World {
    fn new() -> Self {
        let mut simulation = Simulation::new();
        let units = SPEEDS
            .iter()
            .map(|&speed| simulation.attach(NodeConfig { speed, ..DECK }).unwrap())
            .collect();
        Self {
            simulation,
            units,
            handles: Vec::new(),
            pending: false,
        }
    }

    fn restore(&mut self) {
        let before = self.simulation.connections().count();
        let lost = self.simulation.restore_connections(|_| ()) as usize;
        assert_eq!(self.simulation.connections().count() + lost, before);
        self.pending = false;
    }

    fn run(&mut self, step: &Step) {
        match *step {
            Step::Connect {
                unit,
                output,
                input,
                broadcast,
            } => {
                let place = |plug_of: Option<(u8, u8)>, direction| {
                    plug_of.map(|(unit, number)| {
                        plug(self.units[usize::from(unit)], direction, number)
                    })
                };
                let kind = if broadcast {
                    Kind::Broadcast
                } else {
                    Kind::PointToPoint
                };
                let request = wish(
                    kind,
                    place(output, Direction::Out),
                    place(input, Direction::In),
                );
                let unit = self.units[usize::from(unit)];
                let before = (
                    in_use(&self.simulation),
                    self.simulation.connections().count(),
                );
                match self.simulation.connect(unit, request) {
                    Ok(handle) => {
                        assert!(!self.pending && handle != 0);
                        assert!(self.handles.iter().all(|&(_, other)| other != handle));
                        self.handles.push((unit, handle));
                    }
                    Err(_) => {
                        let after = (
                            in_use(&self.simulation),
                            self.simulation.connections().count(),
                        );
                        assert_eq!(after, before);
                    }
                }
            }
            Step::Disconnect(pick) if !self.handles.is_empty() => {
                // Old handles stay in the list: they must be refused.
                let (unit, handle) = self.handles[pick % self.handles.len()];
                let before = self.simulation.connections().count();
                let done = self.simulation.disconnect(unit, handle);
                let after = self.simulation.connections().count();
                assert_eq!(before - after, usize::from(done));
                assert!(!self.simulation.disconnect(unit, handle));
            }
            Step::Disconnect(_) => {}
            Step::Drop(slot) => {
                let there = self
                    .simulation
                    .connections()
                    .any(|(other, _)| other == slot);
                assert_eq!(self.simulation.drop_connection(slot), there);
            }
            Step::DropAll => {
                let count = self.simulation.connections().count() as u32;
                assert_eq!(self.simulation.drop_connections(|_| true), count);
            }
            Step::Reset => {
                self.simulation.bus_reset();
                self.restore();
            }
            Step::ResetOnly => {
                self.simulation.bus_reset();
                self.pending = true;
            }
            Step::Restore => self.restore(),
            Step::Replug(unit) => {
                let unit = usize::from(unit);
                self.simulation.detach(self.units[unit]);
                let config = NodeConfig {
                    speed: SPEEDS[unit],
                    ..DECK
                };
                self.units[unit] = self.simulation.attach(config).unwrap();
                self.pending = false;
            }
            Step::Online {
                unit,
                input,
                number,
                online,
            } => {
                let direction = if input { Direction::In } else { Direction::Out };
                let node = NodeRef::Device(self.units[usize::from(unit)]);
                let there = self.simulation.set_online(node, direction, number, online);
                assert_eq!(there, number < 4);
            }
        }
        if self.pending {
            assert_eq!(in_use(&self.simulation), (0, 0));
        } else {
            check(&self.simulation);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if cfg!(miri) { 2 } else { 256 },
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn invariants_hold(
        steps in prop::collection::vec(step(), 0..if cfg!(miri) { 12 } else { 120 })
    ) {
        let mut world = World::new();
        for step in &steps {
            world.run(step);
        }
        world.restore();
        for (unit, handle) in std::mem::take(&mut world.handles) {
            world.simulation.disconnect(unit, handle);
        }
        prop_assert_eq!(world.simulation.connections().count(), 0);
        assert_all_free(&world.simulation);
    }

    #[test]
    fn same_steps_same_bus(steps in prop::collection::vec(step(), 0..8)) {
        let mut worlds = [World::new(), World::new()];
        for world in &mut worlds {
            for step in &steps {
                world.run(step);
            }
        }
        let [first, second] = worlds;
        prop_assert_eq!(first.handles, second.handles);
        prop_assert_eq!(in_use(&first.simulation), in_use(&second.simulation));
    }

    #[test]
    fn any_request_is_answered(function in 0_u32..26, version in 0_u32..5, flags: u32, body: [u64; 6]) {
        let mut world = World::new();
        let unit = world.units[0];
        let mut request = AvRequest { function, version, flags, _pad0: 0, body };
        let _ = common::send(&mut world.simulation, unit, &mut request);
        check(&world.simulation);
    }

    #[test]
    fn any_lock_is_answered(offset in 0xFFFF_F000_0200_u64..0xFFFF_F000_0A08, new: u32) {
        let mut world = World::new();
        for node in 0xFFBF..=0xFFC4 {
            let node = plug61883_abi::av61883::NodeAddress(node);
            let Ok(old) = world.simulation.read_quadlet(node, offset) else { continue };
            let _ = world.simulation.lock_quadlet(node, offset, old, new);
        }
        // Whatever stands there now, the driver's own dealings end.
        let unit = world.units[0];
        let request = common::point_to_point(unit, 0, 0);
        if let Ok(handle) = world.simulation.connect(unit, request) {
            prop_assert!(world.simulation.disconnect(unit, handle));
        }
        world.simulation.bus_reset();
        world.restore();
        assert_all_free(&world.simulation);
    }
}
