//! Handing requests on: to another queue, back to where they came from, or acknowledging a stop.

use wdk_sys::NTSTATUS;

use super::Request;
use crate::object::Kept;
use crate::queue::Queue;
use crate::status;
use crate::sync::lock;

impl Request {
    /// Puts a request that the driver owns into a queue and lets go of the one that it was in.
    pub(crate) fn hand_over(
        &'static self,
        to: &'static Queue,
        at_head: bool,
    ) -> Result<(), NTSTATUS> {
        let from = self.state.get(&lock()).queue.get();
        let Some(from) = from else {
            return to.insert(self, at_head);
        };
        let kept = Kept::new(&from.object);
        from.leaves(self);
        let result = to.insert(self, at_head);
        if result.is_err() {
            from.comes_back(self);
        } else {
            from.left();
        }
        drop(kept);
        result
    }
}

pub(crate) mod ddi {
    use wdk_sys::{BOOLEAN, NTSTATUS, PWDF_DRIVER_GLOBALS, WDFQUEUE, WDFREQUEST};

    use super::status;
    use crate::call::Call;
    use crate::object::Wdf;
    use crate::queue::QueueBody;
    use crate::request::RequestBody;
    use crate::sync::lock;
    use crate::verifier::rule;

    pub(crate) unsafe extern "C" fn forward_to_io_queue(
        globals: PWDF_DRIVER_GLOBALS,
        request: WDFREQUEST,
        queue: WDFQUEUE,
    ) -> NTSTATUS {
        let call = Call::new(globals, "WdfRequestForwardToIoQueue");
        let (Some(request), Some(queue)) = (
            call.get::<RequestBody>(request),
            call.get::<QueueBody>(queue),
        ) else {
            return status::INVALID_PARAMETER;
        };
        if !request.require_owned(&call) {
            return status::INVALID_DEVICE_REQUEST;
        }
        let from = request.state.get(&lock()).queue.get();
        if from.is_some_and(|from| core::ptr::eq(from, queue)) {
            request.report(
                &call,
                rule::REQUEST_SAME_QUEUE,
                "is forwarded to its own queue",
            );
            return status::INVALID_DEVICE_REQUEST;
        }
        request.had_by_driver();
        match request.hand_over(queue, false) {
            Ok(()) => status::SUCCESS,
            Err(status) => status,
        }
    }

    pub(crate) unsafe extern "C" fn requeue(
        globals: PWDF_DRIVER_GLOBALS,
        request: WDFREQUEST,
    ) -> NTSTATUS {
        let call = Call::new(globals, "WdfRequestRequeue");
        let Some(request) = call.get::<RequestBody>(request) else {
            return status::INVALID_PARAMETER;
        };
        if !request.require_owned(&call) {
            return status::INVALID_DEVICE_REQUEST;
        }
        let queue = request.state.get(&lock()).queue.get();
        match queue {
            Some(queue) if queue.takes_requeued() => match request.hand_over(queue, true) {
                Ok(()) => status::SUCCESS,
                Err(status) => status,
            },
            _ => status::INVALID_DEVICE_REQUEST,
        }
    }

    pub(crate) unsafe extern "C" fn get_io_queue(
        globals: PWDF_DRIVER_GLOBALS,
        request: WDFREQUEST,
    ) -> WDFQUEUE {
        let call = Call::new(globals, "WdfRequestGetIoQueue");
        call.get::<RequestBody>(request)
            .and_then(|request| request.state.get(&lock()).queue.get())
            .map_or(core::ptr::null_mut(), Wdf::handle)
    }

    pub(crate) unsafe extern "C" fn stop_acknowledge(
        globals: PWDF_DRIVER_GLOBALS,
        request: WDFREQUEST,
        requeue: BOOLEAN,
    ) {
        let call = Call::new(globals, "WdfRequestStopAcknowledge");
        let Some(request) = call.get::<RequestBody>(request) else {
            return;
        };
        let Some(queue) = request.state.get(&lock()).queue.get() else {
            return;
        };
        if requeue == 0 {
            request.state.get(&lock()).acknowledged.set(true);
            queue.acknowledged();
        } else if request.require_owned(&call) {
            let _ = request.hand_over(queue, true);
        }
    }
}
