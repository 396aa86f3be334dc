//! An open handle to the driver, and everything that can be asked through it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use plug61883_abi::ids::UnitId;
use plug61883_abi::ioctl::{self, Interface, RequestHeader};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::asked::Asked;
use crate::error::{Answer, Error, ErrorKind, ReplyFault};
use crate::platform::control::Device;
use crate::transport::{Access, Call, Transport};
use crate::wire::{self, ListReply};

/// Entries of a list that are asked for at first.
const FIRST_ENTRIES: usize = 32;
/// Longest reply of a list that is taken, in bytes.
pub(crate) const LONGEST_LIST: usize = 1 << 20;
/// Times that a list is asked for when it grows meanwhile.
pub(crate) const LIST_TRIES: usize = 8;

/// An open handle to the driver.
///
/// Clones are the same handle: connections, plugs and unit directories made through any of them
/// belong to it, and the driver undoes those that do not persist when the last clone is dropped. The limits set with
/// [`Driver::timeout`] and [`Driver::cancel_after`] are each clone's own.
#[derive(Clone)]
pub struct Driver {
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) timeout_ms: u32,
    cancel_after: Option<Duration>,
}

impl fmt::Debug for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Driver")
            .field("timeout_ms", &self.timeout_ms)
            .field("cancel_after", &self.cancel_after)
            .finish_non_exhaustive()
    }
}

/// What the driver is and how full it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DriverInfo {
    /// Version of the driver: major, minor, patch.
    pub version: [u16; 3],
    /// Units present, and how many there can be.
    pub units: (u32, u32),
    /// Handles open, and how many there can be.
    pub handles: (u32, u32),
    /// Connections known, and how many there can be.
    pub connections: (u32, u32),
    /// Plugs of this computer known, and how many there can be.
    pub plugs: (u32, u32),
    /// Unit directories known, and how many there can be.
    pub directories: (u32, u32),
    /// Requests under way, and how many there can be.
    pub operations: (u32, u32),
    /// Waits for events that a handle can have under way.
    pub max_waits: u32,
    /// Events that the driver keeps for a handle that is behind.
    pub max_events: u32,
    /// How much of it one process can have.
    pub process: ProcessLimits,
}

/// How much one process can have; what was made to persist counts for the driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProcessLimits {
    /// Handles open.
    pub handles: u32,
    /// Connections owned.
    pub connections: u32,
    /// Plugs owned.
    pub plugs: u32,
    /// Unit directories owned.
    pub directories: u32,
    /// Requests under way.
    pub operations: u32,
}

impl Driver {
    /// Opens the driver of this computer.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoDriver`] when there is none, also on systems other than Windows;
    /// [`ErrorKind::Open`] when Windows refuses.
    pub fn open(access: Access) -> Result<Self, Error> {
        Device::open(access).map(Self::with_transport)
    }

    /// A driver that is reached in another way.
    pub fn with_transport(transport: impl Transport + 'static) -> Self {
        Self {
            transport: Arc::new(transport),
            timeout_ms: 0,
            cancel_after: None,
        }
    }

    /// The same handle, each request ended by the driver with `STATUS_IO_TIMEOUT` when it takes
    /// longer than `time`: whole milliseconds, up to [`ioctl::MAX_TIMEOUT_MS`]; zero for the
    /// driver's own time, [`ioctl::DEFAULT_TIMEOUT_MS`].
    #[must_use]
    pub fn timeout(mut self, time: Duration) -> Self {
        let milliseconds = time.as_nanos().div_ceil(1_000_000);
        self.timeout_ms = u32::try_from(milliseconds).unwrap_or(u32::MAX);
        self
    }

    /// The same handle, each request cancelled by this side when it takes longer than `time`: it
    /// then fails with `STATUS_CANCELLED`.
    #[must_use]
    pub fn cancel_after(mut self, time: Duration) -> Self {
        self.cancel_after = Some(time);
        self
    }

