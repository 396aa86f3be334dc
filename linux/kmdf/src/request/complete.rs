//! Completing requests.

use wdk_sys::{CCHAR, NTSTATUS};

use super::{Phase, Request};
use crate::call::Call;
use crate::object::{Deletion, Kept};
use crate::status;
use crate::sync::lock;
use crate::verifier::{self, Violation, rule};
use crate::wdm::major;

impl Request {
    /// The driver completes the request.
    fn complete(
        &'static self,
        call: &Call,
        status: NTSTATUS,
        information: Option<u64>,
        boost: CCHAR,
    ) {
        if !call.dispatch() {
            return;
        }
        let marked = self.is_marked_cancelable();
        if !self.require_owned(call) {
            if !marked || self.phase(&lock()) != Phase::Owned {
                return;
            }
            // Only recorded: take the mark off, so that no cancel finds what is gone.
            self.unmark();
        }
        if status == status::PENDING {
            self.report(
                call,
                rule::REQUEST_PENDING_STATUS,
                "is completed with STATUS_PENDING",
            );
        }
        let information = information.unwrap_or_else(|| self.irp(&lock()).information());
        self.check_information(call, status, information);
        self.end(status, information, boost);
    }

    /// The framework completes the request.
    pub(crate) fn finish(&'static self, status: NTSTATUS, information: u64) {
        self.end(status, information, 0);
    }

    /// Information says how much of the output buffer is filled: not more than there is.
    fn check_information(&self, call: &Call, status: NTSTATUS, information: u64) {
        let stack = self.parameters();
        // Internal controls may put anything where the lengths are.
        let length = match stack.major() {
            major::READ | major::WRITE | major::DEVICE_CONTROL => u64::from(stack.low(0)),
            _ => return,
        };
        if status::is_success(status) && information > length {
            call.finding(
                rule::INFORMATION_TOO_LARGE,
                Violation::Request,
                format_args!(
                    "request {:#x} completed with information {information}, its buffer has {length} bytes",
                    self.object.handle
                ),
            );
        }
    }

    /// Cleanups, completion of the IRP, destruction, and the queue's next request.
    fn end(&'static self, status: NTSTATUS, information: u64, boost: CCHAR) {
        let (irp, queue, file) = {
            let guard = lock();
            let state = self.state.get(&guard);
            state.phase.set(Phase::Done);
            (state.irp.get(), state.queue.get(), state.creates.take())
        };
        let queue = queue.map(|queue| {
            queue.leaves(self);
            (queue, Kept::new(&queue.object))
        });
        self.release_memories();
        self.check_memories();
        if let Some(file) = file {
            file.created(status::is_success(status));
        }
        let deletion = Deletion::begin(&self.object);
        irp.set_status(status::outside(status));
        irp.set_information(information);
        irp.complete_with_boost(boost);
        deletion.finish();
        if let Some((queue, kept)) = queue {
            queue.left();
            drop(kept);
        }
    }

    /// Nobody may still use the request's buffers.
    fn check_memories(&self) {
        let memories = {
            let guard = lock();
            let state = self.state.get(&guard);
            [state.input.get(), state.output.get()]
        };
        for memory in memories.into_iter().flatten() {
            if memory.object.references() > 1 {
                verifier::finding(
                    self.client(),
                    rule::MEMORY_REFERENCED,
                    Violation::Fatal,
                    format_args!(
                        "memory {:#x} of request {:#x} is still referenced at its completion",
                        memory.object.handle, self.object.handle
                    ),
                );
            }
        }
    }

    /// Gives back the references that the last format took.
    pub(crate) fn release_memories(&self) {
        let memories = self.state.get(&lock()).sending.memories.take();
        drop(memories);
    }

    /// The request goes down for good, without the framework: its object ends here.
    pub(crate) fn forget(&'static self, send: impl FnOnce()) {
        let queue = {
            let guard = lock();
            let state = self.state.get(&guard);
            state.phase.set(Phase::Done);
            state.queue.get()
        };
        let queue = queue.map(|queue| {
            queue.leaves(self);
            (queue, Kept::new(&queue.object))
        });
        self.release_memories();
        self.check_memories();
        let deletion = Deletion::begin(&self.object);
        send();
        deletion.finish();
        if let Some((queue, kept)) = queue {
            queue.left();
            drop(kept);
        }
    }
}

pub(crate) mod ddi {
    use wdk_sys::{CCHAR, NTSTATUS, PWDF_DRIVER_GLOBALS, ULONG_PTR, WDFREQUEST};

    use crate::call::Call;
    use crate::request::RequestBody;
    use crate::sync::lock;

    pub(crate) unsafe extern "C" fn complete(
        globals: PWDF_DRIVER_GLOBALS,
        request: WDFREQUEST,
        status: NTSTATUS,
    ) {
        let call = Call::new(globals, "WdfRequestComplete");
        if let Some(request) = call.get::<RequestBody>(request) {
            request.complete(&call, status, None, 0);
        }
    }

    pub(crate) unsafe extern "C" fn complete_with_priority_boost(
        globals: PWDF_DRIVER_GLOBALS,
        request: WDFREQUEST,
        status: NTSTATUS,
        boost: CCHAR,
    ) {
        let call = Call::new(globals, "WdfRequestCompleteWithPriorityBoost");
        if let Some(request) = call.get::<RequestBody>(request) {
            request.complete(&call, status, None, boost);
        }
    }

    pub(crate) unsafe extern "C" fn complete_with_information(
        globals: PWDF_DRIVER_GLOBALS,
        request: WDFREQUEST,
        status: NTSTATUS,
        information: ULONG_PTR,
    ) {
        let call = Call::new(globals, "WdfRequestCompleteWithInformation");
        if let Some(request) = call.get::<RequestBody>(request) {
            request.complete(&call, status, Some(information), 0);
        }
    }

    pub(crate) unsafe extern "C" fn set_information(
        globals: PWDF_DRIVER_GLOBALS,
        request: WDFREQUEST,
        information: ULONG_PTR,
    ) {
        let call = Call::new(globals, "WdfRequestSetInformation");
        if let Some(request) = call.get::<RequestBody>(request) {
            let irp = request.irp(&lock());
            if !irp.is_none() {
                irp.set_information(information);
            }
        }
    }

    pub(crate) unsafe extern "C" fn get_information(
        globals: PWDF_DRIVER_GLOBALS,
        request: WDFREQUEST,
    ) -> ULONG_PTR {
        let call = Call::new(globals, "WdfRequestGetInformation");
        let Some(request) = call.get::<RequestBody>(request) else {
            return 0;
        };
        let irp = request.irp(&lock());
        if irp.is_none() { 0 } else { irp.information() }
    }
}
