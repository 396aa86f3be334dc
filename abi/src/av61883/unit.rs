//! Unit information, unit directories and bus resets.

use super::node::NodeAddress;
use super::{Arguments, function};
use crate::layout::{CLayout, Layout, Member, c_struct};

c_struct! {
    /// Arguments of [`function::GET_UNIT_INFO`] (`GET_UNIT_INFO`).
    GetUnitInfo = "_GET_UNIT_INFO", size 16, align 8 {
        /// What is asked: [`unit_info_level`](super::unit_info_level).
        level: u32 = "nLevel" @ 0,
        /// Zero.
        _pad0: u32,
        /// Address of the caller's structure that the level names; the protocol driver fills it.
        information: u64 = "Information" @ 8,
    }

    /// Arguments of [`function::SET_UNIT_INFO`] (`SET_UNIT_INFO`).
    SetUnitInfo = "_SET_UNIT_INFO", size 16, align 8 {
        /// What is set: [`set_unit_info_level`](super::set_unit_info_level).
        level: u32 = "nLevel" @ 0,
        /// Zero.
        _pad0: u32,
        /// Address of the caller's structure that the level names.
        information: u64 = "Information" @ 8,
    }

    /// Identification of a unit (`GET_UNIT_IDS`), from the configuration ROM of its node.
    ///
    /// For each of the three texts the caller gives a buffer and its length, or no buffer and
    /// length 0. Lengths are in bytes, the ending NUL of the UTF-16 text included; on return they
    /// are those of the texts.
    UnitIds = "_GET_UNIT_IDS", size 64, align 8 {
        /// EUI-64 of the node, from the bus information block.
        unique_id: u64 = "UniqueID" @ 0 as LARGE_INTEGER,
        /// Vendor id, 24 bits.
        vendor_id: u32 = "VendorID" @ 8,
        /// Model id, 24 bits, from the root directory.
        model_id: u32 = "ModelID" @ 12,
        /// Bytes of the vendor text.
        vendor_length: u32 = "ulVendorLength" @ 16,
        /// Zero.
        _pad0: u32,
        /// Address of the vendor text.
        vendor_text: u64 = "VendorText" @ 24,
        /// Bytes of the model text, from the root directory.
        model_length: u32 = "ulModelLength" @ 32,
        /// Zero.
        _pad1: u32,
        /// Address of the model text.
        model_text: u64 = "ModelText" @ 40,
        /// Model id, 24 bits, from the unit directory.
        unit_model_id: u32 = "UnitModelID" @ 48,
        /// Bytes of the model text, from the unit directory.
        unit_model_length: u32 = "ulUnitModelLength" @ 52,
        /// Address of the unit directory's model text.
        unit_model_text: u64 = "UnitModelText" @ 56,
    }

    /// What a unit can do (`GET_UNIT_CAPABILITIES`).
    UnitCapabilities = "_GET_UNIT_CAPABILITIES", size 20, align 4 {
        /// Output plugs of the device, 0..=31.
        num_output_plugs: u32 = "NumOutputPlugs" @ 0,
        /// Input plugs of the device, 0..=31.
        num_input_plugs: u32 = "NumInputPlugs" @ 4,
        /// Highest [`speed`](super::speed) of the device.
        max_data_rate: u32 = "MaxDataRate" @ 8,
        /// Command and transaction sets, a bit for each: bit 0 is AV/C, bit 14 vendor-unique.
        cts_flags: u32 = "CTSFlags" @ 12,
        /// [`hardware_flags`](super::hardware_flags) of the host.
        hardware_flags: u32 = "HardwareFlags" @ 16,
    }

    /// How the protocol driver receives and transmits isochronous packets
    /// (`UNIT_ISOCH_PARAMS`). To be read before it is set.
    UnitIsochParams = "_UNIT_ISOCH_PARAMS", size 16, align 4 {
        /// Packets for each descriptor, receiving.
        rx_num_packets: u32 = "RX_NumPackets" @ 0,
        /// Descriptors, receiving.
        rx_num_descriptors: u32 = "RX_NumDescriptors" @ 4,
        /// Packets for each descriptor, transmitting.
        tx_num_packets: u32 = "TX_NumPackets" @ 8,
        /// Descriptors, transmitting.
        tx_num_descriptors: u32 = "TX_NumDescriptors" @ 12,
    }

    /// Bus generation and node addresses (`BUS_GENERATION_NODE`); also what a bus reset
    /// routine is given.
    BusGenerationNode = "_BUS_GENERATION_NODE", size 8, align 4 {
        /// Bus generation; a bus reset raises it.
        generation: u32 = "GenerationCount" @ 0,
        /// This computer.
        local_node: NodeAddress = "LocalNodeAddress" @ 4,
        /// The device.
        device_node: NodeAddress = "DeviceNodeAddress" @ 6,
    }

    /// DDI version that the protocol driver speaks (`UNIT_DDI_VERSION`).
    UnitDdiVersion = "_UNIT_DDI_VERSION", size 4, align 4 {
        /// [`DDI_VERSION_3`](super::DDI_VERSION_3) or an older one.
        version: u32 = "Version" @ 0,
    }

    /// Diagnostic level (`UNIT_DIAG_LEVEL`).
    UnitDiagLevel = "_UNIT_DIAG_LEVEL", size 4, align 4 {
        /// [`diag_level`](super::diag_level) bits.
        level: u32 = "DiagLevel" @ 0,
    }

    /// Who can reach this computer's plugs (`SET_CMP_ADDRESS_TYPE`).
    CmpAddressType = "_SET_CMP_ADDRESS_TYPE", size 4, align 4 {
        /// [`address_type`](super::address_type).
        address_type: u32 = "Type" @ 0,
    }

    /// Arguments of [`function::BUS_RESET_NOTIFY`] (`BUS_RESET_NOTIFY`). Who registers must
    /// deregister before the driver unloads.
    BusResetNotify = "_BUS_RESET_NOTIFY", size 24, align 8 {
        /// [`bus_reset_notify`](super::bus_reset_notify).
        flags: u32 = "Flags" @ 0,
        /// Zero.
        _pad0: u32,
        /// Address of the routine `void (PVOID Context, PBUS_GENERATION_NODE)`; it may be
        /// called at DISPATCH_LEVEL.
        notify: u64 = "pfnNotify" @ 8,
        /// First argument of the routine.
        context: u64 = "Context" @ 16,
    }

    /// Arguments of [`function::SET_UNIT_DIRECTORY`] (`SET_UNIT_DIRECTORY`). Who adds a
    /// directory must remove it before the driver unloads.
    SetUnitDirectory = "_SET_UNIT_DIRECTORY", size 24, align 8 {
        /// [`unit_directory`](super::unit_directory) flags.
        flags: u32 = "Flags" @ 0,
        /// Unit_Spec_ID of the directory, 24 bits.
        unit_spec_id: u32 = "UnitSpecId" @ 4,
        /// Unit_SW_Version of the directory, 24 bits.
        unit_sw_version: u32 = "UnitSwVersion" @ 8,
        /// Zero.
        _pad0: u32,
        /// Handle of the directory: given back when one is added, passed in to remove it.
        entry: u64 = "hCromEntry" @ 16,
    }
}

