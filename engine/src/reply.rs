//! Replies, as they stand in a client's output buffer.

use plug61883_abi::av61883::{self, UnitIds, unit_info_level};
use plug61883_abi::ioctl::{self, Origin, ReplyHeader, TEXT_UNITS, Text};
use plug61883_abi::status::NtStatus;
use zerocopy::{Immutable, IntoBytes};

use crate::scratch::Scratch;

/// Header of a reply that the driver gives by itself.
pub(crate) fn header(size: usize) -> ReplyHeader {
    ReplyHeader {
        size: u32::try_from(size).unwrap_or(u32::MAX),
        version: ioctl::INTERFACE_VERSION,
        reserved: 0,
        status: NtStatus::SUCCESS,
        origin: Origin::Driver as u32,
    }
}

/// Header of a reply whose status the protocol driver gave.
pub(crate) fn success<T>() -> ReplyHeader {
    ReplyHeader {
        origin: Origin::Protocol as u32,
        ..header(size_of::<T>())
    }
}

/// Writes a reply; its size, 0 when it does not fit (which decoding has ruled out).
pub(crate) fn put_reply<T: IntoBytes + Immutable>(reply: &mut [u8], value: &T) -> usize {
    match value.write_to_prefix(reply) {
        Ok(()) => size_of::<T>(),
        Err(_) => 0,
    }
}

/// What the protocol driver has told of a unit.
pub(crate) fn unit_info(level: u32, scratch: &Scratch) -> ioctl::UnitInfo {
    let mut reply = ioctl::UnitInfo {
        header: success::<ioctl::UnitInfo>(),
        level,
        ..ioctl::UnitInfo::default()
    };
    match level {
        unit_info_level::IDS => {
            if let Some(ids) = scratch.read_info::<UnitIds>() {
                reply.eui64 = ids.unique_id;
                reply.vendor_id = ids.vendor_id;
                reply.model_id = ids.model_id;
                reply.unit_model_id = ids.unit_model_id;
                reply.vendor = text(scratch.text(0), ids.vendor_length);
                reply.model = text(scratch.text(1), ids.model_length);
                reply.unit_model = text(scratch.text(2), ids.unit_model_length);
            }
        }
        unit_info_level::CAPABILITIES => {
            if let Some(info) = scratch.read_info::<av61883::UnitCapabilities>() {
                reply.output_plugs = info.num_output_plugs;
                reply.input_plugs = info.num_input_plugs;
                reply.max_data_rate = info.max_data_rate;
                reply.cts_flags = info.cts_flags;
                reply.hardware_flags = info.hardware_flags;
            }
        }
        unit_info_level::ISOCH_PARAMS => {
            if let Some(info) = scratch.read_info() {
                reply.isoch = info;
            }
        }
        unit_info_level::BUS_GENERATION_NODE => {
            if let Some(info) = scratch.read_info::<av61883::BusGenerationNode>() {
                reply.generation = info.generation;
                reply.local_node = info.local_node.0;
                reply.device_node = info.device_node.0;
            }
        }
        unit_info_level::DDI_VERSION => {
            if let Some(info) = scratch.read_info::<av61883::UnitDdiVersion>() {
                reply.ddi_version = info.version;
            }
        }
        unit_info_level::DIAG_LEVEL => {
            if let Some(info) = scratch.read_info::<av61883::UnitDiagLevel>() {
                reply.diag_level = info.level;
            }
        }
        _ => {}
    }
    reply
}

/// A text from the buffer that the protocol driver wrote, always ended by NUL.
fn text(buffer: [u16; TEXT_UNITS], bytes: u32) -> Text {
    let mut text = Text {
        length: 0,
        units: buffer,
    };
    if let Some(last) = text.units.last_mut() {
        *last = 0;
    }
    let there = text.units.iter().take_while(|unit| **unit != 0).count();
    // What the protocol driver says the text has, its NUL left out.
    let told = (bytes / 2).saturating_sub(1);
    text.length = if there == TEXT_UNITS.saturating_sub(1) {
        told.max(there as u32)
    } else {
        there as u32
    };
    text
}
