//! What every answer must keep to, whatever was sent.

use std::collections::HashSet;
use std::fmt;

use plug61883::abi::ids::{ConnectionId, DirectoryId, PlugId};
use plug61883::abi::ioctl::{
    self, CODES, ConnectionEntry, DirectoryEntry, Event, EventBatch, List, PlugEntry, ReplyHeader,
    RequestHeader, Snapshot, UnitEntry, WRITE_ACCESS, required_access,
};
use plug61883::{Access, Completion, NtStatus};
use zerocopy::{FromBytes, Immutable, KnownLayout};

use super::generate::Sent;
use super::ids::{Ids, Kind, undone_by};

/// What the output buffer holds before.
pub(crate) const FILL: u8 = 0xA5;

/// What an IOCTL of plug61883 may fail with.
const REFUSALS: &[NtStatus] = &[
    NtStatus::INVALID_DEVICE_REQUEST,
    NtStatus::BUFFER_TOO_SMALL,
    NtStatus::INFO_LENGTH_MISMATCH,
    NtStatus::REVISION_MISMATCH,
    NtStatus::INVALID_PARAMETER,
    NtStatus::NO_SUCH_DEVICE,
    NtStatus::ACCESS_DENIED,
    NtStatus::QUOTA_EXCEEDED,
    NtStatus::INSUFFICIENT_RESOURCES,
    NtStatus::IO_TIMEOUT,
    NtStatus::CANCELLED,
    NtStatus::DEVICE_REMOVED,
    NtStatus::DEVICE_BUSY,
];

/// What came back.
pub(crate) struct Answer<'a> {
    pub(crate) completion: Completion,
    pub(crate) output: &'a [u8],
    /// Of the handle that it was sent through.
    pub(crate) access: Access,
    /// The time of [`Ids::now`] when it was sent.
    pub(crate) since: u64,
    /// What it is to undo was gone when it was sent.
    pub(crate) dead: bool,
}

impl fmt::Display for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Completion {
            status,
            information,
        } = self.completion;
        write!(f, "status={status} information={information} output=")?;
        for byte in self.output.iter().take(information.min(256)) {
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    ProtocolFailed,
    Refused,
    Cancelled,
    TimedOut,
}

impl Outcome {
    pub(crate) const ALL: [Self; 5] = [
        Self::Done,
        Self::ProtocolFailed,
        Self::Refused,
        Self::Cancelled,
        Self::TimedOut,
    ];
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Done => "done",
            Self::ProtocolFailed => "protocol-failed",
            Self::Refused => "refused",
            Self::Cancelled => "cancelled",
            Self::TimedOut => "timed-out",
        })
    }
}

/// The events that came through a handle.
#[derive(Default)]
pub(crate) struct Events(HashSet<u64>);

/// Holds an answer to the rules; the rule that it breaks.
pub(crate) fn check(
    sent: &Sent,
    answer: &Answer<'_>,
    ids: &mut Ids,
    events: &mut Events,
) -> Result<Outcome, String> {
    let Completion {
        status,
        information,
    } = answer.completion;
    let written = touched(answer.output);
    if status.is_success() {
        rule(status == NtStatus::SUCCESS, "a success is STATUS_SUCCESS")?;
        rule(
            information <= answer.output.len(),
            "no more than the buffer takes is told",
        )?;
        rule(written <= information, "no more than is told is written")?;
        return reply(sent, answer, &answer.output[..information], ids, events);
    }
    rule(information == 0, "a failure tells no bytes")?;
    rule(written == 0, "a failure writes nothing")?;
    rule(
        REFUSALS.contains(&status),
        "a failure has a documented status",
    )?;
    if status == NtStatus::CANCELLED {
        rule(sent.cancelable, "what nobody cancels is not cancelled")?;
        return Ok(Outcome::Cancelled);
    }
    let write_only = required_access(sent.code) & WRITE_ACCESS != 0;
    if answer.access == Access::Query && write_only {
        let denied = status == NtStatus::ACCESS_DENIED;
        rule(denied, "a change needs a handle for changes")?;
    } else if !CODES.contains(&sent.code) {
        let unknown = status == NtStatus::INVALID_DEVICE_REQUEST;
        rule(unknown, "an unknown code is told so")?;
    } else if sent.input.len() < size_of::<RequestHeader>() {
        let short = status == NtStatus::BUFFER_TOO_SMALL;
        rule(short, "a short header is told so")?;
    }
    Ok(match status {
        NtStatus::IO_TIMEOUT => Outcome::TimedOut,
        _ => Outcome::Refused,
    })
}

