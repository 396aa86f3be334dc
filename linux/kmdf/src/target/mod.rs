//! I/O targets.

mod api;
mod format;
mod synchronous;

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use wdk_sys::{NTSTATUS, PDEVICE_OBJECT, PFILE_OBJECT, ntddk};

use crate::client::Client;
use crate::device::Device;
use crate::object::{Body, Kept, Kind, Wdf};
use crate::request::Request;
use crate::sync::{Event, Guard, Locked, lock};
use crate::verifier::{self, Violation, rule};
use crate::{ffi, irql, status};

/// The functions of the table that this module provides.
pub(crate) mod ddi {
    pub(crate) use super::api::*;
    pub(crate) use super::format::ddi::*;
    pub(crate) use super::synchronous::ddi::*;
}

pub(crate) type Target = Wdf<TargetBody>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Started,
    Stopped,
    Closed,
    Purged,
}

pub(crate) struct TargetBody {
    pub(crate) device: &'static Device,
    /// The device's own lower device; not opened and closed by the driver.
    default: bool,
    inner: Locked<Inner>,
    /// Signalled whenever a sent request has come back.
    changed: Event,
}

// SAFETY: the raw pointers are to WDM objects, which are made for use on all threads.
unsafe impl Sync for TargetBody {}
// SAFETY: as above.
unsafe impl Send for TargetBody {}

struct Inner {
    state: Cell<State>,
    device_object: Cell<PDEVICE_OBJECT>,
    file_object: Cell<PFILE_OBJECT>,
    /// The file object was opened here, by name.
    opened_by_name: Cell<bool>,
    sent: RefCell<Vec<&'static Request>>,
    kept: RefCell<VecDeque<&'static Request>>,
}

impl Body for TargetBody {
    const KIND: Kind = Kind::IoTarget;
    type Raw = wdk_sys::WDFIOTARGET__;

    fn dispose(this: &'static Target) {
        if !this.default {
            this.close();
        }
    }

    fn destroyed(this: &'static Target) {
        this.device
            .state(&lock())
            .targets
            .borrow_mut()
            .retain(|target| !core::ptr::eq(*target, this));
    }
}