    /// The same handle, with or without such a time.
    pub(crate) const fn limited(mut self, time: Option<Duration>) -> Self {
        self.cancel_after = time;
        self
    }

    /// Cancels every request under way on this handle, for another thread than those that wait
    /// for them. They fail with `STATUS_CANCELLED`, unless they complete first.
    pub fn cancel(&self) {
        self.transport.cancel();
    }

    /// What the driver is.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn info(&self) -> Result<DriverInfo, Error> {
        let request = wire::header::<RequestHeader>(UnitId::NONE, self.timeout_ms);
        let (reply, _): (Interface, _) =
            self.ask(Asked::Interface, ioctl::QUERY_INTERFACE, &request)?;
        let [major, minor, patch, _] = reply.driver_version;
        Ok(DriverInfo {
            version: [major, minor, patch],
            units: (reply.units, reply.max_units),
            handles: (reply.handles, reply.max_handles),
            connections: (reply.connections, reply.max_connections),
            plugs: (reply.plugs, reply.max_plugs),
            directories: (reply.directories, reply.max_directories),
            operations: (reply.operations, reply.max_operations),
            max_waits: reply.max_waits,
            max_events: reply.max_events,
            process: ProcessLimits {
                handles: reply.max_process_handles,
                connections: reply.max_process_connections,
                plugs: reply.max_process_plugs,
                directories: reply.max_process_directories,
                operations: reply.max_process_operations,
            },
        })
    }

    /// Sends one IOCTL; what it wrote.
    pub(crate) fn send<'a>(
        &self,
        asked: Asked,
        code: u32,
        input: &[u8],
        output: &'a mut [u8],
    ) -> Result<&'a [u8], Error> {
        let call = Call::new(code, input).cancel_after(self.cancel_after);
        let got = self
            .transport
            .ioctl(&call, output)
            .map_err(|failure| Error::refused(asked, failure))?;
        let wanted = output.len();
        output.get(..got).ok_or(Error::new(
            asked,
            ErrorKind::Reply(ReplyFault::Length { got, wanted }),
        ))
    }

    /// Asks for a reply of fixed size.
    pub(crate) fn ask<Q, R>(
        &self,
        asked: Asked,
        code: u32,
        request: &Q,
    ) -> Result<(R, Answer), Error>
    where
        Q: IntoBytes + Immutable,
        R: FromBytes + KnownLayout + Immutable,
    {
        let mut output = vec![0; size_of::<R>()];
        let reply = self.send(asked, code, request.as_bytes(), &mut output)?;
        wire::fixed(reply).map_err(|kind| Error::new(asked, kind))
    }

    /// Asks for a list, until all of it fits.
    pub(crate) fn list<E>(
        &self,
        asked: Asked,
        code: u32,
        unit: Option<UnitId>,
    ) -> Result<Vec<E>, Error>
    where
        E: FromBytes + KnownLayout + Immutable,
    {
        let fault = |fault| Error::new(asked, ErrorKind::Reply(fault));
        let unit = unit.unwrap_or(UnitId::NONE);
        let request = wire::header::<RequestHeader>(unit, self.timeout_ms);
        let mut size = wire::list_size::<E>(FIRST_ENTRIES);
        for _ in 0..LIST_TRIES {
            let mut output = vec![0; size];
            let reply = self.send(asked, code, request.as_bytes(), &mut output)?;
            match wire::list(reply).map_err(|kind| Error::new(asked, kind))? {
                ListReply::Whole(entries) => return Ok(entries),
                ListReply::Needs(needs) if needs > LONGEST_LIST => {
                    return Err(fault(ReplyFault::Long(needs)));
                }
                // Room for some that may come meanwhile.
                ListReply::Needs(needs) => size = needs + 8 * size_of::<E>(),
            }
        }
        Err(fault(ReplyFault::Unsettled))
    }
}
