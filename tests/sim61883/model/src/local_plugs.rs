//! The plugs of this computer, which drivers create through a unit.
//!
//! The register of a plug is the one that the bus sees; all its bits are the creator's to set.
//! Whoever changes it, the creator's notify routine and every monitor is told.
//!
//! Plug numbers are given out lowest first. The master registers count up to the highest plug
//! that there is; where one below it was deleted, its register is not there.

use plug61883_abi::av61883::{AvPcr, MonitorInfo, PlugNotifyInfo, monitor_state};
use plug61883_abi::ids::Direction;
use plug61883_abi::pcr::PLUGS_PER_DIRECTION;

use crate::bus::{DeviceRef, NodeRef};
use crate::cmp::Plug;
use crate::handles::{self, PlugKey};
use crate::simulation::Simulation;
use crate::table::Table;

/// The table: output plugs by their numbers, then input plugs.
pub(crate) type LocalPlugs = Table<LocalPlug, { 2 * PLUGS_PER_DIRECTION }>;

const BOTH: [Direction; 2] = [Direction::Out, Direction::In];

/// A plug of this computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalPlug {
    /// The unit through which it was created.
    pub owner: DeviceRef,
    /// Its direction.
    pub direction: Direction,
    /// Its number.
    pub number: u8,
    /// Address of the routine that is told of changes, 0 for none.
    pub notify: u64,
    /// The creator's context for the routine.
    pub context: u64,
    /// Value of the register that was told last.
    told: u32,
}

impl LocalPlug {
    /// The plug, as the end of a connection.
    #[must_use]
    pub const fn plug(&self) -> Plug {
        Plug {
            node: NodeRef::Local,
            direction: self.direction,
            number: self.number,
        }
    }
}

/// What a plug is created from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewPlug {
    /// Its direction.
    pub direction: Direction,
    /// First value of its register.
    pub pcr: u32,
    /// Address of the routine that is to be told of changes, 0 for none.
    pub notify: u64,
    /// Context for the routine.
    pub context: u64,
}

/// Why a plug can't be changed or deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalPlugError {
    /// The handle names no plug.
    Unknown,
    /// It is a device's plug, or was created through another unit.
    NotYours,
}

/// Place of a plug in the table.
const fn slot(direction: Direction, number: u8) -> u16 {
    let first = match direction {
        Direction::Out => 0,
        Direction::In => PLUGS_PER_DIRECTION as u16,
    };
    first.wrapping_add(number as u16)
}

impl Simulation {
    /// Creates a plug of this computer for `owner`; gives its number and its handle. `None` when
    /// there are 31 of its direction.
    pub fn create_plug(&mut self, owner: DeviceRef, new: NewPlug) -> Option<(u8, u64)> {
        let NewPlug {
            direction,
            pcr,
            notify,
            context,
        } = new;
        let number = self.bus.local_mut().create_plug(direction, pcr)?;
        let plug = LocalPlug {
            owner,
            direction,
            number,
            notify,
            context,
            told: pcr,
        };
        let key = self.local_plugs.fill(slot(direction, number), plug)?;
        self.tell_monitors(&plug, monitor_state::CREATED);
        Some((number, handles::of_plug(PlugKey::Local(key))))
    }

    /// Writes the register of a plug that was created through `owner`, all bits.
    ///
    /// # Errors
    /// There is no such plug of this owner.
    pub fn set_plug(
        &mut self,
        owner: DeviceRef,
        handle: u64,
        pcr: u32,
    ) -> Result<(), LocalPlugError> {
        let plug = self.own_plug(owner, handle)?;
        self.bus
            .local_mut()
            .set_pcr(plug.direction, plug.number, pcr);
        self.tell_changes();
        Ok(())
    }

    /// Deletes a plug that was created through `owner`. The connections that end there are
    /// broken first; the protocol driver has lost them then.
    ///
    /// # Errors
    /// There is no such plug of this owner.
    pub fn delete_plug(&mut self, owner: DeviceRef, handle: u64) -> Result<(), LocalPlugError> {
        let plug = self.own_plug(owner, handle)?;
        self.drop_connections(|connection| connection.ends_at(plug.plug()));
        self.remove_plug(&plug);
        Ok(())
    }

    fn own_plug(&self, owner: DeviceRef, handle: u64) -> Result<LocalPlug, LocalPlugError> {
        match handles::plug(handle).ok_or(LocalPlugError::Unknown)? {
            PlugKey::Local(key) => match self.local_plugs.get(key) {
                Some(plug) if plug.owner == owner => Ok(*plug),
                Some(_) => Err(LocalPlugError::NotYours),
                None => Err(LocalPlugError::Unknown),
            },
            PlugKey::Device {
                device,
                direction,
                number,
            } => {
                let node = self.bus.node(NodeRef::Device(device));
                if node.is_some_and(|node| node.has_plug(direction, number)) {
                    Err(LocalPlugError::NotYours)
                } else {
                    Err(LocalPlugError::Unknown)
                }
            }
        }
    }

    /// A plug that was created through `owner`.
    pub(crate) fn plug_of(&self, owner: DeviceRef) -> Option<LocalPlug> {
        let mut plugs = self.local_plugs.iter().map(|(_, plug)| *plug);
        plugs.find(|plug| plug.owner == owner)
    }

    /// Takes a plug away, of which no connection is left.
    pub(crate) fn remove_plug(&mut self, plug: &LocalPlug) {
        let place = slot(plug.direction, plug.number);
        if let Some((key, _)) = self.local_plugs.at_mut(place) {
            self.callbacks
                .plug_is_gone(handles::of_plug(PlugKey::Local(key)));
        }
        self.local_plugs.take(place);
        self.tell_monitors(plug, monitor_state::REMOVED);
        self.bus
            .local_mut()
            .delete_plug(plug.direction, plug.number);
    }

    /// Tells of every register of this computer that is not what it was when that was last
    /// told. Whatever may have changed one ends with this.
    pub(crate) fn tell_changes(&mut self) {
        for direction in BOTH {
            for number in 0..self.bus.local().plugs(direction) {
                let Some(value) = self.bus.local().pcr(direction, number) else {
                    continue;
                };
                let Some((key, plug)) = self.local_plugs.at_mut(slot(direction, number)) else {
                    continue;
                };
                if plug.told == value {
                    continue;
                }
                plug.told = value;
                let plug = *plug;
                let info = PlugNotifyInfo {
                    plug: handles::of_plug(PlugKey::Local(key)),
                    pcr: AvPcr(value),
                    context: plug.context,
                    ..PlugNotifyInfo::default()
                };
                self.callbacks
                    .plug_has_changed(plug.owner, plug.notify, info);
                self.tell_monitors(&plug, monitor_state::UPDATED);
            }
        }
    }

    fn tell_monitors(&mut self, plug: &LocalPlug, state: u32) {
        let value = self.bus.local().pcr(plug.direction, plug.number);
        self.callbacks.plug_was_accessed(MonitorInfo {
            state,
            plug_number: plug.number.into(),
            plug_type: plug.direction as u32,
            pcr: AvPcr(value.unwrap_or(plug.told)),
            context: 0,
        });
    }

    /// The plugs of this computer with their registers, output plugs first.
    pub fn local_plugs(&self) -> impl Iterator<Item = (&LocalPlug, u32)> {
        self.local_plugs.iter().filter_map(|(_, plug)| {
            let value = self.bus.local().pcr(plug.direction, plug.number)?;
            Some((plug, value))
        })
    }
}
