//! Requests: right ones, slightly wrong ones, and garbage.

use std::fmt;
use std::time::Duration;

use plug61883::abi::av61883::{
    AvPcr, CipDataFormat, UnitIsochParams, address_type, set_unit_info_level,
};
use plug61883::abi::ids::{ConnectionId, PlugId, UnitId};
use plug61883::abi::ioctl::{self, RequestHeader, persist_kind, wait_flags};
use plug61883::abi::pcr::OMPR_OFFSET;
use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::ids::{Ids, Kind};
use super::rng::Rng;

/// Longest wait for events, in milliseconds.
const LONGEST_WAIT: u64 = 20;

/// A request as it is sent.
pub(crate) struct Sent {
    pub(crate) code: u32,
    pub(crate) input: Vec<u8>,
    /// Length of the output buffer.
    pub(crate) output: usize,
    pub(crate) cancel_after: Option<Duration>,
    /// Somebody may cancel it.
    pub(crate) cancelable: bool,
}

impl Sent {
    fn new(code: u32, input: Vec<u8>, output: usize) -> Self {
        Self {
            code,
            input,
            output,
            cancel_after: None,
            cancelable: false,
        }
    }

    /// The same, sent where others may cancel it.
    pub(crate) fn cancelable(mut self) -> Self {
        self.cancelable = true;
        self
    }

    /// The same without being cancelled; it does not wait for events then.
    pub(crate) fn uncancelled(mut self) -> Self {
        self.cancel_after = None;
        self.cancelable = false;
        if self.code == ioctl::WAIT_EVENTS
            && let Ok((request, _)) = ioctl::WaitEventsRequest::mut_from_prefix(&mut self.input)
        {
            request.flags |= wait_flags::NO_WAIT;
        }
        self
    }
}

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "code={:#010x} input=", self.code)?;
        for byte in self.input.iter().take(128) {
            write!(f, "{byte:02x}")?;
        }
        if self.input.len() > 128 {
            write!(f, "... ({} bytes)", self.input.len())?;
        }
        write!(f, " output={} cancel={:?}", self.output, self.cancel_after)
    }
}

/// How often each code is sent.
const WEIGHTS: &[(u32, u32)] = &[
    (ioctl::QUERY_INTERFACE, 1),
    (ioctl::LIST_UNITS, 2),
    (ioctl::UNIT_INFO, 2),
    (ioctl::GET_PLUG, 4),
    (ioctl::PLUG_STATE, 3),
    (ioctl::LIST_PLUGS, 2),
    (ioctl::LIST_CONNECTIONS, 2),
    (ioctl::CONNECT, 6),
    (ioctl::DISCONNECT, 5),
    (ioctl::SET_UNIT_INFO, 1),
    (ioctl::CREATE_PLUG, 4),
    (ioctl::SET_PLUG, 2),
    (ioctl::DELETE_PLUG, 3),
    (ioctl::BUS_RESET, 1),
    (ioctl::ADD_DIRECTORY, 3),
    (ioctl::REMOVE_DIRECTORY, 3),
    (ioctl::LIST_DIRECTORIES, 1),
    (ioctl::WAIT_EVENTS, 4),
    (ioctl::SNAPSHOT, 2),
    (ioctl::PERSIST, 2),
    (ioctl::READ_REGISTER, 2),
];

/// What gives the first ids.
pub(crate) fn first() -> Vec<Sent> {
    let unit = 1 << 32 | 1;
    let mut all = vec![Sent::new(ioctl::LIST_UNITS, bytes(header(0, 0)), 4096)];
    for direction in 0..2 {
        let request = ioctl::PlugRequest {
            header: header(unit, 0),
            direction,
            number: 0,
        };
        all.push(Sent::new(ioctl::GET_PLUG, bytes(request), 64));
    }
    all
}

/// A wait without an end.
pub(crate) fn wait() -> Sent {
    let request = ioctl::WaitEventsRequest {
        header: header(0, 0),
        ..Default::default()
    };
    Sent::new(ioctl::WAIT_EVENTS, bytes(request), 4096)
}

/// The next request.
pub(crate) fn request(rng: &mut Rng, ids: &Ids) -> Sent {
    let code = rng.pick(&weighted());
    let input = valid(rng, ids, code);
    let output = output_length(rng, code);
    let mut sent = Sent::new(code, input, output);
    match rng.below(100) {
        0..=24 => spoil(rng, &mut sent),
        25..=29 => garbage(rng, &mut sent),
        _ => {}
    }
    spare_the_bus(&mut sent);
    if sent.code == ioctl::WAIT_EVENTS {
        sent.cancel_after = Some(Duration::from_millis(rng.below(LONGEST_WAIT)));
    } else if rng.one_in(20) {
        sent.cancel_after = Some(Duration::from_millis(rng.below(4)));
    }
    sent.cancelable = sent.cancel_after.is_some();
    sent
}

