//! `WdfObject*`.

use wdk_sys::{
    LONG, NTSTATUS, PCCH, PCWDF_OBJECT_CONTEXT_TYPE_INFO, PVOID, PWDF_DRIVER_GLOBALS,
    PWDF_OBJECT_ATTRIBUTES, WDFOBJECT,
};

use crate::call::Call;
use crate::context;
use crate::object::{Body, Kind};
use crate::queue::Queue;
use crate::request::Request;
use crate::verifier::{Violation, rule};
use crate::{ffi, status};

/// An object that is nothing but contexts.
pub(crate) struct GeneralBody;

impl Body for GeneralBody {
    const KIND: Kind = Kind::General;
    type Raw = core::ffi::c_void;
}

pub(crate) unsafe extern "C" fn create(
    globals: PWDF_DRIVER_GLOBALS,
    attributes: PWDF_OBJECT_ATTRIBUTES,
    object: *mut WDFOBJECT,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfObjectCreate");
    if !call.dispatch() {
        return status::INVALID_PARAMETER;
    }
    call.make(attributes, object, || Ok(GeneralBody))
}

pub(crate) unsafe extern "C" fn delete(globals: PWDF_DRIVER_GLOBALS, object: WDFOBJECT) {
    let call = Call::new(globals, "WdfObjectDelete");
    let Some(object) = call.object(object) else {
        return;
    };
    let refused = match object.kind {
        Kind::Driver | Kind::File => true,
        Kind::Queue => Queue::from_object(object).is_some_and(Queue::is_default),
        Kind::Device => {
            crate::device::Device::from_object(object).is_some_and(|device| !device.is_control())
        }
        Kind::Request => {
            let request = Request::from_object(object);
            if let Some(request) = request
                && request.is_sent()
            {
                call.finding(
                    rule::REQUEST_SENT,
                    Violation::Request,
                    format_args!("{:#x} is sent and not completed yet", object.handle),
                );
            }
            request.is_some_and(|request| !request.is_drivers_own())
        }
        _ => false,
    };
    if refused {
        call.finding(
            rule::DELETE_NOT_ALLOWED,
            Violation::Object,
            format_args!(
                "{:?} {:#x} is not the driver's to delete",
                object.kind, object.handle
            ),
        );
        return;
    }
    if let Some(device) = crate::device::Device::from_object(object) {
        device.delete_control();
        return;
    }
    object.delete();
}

pub(crate) unsafe extern "C" fn reference(
    globals: PWDF_DRIVER_GLOBALS,
    object: WDFOBJECT,
    _: PVOID,
    _: LONG,
    _: PCCH,
) {
    let call = Call::new(globals, "WdfObjectReference");
    if let Some(object) = call.object(object) {
        object.reference();
    }
}

pub(crate) unsafe extern "C" fn dereference(
    globals: PWDF_DRIVER_GLOBALS,
    object: WDFOBJECT,
    _: PVOID,
    _: LONG,
    _: PCCH,
) {
    let call = Call::new(globals, "WdfObjectDereference");
    if let Some(object) = call.object(object) {
        object.dereference();
    }
}

pub(crate) unsafe extern "C" fn get_typed_context_worker(
    globals: PWDF_DRIVER_GLOBALS,
    object: WDFOBJECT,
    info: PCWDF_OBJECT_CONTEXT_TYPE_INFO,
) -> PVOID {
    let call = Call::new(globals, "WdfObjectGetTypedContext");
    call.object(object)
        .and_then(|object| context::find(object, info))
        .unwrap_or(core::ptr::null_mut())
}

pub(crate) unsafe extern "C" fn allocate_context(
    globals: PWDF_DRIVER_GLOBALS,
    object: WDFOBJECT,
    attributes: PWDF_OBJECT_ATTRIBUTES,
    memory: *mut PVOID,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfObjectAllocateContext");
    if !call.pointer(attributes, "ContextAttributes") {
        return status::INVALID_PARAMETER;
    }
    let Some(object) = call.object(object) else {
        return status::INVALID_PARAMETER;
    };
    let mut context = core::ptr::null_mut();
    let status = context::allocate(object, attributes, &mut context);
    ffi::put(memory, context);
    status
}

pub(crate) unsafe extern "C" fn context_get_object(
    globals: PWDF_DRIVER_GLOBALS,
    memory: PVOID,
) -> WDFOBJECT {
    let call = Call::new(globals, "WdfObjectContextGetObject");
    if !call.pointer(memory, "ContextPointer") {
        return core::ptr::null_mut();
    }
    let owner = context::owner(memory);
    if owner.is_null() {
        call.finding(
            rule::HANDLE_INVALID,
            Violation::InvalidHandle,
            format_args!("{memory:p} is not a context"),
        );
    }
    owner
}
