//! `Av61883_GetUnitInfo`, level by level.

use plug61883_abi::av61883::{
    AvRequest, GetUnitInfo, UnitCapabilities, UnitDdiVersion, UnitDiagLevel, UnitIds,
    unit_info_flags, unit_info_level,
};
use plug61883_abi::ids::Direction;
use plug61883_abi::status::NtStatus;

use crate::bus::{DeviceRef, NodeRef};
use crate::protocol::{Answer, Memory, load, store};
use crate::simulation::Simulation;

/// Command and transaction set AV/C.
const CTS_AVC: u32 = 1;
pub(crate) fn answer(
    simulation: &Simulation,
    unit: DeviceRef,
    request: &AvRequest,
    memory: &mut impl Memory,
) -> Answer {
    let GetUnitInfo {
        level, information, ..
    } = request.arguments();
    match level {
        unit_info_level::IDS => ids(simulation, unit, information, memory),
        unit_info_level::CAPABILITIES => {
            let node = match request.flags {
                unit_info_flags::DEVICE => NodeRef::Device(unit),
                unit_info_flags::LOCAL => NodeRef::Local,
                _ => return Err(NtStatus::INVALID_PARAMETER),
            };
            let node = simulation
                .bus()
                .node(node)
                .ok_or(NtStatus::DEVICE_REMOVED)?;
            let capabilities = UnitCapabilities {
                num_output_plugs: node.plugs(Direction::Out).into(),
                num_input_plugs: node.plugs(Direction::In).into(),
                max_data_rate: node.config().speed.into(),
                cts_flags: CTS_AVC,
                hardware_flags: 0,
            };
            store(memory, information, &capabilities)
        }
        unit_info_level::ISOCH_PARAMS => {
            store(memory, information, &simulation.settings(unit).isoch)
        }
        unit_info_level::BUS_GENERATION_NODE => {
            let node = simulation
                .generation_node(unit)
                .ok_or(NtStatus::DEVICE_REMOVED)?;
            store(memory, information, &node)
        }
        unit_info_level::DDI_VERSION => store(
            memory,
            information,
            &UnitDdiVersion {
                version: simulation.ddi_version(),
            },
        ),
        unit_info_level::DIAG_LEVEL => store(
            memory,
            information,
            &UnitDiagLevel {
                level: simulation.settings(unit).diag_level,
            },
        ),
        _ => Err(NtStatus::INVALID_PARAMETER),
    }
}

fn ids(
    simulation: &Simulation,
    unit: DeviceRef,
    information: u64,
    memory: &mut impl Memory,
) -> Answer {
    let mut ids: UnitIds = load(memory, information)?;
    let node = simulation
        .bus()
        .node(NodeRef::Device(unit))
        .ok_or(NtStatus::DEVICE_REMOVED)?;
    let config = node.config();
    ids.unique_id = config.eui64;
    ids.vendor_id = config.vendor_id;
    ids.model_id = config.model_id;
    ids.unit_model_id = config.unit_model_id;
    ids.vendor_length = text(memory, config.vendor, ids.vendor_text, ids.vendor_length)?;
    ids.model_length = text(memory, config.model, ids.model_text, ids.model_length)?;
    ids.unit_model_length = text(
        memory,
        config.unit_model,
        ids.unit_model_text,
        ids.unit_model_length,
    )?;
    store(memory, information, &ids)
}

/// Writes `text` to a buffer of `room` bytes, cut to fit and always ended by NUL; a buffer of
/// no bytes gets nothing. Gives the bytes that the whole text takes, 0 without a text.
fn text(memory: &mut impl Memory, text: &str, address: u64, room: u32) -> Result<u32, NtStatus> {
    let mut place = address;
    let mut put = |unit: u16| {
        let written = address != 0 && memory.write(place, &unit.to_le_bytes());
        place = place.wrapping_add(2);
        if written {
            Ok(())
        } else {
            Err(NtStatus::INVALID_PARAMETER)
        }
    };
    let room = room / 2;
    let mut units = 0_u32;
    for unit in text.encode_utf16() {
        units = units.saturating_add(1);
        if units < room {
            put(unit)?;
        }
    }
    if room > 0 {
        put(0)?;
    }
    let units = if units == 0 {
        0
    } else {
        units.saturating_add(1)
    };
    Ok(units.saturating_mul(2))
}
