//! What must hold whenever the engine has nothing to order.

use plug61883_abi::ids::PlugId;
use plug61883_abi::ioctl::MAX_HANDLES;

use super::World;
use super::types::{CHECK_MS, ClientStage, Kind, Life, OWN_MS, Owner, Role, Stage};
use crate::play::lower::Routine;

impl World {
    /// Plugs whose ids are good, of units that take requests.
    pub(crate) fn good_plug_ids(&self) -> Vec<PlugId> {
        let device = self
            .plugs
            .iter()
            .filter(|((unit, _, _), _)| !self.units[*unit].leaving);
        let device = device.filter_map(|(_, plug)| plug.id);
        let local = self.items.iter().filter(|item| {
            item.kind == Kind::Plug
                && item.is_seen()
                && item.life == Life::Standing
                && item.owner != Owner::Foreign
        });
        device
            .chain(local.filter_map(|item| item.id.map(PlugId)))
            .collect()
    }

    /// No request is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    pub(crate) fn is_standing(&self, kind: Kind) -> usize {
        let there = |item: &&super::Item| item.kind == kind && item.life == Life::Standing;
        self.items.iter().filter(there).count()
    }

    /// The engine has nothing to order, so nothing may be waiting for an order.
    pub(super) fn check_idle(&mut self) {
        for (bits, request) in &self.requests {
            let what = format!("{bits:x}, {:?} {:?}", request.stage, request.role);
            if let Some(client) = request.client {
                let stage = self.clients[client].stage;
                assert!(!matches!(stage, ClientStage::Answered(_)), "{what}");
            }
            if request.pinned {
                continue;
            }
            match (request.stage, request.role) {
                (Stage::Reserved | Stage::Releasing, _) | (Stage::Here, Role::Kept) => {}
                (Stage::Out, _) => {
                    assert!(request.below, "{what}");
                    assert!(
                        !request.abandoned || request.cancelled,
                        "{what}: not cancelled"
                    );
                }
                (Stage::Here, Role::None) => {
                    assert!(request.client.is_some(), "{what}: not released");
                }
                (Stage::Here, role) => {
                    assert!(
                        self.may_wait(request.unit, request.client, role),
                        "{what}: not sent"
                    );
                }
            }
        }
        assert_eq!(self.traced, self.log.len(), "every event is traced");
        for (index, handle) in self.handles.iter().enumerate() {
            let kept = handle.waits.iter().any(|wait| wait.kept);
            if self.is_open(index) && kept && !handle.waking {
                assert_eq!(handle.cursor, self.next_event(), "not woken");
            }
        }
        for unit in 0..self.units.len() {
            self.check_unit(unit);
        }
        // Miri takes long over lists; there they are read where a test needs them.
        if !cfg!(miri) {
            self.check_lists();
            self.check_snapshot();
        }
    }

    /// A request may wait although the engine has nothing to order.
    fn may_wait(&self, unit: usize, client: Option<usize>, role: Role) -> bool {
        let placed = client.is_some_and(|it| self.clients[it].stage == ClientStage::Placed);
        if placed || !self.may_send(unit) {
            return true;
        }
        let Role::Undo(index) = role else {
            return false;
        };
        // Its connections go first, and what names it comes back first.
        let named = |request: &super::types::Request| {
            let head = request.memory.head();
            request.stage == Stage::Out
                && matches!(request.role, Role::Query | Role::Make(_))
                && head.body[..2].contains(&self.items[index].value)
        };
        let steps = |request: &super::types::Request| {
            // Of a query for a plug the later steps name it no more, and are waited for too.
            request.stage == Stage::Out
                && self.clients.iter().any(|it| {
                    it.unit == request.unit && it.plugs.contains(&self.items[index].value)
                })
        };
        self.items[index].kind == Kind::Plug
            && (self.connections_of(index).next().is_some()
                || self.requests.values().any(|it| named(it) || steps(it)))
    }

    fn check_unit(&self, index: usize) {
        let unit = &self.units[index];
        let nothing = self.requests.values().all(|it| it.unit != index);
        assert_eq!(self.engine.unit_is_empty(unit.id), nothing);
        if unit.left {
            return;
        }
        if unit.leaving && !unit.quiet {
            assert!(!self.is_quiet(index), "unit {index} is quiet, not told");
        }
        // The timer is set for whatever comes first.
        let waiting = self
            .clients
            .iter()
            .filter(|it| it.unit == index && it.waiting());
        let own = self.requests.values().filter(|it| {
            let waited_for = it
                .client
                .is_some_and(|client| self.clients[client].waiting());
            it.unit == index && it.stage == Stage::Out && !waited_for && !it.abandoned
        });
        let first = waiting
            .map(|client| client.deadline)
            .chain(own.map(|request| request.sent_at + OWN_MS))
            .chain(unit.check_at)
            .min();
        if let Some(first) = first {
            assert!(unit.timer.is_some_and(|at| at <= first), "no timer");
        }
        assert!(unit.check_at.is_none_or(|at| at <= self.now + CHECK_MS));
        // The keeper does what it is there for.
        let idle = unit.keeper.is_some_and(|key| {
            let request = self.request_of(key);
            request.role == Role::Kept && !request.pinned
        });
        if idle && unit.known >= 2 && self.may_send(index) {
            if !unit.leaving {
                assert_eq!(unit.registering, [true; 2], "callbacks are registered");
            } else {
                for (which, routine) in [Routine::BusReset, Routine::Monitor].iter().enumerate() {
                    let registered = self.lower.registered.contains(&(index, *routine));
                    assert!(!registered || unit.deregistering[which]);
                }
            }
        }
    }

    /// What the protocol driver still has of a unit: nothing but what could not be undone.
    pub(super) fn check_undone(&self, unit: usize) {
        for (which, routine) in [Routine::BusReset, Routine::Monitor].iter().enumerate() {
            let registered = self.lower.registered.contains(&(unit, *routine));
            assert!(!registered || self.units[unit].deregistering[which]);
        }
        self.check_legacy(|item| item.unit == unit && !item.survived);
    }

    /// Of what the protocol driver has, nothing is wrong that should be gone.
    pub(crate) fn check_legacy(&self, wrong: impl Fn(&super::Item) -> bool) {
        let live = self.lower.live.iter().filter(|(_, live)| !live.foreign);
        let local = self.lower.local.iter().filter(|(_, plug)| !plug.foreign);
        let ours = live
            .map(|(handle, _)| (Kind::Connection, *handle))
            .chain(local.map(|(handle, _)| (Kind::Plug, *handle)))
            .chain(
                self.lower
                    .directories
                    .keys()
                    .map(|it| (Kind::Directory, *it)),
            );
        for (kind, handle) in ours {
            let known = self
                .items
                .iter()
                .find(|item| item.kind == kind && item.value == handle && !item.is_gone());
            let item = known.expect("all that was made is known");
            assert!(
                !wrong(item),
                "{kind:?} of unit {} is there still",
                item.unit
            );
        }
    }

    /// The system's counters are all at zero.
    pub(crate) fn check_end(&mut self) {
        let end = self.interface();
        let counters = [
            end.units,
            end.connections,
            end.plugs,
            end.directories,
            end.operations,
        ];
        assert_eq!(counters, [0; 5]);
        assert_eq!(end.handles as usize, super::OWN_HANDLES);
        assert!(self.is_empty(), "every request is released");
        assert_eq!(self.engine.unit_count(), 0);
        // The accounts too: only the world's own handles are left to close.
        for own in 0..super::OWN_HANDLES {
            let key = self.handles[own].key;
            self.engine.cleanup(key);
            self.engine.close(key);
        }
        assert_eq!(self.engine.handle_count(), 0);
        // Every account is free: there is one for each of as many processes as can be.
        for process in 0..MAX_HANDLES {
            assert!(self.engine.open(1_000 + process as u32).is_ok());
        }
    }
}
