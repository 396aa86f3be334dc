//! How a request gets to the driver's handler.

use super::{Queue, route};
use crate::request::Request;
use crate::{status, verifier};

/// Hands a request, which the driver owns already, to the handler of its type.
pub(super) fn present(queue: &'static Queue, request: &'static Request) {
    let stack = request.parameters();
    let config = &queue.config;
    let kind = route::of_major(stack.major());
    request.had_by_driver();
    let length = stack.low(0) as usize;
    let handled = kind.is_some_and(|kind| queue.handles(kind));
    let sized = matches!(kind, Some(route::READ | route::WRITE));
    if handled && sized && length == 0 && config.AllowZeroLengthRequests == 0 {
        request.finish(status::SUCCESS, 0);
        return;
    }
    let (handle, raw) = (queue.handle(), request.handle());
    let call = |name, handler: &dyn Fn()| verifier::callback(queue.client(), name, handler);
    match kind {
        Some(route::READ) if config.EvtIoRead.is_some() => call("EvtIoRead", &|| {
            if let Some(handler) = config.EvtIoRead {
                // SAFETY: the driver's handler with its queue and a request that it owns now.
                unsafe { handler(handle, raw, length) };
            }
        }),
        Some(route::WRITE) if config.EvtIoWrite.is_some() => call("EvtIoWrite", &|| {
            if let Some(handler) = config.EvtIoWrite {
                // SAFETY: as above.
                unsafe { handler(handle, raw, length) };
            }
        }),
        Some(route::DEVICE_CONTROL) if config.EvtIoDeviceControl.is_some() => {
            call("EvtIoDeviceControl", &|| {
                if let Some(handler) = config.EvtIoDeviceControl {
                    // SAFETY: as above.
                    unsafe { handler(handle, raw, length, stack.low(1) as usize, stack.low(2)) };
                }
            });
        }
        Some(route::INTERNAL) if config.EvtIoInternalDeviceControl.is_some() => {
            call("EvtIoInternalDeviceControl", &|| {
                if let Some(handler) = config.EvtIoInternalDeviceControl {
                    // SAFETY: as above.
                    unsafe { handler(handle, raw, length, stack.low(1) as usize, stack.low(2)) };
                }
            });
        }
        _ if config.EvtIoDefault.is_some() => call("EvtIoDefault", &|| {
            if let Some(handler) = config.EvtIoDefault {
                // SAFETY: as above.
                unsafe { handler(handle, raw) };
            }
        }),
        _ => request.finish(status::INVALID_DEVICE_REQUEST, 0),
    }
}
