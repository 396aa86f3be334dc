//! Units and their plugs.

use plug61883_abi::av61883::{BusGenerationNode, DDI_VERSION_2, NodeAddress};
use plug61883_abi::ids::{Direction, PlugId, UnitId};
use plug61883_abi::ioctl::{event_kind, unit_state};
use plug61883_abi::pcr::PLUGS_PER_DIRECTION;
use plug61883_abi::status::NtStatus;

use crate::item::{End, ItemState, Kind};
use crate::keeper::Keeper;
use crate::slots::{Empty, next_generation};
use crate::{Engine, Result};

/// A unit that the driver filters.
pub(crate) struct Unit {
    /// DDI version of the protocol driver below, once it was asked.
    pub(crate) ddi_version: Option<u32>,
    /// It is going: nothing new is taken.
    pub(crate) leaving: bool,
    /// Its stack is stopped or asleep: nothing is sent.
    pub(crate) suspended: bool,
    /// The shell was told that nothing of the leaving unit is under way any more.
    pub(crate) quiet_told: bool,
    /// Something of it waits to be sent at PASSIVE_LEVEL, and the shell was not told.
    pub(crate) resume_wanted: bool,
    /// When the shell is to call [`Engine::expire`], in milliseconds; 0 for never.
    pub(crate) timer: u64,
    /// The shell was not told of it.
    pub(crate) timer_wanted: bool,
    /// Bus generation and nodes, as told last.
    pub(crate) nodes: BusGenerationNode,
    /// Diagnostic level, as far as it was set through this driver.
    pub(crate) diag_level: u32,
    pub(crate) keeper: Keeper,
    plugs: [[Plug; PLUGS_PER_DIRECTION]; 2],
}

/// A plug of the device whose handle the protocol driver gave.
#[derive(Clone, Copy)]
struct Plug {
    /// `hPlug`, 0 when it is not known.
    handle: u64,
    /// Of the id that stands for the handle.
    generation: u32,
}

impl Empty for Unit {
    const EMPTY: Self = Self {
        ddi_version: None,
        leaving: false,
        suspended: false,
        quiet_told: false,
        resume_wanted: false,
        timer: 0,
        timer_wanted: false,
        nodes: BusGenerationNode {
            generation: 0,
            local_node: NodeAddress(0),
            device_node: NodeAddress(0),
        },
        diag_level: 0,
        keeper: Keeper::IDLE,
        plugs: [[Plug {
            handle: 0,
            generation: 0,
        }; PLUGS_PER_DIRECTION]; 2],
    };
}

impl Unit {
    /// The protocol driver's version is known, and one that we speak.
    pub(crate) fn is_spoken_to(&self) -> bool {
        self.ddi_version
            .is_some_and(|version| version >= DDI_VERSION_2)
    }

    /// Its protocol driver is too old.
    fn is_unsupported(&self) -> bool {
        self.ddi_version
            .is_some_and(|version| version < DDI_VERSION_2)
    }

    /// [`unit_state`].
    pub(crate) fn state(&self) -> u32 {
        match self.ddi_version {
            _ if self.leaving => unit_state::LEAVING,
            None => unit_state::ASKING,
            Some(_) if self.is_unsupported() => unit_state::UNSUPPORTED,
            Some(_) => unit_state::MANAGED,
        }
    }

    /// Requests of the unit may be sent.
    pub(crate) fn may_send(&self) -> bool {
        // A leaving unit is suspended too, but its lower drivers are still there.
        self.leaving || !self.suspended
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

    /// `hPlug` of a plug of the device, if its id is of the plug's generation.
    fn plug_handle(&self, plug: PlugRef) -> Option<u64> {
        let known = self.row(plug.direction).get(usize::from(plug.number))?;
        (!plug.local && known.generation == plug.generation && known.handle != 0)
            .then_some(known.handle)
    }

    /// The plug of the device that has a handle.
    fn plug_of_handle(&self, handle: u64) -> Option<PlugRef> {
        self.plugs()
            .find(|plug| self.plug_handle(*plug) == Some(handle))
    }

    /// The plugs of the device whose ids are given out.
    pub(crate) fn plugs(&self) -> impl Iterator<Item = PlugRef> {
        [Direction::Out, Direction::In]
            .into_iter()
            .flat_map(|direction| {
                self.row(direction)
                    .iter()
                    .zip(0_u8..)
                    .filter(|(plug, _)| plug.handle != 0)
                    .map(move |(plug, number)| PlugRef {
                        local: false,
                        direction,
                        number,
                        generation: plug.generation,
                    })
            })
    }
}

/// A plug id, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PlugRef {
    /// It is one of this computer.
    pub(crate) local: bool,
    pub(crate) direction: Direction,
    pub(crate) number: u8,
    pub(crate) generation: u32,
}

impl PlugRef {
    /// The plug's id.
    pub(crate) fn id(self, unit: UnitId) -> PlugId {
        let Some(slot) = unit.slot().and_then(|slot| u16::try_from(slot).ok()) else {
            return PlugId::NONE;
        };
        let id = PlugId::new(slot, self.direction, self.number, self.generation);
        if self.local { id.local() } else { id }
    }
}

