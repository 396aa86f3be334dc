//! Whatever ends early: cancelled requests, timeouts, handles that close, units that stop or
//! leave.

use plug61883_abi::ids::UnitId;
use plug61883_abi::ioctl::event_kind;
use plug61883_abi::status::NtStatus;

use crate::item::{End, Item, ItemKey, ItemState, Owner, Reason};
use crate::keeper::Duty;
use crate::transfer::{Client, Job, State, Transfer};
use crate::unit::PlugRef;
use crate::{Engine, HandleKey, Key, MAX_ITEMS, MAX_TRANSFERS};

impl Engine {
    /// A client's request is cancelled. `true`: nobody else completes it, the caller does, with
    /// `STATUS_CANCELLED`; `false`: it is answered already, [`crate::Action::Deliver`] has come
    /// or comes.
    pub fn cancel(&mut self, key: Key) -> bool {
        let Some(transfer) = self.transfer_mut(key) else {
            return false;
        };
        if !transfer.is_waiting() {
            return false;
        }
        transfer.client = Client::None;
        self.give_up(key);
        true
    }

    /// Answers a waiting client with `status` and gives its transfer up.
    pub(crate) fn dismiss(&mut self, key: Key, status: NtStatus) {
        self.answer(key, status, 0);
        self.give_up(key);
    }

    /// Nobody waits for a transfer any more.
    fn give_up(&mut self, key: Key) {
        let Some(transfer) = self.transfer_mut(key) else {
            return;
        };
        transfer.deadline = 0;
        match transfer.state {
            State::Sent => {
                transfer.cancel_wanted = true;
                self.attend(key);
            }
            // Not sent: undoing leaves its item as it is, all else is over.
            State::Parked | State::Ready => match transfer.job {
                Job::Keep(duty) => {
                    let unit = transfer.unit;
                    self.duty_not_sent(key, unit, duty);
                }
                _ => self.end_of_job(key, NtStatus::CANCELLED),
            },
            State::Reserved | State::Kept | State::Spent | State::Releasing => self.attend(key),
        }
    }

    /// A keeper's request was not sent.
    pub(crate) fn duty_not_sent(&mut self, key: Key, unit: UnitId, duty: Duty) {
        self.kept(key, unit, duty, None);
    }

    /// The timer of a unit has fired: requests whose time has come end, with `STATUS_IO_TIMEOUT`
    /// for who waits. Another timer is ordered if there is more to come.
    pub fn expire(&mut self, unit: UnitId) {
        let now = self.clock.ms;
        if let Some(unit) = self.unit_mut(unit) {
            unit.timer = 0;
            unit.timer_wanted = false;
        }
        let due = |transfer: &Transfer| {
            transfer.unit == unit && transfer.deadline != 0 && transfer.deadline <= now
        };
        self.dismiss_where(NtStatus::IO_TIMEOUT, due);
        let check = self.check_due(unit);
        let next = self
            .transfers
            .iter()
            .filter(|(_, _, transfer)| transfer.unit == unit && transfer.deadline != 0)
            .map(|(_, _, transfer)| transfer.deadline)
            .chain((check != 0).then_some(check))
            .min();
        if let Some(next) = next {
            self.want_timer(unit, next);
        }
    }

    /// The last reference to a handle is closed, its process may be gone: its requests end, what
    /// it made is undone.
    pub fn cleanup(&mut self, handle: HandleKey) {
        self.stop_handle(handle);
        self.undo_where(Reason::OwnerGone, |item| {
            item.owner == Owner::Handle(handle)
        });
        self.dismiss_where(NtStatus::CANCELLED, |transfer| {
            transfer.client == Client::Waiting(handle)
        });
    }

    /// The stack of a unit is about to stop or to sleep: nothing is sent until it goes on.
    pub fn unit_suspended(&mut self, unit: UnitId) {
        if let Some(unit) = self.unit_mut(unit) {
            unit.suspended = true;
        }
    }

