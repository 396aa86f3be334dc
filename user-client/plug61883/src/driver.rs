//! An open handle to the driver, and everything that can be asked through it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use plug61883_abi::ids::{ConnectionId, Direction, PlugId, UnitId};
use plug61883_abi::ioctl::{
    self, ConnectReply, ConnectRequest, ConnectionEntry, DisconnectRequest, Interface, PlugEntry,
    PlugReply, PlugRequest, PlugStateRequest, ReplyHeader, RequestHeader, UnitEntry, UnitInfo,
    UnitInfoRequest,
};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::connection::{Connect, ConnectionInfo};
use crate::device::Device;
use crate::error::{Answer, Asked, Error, ErrorKind, ReplyFault};
use crate::plug::{PlugInfo, PlugState};
use crate::transport::{Access, Call, Transport};
use crate::wire::{self, ListReply};

/// Entries of a list that are asked for at first.
const FIRST_ENTRIES: usize = 32;
/// Longest reply of a list that is taken, in bytes.
const LONGEST_LIST: usize = 1 << 20;
/// Times that a list is asked for when it grows meanwhile.
const LIST_TRIES: usize = 8;

/// An open handle to the driver.
///
/// Clones are the same handle: connections made through any of them belong to it, and the driver
/// breaks those that do not persist when the last clone is dropped. The limits set with
/// [`Driver::timeout`] and [`Driver::cancel_after`] are each clone's own.
#[derive(Clone)]
pub struct Driver {
    transport: Arc<dyn Transport>,
    timeout_ms: u32,
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
    /// Requests under way, and how many there can be.
    pub operations: (u32, u32),
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
            operations: (reply.operations, reply.max_operations),
        })
    }

    /// The connections that the driver knows, of one unit or of all.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn connections(&self, unit: Option<UnitId>) -> Result<Vec<ConnectionInfo>, Error> {
        let entries: Vec<ConnectionEntry> =
            self.list(Asked::Connections, ioctl::LIST_CONNECTIONS, unit)?;
        Ok(entries.iter().map(ConnectionInfo::from_entry).collect())
    }

    /// The plugs whose ids the driver has given out, of one unit or of all. For the plugs that a
    /// unit has, see [`crate::Unit::plugs`].
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn known_plugs(&self, unit: Option<UnitId>) -> Result<Vec<PlugInfo>, Error> {
        let entries: Vec<PlugEntry> = self.list(Asked::Plugs, ioctl::LIST_PLUGS, unit)?;
        Ok(entries.iter().map(PlugInfo::from_entry).collect())
    }

    /// Breaks the connection with this id; one that another handle owns only with `force`.
    /// Tells who confirmed it.
    ///
    /// # Errors
    ///
    /// `STATUS_INVALID_PARAMETER` from plug61883 when the id names nothing; from the protocol
    /// driver when it has lost the connection on its own, and the id is gone then too.
    pub fn disconnect(&self, connection: ConnectionId, force: bool) -> Result<Answer, Error> {
        let request = DisconnectRequest {
            header: wire::header::<DisconnectRequest>(UnitId::NONE, self.timeout_ms),
            connection,
            flags: if force {
                ioctl::disconnect_flags::FORCE
            } else {
                0
            },
            ..DisconnectRequest::default()
        };
        let asked = Asked::Disconnect { connection };
        self.ask::<_, ReplyHeader>(asked, ioctl::DISCONNECT, &request)
            .map(|(_, answer)| answer)
    }

    /// The state of the plug with this id.
    ///
    /// # Errors
    ///
    /// When the request fails; `STATUS_INVALID_PARAMETER` from plug61883 when the id names
    /// nothing.
    pub fn plug_state(&self, plug: PlugId) -> Result<PlugState, Error> {
        let request = PlugStateRequest {
            header: wire::header::<PlugStateRequest>(UnitId::NONE, self.timeout_ms),
            plug,
        };
        let (reply, _) = self.ask(Asked::PlugState { plug }, ioctl::PLUG_STATE, &request)?;
        Ok(PlugState::from_reply(&reply, plug))
    }

    pub(crate) fn units(&self) -> Result<Vec<UnitEntry>, Error> {
        self.list(Asked::Units, ioctl::LIST_UNITS, None)
    }

    pub(crate) fn unit_info(&self, unit: UnitId, level: u32) -> Result<UnitInfo, Error> {
        let request = UnitInfoRequest {
            header: wire::header::<UnitInfoRequest>(unit, self.timeout_ms),
            level,
            reserved: 0,
        };
        let asked = Asked::UnitInfo { unit, level };
        let (reply, _): (UnitInfo, _) = self.ask(asked, ioctl::UNIT_INFO, &request)?;
        if reply.level == level {
            Ok(reply)
        } else {
            Err(Error::new(
                asked,
                ErrorKind::Reply(ReplyFault::Level(reply.level)),
            ))
        }
    }

    pub(crate) fn get_plug(
        &self,
        unit: UnitId,
        direction: Direction,
        number: u32,
    ) -> Result<PlugId, Error> {
        let request = PlugRequest {
            header: wire::header::<PlugRequest>(unit, self.timeout_ms),
            direction: direction as u32,
            number,
        };
        let asked = Asked::Plug {
            unit,
            direction,
            number,
        };
        let (reply, _): (PlugReply, _) = self.ask(asked, ioctl::GET_PLUG, &request)?;
        if reply.plug == PlugId::NONE {
            return Err(Error::new(asked, ErrorKind::Reply(ReplyFault::NoId)));
        }
        Ok(reply.plug)
    }

    pub(crate) fn connect(&self, unit: UnitId, connect: &Connect) -> Result<ConnectionId, Error> {
        let header = wire::header::<ConnectRequest>(unit, self.timeout_ms);
        let request = connect.request(header);
        let asked = Asked::Connect {
            unit,
            output: request.output,
            input: request.input,
        };
        let (reply, _): (ConnectReply, _) = self.ask(asked, ioctl::CONNECT, &request)?;
        if reply.connection == ConnectionId::NONE {
            return Err(Error::new(asked, ErrorKind::Reply(ReplyFault::NoId)));
        }
        Ok(reply.connection)
    }

    /// Sends one IOCTL; what it wrote.
    fn send<'a>(
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
    fn ask<Q, R>(&self, asked: Asked, code: u32, request: &Q) -> Result<(R, Answer), Error>
    where
        Q: IntoBytes + Immutable,
        R: FromBytes + KnownLayout + Immutable,
    {
        let mut output = vec![0; size_of::<R>()];
        let reply = self.send(asked, code, request.as_bytes(), &mut output)?;
        wire::fixed(reply).map_err(|kind| Error::new(asked, kind))
    }

    /// Asks for a list, until all of it fits.
    fn list<E>(&self, asked: Asked, code: u32, unit: Option<UnitId>) -> Result<Vec<E>, Error>
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
