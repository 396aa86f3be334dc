//! Requests as they are: a session of rawioctl.

use std::collections::HashMap;

use anyhow::{Context, Result, ensure};
use e2e::Scene;
use plug61883_abi::ids::{ConnectionId, Direction, DirectoryId, PlugId, UnitId};
use plug61883_abi::ioctl::{
    self, ConnectReply, CreatePlugReply, DirectoryReply, Event, EventBatch, Interface, List,
    Origin, PlugReply, ReplyHeader, RequestHeader, SetPlugRequest, Snapshot, UnitEntry,
};
use plug61883_abi::status::NtStatus;
use wine_harness::Child;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

pub(crate) use crate::messages::*;

/// What came of a request.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Status of the IOCTL.
    pub(crate) status: NtStatus,
    /// What it wrote.
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    fn read(line: &str) -> Result<Self> {
        let field = |name: &str| {
            let found = line
                .split(' ')
                .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            found.with_context(|| format!("rawioctl: {line}"))
        };
        let status = field("status")?.trim_start_matches("0x");
        let digits = field("output")?.as_bytes();
        let bytes = digits.chunks_exact(2).map(|pair| {
            let pair = std::str::from_utf8(pair).context("not hexadecimal")?;
            Ok(u8::from_str_radix(pair, 16)?)
        });
        Ok(Self {
            status: NtStatus(u32::from_str_radix(status, 16)?),
            bytes: bytes.collect::<Result<_>>()?,
        })
    }

    /// The reply's fixed part.
    pub(crate) fn reply<T: FromBytes + KnownLayout + Immutable>(&self) -> Result<T> {
        ensure!(self.status == NtStatus::SUCCESS, "{}", self.status);
        let read = T::read_from_prefix(&self.bytes).map(|(reply, _)| reply);
        read.map_err(|_| anyhow::anyhow!("a reply of {} bytes", self.bytes.len()))
    }

    /// What the request came to: the reply's status and who gave it, or the IOCTL's.
    pub(crate) fn outcome(&self) -> Result<(NtStatus, Origin)> {
        if self.status != NtStatus::SUCCESS {
            ensure!(self.bytes.is_empty(), "{self:?}");
            return Ok((self.status, Origin::Driver));
        }
        let header: ReplyHeader = self.reply()?;
        let origin = Origin::from_raw(header.origin).context("no origin")?;
        Ok((header.status, origin))
    }

    /// A batch of events.
    pub(crate) fn batch(&self) -> Result<(EventBatch, Vec<Event>)> {
        let batch: EventBatch = self.reply()?;
        let bytes = self.bytes.get(size_of::<EventBatch>()..);
        let events: Vec<Event> = bytes
            .unwrap_or_default()
            .chunks_exact(size_of::<Event>())
            .filter_map(|bytes| Event::read_from_bytes(bytes).ok())
            .collect();
        ensure!(events.len() == batch.count as usize, "{batch:?}");
        ensure!(
            batch.header.size as usize == self.bytes.len(),
            "{} bytes: {batch:?}",
            self.bytes.len()
        );
        for (event, number) in events.iter().zip(batch.first..) {
            ensure!(event.sequence == number, "{batch:?} {event:?}");
        }
        Ok((batch, events))
    }
}

/// A process with a handle of the driver, or several.
#[derive(Debug)]
pub(crate) struct Raw {
    child: Child,
    /// Answers that came while another was waited for.
    done: HashMap<String, Answer>,
    /// The first unit that there was when it was started.
    pub(crate) unit: UnitId,
}

impl Raw {
    /// Opens the driver for reading.
    pub(crate) fn reader(scene: &Scene) -> Result<Self> {
        Self::with_access(scene, "read")
    }

    /// Opens the driver for changes.
    pub(crate) fn writer(scene: &Scene) -> Result<Self> {
        Self::with_access(scene, "write")
    }

    fn with_access(scene: &Scene, access: &str) -> Result<Self> {
        let child = scene.spawn("rawioctl.exe", &["--access", access, "session"])?;
        let mut raw = Self {
            child,
            done: HashMap::new(),
            unit: UNIT,
        };
        let line = raw.line()?;
        ensure!(line.starts_with("open=ok"), "{line}");
        // It may be refused for want of memory, once.
        for _ in 0..2 {
            if let Some(unit) = raw.first_unit()? {
                raw.unit = unit;
                break;
            }
        }
        Ok(raw)
    }

