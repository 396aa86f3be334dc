//! The interface of `pnp.sys`, the PnP manager stand-in: its control device, commands and replies.
//! That of the framework stand-in is in [`kmdf`].
//!
//! Every command names a device instance and is answered when the IRPs that it stands for are
//! complete. The IOCTL itself succeeds whenever the command was understood; what became of the
//! device is the status in the reply.
#![no_std]

pub mod kmdf;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// The control device as Windows programs open it.
pub const DEVICE_PATH: &str = r"\\.\PnpStandin";
/// The control device's name in the kernel.
pub const DEVICE_NAME: &str = r"\Device\PnpStandin";
/// The symbolic link behind [`DEVICE_PATH`].
pub const LINK_NAME: &str = r"\DosDevices\PnpStandin";
/// The service that `pnp.sys` runs as.
pub const SERVICE_NAME: &str = "pnp";
/// Where device instances live, below `HKEY_LOCAL_MACHINE`.
pub const ENUM_KEY: &str = r"System\CurrentControlSet\Enum";

/// The longest device instance path or service name, in UTF-16 units, terminator included.
pub const NAME_UNITS: usize = 200;

/// Carries out a [`CommandRequest`], answers a [`CommandReply`].
pub const IOCTL_COMMAND: u32 = ctl_code(0x800);
/// No input; answers as many [`DeviceEntry`]s as there are devices and the buffer holds.
pub const IOCTL_LIST: u32 = ctl_code(0x801);

/// FILE_DEVICE_UNKNOWN, METHOD_BUFFERED, FILE_ANY_ACCESS.
pub(crate) const fn ctl_code(function: u32) -> u32 {
    (0x22 << 16) | (function << 2)
}

/// What is done to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Command {
    /// Create the PDO, load the drivers of the stack and call their AddDevice, bottom first.
    Add = 1,
    /// IRP_MN_START_DEVICE, then what Windows asks of a started device.
    Start = 2,
    /// IRP_MN_QUERY_STOP_DEVICE; a veto is followed by IRP_MN_CANCEL_STOP_DEVICE.
    QueryStop = 3,
    /// IRP_MN_STOP_DEVICE, preceded by the query if none was sent.
    Stop = 4,
    /// IRP_MN_CANCEL_STOP_DEVICE.
    CancelStop = 5,
    /// IRP_MN_QUERY_REMOVE_DEVICE; a veto is followed by IRP_MN_CANCEL_REMOVE_DEVICE.
    QueryRemove = 6,
    /// IRP_MN_CANCEL_REMOVE_DEVICE.
    CancelRemove = 7,
    /// IRP_MN_REMOVE_DEVICE, preceded by the query where Windows sends one. The PDO goes, and
    /// with it every driver that has no device left.
    Remove = 8,
    /// IRP_MN_SURPRISE_REMOVAL and IRP_MN_REMOVE_DEVICE.
    SurpriseRemove = 9,
    /// IRP_MN_SET_POWER with the state in the argument ([`PowerState::encode`]).
    SetPower = 10,
    /// IRP_MN_QUERY_POWER with the state in the argument.
    QueryPower = 11,
    /// IRP_MN_SURPRISE_REMOVAL alone: a handle that stays open holds the removal back.
    SurpriseOnly = 12,
    /// Unload a driver that has no device; the name is that of its service.
    Unload = 13,
}

impl Command {
    /// The command that a number stands for.
    pub const fn from_u32(value: u32) -> Option<Self> {
        Some(match value {
            1 => Self::Add,
            2 => Self::Start,
            3 => Self::QueryStop,
            4 => Self::Stop,
            5 => Self::CancelStop,
            6 => Self::QueryRemove,
            7 => Self::CancelRemove,
            8 => Self::Remove,
            9 => Self::SurpriseRemove,
            10 => Self::SetPower,
            11 => Self::QueryPower,
            12 => Self::SurpriseOnly,
            13 => Self::Unload,
            _ => return None,
        })
    }
}

/// The input of [`IOCTL_COMMAND`].
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct CommandRequest {
    /// A [`Command`].
    pub command: u32,
    /// What the command needs beside the name; zero if nothing.
    pub argument: u32,
    /// The device instance path, zero-terminated.
    pub name: [u16; NAME_UNITS],
}

/// The output of [`IOCTL_COMMAND`].
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct CommandReply {
    /// NTSTATUS of the command.
    pub status: i32,
    /// The device's [`DeviceState`] afterwards, zero if it is gone.
    pub state: u32,
}

