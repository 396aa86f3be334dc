//! The functions of abi.

use core::fmt::{self, Display, Write};

use plug61883_abi::av61883::{
    Arguments, AttachFrame, AvPcr, AvRequest, BusReset, BusResetNotify, CancelFrame, CipDataFormat,
    CipDataFormatV2, Connect, ConnectV2, CreatePlug, CycleTime, DeletePlug, Disconnect, FcpFrame,
    GetFcpRequest, GetFcpResponse, GetPlugHandle, GetPlugState, GetUnitInfo, Listen, MonitorPlugs,
    NodeAddress, SendFcpRequest, SendFcpResponse, SetFcpNotify, SetPlug, SetUnitDirectory,
    SetUnitInfo, Stop, Talk, connect_type, function, plug_state, speed, unit_info_level,
};
use plug61883_abi::ids::{ConnectionId, Direction, DirectoryId, PlugId, UnitId};
use plug61883_abi::ioctl::{self, Origin};
use plug61883_abi::irb::AsyncReadIrb;
use plug61883_abi::pcr::{
    Impr, Ipcr, Ompr, Opcr, bandwidth_units, ipcr_address, ipcr_offset, opcr_address, opcr_offset,
    register_address,
};
use plug61883_abi::status::NtStatus;

use crate::keep;

/// Takes text and may refuse it, as a real sink does.
struct Sink(u64);

impl Write for Sink {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.0 = self.0.wrapping_mul(31).wrapping_add(u64::from(byte));
        }
        if self.0 == 1 {
            return Err(fmt::Error);
        }
        Ok(())
    }
}

fn show(value: &impl Display) -> u64 {
    let mut sink = Sink(0);
    keep(write!(sink, "{value}").is_ok());
    sink.0
}

/// Ids from numbers, and what they hold.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn no_panic_ids(bits: u64, slot: u32, number: u8, generation: u32) {
    keep(Direction::from_raw(slot));
    keep((UnitId(bits).slot(), UnitId(bits).generation()));
    keep((ConnectionId(bits).slot(), ConnectionId(bits).generation()));
    keep((DirectoryId(bits).slot(), DirectoryId(bits).generation()));
    keep((
        UnitId::new(slot, generation),
        ConnectionId::new(slot, generation),
        DirectoryId::new(slot, generation),
    ));
    let plug = PlugId(bits);
    keep((plug.unit_slot(), plug.number(), plug.is_local()));
    keep((plug.direction(), plug.generation()));
    for direction in [Direction::Out, Direction::In] {
        let plug = PlugId::new(slot as u16, direction, number, generation);
        keep((plug, plug.local()));
    }
}

/// Ids from text.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn no_panic_parse(text: &[u8; 64], length: usize) {
    let bytes = text.get(..length).unwrap_or(text);
    if let Ok(text) = core::str::from_utf8(bytes) {
        keep(text.parse::<UnitId>().is_ok());
        keep(text.parse::<ConnectionId>().is_ok());
        keep(text.parse::<DirectoryId>().is_ok());
        keep(text.parse::<PlugId>().is_ok());
    }
}

/// Ids and statuses as text.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn no_panic_show(bits: u64, status: u32) {
    keep(show(&UnitId(bits)));
    keep(show(&ConnectionId(bits)));
    keep(show(&DirectoryId(bits)));
    keep(show(&PlugId(bits)));
    keep(PlugId(bits).direction().map(|direction| show(&direction)));
    keep(show(&NodeAddress(bits as u16)));
    let status = NtStatus(status);
    keep(show(&status));
    keep((status.name(), status.meaning(), status.is_success()));
    keep((status.to_raw(), NtStatus::from_raw(status.to_raw())));
}