    fn first_unit(&mut self) -> Result<Option<UnitId>> {
        let request = header::<RequestHeader>(UnitId::NONE);
        let answer = self.send(ioctl::LIST_UNITS, &request, 1 << 12)?;
        let entry = answer.bytes.get(size_of::<List>()..);
        let entry = entry.and_then(|bytes| UnitEntry::read_from_prefix(bytes).ok());
        Ok(entry.map(|(entry, _)| entry.unit))
    }

    fn line(&mut self) -> Result<String> {
        Ok(self.child.read_line_until(|_| true, e2e::PROGRAM)?)
    }

    /// The next line that tells of no request that was started.
    fn next(&mut self) -> Result<String> {
        loop {
            let line = self.line()?;
            match line
                .strip_prefix("done=")
                .and_then(|rest| rest.split_once(' '))
            {
                None => return Ok(line),
                Some((number, answer)) => {
                    let answer = Answer::read(answer)?;
                    self.done.insert(number.to_owned(), answer);
                }
            }
        }
    }

    /// Opens one more handle and uses it; whether that went well.
    pub(crate) fn open(&mut self) -> Result<bool> {
        self.child.write_line("open")?;
        Ok(self.next()?.starts_with("open=ok"))
    }

    /// Uses another of the handles.
    pub(crate) fn use_handle(&mut self, number: usize) -> Result<()> {
        Ok(self.child.write_line(&format!("use {number}"))?)
    }

    fn write<T: IntoBytes + Immutable>(
        &mut self,
        how: &str,
        code: u32,
        request: &T,
        output: usize,
    ) -> Result<()> {
        let input: String = request
            .as_bytes()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let line = format!("{how} 0x{code:08X} {input} {output}");
        Ok(self.child.write_line(&line)?)
    }

    /// Sends a request and waits for its answer.
    pub(crate) fn send<T: IntoBytes + Immutable>(
        &mut self,
        code: u32,
        request: &T,
        output: usize,
    ) -> Result<Answer> {
        self.write("send", code, request, output)?;
        Answer::read(&self.next()?)
    }

    /// Sends a request; what names it for [`Self::answer`].
    pub(crate) fn start<T: IntoBytes + Immutable>(
        &mut self,
        code: u32,
        request: &T,
        output: usize,
    ) -> Result<String> {
        self.write("start", code, request, output)?;
        let line = self.next()?;
        let number = line.strip_prefix("started=");
        Ok(number.with_context(|| line.clone())?.to_owned())
    }

    /// Waits for the answer to a request that was started.
    pub(crate) fn answer(&mut self, number: &str) -> Result<Answer> {
        loop {
            if let Some(answer) = self.done.remove(number) {
                return Ok(answer);
            }
            let line = self.line()?;
            let (number, answer) = line
                .strip_prefix("done=")
                .and_then(|rest| rest.split_once(' '))
                .with_context(|| line.clone())?;
            self.done.insert(number.to_owned(), Answer::read(answer)?);
        }
    }

    /// Whether the answer to a request that was started is there, as far as it was read.
    pub(crate) fn is_answered(&mut self, number: &str) -> Result<bool> {
        // Whatever was answered before this is read with it.
        let request = header::<RequestHeader>(UnitId::NONE);
        self.send(ioctl::LIST_UNITS, &request, 1 << 12)?;
        Ok(self.done.contains_key(number))
    }

    /// Cancels what is under way on the handle that is used.
    pub(crate) fn cancel(&mut self) -> Result<()> {
        Ok(self.child.write_line("cancel")?)
    }

    /// Ends it the hard way.
    pub(crate) fn kill(mut self) -> Result<()> {
        Ok(self.child.kill9()?)
    }

    /// The plug of the device.
    pub(crate) fn plug(&mut self, direction: Direction, number: u32) -> Result<PlugId> {
        let request = get_plug(self.unit, direction, number, 0);
        let answer = self.send(ioctl::GET_PLUG, &request, size_of::<PlugReply>())?;
        Ok(answer.reply::<PlugReply>()?.plug)
    }

