//! A simple protocol driver: it knows plugs by their handles and keeps the connections made.

use std::collections::{BTreeMap, BTreeSet};

use plug61883_abi::av61883::{
    self, AvRequest, BusGenerationNode, UnitCapabilities, UnitDdiVersion, UnitIds, function,
    unit_info_level,
};
use plug61883_abi::status::NtStatus;
use plug61883_engine::Scratch;
use zerocopy::{FromBytes, Immutable, IntoBytes};

/// Plugs that each unit has in each direction.
pub(crate) const PLUGS: u8 = 3;
/// What the vendor text of every unit says.
pub(crate) const VENDOR: &str = "Acme";
/// What every register reads as, in bus order.
pub(crate) const REGISTER: [u8; 4] = [0x80, 0x3F, 0x01, 0x02];
/// Bus generation that is told.
pub(crate) const GENERATION: u32 = 7;

/// A connection in the protocol driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Live {
    pub(crate) unit: usize,
    pub(crate) output: u64,
    pub(crate) input: u64,
}

#[derive(Default)]
pub(crate) struct Lower {
    next: u64,
    /// `hPlug` of unit, direction, number.
    plugs: BTreeMap<(usize, u32, u32), u64>,
    /// `hConnect` of what is connected.
    pub(crate) live: BTreeMap<u64, Live>,
    /// Every `hPlug` ever given out.
    known: BTreeSet<u64>,
}

/// What a test lets the protocol driver answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// What it finds right.
    Honest,
    /// A failure, with no effect on what is there.
    Fail(NtStatus),
}

impl Lower {
    /// `hPlug` of a plug.
    pub(crate) fn plug(&mut self, unit: usize, direction: u32, number: u32) -> Option<u64> {
        if number >= u32::from(PLUGS) {
            return None;
        }
        if !self.plugs.contains_key(&(unit, direction, number)) {
            self.replug(unit, direction, number);
        }
        self.plugs.get(&(unit, direction, number)).copied()
    }

    /// The plug has another handle from now on.
    pub(crate) fn replug(&mut self, unit: usize, direction: u32, number: u32) {
        self.next += 0x10;
        let handle = 0xFFFF_8000_0000_0000 | self.next;
        self.plugs.insert((unit, direction, number), handle);
        self.known.insert(handle);
    }

    /// All that was connected on a unit goes with it.
    pub(crate) fn unplug(&mut self, unit: usize) {
        self.live.retain(|_, live| live.unit != unit);
    }

    /// Carries a request out; its status.
    pub(crate) fn carry_out(
        &mut self,
        unit: usize,
        version: u32,
        scratch: &mut Scratch,
        outcome: Outcome,
    ) -> NtStatus {
        let mut request = head(scratch);
        let refused = NtStatus::INVALID_PARAMETER;
        if let Outcome::Fail(status) = outcome {
            // By this status it says that it has no such connection: it is no liar.
            if request.function == function::DISCONNECT && status == refused {
                let disconnect: av61883::Disconnect = request.arguments();
                self.live.remove(&disconnect.connection);
            }
            return status;
        }
        match request.function {
            function::GET_UNIT_INFO => {
                let info: av61883::GetUnitInfo = request.arguments();
                return unit_info(version, scratch, &info);
            }
            function::GET_PLUG_HANDLE => {
                let mut plug: av61883::GetPlugHandle = request.arguments();
                match self.plug(unit, plug.plug_type, plug.plug_number) {
                    Some(handle) => plug.handle = handle,
                    None => return refused,
                }
                request.set_arguments(plug);
            }
            function::GET_PLUG_STATE => {
                let mut state: av61883::GetPlugState = request.arguments();
                assert!(self.known.contains(&state.plug), "hPlug made up");
                state.state = 1;
                state.data_rate = 2;
                state.payload = 3;
                state.broadcast_connections = 1;
                state.point_to_point_connections = 4;
                request.set_arguments(state);
            }
            function::CONNECT => {
                // Both versions of the structure agree in the members used here.
                let mut connect: av61883::Connect = request.arguments();
                for plug in [connect.output_plug, connect.input_plug] {
                    assert!(plug == 0 || self.known.contains(&plug), "hPlug made up");
                }
                self.next += 0x10;
                connect.connection = 0xFFFF_9000_0000_0000 | self.next;
                self.live.insert(
                    connect.connection,
                    Live {
                        unit,
                        output: connect.output_plug,
                        input: connect.input_plug,
                    },
                );
                request.set_arguments(connect);
            }
            function::DISCONNECT => {
                let disconnect: av61883::Disconnect = request.arguments();
                let live = self.live.get(&disconnect.connection);
                if live.is_none_or(|live| live.unit != unit) {
                    return refused;
                }
                self.live.remove(&disconnect.connection);
            }
            other => panic!("function {other} is never asked for"),
        }
        put(scratch, 0, &request);
        NtStatus::SUCCESS
    }
}

