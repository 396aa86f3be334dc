//! Making requests.

use wdk_sys::NTSTATUS;

use super::{Origin, Request, RequestBody};
use crate::call::Call;
use crate::device::Device;
use crate::status;
use crate::sync::lock;
use crate::target::Target;
use crate::wdm::{Irp, Stack};

impl Request {
    /// A request for an IRP that came to a device.
    pub(crate) fn from_device_irp(
        device: &'static Device,
        irp: Irp,
    ) -> Result<&'static Self, NTSTATUS> {
        if !device.client().account.may_allocate() {
            return Err(status::INSUFFICIENT_RESOURCES);
        }
        let body = RequestBody::new(Origin::Device, irp, irp.current(), Some(device));
        let request = Self::create(device.client(), "an IRP", body);
        let status = device.request_attributes.attach(&request.object);
        if !status::is_success(status) {
            request.object.delete();
            return Err(status);
        }
        Ok(request)
    }

    /// A request of the driver's own, without parent and context.
    pub(crate) fn own(call: &Call, made_by: &'static str) -> &'static Self {
        let body = RequestBody::new(Origin::Driver, Irp::NONE, Stack::NONE, None);
        Self::create(call.client, made_by, body)
    }

    /// Sees to it that a request of the driver's has an IRP that reaches `target`'s bottom.
    pub(crate) fn fit_irp(&self, target: &Target) -> Result<(), NTSTATUS> {
        let device = target.device_object();
        let needed = crate::ffi::get(device.cast_const())
            .map(|device| device.StackSize)
            .ok_or(status::INVALID_DEVICE_STATE)?;
        let present = self.irp(&lock());
        if self.origin == Origin::Device {
            return if present.locations_left() >= i32::from(needed) {
                Ok(())
            } else {
                Err(status::REQUEST_NOT_ACCEPTED)
            };
        }
        if !present.is_none() && present.stack_count() >= needed {
            return Ok(());
        }
        if !self.client().account.may_allocate() {
            return Err(status::INSUFFICIENT_RESOURCES);
        }
        let new = Irp::allocate(needed).ok_or(status::INSUFFICIENT_RESOURCES)?;
        let old = {
            let guard = lock();
            let state = self.state.get(&guard);
            new.set_status(state.sending.status.get());
            state.irp.replace(new)
        };
        if !old.is_none() {
            old.free();
        }
        Ok(())
    }
}

pub(crate) mod ddi {
    use wdk_sys::{
        NTSTATUS, PWDF_DRIVER_GLOBALS, PWDF_OBJECT_ATTRIBUTES, PWDF_REQUEST_REUSE_PARAMS,
        WDF_REQUEST_REUSE_PARAMS, WDFIOTARGET, WDFREQUEST,
    };

    use super::{Origin, Request};
    use crate::call::Call;
    use crate::context::{Attributes, Parent, Scope};
    use crate::request::{Phase, RequestBody};
    use crate::sync::lock;
    use crate::target::TargetBody;
    use crate::verifier::rule;
    use crate::{ffi, status};

    pub(crate) unsafe extern "C" fn create(
        globals: PWDF_DRIVER_GLOBALS,
        attributes: PWDF_OBJECT_ATTRIBUTES,
        target: WDFIOTARGET,
        out: *mut WDFREQUEST,
    ) -> NTSTATUS {
        let call = Call::new(globals, "WdfRequestCreate");
        if !call.dispatch() || !call.pointer(out, "Request") {
            return status::INVALID_PARAMETER;
        }
        ffi::put(out, core::ptr::null_mut());
        let attributes = match Attributes::check(attributes, Parent::Optional, Scope::NotAllowed) {
            Ok(attributes) => attributes,
            Err(status) => return status,
        };
        let Ok(target) = call.get_or_null::<TargetBody>(target) else {
            return status::INVALID_PARAMETER;
        };
        let Some(parent) = call.parent_or_driver(attributes.parent()) else {
            return status::INVALID_PARAMETER;
        };
        let request = Request::own(&call, call.name);
        if let Some(target) = target
            && let Err(status) = request.fit_irp(target)
        {
            request.object.delete();
            return status;
        }
        let status = call.place(request, Some(parent), &attributes);
        if status::is_success(status) {
            ffi::put(out, request.handle());
        }
        status
    }

    pub(crate) unsafe extern "C" fn reuse(
        globals: PWDF_DRIVER_GLOBALS,
        request: WDFREQUEST,
        params: PWDF_REQUEST_REUSE_PARAMS,
    ) -> NTSTATUS {
        const SET_NEW_IRP: u32 = 1;
        let call = Call::new(globals, "WdfRequestReuse");
        let Some(request) = call.get::<RequestBody>(request) else {
            return status::INVALID_PARAMETER;
        };
        let Some(params) = ffi::get(params.cast_const()) else {
            let _ = call.pointer(params.cast_const(), "ReuseParams");
            return status::INVALID_PARAMETER;
        };
        if params.Size as usize != size_of::<WDF_REQUEST_REUSE_PARAMS>() {
            return status::INFO_LENGTH_MISMATCH;
        }
        if params.Flags & SET_NEW_IRP != 0 || request.origin == Origin::Device {
            return status::INVALID_DEVICE_REQUEST;
        }
        if request.phase(&lock()) == Phase::Sent {
            request.report(&call, rule::REQUEST_SENT, "is sent and not completed yet");
            return status::SUCCESS;
        }
        request.release_memories();
        let guard = lock();
        let state = request.state.get(&guard);
        let irp = state.irp.get();
        if !irp.is_none() {
            irp.reuse(params.Status);
        }
        let sending = &state.sending;
        sending.status.set(params.Status);
        sending.formatted.set(false);
        sending.routine.set(None);
        sending.cancel_next.set(false);
        sending.ever_sent.set(false);
        sending.timed_out.set(false);
        sending
            .params
            .set(wdk_sys::WDF_REQUEST_COMPLETION_PARAMS::default());
        status::SUCCESS
    }

    pub(crate) unsafe extern "C" fn change_target(
        globals: PWDF_DRIVER_GLOBALS,
        request: WDFREQUEST,
        target: WDFIOTARGET,
    ) -> NTSTATUS {
        let call = Call::new(globals, "WdfRequestChangeTarget");
        let (Some(request), Some(target)) = (
            call.get::<RequestBody>(request),
            call.get::<TargetBody>(target),
        ) else {
            return status::INVALID_PARAMETER;
        };
        if request.phase(&lock()) == Phase::Sent {
            request.report(&call, rule::REQUEST_SENT, "is sent and not completed yet");
            return status::INVALID_DEVICE_REQUEST;
        }
        match request.fit_irp(target) {
            Ok(()) => status::SUCCESS,
            Err(status) => status,
        }
    }
}
