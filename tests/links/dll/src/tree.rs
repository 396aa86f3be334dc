//! A small device tree.

/// A device of the tree.
pub(crate) struct Device {
    pub(crate) id: &'static str,
    /// Index of the device above it.
    pub(crate) parent: usize,
    pub(crate) status: u32,
    pub(crate) problem: u32,
    pub(crate) description: &'static str,
    pub(crate) class: &'static str,
    pub(crate) service: &'static str,
    /// Ended by a NUL each.
    pub(crate) hardware_ids: &'static str,
}

const STARTED: u32 = 0x0180_200A;
const PROBLEM: u32 = 0x0180_2400;

const PLAIN: Device = Device {
    id: "",
    parent: 0,
    status: STARTED,
    problem: 0,
    description: "",
    class: "",
    service: "",
    hardware_ids: "",
};

/// Number of a device: its index and 1.
pub(crate) static DEVICES: [Device; 7] = [
    Device {
        id: r"HTREE\ROOT\0",
        ..PLAIN
    },
    Device {
        id: r"PCI\VEN_104C&DEV_8024\1",
        description: "1394 OHCI host controller",
        class: "1394",
        service: "1394ohci",
        hardware_ids: "PCI\\VEN_104C&DEV_8024\0",
        ..PLAIN
    },
    Device {
        id: r"1394\SIM&UNIT\1",
        parent: 1,
        description: "AV/C tape",
        class: "61883",
        service: "61883",
        hardware_ids: "1394\\SIM&UNIT\x001394\\A02D&10001\0",
        ..PLAIN
    },
    Device {
        id: r"ACPI\PNP0303\0",
        description: "Keyboard",
        class: "Keyboard",
        ..PLAIN
    },
    Device {
        id: r"1394\SIM&UNIT\2",
        parent: 1,
        status: PROBLEM,
        problem: 10,
        description: "AV/C tape",
        class: "61883",
        service: "61883",
        ..PLAIN
    },
    // Known, and not in the tree: its status is asked for and denied.
    Device {
        id: r"1394\SIM&GONE\3",
        status: 0,
        ..PLAIN
    },
    // Of a bus of its own, on a 1394 unit.
    Device {
        id: r"AUDIOBUS\INTERFACE\1",
        parent: 2,
        ..PLAIN
    },
];