    /// The stack of a unit goes on: what waits is sent, what may have changed is asked.
    pub fn unit_restarted(&mut self, unit: UnitId) {
        if let Some(unit) = self.unit_mut(unit) {
            unit.suspended = false;
        }
        self.resume(unit);
        self.keeper_restarts(unit);
    }

    /// The protocol driver keeps a request of the unit that it was asked to cancel.
    #[must_use]
    pub fn unit_is_stuck(&self, unit: UnitId) -> bool {
        self.transfers.iter().any(|(_, _, transfer)| {
            transfer.unit == unit && transfer.state == State::Sent && transfer.cancel_asked
        })
    }

    /// A unit is leaving: it takes nothing new, its requests end, what was made through it is
    /// undone, and callbacks are deregistered. [`crate::Action::Quiet`] comes when nothing of it
    /// is under way any more.
    pub fn unit_leaving(&mut self, unit: UnitId) {
        let Some(entry) = self.unit_mut(unit) else {
            return;
        };
        if core::mem::replace(&mut entry.leaving, true) {
            return;
        }
        self.leaving = self.leaving.saturating_add(1);
        self.undo_where(Reason::UnitGone, |item| item.unit == unit);
        self.dismiss_where(NtStatus::DEVICE_REMOVED, |transfer| {
            transfer.unit == unit && transfer.is_waiting()
        });
        self.resume(unit);
        self.keep_on(unit);
    }

    /// Refuses the requests that name `plug`, which is stale or going, and have not sent its
    /// handle yet.
    pub(crate) fn dismiss_unsent(&mut self, unit: UnitId, plug: PlugRef) {
        for slot in 0..MAX_TRANSFERS {
            if let Some((generation, transfer)) = self.transfers.current(slot)
                && transfer.unit == unit
                && transfer.is_waiting()
                && transfer.is_before_main()
                && self.names(transfer.job, plug)
            {
                self.dismiss(Key::at(slot, generation), NtStatus::INVALID_PARAMETER);
            }
        }
    }

    /// Requests of a job name a plug.
    fn names(&self, job: Job, plug: PlugRef) -> bool {
        match job {
            Job::PlugState(named) | Job::SetPlug { plug: named, .. } => named == plug,
            Job::Make(item) => self
                .item(item)
                .is_some_and(|item| item.thing.ends().contains(&End::Plug(plug))),
            _ => false,
        }
    }

    /// Connections of a plug of this computer, made or being made.
    pub(crate) fn has_connections(&self, plug: ItemKey) -> bool {
        self.connection_of(plug, |_| true).is_some()
    }

    fn connection_of(&self, plug: ItemKey, which: impl Fn(&Item) -> bool) -> Option<ItemKey> {
        let item = self.item(plug)?;
        let (unit, end) = (item.unit, End::Plug(item.thing.plug()?));
        self.items
            .iter()
            .find(|(_, _, item)| {
                item.unit == unit && item.thing.ends().contains(&end) && which(item)
            })
            .map(|(slot, generation, _)| ItemKey::at(usize::from(slot), generation))
    }

    /// The plug is going: so are its connections, whoever made them.
    pub(crate) fn undo_connections_of(&mut self, plug: ItemKey, reason: Reason) {
        let active = |item: &Item| matches!(item.state, ItemState::Active(_));
        while let Some(connection) = self.connection_of(plug, active) {
            self.undo_unasked(connection, reason);
            if self.item(connection).is_some_and(active) {
                return;
            }
        }
    }

    /// A plug's handle may be given back now: no request that is sent names it.
    pub(crate) fn may_delete(&self, key: ItemKey) -> bool {
        let Some(item) = self.item(key) else {
            return true;
        };
        let Some(plug) = item.thing.plug() else {
            return true;
        };
        let named = self.transfers.iter().any(|(_, _, transfer)| {
            transfer.unit == item.unit
                && transfer.state == State::Sent
                && self.names(transfer.job, plug)
        });
        !named && !self.has_connections(key)
    }

