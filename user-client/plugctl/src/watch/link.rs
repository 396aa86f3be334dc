//! What talks to the driver, so that no key ever waits for it: one thread waits for events, another
//! reads the picture of the bus and does what is asked for.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use plug61883::{
    Answer, Canceller, Connect, Connection, ConnectionId, Driver, Error, ErrorKind, Events, Notice,
    NtStatus, PlugId, Unit, UnitId,
};

use crate::bus::Bus;
use crate::failure::Failure;

/// Between an event and the picture of what it did: more may come.
const SETTLE: Duration = Duration::from_millis(100);
/// A picture is no older than this.
const OLDEST: Duration = Duration::from_secs(2);
/// Time that each request for the picture may take.
const PATIENCE: Duration = Duration::from_secs(1);
/// Between a wait for events that failed and the next one.
const PAUSE: Duration = Duration::from_secs(1);
/// How often a pause looks whether it is to end.
const TICK: Duration = Duration::from_millis(20);

/// What somebody asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Request {
    Connect {
        unit: UnitId,
        output: Option<PlugId>,
        input: Option<PlugId>,
        broadcast: bool,
    },
    Disconnect {
        id: ConnectionId,
        force: bool,
    },
    Reset {
        unit: UnitId,
    },
}

/// What came of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The connection is there.
    Made(ConnectionId),
    Answered(Answer),
}

/// Why nobody answers any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Away {
    /// The last unit has left: the driver goes when its handles do.
    NoUnit,
    Failed(Failure),
}

/// What the threads tell.
#[derive(Debug)]
pub(super) enum Told {
    Notice(Notice),
    /// A wait for events failed; it goes on.
    Deaf(Failure),
    Picture(Box<Bus>),
    /// The picture could not be read this time.
    Unread(Failure),
    Done(Request, Result<Outcome, Failure>),
    /// The last that a link tells of the driver.
    Away(Away),
}

enum Order {
    /// Something happened, so look; at once where it is not known what.
    Look {
        at_once: bool,
    },
    Do(Request),
    Stop,
}

/// Two handles to the driver and their threads. What is not stopped is left to the driver, which
/// undoes it when the program ends.
pub(super) struct Link {
    orders: Sender<Order>,
    events: Canceller,
    gate: Arc<Gate>,
    ear: JoinHandle<()>,
    worker: JoinHandle<Option<Failure>>,
}

impl Link {
    /// Starts with two handles, the second one for events alone.
    pub(super) fn start(driver: Driver, events: Driver, tell: &Sender<Told>) -> io::Result<Self> {
        let events = Events::of(events);
        let canceller = events.canceller();
        let gate = Arc::new(Gate::new(driver.clone()));
        let (orders, receive) = mpsc::channel();
        let worker = Worker {
            hands: Hands::new(driver),
            gate: Arc::clone(&gate),
            tell: tell.clone(),
        };
        let worker = thread::Builder::new().spawn(move || worker.work(&receive))?;
        let (look, tell) = (orders.clone(), tell.clone());
        let ear = thread::Builder::new().spawn(move || listen(events, &look, &tell))?;
        Ok(Self {
            orders,
            events: canceller,
            gate,
            ear,
            worker,
        })
    }

    pub(super) fn ask(&self, request: Request) {
        // A worker that has ended has told why.
        let _ = self.orders.send(Order::Do(request));
    }

    /// Ends what is under way, breaks what was connected and closes the handles. Tells the first
    /// connection that could not be broken; it ends with the handle.
    pub(super) fn stop(self) -> Option<Failure> {
        let _ = self.orders.send(Order::Stop);
        self.gate.close();
        self.events.cancel();
        let _ = self.ear.join();
        self.worker.join().ok().flatten()
    }
}

/// Lets requests through until it is closed, which cancels the one under way.
struct Gate {
    driver: std::sync::Mutex<Option<Driver>>,
    closed: AtomicBool,
    busy: AtomicBool,
}

impl Gate {
    fn new(driver: Driver) -> Self {
        Self {
            driver: std::sync::Mutex::new(Some(driver)),
            closed: AtomicBool::new(false),
            busy: AtomicBool::new(false),
        }
    }

    /// Does it, unless the gate is closed.
    fn through<T>(&self, work: impl FnOnce() -> T) -> Option<T> {
        self.busy.store(true, Ordering::SeqCst);
        // Either this sees that it is closed, or closing it sees that this is under way.
        let open = !self.closed.load(Ordering::SeqCst);
        let done = open.then(work);
        self.busy.store(false, Ordering::SeqCst);
        done
    }

    fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        let driver = self
            .driver
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        while self.busy.load(Ordering::SeqCst) {
            // What is about to be sent can't be cancelled yet, so again.
            if let Some(driver) = &driver {
                driver.cancel();
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}

struct Worker {
    hands: Hands,
    gate: Arc<Gate>,
    tell: Sender<Told>,
}

impl Worker {
    fn work(mut self, orders: &Receiver<Order>) -> Option<Failure> {
        let mut due = Instant::now();
        loop {
            let left = due.saturating_duration_since(Instant::now());
            // However much happens, the picture comes when it is due.
            let order = if left.is_zero() {
                Err(RecvTimeoutError::Timeout)
            } else {
                orders.recv_timeout(left)
            };
            match order {
                Ok(Order::Look { at_once }) => {
                    let soon = if at_once { Duration::ZERO } else { SETTLE };
                    due = due.min(Instant::now() + soon);
                }
                Ok(Order::Do(request)) => {
                    let Some(result) = self.gate.through(|| self.hands.take(request)) else {
                        break;
                    };
                    self.tell(Told::Done(request, result));
                    due = Instant::now();
                }
                Err(RecvTimeoutError::Timeout) => {
                    let patient = self.hands.driver.clone().timeout(PATIENCE);
                    let Some(read) = self.gate.through(|| Bus::read(&patient)) else {
                        break;
                    };
                    if let Some(away) = self.told(read) {
                        self.tell(Told::Away(away));
                        break;
                    }
                    due = Instant::now() + OLDEST;
                }
                Ok(Order::Stop) | Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.hands.release()
    }

    fn tell(&self, told: Told) {
        // Nobody listens when the program is about to end.
        let _ = self.tell.send(told);
    }

    /// Tells the picture; what there is instead when there will be no other.
    fn told(&self, read: Result<Bus, Failure>) -> Option<Away> {
        match read {
            Ok(bus) => {
                let empty = bus.nodes.iter().all(|node| node.unit.is_none());
                self.tell(Told::Picture(Box::new(bus)));
                empty.then_some(Away::NoUnit)
            }
            Err(failure) if is_passing(&failure) => {
                self.tell(Told::Unread(failure));
                None
            }
            Err(failure) => Some(Away::Failed(failure)),
        }
    }
}

/// What does what is asked for, and holds what it connects.
pub(super) struct Hands {
    driver: Driver,
    held: Vec<Connection>,
}

impl Hands {
    pub(super) const fn new(driver: Driver) -> Self {
        Self {
            driver,
            held: Vec::new(),
        }
    }

    pub(super) fn take(&mut self, request: Request) -> Result<Outcome, Failure> {
        Ok(self.request(request)?)
    }

    fn request(&mut self, request: Request) -> Result<Outcome, Error> {
        match request {
            Request::Connect {
                unit,
                output,
                input,
                broadcast,
            } => {
                let wanted = Connect::new()
                    .output(output.unwrap_or(PlugId::NONE))
                    .input(input.unwrap_or(PlugId::NONE))
                    .broadcast(broadcast);
                let made = Unit::by_id(&self.driver, unit).connect(&wanted)?;
                let id = made.id();
                self.held.push(made);
                Ok(Outcome::Made(id))
            }
            Request::Disconnect { id, force } => {
                let held = self.held.iter().position(|held| held.id() == id);
                let answer = match held {
                    Some(at) => self.held.swap_remove(at).disconnect(),
                    None => self.driver.disconnect(id, force),
                };
                answer.map(Outcome::Answered)
            }
            Request::Reset { unit } => {
                let answer = Unit::by_id(&self.driver, unit).bus_reset();
                answer.map(Outcome::Answered)
            }
        }
    }

    /// Breaks what was connected; the first failure that leaves something connected.
    pub(super) fn release(self) -> Option<Failure> {
        let results = self.held.into_iter().map(Connection::disconnect);
        // Each of them, whatever became of those before.
        let failed: Vec<_> = results.filter_map(Result::err).collect();
        failed
            .into_iter()
            .find(|error| !is_gone(error))
            .map(Failure::from)
    }
}

/// Whether the handle may serve again after this.
fn is_passing(failure: &Failure) -> bool {
    let Failure::Driver(error) = failure else {
        return false;
    };
    match error.kind() {
        ErrorKind::Reply(_) => true,
        ErrorKind::Status(answer) => {
            error.is_retryable()
                || matches!(
                    answer.status,
                    NtStatus::CANCELLED
                        | NtStatus::INSUFFICIENT_RESOURCES
                        | NtStatus::QUOTA_EXCEEDED
                )
        }
        _ => false,
    }
}

/// Whether a connection that could not be broken is gone all the same: with its unit, or on its
/// own.
fn is_gone(error: &Error) -> bool {
    error.is_unit_gone() || error.status() == Some(NtStatus::INVALID_PARAMETER)
}

/// Tells what happens, and has the worker look.
fn listen(mut events: Events, look: &Sender<Order>, tell: &Sender<Told>) {
    while !events.is_cancelled() {
        let told = match events.next_batch() {
            Ok(Some(notices)) => {
                let lost = notices.iter().any(|it| matches!(it, Notice::Lost(_)));
                let sent = notices
                    .into_iter()
                    .try_for_each(|it| tell.send(Told::Notice(it)));
                let looked = look.send(Order::Look { at_once: lost });
                sent.is_ok() && looked.is_ok()
            }
            // It was cancelled, for it has no limit.
            Ok(None) => return,
            Err(_) if events.is_cancelled() => return,
            Err(error) => {
                let sent = tell.send(Told::Deaf(error.into()));
                // Whatever happens meanwhile shows there.
                let looked = look.send(Order::Look { at_once: true });
                let until = Instant::now() + PAUSE;
                while Instant::now() < until && !events.is_cancelled() {
                    thread::sleep(TICK);
                }
                sent.is_ok() && looked.is_ok()
            }
        };
        if !told {
            return;
        }
    }
}
