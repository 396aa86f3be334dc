//! What control requests ask for.

use plug61883_abi::av61883::{AvPcr, CipDataFormat};
use plug61883_abi::ids::{ConnectionId, Direction, DirectoryId, PlugId, UnitId};

/// What a control request asks for; its values are in range, its ids not looked up yet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Command {
    /// [`plug61883_abi::ioctl::QUERY_INTERFACE`]
    Interface,
    /// [`plug61883_abi::ioctl::LIST_UNITS`]
    ListUnits,
    /// [`plug61883_abi::ioctl::UNIT_INFO`]
    UnitInfo {
        /// Unit asked for.
        unit: UnitId,
        /// Level asked for.
        level: u32,
        /// [`plug61883_abi::av61883::unit_info_flags`].
        flags: u32,
    },
    /// [`plug61883_abi::ioctl::SET_UNIT_INFO`]
    SetUnitInfo {
        /// Unit meant.
        unit: UnitId,
        /// What is set: [`plug61883_abi::av61883::set_unit_info_level`].
        level: u32,
        /// The members of what is set, in their order.
        words: [u32; 4],
    },
    /// [`plug61883_abi::ioctl::GET_PLUG`]
    GetPlug {
        /// The plug's unit.
        unit: UnitId,
        /// Which way it faces.
        direction: Direction,
        /// Its number, 0..=30.
        number: u8,
    },
    /// [`plug61883_abi::ioctl::PLUG_STATE`]
    PlugState {
        /// The plug's unit, or [`UnitId::NONE`].
        unit: UnitId,
        /// The plug.
        plug: PlugId,
    },
    /// [`plug61883_abi::ioctl::LIST_PLUGS`], of all units with [`UnitId::NONE`].
    ListPlugs(UnitId),
    /// [`plug61883_abi::ioctl::LIST_CONNECTIONS`], of all units with [`UnitId::NONE`].
    ListConnections(UnitId),
    /// [`plug61883_abi::ioctl::LIST_DIRECTORIES`], of all units with [`UnitId::NONE`].
    ListDirectories(UnitId),
    /// [`plug61883_abi::ioctl::SNAPSHOT`]
    Snapshot,
    /// [`plug61883_abi::ioctl::WAIT_EVENTS`]
    WaitEvents {
        /// Answer at once.
        no_wait: bool,
    },
    /// [`plug61883_abi::ioctl::CONNECT`]
    Connect(Connect),
    /// [`plug61883_abi::ioctl::DISCONNECT`]
    Disconnect {
        /// The connection's unit, or [`UnitId::NONE`].
        unit: UnitId,
        /// The connection.
        connection: ConnectionId,
        /// Break it although another handle owns it.
        force: bool,
    },
    /// [`plug61883_abi::ioctl::CREATE_PLUG`]
    CreatePlug {
        /// Unit through whose driver it is made.
        unit: UnitId,
        /// Which way it faces.
        direction: Direction,
        /// First value of its register.
        pcr: AvPcr,
        /// It outlives the handle.
        persist: bool,
    },
    /// [`plug61883_abi::ioctl::SET_PLUG`]
    SetPlug {
        /// The plug's unit, or [`UnitId::NONE`].
        unit: UnitId,
        /// The plug.
        plug: PlugId,
        /// New value of its register.
        pcr: AvPcr,
    },
    /// [`plug61883_abi::ioctl::DELETE_PLUG`]
    DeletePlug {
        /// The plug's unit, or [`UnitId::NONE`].
        unit: UnitId,
        /// The plug.
        plug: PlugId,
        /// Delete it although another handle owns it.
        force: bool,
    },
    /// [`plug61883_abi::ioctl::BUS_RESET`]
    BusReset(UnitId),
    /// [`plug61883_abi::ioctl::ADD_DIRECTORY`]
    AddDirectory {
        /// Unit through whose driver it is added.
        unit: UnitId,
        /// Unit_Spec_ID.
        spec_id: u32,
        /// Unit_SW_Version.
        sw_version: u32,
        /// Reset the bus afterwards.
        bus_reset: bool,
        /// It outlives the handle.
        persist: bool,
    },
    /// [`plug61883_abi::ioctl::REMOVE_DIRECTORY`]
    RemoveDirectory {
        /// The directory's unit, or [`UnitId::NONE`].
        unit: UnitId,
        /// The directory.
        directory: DirectoryId,
        /// Reset the bus afterwards.
        bus_reset: bool,
        /// Remove it although another handle owns it.
        force: bool,
    },
    /// [`plug61883_abi::ioctl::PERSIST`]
    Persist {
        /// Its unit, or [`UnitId::NONE`].
        unit: UnitId,
        /// What is handed over.
        what: Owned,
    },
    /// [`plug61883_abi::ioctl::READ_REGISTER`]
    ReadRegister {
        /// Unit whose device is read.
        unit: UnitId,
        /// Offset of a plug register, as in [`plug61883_abi::pcr::register_address`].
        offset: u32,
    },
}

/// Names something that a handle can own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owned {
    /// A connection.
    Connection(ConnectionId),
    /// A plug of this computer.
    Plug(PlugId),
    /// A unit directory.
    Directory(DirectoryId),
}

/// What a command undoes.
pub(crate) struct Remove {
    pub(crate) unit: UnitId,
    pub(crate) what: Owned,
    pub(crate) force: bool,
    pub(crate) bus_reset: bool,
}

impl Command {
    /// What the command undoes, if it undoes something.
    pub(crate) const fn removal(&self) -> Option<Remove> {
        let (unit, what, force, bus_reset) = match *self {
            Self::Disconnect {
                unit,
                connection,
                force,
            } => (unit, Owned::Connection(connection), force, false),
            Self::DeletePlug { unit, plug, force } => (unit, Owned::Plug(plug), force, false),
            Self::RemoveDirectory {
                unit,
                directory,
                bus_reset,
                force,
            } => (unit, Owned::Directory(directory), force, bus_reset),
            _ => return None,
        };
        Some(Remove {
            unit,
            what,
            force,
            bus_reset,
        })
    }

    /// It may read a register over the bus: its memory has a quadlet that an MDL is to describe.
    #[must_use]
    pub const fn reads_register(&self) -> bool {
        matches!(self, Self::PlugState { .. } | Self::ReadRegister { .. })
    }
}

/// Arguments of [`Command::Connect`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Connect {
    /// The plugs' unit, or [`UnitId::NONE`].
    pub unit: UnitId,
    /// Output plug, or [`PlugId::NONE`].
    pub output: PlugId,
    /// Input plug, or [`PlugId::NONE`].
    pub input: PlugId,
    /// Broadcast or point-to-point.
    pub connect_type: u32,
    /// It outlives the handle.
    pub persist: bool,
    /// Format of the stream.
    pub format: CipDataFormat,
}

/// A command and the time that it may take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decoded {
    /// The command.
    pub command: Command,
    /// Milliseconds.
    pub timeout_ms: u32,
}
