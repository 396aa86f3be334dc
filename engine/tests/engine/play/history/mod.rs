//! Histories: any bytes are one. Every step is checked; in the end everything is undone.

mod commands;
mod op;

use plug61883_abi::av61883::monitor_state;
use plug61883_abi::ids::Direction;
use plug61883_abi::status::NtStatus;

use op::What;
pub(crate) use op::{BYTES, Op};

use super::lower::{Outcome, PLUGS};
use super::world::{Begun, ClientStage, HandleStage, Item, Owner, World};
use plug61883_engine::Command;

/// Plays a history whose ops are taken from `bytes`, [`BYTES`] for each; what is left over is
/// ignored. Panics when the engine does something wrong.
pub(crate) fn play(bytes: &[u8]) {
    let ops = bytes.chunks_exact(BYTES);
    play_ops(ops.map(|op| Op::from_bytes(op.try_into().expect("as long"))));
}

pub(crate) fn play_ops(ops: impl IntoIterator<Item = Op>) {
    let mut world = World::new();
    world.open();
    world.open();
    world.arrive(3);
    world.settle();
    for (index, op) in ops.into_iter().enumerate() {
        world.apply(op);
        // Lists cost more than all the rest; they are read now and then, and whenever nothing
        // is due.
        if index % if cfg!(miri) { 16 } else { 4 } == 0 {
            world.check_lists();
        }
    }
    world.finish();
}

fn among(pick: u8, count: usize) -> Option<usize> {
    usize::from(pick).checked_rem(count)
}

fn direction(pick: u8) -> Direction {
    if pick.is_multiple_of(2) {
        Direction::Out
    } else {
        Direction::In
    }
}

/// How the protocol driver answers; mostly well.
fn outcome(pick: u8) -> Outcome {
    match pick % 16 {
        1 => Outcome::Fail(NtStatus::INVALID_PARAMETER),
        2 | 3 => Outcome::Fail(NtStatus::CANCELLED),
        4 => Outcome::Fail(NtStatus::IO_DEVICE_ERROR),
        5 => Outcome::Fail(NtStatus::INSUFFICIENT_RESOURCES),
        _ => Outcome::Honest,
    }
}

impl World {
    fn pick_handle(&self, pick: u8) -> Option<usize> {
        // Now and then one that is closed.
        let handles: Vec<usize> = (super::world::OWN_HANDLES..self.handles.len())
            .filter(|index| pick >= 240 || self.handles[*index].stage == HandleStage::Open)
            .collect();
        among(pick, handles.len()).map(|index| handles[index])
    }

    fn pick_client(&self, pick: u8) -> Option<usize> {
        let open: Vec<usize> = (0..self.clients.len())
            .filter(|index| !matches!(self.clients[*index].stage, ClientStage::Done(_)))
            .collect();
        among(pick, open.len()).map(|index| open[index])
    }

    fn pick_unit(&self, pick: u8) -> Option<usize> {
        let there: Vec<usize> = (0..self.units.len())
            .filter(|index| pick >= 240 || !self.units[*index].left)
            .collect();
        among(pick, there.len()).map(|index| there[index])
    }

    /// Does one thing, if there is something to do it to.
    pub(crate) fn apply(&mut self, op: Op) -> Option<()> {
        let Op {
            what, pick, a, b, ..
        } = op;
        match what {
            What::Settle => self.settle(),
            What::Run => self.run(),
            What::Next => drop(self.next()),
            What::Open => drop(self.open()),
            What::Cleanup => self.cleanup(self.pick_handle(pick)?),
            What::Close => {
                for handle in 0..self.handles.len() {
                    while self.handles[handle].stage == HandleStage::Cleaned
                        && self.wait_ended(handle).is_some()
                    {}
                    if self.close(handle) {
                        break;
                    }
                }
            }
            What::Arrive => self.arrives(a)?,
            What::Leave => self.leave(self.pick_unit(pick)?),
            What::Left => self.left(self.pick_unit(pick)?),
            What::Suspend => self.suspend(self.pick_unit(pick)?),
            What::Restart => self.restart(self.pick_unit(pick)?),
            What::Begin => {
                let command = self.any_command(op);
                let _ = self.begin(self.pick_handle(pick)?, command, u32::from(a) * 20 + 1);
            }
            What::Start => {
                let index = among(pick, self.reserved.len())?;
                let _ = self.start(index, u32::from(a) * 20 + 1);
            }
            What::Arm => self.arm(self.pick_client(pick)?),
            What::Request => {
                let command = self.command(op);
                let _ = self.request(self.pick_handle(pick)?, command);
            }
            What::Undo => {
                let command = self.undoing(op);
                let handle = self.pick_handle(pick)?;
                if let Ok(Begun::Started(client)) = self.begin(handle, command, 3_000)
                    && a % 8 != 0
                {
                    self.arm(client);
                }
            }
            What::Persist => {
                let (unit, what) = self.handing_over(op);
                let _ = self.persist(self.pick_handle(pick)?, unit, what);
            }
            What::Cancel => self.cancel(self.pick_client(pick)?),
            What::Pass => self.tick(u64::from(a) * u64::from(b) / 8),
            What::Expire => self.expire(self.pick_unit(pick)?),
            What::PassDown => {
                let refused = match a % 16 {
                    0 => Some(NtStatus::INVALID_DEVICE_STATE),
                    1 => Some(NtStatus::INVALID_PARAMETER),
                    _ => None,
                };
                self.pass_down(among(pick, self.calls.len())?, refused);
            }
            What::Return => self.returned(among(pick, self.calls.len())?),
            What::Complete => {
                let below = self.below(None);
                let key = below[among(pick, below.len())?];
                self.complete(key, outcome(a));
            }
            What::Deliver => self.delivered(among(pick, self.deliveries.len())?),
            What::Release => self.released(among(pick, self.releases.len())?),
            What::Wait => {
                let room = usize::from(b % 5) + 1;
                let _ = self.wait(self.pick_handle(pick)?, a % 4 == 0, room);
            }
            What::WaitKept => self.wait_kept(self.pick_handle(pick)?)?,
            What::WaitEnded => self.wait_ended(self.pick_handle(pick)?)?,
            What::WakeStep => {
                let wake = among(pick, self.wakes.len())?;
                self.wake_step(wake, usize::from(a % 4) + 1);
            }
            What::Snapshot => self.check_snapshot(),
            _ => return self.apply_outside(op),
        }
        Some(())
    }

