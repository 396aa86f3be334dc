//! Random histories: whatever happens in whatever order, the engine does what the reference
//! model in [`crate::world`] says.

mod ops;

use plug61883_abi::av61883::{CipDataFormat, connect_type, unit_info_level};
use plug61883_abi::ids::{ConnectionId, Direction, PlugId, UnitId};
use plug61883_abi::status::NtStatus;
use plug61883_engine::{Command, Connect};
use proptest::prelude::*;

use crate::lower::{Outcome, PLUGS};
use crate::world::{ClientStage, HandleStage, World};

use ops::{Asked, Choice, Op, Pick, op};

/// An index below `len` that `pick` stands for.
fn among(pick: Pick, len: usize) -> Option<usize> {
    usize::from(pick).checked_rem(len)
}

fn direction(input: bool) -> Direction {
    if input { Direction::In } else { Direction::Out }
}

impl World {
    fn choose_unit(&self, choice: Choice) -> UnitId {
        match choice {
            Choice::Given(pick) => {
                // The latest ones most: those that are there.
                let units = &self.units;
                let from = units.len().saturating_sub(2 + usize::from(pick) / 64);
                among(pick, units.len() - from).map_or(UnitId::NONE, |index| units[from + index].id)
            }
            Choice::None => UnitId::NONE,
            Choice::MadeUp(id) => UnitId(id),
        }
    }

    fn choose_plug(&self, choice: Choice, direction: Direction) -> PlugId {
        let ids: Vec<PlugId> = self
            .plug_ids
            .iter()
            .rev()
            .filter(|plug| plug.direction() == Some(direction))
            .copied()
            .collect();
        match choice {
            // Now and then one that faces the wrong way.
            Choice::Given(255) => self.plug_ids.first().copied().unwrap_or(PlugId::NONE),
            Choice::Given(pick) => {
                let pick = if pick < 160 { pick % PLUGS } else { pick };
                among(pick, ids.len()).map_or(PlugId::NONE, |index| ids[index])
            }
            Choice::None => PlugId::NONE,
            Choice::MadeUp(id) => PlugId(id),
        }
    }

    fn choose_connection(&self, choice: Choice) -> ConnectionId {
        let ids = |gone: bool| -> Vec<ConnectionId> {
            self.connections
                .iter()
                .filter(|connection| gone || !connection.gone)
                .filter_map(|connection| connection.id)
                .collect()
        };
        match choice {
            Choice::Given(pick) => {
                let ids = ids(pick >= 200);
                among(pick, ids.len()).map_or(ConnectionId::NONE, |index| ids[index])
            }
            Choice::None => ConnectionId::NONE,
            Choice::MadeUp(id) => ConnectionId(id),
        }
    }

    /// Plugs of one unit that can be connected now.
    fn good_plugs(&self, pick: Pick) -> (PlugId, PlugId) {
        let good: Vec<PlugId> = self.good_plug_ids();
        let facing = |direction| {
            let plugs: Vec<PlugId> = good
                .iter()
                .filter(|plug| plug.direction() == Some(direction))
                .filter(|plug| plug.unit_slot() == good[0].unit_slot())
                .copied()
                .collect();
            among(pick, plugs.len()).map_or(PlugId::NONE, |index| plugs[index])
        };
        if good.is_empty() {
            return (PlugId::NONE, PlugId::NONE);
        }
        let (output, input) = (facing(Direction::Out), facing(Direction::In));
        match pick % 8 {
            0 => (output, PlugId::NONE),
            1 => (PlugId::NONE, input),
            _ => (output, input),
        }
    }

