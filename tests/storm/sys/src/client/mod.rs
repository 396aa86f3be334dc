//! What clients of plug61883 send, from kernel threads, so that several are inside it at once.
//!
//! Each thread has a handle of its own, and uses those that all threads share: there one closes
//! what others have requests under way on. Ids that one has seen are known to all ([`ids`]), so
//! two break the same connection at once. Wine does not send IRP_MJ_CLEANUP; [`file`] does, so
//! this driver is for Wine only.

mod changes;
mod events;
mod file;
mod ids;
mod ops;
mod rules;
mod sweep;

use plug61883_abi::ids::UnitId;
use plug61883_abi::ioctl::{INTERFACE_VERSION, RequestHeader};
use plug61883_wdf::{Attributes, NtStatus, Result, SpinLock};
use storm_control::Deed;

use self::events::Events;
use self::file::{FileRef, OpenFile};
use self::rules::{Asked, check};
pub(crate) use self::sweep::work as sweep;
use crate::call::Call;
use crate::random::Random;
use crate::run::{self, Outcome};
use crate::thread::{self, nanoseconds};

/// Longest reply that is asked for.
const BUFFER: usize = 24 * 1024;
/// Handles that the threads share.
const SHARED: usize = 3;
/// How often a wait looks around.
const LOOK_MS: u32 = 5;

/// How near the end of a request a cancel is aimed.
const AIM_NS: u32 = 40_000;
/// For a request that is held there is no end to aim at.
const LONGEST_AIM_NS: u64 = 4_000_000;

static FILES: SpinLock<[Option<OpenFile>; SHARED]> = SpinLock::new([const { None }; SHARED]);

/// To be called once, in DriverEntry.
///
/// # Errors
/// `STATUS_INSUFFICIENT_RESOURCES`.
pub(crate) fn init(attributes: Attributes) -> Result<()> {
    FILES.init(attributes)
}

/// Through which handle a request goes.
#[derive(Clone)]
struct Way {
    file: FileRef,
    /// Another thread may close it.
    shared: bool,
}

/// A thread.
struct Client {
    random: Random,
    /// The request that is waited for.
    call: Call,
    /// A wait for events, on the thread's own handle.
    wait: Call,
    waits: bool,
    wait_cancelled: bool,
    /// A request that is under way while the handle is closed.
    late: Call,
    own: Option<OpenFile>,
    events: Events,
    /// How long a request takes about, in nanoseconds.
    usual_ns: u64,
}

/// The routine of a thread.
pub(crate) fn work(index: usize) {
    let mut random = Random::new(run::seed(), index as u64);
    ids::clear();
    let calls = (Call::new(BUFFER), Call::new(BUFFER), Call::new(BUFFER));
    let (Ok(call), Ok(wait), Ok(late)) = calls else {
        run::broken(format_args!("no memory for a thread"));
        return;
    };
    let mut client = Client {
        random: Random::new(random.next(), 0),
        call,
        wait,
        waits: false,
        wait_cancelled: false,
        late,
        own: None,
        events: Events::default(),
        usual_ns: 0,
    };
    while !run::over() {
        client.step();
    }
    client.close_own();
    for slot in 0..SHARED {
        client.close_shared(slot);
    }
}

impl Client {
    fn step(&mut self) {
        self.look_at_wait();
        if self.random.one_in(100) {
            return self.close_own();
        }
        if self.random.one_in(50) {
            let slot = self.random.below(SHARED as u32) as usize;
            return self.close_shared(slot);
        }
        let way = if self.random.one_in(2) {
            self.own_way()
        } else {
            self.shared_way()
        };
        match way {
            Ok(way) => self.operation(&way),
            // There is no unit, or none that plug61883 manages.
            Err(_) => thread::sleep(5),
        }
        if self.random.one_in(32) {
            thread::sleep(self.random.below(5));
        }
    }

    fn open(&mut self) -> Result<OpenFile> {
        let opened = OpenFile::open();
        let outcome = match &opened {
            Ok(_) => Outcome::Success,
            Err(_) => Outcome::Failed,
        };
        run::count(Deed::Open, outcome);
        opened
    }

    fn own_way(&mut self) -> Result<Way> {
        if self.own.is_none() {
            self.own = Some(self.open()?);
            self.events = Events::default();
        }
        let own = self.own.as_ref().ok_or(NtStatus::INTERNAL_ERROR)?;
        Ok(Way {
            file: own.file().clone(),
            shared: false,
        })
    }

