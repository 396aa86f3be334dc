//! `WdfDevice*`, `WdfControl*` and `WdfWdmDevice*` of devices that exist.

use wdk_sys::{
    NTSTATUS, PCUNICODE_STRING, PDEVICE_OBJECT, PFILE_OBJECT, PIRP, PWDF_DEVICE_STATE,
    PWDF_DRIVER_GLOBALS, ULONG, WDFDEVICE, WDFDRIVER, WDFFILEOBJECT, WDFIOTARGET, WDFQUEUE,
    WDFREQUEST, WDFSTRING, ntddk,
};
use wdk_sys::{PWDF_DEVICE_PNP_CAPABILITIES, PWDF_DEVICE_POWER_CAPABILITIES};

use super::{Device, DeviceBody};
use crate::call::Call;
use crate::object::Wdf;
use crate::queue::{QueueBody, route};
use crate::request::RequestBody;
use crate::string::StringBody;
use crate::sync::lock;
use crate::verifier::{Violation, rule};
use crate::wdm::Irp;
use crate::{dispatch, ffi, pnp, queue, status};

pub(crate) unsafe extern "C" fn control_finish_initializing(
    globals: PWDF_DRIVER_GLOBALS,
    device: WDFDEVICE,
) {
    let call = Call::new(globals, "WdfControlFinishInitializing");
    if let Some(device) = call.get::<DeviceBody>(device) {
        device.finish_initializing();
    }
}

pub(crate) unsafe extern "C" fn wdm_device_get_handle(
    globals: PWDF_DRIVER_GLOBALS,
    device_object: PDEVICE_OBJECT,
) -> WDFDEVICE {
    let call = Call::new(globals, "WdfWdmDeviceGetWdfDeviceHandle");
    if !call.pointer(device_object, "DeviceObject") {
        return core::ptr::null_mut();
    }
    Device::of_device_object(device_object).map_or(core::ptr::null_mut(), Wdf::handle)
}

macro_rules! device_object_getter {
    ($function:ident, $name:literal, $member:ident) => {
        pub(crate) unsafe extern "C" fn $function(
            globals: PWDF_DRIVER_GLOBALS,
            device: WDFDEVICE,
        ) -> PDEVICE_OBJECT {
            let call = Call::new(globals, $name);
            call.get::<DeviceBody>(device)
                .map_or(core::ptr::null_mut(), |device| device.$member)
        }
    };
}

device_object_getter!(
    wdm_get_device_object,
    "WdfDeviceWdmGetDeviceObject",
    device_object
);
device_object_getter!(
    wdm_get_attached_device,
    "WdfDeviceWdmGetAttachedDevice",
    attached
);
device_object_getter!(
    wdm_get_physical_device,
    "WdfDeviceWdmGetPhysicalDevice",
    physical
);

pub(crate) unsafe extern "C" fn wdm_dispatch_preprocessed_irp(
    globals: PWDF_DRIVER_GLOBALS,
    device: WDFDEVICE,
    irp: PIRP,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfDeviceWdmDispatchPreprocessedIrp");
    let Some(device) = call.get::<DeviceBody>(device) else {
        return status::INVALID_PARAMETER;
    };
    if !call.pointer(irp.cast_const(), "Irp") {
        return status::INVALID_PARAMETER;
    }
    let irp = Irp::new(irp);
    irp.step();
    dispatch::after_preprocessing(device, irp)
}

pub(crate) unsafe extern "C" fn get_driver(
    globals: PWDF_DRIVER_GLOBALS,
    device: WDFDEVICE,
) -> WDFDRIVER {
    let call = Call::new(globals, "WdfDeviceGetDriver");
    call.get::<DeviceBody>(device)
        .and_then(|device| device.client().driver())
        .map_or(core::ptr::null_mut(), Wdf::handle)
}

pub(crate) unsafe extern "C" fn retrieve_device_name(
    globals: PWDF_DRIVER_GLOBALS,
    device: WDFDEVICE,
    string: WDFSTRING,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfDeviceRetrieveDeviceName");
    let (Some(device), Some(string)) = (
        call.get::<DeviceBody>(device),
        call.get::<StringBody>(string),
    ) else {
        return status::INVALID_PARAMETER;
    };
    match &device.name {
        Some(name) => {
            string.assign(&name[..name.len() - 1]);
            status::SUCCESS
        }
        None => status::INVALID_DEVICE_STATE,
    }
}

