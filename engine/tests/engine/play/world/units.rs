//! Units: arriving, asleep, leaving, gone; and what the protocol driver calls about them.

use plug61883_abi::av61883::{AvPcr, BusGenerationNode, MonitorInfo, monitor_state};
use plug61883_abi::ids::UnitId;
use plug61883_abi::ioctl::{MAX_UNITS, event_reason};
use plug61883_abi::status::NtStatus;
use plug61883_engine::Scratch;

use super::World;
use super::types::{Answer, CHECK_MS, Life, Owner, Role, Stage, Unit};
use crate::play::lower::{Memory, Outcome};

impl World {
    /// A unit arrives; `None` when there is no room.
    pub(crate) fn arrive(&mut self, version: u32) -> Option<usize> {
        let unit = self.arrive_alone(version)?;
        self.adopt(unit);
        Some(unit)
    }

    /// A unit arrives whose keeper could not be allocated.
    pub(crate) fn arrive_alone(&mut self, version: u32) -> Option<usize> {
        let present = self.units.iter().filter(|unit| !unit.left).count();
        let arrived = self.input().unit_arrived();
        if present == MAX_UNITS {
            assert_eq!(arrived, Err(NtStatus::QUOTA_EXCEEDED));
            return None;
        }
        let id = arrived.expect("there is room");
        self.use_id(0, id.0);
        self.units.push(Unit {
            id,
            version,
            known: 0,
            diag_level: 0,
            suspended: false,
            leaving: false,
            left: false,
            quiet: false,
            keeper: None,
            registering: [false; 2],
            deregistering: [false; 2],
            timer: None,
            check_at: None,
            generation: 0,
        });
        self.sync();
        Some(self.units.len() - 1)
    }

    fn adopt(&mut self, unit: usize) {
        let id = self.units[unit].id;
        let key = self.input().reserve_keeper(id).expect("there is room");
        let memory = Memory::new(Scratch::SHORT);
        self.add_request(key, unit, memory, false, None);
        self.input().adopt_keeper(id, key);
        let request = self.request_mut(key);
        request.stage = Stage::Here;
        request.role = Role::Kept;
        self.units[unit].keeper = Some(key);
    }

    pub(crate) fn suspend(&mut self, unit: usize) {
        if !self.units[unit].left {
            let id = self.units[unit].id;
            self.input().unit_suspended(id);
            self.units[unit].suspended = true;
        }
    }

    pub(crate) fn restart(&mut self, unit: usize) {
        if self.units[unit].left || self.units[unit].leaving {
            return;
        }
        let id = self.units[unit].id;
        self.input().unit_restarted(id);
        let at = self.now + CHECK_MS;
        let unit = &mut self.units[unit];
        unit.suspended = false;
        if unit.known >= 2 {
            unit.check_at = Some(at);
        }
    }

    pub(crate) fn leave(&mut self, unit: usize) {
        if self.units[unit].leaving {
            return;
        }
        let id = self.units[unit].id;
        self.input().unit_leaving(id);
        self.left_or_leaving(unit);
        self.sync();
    }

    fn left_or_leaving(&mut self, unit: usize) {
        self.units[unit].leaving = true;
        self.doom_all(event_reason::UNIT_GONE, |item| item.unit == unit);
        self.dismiss_all(Answer::Ours(NtStatus::DEVICE_REMOVED), |client| {
            client.unit == unit
        });
    }

