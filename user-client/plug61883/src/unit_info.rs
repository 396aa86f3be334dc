//! What units tell of themselves, and what can be set.

use std::fmt;

use plug61883_abi::av61883::{
    NodeAddress, UnitIsochParams, address_type, diag_level, set_unit_info_level, unit_info_flags,
    unit_info_level,
};
use plug61883_abi::ioctl::{SetUnitInfoRequest, Text, UnitInfo, set_unit_info_flags};

use crate::error::{Answer, Error};
use crate::plug::Speed;
use crate::requests::flag;
use crate::unit::Unit;

/// What a level of `GET_UNIT_INFO` tells, in words.
pub(crate) const fn level_text(level: u32) -> &'static str {
    match level {
        unit_info_level::IDS => "the ids",
        unit_info_level::CAPABILITIES => "the capabilities",
        unit_info_level::ISOCH_PARAMS => "the isochronous parameters",
        unit_info_level::BUS_GENERATION_NODE => "the node address",
        unit_info_level::DDI_VERSION => "the DDI version",
        unit_info_level::DIAG_LEVEL => "the diagnostic level",
        _ => "information",
    }
}

/// A vendor's or model's name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitName {
    /// The text; characters that the device got wrong are replaced.
    pub text: String,
    /// Whether the device's text is longer than what the driver keeps.
    pub cut: bool,
}

/// Who made a unit, and which one it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnitIds {
    /// EUI-64 of the node.
    pub eui64: u64,
    /// Vendor id, 24 bits.
    pub vendor_id: u32,
    /// Model id of the root directory.
    pub model_id: u32,
    /// Model id of the unit directory.
    pub unit_model_id: u32,
    /// Vendor's name.
    pub vendor: UnitName,
    /// Model's name, from the root directory.
    pub model: UnitName,
    /// Model's name, from the unit directory.
    pub unit_model: UnitName,
}

/// What a unit, or this computer, can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// Output plugs.
    pub output_plugs: u32,
    /// Input plugs.
    pub input_plugs: u32,
    /// Highest speed of its plugs.
    pub speed: Speed,
    /// Command transaction sets (`CTSFlags`).
    pub command_sets: u32,
    /// Flags of the host's hardware (`HardwareFlags`).
    pub hardware_flags: u32,
}

/// Where a unit is on its bus. Node addresses hold for one generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BusPlace {
    /// Bus generation.
    pub generation: u32,
    /// Node address of this computer.
    pub local: NodeAddress,
    /// Node address of the unit's device.
    pub device: NodeAddress,
}

/// How the protocol driver receives and transmits isochronous packets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IsochParams {
    /// Packets for each descriptor, receiving.
    pub receive_packets: u32,
    /// Descriptors, receiving.
    pub receive_descriptors: u32,
    /// Packets for each descriptor, transmitting.
    pub transmit_packets: u32,
    /// Descriptors, transmitting.
    pub transmit_descriptors: u32,
}

impl From<UnitIsochParams> for IsochParams {
    fn from(wire: UnitIsochParams) -> Self {
        Self {
            receive_packets: wire.rx_num_packets,
            receive_descriptors: wire.rx_num_descriptors,
            transmit_packets: wire.tx_num_packets,
            transmit_descriptors: wire.tx_num_descriptors,
        }
    }
}

impl From<IsochParams> for UnitIsochParams {
    fn from(params: IsochParams) -> Self {
        Self {
            rx_num_packets: params.receive_packets,
            rx_num_descriptors: params.receive_descriptors,
            tx_num_packets: params.transmit_packets,
            tx_num_descriptors: params.transmit_descriptors,
        }
    }
}

/// Who can reach this computer's plugs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AddressType {
    /// Every node of the bus.
    Global,
    /// Only the unit's device.
    Exclusive,
}

/// Diagnostic level of a unit: the bits of [`plug61883_abi::av61883::diag_level`]. `Display`:
/// their names, `ignore-oplug,set-channel-63`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct DiagLevel(pub u32);

impl DiagLevel {
    /// Every bit that has a name, with it.
    pub const NAMES: [(u32, &'static str); 7] = [
        (diag_level::IGNORE_OPLUG, "ignore-oplug"),
        (diag_level::IGNORE_IPLUG, "ignore-iplug"),
        (diag_level::SET_CHANNEL_63, "set-channel-63"),
        (diag_level::IPCR_IGNORE_FREE, "ipcr-ignore-free"),
        (diag_level::HIDE_OPLUG, "hide-oplug"),
        (diag_level::IPCR_ALWAYS_ALLOC, "ipcr-always-alloc"),
        (diag_level::SPECIFY_BLOCK_SIZE, "specify-block-size"),
    ];
}

impl fmt::Display for DiagLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("none");
        }
        let mut rest = self.0;
        let mut separator = "";
        for (bit, name) in Self::NAMES {
            if rest & bit != 0 {
                rest &= !bit;
                write!(f, "{separator}{name}")?;
                separator = ",";
            }
        }
        if rest != 0 {
            write!(f, "{separator}0x{rest:X}")?;
        }
        Ok(())
    }
}

