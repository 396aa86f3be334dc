//! A simulation to which anything may happen.

use std::collections::BTreeMap;

use crate::common::requests::{bus_reset_notify, monitor_plugs};
use crate::common::{DECK, check, in_use, local_plug, plug, wish};
use plug61883_abi::av61883::monitor_state;
use plug61883_abi::ids::Direction;
use plug61883_abi::pcr::Opcr;
use plug61883_abi::status::NtStatus;
use proptest::prelude::*;
use sim61883_model::{
    Call, DeviceRef, Kind, LocalPlugError, NewPlug, NodeConfig, NodeRef, Plug, Simulation,
};

/// Speeds of the devices, so that streams of all speeds come up.
const SPEEDS: [u8; 3] = [2, 2, 0];

/// Something that happens.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Connect {
        unit: u8,
        output: Option<(u8, u8)>,
        input: Option<(u8, u8)>,
        broadcast: bool,
    },
    Disconnect(usize),
    Drop(u16),
    DropAll,
    Doom(u16),
    Create {
        unit: u8,
        input: bool,
        online: bool,
    },
    Set {
        unit: u8,
        pick: usize,
        online: bool,
    },
    Delete {
        unit: u8,
        pick: usize,
    },
    Hold,
    Release,
    Watch,
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

pub(crate) fn step() -> impl Strategy<Value = Step> {
    // The fourth is this computer.
    let plug = || prop::option::weighted(0.8, (0_u8..4, 0_u8..5));
    prop_oneof![
        12 => (0_u8..3, plug(), plug(), prop::bool::weighted(0.2)).prop_map(
            |(unit, output, input, broadcast)| Step::Connect { unit, output, input, broadcast }
        ),
        8 => any::<usize>().prop_map(Step::Disconnect),
        2 => (0_u16..12).prop_map(Step::Drop),
        1 => Just(Step::DropAll),
        1 => (0_u16..12).prop_map(Step::Doom),
        4 => (0_u8..3, any::<bool>(), prop::bool::weighted(0.8)).prop_map(
            |(unit, input, online)| Step::Create { unit, input, online }
        ),
        2 => (0_u8..3, any::<usize>(), any::<bool>()).prop_map(
            |(unit, pick, online)| Step::Set { unit, pick, online }
        ),
        2 => (0_u8..3, any::<usize>()).prop_map(|(unit, pick)| Step::Delete { unit, pick }),
        1 => Just(Step::Hold),
        2 => Just(Step::Release),
        4 => Just(Step::Watch),
        1 => Just(Step::Reset),
        1 => Just(Step::ResetOnly),
        1 => Just(Step::Restore),
        1 => (0_u8..3).prop_map(Step::Replug),
        1 => (0_u8..3, any::<bool>(), 0_u8..5, prop::bool::weighted(0.7)).prop_map(
            |(unit, input, number, online)| Step::Online { unit, input, number, online }
        ),
    ]
}

/// A simulation, and what is known of it.
pub(crate) struct World {
    pub(crate) simulation: Simulation,
    pub(crate) units: Vec<DeviceRef>,
    pub(crate) handles: Vec<(DeviceRef, u64)>,
    /// Plugs of this computer: owner, handle, and what it is, while it lives.
    plugs: Vec<(DeviceRef, u64, Option<Plug>)>,
    /// What the monitor, which came through the first unit, knows of this computer's plugs.
    seen: BTreeMap<(u32, u32), u32>,
    /// Bus generation that the monitor knows.
    generation: u32,
    pending: bool,
}

const MONITOR: (u64, u64) = (0x1000, 0x2000);

impl World {
    pub(crate) fn new() -> Self {
        let mut simulation = Simulation::new();
        let units = SPEEDS
            .iter()
            .map(|&speed| simulation.attach(NodeConfig { speed, ..DECK }).unwrap())
            .collect();
        let mut world = Self {
            simulation,
            units,
            handles: Vec::new(),
            plugs: Vec::new(),
            seen: BTreeMap::new(),
            generation: 0,
            pending: false,
        };
        world.register_monitor();
        world
    }

    /// The monitor starts with what is there.
    fn register_monitor(&mut self) {
        let unit = self.units[0];
        for ask in [monitor_plugs, bus_reset_notify] {
            assert_eq!(
                ask(&mut self.simulation, unit, 1, MONITOR),
                NtStatus::SUCCESS
            );
            // Twice is refused.
            assert!(!ask(&mut self.simulation, unit, 1, MONITOR).is_success());
        }
        self.seen = self.registers();
        self.generation = self.simulation.bus().generation();
    }

    fn registers(&self) -> BTreeMap<(u32, u32), u32> {
        let plugs = self.simulation.local_plugs();
        plugs
            .map(|(plug, value)| ((plug.direction as u32, plug.number.into()), value))
            .collect()
    }

