//! What the protocol driver tells of a unit, and what it lets be set.

use plug61883_abi::av61883::{
    self, AvRequest, BusGenerationNode, NodeAddress, UnitCapabilities, UnitDdiVersion,
    UnitDiagLevel, UnitIds, UnitIsochParams, function, unit_info_flags, unit_info_level,
};
use plug61883_abi::status::NtStatus;
use zerocopy::{FromBytes, IntoBytes};

use super::{Lower, Memory, Outcome, PLUGS};

/// What the vendor text of every unit says.
pub(crate) const VENDOR: &str = "Acme";
/// Nodes of this computer and of every device.
pub(crate) const NODES: BusGenerationNode = BusGenerationNode {
    generation: 0,
    local_node: NodeAddress(0xFFC1),
    device_node: NodeAddress(0xFFC2),
};
/// How packets are received and transmitted.
pub(crate) const ISOCH: UnitIsochParams = UnitIsochParams {
    rx_num_packets: 1,
    rx_num_descriptors: 2,
    tx_num_packets: 3,
    tx_num_descriptors: 4,
};

impl Lower {
    /// Carries the request of a memory out; its status.
    pub(crate) fn carry_out(
        &mut self,
        unit: usize,
        version: u32,
        memory: &mut Memory,
        outcome: Outcome,
    ) -> NtStatus {
        let mut request = memory.head();
        if outcome == Outcome::Honest && request.function == function::GET_UNIT_INFO {
            self.unit_info(unit, version, memory, &request);
            return NtStatus::SUCCESS;
        }
        if request.function == function::SET_UNIT_INFO {
            let info: av61883::SetUnitInfo = request.arguments();
            memory.offset(info.information, 4).expect("a buffer");
        }
        let status = self.execute(unit, &mut request, false, outcome);
        if status.is_success() {
            memory.put(0, &request);
        }
        status
    }

    fn unit_info(&self, unit: usize, version: u32, memory: &mut Memory, request: &AvRequest) {
        let info: av61883::GetUnitInfo = request.arguments();
        let place = memory.offset(info.information, 4).expect("a buffer");
        match info.level {
            unit_info_level::DDI_VERSION => memory.put(place, &UnitDdiVersion { version }),
            unit_info_level::BUS_GENERATION_NODE => memory.put(place, &self.nodes(unit)),
            unit_info_level::CAPABILITIES => {
                let local = request.flags == unit_info_flags::LOCAL;
                let plugs = if local { 31 } else { u32::from(PLUGS) };
                let capabilities = UnitCapabilities {
                    num_output_plugs: plugs,
                    num_input_plugs: plugs,
                    max_data_rate: 2,
                    cts_flags: 1,
                    hardware_flags: 1,
                };
                memory.put(place, &capabilities);
            }
            unit_info_level::ISOCH_PARAMS => memory.put(place, &ISOCH),
            unit_info_level::DIAG_LEVEL => memory.put(place, &UnitDiagLevel { level: 5 }),
            unit_info_level::IDS => put_ids(memory, place),
            other => panic!("level {other} is never asked for"),
        }
    }
}

fn put_ids(memory: &mut Memory, place: usize) {
    let mut ids = UnitIds::read_from_prefix(&memory.bytes()[place..])
        .unwrap()
        .0;
    let text: Vec<u16> = VENDOR.encode_utf16().chain([0]).collect();
    let room = ids.vendor_length as usize;
    match memory.offset(ids.vendor_text, room) {
        Some(place) => {
            let bytes = &text.as_bytes()[..room.min(text.len() * 2)];
            memory.copy(place, bytes);
        }
        None => assert_eq!(room, 0, "no buffer, no length"),
    }
    assert_eq!(ids.model_text, 0, "no buffer for a text that is empty");
    ids.unique_id = 0x0011_2233_4455_6677;
    ids.vendor_id = 0x0000_1122;
    ids.model_id = 0x0000_0033;
    ids.unit_model_id = 0x0000_0044;
    ids.vendor_length = (text.len() * 2) as u32;
    ids.model_length = 0;
    ids.unit_model_length = 0;
    memory.put(place, &ids);
}
