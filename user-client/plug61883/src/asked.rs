//! What was asked of the driver.

use std::fmt;

use plug61883_abi::av61883::set_unit_info_level;
use plug61883_abi::ids::{ConnectionId, Direction, DirectoryId, PlugId, UnitId};

use crate::register::RegisterPlace;
use crate::transport::Access;

/// What was asked. `Display` completes "could not ...".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Asked {
    /// To open the driver.
    Open {
        /// For what.
        access: Access,
    },
    /// What the driver is.
    Interface,
    /// The list of units.
    Units,
    /// Information about a unit.
    UnitInfo {
        /// The unit.
        unit: UnitId,
        /// Level of `GET_UNIT_INFO`.
        level: u32,
    },
    /// To set something of a unit.
    SetUnitInfo {
        /// The unit.
        unit: UnitId,
        /// Level of `SET_UNIT_INFO`.
        level: u32,
    },
    /// A plug, by its number.
    Plug {
        /// Its unit.
        unit: UnitId,
        /// Its direction.
        direction: Direction,
        /// Its number.
        number: u32,
    },
    /// The state of a plug.
    PlugState {
        /// The plug.
        plug: PlugId,
    },
    /// The list of plugs.
    Plugs,
    /// To make a plug of this computer.
    CreatePlug {
        /// The unit through whose driver.
        unit: UnitId,
        /// Its direction.
        direction: Direction,
    },
    /// A plug register of a unit's device.
    Register {
        /// The unit.
        unit: UnitId,
        /// Which one.
        place: RegisterPlace,
    },
    /// To write the register of a plug.
    SetPlug {
        /// The plug.
        plug: PlugId,
    },
    /// To delete a plug of this computer.
    DeletePlug {
        /// The plug.
        plug: PlugId,
    },
    /// To hand a plug of this computer over to the driver.
    PersistPlug {
        /// The plug.
        plug: PlugId,
    },
    /// The list of connections.
    Connections,
    /// To make a connection.
    Connect {
        /// The unit.
        unit: UnitId,
        /// Output plug, or none.
        output: PlugId,
        /// Input plug, or none.
        input: PlugId,
    },
    /// To break a connection.
    Disconnect {
        /// The connection.
        connection: ConnectionId,
    },
    /// To hand a connection over to the driver.
    PersistConnection {
        /// The connection.
        connection: ConnectionId,
    },
    /// To reset the bus.
    BusReset {
        /// The unit whose bus.
        unit: UnitId,
    },
    /// The list of unit directories.
    Directories,
    /// To add a unit directory.
    AddDirectory {
        /// The unit through whose driver.
        unit: UnitId,
    },
    /// To remove a unit directory.
    RemoveDirectory {
        /// The directory.
        directory: DirectoryId,
    },
    /// To hand a unit directory over to the driver.
    PersistDirectory {
        /// The directory.
        directory: DirectoryId,
    },
    /// To wait for events.
    Events,
    /// A snapshot.
    Snapshot,
}

impl Asked {
    /// Whether it is about one unit, or about something of one.
    pub(crate) const fn is_of_unit(self) -> bool {
        !matches!(
            self,
            Self::Open { .. }
                | Self::Interface
                | Self::Units
                | Self::Plugs
                | Self::Connections
                | Self::Directories
                | Self::Events
                | Self::Snapshot
        )
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Open {
                access: Access::Query,
            } => f.write_str("open the driver"),
            Self::Open {
                access: Access::Change,
            } => f.write_str("open the driver for changes"),
            Self::Interface => f.write_str("ask the driver for its version"),
            Self::Units => f.write_str("list the units"),
            Self::UnitInfo { unit, level } => {
                let what = crate::unit_info::level_text(level);
                write!(f, "read {what} of unit {unit}")
            }
            Self::SetUnitInfo { unit, level } => {
                let what = match level {
                    set_unit_info_level::DIAG_LEVEL => "the diagnostic level",
                    set_unit_info_level::ISOCH_PARAMS => "the isochronous parameters",
                    set_unit_info_level::CMP_ADDRESS_RANGE_TYPE => "the address type",
                    _ => "information",
                };
                write!(f, "set {what} of unit {unit}")
            }
            Self::Plug {
                unit,
                direction,
                number,
            } => {
                write!(f, "get {direction}[{number}] of unit {unit}")
            }
            Self::PlugState { plug } => write!(f, "read the state of plug {plug}"),
            Self::Register { unit, place } => write!(f, "read {place} of unit {unit}"),
            Self::Plugs => f.write_str("list the plugs"),
            Self::CreatePlug { unit, direction } => {
                write!(f, "create an {direction} through unit {unit}")
            }
            Self::SetPlug { plug } => write!(f, "set plug {plug}"),
            Self::DeletePlug { plug } => write!(f, "delete plug {plug}"),
            Self::PersistPlug { plug } => write!(f, "let plug {plug} persist"),
            Self::Connections => f.write_str("list the connections"),
            Self::Connect {
                unit,
                output,
                input,
            } => match (output, input) {
                (PlugId::NONE, PlugId::NONE) => write!(f, "connect no plug of unit {unit}"),
                (plug, PlugId::NONE) | (PlugId::NONE, plug) => write!(f, "connect plug {plug}"),
                (output, input) => write!(f, "connect plug {output} to {input}"),
            },
            Self::Disconnect { connection } => write!(f, "break connection {connection}"),
            Self::PersistConnection { connection } => {
                write!(f, "let connection {connection} persist")
            }
            Self::BusReset { unit } => write!(f, "reset the bus of unit {unit}"),
            Self::Directories => f.write_str("list the unit directories"),
            Self::AddDirectory { unit } => {
                write!(f, "add a unit directory through unit {unit}")
            }
            Self::RemoveDirectory { directory } => {
                write!(f, "remove unit directory {directory}")
            }
            Self::PersistDirectory { directory } => {
                write!(f, "let unit directory {directory} persist")
            }
            Self::Events => f.write_str("wait for events"),
            Self::Snapshot => f.write_str("take a snapshot"),
        }
    }
}
