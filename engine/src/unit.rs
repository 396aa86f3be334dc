//! Units and their plugs.

use plug61883_abi::av61883::DDI_VERSION_2;
use plug61883_abi::ids::{Direction, PlugId, UnitId};
use plug61883_abi::pcr::PLUGS_PER_DIRECTION;
use plug61883_abi::status::NtStatus;

use crate::slots::next_generation;
use crate::{Engine, Result};

/// A unit that the driver filters.
pub(crate) struct Unit {
    /// DDI version of the protocol driver below, once it was asked.
    pub(crate) ddi_version: Option<u32>,
    /// It is going: nothing new is taken.
    pub(crate) leaving: bool,
    /// The shell was told that nothing of the leaving unit is under way any more.
    pub(crate) quiet_told: bool,
    /// Something of it waits to be sent at PASSIVE_LEVEL, and the shell was not told.
    pub(crate) resume_wanted: bool,
    plugs: [[Plug; PLUGS_PER_DIRECTION]; 2],
}

/// A plug whose handle the protocol driver gave.
#[derive(Clone, Copy)]
struct Plug {
    /// `hPlug`, 0 when it is not known.
    handle: u64,
    /// Of the id that stands for the handle.
    generation: u32,
}

impl Unit {
    pub(crate) const fn new() -> Self {
        Self {
            ddi_version: None,
            leaving: false,
            quiet_told: false,
            resume_wanted: false,
            plugs: [[Plug {
                handle: 0,
                generation: 0,
            }; PLUGS_PER_DIRECTION]; 2],
        }
    }

    /// The protocol driver's version is known, and one that we speak.
    pub(crate) fn is_spoken_to(&self) -> bool {
        self.ddi_version
            .is_some_and(|version| version >= DDI_VERSION_2)
    }

    fn row(&self, direction: Direction) -> &[Plug; PLUGS_PER_DIRECTION] {
        let [outputs, inputs] = &self.plugs;
        match direction {
            Direction::Out => outputs,
            Direction::In => inputs,
        }
    }

    /// Remembers a plug's handle. If it is another one than before, the plug gets a new id, of
    /// `generation`. Gives the generations before and now, 0 before the first.
    fn learn_plug(
        &mut self,
        direction: Direction,
        number: u8,
        handle: u64,
        generation: u32,
    ) -> Option<(u32, u32)> {
        let [outputs, inputs] = &mut self.plugs;
        let row = match direction {
            Direction::Out => outputs,
            Direction::In => inputs,
        };
        let plug = row.get_mut(usize::from(number))?;
        let before = plug.generation;
        if plug.handle != handle || before == 0 {
            *plug = Plug { handle, generation };
        }
        Some((before, plug.generation))
    }

    /// `hPlug` of a plug, if its id is of `generation`.
    pub(crate) fn plug_handle(
        &self,
        direction: Direction,
        number: u8,
        generation: u32,
    ) -> Option<u64> {
        let plug = self.row(direction).get(usize::from(number))?;
        (plug.generation == generation && plug.handle != 0).then_some(plug.handle)
    }

    /// The plugs whose ids are given out: direction, number, generation.
    pub(crate) fn plugs(&self) -> impl Iterator<Item = (Direction, u8, u32)> {
        [Direction::Out, Direction::In]
            .into_iter()
            .flat_map(|direction| {
                self.row(direction)
                    .iter()
                    .zip(0_u8..)
                    .filter(|(plug, _)| plug.handle != 0)
                    .map(move |(plug, number)| (direction, number, plug.generation))
            })
    }
}

/// A plug id that was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PlugRef {
    pub(crate) direction: Direction,
    pub(crate) number: u8,
    pub(crate) generation: u32,
}

impl Engine {
    /// A unit has started.
    ///
    /// # Errors
    /// `STATUS_QUOTA_EXCEEDED`: [`plug61883_abi::ioctl::MAX_UNITS`] are present.
    pub fn unit_arrived(&mut self) -> Result<UnitId> {
        let (slot, generation) = self
            .units
            .insert(Unit::new())
            .ok_or(NtStatus::QUOTA_EXCEEDED)?;
        Ok(UnitId::new(u32::from(slot), generation))
    }

    /// The protocol driver has told the handle of a plug; the plug's id. Another handle than
    /// before makes the old id stale: what named it and is not sent yet is refused, so that no
    /// connect goes down with only one of its plugs.
    pub(crate) fn plug_told(
        &mut self,
        id: UnitId,
        direction: Direction,
        number: u8,
        handle: u64,
    ) -> PlugId {
        // One count for all plugs of all units: a slot that another unit takes later must not
        // give out the ids of its predecessor again.
        let fresh = next_generation(self.plug_generation);
        let learned = self
            .unit_mut(id)
            .and_then(|unit| unit.learn_plug(direction, number, handle, fresh));
        let Some((before, now)) = learned else {
            return PlugId::NONE;
        };
        let plug = |generation| PlugRef {
            direction,
            number,
            generation,
        };
        if now == fresh {
            self.plug_generation = fresh;
            self.dismiss_unsent(id, plug(before));
        }
        Self::plug_id(id, plug(now))
    }

    /// The unit of an id.
    pub(crate) fn unit(&self, id: UnitId) -> Result<&Unit> {
        id.slot()
            .and_then(|slot| self.units.get(slot, id.generation()))
            .ok_or(NtStatus::NO_SUCH_DEVICE)
    }

    pub(crate) fn unit_mut(&mut self, id: UnitId) -> Option<&mut Unit> {
        self.units.get_mut(id.slot()?, id.generation())
    }

    /// The unit of an id, if it takes requests.
    pub(crate) fn usable_unit(&self, id: UnitId) -> Result<&Unit> {
        match self.unit(id)? {
            unit if unit.leaving => Err(NtStatus::NO_SUCH_DEVICE),
            unit => Ok(unit),
        }
    }

    /// The unit and plug of a plug id; with `unit` given it must be that unit's.
    pub(crate) fn resolve_plug(&self, id: PlugId, unit: UnitId) -> Result<(UnitId, PlugRef)> {
        let bad = NtStatus::INVALID_PARAMETER;
        let slot = id.unit_slot().ok_or(bad)?;
        let direction = id.direction().ok_or(bad)?;
        let (generation, owner) = self.units.current(slot).ok_or(bad)?;
        let owner_id = UnitId::new(slot as u32, generation);
        if unit != UnitId::NONE {
            self.usable_unit(unit)?;
            if unit != owner_id {
                return Err(bad);
            }
        }
        let plug = PlugRef {
            direction,
            number: id.number(),
            generation: id.generation(),
        };
        owner
            .plug_handle(direction, plug.number, plug.generation)
            .ok_or(bad)?;
        Ok((owner_id, plug))
    }

    /// The id of a plug of a unit.
    pub(crate) fn plug_id(unit: UnitId, plug: PlugRef) -> PlugId {
        match unit.slot().and_then(|slot| u16::try_from(slot).ok()) {
            Some(slot) => PlugId::new(slot, plug.direction, plug.number, plug.generation),
            None => PlugId::NONE,
        }
    }
}
