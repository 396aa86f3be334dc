//! What comes to a device object: preprocessing, and the way to whoever handles it.

use wdk_sys::{DEVICE_OBJECT, IRP, NTSTATUS};

use crate::device::{Device, Preprocess};
use crate::object::Kept;
use crate::queue::{self, Queue, route};
use crate::request::Request;
use crate::sync::lock;
use crate::wdm::{Irp, major};
use crate::{file, pnp, status, verifier};

/// The dispatch routine of every bound driver, for all major functions.
pub(crate) unsafe extern "C" fn dispatch(
    device_object: *mut DEVICE_OBJECT,
    irp: *mut IRP,
) -> NTSTATUS {
    let irp = Irp::new(irp);
    let Some(device) = Device::of_device_object(device_object) else {
        return irp.finish(status::NO_SUCH_DEVICE);
    };
    let stack = irp.current();
    let (function, minor) = (stack.major(), stack.minor());
    let wanted = |registered: &&Preprocess| {
        registered.major == function
            && (registered.minors.is_empty() || registered.minors.contains(&minor))
    };
    if let Some(callback) = device
        .preprocess
        .iter()
        .find(wanted)
        .and_then(|found| found.callback)
    {
        return verifier::callback(device.client(), "EvtDeviceWdmIrpPreprocess", || {
            // SAFETY: the driver's callback with its device and the IRP that came.
            unsafe { callback(device.handle(), irp.raw()) }
        });
    }
    after_preprocessing(device, irp)
}

/// The framework's own handling of an IRP.
pub(crate) fn after_preprocessing(device: &'static Device, irp: Irp) -> NTSTATUS {
    match irp.current().major() {
        major::CREATE => file::create(device, irp),
        major::CLEANUP => file::cleanup(device, irp),
        major::CLOSE => file::close(device, irp),
        major::READ | major::WRITE | major::DEVICE_CONTROL | major::INTERNAL_DEVICE_CONTROL => {
            io(device, irp)
        }
        // A control device has no part in these.
        major::PNP if !device.is_control() => pnp::dispatch(device, irp),
        major::POWER if !device.is_control() => pnp::power::dispatch(device, irp),
        major::SYSTEM_CONTROL if !device.is_control() => irp.forward(device.attached),
        major::SYSTEM_CONTROL => irp.finish(status::SUCCESS),
        major::SHUTDOWN if !device.is_filter() => irp.finish(status::SUCCESS),
        _ if device.is_filter() => irp.forward(device.attached),
        _ => irp.finish(status::INVALID_DEVICE_REQUEST),
    }
}

/// The queue for an IRP's type, if there is one that it should go to.
enum Way {
    Queue(&'static Queue),
    Down,
    Nowhere,
}

fn way(device: &'static Device, irp: Irp) -> Way {
    let Some(route) = route::of_major(irp.current().major()) else {
        return Way::Nowhere;
    };
    let queue = {
        let guard = lock();
        let state = device.state(&guard);
        state.routes[route].get().or(state.default_queue.get())
    };
    match queue {
        Some(queue) if !device.is_filter() || queue.handles(route) => Way::Queue(queue),
        _ if device.is_filter() => Way::Down,
        _ => Way::Nowhere,
    }
}

fn io(device: &'static Device, irp: Irp) -> NTSTATUS {
    if let Some(callback) = device.in_caller_context {
        let request = match Request::from_device_irp(device, irp) {
            Ok(request) => request,
            Err(status) => return irp.finish(status),
        };
        irp.mark_pending();
        request.had_by_driver();
        verifier::callback(device.client(), "EvtIoInCallerContext", || {
            // SAFETY: the driver's callback with a request that it owns now.
            unsafe { callback(device.handle(), request.handle()) };
        });
        return status::PENDING;
    }
    match way(device, irp) {
        Way::Queue(queue) => queue::insert_irp(device, queue, irp),
        Way::Down => irp.forward(device.attached),
        Way::Nowhere => irp.finish(status::INVALID_DEVICE_REQUEST),
    }
}

/// `WdfDeviceEnqueueRequest`
pub(crate) fn enqueue_from_caller_context(
    device: &'static Device,
    request: &'static Request,
) -> NTSTATUS {
    let irp = request.irp(&lock());
    match way(device, irp) {
        Way::Queue(queue) => match request.hand_over(queue, false) {
            Ok(()) => status::SUCCESS,
            Err(status) => status,
        },
        Way::Down => {
            let kept = Kept::new(&device.object);
            request.forget(|| {
                irp.forward(device.attached);
            });
            drop(kept);
            status::SUCCESS
        }
        Way::Nowhere => status::INVALID_DEVICE_REQUEST,
    }
}
