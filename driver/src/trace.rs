//! The ETW provider `Plug61883`, see docs/tracing.md: every request of a client, every request to
//! the protocol driver, every event. Nothing is gathered while nobody listens.

use plug61883_abi::ids::UnitId;
use plug61883_abi::ioctl::{self, Event, Origin, ReplyHeader, RequestHeader};
use plug61883_wdf::{NtStatus, Request, microseconds};
use tracelogging as tlg;
use zerocopy::FromBytes;

tlg::define_provider!(PROVIDER, "Plug61883");

/// Keyword of clients' requests.
const REQUESTS: u64 = 1;
/// Keyword of requests to the protocol driver.
const SENT: u64 = 2;
/// Keyword of events.
const EVENTS: u64 = 4;

/// Registers the provider. [`stop`] must come before the driver leaves. (PASSIVE_LEVEL)
pub(crate) fn start() {
    // SAFETY: DriverEntry does not fail after this, and `stop` is called in EvtDriverUnload.
    // A registration that fails leaves the provider disabled, and the driver works without it.
    let _ = unsafe { PROVIDER.register() };
}

/// Takes the registration back. (PASSIVE_LEVEL)
pub(crate) fn stop() {
    let _ = PROVIDER.unregister();
}

/// Somebody listens to events.
pub(crate) fn wants_events() -> bool {
    PROVIDER.enabled(tlg::Level::Informational, EVENTS)
}

/// A moment to measure from; 0 while nobody listens. (any IRQL)
pub(crate) fn now() -> u64 {
    if PROVIDER.enabled(tlg::Level::Informational, REQUESTS | SENT) {
        microseconds().max(1)
    } else {
        0
    }
}

fn since(start: u64) -> u64 {
    microseconds().saturating_sub(start)
}

/// What a client's request asks for.
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    code: u32,
    unit: UnitId,
    /// Id that stands behind the header, for the codes that have one there.
    id: u64,
    start: u64,
}

impl Asked {
    pub(crate) const NOTHING: Self = Self {
        code: 0,
        unit: UnitId::NONE,
        id: 0,
        start: 0,
    };

    /// Of a request that has just come.
    pub(crate) fn of(code: u32, input: &[u8]) -> Self {
        let start = now();
        if start == 0 {
            return Self::NOTHING;
        }
        let header = RequestHeader::read_from_prefix(input).map(|(header, _)| header);
        let named = matches!(
            code,
            ioctl::PLUG_STATE
                | ioctl::DISCONNECT
                | ioctl::SET_PLUG
                | ioctl::DELETE_PLUG
                | ioctl::REMOVE_DIRECTORY
                | ioctl::PERSIST
        );
        Self {
            code,
            unit: header.map_or(UnitId::NONE, |header| header.unit),
            id: if named {
                id_at(input, size_of::<RequestHeader>())
            } else {
                0
            },
            start,
        }
    }
}

fn id_at(bytes: &[u8], offset: usize) -> u64 {
    bytes
        .get(offset..)
        .and_then(|bytes| u64::read_from_prefix(bytes).ok())
        .map_or(0, |(id, _)| id)
}

/// A client's request is about to be completed with `status`. (IRQL <= DISPATCH_LEVEL)
pub(crate) fn request(asked: &Asked, request: &mut Request, status: NtStatus, information: usize) {
    if asked.start == 0 {
        return;
    }
    let reply = request.output().get(..information).unwrap_or_default();
    let header = ReplyHeader::read_from_prefix(reply).map(|(header, _)| header);
    let (status, origin) = match header {
        Ok(header) if status.is_success() => (header.status, header.origin),
        _ => (status, Origin::Driver as u32),
    };
    let made = matches!(
        asked.code,
        ioctl::CONNECT | ioctl::GET_PLUG | ioctl::CREATE_PLUG | ioctl::ADD_DIRECTORY
    );
    let result = if made {
        id_at(reply, size_of::<ReplyHeader>())
    } else {
        0
    };
    tlg::write_event!(
        PROVIDER,
        "Request",
        level(Informational),
        keyword(REQUESTS),
        u32_hex("Code", &asked.code),
        u64_hex("Unit", &asked.unit.0),
        u64_hex("Id", &asked.id),
        u64_hex("Result", &result),
        win_ntstatus("Status", &status.to_raw()),
        u32("Origin", &origin),
        u64("Microseconds", &since(asked.start)),
    );
}

/// The protocol driver has completed a request. (IRQL <= DISPATCH_LEVEL)
pub(crate) fn sent(unit: UnitId, function: u32, status: NtStatus, (code, start): (u32, u64)) {
    if start == 0 {
        return;
    }
    tlg::write_event!(
        PROVIDER,
        "Sent",
        level(Informational),
        keyword(SENT),
        u64_hex("Unit", &unit.0),
        u32_hex("Code", &code),
        u32("Function", &function),
        win_ntstatus("Status", &status.to_raw()),
        u64("Microseconds", &since(start)),
    );
}

/// Something has happened. (IRQL <= DISPATCH_LEVEL)
pub(crate) fn event(event: &Event) {
    tlg::write_event!(
        PROVIDER,
        "Event",
        level(Informational),
        keyword(EVENTS),
        u64("Sequence", &event.sequence),
        u32("Kind", &event.kind),
        u32("Reason", &event.reason),
        u64_hex("Unit", &event.unit.0),
        u64_hex("Connection", &event.connection.0),
        u64_hex("Output", &event.output.0),
        u64_hex("Input", &event.input.0),
        u32("Owner", &event.owner),
        u32("Process", &event.process_id),
        u32_hex("OldPcr", &event.old_pcr.0),
        u32_hex("NewPcr", &event.new_pcr.0),
        u32("Generation", &event.generation),
        u16_hex("LocalNode", &event.local_node),
        u16_hex("DeviceNode", &event.device_node),
    );
}