pub(crate) unsafe extern "C" fn get_io_target(
    globals: PWDF_DRIVER_GLOBALS,
    device: WDFDEVICE,
) -> WDFIOTARGET {
    let call = Call::new(globals, "WdfDeviceGetIoTarget");
    call.get::<DeviceBody>(device)
        .and_then(Device::default_target)
        .map_or(core::ptr::null_mut(), Wdf::handle)
}

pub(crate) unsafe extern "C" fn get_characteristics(
    globals: PWDF_DRIVER_GLOBALS,
    device: WDFDEVICE,
) -> ULONG {
    let call = Call::new(globals, "WdfDeviceGetCharacteristics");
    call.get::<DeviceBody>(device)
        .and_then(|device| ffi::get(device.device_object.cast_const()))
        .map_or(0, |object| object.Characteristics)
}

pub(crate) unsafe extern "C" fn set_pnp_capabilities(
    globals: PWDF_DRIVER_GLOBALS,
    device: WDFDEVICE,
    capabilities: PWDF_DEVICE_PNP_CAPABILITIES,
) {
    // Wine asks for capabilities and does nothing with most of them.
    let call = Call::new(globals, "WdfDeviceSetPnpCapabilities");
    let _ = (
        call.get::<DeviceBody>(device),
        call.pointer(capabilities, "PnpCapabilities"),
    );
}

pub(crate) unsafe extern "C" fn set_power_capabilities(
    globals: PWDF_DRIVER_GLOBALS,
    device: WDFDEVICE,
    capabilities: PWDF_DEVICE_POWER_CAPABILITIES,
) {
    let call = Call::new(globals, "WdfDeviceSetPowerCapabilities");
    let _ = (
        call.get::<DeviceBody>(device),
        call.pointer(capabilities, "PowerCapabilities"),
    );
}

pub(crate) unsafe extern "C" fn set_device_state(
    globals: PWDF_DRIVER_GLOBALS,
    device: WDFDEVICE,
    state: PWDF_DEVICE_STATE,
) {
    let call = Call::new(globals, "WdfDeviceSetDeviceState");
    let Some(device) = call.get::<DeviceBody>(device) else {
        return;
    };
    if let Some(state) = ffi::get(state.cast_const())
        && state.Failed == wdk_sys::_WDF_TRI_STATE::WdfTrue
    {
        device.pnp.set_failed(&lock());
    }
}

pub(crate) unsafe extern "C" fn set_failed(
    globals: PWDF_DRIVER_GLOBALS,
    device: WDFDEVICE,
    _: wdk_sys::WDF_DEVICE_FAILED_ACTION,
) {
    let call = Call::new(globals, "WdfDeviceSetFailed");
    if let Some(device) = call.get::<DeviceBody>(device) {
        device.pnp.set_failed(&lock());
    }
}

pub(crate) unsafe extern "C" fn get_pnp_state(
    globals: PWDF_DRIVER_GLOBALS,
    device: WDFDEVICE,
) -> wdk_sys::WDF_DEVICE_PNP_STATE {
    let call = Call::new(globals, "WdfDeviceGetDevicePnpState");
    call.get::<DeviceBody>(device)
        .map_or(0, |device| pnp::public_state(&device.pnp))
}

pub(crate) unsafe extern "C" fn create_symbolic_link(
    globals: PWDF_DRIVER_GLOBALS,
    device: WDFDEVICE,
    link: PCUNICODE_STRING,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfDeviceCreateSymbolicLink");
    let Some(device) = call.get::<DeviceBody>(device) else {
        return status::INVALID_PARAMETER;
    };
    if !call.passive() || !call.pointer(link, "SymbolicLinkName") {
        return status::INVALID_DEVICE_REQUEST;
    }
    let Some(name) = &device.name else {
        return status::INVALID_DEVICE_STATE;
    };
    let link = ffi::terminated(ffi::wide(link));
    let mut link_name = ffi::counted(&link);
    let mut device_name = ffi::counted(name);
    // SAFETY: both names are live.
    let status = unsafe { ntddk::IoCreateSymbolicLink(&raw mut link_name, &raw mut device_name) };
    if status::is_success(status) {
        device.state.get(&lock()).links.borrow_mut().push(link);
    }
    status
}

