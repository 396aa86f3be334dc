//! What a command may be refused with now.

use plug61883_abi::ids::{Direction, PlugId, UnitId};
use plug61883_abi::status::NtStatus;
use plug61883_engine::Command;

use super::World;
use super::types::HandleStage;

impl World {
    /// Statuses with which a command may be refused now; none: it must be taken.
    pub(super) fn refusals(&self, handle: usize, command: &Command) -> Vec<NtStatus> {
        let mut refusals = Vec::new();
        if self.handles[handle].stage != HandleStage::Open {
            refusals.push(NtStatus::FILE_CLOSED);
        }
        match *command {
            Command::UnitInfo { unit, .. } | Command::GetPlug { unit, .. } => {
                if self.usable(unit).is_none() {
                    refusals.push(NtStatus::NO_SUCH_DEVICE);
                }
            }
            Command::PlugState { unit, plug } => refusals.extend(self.plug_refusals(unit, plug)),
            Command::Connect(connect) => {
                let mut ends = Vec::new();
                for (plug, direction) in [
                    (connect.output, Direction::Out),
                    (connect.input, Direction::In),
                ] {
                    if plug == PlugId::NONE {
                        continue;
                    }
                    refusals.extend(self.plug_refusals(connect.unit, plug));
                    if plug.direction() != Some(direction) {
                        refusals.push(NtStatus::INVALID_PARAMETER);
                    }
                    ends.push(self.plug(plug).map(|(unit, _)| unit));
                }
                if ends.is_empty() || ends.iter().any(|end| *end != ends[0]) {
                    refusals.push(NtStatus::INVALID_PARAMETER);
                }
            }
            _ => refusals.push(NtStatus::INVALID_DEVICE_REQUEST),
        }
        refusals
    }

    /// Unit and handle that a plug id stands for.
    pub(super) fn plug(&self, id: PlugId) -> Option<(usize, u64)> {
        self.plugs
            .iter()
            .find(|(_, plug)| plug.id == Some(id))
            .map(|((unit, _, _), plug)| (*unit, plug.handle))
    }

    fn plug_refusals(&self, unit: UnitId, plug: PlugId) -> Vec<NtStatus> {
        let mut refusals = Vec::new();
        if unit != UnitId::NONE && self.usable(unit).is_none() {
            refusals.push(NtStatus::NO_SUCH_DEVICE);
        }
        match self.plug(plug) {
            None => refusals.push(NtStatus::INVALID_PARAMETER),
            Some((of, _)) => {
                if self.units[of].leaving.is_some() {
                    refusals.push(NtStatus::NO_SUCH_DEVICE);
                }
                if unit != UnitId::NONE && unit != self.units[of].id {
                    refusals.push(NtStatus::INVALID_PARAMETER);
                }
            }
        }
        refusals
    }

    /// Made, told and not being broken.
    pub(super) fn breakable(&self, index: usize) -> bool {
        let connection = &self.connections[index];
        !connection.gone
            && !connection.breaking
            && self.transfers[&connection.key.to_bits()].client.is_none()
    }
}

/// A result must be one of the refusals, or good when there are none.
pub(super) fn expected<T: std::fmt::Debug>(
    result: Result<T, NtStatus>,
    refusals: &[NtStatus],
) -> Result<T, NtStatus> {
    match &result {
        Ok(_) => assert!(refusals.is_empty(), "must be one of {refusals:?}"),
        Err(status) => assert!(
            refusals.contains(status),
            "{status} is none of {refusals:?}"
        ),
    }
    result
}