    fn shared_way(&mut self) -> Result<Way> {
        let slot = self.random.below(SHARED as u32) as usize;
        let there = |files: &[Option<OpenFile>; SHARED]| {
            let open = files.get(slot).and_then(Option::as_ref);
            open.map(|open| Way {
                file: open.file().clone(),
                shared: true,
            })
        };
        if let Some(way) = there(&FILES.lock()) {
            return Ok(way);
        }
        let mut opened = Some(self.open()?);
        let way = {
            let mut files = FILES.lock();
            if let Some(place @ None) = files.get_mut(slot) {
                *place = opened.take();
            }
            there(&files)
        };
        // Another thread may have been faster.
        if let Some(opened) = opened {
            opened.close(&mut self.call);
        }
        way.ok_or(NtStatus::INVALID_HANDLE)
    }

    fn close_shared(&mut self, slot: usize) {
        let taken = FILES.lock().get_mut(slot).and_then(Option::take);
        if let Some(open) = taken {
            open.close(&mut self.call);
        }
    }

    /// Closes the thread's own handle, sometimes with requests under way.
    fn close_own(&mut self) {
        let Some(open) = self.own.take() else {
            return;
        };
        let file = open.file().clone();
        let late = self
            .random
            .one_in(2)
            .then(|| self.send_late(&file))
            .flatten();
        if self.random.one_in(4) {
            self.end_wait(true);
        }
        open.close(&mut self.call);
        // The cleanup has cancelled what is left.
        self.end_wait(false);
        if let (Some(asked), Some(answer)) = (late, self.late.take()) {
            check(asked, answer, self.late.reply());
        }
    }

    /// Ends a wait for events that is under way.
    fn end_wait(&mut self, cancel: bool) {
        if !self.waits {
            return;
        }
        if cancel {
            self.wait.cancel();
        }
        self.wait_cancelled = true;
        self.take_wait();
    }

    fn look_at_wait(&mut self) {
        if self.waits && self.wait.is_done() {
            self.take_wait();
        } else if self.waits && self.random.one_in(40) {
            self.wait.cancel();
            self.wait_cancelled = true;
            self.take_wait();
        }
    }

    fn take_wait(&mut self) {
        let Some(answer) = self.wait.take() else {
            return;
        };
        let asked = Asked {
            deed: Deed::WaitEvents,
            code: plug61883_abi::ioctl::WAIT_EVENTS,
            output: self.wait.reply().len(),
            may_be_cancelled: self.wait_cancelled,
        };
        self.waits = false;
        if let Some(reply) = check(asked, answer, self.wait.reply()) {
            self.events.batch(reply);
        }
    }

    /// Sends a request and waits for it; the reply if it succeeded.
    fn ask(
        &mut self,
        way: &Way,
        deed: Deed,
        code: u32,
        input: &[u8],
        output: usize,
    ) -> Option<&[u8]> {
        self.call
            .control(way.file.object(), code, input, output)
            .ok()?;
        let mut patience = self.random.one_in(10).then(|| self.random.below(10));
        let mut cancelled = self.random.one_in(8) && self.cancel_at_the_end();
        if patience == Some(0) {
            self.call.cancel();
            cancelled = true;
        }
        while !self.call.wait(LOOK_MS) {
            patience = patience.map(|left| left.saturating_sub(LOOK_MS));
            // The run does not wait for what is held.
            if !cancelled && (patience == Some(0) || run::over()) {
                self.call.cancel();
                cancelled = true;
            }
        }
        let answer = self.call.take()?;
        let asked = Asked {
            deed,
            code,
            output,
            may_be_cancelled: cancelled || way.shared,
        };
        check(asked, answer, self.call.reply())
    }

    /// Cancels the request just when it is about to be completed, or tries to; tells whether it
    /// did.
    fn cancel_at_the_end(&mut self) -> bool {
        let start = nanoseconds();
        let jitter = u64::from(self.random.below(AIM_NS));
        let aim = self
            .usual_ns
            .saturating_add(jitter)
            .saturating_sub(AIM_NS.into());
        loop {
            let time = nanoseconds().saturating_sub(start);
            if self.call.is_done() {
                self.usual_ns = time;
                return false;
            }
            if time >= aim.min(LONGEST_AIM_NS) {
                self.call.cancel();
                // It would have taken longer.
                self.usual_ns = aim.saturating_add(AIM_NS.into());
                return true;
            }
            core::hint::spin_loop();
        }
    }
}

/// The header of a request of type `T` for a unit.
fn header<T>(unit: UnitId) -> RequestHeader {
    RequestHeader {
        size: size_of::<T>() as u32,
        version: INTERFACE_VERSION,
        unit,
        ..RequestHeader::default()
    }
}