pub(crate) unsafe extern "C" fn get_file_object(
    globals: PWDF_DRIVER_GLOBALS,
    device: WDFDEVICE,
    file: PFILE_OBJECT,
) -> WDFFILEOBJECT {
    let call = Call::new(globals, "WdfDeviceGetFileObject");
    call.get::<DeviceBody>(device)
        .and_then(|device| device.file(file))
        .map_or(core::ptr::null_mut(), Wdf::handle)
}

pub(crate) unsafe extern "C" fn enqueue_request(
    globals: PWDF_DRIVER_GLOBALS,
    device: WDFDEVICE,
    request: WDFREQUEST,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfDeviceEnqueueRequest");
    let (Some(device), Some(request)) = (
        call.get::<DeviceBody>(device),
        call.get::<RequestBody>(request),
    ) else {
        return status::INVALID_PARAMETER;
    };
    if !request.require_owned(&call) {
        return status::INVALID_DEVICE_REQUEST;
    }
    dispatch::enqueue_from_caller_context(device, request)
}

pub(crate) unsafe extern "C" fn get_default_queue(
    globals: PWDF_DRIVER_GLOBALS,
    device: WDFDEVICE,
) -> WDFQUEUE {
    let call = Call::new(globals, "WdfDeviceGetDefaultQueue");
    call.get::<DeviceBody>(device)
        .and_then(|device| device.state.get(&lock()).default_queue.get())
        .map_or(core::ptr::null_mut(), Wdf::handle)
}

pub(crate) unsafe extern "C" fn configure_request_dispatching(
    globals: PWDF_DRIVER_GLOBALS,
    device: WDFDEVICE,
    queue: WDFQUEUE,
    request_type: wdk_sys::WDF_REQUEST_TYPE,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfDeviceConfigureRequestDispatching");
    let (Some(device), Some(queue)) =
        (call.get::<DeviceBody>(device), call.get::<QueueBody>(queue))
    else {
        return status::INVALID_PARAMETER;
    };
    if !core::ptr::eq(device, queue.device) {
        return status::INVALID_DEVICE_REQUEST;
    }
    let Some(route) = route::of_type(request_type) else {
        return status::INVALID_PARAMETER;
    };
    if !queue.handles(route) {
        return status::INVALID_DEVICE_REQUEST;
    }
    let guard = lock();
    let place = &device.state.get(&guard).routes[route];
    if place.get().is_some() {
        return status::WDF_BUSY;
    }
    place.set(Some(queue));
    status::SUCCESS
}

pub(crate) unsafe extern "C" fn wdm_dispatch_irp_to_io_queue(
    globals: PWDF_DRIVER_GLOBALS,
    device: WDFDEVICE,
    irp: PIRP,
    queue: WDFQUEUE,
    flags: ULONG,
) -> NTSTATUS {
    const INVOKE_IN_CALLER_CONTEXT: ULONG = 1;
    const PREPROCESSED: ULONG = 2;
    let call = Call::new(globals, "WdfDeviceWdmDispatchIrpToIoQueue");
    let (Some(device), Some(queue)) =
        (call.get::<DeviceBody>(device), call.get::<QueueBody>(queue))
    else {
        return status::INVALID_PARAMETER;
    };
    if !call.pointer(irp.cast_const(), "Irp") {
        return status::INVALID_PARAMETER;
    }
    if flags & INVOKE_IN_CALLER_CONTEXT != 0 {
        call.finding(
            rule::NOT_PROVIDED,
            Violation::Unavailable,
            format_args!("the flag to call EvtIoInCallerContext is not part of the stand-in"),
        );
    }
    let irp = Irp::new(irp);
    if flags & PREPROCESSED != 0 {
        irp.step();
    }
    queue::insert_irp(device, queue, irp)
}