/// Plug registers.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn no_panic_registers(bits: u32, byte: u8, half: u16) {
    let opcr = Opcr(bits);
    keep((opcr.payload(), opcr.overhead_id(), opcr.data_rate()));
    keep((opcr.channel(), opcr.reserved(), opcr.point_to_point()));
    keep((opcr.broadcast(), opcr.online(), opcr.bandwidth_units()));
    keep(bandwidth_units(half, byte, byte));
    keep(opcr.with_payload(half).with_overhead_id(byte));
    keep(opcr.with_data_rate(byte).with_channel(byte));
    keep(opcr.with_reserved(byte).with_point_to_point(byte));
    keep(opcr.with_broadcast(byte).with_online(byte));
    let ipcr = Ipcr(bits);
    keep((ipcr.reserved0(), ipcr.channel(), ipcr.reserved1()));
    keep((ipcr.point_to_point(), ipcr.broadcast(), ipcr.online()));
    keep(ipcr.with_reserved0(half).with_channel(byte));
    keep(ipcr.with_reserved1(byte).with_point_to_point(byte));
    keep(ipcr.with_broadcast(byte).with_online(byte));
    let ompr = Ompr(bits);
    keep((ompr.plugs(), ompr.reserved(), ompr.persistent_extension()));
    keep((
        ompr.non_persistent_extension(),
        ompr.broadcast_channel_base(),
        ompr.data_rate(),
    ));
    keep(ompr.with_plugs(byte).with_reserved(byte));
    keep(ompr.with_persistent_extension(byte));
    keep(ompr.with_non_persistent_extension(byte));
    keep(ompr.with_broadcast_channel_base(byte).with_data_rate(byte));
    let impr = Impr(bits);
    keep((impr.plugs(), impr.reserved(), impr.persistent_extension()));
    keep((impr.non_persistent_extension(), impr.reserved1()));
    keep(impr.data_rate());
    keep(impr.with_plugs(byte).with_reserved(byte));
    keep(impr.with_persistent_extension(byte));
    keep(impr.with_non_persistent_extension(byte));
    keep(impr.with_reserved1(byte).with_data_rate(byte));
    keep((opcr_address(bits), ipcr_address(bits)));
    keep((opcr_offset(bits), ipcr_offset(bits), register_address(bits)));
}

fn arguments<A: Arguments + PartialEq>(request: &mut AvRequest, version: u32) {
    let arguments: A = request.arguments();
    keep(AvRequest::new(version, arguments));
    request.set_arguments(arguments);
    keep(*request);
}

/// Requests to the protocol driver.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn no_panic_requests(
    request: &mut AvRequest,
    version: u32,
    value: u32,
    byte: u8,
) {
    arguments::<GetUnitInfo>(request, version);
    arguments::<GetPlugHandle>(request, version);
    arguments::<GetPlugState>(request, version);
    arguments::<Connect>(request, version);
    arguments::<ConnectV2>(request, version);
    arguments::<Disconnect>(request, version);
    arguments::<BusReset>(request, version);
    arguments::<SetUnitInfo>(request, version);
    arguments::<SetPlug>(request, version);
    arguments::<AttachFrame>(request, version);
    arguments::<CancelFrame>(request, version);
    arguments::<Talk>(request, version);
    arguments::<Listen>(request, version);
    arguments::<Stop>(request, version);
    arguments::<SendFcpRequest>(request, version);
    arguments::<GetFcpResponse>(request, version);
    arguments::<GetFcpRequest>(request, version);
    arguments::<SendFcpResponse>(request, version);
    arguments::<SetFcpNotify>(request, version);
    arguments::<CreatePlug>(request, version);
    arguments::<DeletePlug>(request, version);
    arguments::<BusResetNotify>(request, version);
    arguments::<SetUnitDirectory>(request, version);
    arguments::<MonitorPlugs>(request, version);
    keep((function::name(value), unit_info_level::name(value)));
    keep((plug_state::name(value), speed::name(value)));
    keep(connect_type::name(value));
    keep((AvPcr(value).opcr(), AvPcr(value).ipcr()));
    keep((AvPcr::from(Opcr(value)), AvPcr::from(Ipcr(value))));
    let node = NodeAddress::new(value as u16, byte);
    keep((node.node(), node.bus()));
    let time = CycleTime::new(byte, value as u16, (value >> 16) as u16);
    keep((time.seconds(), time.count(), time.offset()));
    keep(FcpFrame::header(byte, byte));
    keep(AsyncReadIrb::quadlet(u64::from(value), u64::from(version), value).offset());
    keep((ioctl::required_access(value), Origin::from_raw(value)));
}

/// Formats of streams.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn no_panic_formats(format: &CipDataFormat, v2: &CipDataFormatV2) {
    keep(format.to_v2());
    keep(CipDataFormat::from(*v2));
}

/// FCP frames.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn no_panic_fcp(frame: &FcpFrame) {
    keep((frame.ctype(), frame.cts()));
}
