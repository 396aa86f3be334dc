//! Events as they come, and the state from which they go on.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use plug61883_abi::ids::UnitId;
use plug61883_abi::ioctl::{self, EventBatch, RequestHeader, WaitEventsRequest, wait_flags};
use zerocopy::IntoBytes;

use crate::asked::Asked;
use crate::connection::ConnectionInfo;
use crate::directory::DirectoryInfo;
use crate::driver::{Driver, LIST_TRIES, LONGEST_LIST};
use crate::error::{Error, ErrorKind, ReplyFault};
use crate::event::Event;
use crate::plug::PlugInfo;
use crate::transport::{Access, Transport};
use crate::unit::UnitStatus;
use crate::wire::{self, SnapshotReply};

/// Events that one batch has room for.
const BATCH: usize = 32;
/// Bytes that a snapshot is asked for with at first.
const FIRST_SNAPSHOT: usize = 1 << 14;
/// How long a canceller leaves a wait that did not end yet.
const PAUSE: Duration = Duration::from_millis(1);

/// What a handle's events tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// So many events were lost before the next one: this side was too far behind. A
    /// [`Events::snapshot`] tells what there is now, and the events go on from it.
    Lost(u64),
    /// Something happened.
    Event(Event),
}

/// All that the driver holds, at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snapshot {
    /// Number of the first event that came after it.
    pub sequence: u64,
    /// Units.
    pub units: Vec<UnitStatus>,
    /// Plugs: those of devices whose ids were given out, and those of this computer.
    pub plugs: Vec<PlugInfo>,
    /// Connections.
    pub connections: Vec<ConnectionInfo>,
    /// Unit directories.
    pub directories: Vec<DirectoryInfo>,
}

/// The events of one handle, from when it was opened.
///
/// The handle is used for nothing else, so that a wait keeps nobody waiting and that cancelling
/// it cancels nothing else. As an iterator it waits for each [`Notice`], and ends when a wait is
/// cancelled ([`Events::canceller`]) or takes too long ([`Events::wait_at_most`]); it may be
/// asked again after the latter. An error does not end it.
///
/// ```
/// use plug61883::{EventKind, Events, Notice};
///
/// # use plug61883::Access;
/// # use plug61883_sim::Simulator;
/// # fn main() -> Result<(), plug61883::Error> {
/// # let simulator = Simulator::new();
/// # let driver = simulator.open(Access::Query)?;
/// let mut events = Events::of(driver);
/// println!("{:?}", events.snapshot()?);
/// # simulator.unplug("camcorder").unwrap();
/// while let Some(notice) = events.next() {
///     match notice? {
///         Notice::Lost(_) => println!("{:?}", events.snapshot()?),
///         Notice::Event(event) => {
///             println!("{event:?}");
///             if event.kind == EventKind::UnitRemoved {
///                 break;
///             }
///         }
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Events {
    driver: Driver,
    limit: Option<Duration>,
    /// Number of the event that is due; `None` where that is not known.
    due: Option<u64>,
    queue: VecDeque<Notice>,
    stop: Arc<Stop>,
}

struct Stop {
    transport: Arc<dyn Transport>,
    asked: AtomicBool,
    waiting: AtomicBool,
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stop")
            .field("asked", &self.asked)
            .finish_non_exhaustive()
    }
}

/// Ends the waits of an [`Events`], from any thread.
#[derive(Clone, Debug)]
pub struct Canceller(Arc<Stop>);

impl Canceller {
    /// Ends the wait that is under way, and every later one at once. Returns when the wait has
    /// ended.
    pub fn cancel(&self) {
        let stop = &self.0;
        stop.asked.store(true, Ordering::SeqCst);
        // A wait says that it goes on before it looks whether to: either it sees what was asked,
        // or it is seen here. What it is about to send can't be cancelled yet, so again.
        while stop.waiting.load(Ordering::SeqCst) {
            stop.transport.cancel();
            thread::sleep(PAUSE);
        }
    }
}

impl Events {
    /// Opens the driver of this computer for events. Every user may.
    ///
    /// # Errors
    ///
    /// As [`Driver::open`].
    pub fn open() -> Result<Self, Error> {
        Driver::open(Access::Query).map(Self::of)
    }

    /// The events of this handle, which is to be used for nothing else: also no clone of it.
    #[must_use]
    pub fn of(driver: Driver) -> Self {
        let stop = Stop {
            transport: Arc::clone(&driver.transport),
            asked: AtomicBool::new(false),
            waiting: AtomicBool::new(false),
        };
        Self {
            driver,
            limit: None,
            due: None,
            queue: VecDeque::new(),
            stop: Arc::new(stop),
        }
    }

    /// From now on a wait ends after this time, with nothing; `None` for never. The driver itself
    /// has no limit.
    pub fn wait_at_most(&mut self, time: Option<Duration>) {
        self.limit = time;
    }

    /// What ends the waits from another thread.
    #[must_use]
    pub fn canceller(&self) -> Canceller {
        Canceller(Arc::clone(&self.stop))
    }

