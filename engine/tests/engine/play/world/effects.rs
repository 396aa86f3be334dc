//! What follows for clients: answered, given up, refused because a plug is stale.

use plug61883_abi::ids::PlugId;
use plug61883_abi::status::NtStatus;
use plug61883_engine::{Command, Key};

use super::World;
use super::types::{Answer, Client, ClientStage, Role, Stage};

impl World {
    pub(super) fn dismiss_all(&mut self, answer: Answer, which: impl Fn(&Client) -> bool) {
        for index in 0..self.clients.len() {
            if self.clients[index].waiting() && which(&self.clients[index]) {
                self.dismiss(index, answer);
            }
        }
    }

    pub(super) fn dismiss(&mut self, client: usize, answer: Answer) {
        self.answer(client, answer);
        self.give_up(self.clients[client].key);
    }

    /// A client's wait ends with what comes first.
    pub(super) fn answer(&mut self, client: usize, answer: Answer) {
        let client = &mut self.clients[client];
        if client.waiting() {
            client.stage = ClientStage::Answered(answer);
            client.answered.clone_from(&client.reply);
        }
    }

    /// Nobody waits for a request any more.
    pub(super) fn give_up(&mut self, key: Key) {
        let request = self.request_mut(key);
        match (request.stage, request.role) {
            (Stage::Out, _) => request.abandoned = true,
            (Stage::Here, Role::Query) => self.spend(key),
            (Stage::Here, Role::Make(item)) => self.not_made(item, key),
            (Stage::Here, Role::Undo(item)) => self.undone(item, key, None),
            (stage, role) => panic!("nobody waits for a request that is {stage:?}, {role:?}"),
        }
    }

    /// A plug id names nothing any more: what names it and is not sent yet is refused.
    pub(super) fn forget_plug(&mut self, id: PlugId) {
        for index in 0..self.clients.len() {
            let client = &self.clients[index];
            let named = match client.command {
                Command::PlugState { plug, .. } | Command::SetPlug { plug, .. } => plug == id,
                Command::Connect(connect) => [connect.output, connect.input].contains(&id),
                _ => false,
            };
            if client.waiting() && named && !client.main_sent {
                self.dismiss(index, Answer::Ours(NtStatus::INVALID_PARAMETER));
            }
        }
    }
}