impl Target {
    fn make(
        client: &'static Client,
        device: &'static Device,
        default: bool,
        state: State,
        device_object: PDEVICE_OBJECT,
    ) -> &'static Self {
        let target = Self::create(
            client,
            if default {
                "WdfDeviceCreate"
            } else {
                "WdfIoTargetCreate"
            },
            TargetBody {
                device,
                default,
                inner: Locked::new(Inner {
                    state: Cell::new(state),
                    device_object: Cell::new(device_object),
                    file_object: Cell::new(core::ptr::null_mut()),
                    opened_by_name: Cell::new(false),
                    sent: RefCell::new(Vec::new()),
                    kept: RefCell::new(VecDeque::new()),
                }),
                changed: Event::new(),
            },
        );
        device.state(&lock()).targets.borrow_mut().push(target);
        target
    }

    /// The default target of a device in a stack.
    pub(crate) fn of_device(
        client: &'static Client,
        device: &'static Device,
        attached: PDEVICE_OBJECT,
    ) -> &'static Self {
        Self::make(client, device, true, State::Started, attached)
    }

    pub(crate) fn state(&self, guard: &Guard) -> State {
        self.inner.get(guard).state.get()
    }

    pub(crate) fn device_object(&self) -> PDEVICE_OBJECT {
        self.device_object_locked(&lock())
    }

    pub(crate) fn device_object_locked(&self, guard: &Guard) -> PDEVICE_OBJECT {
        self.inner.get(guard).device_object.get()
    }

    pub(crate) fn file_object(&self) -> PFILE_OBJECT {
        self.inner.get(&lock()).file_object.get()
    }

    /// A request is about to go down.
    pub(crate) fn sends(&self, guard: &Guard, request: &'static Request) {
        self.inner.get(guard).sent.borrow_mut().push(request);
    }

    /// A request waits until the target is started.
    pub(crate) fn keep(&self, guard: &Guard, request: &'static Request) {
        self.inner.get(guard).kept.borrow_mut().push_back(request);
    }

    pub(crate) fn drop_kept(&self, guard: &Guard, request: &'static Request) {
        let mut kept = self.inner.get(guard).kept.borrow_mut();
        kept.retain(|other| !core::ptr::eq(*other, request));
    }

    /// A sent request's completion routine has run.
    pub(crate) fn came_back(&self, request: &'static Request) {
        let guard = lock();
        let mut sent = self.inner.get(&guard).sent.borrow_mut();
        // The routine may have sent it again: one entry for each sending.
        if let Some(index) = sent.iter().position(|other| core::ptr::eq(*other, request)) {
            sent.remove(index);
        }
        self.changed.set();
    }

    fn sent(&self) -> Vec<(Kept, &'static Request)> {
        let guard = lock();
        let sent = self.inner.get(&guard).sent.borrow();
        sent.iter()
            .map(|request| (Kept::new(&request.object), *request))
            .collect()
    }

    fn cancel_sent(&self) {
        for (_kept, request) in self.sent() {
            request.cancel_sent();
        }
    }

    /// Ends the kept requests without sending them.
    fn drop_all_kept(&'static self, status: NTSTATUS) {
        loop {
            let request = {
                let guard = lock();
                let kept: Vec<&'static Request> = self
                    .inner
                    .get(&guard)
                    .kept
                    .borrow()
                    .iter()
                    .copied()
                    .collect();
                kept.into_iter()
                    .find(|request| request.take_kept(&guard, false))
            };
            match request {
                Some(request) => request.end_kept(status),
                None => return,
            }
        }
    }

    fn wait_until(&self, done: impl Fn(&Inner) -> bool) {
        let mut waited = 0;
        let patience = self.client().patience_ms();
        loop {
            self.changed.clear();
            if done(self.inner.get(&lock())) {
                return;
            }
            const STEP: i64 = 500;
            if !self.changed.wait_for(-STEP * 10_000) {
                waited += STEP;
            }
            if waited >= patience {
                let left = self.inner.get(&lock()).sent.borrow().len();
                verifier::finding(
                    self.client(),
                    rule::REQUEST_LOST,
                    Violation::Request,
                    format_args!(
                        "{left} requests did not come back from target {:#x} within {patience} ms",
                        self.object.handle
                    ),
                );
                return;
            }
        }
    }

    fn wait_for_all(&self) {
        if irql::current() == irql::PASSIVE {
            self.wait_until(|inner| inner.sent.borrow().is_empty());
        }
    }

    /// Waits until a request has come back.
    pub(crate) fn wait_for_request(&self, request: &'static Request) {
        self.wait_until(|inner| {
            !inner
                .sent
                .borrow()
                .iter()
                .any(|other| core::ptr::eq(*other, request))
        });
    }

    fn start(&'static self) -> NTSTATUS {
        {
            let guard = lock();
            let inner = self.inner.get(&guard);
            if inner.device_object.get().is_null() {
                return status::INVALID_DEVICE_STATE;
            }
            inner.state.set(State::Started);
        }
        loop {
            let request = {
                let guard = lock();
                if self.state(&guard) != State::Started {
                    return status::SUCCESS;
                }
                let kept: Vec<&'static Request> = self
                    .inner
                    .get(&guard)
                    .kept
                    .borrow()
                    .iter()
                    .copied()
                    .collect();
                let next = kept
                    .into_iter()
                    .find(|request| request.take_kept(&guard, false));
                if let Some(request) = next {
                    self.sends(&guard, request);
                }
                next
            };
            match request {
                Some(request) => request.go_down(self),
                None => return status::SUCCESS,
            }
        }
    }

    fn set_state(&self, state: State) {
        self.inner.get(&lock()).state.set(state);
    }

    /// Closes a target that the driver opened.
    fn close(&'static self) {
        self.set_state(State::Closed);
        self.drop_all_kept(status::CANCELLED);
        self.cancel_sent();
        self.wait_for_all();
        let (file, by_name) = {
            let guard = lock();
            let inner = self.inner.get(&guard);
            inner.device_object.set(core::ptr::null_mut());
            let file = inner.file_object.replace(core::ptr::null_mut());
            (file, inner.opened_by_name.replace(false))
        };
        if by_name && !file.is_null() {
            // SAFETY: `open` got this reference.
            unsafe { ntddk::ObfDereferenceObject(file.cast()) };
        }
    }

    /// The device of this target is being removed: nothing of it stays below.
    pub(crate) fn leave(&'static self) {
        self.drop_all_kept(status::WDF_DEVICE_REMOVED_NOT_SENT);
        self.cancel_sent();
        self.wait_for_all();
        self.set_state(State::Closed);
    }

    /// Whether there is a device to send to.
    fn is_open(&self) -> bool {
        ffi::get(self.device_object().cast_const()).is_some()
    }
}
