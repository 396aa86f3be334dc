//! Whatever ends early: cancelled requests, timeouts, handles that close, units that leave.

use plug61883_abi::ids::{ConnectionId, UnitId};
use plug61883_abi::ioctl::MAX_CONNECTIONS;
use plug61883_abi::status::NtStatus;

use crate::connection::{ConnectionState, Owner};
use crate::transfer::{Client, Job, State, Transfer};
use crate::unit::PlugRef;
use crate::{Engine, HandleKey, Key, MAX_TRANSFERS};

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
    fn dismiss(&mut self, key: Key, status: NtStatus) {
        self.answer(key, status, 0);
        self.give_up(key);
    }

    /// Nobody waits for a transfer any more.
    fn give_up(&mut self, key: Key) {
        let Some(transfer) = self.transfer_mut(key) else {
            return;
        };
        match transfer.state {
            State::Sent => {
                transfer.cancel_wanted = true;
                self.attend(key);
            }
            // Not sent: a disconnect leaves the connection as it is, all else is over.
            State::Parked | State::Ready => self.end_of_job(key, NtStatus::CANCELLED),
            State::Reserved | State::Kept | State::Spent | State::Releasing => self.attend(key),
        }
    }

    /// The earliest deadline of a unit's requests, in milliseconds.
    #[must_use]
    pub fn next_deadline(&self, unit: UnitId) -> Option<u64> {
        self.transfers
            .iter()
            .filter(|(_, _, transfer)| transfer.unit == unit)
            .filter_map(|(_, _, transfer)| match transfer.client {
                Client::Waiting { deadline, .. } => Some(deadline),
                _ => None,
            })
            .min()
    }

    /// Answers the requests of a unit whose deadline has come, with `STATUS_IO_TIMEOUT`.
    pub fn expire(&mut self, unit: UnitId, now_ms: u64) {
        self.dismiss_where(NtStatus::IO_TIMEOUT, |transfer| {
            transfer.unit == unit
                && matches!(transfer.client, Client::Waiting { deadline, .. } if deadline <= now_ms)
        });
    }

    /// The last reference to a handle is closed, its process may be gone: its requests end, its
    /// connections are broken.
    pub fn cleanup(&mut self, handle: HandleKey) {
        if let Some(entry) = self
            .handles
            .get_mut(usize::from(handle.slot), handle.generation)
        {
            entry.closing = true;
        }
        self.break_where(|_, owner| owner == Owner::Handle(handle));
        self.dismiss_where(NtStatus::CANCELLED, |transfer| {
            matches!(transfer.client, Client::Waiting { handle: waiting, .. } if waiting == handle)
        });
    }

    /// The handle is gone.
    pub fn close(&mut self, handle: HandleKey) {
        self.handles
            .remove(usize::from(handle.slot), handle.generation);
    }

    /// A unit is leaving: it takes nothing new and its requests end. With `reachable` the lower
    /// drivers are still there, and its connections are broken; without, they went with it.
    /// [`crate::Action::Quiet`] comes when nothing of it is under way any more.
    pub fn unit_leaving(&mut self, unit: UnitId, reachable: bool) {
        let Some(entry) = self.unit_mut(unit) else {
            return;
        };
        entry.leaving = true;
        if reachable {
            self.break_where(|of, _| of == unit);
        }
        self.dismiss_where(NtStatus::DEVICE_REMOVED, |transfer| {
            transfer.unit == unit && transfer.is_waiting()
        });
    }

    /// Refuses the requests that name `plug`, which is stale, and have not sent its handle yet.
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

    fn names(&self, job: Job, plug: PlugRef) -> bool {
        match job {
            Job::PlugState(named) => named == plug,
            Job::Connect(id) => id
                .slot()
                .and_then(|slot| self.connections.get(slot, id.generation()))
                .is_some_and(|connection| {
                    [connection.output, connection.input].contains(&Some(plug))
                }),
            _ => false,
        }
    }

    /// The unit is gone, and so is all that was sent to it: what is left of it is released.
    pub fn unit_left(&mut self, unit: UnitId) {
        for slot in 0..MAX_CONNECTIONS {
            if let Some((generation, connection)) = self.connections.current(slot)
                && connection.unit == unit
            {
                self.connections.remove(slot, generation);
            }
        }
        for slot in 0..MAX_TRANSFERS {
            if let Some((generation, transfer)) = self.transfers.current(slot)
                && transfer.unit == unit
                // These the shell has already, and gives back by itself.
                && !matches!(transfer.state, State::Reserved | State::Releasing)
            {
                self.spend(Key::at(slot, generation));
            }
        }
        if let Some(slot) = unit.slot() {
            self.units.remove(slot, unit.generation());
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

    /// Breaks connections, now or when what is under way with them has failed. To come before
    /// the requests under way are dismissed, which may end a disconnect.
    fn break_where(&mut self, which: impl Fn(UnitId, Owner) -> bool) {
        for slot in 0..MAX_CONNECTIONS {
            let Some((generation, connection)) = self.connections.current(slot) else {
                continue;
            };
            if !which(connection.unit, connection.owner) {
                continue;
            }
            let state = connection.state;
            let id = ConnectionId::new(slot as u32, generation);
            match state {
                ConnectionState::Active(_) => self.break_unasked(id),
                ConnectionState::Disconnecting(_) => {
                    if let Some(connection) = self.connection_mut(id) {
                        connection.doomed = true;
                    }
                }
                // Its client is dismissed: it is broken as soon as it is made.
                ConnectionState::Connecting => {}
            }
        }
    }
}
