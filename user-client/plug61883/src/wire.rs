//! Requests to bytes and bytes to replies. What the driver answers is checked, never trusted.

use plug61883_abi::ids::UnitId;
use plug61883_abi::ioctl::{
    ConnectionEntry, DirectoryEntry, Event, EventBatch, INTERFACE_VERSION, List, Origin, PlugEntry,
    ReplyHeader, RequestHeader, Snapshot, UnitEntry,
};
use zerocopy::{FromBytes, Immutable, KnownLayout};

use crate::error::{Answer, ErrorKind, ReplyFault, Source};

/// Header of the request `T`.
pub(crate) fn header<T>(unit: UnitId, timeout_ms: u32) -> RequestHeader {
    RequestHeader {
        size: size_of::<T>() as u32,
        version: INTERFACE_VERSION,
        unit,
        timeout_ms,
        ..RequestHeader::default()
    }
}

/// Takes a reply's header off `bytes`. A failure in it is the error; what else a reply that
/// tells of a failure holds does not matter.
fn reply_header(bytes: &[u8], wanted: usize) -> Result<(ReplyHeader, Answer), ErrorKind> {
    let (header, _) =
        ReplyHeader::read_from_prefix(bytes).map_err(|_| length_fault(bytes, wanted))?;
    if header.version != INTERFACE_VERSION {
        return Err(ErrorKind::Version {
            driver: header.version,
        });
    }
    let source = match Origin::from_raw(header.origin) {
        Some(Origin::Protocol) => Source::Protocol,
        Some(Origin::Driver) => Source::Plug61883,
        None => return Err(ErrorKind::Reply(ReplyFault::Origin(header.origin))),
    };
    let answer = Answer {
        status: header.status,
        source,
    };
    if answer.status.is_success() {
        Ok((header, answer))
    } else {
        Err(ErrorKind::Status(answer))
    }
}

/// A reply of fixed size.
pub(crate) fn fixed<T>(bytes: &[u8]) -> Result<(T, Answer), ErrorKind>
where
    T: FromBytes + KnownLayout + Immutable,
{
    let wanted = size_of::<T>();
    let (header, answer) = reply_header(bytes, wanted)?;
    let reply = T::read_from_bytes(bytes).map_err(|_| length_fault(bytes, wanted))?;
    check_size(header.size, wanted as u64)?;
    Ok((reply, answer))
}

/// Entries of a list, or the size of a buffer that takes them all.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ListReply<E> {
    /// All entries.
    Whole(Vec<E>),
    /// The buffer was too small.
    Needs(usize),
}

/// Size of the reply that a list with so many entries of type `E` has.
pub(crate) const fn list_size<E>(entries: usize) -> usize {
    size_of::<List>() + entries.saturating_mul(size_of::<E>())
}

/// A reply that is a list.
pub(crate) fn list<E>(bytes: &[u8]) -> Result<ListReply<E>, ErrorKind>
where
    E: FromBytes + KnownLayout + Immutable,
{
    let list: List = head(bytes)?;
    let (count, total) = (list.count, list.total);
    if count > total {
        return Err(ErrorKind::Reply(ReplyFault::Count { count, total }));
    }
    let size = |entries| size_of::<List>() as u64 + parts::<E>(entries);
    check_size(list.header.size, size(total))?;
    // Both fit: a size that passed is no greater than a u32.
    let (sent, needs) = (size(count) as usize, size(total) as usize);
    if bytes.len() != sent {
        return Err(length_fault(bytes, sent));
    }
    if count < total {
        return Ok(ListReply::Needs(needs));
    }
    Ok(ListReply::Whole(entries(&bytes[size_of::<List>()..])))
}

fn length_fault(bytes: &[u8], wanted: usize) -> ErrorKind {
    ErrorKind::Reply(ReplyFault::Length {
        got: bytes.len(),
        wanted,
    })
}

