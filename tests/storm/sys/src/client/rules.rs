//! The rules for what a client gets: [`plug61883_abi::ioctl`].

use plug61883_abi::ioctl::{self, INTERFACE_VERSION, List, Origin, ReplyHeader, Snapshot};
use plug61883_wdf::NtStatus;
use storm_control::Deed;
use zerocopy::FromBytes;

use crate::call::Answer;
use crate::run::{self, Outcome};

/// What a request was, as far as its answer depends on it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) deed: Deed,
    pub(crate) code: u32,
    /// Bytes that its output buffer had.
    pub(crate) output: usize,
    /// It was cancelled, or other threads may have closed its handle.
    pub(crate) may_be_cancelled: bool,
}

/// How long a reply is.
enum Shape {
    Fixed(usize),
    /// A [`List`] of entries this long.
    List(usize),
    /// An [`ioctl::EventBatch`] and its events.
    Batch,
    Snapshot,
}

fn shape(code: u32) -> Shape {
    use Shape::{Fixed, List};
    match code {
        ioctl::QUERY_INTERFACE => Fixed(size_of::<ioctl::Interface>()),
        ioctl::LIST_UNITS => List(size_of::<ioctl::UnitEntry>()),
        ioctl::UNIT_INFO => Fixed(size_of::<ioctl::UnitInfo>()),
        ioctl::GET_PLUG => Fixed(size_of::<ioctl::PlugReply>()),
        ioctl::PLUG_STATE => Fixed(size_of::<ioctl::PlugState>()),
        ioctl::LIST_PLUGS => List(size_of::<ioctl::PlugEntry>()),
        ioctl::LIST_CONNECTIONS => List(size_of::<ioctl::ConnectionEntry>()),
        ioctl::CONNECT => Fixed(size_of::<ioctl::ConnectReply>()),
        ioctl::CREATE_PLUG => Fixed(size_of::<ioctl::CreatePlugReply>()),
        ioctl::ADD_DIRECTORY => Fixed(size_of::<ioctl::DirectoryReply>()),
        ioctl::LIST_DIRECTORIES => List(size_of::<ioctl::DirectoryEntry>()),
        ioctl::WAIT_EVENTS => Shape::Batch,
        ioctl::SNAPSHOT => Shape::Snapshot,
        ioctl::READ_REGISTER => Fixed(size_of::<ioctl::RegisterReply>()),
        _ => Fixed(size_of::<ReplyHeader>()),
    }
}

/// Failures that a request which is well-formed may end with.
fn may_fail_with(asked: Asked, status: NtStatus) -> bool {
    let about_all = matches!(
        asked.code,
        ioctl::QUERY_INTERFACE | ioctl::WAIT_EVENTS | ioctl::SNAPSHOT
    );
    let query = ioctl::required_access(asked.code) & ioctl::WRITE_ACCESS == 0;
    match status {
        NtStatus::INSUFFICIENT_RESOURCES | NtStatus::QUOTA_EXCEEDED => true,
        NtStatus::CANCELLED | NtStatus::FILE_CLOSED => asked.may_be_cancelled,
        NtStatus::INVALID_DEVICE_REQUEST => !run::expects_all(),
        NtStatus::NO_SUCH_DEVICE | NtStatus::DEVICE_REMOVED | NtStatus::IO_TIMEOUT => !about_all,
        NtStatus::INVALID_PARAMETER => !about_all && asked.code != ioctl::LIST_UNITS,
        NtStatus::ACCESS_DENIED => !query,
        // It has connections.
        NtStatus::DEVICE_BUSY => asked.code == ioctl::DELETE_PLUG,
        _ => false,
    }
}

macro_rules! broken {
    ($asked:expr, $($text:tt)*) => {
        run::broken(format_args!("{}: {}", $asked.deed.name(), format_args!($($text)*)))
    };
}
pub(crate) use broken;

