//! The unit directories that drivers add to this computer's configuration ROM.

use plug61883_abi::av61883::{AvRequest, SetUnitDirectory, unit_directory};
use plug61883_abi::status::NtStatus;

use crate::bus::DeviceRef;
use crate::handles;
use crate::protocol::Answer;
use crate::simulation::Simulation;
use crate::table::Table;

/// Directories that there can be at once.
pub const MAX_DIRECTORIES: usize = 32;

/// Highest value of a 24-bit field.
const MAX_24_BITS: u32 = 0x00FF_FFFF;

pub(crate) type Directories = Table<Directory, MAX_DIRECTORIES>;

/// A unit directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Directory {
    /// The unit through which it was added.
    pub owner: DeviceRef,
    /// Unit_Spec_ID.
    pub unit_spec_id: u32,
    /// Unit_SW_Version.
    pub unit_sw_version: u32,
}

impl Simulation {
    /// The directories, in order of their places.
    pub fn directories(&self) -> impl Iterator<Item = (u16, &Directory)> {
        self.directories.iter()
    }

    /// `Av61883_SetUnitDirectory`. Only who added a directory can remove it.
    pub(crate) fn set_unit_directory(
        &mut self,
        unit: DeviceRef,
        request: &mut AvRequest,
    ) -> Answer {
        let mut arguments: SetUnitDirectory = request.arguments();
        let reset_after = arguments.flags & unit_directory::BUS_RESET_AFTER != 0;
        match arguments.flags & !unit_directory::BUS_RESET_AFTER {
            unit_directory::ADD => {
                let directory = Directory {
                    owner: unit,
                    unit_spec_id: arguments.unit_spec_id,
                    unit_sw_version: arguments.unit_sw_version,
                };
                if directory.unit_spec_id > MAX_24_BITS || directory.unit_sw_version > MAX_24_BITS {
                    return Err(NtStatus::INVALID_PARAMETER);
                }
                let added = self
                    .directories
                    .free_slot()
                    .and_then(|slot| self.directories.fill(slot, directory))
                    .ok_or(NtStatus::INSUFFICIENT_RESOURCES)?;
                arguments.entry = handles::of_directory(added);
            }
            unit_directory::REMOVE => {
                let key = handles::directory(arguments.entry)
                    .filter(|key| {
                        let directory = self.directories.get(*key);
                        directory.is_some_and(|directory| directory.owner == unit)
                    })
                    .ok_or(NtStatus::INVALID_PARAMETER)?;
                self.directories.take(key.slot);
                arguments.entry = 0;
            }
            _ => return Err(NtStatus::INVALID_PARAMETER),
        }
        request.set_arguments(arguments);
        if reset_after {
            self.reset_and_restore();
        }
        Ok(())
    }
}
