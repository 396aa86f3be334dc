//! A transport that a test answers for the driver, and the bytes of its answers.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use plug61883_abi::ioctl::{
    ConnectionEntry, DirectoryEntry, Event, EventBatch, INTERFACE_VERSION, List, Origin, PlugEntry,
    ReplyHeader, Snapshot, UnitEntry,
};
use plug61883_abi::status::NtStatus;
use zerocopy::{Immutable, IntoBytes};

use crate::error::Source;
use crate::transport::{Call, Failure, Transport};

/// A request, as a [`Scripted`] transport got it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Control code.
    pub code: u32,
    /// Input.
    pub input: Vec<u8>,
    /// Length of the output buffer.
    pub output: usize,
    /// When it was to be cancelled.
    pub cancel_after: Option<Duration>,
}

type Script = dyn FnMut(&Sent) -> Result<Vec<u8>, Failure> + Send;

struct Inner {
    script: Mutex<Box<Script>>,
    sent: Mutex<Vec<Sent>>,
    cancelled: AtomicUsize,
}

/// A transport whose every request a closure answers. Clones share everything.
#[derive(Clone)]
pub struct Scripted(Arc<Inner>);

impl Scripted {
    /// Answers with `script`: the bytes of a reply, or a failure.
    pub fn new(script: impl FnMut(&Sent) -> Result<Vec<u8>, Failure> + Send + 'static) -> Self {
        Self(Arc::new(Inner {
            script: Mutex::new(Box::new(script)),
            sent: Mutex::default(),
            cancelled: AtomicUsize::new(0),
        }))
    }

    /// Answers every request with the same failure.
    #[must_use]
    pub fn failing(status: NtStatus, source: Source) -> Self {
        Self::new(move |_| Err(Failure { status, source }))
    }

    /// The requests so far.
    #[must_use]
    pub fn sent(&self) -> Vec<Sent> {
        self.0
            .sent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// How often cancelling was asked for.
    #[must_use]
    pub fn cancelled(&self) -> usize {
        self.0.cancelled.load(Ordering::Relaxed)
    }
}

impl Transport for Scripted {
    fn ioctl(&self, call: &Call<'_>, output: &mut [u8]) -> Result<usize, Failure> {
        let sent = Sent {
            code: call.code,
            input: call.input.to_vec(),
            output: output.len(),
            cancel_after: call.cancel_after,
        };
        self.0
            .sent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(sent.clone());
        let reply = (self.0.script.lock().unwrap_or_else(PoisonError::into_inner))(&sent)?;
        // A reply that is too long is told so: a driver's `Information` may lie.
        let fits = reply.len().min(output.len());
        output[..fits].copy_from_slice(&reply[..fits]);
        Ok(reply.len())
    }

    fn cancel(&self) {
        self.0.cancelled.fetch_add(1, Ordering::Relaxed);
    }
}

/// A refusal by plug61883 itself.
#[must_use]
pub fn refusal(status: NtStatus) -> Failure {
    Failure {
        status,
        source: Source::Plug61883,
    }
}

/// Header of a reply of `size` bytes with an answer of the protocol driver.
#[must_use]
pub fn header(size: usize, status: NtStatus) -> ReplyHeader {
    ReplyHeader {
        size: size as u32,
        version: INTERFACE_VERSION,
        reserved: 0,
        status,
        origin: Origin::Protocol as u32,
    }
}

/// Bytes of a list, cut to the entries that fit into `room` bytes as the driver does.
#[must_use]
pub fn list<E: IntoBytes + Immutable>(entries: &[E], room: usize) -> Vec<u8> {
    let fixed = size_of::<List>();
    let size = fixed + size_of_val(entries);
    let count = entries
        .len()
        .min(room.saturating_sub(fixed) / size_of::<E>());
    let header = ReplyHeader {
        origin: Origin::Driver as u32,
        ..header(size, NtStatus::SUCCESS)
    };
    let list = List {
        header,
        total: entries.len() as u32,
        count: count as u32,
        sequence: 1,
    };
    let mut bytes = list.as_bytes().to_vec();
    bytes.extend_from_slice(entries[..count].as_bytes());
    bytes
}

/// Bytes of a batch of events, cut to those that fit into `room` bytes as the driver does.
#[must_use]
pub fn batch(lost: u64, first: u64, events: &[Event], room: usize) -> Vec<u8> {
    let fixed = size_of::<EventBatch>();
    let count = events
        .len()
        .min(room.saturating_sub(fixed) / size_of::<Event>());
    let size = fixed + count * size_of::<Event>();
    let batch = EventBatch {
        header: ReplyHeader {
            origin: Origin::Driver as u32,
            ..header(size, NtStatus::SUCCESS)
        },
        first,
        lost,
        count: count as u32,
        more: (events.len() - count) as u32,
        reserved: 0,
    };
    let mut bytes = batch.as_bytes().to_vec();
    bytes.extend_from_slice(events[..count].as_bytes());
    bytes
}

/// Bytes of a snapshot; without its entries where they do not all fit into `room` bytes.
#[must_use]
pub fn snapshot(
    sequence: u64,
    units: &[UnitEntry],
    plugs: &[PlugEntry],
    connections: &[ConnectionEntry],
    directories: &[DirectoryEntry],
    room: usize,
) -> Vec<u8> {
    let entries = [
        units.as_bytes(),
        plugs.as_bytes(),
        connections.as_bytes(),
        directories.as_bytes(),
    ]
    .concat();
    let size = size_of::<Snapshot>() + entries.len();
    let complete = size <= room;
    let head = Snapshot {
        header: ReplyHeader {
            origin: Origin::Driver as u32,
            ..header(size, NtStatus::SUCCESS)
        },
        sequence,
        units: units.len() as u32,
        plugs: plugs.len() as u32,
        connections: connections.len() as u32,
        directories: directories.len() as u32,
        complete: complete.into(),
        reserved: 0,
    };
    let mut bytes = head.as_bytes().to_vec();
    if complete {
        bytes.extend(entries);
    }
    bytes
}