/// Holds an answer against the rules, and counts it. Gives the reply if it is one of success.
pub(crate) fn check(asked: Asked, answer: Answer, reply: &[u8]) -> Option<&[u8]> {
    let outcome = outcome(asked, answer, reply);
    run::count(asked.deed, outcome);
    match outcome {
        Outcome::Success => reply.get(..answer.information),
        _ => None,
    }
}

fn outcome(asked: Asked, answer: Answer, reply: &[u8]) -> Outcome {
    let Answer {
        status,
        information,
    } = answer;
    if !status.is_success() {
        if information != 0 {
            broken!(asked, "{status} with {information} bytes");
        }
        if !may_fail_with(asked, status) {
            broken!(asked, "{status}, which is not among its answers");
        }
        return match status {
            NtStatus::CANCELLED => Outcome::Cancelled,
            _ => Outcome::Failed,
        };
    }
    if status != NtStatus::SUCCESS {
        broken!(asked, "{status} is no answer of an IOCTL");
    }
    let written = reply.get(..information);
    let Some((header, _)) = written.and_then(|reply| ReplyHeader::read_from_prefix(reply).ok())
    else {
        broken!(asked, "{information} bytes in a buffer of {}", asked.output);
        return Outcome::Failed;
    };
    if header.version != INTERFACE_VERSION || header.reserved != 0 {
        broken!(asked, "{header:?}");
    }
    match Origin::from_raw(header.origin) {
        None => broken!(asked, "origin {}", header.origin),
        Some(Origin::Driver) if !header.status.is_success() => {
            broken!(asked, "plug61883 gave {} in a reply", header.status);
        }
        Some(_) => {}
    }
    let reply = written.unwrap_or_default();
    check_length(asked, &header, reply);
    match header.status {
        status if status.is_success() => Outcome::Success,
        NtStatus::CANCELLED if asked.may_be_cancelled => Outcome::Cancelled,
        _ => {
            if ids(asked.code, reply) {
                broken!(asked, "{} with an id", header.status);
            }
            Outcome::Refused
        }
    }
}

fn check_length(asked: Asked, header: &ReplyHeader, reply: &[u8]) {
    let size = header.size as usize;
    let fits = match shape(asked.code) {
        Shape::Fixed(length) => reply.len() == length && size == length,
        Shape::List(entry) => List::read_from_prefix(reply).is_ok_and(|(list, _)| {
            let fixed = size_of::<List>();
            let length = |entries: u32| {
                (entries as usize)
                    .saturating_mul(entry)
                    .saturating_add(fixed)
            };
            let room = asked.output.saturating_sub(fixed).checked_div(entry);
            reply.len() == length(list.count)
                && size == length(list.total)
                && list.count as usize == room.unwrap_or(0).min(list.total as usize)
        }),
        Shape::Batch => size == reply.len(),
        Shape::Snapshot => Snapshot::read_from_prefix(reply).is_ok_and(|(snapshot, _)| {
            if snapshot.complete == 1 {
                size == reply.len()
            } else {
                reply.len() == size_of::<Snapshot>() && size > asked.output
            }
        }),
    };
    if !fits {
        broken!(
            asked,
            "a reply of {} bytes in a buffer of {}, {header:?}",
            reply.len(),
            asked.output
        );
    }
}

/// The reply holds the id of something new.
fn ids(code: u32, reply: &[u8]) -> bool {
    match code {
        ioctl::CONNECT | ioctl::GET_PLUG | ioctl::CREATE_PLUG | ioctl::ADD_DIRECTORY => {
            new_id(reply) != 0
        }
        _ => false,
    }
}

/// The id that stands after a reply's header.
pub(crate) fn new_id(reply: &[u8]) -> u64 {
    let bytes = reply.get(size_of::<ReplyHeader>()..);
    bytes
        .and_then(|bytes| u64::read_from_prefix(bytes).ok())
        .map_or(0, |(id, _)| id)
}