    /// Connects plugs point-to-point; the answer.
    pub(crate) fn try_connect(
        &mut self,
        output: PlugId,
        input: PlugId,
        persist: bool,
    ) -> Result<Answer> {
        let request = connect(output, input, persist);
        self.send(ioctl::CONNECT, &request, size_of::<ConnectReply>())
    }

    /// Connects plugs point-to-point until the handle is closed.
    pub(crate) fn connect(&mut self, output: PlugId, input: PlugId) -> Result<ConnectionId> {
        let reply: ConnectReply = self.try_connect(output, input, false)?.reply()?;
        ensure!(reply.header.status == NtStatus::SUCCESS, "{reply:?}");
        Ok(reply.connection)
    }

    /// Breaks a connection; the outcome.
    pub(crate) fn disconnect(&mut self, connection: ConnectionId) -> Result<(NtStatus, Origin)> {
        let request = disconnect(connection);
        self.send(ioctl::DISCONNECT, &request, size_of::<ReplyHeader>())?
            .outcome()
    }

    /// Creates a plug of this computer; the answer.
    pub(crate) fn try_create(&mut self, direction: Direction, persist: bool) -> Result<Answer> {
        let request = create_plug(self.unit, direction, persist);
        self.send(ioctl::CREATE_PLUG, &request, size_of::<CreatePlugReply>())
    }

    /// Creates a plug of this computer that lives as long as the handle.
    pub(crate) fn create(&mut self, direction: Direction) -> Result<PlugId> {
        let reply: CreatePlugReply = self.try_create(direction, false)?.reply()?;
        ensure!(reply.header.status == NtStatus::SUCCESS, "{reply:?}");
        Ok(reply.plug)
    }

    /// Writes the register of a plug that this handle created; the outcome.
    pub(crate) fn set(&mut self, plug: PlugId, register: u32) -> Result<(NtStatus, Origin)> {
        let mut request = SetPlugRequest {
            header: header::<SetPlugRequest>(UnitId::NONE),
            plug,
            ..Default::default()
        };
        request.pcr.0 = register;
        self.send(ioctl::SET_PLUG, &request, size_of::<ReplyHeader>())?
            .outcome()
    }

    /// Deletes a plug; the outcome.
    pub(crate) fn delete(&mut self, plug: PlugId) -> Result<(NtStatus, Origin)> {
        let request = remove(plug.0);
        self.send(ioctl::DELETE_PLUG, &request, size_of::<ReplyHeader>())?
            .outcome()
    }

    /// Adds a unit directory; the answer.
    pub(crate) fn try_add_directory(&mut self) -> Result<Answer> {
        let request = add_directory(self.unit);
        self.send(ioctl::ADD_DIRECTORY, &request, size_of::<DirectoryReply>())
    }

    /// Adds a unit directory that lives as long as the handle.
    pub(crate) fn add_directory(&mut self) -> Result<DirectoryId> {
        let reply: DirectoryReply = self.try_add_directory()?.reply()?;
        ensure!(reply.header.status == NtStatus::SUCCESS, "{reply:?}");
        Ok(reply.directory)
    }

    /// What there is now, without its entries if there are many.
    pub(crate) fn snapshot(&mut self) -> Result<Snapshot> {
        let request = header::<RequestHeader>(UnitId::NONE);
        self.send(ioctl::SNAPSHOT, &request, 1 << 16)?.reply()
    }

    /// What the driver is, and what there is.
    pub(crate) fn interface(&mut self) -> Result<Interface> {
        let request = header::<RequestHeader>(UnitId::NONE);
        let size = size_of::<Interface>();
        self.send(ioctl::QUERY_INTERFACE, &request, size)?.reply()
    }

    /// Starts a wait for events with room for many.
    pub(crate) fn wait(&mut self) -> Result<String> {
        self.start(ioctl::WAIT_EVENTS, &wait_events(0), batch_bytes(32))
    }

    /// The events that there are now, with room for so many.
    pub(crate) fn poll(&mut self, room: usize) -> Result<(EventBatch, Vec<Event>)> {
        let request = wait_events(ioctl::wait_flags::NO_WAIT);
        self.send(ioctl::WAIT_EVENTS, &request, batch_bytes(room))?
            .batch()
    }
}