    fn command(&self, asked: Asked) -> Command {
        match asked {
            Asked::UnitInfo(unit, level) => Command::UnitInfo {
                unit: self.choose_unit(unit),
                level: match level % 4 {
                    0 => unit_info_level::IDS,
                    1 => unit_info_level::CAPABILITIES,
                    2 => unit_info_level::BUS_GENERATION_NODE,
                    _ => unit_info_level::DDI_VERSION,
                },
            },
            Asked::GetPlug(unit, input, number) => Command::GetPlug {
                unit: self.choose_unit(unit),
                direction: direction(input),
                number,
            },
            Asked::PlugState(unit, plug) => Command::PlugState {
                unit: self.choose_unit(unit),
                plug: self.choose_plug(plug, Direction::Out),
            },
            Asked::Connect {
                unit,
                output,
                input,
                persist,
            } => Command::Connect(Connect {
                unit: self.choose_unit(unit),
                output: self.choose_plug(output, Direction::Out),
                input: self.choose_plug(input, Direction::In),
                connect_type: connect_type::POINT_TO_POINT,
                persist,
                format: CipDataFormat::default(),
            }),
            Asked::GoodConnect(pick, persist) => {
                let (output, input) = self.good_plugs(pick);
                Command::Connect(Connect {
                    unit: UnitId::NONE,
                    output,
                    input,
                    connect_type: connect_type::BROADCAST,
                    persist,
                    format: CipDataFormat::default(),
                })
            }
        }
    }

    fn handle_of(&self, pick: Pick) -> Option<usize> {
        // Now and then one that is closed.
        let handles: Vec<usize> = (0..self.handles.len())
            .filter(|index| pick >= 240 || self.handles[*index].stage == HandleStage::Open)
            .collect();
        among(pick, handles.len()).map(|index| handles[index])
    }

    fn some_client(&self, pick: Pick) -> Option<usize> {
        let open: Vec<usize> = (0..self.clients.len())
            .filter(|index| !matches!(self.clients[*index].stage, ClientStage::Done(_)))
            .collect();
        among(pick, open.len()).map(|index| open[index])
    }

    /// Does one thing, if there is something to do it to.
    fn apply(&mut self, op: Op) -> Option<()> {
        match op {
            Op::Open => drop(self.open()),
            Op::Cleanup(pick) => self.cleanup(self.handle_of(pick)?),
            Op::Close => {
                let handles = 0..self.handles.len();
                let closed = { handles }.find(|handle| self.close(*handle));
                closed?;
            }
            Op::Arrive(version) => {
                // A driver too old for us is rare.
                let version = match version % 16 {
                    0 => 1,
                    1..=3 => 2,
                    4 => 4,
                    _ => 3,
                };
                let unit = self.arrive(version)?;
                let handle = self.handles.iter();
                let handle = { handle }.position(|handle| handle.stage == HandleStage::Open)?;
                for number in 0..PLUGS {
                    for direction in [Direction::Out, Direction::In] {
                        let command = Command::GetPlug {
                            unit: self.units[unit].id,
                            direction,
                            number,
                        };
                        let _ = self.request(handle, command);
                    }
                }
            }
            Op::Leave(pick, reachable) => {
                // So that there is a unit most of the time.
                let unit = among(pick, self.units.len())?;
                self.leave(unit, reachable);
            }
            Op::Left(pick) => self.left(among(pick, self.units.len())?),
            Op::Reserve(pick, asked) => {
                let _ = self.reserve(self.handle_of(pick)?, self.command(asked));
            }
            Op::Start(pick) => {
                let index = among(pick, self.reserved.len())?;
                let _ = self.start(index, u64::from(pick) * 20 + 1);
            }
            Op::Arm(pick) => self.arm(self.some_client(pick)?),
            Op::Request(pick, asked) => {
                let _ = self.request(self.handle_of(pick)?, self.command(asked));
            }
            Op::Disconnect {
                handle,
                unit,
                connection,
                force,
                arm,
            } => {
                let handle = self.handle_of(handle)?;
                let unit = match unit {
                    Choice::Given(0..=200) => UnitId::NONE,
                    unit => self.choose_unit(unit),
                };
                let id = self.choose_connection(connection);
                let client = self.disconnect(handle, unit, id, force, 3_000).ok()?;
                if arm {
                    self.arm(client);
                }
            }
            Op::Cancel(pick) => self.cancel(self.some_client(pick)?),
            Op::Tick(time) => {
                self.now += u64::from(time) / 16;
                for unit in 0..self.units.len() {
                    if !self.units[unit].left {
                        self.expire(unit);
                    }
                }
            }
            Op::Next => drop(self.next()),
            Op::PassDown(pick, refuse) => {
                let refused = if pick % 2 == 0 {
                    NtStatus::INVALID_DEVICE_STATE
                } else {
                    NtStatus::INVALID_PARAMETER
                };
                self.pass_down(among(pick, self.calls.len())?, refuse.then_some(refused));
            }
            Op::Return(pick) => self.returned(among(pick, self.calls.len())?),
            Op::Complete(pick, how) => {
                let below = self.below(None);
                let key = below[among(pick, below.len())?];
                self.complete(
                    key,
                    match how % 16 {
                        0 | 1 => Outcome::Fail(NtStatus::INVALID_PARAMETER),
                        2 | 3 => Outcome::Fail(NtStatus::CANCELLED),
                        4 => Outcome::Fail(NtStatus::IO_DEVICE_ERROR),
                        5 => Outcome::Fail(NtStatus::INSUFFICIENT_RESOURCES),
                        _ => Outcome::Honest,
                    },
                );
            }
            Op::Deliver(pick) => self.delivered(among(pick, self.deliveries.len())?),
            Op::Released(pick) => self.released(among(pick, self.releases.len())?),
            Op::Lose(pick) => {
                let live: Vec<u64> = self.lower.live.keys().copied().collect();
                let h_connect = live[among(pick, live.len())?];
                self.lower.live.remove(&h_connect);
            }
            Op::Replug(pick, input, number) => {
                let unit = among(pick, self.units.len())?;
                let direction = direction(input) as u32;
                self.lower.replug(unit, direction, u32::from(number));
            }
            Op::Settle => self.settle(),
        }
        Some(())
    }