    /// Whether the waits were cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.stop.asked.load(Ordering::SeqCst)
    }

    /// Waits until there is something to tell, and gives all of it that the iterator has not
    /// given. `None` when the wait was cancelled or took too long.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn next_batch(&mut self) -> Result<Option<Vec<Notice>>, Error> {
        if self.queue.is_empty() {
            return self.ask(0);
        }
        Ok(Some(self.queue.drain(..).collect()))
    }

    /// What there is to tell now, without a wait; it may be nothing.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn poll(&mut self) -> Result<Vec<Notice>, Error> {
        if self.queue.is_empty() {
            return Ok(self.ask(wait_flags::NO_WAIT)?.unwrap_or_default());
        }
        Ok(self.queue.drain(..).collect())
    }

    /// All that the driver holds; the events go on from there. What had happened before and was
    /// not told yet is in it, and not told again.
    ///
    /// # Errors
    ///
    /// When the request fails.
    pub fn snapshot(&mut self) -> Result<Snapshot, Error> {
        let fault = |fault| Error::new(Asked::Snapshot, ErrorKind::Reply(fault));
        let request = wire::header::<RequestHeader>(UnitId::NONE, self.driver.timeout_ms);
        let mut size = FIRST_SNAPSHOT;
        for _ in 0..LIST_TRIES {
            let mut output = vec![0; size];
            let asked = Asked::Snapshot;
            let reply =
                self.driver
                    .send(asked, ioctl::SNAPSHOT, request.as_bytes(), &mut output)?;
            match wire::snapshot(reply).map_err(|kind| Error::new(asked, kind))? {
                SnapshotReply::Whole {
                    sequence,
                    units,
                    plugs,
                    connections,
                    directories,
                } => {
                    self.queue.clear();
                    self.due = Some(sequence);
                    return Ok(Snapshot {
                        sequence,
                        units: units.iter().map(UnitStatus::from_entry).collect(),
                        plugs: plugs.iter().map(PlugInfo::from_entry).collect(),
                        connections: connections.iter().map(ConnectionInfo::from_entry).collect(),
                        directories: directories.iter().map(DirectoryInfo::from_entry).collect(),
                    });
                }
                SnapshotReply::Needs(needs) if needs > LONGEST_LIST => {
                    return Err(fault(ReplyFault::Long(needs)));
                }
                // Room for some that may come meanwhile.
                SnapshotReply::Needs(needs) => size = needs + needs / 4,
            }
        }
        Err(fault(ReplyFault::Unsettled))
    }

    /// Asks for a batch; `None` when that was cancelled or took too long.
    fn ask(&mut self, flags: u32) -> Result<Option<Vec<Notice>>, Error> {
        let request = WaitEventsRequest {
            // The wait has no limit in the driver: a time is an error.
            header: wire::header::<WaitEventsRequest>(UnitId::NONE, 0),
            flags,
            reserved: 0,
        };
        let mut output = vec![0; size_of::<EventBatch>() + BATCH * size_of::<ioctl::Event>()];
        let limited = self.driver.clone().limited(self.limit);
        self.stop.waiting.store(true, Ordering::SeqCst);
        let sent = (!self.is_cancelled()).then(|| {
            limited.send(
                Asked::Events,
                ioctl::WAIT_EVENTS,
                request.as_bytes(),
                &mut output,
            )
        });
        self.stop.waiting.store(false, Ordering::SeqCst);
        let reply = match sent {
            None => return Ok(None),
            Some(Err(error))
                if error.is_cancelled() && (self.is_cancelled() || self.limit.is_some()) =>
            {
                return Ok(None);
            }
            Some(sent) => sent?,
        };
        let notices = read(reply, self.due).and_then(|(notices, due)| {
            if notices.is_empty() && flags & wait_flags::NO_WAIT == 0 {
                return Err(ErrorKind::Reply(ReplyFault::NoEvent));
            }
            Ok((notices, due))
        });
        // After a reply that can't be understood, any number may be due.
        self.due = notices.as_ref().ok().map(|(_, due)| *due);
        notices
            .map(|(notices, _)| Some(notices))
            .map_err(|kind| Error::new(Asked::Events, kind))
    }
}

/// What a batch tells, and the number of the event that is due after it.
fn read(reply: &[u8], due: Option<u64>) -> Result<(Vec<Notice>, u64), ErrorKind> {
    let (batch, events) = wire::batch(reply)?;
    if let Some(due) = due.map(|due| due.wrapping_add(batch.lost))
        && batch.first != due
    {
        let got = batch.first;
        return Err(ErrorKind::Reply(ReplyFault::Sequence { got, due }));
    }
    let lost = (batch.lost != 0).then_some(Notice::Lost(batch.lost));
    let mut notices: Vec<_> = lost.into_iter().collect();
    for event in &events {
        let event = Event::from_wire(event).map_err(ErrorKind::Reply)?;
        notices.push(Notice::Event(event));
    }
    Ok((notices, batch.first.wrapping_add(events.len() as u64)))
}

impl Iterator for Events {
    type Item = Result<Notice, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.queue.is_empty() {
            match self.ask(0) {
                Ok(Some(notices)) => self.queue = notices.into(),
                Ok(None) => return None,
                Err(error) => return Some(Err(error)),
            }
        }
        self.queue.pop_front().map(Ok)
    }
}