fn check_size(said: u32, wanted: u64) -> Result<(), ErrorKind> {
    if u64::from(said) == wanted {
        Ok(())
    } else {
        Err(ErrorKind::Reply(ReplyFault::Size { said, wanted }))
    }
}

/// What is behind a reply's fixed part `T`, when all of the reply came: `size` in its header, and
/// what it says of its parts, are those of the bytes.
fn whole<T>(bytes: &[u8], said: u32, parts: u64) -> Result<&[u8], ErrorKind> {
    let wanted = size_of::<T>() as u64 + parts;
    check_size(said, wanted)?;
    // It fits: it is no greater than a u32.
    let wanted = wanted as usize;
    if bytes.len() == wanted {
        Ok(&bytes[size_of::<T>()..])
    } else {
        Err(length_fault(bytes, wanted))
    }
}

/// A reply's fixed part `T`, of one that tells of success.
fn head<T>(bytes: &[u8]) -> Result<T, ErrorKind>
where
    T: FromBytes + KnownLayout + Immutable,
{
    reply_header(bytes, size_of::<T>())?;
    let (head, _) = T::read_from_prefix(bytes).map_err(|_| length_fault(bytes, size_of::<T>()))?;
    Ok(head)
}

/// The entries that `bytes` hold.
fn entries<E>(bytes: &[u8]) -> Vec<E>
where
    E: FromBytes + KnownLayout + Immutable,
{
    let entries = bytes.chunks_exact(size_of::<E>());
    entries
        .filter_map(|entry| E::read_from_bytes(entry).ok())
        .collect()
}

const fn parts<E>(count: u32) -> u64 {
    count as u64 * size_of::<E>() as u64
}

/// A batch of events. Their numbers must be those that the batch says.
pub(crate) fn batch(bytes: &[u8]) -> Result<(EventBatch, Vec<Event>), ErrorKind> {
    let batch: EventBatch = head(bytes)?;
    let events = whole::<EventBatch>(bytes, batch.header.size, parts::<Event>(batch.count))?;
    let events: Vec<Event> = entries(events);
    for (index, event) in (0_u64..).zip(&events) {
        let due = batch.first.wrapping_add(index);
        if event.sequence != due {
            return Err(ErrorKind::Reply(ReplyFault::Sequence {
                got: event.sequence,
                due,
            }));
        }
    }
    Ok((batch, events))
}

/// All that the driver holds, or the size of a buffer that takes it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SnapshotReply {
    Whole {
        sequence: u64,
        units: Vec<UnitEntry>,
        plugs: Vec<PlugEntry>,
        connections: Vec<ConnectionEntry>,
        directories: Vec<DirectoryEntry>,
    },
    Needs(usize),
}

/// A snapshot.
pub(crate) fn snapshot(bytes: &[u8]) -> Result<SnapshotReply, ErrorKind> {
    let head: Snapshot = head(bytes)?;
    let (units, plugs) = (
        parts::<UnitEntry>(head.units),
        parts::<PlugEntry>(head.plugs),
    );
    let connections = parts::<ConnectionEntry>(head.connections);
    let all = units + plugs + connections + parts::<DirectoryEntry>(head.directories);
    match head.complete {
        1 => {
            let rest = whole::<Snapshot>(bytes, head.header.size, all)?;
            // They fit: together they are what follows.
            let (units, rest) = rest.split_at(units as usize);
            let (plugs, rest) = rest.split_at(plugs as usize);
            let (connections, directories) = rest.split_at(connections as usize);
            Ok(SnapshotReply::Whole {
                sequence: head.sequence,
                units: entries(units),
                plugs: entries(plugs),
                connections: entries(connections),
                directories: entries(directories),
            })
        }
        0 => {
            check_size(head.header.size, size_of::<Snapshot>() as u64 + all)?;
            if bytes.len() != size_of::<Snapshot>() {
                return Err(length_fault(bytes, size_of::<Snapshot>()));
            }
            Ok(SnapshotReply::Needs(head.header.size as usize))
        }
        other => Err(ErrorKind::Reply(ReplyFault::Complete(other))),
    }
}
