//! The stand-in's threads: one for timers and DPCs, and a pool that runs work at PASSIVE_LEVEL.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::sync::atomic::{AtomicPtr, Ordering};

use wdk_sys::{HANDLE, NTSTATUS, PVOID, ntddk};

use crate::dpc::Dpc;
use crate::request::Request;
use crate::sync::{Event, Guard, Locked, lock};
use crate::timer::Timer;
use crate::{irql, nt, verifier};

/// Threads that wait for work at most; more than any test blocks at a time.
const MOST_WORKERS: u32 = 64;

type Job = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Jobs {
    waiting: RefCell<VecDeque<Job>>,
    idle: Cell<u32>,
    threads: Cell<u32>,
}

/// What happens at a point in time, at DISPATCH_LEVEL.
#[derive(Clone, Copy)]
pub(crate) enum Alarm {
    Timer(&'static Timer),
    Dpc(&'static Dpc),
    /// A sent request's time is up; the number says which sending is meant.
    Timeout(&'static Request, u64),
}

impl Alarm {
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Timer(a), Self::Timer(b)) => core::ptr::eq(*a, *b),
            (Self::Dpc(a), Self::Dpc(b)) => core::ptr::eq(*a, *b),
            (Self::Timeout(a, n), Self::Timeout(b, m)) => core::ptr::eq(*a, *b) && n == m,
            _ => false,
        }
    }
}

struct Entry {
    due: i64,
    alarm: Alarm,
}

static JOBS: Locked<Jobs> = Locked::new(Jobs {
    waiting: RefCell::new(VecDeque::new()),
    idle: Cell::new(0),
    threads: Cell::new(0),
});
static ALARMS: Locked<RefCell<Vec<Entry>>> = Locked::new(RefCell::new(Vec::new()));

/// The events that wake the threads; made by [`start`].
struct Wakers {
    job: Event,
    alarm: Event,
}

static WAKERS: AtomicPtr<Wakers> = AtomicPtr::new(core::ptr::null_mut());

fn wakers() -> &'static Wakers {
    // SAFETY: `start` set it before the first driver was bound, for ever.
    match unsafe { WAKERS.load(Ordering::Acquire).as_ref() } {
        Some(wakers) => wakers,
        None => verifier::internal_error("threads used before they were started"),
    }
}

/// Starts the threads. Called once.
pub(crate) fn start() {
    let wakers = Box::new(Wakers {
        job: Event::synchronization(),
        alarm: Event::synchronization(),
    });
    WAKERS.store(Box::into_raw(wakers), Ordering::Release);
    thread(alarms);
}

fn thread(routine: unsafe extern "C" fn(PVOID)) {
    let mut handle: HANDLE = core::ptr::null_mut();
    // SAFETY: the out pointer is a live local; the routine is this image's, which stays loaded.
    unsafe {
        let status = ntddk::PsCreateSystemThread(
            &raw mut handle,
            0,
            core::ptr::null_mut(),
            core::ptr::null_mut(),
            core::ptr::null_mut(),
            Some(routine),
            core::ptr::null_mut(),
        );
        if !crate::status::is_success(status) {
            verifier::internal_error("no thread can be started");
        }
        let _: NTSTATUS = ntddk::ZwClose(handle);
    }
}

/// Has `job` run on a thread at PASSIVE_LEVEL.
pub(crate) fn run(job: impl FnOnce() + Send + 'static) {
    let grow = {
        let guard = lock();
        let jobs = JOBS.get(&guard);
        jobs.waiting.borrow_mut().push_back(Box::new(job));
        let grow = jobs.idle.get() < jobs.waiting.borrow().len() as u32
            && jobs.threads.get() < MOST_WORKERS;
        if grow {
            jobs.threads.set(jobs.threads.get() + 1);
        }
        grow
    };
    if grow {
        thread(work);
    }
    wakers().job.set();
}

unsafe extern "C" fn work(_: PVOID) {
    loop {
        let (job, more) = {
            let guard = lock();
            let jobs = JOBS.get(&guard);
            let job = jobs.waiting.borrow_mut().pop_front();
            if job.is_none() {
                jobs.idle.set(jobs.idle.get() + 1);
            }
            let more = !jobs.waiting.borrow().is_empty() && jobs.idle.get() > 0;
            (job, more)
        };
        if more {
            wakers().job.set();
        }
        match job {
            Some(job) => job(),
            None => {
                wakers().job.wait();
                let guard = lock();
                let idle = &JOBS.get(&guard).idle;
                idle.set(idle.get() - 1);
            }
        }
    }
}

/// Sets an alarm for `due`, in interrupt time; tells whether it had been set before.
pub(crate) fn set_alarm(guard: &Guard, alarm: Alarm, due: i64) -> bool {
    let was = cancel_alarm(guard, &alarm);
    ALARMS.get(guard).borrow_mut().push(Entry { due, alarm });
    wakers().alarm.set();
    was
}

/// Takes an alarm back; tells whether it was set. If not, it may be going off right now.
pub(crate) fn cancel_alarm(guard: &Guard, alarm: &Alarm) -> bool {
    let mut alarms = ALARMS.get(guard).borrow_mut();
    let before = alarms.len();
    alarms.retain(|entry| !entry.alarm.is(alarm));
    alarms.len() != before
}

/// The point in interrupt time that a `DueTime` means: negative from now, else system time.
pub(crate) fn due(time: i64) -> i64 {
    let now = nt::interrupt_time();
    if time < 0 {
        now - time
    } else {
        now + (time - nt::system_time())
    }
}

/// Takes the alarm that is due, or says how long the first one has to wait.
fn next_alarm() -> Result<Alarm, Option<i64>> {
    let guard = lock();
    let mut alarms = ALARMS.get(&guard).borrow_mut();
    let now = nt::interrupt_time();
    let first = alarms.iter().enumerate().min_by_key(|(_, entry)| entry.due);
    match first.map(|(index, entry)| (index, entry.due)) {
        Some((index, due)) if due <= now => {
            let alarm = alarms.remove(index).alarm;
            match alarm {
                Alarm::Timer(timer) => timer.going_off(&guard),
                Alarm::Dpc(dpc) => dpc.going_off(&guard),
                Alarm::Timeout(request, _) => request.object.reference(),
            }
            Ok(alarm)
        }
        Some((_, due)) => Err(Some(due - now)),
        None => Err(None),
    }
}

unsafe extern "C" fn alarms(_: PVOID) {
    loop {
        match next_alarm() {
            Ok(alarm) => {
                irql::at(irql::DISPATCH, || match alarm {
                    Alarm::Timer(timer) => timer.go_off(),
                    Alarm::Dpc(dpc) => dpc.go_off(),
                    Alarm::Timeout(request, sending) => {
                        request.time_is_up(sending);
                        request.object.dereference();
                    }
                });
            }
            Err(Some(wait)) => {
                wakers().alarm.wait_for(-wait);
            }
            Err(None) => wakers().alarm.wait(),
        }
    }
}