    /// A connection could not be broken: plugs of this computer that it names and that wait to be
    /// deleted stay too.
    pub(crate) fn keep_plugs_of(&mut self, connection: ItemKey) {
        let Some(item) = self.item(connection) else {
            return;
        };
        if !matches!(item.state, ItemState::Active(_)) {
            return;
        }
        for end in item.thing.ends() {
            let plug = self.items.iter().find(|(_, _, item)| {
                matches!(item.state, ItemState::Undoing(_))
                    && item.thing.plug().map(End::Plug) == Some(end)
            });
            let waits = |key: &Key| {
                self.transfer(*key)
                    .is_some_and(|it| it.state == State::Ready && !it.is_waiting())
            };
            if let Some(key) = plug.and_then(|(_, _, item)| item.transfer).filter(waits) {
                self.end_of_job(key, NtStatus::DEVICE_BUSY);
            }
        }
    }

    /// Something has ended that may have kept a plug from being deleted.
    pub(crate) fn retry_undoing(&mut self) {
        if !core::mem::take(&mut self.deletes_wait) {
            return;
        }
        for slot in 0..MAX_TRANSFERS {
            if let Some((generation, transfer)) = self.transfers.current(slot)
                && transfer.state == State::Ready
                && matches!(transfer.job, Job::Undo(..))
            {
                self.attend(Key::at(slot, generation));
            }
        }
    }

    /// The unit is gone, and so is all that was sent to it: what is left of it is released.
    pub fn unit_left(&mut self, unit: UnitId) {
        // Its clients are answered, also when nobody said before that it would go.
        self.unit_leaving(unit);
        for slot in 0..MAX_ITEMS {
            if let Some((generation, item)) = self.items.current(slot)
                && item.unit == unit
            {
                let key = ItemKey::at(slot, generation);
                self.remove_item(key, Reason::UnitGone);
            }
        }
        self.dismiss_keeper(unit);
        for slot in 0..MAX_TRANSFERS {
            if let Some((generation, transfer)) = self.transfers.current(slot)
                && transfer.unit == unit
                // These the shell has already, and gives back by itself.
                && !matches!(transfer.state, State::Reserved | State::Releasing)
            {
                self.spend(Key::at(slot, generation));
            }
        }
        if let Some(slot) = unit.slot()
            && let Some(entry) = self.units.remove(slot, unit.generation())
        {
            if entry.leaving {
                self.leaving = self.leaving.saturating_sub(1);
            }
            self.unit_event(unit, event_kind::UNIT_REMOVED);
        }
    }

    fn dismiss_where(&mut self, status: NtStatus, which: impl Fn(&Transfer) -> bool) {
        for slot in 0..MAX_TRANSFERS {
            if let Some((generation, transfer)) = self.transfers.current(slot)
                && which(transfer)
            {
                self.dismiss(Key::at(slot, generation), status);
            }
        }
    }

    /// Undoes items, now or when what is under way with them has failed. To come before the
    /// requests under way are dismissed, which may end an undoing. What is still being made is
    /// undone as soon as it is made: its client is dismissed.
    fn undo_where(&mut self, reason: Reason, which: impl Fn(&Item) -> bool) {
        // Before the others, which may take some of those with them that come later.
        for (_, _, item) in self.items.iter_mut() {
            let undoing = matches!(item.state, ItemState::Undoing(_));
            if undoing && !item.is_foreign() && which(item) {
                item.doomed = Some(reason);
            }
        }
        for slot in 0..MAX_ITEMS {
            if let Some((generation, item)) = self.items.current(slot)
                && matches!(item.state, ItemState::Active(_))
                && which(item)
            {
                self.undo_unasked(ItemKey::at(slot, generation), reason);
            }
        }
    }
}