impl Engine {
    /// A unit has started. It is seen once its keeper is adopted
    /// ([`Self::reserve_keeper`], [`Self::adopt_keeper`]).
    ///
    /// # Errors
    /// `STATUS_QUOTA_EXCEEDED`: [`plug61883_abi::ioctl::MAX_UNITS`] are present.
    pub fn unit_arrived(&mut self) -> Result<UnitId> {
        let (slot, generation) = self
            .units
            .insert(Unit {
                keeper: Keeper::new(),
                ..Unit::EMPTY
            })
            .ok_or(NtStatus::QUOTA_EXCEEDED)?;
        let id = UnitId::new(u32::from(slot), generation);
        self.unit_event(id, event_kind::UNIT_ARRIVED);
        Ok(id)
    }

    /// Units that are present.
    #[must_use]
    pub fn unit_count(&self) -> usize {
        self.units.len()
    }

    /// A fresh generation for a plug's id. One count for all plugs of all units: a slot that
    /// another takes later must not give out the ids of its predecessor again.
    pub(crate) fn fresh_plug_generation(&mut self) -> u32 {
        self.plug_generation = next_generation(self.plug_generation);
        self.plug_generation
    }

    /// The protocol driver has told the handle of a plug of the device; the plug's id. Another
    /// handle than before makes the old id stale: what named it and is not sent yet is refused,
    /// so that no connect goes down with only one of its plugs.
    pub(crate) fn plug_told(
        &mut self,
        id: UnitId,
        direction: Direction,
        number: u8,
        handle: u64,
    ) -> PlugId {
        let fresh = next_generation(self.plug_generation);
        let learned = self
            .unit_mut(id)
            .and_then(|unit| unit.learn_plug(direction, number, handle, fresh));
        let Some((before, now)) = learned else {
            return PlugId::NONE;
        };
        let plug = |generation| PlugRef {
            local: false,
            direction,
            number,
            generation,
        };
        if now == fresh {
            self.plug_generation = fresh;
            self.dismiss_unsent(id, plug(before));
        }
        plug(now).id(id)
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
            unit if unit.is_unsupported() => Err(NtStatus::REVISION_MISMATCH),
            unit => Ok(unit),
        }
    }

    /// The unit and plug of a plug id; with `unit` given it must be that unit's.
    pub(crate) fn resolve_plug(&self, id: PlugId, unit: UnitId) -> Result<(UnitId, PlugRef)> {
        let bad = NtStatus::INVALID_PARAMETER;
        let slot = id.unit_slot().ok_or(bad)?;
        let direction = id.direction().ok_or(bad)?;
        let (generation, _) = self.units.current(slot).ok_or(bad)?;
        let owner_id = UnitId::new(slot as u32, generation);
        if unit != UnitId::NONE {
            self.usable_unit(unit)?;
            if unit != owner_id {
                return Err(bad);
            }
        }
        let plug = PlugRef {
            local: id.is_local(),
            direction,
            number: id.number(),
            generation: id.generation(),
        };
        self.plug_handle(owner_id, plug).ok_or(bad)?;
        Ok((owner_id, plug))
    }

    /// `hPlug` of a plug, if it is there and may be named in requests: what another driver made
    /// may be gone before a request arrives, so its plugs may not.
    pub(crate) fn plug_handle(&self, unit: UnitId, plug: PlugRef) -> Option<u64> {
        if !plug.local {
            return self.unit(unit).ok()?.plug_handle(plug);
        }
        let item = self.item(self.local_plug(unit, plug)?)?;
        match item.state {
            ItemState::Active(handle) if !item.is_foreign() => Some(handle),
            _ => None,
        }
    }

    /// `hPlug` of a connection's end.
    pub(crate) fn end_handle(&self, unit: UnitId, end: End) -> Option<u64> {
        match end {
            End::Open => None,
            End::Plug(plug) => self.plug_handle(unit, plug),
            End::Foreign(handle) => Some(handle),
        }
    }

    /// The id of the plug at a connection's end, [`PlugId::NONE`] when none is known.
    pub(crate) fn plug_of_end(&self, unit: UnitId, end: End) -> PlugId {
        match end {
            End::Open => PlugId::NONE,
            End::Plug(plug) => plug.id(unit),
            End::Foreign(handle) => self
                .known_plug(unit, handle)
                .map_or(PlugId::NONE, |plug| plug.id(unit)),
        }
    }

    /// The plug that a handle is known for: of the device, or of this computer.
    fn known_plug(&self, unit: UnitId, handle: u64) -> Option<PlugRef> {
        let of_device = self.unit(unit).ok()?.plug_of_handle(handle);
        of_device.or_else(|| {
            self.announced_items(Kind::Plug)
                .find(|(_, item)| item.unit == unit && item.handle() == handle)
                .and_then(|(_, item)| item.thing.plug())
        })
    }

    /// Both ends name the same plug.
    pub(crate) fn same_end(&self, unit: UnitId, a: End, b: End) -> bool {
        let handle = |end| self.end_handle(unit, end);
        a != End::Open && handle(a).is_some() && handle(a) == handle(b)
    }

    /// The shell is to call [`Engine::expire`] at a time, if no earlier one is set.
    pub(crate) fn want_timer(&mut self, id: UnitId, at: u64) {
        if let Some(unit) = self.unit_mut(id)
            && at != 0
            && (unit.timer == 0 || at < unit.timer)
        {
            unit.timer = at;
            unit.timer_wanted = true;
            self.unit_wants = true;
        }
    }
}