fn weighted() -> Vec<u32> {
    let times = |(code, weight): &(u32, u32)| vec![*code; *weight as usize];
    WEIGHTS.iter().flat_map(times).collect()
}

fn header(unit: u64, timeout_ms: u32) -> RequestHeader {
    RequestHeader {
        version: ioctl::INTERFACE_VERSION,
        unit: UnitId(unit),
        timeout_ms,
        ..Default::default()
    }
}

/// The bytes of a request, whose header is told their number.
fn bytes<T: IntoBytes + Immutable>(request: T) -> Vec<u8> {
    let mut bytes = request.as_bytes().to_vec();
    let size = bytes.len() as u32;
    bytes[..4].copy_from_slice(&size.to_le_bytes());
    bytes
}

/// A request with nothing wrong but, now and then, an id.
fn valid(rng: &mut Rng, ids: &Ids, code: u32) -> Vec<u8> {
    let timeout = rng.pick(&[0, 0, 0, 1, 50, 1_000, ioctl::MAX_TIMEOUT_MS]);
    let header = |unit| header(unit, timeout);
    // FORCE, PERSIST and NO_WAIT have the same place.
    let flags = u32::from(rng.one_in(3));
    let direction = rng.below(2) as u32;
    let unit = ids.pick(rng, Kind::Unit);
    let any_unit = ids.pick_unit(rng);
    match code {
        ioctl::QUERY_INTERFACE | ioctl::LIST_UNITS | ioctl::SNAPSHOT => bytes(header(0)),
        ioctl::LIST_PLUGS | ioctl::LIST_CONNECTIONS | ioctl::LIST_DIRECTORIES => {
            bytes(header(any_unit))
        }
        ioctl::UNIT_INFO => bytes(ioctl::UnitInfoRequest {
            header: header(unit),
            level: 1 + rng.below(6) as u32,
            flags: 0,
        }),
        ioctl::GET_PLUG => bytes(ioctl::PlugRequest {
            header: header(unit),
            direction,
            number: rng.pick(&[0, 0, 0, 1, 2, 30]),
        }),
        ioctl::PLUG_STATE => bytes(ioctl::PlugStateRequest {
            header: header(any_unit),
            plug: PlugId(ids.pick(rng, Kind::Plug)),
        }),
        ioctl::CONNECT => connect(rng, ids, header(any_unit), flags),
        ioctl::DISCONNECT => bytes(ioctl::DisconnectRequest {
            header: header(any_unit),
            connection: ConnectionId(ids.pick(rng, Kind::Connection)),
            flags,
            ..Default::default()
        }),
        ioctl::SET_UNIT_INFO => set_unit_info(rng, header(unit)),
        ioctl::CREATE_PLUG => bytes(ioctl::CreatePlugRequest {
            header: header(unit),
            direction,
            pcr: AvPcr(rng.next() as u32),
            flags,
            ..Default::default()
        }),
        ioctl::SET_PLUG => bytes(ioctl::SetPlugRequest {
            header: header(any_unit),
            plug: PlugId(ids.pick(rng, Kind::Plug)),
            pcr: AvPcr(rng.next() as u32),
            ..Default::default()
        }),
        ioctl::ADD_DIRECTORY => bytes(ioctl::AddDirectoryRequest {
            header: header(unit),
            spec_id: rng.below(1 << 24) as u32,
            sw_version: rng.below(1 << 24) as u32,
            flags,
            ..Default::default()
        }),
        ioctl::DELETE_PLUG | ioctl::REMOVE_DIRECTORY => {
            let kind = if code == ioctl::DELETE_PLUG {
                Kind::Plug
            } else {
                Kind::Directory
            };
            bytes(ioctl::RemoveRequest {
                header: header(any_unit),
                id: ids.pick(rng, kind),
                flags,
                ..Default::default()
            })
        }
        ioctl::PERSIST => {
            let (kind, of) = rng.pick(&[
                (persist_kind::CONNECTION, Kind::Connection),
                (persist_kind::PLUG, Kind::Plug),
                (persist_kind::DIRECTORY, Kind::Directory),
            ]);
            bytes(ioctl::PersistRequest {
                header: header(any_unit),
                id: ids.pick(rng, of),
                kind,
                ..Default::default()
            })
        }
        ioctl::READ_REGISTER => bytes(ioctl::RegisterRequest {
            header: header(unit),
            offset: OMPR_OFFSET + 4 * rng.below(64) as u32,
            ..Default::default()
        }),
        ioctl::WAIT_EVENTS => bytes(ioctl::WaitEventsRequest {
            header: RequestHeader {
                timeout_ms: 0,
                ..header(0)
            },
            flags: if rng.one_in(2) {
                wait_flags::NO_WAIT
            } else {
                0
            },
            ..Default::default()
        }),
        _ => bytes(header(unit)),
    }
}