    /// Everything comes to its end.
    fn finish(&mut self) {
        while !self.reserved.is_empty() {
            let _ = self.start(0, 1);
        }
        for handle in 0..self.handles.len() {
            self.cleanup(handle);
        }
        self.settle();
        // What is never armed: its submitter finds it answered.
        for handle in 0..self.handles.len() {
            if self.handles[handle].stage != HandleStage::Closed {
                let stages: Vec<_> = self.clients.iter().map(|client| client.stage).collect();
                assert!(self.close(handle), "every request is answered: {stages:?}");
            }
        }
        assert_eq!(self.operations(), 0);
        let reachable = |world: &Self, unit: usize| world.units[unit].leaving != Some(false);
        for (h_connect, live) in &self.lower.live {
            if !reachable(self, live.unit) {
                continue;
            }
            let connection = self
                .connections
                .iter()
                .find(|connection| connection.h_connect == *h_connect)
                .expect("every connection is known");
            let Command::Connect(connect) = self.clients[connection.maker].command else {
                panic!("made by a connect");
            };
            assert!(!connection.gone);
            assert!(
                connect.persist || connection.survived,
                "only PERSIST outlives its handle"
            );
        }
        for unit in 0..self.units.len() {
            self.leave(unit, true);
        }
        self.settle();
        let live: Vec<_> = self.lower.live.values().collect();
        for live in live {
            assert!(
                self.units[live.unit].leaving == Some(false) || self.units[live.unit].quiet,
                "breaking has ended"
            );
        }
        for unit in 0..self.units.len() {
            assert!(self.units[unit].left || self.units[unit].quiet);
            self.left(unit);
        }
        self.settle();
        assert!(self.lower.live.is_empty());
        assert_eq!(self.engine.unit_count(), 0);
        assert_eq!(self.engine.handle_count(), 0);
        self.check_lists();
        assert!(self.is_empty(), "every transfer is released");
    }
}

fn config() -> ProptestConfig {
    // PROPTEST_CASES asks for more than the usual 256.
    let usual = ProptestConfig::default();
    ProptestConfig {
        cases: if cfg!(miri) { 1 } else { usual.cases },
        failure_persistence: None,
        ..usual
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn agrees_with_the_model(
        ops in prop::collection::vec(op(), 0..if cfg!(miri) { 40 } else { 250 }),
    ) {
        let mut world = World::new();
        world.open();
        world.open();
        world.apply(Op::Arrive(9));
        world.settle();
        for (index, op) in ops.into_iter().enumerate() {
            world.apply(op);
            // Lists cost more than all the rest; they are read now and then, and whenever nothing is due.
            if index % if cfg!(miri) { 16 } else { 4 } == 0 {
                world.read_lists();
                world.check_lists();
            }
        }
        world.finish();
    }
}