/// One device in the answer to [`IOCTL_LIST`].
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct DeviceEntry {
    /// A [`DeviceState`].
    pub state: u32,
    /// Not zero while a command runs on the device.
    pub busy: u32,
    /// The last S-state set: 0 to 5.
    pub system_power: u32,
    /// The last D-state set: 0 to 3.
    pub device_power: u32,
    /// How many drivers had their AddDevice called.
    pub drivers: u32,
    /// Zero.
    pub reserved: u32,
    /// The device instance path, zero-terminated.
    pub name: [u16; NAME_UNITS],
}

/// Where a device stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum DeviceState {
    /// The stack is built.
    Added = 1,
    /// Started.
    Started = 2,
    /// Asked whether it may stop, and it may.
    StopPending = 3,
    /// Stopped.
    Stopped = 4,
    /// Asked whether it may be removed, and it may.
    RemovePending = 5,
    /// Told that it is gone.
    SurpriseRemoved = 6,
}

impl DeviceState {
    /// The state that a number stands for.
    pub const fn from_u32(value: u32) -> Option<Self> {
        Some(match value {
            1 => Self::Added,
            2 => Self::Started,
            3 => Self::StopPending,
            4 => Self::Stopped,
            5 => Self::RemovePending,
            6 => Self::SurpriseRemoved,
            _ => return None,
        })
    }

    /// The state in a word, as `pnpctl list` prints it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Started => "started",
            Self::StopPending => "stop-pending",
            Self::Stopped => "stopped",
            Self::RemovePending => "remove-pending",
            Self::SurpriseRemoved => "surprise-removed",
        }
    }
}

/// A power state, as commands carry it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PowerState {
    /// S0 to S5.
    System(u8),
    /// D0 to D3.
    Device(u8),
}

impl PowerState {
    /// The state as a command's argument.
    pub const fn encode(self) -> u32 {
        match self {
            Self::System(state) => state as u32,
            Self::Device(state) => 0x1_0000 | state as u32,
        }
    }

    /// The state that an argument stands for, none if there is no such state.
    pub const fn decode(argument: u32) -> Option<Self> {
        match argument {
            0..=5 => Some(Self::System(argument as u8)),
            0x1_0000..=0x1_0003 => Some(Self::Device(argument as u8)),
            _ => None,
        }
    }

    /// The state that a word such as `S3` or `D0` stands for.
    pub fn parse(text: &str) -> Option<Self> {
        let &[kind, digit @ b'0'..=b'9'] = text.as_bytes() else {
            return None;
        };
        let state = match kind {
            b'S' | b's' => Self::System(digit - b'0'),
            b'D' | b'd' => Self::Device(digit - b'0'),
            _ => return None,
        };
        Self::decode(state.encode())
    }
}

/// The part of a fixed-size name that stands before its terminator.
pub fn name_units(name: &[u16; NAME_UNITS]) -> &[u16] {
    let end = name
        .iter()
        .position(|&unit| unit == 0)
        .unwrap_or(name.len());
    name.get(..end).unwrap_or_default()
}

/// A name in its fixed-size form, none if it is too long.
pub fn fixed_name(units: impl IntoIterator<Item = u16>) -> Option<[u16; NAME_UNITS]> {
    let mut name = [0; NAME_UNITS];
    for (index, unit) in units.into_iter().enumerate() {
        if index + 1 >= NAME_UNITS {
            return None;
        }
        *name.get_mut(index)? = unit;
    }
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_and_states_survive_their_numbers() {
        for value in 0..100 {
            if let Some(command) = Command::from_u32(value) {
                assert_eq!(command as u32, value);
            }
            if let Some(state) = DeviceState::from_u32(value) {
                assert_eq!(state as u32, value);
            }
        }
        assert_eq!(Command::from_u32(14), None);
    }

    #[test]
    fn power_states() {
        assert_eq!(PowerState::parse("S3"), Some(PowerState::System(3)));
        assert_eq!(PowerState::parse("d0"), Some(PowerState::Device(0)));
        for wrong in ["", "S", "S6", "D4", "X1", "S33", "S-1"] {
            assert_eq!(PowerState::parse(wrong), None, "{wrong}");
        }
        let state = PowerState::Device(2);
        assert_eq!(PowerState::decode(state.encode()), Some(state));
    }

    #[test]
    fn names_keep_room_for_the_terminator() {
        assert!(fixed_name([1; NAME_UNITS]).is_none());
        let name = fixed_name([7; NAME_UNITS - 1]).expect("it fits");
        assert_eq!(name_units(&name), [7; NAME_UNITS - 1]);
    }
}