fn connect(rng: &mut Rng, ids: &Ids, header: RequestHeader, flags: u32) -> Vec<u8> {
    let both = rng.below(4);
    bytes(ioctl::ConnectRequest {
        header,
        output: PlugId(if both == 0 {
            0
        } else {
            ids.pick(rng, Kind::Plug)
        }),
        input: PlugId(if both == 1 {
            0
        } else {
            ids.pick(rng, Kind::Plug)
        }),
        connect_type: rng.below(2) as u32,
        flags,
        format: if rng.one_in(2) {
            CipDataFormat::DV_525_60
        } else {
            CipDataFormat::default()
        },
        ..Default::default()
    })
}

fn set_unit_info(rng: &mut Rng, header: RequestHeader) -> Vec<u8> {
    let mut request = ioctl::SetUnitInfoRequest {
        header,
        level: 1 + rng.below(3) as u32,
        ..Default::default()
    };
    match request.level {
        set_unit_info_level::ISOCH_PARAMS => {
            request.isoch = UnitIsochParams {
                rx_num_packets: 1 + rng.below(64) as u32,
                rx_num_descriptors: 1 + rng.below(64) as u32,
                tx_num_packets: 1 + rng.below(64) as u32,
                tx_num_descriptors: 1 + rng.below(64) as u32,
            };
        }
        set_unit_info_level::DIAG_LEVEL => request.flags = rng.below(2) as u32,
        _ => request.address_type = address_type::GLOBAL,
    }
    bytes(request)
}

fn output_length(rng: &mut Rng, code: u32) -> usize {
    let entries = rng.index(40);
    match rng.below(8) {
        0 => rng.index(128),
        1 => 65_536,
        2..=4 if code == ioctl::WAIT_EVENTS => {
            size_of::<ioctl::EventBatch>() + entries * size_of::<ioctl::Event>()
        }
        _ => 512 + entries * 8,
    }
}

/// Makes one thing wrong, or something that looks so.
fn spoil(rng: &mut Rng, sent: &mut Sent) {
    let length = sent.input.len();
    match rng.below(9) {
        0 => sent.input.truncate(rng.index(length)),
        1 => {
            let more = rng.pick(&[1, 4, 8, 4_096, 70_000]);
            sent.input.resize(length + more, 0);
        }
        2 => sent.input[..4].copy_from_slice(&(rng.next() as u32).to_le_bytes()),
        3 => sent.input[4..6].copy_from_slice(&(rng.below(4) as u16).to_le_bytes()),
        4 => sent.input[16..20].copy_from_slice(&(rng.next() as u32).to_le_bytes()),
        5 | 6 => {
            let bit = rng.index(length * 8);
            sent.input[bit / 8] ^= 1 << (bit % 8);
        }
        7 => {
            let index = rng.index(length);
            sent.input[index] = rng.next() as u8;
        }
        _ => sent.output = rng.index(64),
    }
}

fn garbage(rng: &mut Rng, sent: &mut Sent) {
    let length = rng.index(128);
    if rng.one_in(2) {
        sent.input = rng.bytes(length);
    }
    if rng.one_in(2) {
        // Any function and access of our device type, METHOD_BUFFERED.
        sent.code = 0x9883 << 16 | (rng.next() as u32 & 0xFFFC);
    }
}

/// Diagnostic levels other than none change what the protocol driver leaves behind, an exclusive
/// address range who can use its plugs: both would outlast this program.
fn spare_the_bus(sent: &mut Sent) {
    if sent.code == ioctl::SET_UNIT_INFO
        && let Ok((request, _)) = ioctl::SetUnitInfoRequest::mut_from_prefix(&mut sent.input)
    {
        request.diag_level = 0;
        if request.address_type == address_type::EXCLUSIVE {
            request.address_type = address_type::GLOBAL;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_sent() {
        let codes: Vec<u32> = WEIGHTS.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes, ioctl::CODES);
    }

    #[test]
    fn a_seed_gives_the_same_requests() {
        let all = |seed| {
            let mut rng = Rng::new(seed);
            let ids = Ids::default();
            let texts = (0..500).map(|_| request(&mut rng, &ids).to_string());
            texts.collect::<Vec<_>>()
        };
        assert_eq!(all(1), all(1));
        assert_ne!(all(1), all(2));
    }
}
