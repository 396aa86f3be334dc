//! The shell's calls on a request: passed down, returned, freed.

use plug61883_abi::status::NtStatus;
use plug61883_engine::{Command, Key};

use super::World;
use super::types::{Answer, Call, CallKind, Role, Stage, Step};

impl World {
    /// Keys of what the protocol driver has.
    pub(crate) fn below(&self, unit: Option<usize>) -> Vec<Key> {
        self.requests
            .iter()
            .filter(|(_, request)| request.below && unit.is_none_or(|unit| unit == request.unit))
            .map(|(bits, _)| Key::from_bits(*bits))
            .collect()
    }

    /// The shell's call passes its request down, or it is refused.
    pub(crate) fn pass_down(&mut self, call: usize, refused: Option<NtStatus>) {
        let Call { key, what } = self.calls[call];
        if what != CallKind::Send {
            return;
        }
        let unit = self.request_of(key).unit;
        let refused = match self.units[unit].left {
            true => Some(NtStatus::INVALID_DEVICE_STATE),
            false => refused,
        };
        self.calls[call].what = match refused {
            Some(status) => CallKind::Refused(status),
            None => {
                self.request_mut(key).below = true;
                CallKind::Sent
            }
        };
    }

    /// The shell's call returns.
    pub(crate) fn returned(&mut self, call: usize) {
        self.pass_down(call, None);
        let Call { key, what } = self.calls.swap_remove(call);
        if let CallKind::Refused(status) = what {
            self.input().not_sent(key, status);
            if self.request_of(key).stage == Stage::Out {
                self.not_sent(key, status);
            }
            self.sync();
        }
        self.input().unpin(key);
        let request = self.request_mut(key);
        assert!(request.pinned);
        request.pinned = false;
        self.sync();
    }

    /// Whatever the status is, the protocol driver has not said it.
    fn not_sent(&mut self, key: Key, status: NtStatus) {
        let request = self.request_mut(key);
        request.stage = Stage::Here;
        let (unit, role) = (request.unit, request.role);
        if let Some(client) = request.client {
            let client_of = &self.clients[client];
            let of_plug = matches!(client_of.command, Command::PlugState { .. });
            let answer = match client_of.steps.front() {
                // The state stands without the register.
                Some(Step::Generation | Step::Register) if of_plug => {
                    Answer::Theirs(NtStatus::SUCCESS)
                }
                _ => Answer::Ours(status),
            };
            self.answer(client, answer);
        }
        match role {
            Role::Keep => self.kept(unit, key, None),
            Role::Undo(item) => self.undone(item, key, None),
            Role::Make(item) => self.not_made(item, key),
            Role::Query => self.spend(key),
            Role::None | Role::Kept => panic!("nothing was to be sent"),
        }
    }

    /// The shell has freed a request.
    pub(crate) fn released(&mut self, release: usize) {
        let key = self.releases.swap_remove(release);
        self.input().released(key);
        self.requests.remove(&key.to_bits()).expect("released once");
    }
}
