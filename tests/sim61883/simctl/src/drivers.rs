//! What drivers created, added, registered and set on this computer.

use std::fmt;

use plug61883_abi::ids::Direction;
use serde::Serialize;
use sim61883_control::{DirectoryEntry, LocalPlugEntry, RegistrationsEntry};

use crate::names::PlugName;
use crate::registers::PlugFields;

/// A plug of this computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct LocalPlug {
    plug: String,
    /// Slot of the device through which it was created.
    unit: u32,
    /// Whether its creator is told of changes.
    notified: bool,
    register: String,
    #[serde(flatten)]
    fields: PlugFields,
}

impl LocalPlug {
    /// `None` for a direction that means nothing.
    pub(crate) fn new(entry: &LocalPlugEntry) -> Option<Self> {
        let direction = Direction::from_raw(entry.direction)?;
        let name = PlugName {
            direction,
            number: entry.number,
        };
        Some(Self {
            plug: name.to_string(),
            unit: entry.unit,
            notified: entry.notified != 0,
            register: format!("0x{:08X}", entry.register),
            fields: PlugFields::new(direction, entry.register),
        })
    }
}

impl fmt::Display for LocalPlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            plug,
            unit,
            register,
            fields,
            ..
        } = self;
        let notified = if self.notified { ", notified" } else { "" };
        writeln!(f, "{plug:7} {register} of unit{unit}{notified}: {fields}")
    }
}

/// A unit directory of this computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Directory {
    index: u32,
    /// Slot of the device through which it was added.
    unit: u32,
    unit_spec_id: String,
    unit_sw_version: String,
}

impl Directory {
    pub(crate) fn new(entry: &DirectoryEntry) -> Self {
        Self {
            index: entry.index,
            unit: entry.unit,
            unit_spec_id: format!("0x{:06X}", entry.unit_spec_id),
            unit_sw_version: format!("0x{:06X}", entry.unit_sw_version),
        }
    }
}

impl fmt::Display for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            index,
            unit,
            unit_spec_id,
            unit_sw_version,
        } = self;
        writeln!(
            f,
            "{index:4}  unit{unit}  specifier {unit_spec_id}, version {unit_sw_version}"
        )
    }
}

/// What drivers registered, made and set through a device and have not undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Registrations {
    unit: u32,
    bus_resets: u32,
    monitors: u32,
    plug_notifies: u32,
    callbacks_waiting: u32,
    local_plugs: u32,
    directories: u32,
    connections: u32,
    settings: Settings,
}

/// What was set for a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Settings {
    diag_level: u32,
    exclusive_addresses: bool,
    rx_num_packets: u32,
    rx_num_descriptors: u32,
    tx_num_packets: u32,
    tx_num_descriptors: u32,
}

impl Registrations {
    pub(crate) fn new(entry: &RegistrationsEntry) -> Self {
        Self {
            unit: entry.unit,
            bus_resets: entry.bus_resets,
            monitors: entry.monitors,
            plug_notifies: entry.plug_notifies,
            callbacks_waiting: entry.callbacks_waiting,
            local_plugs: entry.local_plugs,
            directories: entry.directories,
            connections: entry.connections,
            settings: Settings {
                diag_level: entry.diag_level,
                exclusive_addresses: entry.address_type
                    == plug61883_abi::av61883::address_type::EXCLUSIVE,
                rx_num_packets: entry.rx_num_packets,
                rx_num_descriptors: entry.rx_num_descriptors,
                tx_num_packets: entry.tx_num_packets,
                tx_num_descriptors: entry.tx_num_descriptors,
            },
        }
    }
}

impl fmt::Display for Registrations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            unit,
            bus_resets,
            monitors,
            plug_notifies,
            callbacks_waiting,
            local_plugs,
            directories,
            connections,
            settings,
        } = self;
        write!(
            f,
            "unit{unit}: registered for bus resets {bus_resets}, monitors {monitors}, plugs \
             {plug_notifies} ({callbacks_waiting} calls wait); "
        )?;
        write!(
            f,
            "local plugs {local_plugs}, directories {directories}, connections {connections}; "
        )?;
        settings.fmt(f)
    }
}

impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            diag_level,
            rx_num_packets,
            rx_num_descriptors,
            tx_num_packets,
            tx_num_descriptors,
            ..
        } = self;
        let addresses = if self.exclusive_addresses {
            "exclusive"
        } else {
            "global"
        };
        writeln!(
            f,
            "diagnostic level 0x{diag_level:02X}, {addresses} addresses, packets x descriptors: \
             receiving {rx_num_packets} x {rx_num_descriptors}, transmitting {tx_num_packets} x \
             {tx_num_descriptors}"
        )
    }
}