    /// The monitor gets its calls; what it knows then is what is so.
    pub(crate) fn watch(&mut self) {
        while let Some(notification) = self.simulation.callbacks.take(self.units[0]) {
            let (routine, context) = MONITOR;
            assert_eq!(notification.routine, routine);
            match notification.call {
                Call::BusReset { context: its, node } => {
                    assert_eq!(its, context);
                    assert!(node.generation > self.generation);
                    self.generation = node.generation;
                }
                Call::Monitor(info) => {
                    assert_eq!(info.context, context);
                    let place = (info.plug_type, info.plug_number);
                    let before = match info.state {
                        monitor_state::REMOVED => self.seen.remove(&place),
                        _ => self.seen.insert(place, info.pcr.0),
                    };
                    let was_there = info.state != monitor_state::CREATED;
                    assert_eq!(before.is_some(), was_there, "{info:?}");
                }
                Call::Plug(info) => panic!("{info:?}"),
            }
        }
        if !self.simulation.callbacks.held() {
            assert_eq!(self.seen, self.registers());
            assert_eq!(self.generation, self.simulation.bus().generation());
        }
    }

    fn create(&mut self, unit: u8, input: bool, online: bool) {
        let direction = if input { Direction::In } else { Direction::Out };
        let there = |number| {
            self.simulation
                .local_plugs()
                .any(|(plug, _)| plug.direction == direction && plug.number == number)
        };
        let lowest = (0..31).find(|&number| !there(number));
        let unit = self.units[usize::from(unit)];
        let new = NewPlug {
            direction,
            pcr: Opcr(0).with_online(online.into()).with_payload(50).0,
            notify: 0,
            context: 0,
        };
        match (self.simulation.create_plug(unit, new), lowest) {
            (Some((number, handle)), Some(lowest)) => {
                assert_eq!(number, lowest);
                let known = self.plugs.iter().all(|&(_, other, _)| other != handle);
                assert!(handle != 0 && known);
                let plug = local_plug(direction, number);
                self.plugs.push((unit, handle, Some(plug)));
            }
            (None, None) => {}
            other => panic!("{other:?}"),
        }
    }

    /// What a unit may do to the plug of a handle, which may be an old one.
    fn may(
        &self,
        unit: u8,
        pick: usize,
    ) -> Option<(DeviceRef, usize, Result<Plug, LocalPlugError>)> {
        let index = pick.checked_rem(self.plugs.len())?;
        let unit = self.units[usize::from(unit)];
        let allowed = match self.plugs[index] {
            (_, _, None) => Err(LocalPlugError::Unknown),
            (owner, _, Some(_)) if owner != unit => Err(LocalPlugError::NotYours),
            (_, _, Some(plug)) => Ok(plug),
        };
        Some((unit, index, allowed))
    }

    fn set(&mut self, unit: u8, pick: usize, online: bool) {
        let Some((unit, index, allowed)) = self.may(unit, pick) else {
            return;
        };
        let handle = self.plugs[index].1;
        let value = allowed.map_or(0, |plug| {
            let value = Opcr(crate::common::pcr(&self.simulation, plug).unwrap());
            value.with_online(online.into()).0
        });
        let done = self.simulation.set_plug(unit, handle, value);
        assert_eq!(done, allowed.map(|_| ()));
    }

    fn delete(&mut self, unit: u8, pick: usize) {
        let Some((unit, index, allowed)) = self.may(unit, pick) else {
            return;
        };
        let done = self.simulation.delete_plug(unit, self.plugs[index].1);
        assert_eq!(done, allowed.map(|_| ()));
        if done.is_ok() {
            self.plugs[index].2 = None;
        }
    }

    pub(crate) fn restore(&mut self) {
        let before = self.simulation.connections().count();
        let lost = self.simulation.restore_connections(|_| ()) as usize;
        assert_eq!(self.simulation.connections().count() + lost, before);
        self.pending = false;
    }

    pub(crate) fn run(&mut self, step: &Step) {
        match *step {
            Step::Connect {
                unit,
                output,
                input,
                broadcast,
            } => {
                let place = |plug_of: Option<(u8, u8)>, direction| {
                    plug_of.map(|(unit, number)| match self.units.get(usize::from(unit)) {
                        Some(&unit) => plug(unit, direction, number),
                        None => local_plug(direction, number),
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
            Step::Doom(slot) => {
                let there = self
                    .simulation
                    .connections()
                    .any(|(other, _)| other == slot);
                assert_eq!(self.simulation.doom_connection(slot), there);
            }
            Step::Create {
                unit,
                input,
                online,
            } => self.create(unit, input, online),
            Step::Set { unit, pick, online } => self.set(unit, pick, online),
            Step::Delete { unit, pick } => self.delete(unit, pick),
            Step::Hold => self.simulation.callbacks.hold(),
            Step::Release => self.simulation.callbacks.release(),
            Step::Watch => self.watch(),
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
                let gone = self.units[unit];
                self.simulation.detach(gone);
                for (owner, _, plug) in &mut self.plugs {
                    if *owner == gone {
                        *plug = None;
                    }
                }
                assert_eq!(self.simulation.callbacks.take(gone), None);
                let config = NodeConfig {
                    speed: SPEEDS[unit],
                    ..DECK
                };
                self.units[unit] = self.simulation.attach(config).unwrap();
                self.pending = false;
                if unit == 0 {
                    self.register_monitor();
                }
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
        assert_eq!(self.simulation.callbacks.lost(), 0);
        if self.pending {
            assert_eq!(in_use(&self.simulation), (0, 0));
        } else {
            check(&self.simulation);
        }
    }
}