impl Unit {
    /// Who made it, and which one it is.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn ids(&self) -> Result<UnitIds, Error> {
        let info = self.info(unit_info_level::IDS)?;
        Ok(UnitIds {
            eui64: info.eui64,
            vendor_id: info.vendor_id,
            model_id: info.model_id,
            unit_model_id: info.unit_model_id,
            vendor: UnitName::from_wire(&info.vendor),
            model: UnitName::from_wire(&info.model),
            unit_model: UnitName::from_wire(&info.unit_model),
        })
    }

    /// What it can do.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn capabilities(&self) -> Result<Capabilities, Error> {
        self.info(unit_info_level::CAPABILITIES)
            .map(|info| Capabilities::from_wire(&info))
    }

    /// What this computer can do, as the unit's protocol driver tells.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn computer_capabilities(&self) -> Result<Capabilities, Error> {
        let level = unit_info_level::CAPABILITIES;
        self.driver
            .unit_info(self.id, level, unit_info_flags::LOCAL)
            .map(|info| Capabilities::from_wire(&info))
    }

    /// How its protocol driver receives and transmits isochronous packets.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn isoch_params(&self) -> Result<IsochParams, Error> {
        Ok(self.info(unit_info_level::ISOCH_PARAMS)?.isoch.into())
    }

    /// Where it is on its bus.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn place(&self) -> Result<BusPlace, Error> {
        let info = self.info(unit_info_level::BUS_GENERATION_NODE)?;
        Ok(BusPlace {
            generation: info.generation,
            local: NodeAddress(info.local_node),
            device: NodeAddress(info.device_node),
        })
    }

    /// DDI version that the protocol driver speaks for it.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn ddi_version(&self) -> Result<u32, Error> {
        Ok(self.info(unit_info_level::DDI_VERSION)?.ddi_version)
    }

    /// Its diagnostic level.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn diag_level(&self) -> Result<DiagLevel, Error> {
        Ok(DiagLevel(
            self.info(unit_info_level::DIAG_LEVEL)?.diag_level,
        ))
    }

    /// Sets how its protocol driver receives and transmits isochronous packets. Read what there
    /// is first ([`Unit::isoch_params`]) and change what is to be changed. Tells who confirmed it.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn set_isoch_params(&self, params: IsochParams) -> Result<Answer, Error> {
        self.driver.set_unit_info(
            self.id,
            SetUnitInfoRequest {
                level: set_unit_info_level::ISOCH_PARAMS,
                isoch: params.into(),
                ..SetUnitInfoRequest::default()
            },
        )
    }

    /// Sets who can reach this computer's plugs; to be set before plugs are created. Tells who
    /// confirmed it.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn set_address_type(&self, address_type: AddressType) -> Result<Answer, Error> {
        self.driver.set_unit_info(
            self.id,
            SetUnitInfoRequest {
                level: set_unit_info_level::CMP_ADDRESS_RANGE_TYPE,
                address_type: match address_type {
                    AddressType::Global => address_type::GLOBAL,
                    AddressType::Exclusive => address_type::EXCLUSIVE,
                },
                ..SetUnitInfoRequest::default()
            },
        )
    }

    /// Sets its diagnostic level, which changes how the protocol driver treats the bus: the
    /// driver refuses it unless `allow` is set. Tells who confirmed it.
    ///
    /// # Errors
    ///
    /// When the request fails; `STATUS_ACCESS_DENIED` from plug61883 without `allow`.
    pub fn set_diag_level(&self, level: DiagLevel, allow: bool) -> Result<Answer, Error> {
        self.driver.set_unit_info(
            self.id,
            SetUnitInfoRequest {
                level: set_unit_info_level::DIAG_LEVEL,
                flags: flag(allow, set_unit_info_flags::ALLOW_DIAG_LEVEL),
                diag_level: level.0,
                ..SetUnitInfoRequest::default()
            },
        )
    }

    fn info(&self, level: u32) -> Result<UnitInfo, Error> {
        self.driver
            .unit_info(self.id, level, unit_info_flags::DEVICE)
    }
}

impl Capabilities {
    fn from_wire(info: &UnitInfo) -> Self {
        Self {
            output_plugs: info.output_plugs,
            input_plugs: info.input_plugs,
            speed: Speed::from_raw(info.max_data_rate),
            command_sets: info.cts_flags,
            hardware_flags: info.hardware_flags,
        }
    }
}

impl UnitName {
    fn from_wire(text: &Text) -> Self {
        let length = usize::try_from(text.length).unwrap_or(usize::MAX);
        // The last unit is the NUL's.
        let most = text.units.len() - 1;
        let units = &text.units[..length.min(most)];
        let units = units.split(|unit| *unit == 0).next().unwrap_or_default();
        Self {
            text: String::from_utf16_lossy(units),
            cut: length > most,
        }
    }
}
