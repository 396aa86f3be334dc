//! What callers set for a unit (`Av61883_SetUnitInfo`). It is kept and shown again; nothing in
//! the model works differently for it.

use plug61883_abi::av61883::{
    AvRequest, CmpAddressType, SetUnitInfo, UnitDiagLevel, UnitIsochParams, address_type,
    diag_level, set_unit_info_level,
};
use plug61883_abi::status::NtStatus;

use crate::bus::DeviceRef;
use crate::protocol::{Answer, Memory, load};
use crate::simulation::Simulation;

/// Settings of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How isochronous packets are received and transmitted.
    pub isoch: UnitIsochParams,
    /// Diagnostic level.
    pub diag_level: u32,
    /// Who can reach the plugs that are created through the unit.
    pub address_type: u32,
}

impl Settings {
    /// What the protocol driver starts with.
    pub(crate) const INITIAL: Self = Self {
        isoch: UnitIsochParams {
            rx_num_packets: 1,
            rx_num_descriptors: 256,
            tx_num_packets: 1,
            tx_num_descriptors: 256,
        },
        diag_level: diag_level::NONE,
        address_type: address_type::GLOBAL,
    };
}

impl Simulation {
    /// The settings of a unit.
    #[must_use]
    pub fn settings(&self, unit: DeviceRef) -> Settings {
        let settings = self.settings.get(usize::from(unit.slot()));
        settings.copied().unwrap_or(Settings::INITIAL)
    }

    /// `Av61883_SetUnitInfo`. Counts of zero, unknown bits of the diagnostic level and another
    /// address type while the unit has plugs on this computer are refused.
    pub(crate) fn set_unit_info(
        &mut self,
        unit: DeviceRef,
        request: &AvRequest,
        memory: &impl Memory,
    ) -> Answer {
        let SetUnitInfo {
            level, information, ..
        } = request.arguments();
        let mut settings = self.settings(unit);
        match level {
            set_unit_info_level::DIAG_LEVEL => {
                let UnitDiagLevel { level } = load(memory, information)?;
                if level & !diag_level::ALL != 0 {
                    return Err(NtStatus::INVALID_PARAMETER);
                }
                settings.diag_level = level;
            }
            set_unit_info_level::ISOCH_PARAMS => {
                let isoch: UnitIsochParams = load(memory, information)?;
                let counts = [
                    isoch.rx_num_packets,
                    isoch.rx_num_descriptors,
                    isoch.tx_num_packets,
                    isoch.tx_num_descriptors,
                ];
                if counts.contains(&0) {
                    return Err(NtStatus::INVALID_PARAMETER);
                }
                settings.isoch = isoch;
            }
            set_unit_info_level::CMP_ADDRESS_RANGE_TYPE => {
                let CmpAddressType { address_type } = load(memory, information)?;
                let known = matches!(address_type, address_type::GLOBAL | address_type::EXCLUSIVE);
                let late = address_type != settings.address_type
                    && self.local_plugs().any(|(plug, _)| plug.owner == unit);
                if !known || late {
                    return Err(NtStatus::INVALID_PARAMETER);
                }
                settings.address_type = address_type;
            }
            _ => return Err(NtStatus::INVALID_PARAMETER),
        }
        if let Some(place) = self.settings.get_mut(usize::from(unit.slot())) {
            *place = settings;
        }
        Ok(())
    }
}