/// The rules for an IOCTL that succeeded.
fn reply(
    sent: &Sent,
    answer: &Answer<'_>,
    bytes: &[u8],
    ids: &mut Ids,
    events: &mut Events,
) -> Result<Outcome, String> {
    rule(
        CODES.contains(&sent.code),
        "an unknown code does not succeed",
    )?;
    let told = sent
        .input
        .first_chunk()
        .map(|size| u32::from_le_bytes(*size) as usize);
    rule(
        told == Some(sent.input.len()),
        "a request of another size does not succeed",
    )?;
    let denied = answer.access == Access::Query && required_access(sent.code) & WRITE_ACCESS != 0;
    rule(!denied, "a change needs a handle for changes")?;
    rule(!answer.dead, "an id that is gone names nothing")?;
    let header: ReplyHeader = read(bytes)?;
    let version = header.version == ioctl::INTERFACE_VERSION && header.reserved == 0;
    rule(version, "a reply starts with a header")?;
    rule(header.origin <= 1, "somebody gave the status")?;
    let done = header.status.is_success();
    rule(
        done || header.origin == 1,
        "plug61883 refuses by failing the IOCTL",
    )?;
    match sent.code {
        ioctl::LIST_UNITS => list(bytes, answer, |entry: UnitEntry| {
            ids.see(Kind::Unit, entry.unit.0);
        })?,
        ioctl::LIST_PLUGS => list(bytes, answer, |entry: PlugEntry| {
            ids.see(Kind::Plug, entry.plug.0);
        })?,
        ioctl::LIST_CONNECTIONS => list(bytes, answer, |entry: ConnectionEntry| {
            ids.see(Kind::Connection, entry.connection.0);
        })?,
        ioctl::LIST_DIRECTORIES => list(bytes, answer, |entry: DirectoryEntry| {
            ids.see(Kind::Directory, entry.directory.0);
        })?,
        ioctl::WAIT_EVENTS => batch(bytes, events, ids)?,
        ioctl::SNAPSHOT => snapshot(bytes, answer)?,
        code => {
            rule(
                header.size as usize == bytes.len(),
                "a reply tells its size",
            )?;
            rule(
                Some(bytes.len()) == fixed_size(code),
                "a reply has its size",
            )?;
        }
    }
    if let Some((kind, id)) = made(sent.code, bytes)? {
        rule(
            (id != 0) == done,
            "what is made has an id, what is not has none",
        )?;
        rule(ids.make(kind, id, answer.since), "no id is given out twice")?;
    }
    // What the protocol driver does not know any more is gone too.
    let lost = header.origin == 1 && header.status == NtStatus::INVALID_PARAMETER;
    if let Some((kind, id)) = undone_by(sent.code, &sent.input)
        && (done || lost)
    {
        ids.lose(kind, id);
    }
    Ok(if done {
        Outcome::Done
    } else {
        Outcome::ProtocolFailed
    })
}

fn rule(kept: bool, what: &str) -> Result<(), String> {
    if kept { Ok(()) } else { Err(what.into()) }
}

fn read<T: FromBytes + KnownLayout + Immutable>(bytes: &[u8]) -> Result<T, String> {
    let read = T::read_from_prefix(bytes).map(|(value, _)| value);
    read.map_err(|_| "a reply is as long as its structure".into())
}

/// Length of the output up to the last byte that was written.
fn touched(output: &[u8]) -> usize {
    output
        .iter()
        .rposition(|byte| *byte != FILL)
        .map_or(0, |last| last + 1)
}

/// Bytes of a reply that always has the same.
fn fixed_size(code: u32) -> Option<usize> {
    Some(match code {
        ioctl::QUERY_INTERFACE => size_of::<ioctl::Interface>(),
        ioctl::UNIT_INFO => size_of::<ioctl::UnitInfo>(),
        ioctl::GET_PLUG => size_of::<ioctl::PlugReply>(),
        ioctl::PLUG_STATE => size_of::<ioctl::PlugState>(),
        ioctl::CONNECT => size_of::<ioctl::ConnectReply>(),
        ioctl::CREATE_PLUG => size_of::<ioctl::CreatePlugReply>(),
        ioctl::ADD_DIRECTORY => size_of::<ioctl::DirectoryReply>(),
        ioctl::DISCONNECT
        | ioctl::SET_UNIT_INFO
        | ioctl::SET_PLUG
        | ioctl::DELETE_PLUG
        | ioctl::BUS_RESET
        | ioctl::REMOVE_DIRECTORY
        | ioctl::PERSIST => size_of::<ReplyHeader>(),
        ioctl::READ_REGISTER => size_of::<ioctl::RegisterReply>(),
        _ => return None,
    })
}

