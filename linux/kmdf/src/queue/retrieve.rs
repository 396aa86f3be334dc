//! Taking requests out of a queue by hand, and sending them to another one.

use super::{Dispatch, Queue};
use crate::request::Request;
use crate::status;
use crate::sync::{Guard, lock};

impl Queue {
    /// Takes the first fitting request for the driver.
    fn retrieve(
        &'static self,
        fits: impl Fn(&Guard, &'static Request) -> bool,
    ) -> Result<&'static Request, i32> {
        let guard = lock();
        let state = self.state.get(&guard);
        if !state.dispatches.get() || state.held.get() {
            return Err(status::WDF_PAUSED);
        }
        let request = self
            .take(&guard, |request| fits(&guard, request))
            .ok_or(status::NO_MORE_ENTRIES)?;
        drop(guard);
        request.had_by_driver();
        Ok(request)
    }

    pub(crate) fn takes_requeued(&self) -> bool {
        self.dispatch == Dispatch::Manual
    }
}

pub(crate) mod ddi {
    use wdk_sys::{
        NTSTATUS, PWDF_DRIVER_GLOBALS, PWDF_REQUEST_PARAMETERS, WDFFILEOBJECT, WDFQUEUE, WDFREQUEST,
    };

    use crate::call::Call;
    use crate::file::FileBody;
    use crate::queue::QueueBody;
    use crate::request::{Request, RequestBody};
    use crate::sync::lock;
    use crate::{ffi, status};

    fn give(found: Result<&'static Request, NTSTATUS>, out: *mut WDFREQUEST) -> NTSTATUS {
        match found {
            Ok(request) => {
                ffi::put(out, request.handle());
                status::SUCCESS
            }
            Err(status) => status,
        }
    }

    pub(crate) unsafe extern "C" fn retrieve_next_request(
        globals: PWDF_DRIVER_GLOBALS,
        queue: WDFQUEUE,
        out: *mut WDFREQUEST,
    ) -> NTSTATUS {
        let call = Call::new(globals, "WdfIoQueueRetrieveNextRequest");
        let Some(queue) = call.get::<QueueBody>(queue) else {
            return status::INVALID_PARAMETER;
        };
        if !call.pointer(out, "OutRequest") {
            return status::INVALID_PARAMETER;
        }
        ffi::put(out, core::ptr::null_mut());
        give(queue.retrieve(|_, _| true), out)
    }

    pub(crate) unsafe extern "C" fn retrieve_request_by_file_object(
        globals: PWDF_DRIVER_GLOBALS,
        queue: WDFQUEUE,
        file: WDFFILEOBJECT,
        out: *mut WDFREQUEST,
    ) -> NTSTATUS {
        let call = Call::new(globals, "WdfIoQueueRetrieveRequestByFileObject");
        let (Some(queue), Some(file)) = (call.get::<QueueBody>(queue), call.get::<FileBody>(file))
        else {
            return status::INVALID_PARAMETER;
        };
        if !call.pointer(out, "OutRequest") {
            return status::INVALID_PARAMETER;
        }
        ffi::put(out, core::ptr::null_mut());
        let found = queue.retrieve(|guard, request| request.file_object(guard) == file.file_object);
        give(found, out)
    }

    pub(crate) unsafe extern "C" fn find_request(
        globals: PWDF_DRIVER_GLOBALS,
        queue: WDFQUEUE,
        after: WDFREQUEST,
        file: WDFFILEOBJECT,
        parameters: PWDF_REQUEST_PARAMETERS,
        out: *mut WDFREQUEST,
    ) -> NTSTATUS {
        let call = Call::new(globals, "WdfIoQueueFindRequest");
        let Some(queue) = call.get::<QueueBody>(queue) else {
            return status::INVALID_PARAMETER;
        };
        let (Ok(after), Ok(file)) = (
            call.get_or_null::<RequestBody>(after),
            call.get_or_null::<FileBody>(file),
        ) else {
            return status::INVALID_PARAMETER;
        };
        if !call.pointer(out, "OutRequest") {
            return status::INVALID_PARAMETER;
        }
        ffi::put(out, core::ptr::null_mut());
        let found = {
            let guard = lock();
            let state = queue.state.get(&guard);
            let waiting = state.waiting.borrow();
            let from = match after {
                None => 0,
                Some(after) => {
                    match waiting
                        .iter()
                        .position(|request| core::ptr::eq(*request, after))
                    {
                        Some(index) => index + 1,
                        None => return status::NOT_FOUND,
                    }
                }
            };
            let found = waiting.iter().skip(from).copied().find(|request| {
                file.is_none_or(|file| request.file_object(&guard) == file.file_object)
            });
            if let Some(request) = found {
                request.object.reference();
            }
            found
        };
        match found {
            Some(request) => {
                request.describe(&call, parameters);
                ffi::put(out, request.handle());
                status::SUCCESS
            }
            None => status::NO_MORE_ENTRIES,
        }
    }

    pub(crate) unsafe extern "C" fn retrieve_found_request(
        globals: PWDF_DRIVER_GLOBALS,
        queue: WDFQUEUE,
        found: WDFREQUEST,
        out: *mut WDFREQUEST,
    ) -> NTSTATUS {
        let call = Call::new(globals, "WdfIoQueueRetrieveFoundRequest");
        let (Some(queue), Some(found)) =
            (call.get::<QueueBody>(queue), call.get::<RequestBody>(found))
        else {
            return status::INVALID_PARAMETER;
        };
        if !call.pointer(out, "OutRequest") {
            return status::INVALID_PARAMETER;
        }
        ffi::put(out, core::ptr::null_mut());
        match queue.retrieve(|_, request| core::ptr::eq(request, found)) {
            Err(status::NO_MORE_ENTRIES) => status::NOT_FOUND,
            other => give(other, out),
        }
    }
}
