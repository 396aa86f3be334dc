//! What the shell is to do.

use plug61883_abi::ids::UnitId;
use plug61883_abi::status::NtStatus;

use crate::transfer::{Client, State, Transfer};
use crate::{Engine, Key, MAX_TRANSFERS};

/// An order to the shell. Those that name a transfer come one at a time for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Let [`Engine::prepare`] fill the memory, still under the lock, then send the request;
    /// [`Engine::unpin`] after the call that sends has returned. If it could not be sent, call
    /// [`Engine::not_sent`] first.
    Send(Key),
    /// Ask the lower driver to cancel the request; [`Engine::unpin`] after that.
    Cancel(Key),
    /// Complete the client's request, then call [`Engine::delivered`].
    Deliver {
        /// The transfer that the client waits for.
        key: Key,
        /// Status of the client's IOCTL.
        status: NtStatus,
        /// Bytes of output.
        information: usize,
    },
    /// Free the request and its memory, then call [`Engine::released`].
    Release(Key),
    /// A leaving unit has nothing under way any more.
    Quiet(UnitId),
    /// Something of a unit is to be sent: call [`Engine::resume`] at PASSIVE_LEVEL.
    Resume(UnitId),
}

impl Engine {
    /// The next thing to do, `None` when there is nothing for now. For PASSIVE_LEVEL.
    pub fn next_action(&mut self) -> Option<Action> {
        self.next(true)
    }

    /// The next thing to do that may be done at DISPATCH_LEVEL: nothing is sent, as the protocol
    /// driver is asked at PASSIVE_LEVEL only; [`Action::Resume`] comes instead.
    pub fn next_action_raised(&mut self) -> Option<Action> {
        self.next(false)
    }

    /// What [`Action::Resume`] asks for: requests of the unit that wait to be sent are sent by
    /// the next calls of [`Self::next_action`].
    pub fn resume(&mut self, unit: UnitId) {
        for slot in 0..MAX_TRANSFERS {
            if let Some((generation, transfer)) = self.transfers.current(slot)
                && transfer.unit == unit
                && transfer.state == State::Ready
            {
                self.attend(Key::at(slot, generation));
            }
        }
    }

    fn next(&mut self, passive: bool) -> Option<Action> {
        while let Some(slot) = self.attention.pop_front() {
            let Some((generation, _)) = self.transfers.current(usize::from(slot)) else {
                continue;
            };
            let key = Key { slot, generation };
            if let Some(transfer) = self.transfer_mut(key) {
                transfer.queued = false;
            }
            if let Some(action) = self.due(key, passive) {
                // It may have more to do; not so what is released, whose slot may be another's
                // by the time that its turn came.
                if !matches!(action, Action::Release(_)) {
                    self.attend(key);
                }
                return Some(action);
            }
        }
        self.unit_to_resume()
            .map(Action::Resume)
            .or_else(|| self.quiet_unit().map(Action::Quiet))
    }

    /// A unit that has something to be sent, which was left for PASSIVE_LEVEL.
    fn unit_to_resume(&mut self) -> Option<UnitId> {
        let unit = self
            .units
            .iter_mut()
            .find(|(_, _, unit)| unit.resume_wanted);
        let (slot, generation, unit) = unit?;
        unit.resume_wanted = false;
        Some(UnitId::new(u32::from(slot), generation))
    }

    /// What a transfer needs now.
    fn due(&mut self, key: Key, passive: bool) -> Option<Action> {
        let transfer = self.transfer_mut(key)?;
        if let Client::Answered {
            status,
            information,
        } = transfer.client
        {
            transfer.client = Client::Delivering;
            return Some(Action::Deliver {
                key,
                status,
                information,
            });
        }
        if transfer.pins != 0 {
            return None;
        }
        match transfer.state {
            State::Sent if transfer.cancel_wanted && !transfer.cancel_asked => {
                transfer.cancel_asked = true;
                transfer.pins = 1;
                Some(Action::Cancel(key))
            }
            State::Ready if !passive => {
                let unit = transfer.unit;
                if let Some(unit) = self.unit_mut(unit) {
                    unit.resume_wanted = true;
                }
                None
            }
            State::Ready => {
                transfer.state = State::Sent;
                transfer.pins = 1;
                Some(Action::Send(key))
            }
            State::Spent if !transfer.has_client() => {
                transfer.state = State::Releasing;
                Some(Action::Release(key))
            }
            _ => None,
        }
    }

    /// The call on the request has returned.
    pub fn unpin(&mut self, key: Key) {
        if let Some(transfer) = self.transfer_mut(key) {
            transfer.pins = transfer.pins.saturating_sub(1);
            self.attend(key);
        }
    }

    /// The client's request is completed.
    pub fn delivered(&mut self, key: Key) {
        if let Some(transfer) = self.transfer_mut(key) {
            transfer.client = Client::None;
            self.attend(key);
        }
    }

    /// The request of a transfer and its memory are freed. The key names nothing any more.
    pub fn released(&mut self, key: Key) {
        let given_back =
            |transfer: &Transfer| matches!(transfer.state, State::Reserved | State::Releasing);
        if self.transfer(key).is_some_and(given_back) {
            self.transfers.remove(key.index(), key.generation);
        }
    }

    /// Nothing that was allocated for the unit is left.
    #[must_use]
    pub fn unit_is_empty(&self, unit: UnitId) -> bool {
        !self
            .transfers
            .iter()
            .any(|(_, _, transfer)| transfer.unit == unit)
    }

    /// A leaving unit that has nothing under way, told once.
    fn quiet_unit(&mut self) -> Option<UnitId> {
        let is_quiet = |id: &UnitId| {
            !self
                .transfers
                .iter()
                .any(|(_, _, transfer)| transfer.unit == *id && transfer.is_busy())
        };
        let id = self
            .units
            .iter()
            .filter(|(_, _, unit)| unit.leaving && !unit.quiet_told)
            .map(|(slot, generation, _)| UnitId::new(u32::from(slot), generation))
            .find(is_quiet)?;
        self.unit_mut(id)?.quiet_told = true;
        Some(id)
    }
}

#[cfg(test)]
mod tests {
    use plug61883_abi::ids::Direction;
    use plug61883_abi::status::NtStatus;

    use super::Action;
    use crate::{Command, Engine};

    /// The queue has room for each slot once: a slot that stood in it twice would crowd out
    /// another, whose order would then never come.
    #[test]
    fn a_slot_that_is_taken_again_stands_in_the_queue_once() -> Result<(), NtStatus> {
        let mut engine = Engine::new();
        let handle = engine.open(1)?;
        let unit = engine.unit_arrived()?;
        let command = Command::GetPlug {
            unit,
            direction: Direction::Out,
            number: 0,
        };
        for _ in 0..3 {
            let (key, _) = engine.reserve(handle, &command)?;
            engine.start(key, handle, &command, 1, 0)?;
            assert!(engine.cancel(key));
            assert_eq!(engine.next_action(), Some(Action::Release(key)));
            engine.released(key);
        }
        assert!(engine.attention.is_empty());
        Ok(())
    }
}
