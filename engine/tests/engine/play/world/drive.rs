//! Many steps at once, for tests that only want the outcome.

use plug61883_abi::ids::{Direction, PlugId};
use plug61883_abi::ioctl;
use plug61883_abi::status::NtStatus;
use plug61883_engine::Command;

use super::World;
use super::types::{ClientStage, Plug};
use crate::play::lower::Outcome;

impl World {
    /// Carries every order out, the protocol driver answering what it finds right, until nothing
    /// is under way.
    pub(crate) fn settle(&mut self) {
        loop {
            let mut busy = self.shell();
            while !self.above.is_empty() {
                self.foreign_done(0);
                busy = true;
            }
            for key in self.below(None) {
                self.complete(key, Outcome::Honest);
                busy = true;
            }
            if !busy {
                break;
            }
        }
        self.check_lists();
    }

    /// Only orders and returning calls: what is below stays there.
    pub(crate) fn run(&mut self) {
        while self.shell() {}
        self.check_lists();
    }

    fn shell(&mut self) -> bool {
        let mut busy = self.next();
        while !self.calls.is_empty() {
            self.returned(0);
            busy = true;
        }
        while !self.deliveries.is_empty() {
            self.delivered(0);
            busy = true;
        }
        while !self.releases.is_empty() {
            self.released(0);
            busy = true;
        }
        while !self.wakes.is_empty() {
            while self.wake_step(0, 4).is_some() {}
            busy = true;
        }
        busy
    }

    /// Takes orders until something is handed out to be sent.
    pub(crate) fn until_sent(&mut self) {
        while self.calls.is_empty() {
            assert!(self.next(), "something is sent");
        }
    }

    /// The protocol driver answers all that it has, and what follows, in the same way.
    pub(crate) fn answer_all(&mut self, outcome: Outcome) {
        self.run();
        while let Some(key) = self.below(None).first() {
            self.complete(*key, outcome);
            self.run();
        }
    }

    /// Time goes on, and timers fire at theirs.
    pub(crate) fn pass(&mut self, milliseconds: u64) {
        self.run();
        let until = self.now + milliseconds;
        loop {
            let next = (0..self.units.len())
                .filter_map(|unit| self.units[unit].timer.map(|at| (at, unit)))
                .min();
            let Some((at, unit)) = next.filter(|(at, _)| *at <= until) else {
                break;
            };
            self.now = self.now.max(at);
            self.expire(unit);
            self.run();
        }
        self.now = until;
    }

    /// The id of a plug of the device, asked for if it is not known.
    pub(crate) fn plug_id(
        &mut self,
        handle: usize,
        unit: usize,
        direction: Direction,
        number: u8,
    ) -> PlugId {
        let place = (unit, direction as u32, u32::from(number));
        if let Some(Plug { id: Some(id), .. }) = self.plugs.get(&place) {
            return *id;
        }
        let command = Command::GetPlug {
            unit: self.units[unit].id,
            direction,
            number,
        };
        let client = self.request(handle, command).expect("taken");
        self.settle();
        assert_eq!(self.status(client), NtStatus::SUCCESS);
        let reply: ioctl::PlugReply = self.clients[client].reply();
        assert_eq!(self.plugs[&place].id, Some(reply.plug));
        reply.plug
    }

    /// How a client's request ended.
    pub(crate) fn status(&self, client: usize) -> NtStatus {
        match self.clients[client].stage {
            ClientStage::Done(status) => status,
            stage => panic!("not over: {stage:?}"),
        }
    }
}
