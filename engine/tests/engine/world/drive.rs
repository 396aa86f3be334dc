//! Many steps at once, for tests that only want the outcome.

use plug61883_abi::ids::{Direction, PlugId};
use plug61883_abi::ioctl;
use plug61883_abi::status::NtStatus;
use plug61883_engine::Command;

use super::World;
use super::types::{ClientStage, Plug};
use crate::lower::Outcome;

impl World {
    /// Carries every order out, the protocol driver answering what it finds right, until nothing
    /// is under way.
    pub(crate) fn settle(&mut self) {
        loop {
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
            for key in self.below(None) {
                self.complete(key, Outcome::Honest);
                busy = true;
            }
            if !busy {
                break;
            }
        }
        self.read_lists();
    }

    /// Only orders and returning calls: what is below stays there.
    pub(crate) fn run(&mut self) {
        loop {
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
            if !busy {
                break;
            }
        }
        self.read_lists();
    }

    /// The id of a plug, asked for if it is not known.
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
