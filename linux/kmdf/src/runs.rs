//! The runs of a timer's, DPC's or work item's callback, and waiting for them.

use core::cell::Cell;

use crate::nt;
use crate::sync::{Event, Guard, Locked, lock};

/// Which runs are to come or under way.
pub(crate) struct Runs {
    state: Locked<State>,
    ended: Event,
}

#[derive(Default)]
struct State {
    count: Cell<u32>,
    /// The thread of the run that began last.
    thread: Cell<u32>,
}

impl Runs {
    pub(crate) fn new() -> Self {
        Self {
            state: Locked::default(),
            ended: Event::new(),
        }
    }

    /// One more run is to come.
    pub(crate) fn expect(&self, guard: &Guard) {
        let count = &self.state.get(guard).count;
        count.set(count.get() + 1);
        self.ended.clear();
    }

    /// A run that was expected begins on this thread.
    pub(crate) fn begin(&self, guard: &Guard) {
        self.state.get(guard).thread.set(nt::thread_id());
    }

    /// It has ended.
    pub(crate) fn end(&self) {
        let guard = lock();
        let state = self.state.get(&guard);
        state.count.set(state.count.get() - 1);
        if state.thread.get() == nt::thread_id() {
            state.thread.set(0);
        }
        if state.count.get() == 0 {
            self.ended.set();
        }
    }

    /// Whether this thread is in a run.
    pub(crate) fn are_here(&self) -> bool {
        self.state.get(&lock()).thread.get() == nt::thread_id()
    }

    /// Waits until there is none, unless this thread is in one.
    pub(crate) fn wait(&self) {
        loop {
            let idle = self.state.get(&lock()).count.get() == 0;
            if idle || self.are_here() {
                return;
            }
            self.ended.wait();
        }
    }
}