fn list<T: FromBytes + KnownLayout + Immutable>(
    bytes: &[u8],
    answer: &Answer<'_>,
    mut see: impl FnMut(T),
) -> Result<(), String> {
    let (list, entries) = (
        read::<List>(bytes)?,
        bytes.get(size_of::<List>()..).unwrap_or_default(),
    );
    let (total, count) = (list.total as usize, list.count as usize);
    let room = answer.output.len().saturating_sub(size_of::<List>()) / size_of::<T>();
    rule(count == total.min(room), "a list gives what fits")?;
    rule(
        entries.len() == count * size_of::<T>(),
        "a list has the entries that it counts",
    )?;
    let needed = size_of::<List>() + total * size_of::<T>();
    rule(
        list.header.size as usize == needed,
        "a list tells the size it needs",
    )?;
    for entry in entries.chunks_exact(size_of::<T>()) {
        see(read(entry)?);
    }
    Ok(())
}

fn batch(bytes: &[u8], seen: &mut Events, ids: &mut Ids) -> Result<(), String> {
    let batch: EventBatch = read(bytes)?;
    let events = bytes.get(size_of::<EventBatch>()..).unwrap_or_default();
    let whole = events.len() == batch.count as usize * size_of::<Event>();
    rule(whole, "a batch has the events that it counts")?;
    rule(
        batch.header.size as usize == bytes.len(),
        "a batch tells its size",
    )?;
    for (event, number) in events.chunks_exact(size_of::<Event>()).zip(batch.first..) {
        let event: Event = read(event)?;
        rule(event.sequence == number, "events have no gaps")?;
        rule((1..=8).contains(&event.kind), "an event has a kind")?;
        rule(seen.0.insert(number), "no event comes twice")?;
        ids.see(Kind::Unit, event.unit.0);
        ids.see(Kind::Connection, event.connection.0);
        ids.see(Kind::Plug, event.output.0);
        ids.see(Kind::Plug, event.input.0);
    }
    Ok(())
}

fn snapshot(bytes: &[u8], answer: &Answer<'_>) -> Result<(), String> {
    let snapshot: Snapshot = read(bytes)?;
    let needed = size_of::<Snapshot>()
        + snapshot.units as usize * size_of::<UnitEntry>()
        + snapshot.plugs as usize * size_of::<PlugEntry>()
        + snapshot.connections as usize * size_of::<ConnectionEntry>()
        + snapshot.directories as usize * size_of::<DirectoryEntry>();
    rule(
        snapshot.header.size as usize == needed,
        "a snapshot tells the size it needs",
    )?;
    let fits = answer.output.len() >= needed;
    rule(
        snapshot.complete == u32::from(fits),
        "a snapshot is complete when it fits",
    )?;
    let length = if fits { needed } else { size_of::<Snapshot>() };
    rule(
        bytes.len() == length,
        "a snapshot comes whole or not at all",
    )
}

/// The id that a reply gives out.
fn made(code: u32, bytes: &[u8]) -> Result<Option<(Kind, u64)>, String> {
    Ok(Some(match code {
        ioctl::CONNECT => {
            let ConnectionId(id) = read::<ioctl::ConnectReply>(bytes)?.connection;
            (Kind::Connection, id)
        }
        ioctl::ADD_DIRECTORY => {
            let DirectoryId(id) = read::<ioctl::DirectoryReply>(bytes)?.directory;
            (Kind::Directory, id)
        }
        ioctl::CREATE_PLUG => {
            let PlugId(id) = read::<ioctl::CreatePlugReply>(bytes)?.plug;
            (Kind::Plug, id)
        }
        ioctl::GET_PLUG => {
            let PlugId(id) = read::<ioctl::PlugReply>(bytes)?.plug;
            (Kind::Plug, id)
        }
        _ => return Ok(None),
    }))
}
