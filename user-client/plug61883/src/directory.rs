//! Unit directories of this computer's configuration ROM.

use plug61883_abi::ids::{DirectoryId, UnitId};
use plug61883_abi::ioctl::{AddDirectoryRequest, DirectoryEntry, RequestHeader, directory_flags};

use crate::driver::Driver;
use crate::error::{Answer, Error};
use crate::owner::{Owner, process};
use crate::requests::flag;

/// The unit directory that is to be added: until the [`Directory`] is dropped, with no bus reset,
/// unless told otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct AddDirectory {
    spec_id: u32,
    sw_version: u32,
    persist: bool,
    bus_reset: bool,
}

impl AddDirectory {
    /// A directory with this `Unit_Spec_ID` and `Unit_SW_Version`, 24 bits each.
    pub const fn new(spec_id: u32, sw_version: u32) -> Self {
        Self {
            spec_id,
            sw_version,
            persist: false,
            bus_reset: false,
        }
    }

    /// One that stays until it is removed by its id or the unit leaves.
    pub const fn persist(self, persist: bool) -> Self {
        Self { persist, ..self }
    }

    /// Reset the bus afterwards, so that other nodes read the configuration ROM again.
    pub const fn bus_reset(self, bus_reset: bool) -> Self {
        Self { bus_reset, ..self }
    }

    pub(crate) const fn is_persistent(&self) -> bool {
        self.persist
    }

    pub(crate) fn request(&self, header: RequestHeader) -> AddDirectoryRequest {
        AddDirectoryRequest {
            header,
            spec_id: self.spec_id,
            sw_version: self.sw_version,
            flags: flag(self.persist, directory_flags::PERSIST)
                | flag(self.bus_reset, directory_flags::BUS_RESET),
            reserved: 0,
        }
    }
}

/// A unit directory that this handle added. It is removed when this value is dropped, unless it
/// persists.
#[derive(Debug)]
#[must_use = "a unit directory that does not persist is removed when it is dropped"]
pub struct Directory {
    driver: Driver,
    id: DirectoryId,
    persistent: bool,
    removed: bool,
}

impl Directory {
    pub(crate) const fn new(driver: Driver, id: DirectoryId, persistent: bool) -> Self {
        Self {
            driver,
            id,
            persistent,
            removed: false,
        }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> DirectoryId {
        self.id
    }

    /// Whether it stays when this value is dropped.
    #[must_use]
    pub fn is_persistent(&self) -> bool {
        self.persistent
    }

    /// Lets it persist: from now on it stays when this value is dropped, and when the program
    /// ends, until it is removed by its id or the unit leaves. Tells who confirmed it.
    ///
    /// # Errors
    ///
    /// As [`Driver::persist_connection`]; it still ends with this value then.
    pub fn persist(&mut self) -> Result<Answer, Error> {
        let answer = self.driver.persist_directory(self.id)?;
        self.persistent = true;
        Ok(answer)
    }

    /// Removes it, resets the bus afterwards where told to, and tells who confirmed it.
    ///
    /// # Errors
    ///
    /// When the request fails. A directory that does not persist still ends with its handle then.
    pub fn remove(mut self, bus_reset: bool) -> Result<Answer, Error> {
        self.removed = true;
        self.driver.remove_directory(self.id, false, bus_reset)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        if !self.persistent && !self.removed {
            // A failure has nobody to go to; the driver removes what is left with the handle.
            let _ = self.driver.remove_directory(self.id, false, false);
        }
    }
}

/// A unit directory that the driver has added, whoever asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DirectoryInfo {
    /// Its id.
    pub id: DirectoryId,
    /// Id of the unit through whose driver it was added.
    pub unit: UnitId,
    /// `Unit_Spec_ID`, 24 bits.
    pub spec_id: u32,
    /// `Unit_SW_Version`, 24 bits.
    pub sw_version: u32,
    /// Who answers for it.
    pub owner: Owner,
    /// Process that added it, when it is known.
    pub process_id: Option<u32>,
    /// When it was added: units of 100 ns since 1601, UTC.
    pub made_at: u64,
}

impl DirectoryInfo {
    pub(crate) fn from_entry(entry: &DirectoryEntry) -> Self {
        Self {
            id: entry.directory,
            unit: entry.unit,
            spec_id: entry.spec_id,
            sw_version: entry.sw_version,
            owner: Owner::from_raw(entry.owner),
            process_id: process(entry.process_id),
            made_at: entry.made_at,
        }
    }
}
