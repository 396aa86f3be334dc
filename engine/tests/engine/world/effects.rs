//! What follows in the model: breaking, answering, giving up, ending.

use plug61883_abi::ids::PlugId;
use plug61883_abi::status::NtStatus;
use plug61883_engine::{Command, Key};

use super::World;
use super::types::{Client, ClientStage, Connection, HandleStage, Job, Stage, Step};

impl World {
    pub(super) fn break_all(&mut self, which: impl Fn(&Connection) -> bool) {
        for index in 0..self.connections.len() {
            let connection = &mut self.connections[index];
            if connection.gone || !which(connection) {
                continue;
            }
            if connection.breaking {
                connection.doomed = true;
            } else {
                self.start_break(index, Stage::Ready);
            }
        }
    }

    pub(super) fn start_break(&mut self, index: usize, stage: Stage) {
        let connection = &mut self.connections[index];
        connection.breaking = true;
        connection.doomed = false;
        let transfer = self.transfers.get_mut(&connection.key.to_bits()).unwrap();
        transfer.job = Job::Break(index);
        transfer.step = Step::Main;
        transfer.stage = stage;
        transfer.cancel = false;
    }

    pub(super) fn dismiss_all(&mut self, status: NtStatus, which: impl Fn(&Client) -> bool) {
        for index in 0..self.clients.len() {
            if self.clients[index].waiting() && which(&self.clients[index]) {
                self.answer(index, status, 0, status);
                self.give_up(self.clients[index].key);
            }
        }
    }

    pub(super) fn answer(&mut self, client: usize, status: NtStatus, size: usize, inner: NtStatus) {
        let client = &mut self.clients[client];
        if client.waiting() {
            client.stage = ClientStage::Answered(status, size);
            client.inner = inner;
            client.answered.clone_from(&client.reply);
        }
    }

    pub(super) fn give_up(&mut self, key: Key) {
        let transfer = self.transfers.get_mut(&key.to_bits()).unwrap();
        match transfer.stage {
            Stage::Sent => transfer.cancel = true,
            Stage::Parked | Stage::Ready => self.end(key, None),
            stage => panic!("nobody waits for a transfer that is {stage:?}"),
        }
    }

    /// A job has ended, with the protocol driver's status if it gave one.
    pub(super) fn end(&mut self, key: Key, status: Option<NtStatus>) {
        let transfer = self.transfers.get_mut(&key.to_bits()).unwrap();
        let Job::Break(index) = transfer.job else {
            transfer.stage = Stage::Spent;
            return;
        };
        let connection = &mut self.connections[index];
        if status.is_some_and(|status| status.is_success() || status == NtStatus::INVALID_PARAMETER)
        {
            connection.gone = true;
            transfer.stage = Stage::Spent;
        } else if connection.doomed {
            self.start_break(index, Stage::Ready);
        } else {
            connection.breaking = false;
            connection.survived = true;
            let open = |owner: &usize| self.handles[*owner].stage == HandleStage::Open;
            connection.owner = connection.owner.filter(open);
            transfer.stage = Stage::Kept;
        }
    }

    /// A plug id names nothing any more: what names it and is not sent yet is refused.
    pub(super) fn forget_plug(&mut self, id: PlugId) {
        for index in 0..self.clients.len() {
            let client = &self.clients[index];
            let named = match client.command {
                Command::PlugState { plug, .. } => plug == id,
                Command::Connect(connect) => [connect.output, connect.input].contains(&id),
                _ => false,
            };
            if !client.waiting() || !named {
                continue;
            }
            let key = client.key;
            let transfer = &self.transfers[&key.to_bits()];
            let sent = transfer.stage == Stage::Sent;
            if transfer.step == Step::Version || (transfer.step == Step::Main && !sent) {
                let status = NtStatus::INVALID_PARAMETER;
                self.answer(index, status, 0, status);
                self.give_up(key);
            }
        }
    }
}