    /// What other drivers and the protocol driver do.
    fn apply_outside(&mut self, op: Op) -> Option<()> {
        let Op {
            what,
            pick,
            a,
            b,
            c,
            ..
        } = op;
        match what {
            What::ForeignMake => {
                let unit = self
                    .pick_unit(pick)
                    .filter(|unit| !self.units[*unit].left)?;
                match a % 4 {
                    0 => self.foreign_create(unit, direction(b), u32::from(c)),
                    kind => self.foreign_connect(unit, kind == 1, b % 4 != 0),
                }
            }
            What::ForeignUndo => self.foreign_undo(usize::from(pick))?,
            What::ForeignStep => {
                let index = among(pick, self.above.len())?;
                if a % 2 == 0 {
                    self.foreign_carry_out(index, outcome(b));
                } else {
                    self.foreign_done(index);
                }
            }
            What::BusReset => {
                let unit = self.pick_unit(pick)?;
                self.bus_reset(unit, a % 4 != 0);
            }
            What::Notify => {
                // Contexts of plugs that are gone, too, and some that never were.
                let contexts: Vec<u64> = self.items.iter().filter_map(|it| it.context).collect();
                let context = among(pick, contexts.len()).map(|index| contexts[index]);
                let made_up = u64::from(b) << 40 | 1 << 39 | u64::from(c);
                let context = context.filter(|_| a < 230).unwrap_or(made_up);
                self.notify(context, u32::from(b % 4));
            }
            What::Monitor => {
                let unit = self.pick_unit(pick)?;
                let state =
                    [monitor_state::UPDATED, monitor_state::CREATED][usize::from(c % 8 == 0)];
                let number = u32::from(b % 8);
                self.monitor(unit, u32::from(a % 3), number, u32::from(c), state);
            }
            What::Lose => {
                let live: Vec<u64> = self.lower.live.keys().copied().collect();
                let handle = live[among(pick, live.len())?];
                self.lower.live.get_mut(&handle)?.lost = true;
            }
            What::Replug => {
                let unit = among(pick, self.units.len())?;
                let number = u32::from(b % PLUGS);
                self.lower.replug(unit, direction(a) as u32, number);
            }
            _ => {}
        }
        Some(())
    }

    fn arrives(&mut self, version: u8) -> Option<()> {
        // A driver too old for us is rare.
        let version = match version % 16 {
            0 => 1,
            1..=3 => 2,
            4 => 4,
            _ => 3,
        };
        let unit = self.arrive(version)?;
        let handle = self.pick_handle(0)?;
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
        Some(())
    }

    /// Time goes on; timers that are due fire.
    fn tick(&mut self, milliseconds: u64) {
        self.now += milliseconds;
        for unit in 0..self.units.len() {
            if self.units[unit].timer.is_some_and(|at| at <= self.now) {
                self.expire(unit);
            }
        }
    }

    /// Everything comes to its end.
    fn finish(&mut self) {
        while !self.reserved.is_empty() {
            let _ = self.start(0, 1);
        }
        for unit in 0..self.units.len() {
            self.restart(unit);
        }
        for handle in 0..self.handles.len() {
            self.cleanup(handle);
            while handle >= super::world::OWN_HANDLES && self.wait_ended(handle).is_some() {}
        }
        self.settle();
        for handle in super::world::OWN_HANDLES..self.handles.len() {
            if self.handles[handle].stage != HandleStage::Closed {
                let stages: Vec<_> = self.clients.iter().map(|client| client.stage).collect();
                assert!(self.close(handle), "every request is answered: {stages:?}");
            }
        }
        // What the checks after bus resets find.
        self.pass(10_000);
        self.settle();
        let stays = |item: &Item| item.owner == Owner::Driver || item.survived;
        self.check_legacy(|item| !stays(item));
        self.check_snapshot();
        for unit in 0..self.units.len() {
            self.leave(unit);
        }
        self.settle();
        for unit in 0..self.units.len() {
            assert!(self.units[unit].left || self.units[unit].quiet);
            self.left(unit);
        }
        self.settle();
        assert!(self.lower.live.is_empty() && self.lower.local.is_empty());
        assert!(self.lower.directories.is_empty() && self.lower.registered.is_empty());
        self.check_lists();
        self.check_snapshot();
        self.check_end();
    }
}