/// The request in the head of the memory.
pub(crate) fn head(scratch: &Scratch) -> AvRequest {
    AvRequest::read_from_prefix(scratch.as_bytes()).unwrap().0
}

fn put<T: IntoBytes + Immutable>(scratch: &mut Scratch, offset: usize, value: &T) {
    value
        .write_to_prefix(&mut scratch.as_mut_bytes()[offset..])
        .unwrap();
}

/// Where in the memory an address points to, `None` for 0.
fn offset(scratch: &Scratch, address: u64, size: usize) -> Option<usize> {
    let base = std::ptr::from_ref(scratch).addr() as u64;
    if address == 0 {
        return None;
    }
    let offset = usize::try_from(address.checked_sub(base).expect("within")).unwrap();
    assert!(
        offset + size <= size_of::<Scratch>(),
        "points into the memory"
    );
    Some(offset)
}

fn unit_info(version: u32, scratch: &mut Scratch, info: &av61883::GetUnitInfo) -> NtStatus {
    let at = |scratch: &Scratch, size| offset(scratch, info.information, size).expect("a buffer");
    match info.level {
        unit_info_level::DDI_VERSION => {
            let place = at(scratch, size_of::<UnitDdiVersion>());
            put(scratch, place, &UnitDdiVersion { version });
        }
        unit_info_level::BUS_GENERATION_NODE => {
            let place = at(scratch, size_of::<BusGenerationNode>());
            let node = BusGenerationNode {
                generation: GENERATION,
                ..BusGenerationNode::default()
            };
            put(scratch, place, &node);
        }
        unit_info_level::CAPABILITIES => {
            let place = at(scratch, size_of::<UnitCapabilities>());
            let capabilities = UnitCapabilities {
                num_output_plugs: u32::from(PLUGS),
                num_input_plugs: u32::from(PLUGS),
                ..UnitCapabilities::default()
            };
            put(scratch, place, &capabilities);
        }
        unit_info_level::IDS => {
            let place = at(scratch, size_of::<UnitIds>());
            let bytes = &scratch.as_bytes()[place..];
            let mut ids = UnitIds::read_from_prefix(bytes).unwrap().0;
            let text: Vec<u16> = VENDOR.encode_utf16().chain([0]).collect();
            let size = (text.len() * 2) as u32;
            let room = ids.vendor_length as usize;
            if let Some(place) = offset(scratch, ids.vendor_text, room) {
                let bytes = &text.as_bytes()[..room.min(text.len() * 2)];
                scratch.as_mut_bytes()[place..][..bytes.len()].copy_from_slice(bytes);
            }
            assert_eq!(ids.model_text, 0, "no buffer for a text that is empty");
            ids.unique_id = 0x0011_2233_4455_6677;
            ids.vendor_id = 0x0000_1122;
            ids.vendor_length = size;
            ids.model_length = 0;
            ids.unit_model_length = 0;
            put(scratch, place, &ids);
        }
        other => panic!("level {other} is never asked for"),
    }
    NtStatus::SUCCESS
}
