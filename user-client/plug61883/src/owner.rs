//! Who answers for connections, plugs and unit directories.

use plug61883_abi::ioctl::owner;

/// Who answers for a connection, a plug or a unit directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// The handle that asked.
    ThisHandle,
    /// Another handle.
    OtherHandle,
    /// The driver: it was made to persist, or handed over later.
    Driver,
    /// Another driver of this computer.
    Foreign,
    /// The device: one of its own plugs.
    Device,
    /// A value that this version does not have.
    Other(u32),
}

impl Owner {
    pub(crate) const fn from_raw(raw: u32) -> Self {
        match raw {
            owner::THIS_HANDLE => Self::ThisHandle,
            owner::OTHER_HANDLE => Self::OtherHandle,
            owner::DRIVER => Self::Driver,
            owner::FOREIGN => Self::Foreign,
            owner::DEVICE => Self::Device,
            other => Self::Other(other),
        }
    }
}

/// A process id, when it is known.
pub(crate) fn process(id: u32) -> Option<u32> {
    (id != 0).then_some(id)
}