    /// The unit has left: its target was purged before, so nothing is below any more, and what
    /// is about to be passed down will be refused.
    pub(crate) fn left(&mut self, unit: usize) {
        if self.units[unit].left {
            return;
        }
        for key in self.below(Some(unit)) {
            self.complete(key, Outcome::Fail(NtStatus::CANCELLED));
        }
        let id = self.units[unit].id;
        self.input().unit_left(id);
        if !self.units[unit].leaving {
            self.left_or_leaving(unit);
        }
        self.units[unit].left = true;
        self.lower.unplug(unit);
        self.plugs.retain(|(of, _, _), _| *of != unit);
        for item in self.items.iter_mut().filter(|item| item.unit == unit) {
            if !item.is_gone() {
                item.life = Life::Gone(event_reason::UNIT_GONE);
            }
        }
        for request in self.requests.values_mut() {
            // The shell has these already.
            let shells = matches!(request.stage, Stage::Reserved | Stage::Releasing);
            if request.unit == unit && !shells {
                request.stage = Stage::Here;
                request.role = Role::None;
            }
        }
        self.sync();
    }

    /// The bus was reset; the protocol driver says so, if it was asked to.
    pub(crate) fn bus_reset(&mut self, unit: usize, told: bool) {
        let generation = self.lower.generation.entry(unit).or_insert(7);
        *generation += 1;
        if told {
            self.tell_reset(unit, self.lower.nodes(unit));
        }
    }

    /// The protocol driver's callback, which may come for a unit that has left.
    pub(crate) fn tell_reset(&mut self, unit: usize, nodes: BusGenerationNode) {
        let id = self.units[unit].id;
        self.input().bus_reset(id, nodes);
        let at = self.now + CHECK_MS;
        let entry = &mut self.units[unit];
        let before = self.log.len();
        if !entry.left && !entry.leaving {
            entry.generation = nodes.generation;
            entry.check_at = Some(at);
            self.sync();
            assert_eq!(self.log.len(), before + 1);
            let told = &self.log[before];
            assert_eq!(
                (told.generation, told.local_node, told.device_node),
                (nodes.generation, nodes.local_node.0, nodes.device_node.0)
            );
        }
        self.sync();
    }

    /// The protocol driver's callback for a plug, with a context of its choice.
    pub(crate) fn notify(&mut self, context: u64, pcr: u32) {
        self.input().plug_notified(context, AvPcr(pcr));
        if let Some(item) = self
            .items
            .iter_mut()
            .find(|item| item.context == Some(context) && !item.is_gone())
        {
            item.pcr = pcr;
        }
        self.sync();
    }

    /// The protocol driver's monitor callback.
    pub(crate) fn monitor(
        &mut self,
        unit: usize,
        direction: u32,
        number: u32,
        pcr: u32,
        state: u32,
    ) {
        let id = self.units[unit].id;
        let info = MonitorInfo {
            state,
            plug_number: number,
            plug_type: direction,
            pcr: AvPcr(pcr),
            context: id.0,
        };
        self.input().plug_monitored(id, &info);
        if state & monitor_state::UPDATED != 0
            && let Some(item) = self.items.iter_mut().find(|item| {
                item.unit == unit
                    && item.owner == Owner::Foreign
                    && item.is_seen()
                    && item.context.is_none()
                    && item.kind == super::Kind::Plug
                    && (item.direction, item.number) == (direction, number)
            })
        {
            item.pcr = pcr;
        }
        self.sync();
    }

    /// The unit of an id, if it takes requests.
    pub(super) fn unit_refusal(&self, id: UnitId) -> Result<usize, NtStatus> {
        let unit = self
            .units
            .iter()
            .position(|unit| unit.id == id && !unit.left);
        let unit = unit.ok_or(NtStatus::NO_SUCH_DEVICE)?;
        match self.units[unit].known {
            _ if self.units[unit].leaving => Err(NtStatus::NO_SUCH_DEVICE),
            1 => Err(NtStatus::REVISION_MISMATCH),
            _ => Ok(unit),
        }
    }

    /// Nothing of the unit is under way.
    pub(super) fn is_quiet(&self, unit: usize) -> bool {
        self.requests.values().all(|request| {
            let kept = request.stage == Stage::Here && request.role == Role::Kept;
            request.unit != unit || (kept && !request.pinned && request.client.is_none())
        })
    }
}
