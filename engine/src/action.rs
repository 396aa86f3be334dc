//! What the shell is to do.

use plug61883_abi::ids::UnitId;
use plug61883_abi::ioctl::Event;
use plug61883_abi::status::NtStatus;

use crate::item::ItemState;
use crate::keeper::OWN_TIMEOUT_MS;
use crate::transfer::{Client, Job, State};
use crate::unit::Unit;
use crate::{Engine, HandleKey, Key, MAX_TRANSFERS};

/// An order to the shell. Those that name a transfer come one at a time for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Let [`Engine::prepare`] fill the memory, still under the lock, then send the request;
    /// [`Engine::unpin`] after the call that sends has returned. If it could not be sent, call
    /// [`Engine::not_sent`] first.
    Send(Key),
    /// Ask the lower driver to cancel the request; [`Engine::unpin`] after that.
    Cancel(Key),
    /// Take the client's request, call [`Engine::delivered`], then complete it: what it was told
    /// of can be named from the call on.
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
    /// Call [`Engine::expire`] for the unit at this time, in milliseconds, instead of a later
    /// one that was ordered before.
    Timer(UnitId, u64),
    /// A handle that waits for events has some: while [`Engine::wake_more`] says so, find a wait
    /// of it and call [`Engine::answer_wait`], or [`Engine::wake_failed`] when there is none.
    Wake(HandleKey),
    /// Something has happened that is to be traced.
    Trace(Event),
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

    /// There may be something to do: [`Self::next_action`] is worth a call.
    #[must_use]
    pub fn has_orders(&self) -> bool {
        !self.attention.is_empty()
            || self.unit_wants
            || self.leaving != 0
            || self.wake_wanted
            || self.log.is_to_trace()
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
        self.unit_order()
            .or_else(|| self.quiet_unit().map(Action::Quiet))
            .or_else(|| self.event_order())
    }

    /// What is to be done for a unit as a whole.
    fn unit_order(&mut self) -> Option<Action> {
        if !self.unit_wants {
            return None;
        }
        let wanting = |unit: &Unit| unit.resume_wanted || unit.timer_wanted;
        let Some((slot, generation, unit)) =
            self.units.iter_mut().find(|(_, _, unit)| wanting(unit))
        else {
            self.unit_wants = false;
            return None;
        };
        let id = UnitId::new(u32::from(slot), generation);
        if core::mem::take(&mut unit.timer_wanted) {
            return Some(Action::Timer(id, unit.timer));
        }
        unit.resume_wanted = false;
        Some(Action::Resume(id))
    }

    /// What is to be done for an event.
    fn event_order(&mut self) -> Option<Action> {
        if let Some(event) = self.event_to_trace() {
            return Some(Action::Trace(event));
        }
        if !self.wake_wanted {
            return None;
        }
        self.handle_to_wake().map(Action::Wake)
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
            State::Ready => self.ready_to_send(key, passive),
            State::Spent if !transfer.has_client() => {
                transfer.state = State::Releasing;
                Some(Action::Release(key))
            }
            _ => None,
        }
    }

    /// Sends a request, if it may be sent now; else whoever makes that possible comes back to it.
    fn ready_to_send(&mut self, key: Key, passive: bool) -> Option<Action> {
        let transfer = self.transfer(key)?;
        let unit = transfer.unit;
        if !self.unit(unit).is_ok_and(Unit::may_send) {
            return None;
        }
        if let Job::Undo(item, _) = transfer.job
            && !self.may_delete(item)
        {
            self.deletes_wait = true;
            return None;
        }
        if !passive {
            self.unit_mut(unit)?.resume_wanted = true;
            self.unit_wants = true;
            return None;
        }
        if let Job::Keep(duty) = transfer.job {
            self.duty_sent(unit, duty);
        }
        let deadline = self.clock.ms.saturating_add(OWN_TIMEOUT_MS);
        let transfer = self.transfer_mut(key)?;
        transfer.state = State::Sent;
        transfer.pins = 1;
        // What nobody waits for has its time from now on, not while its unit was stopped.
        if !transfer.is_waiting() {
            transfer.deadline = deadline;
            self.want_timer(unit, deadline);
        }
        Some(Action::Send(key))
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
            let item = transfer.item;
            self.attend(key);
            // What is going already nobody needs to see.
            if let Some(item) = item
                && let Some(ItemState::Active(_)) = self.item(item).map(|item| item.state)
            {
                self.announce(item);
            }
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
        if self.leaving == 0 {
            return None;
        }
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
    use crate::{Begin, Command, Engine};

    /// The queue has room for each slot once: a slot that stood in it twice would crowd out
    /// another, whose order would then never come.
    #[test]
    fn a_slot_that_is_taken_again_stands_in_the_queue_once() -> Result<(), NtStatus> {
        let mut engine = std::boxed::Box::new(Engine::new());
        engine.set_tracing(false);
        let handle = engine.open(1)?;
        let unit = engine.unit_arrived()?;
        let command = Command::GetPlug {
            unit,
            direction: Direction::Out,
            number: 0,
        };
        for _ in 0..3 {
            let Begin::Reserved(key, _) = engine.begin(handle, &command, 1)? else {
                return Err(NtStatus::UNSUCCESSFUL);
            };
            engine.start(key, handle, &command, 1)?;
            assert!(engine.cancel(key));
            assert_eq!(engine.next_action(), Some(Action::Release(key)));
            engine.released(key);
            while engine.next_action().is_some() {}
            assert!(engine.attention.is_empty());
        }
        Ok(())
    }
}
