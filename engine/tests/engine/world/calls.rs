//! The shell's calls on a request: passed down, returned, freed.

use plug61883_abi::ioctl;
use plug61883_abi::status::NtStatus;
use plug61883_engine::Key;

use super::World;
use super::types::{Call, CallKind, Stage, Step};

impl World {
    /// Keys of what the protocol driver has.
    pub(crate) fn below(&self, unit: Option<usize>) -> Vec<Key> {
        self.transfers
            .iter()
            .filter(|(_, transfer)| transfer.below && unit.is_none_or(|unit| unit == transfer.unit))
            .map(|(bits, _)| Key::from_bits(*bits))
            .collect()
    }

    /// The shell's call passes its request down, or it is refused.
    pub(crate) fn pass_down(&mut self, call: usize, refused: Option<NtStatus>) {
        let Call { key, what } = self.calls[call];
        if what != CallKind::Send {
            return;
        }
        let transfer = self.transfers.get_mut(&key.to_bits()).expect("pinned");
        let refused = match self.units[transfer.unit].left {
            true => Some(NtStatus::INVALID_DEVICE_STATE),
            false => refused,
        };
        self.calls[call].what = match refused {
            Some(status) => CallKind::Refused(status),
            None => {
                transfer.below = true;
                CallKind::Sent
            }
        };
    }

    /// The shell's call returns.
    pub(crate) fn returned(&mut self, call: usize) {
        self.pass_down(call, None);
        let Call { key, what } = self.calls.swap_remove(call);
        if let CallKind::Refused(status) = what {
            self.engine.not_sent(key, status);
            let transfer = &self.transfers[&key.to_bits()];
            if transfer.stage == Stage::Sent {
                if let Some(client) = transfer.client {
                    match transfer.step {
                        // The state stands without the register.
                        Step::Generation | Step::Register => self.answer(
                            client,
                            NtStatus::SUCCESS,
                            size_of::<ioctl::PlugState>(),
                            NtStatus::SUCCESS,
                        ),
                        _ => self.answer(client, status, 0, status),
                    }
                }
                self.end(key, None);
            }
        }
        self.engine.unpin(key);
        let transfer = self.transfers.get_mut(&key.to_bits()).expect("pinned");
        assert!(transfer.pinned);
        transfer.pinned = false;
    }

    /// The shell has freed a transfer.
    pub(crate) fn released(&mut self, release: usize) {
        let key = self.releases.swap_remove(release);
        self.engine.released(key);
        self.transfers
            .remove(&key.to_bits())
            .expect("released once");
    }
}
