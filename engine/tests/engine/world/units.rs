//! Units: arriving, leaving, gone.

use plug61883_abi::ids::UnitId;
use plug61883_abi::ioctl::MAX_UNITS;
use plug61883_abi::status::NtStatus;

use super::World;
use super::types::{Stage, Unit};
use crate::lower::Outcome;

impl World {
    pub(crate) fn arrive(&mut self, version: u32) -> Option<usize> {
        let present = self.units.iter().filter(|unit| !unit.left).count();
        let arrived = self.engine.unit_arrived();
        if present == MAX_UNITS {
            assert_eq!(arrived, Err(NtStatus::QUOTA_EXCEEDED));
            return None;
        }
        let id = arrived.expect("there is room");
        assert!(self.unit_ids.insert(id.0), "a unit id is never used again");
        self.units.push(Unit {
            id,
            version,
            known: 0,
            leaving: None,
            left: false,
            quiet: false,
        });
        Some(self.units.len() - 1)
    }

    pub(crate) fn leave(&mut self, unit: usize, reachable: bool) {
        if self.units[unit].leaving.is_some() {
            return;
        }
        self.engine.unit_leaving(self.units[unit].id, reachable);
        self.units[unit].leaving = Some(reachable);
        if reachable {
            self.break_all(|connection| connection.unit == unit);
        }
        self.dismiss_all(NtStatus::DEVICE_REMOVED, |client| client.unit == unit);
    }

    /// The unit has left: its target was purged before, so nothing is below any more, and what
    /// is about to be passed down will be refused.
    pub(crate) fn left(&mut self, unit: usize) {
        if self.units[unit].leaving.is_none() || self.units[unit].left {
            return;
        }
        for key in self.below(Some(unit)) {
            self.complete(key, Outcome::Fail(NtStatus::CANCELLED));
        }
        self.engine.unit_left(self.units[unit].id);
        self.units[unit].left = true;
        self.lower.unplug(unit);
        self.plugs.retain(|(of, _, _), _| *of != unit);
        for connection in &mut self.connections {
            connection.gone |= connection.unit == unit;
        }
        for transfer in self.transfers.values_mut() {
            // The shell has these already.
            let shells = matches!(transfer.stage, Stage::Reserved | Stage::Releasing);
            if transfer.unit == unit && !shells {
                transfer.stage = Stage::Spent;
            }
        }
    }

    pub(super) fn usable(&self, id: UnitId) -> Option<usize> {
        self.units
            .iter()
            .position(|unit| unit.id == id && unit.leaving.is_none())
    }

    pub(super) fn is_quiet(&self, unit: usize) -> bool {
        !self.transfers.values().any(|transfer| {
            transfer.unit == unit
                && (transfer.stage != Stage::Kept || transfer.pinned || transfer.client.is_some())
        })
    }
}