/// Arguments of [`function::BUS_RESET`]: none.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    zerocopy::FromBytes,
    zerocopy::IntoBytes,
    zerocopy::Immutable,
    zerocopy::KnownLayout,
)]
#[repr(C)]
pub struct BusReset;

impl Arguments for GetUnitInfo {
    const FUNCTION: u32 = function::GET_UNIT_INFO;
}

impl Arguments for SetUnitInfo {
    const FUNCTION: u32 = function::SET_UNIT_INFO;
}

impl Arguments for BusResetNotify {
    const FUNCTION: u32 = function::BUS_RESET_NOTIFY;
}

impl Arguments for BusReset {
    const FUNCTION: u32 = function::BUS_RESET;
}

impl Arguments for SetUnitDirectory {
    const FUNCTION: u32 = function::SET_UNIT_DIRECTORY;
}

/// The two halves that C sees in a LARGE_INTEGER.
const LARGE_INTEGER_PARTS: Layout = Layout {
    name: "LARGE_INTEGER parts",
    size: 8,
    align: 4,
    members: &[
        Member::whole("LowPart", 0, &u32::C_LAYOUT),
        Member::whole("HighPart", 4, &u32::C_LAYOUT),
    ],
};

/// How C sees a 64-bit number declared as LARGE_INTEGER.
const LARGE_INTEGER: Layout = Layout {
    name: "_LARGE_INTEGER",
    size: 8,
    align: 8,
    members: &[
        Member::whole("", 0, &LARGE_INTEGER_PARTS),
        Member::whole("QuadPart", 0, &u64::C_LAYOUT),
    ],
};
