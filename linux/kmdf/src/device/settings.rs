//! What a driver puts into a `WDFDEVICE_INIT`.

use alloc::vec::Vec;

use wdk_sys::{
    BOOLEAN, NTSTATUS, PCUNICODE_STRING, PDEVICE_OBJECT, PFN_WDF_IO_IN_CALLER_CONTEXT,
    PFN_WDFDEVICE_WDM_IRP_PREPROCESS, PUCHAR, PWDF_DRIVER_GLOBALS, PWDF_FILEOBJECT_CONFIG,
    PWDF_OBJECT_ATTRIBUTES, PWDF_PNPPOWER_EVENT_CALLBACKS, PWDF_POWER_POLICY_EVENT_CALLBACKS,
    PWDFDEVICE_INIT, UCHAR, ULONG, WDF_DEVICE_IO_TYPE, WDF_FILEOBJECT_CONFIG,
    WDF_PNPPOWER_EVENT_CALLBACKS, WDF_POWER_POLICY_EVENT_CALLBACKS,
};

use super::{DeviceInit, Preprocess, Role};
use crate::call::Call;
use crate::context::{Attributes, Parent, Scope};
use crate::verifier::{Violation, rule};
use crate::wdm::major;
use crate::{ffi, status};

pub(crate) unsafe extern "C" fn set_pnp_power_event_callbacks(
    globals: PWDF_DRIVER_GLOBALS,
    init: PWDFDEVICE_INIT,
    callbacks: PWDF_PNPPOWER_EVENT_CALLBACKS,
) {
    let call = Call::new(globals, "WdfDeviceInitSetPnpPowerEventCallbacks");
    let Some(init) = DeviceInit::get(&call, init) else {
        return;
    };
    if !call.pointer(callbacks, "PnpPowerEventCallbacks") {
        return;
    }
    if let Some(callbacks) = ffi::get(callbacks.cast_const()) {
        if callbacks.Size as usize == size_of::<WDF_PNPPOWER_EVENT_CALLBACKS>() {
            init.callbacks = *callbacks;
        } else {
            wrong_size(&call, callbacks.Size);
        }
    }
}

/// A function without a return value can't refuse a structure of the wrong size.
fn wrong_size(call: &Call, size: ULONG) {
    call.finding(
        rule::HANDLE_INVALID,
        Violation::Fatal,
        format_args!("a structure of size {size:#x}, which is not its size in this version"),
    );
}

pub(crate) unsafe extern "C" fn set_power_policy_event_callbacks(
    globals: PWDF_DRIVER_GLOBALS,
    init: PWDFDEVICE_INIT,
    callbacks: PWDF_POWER_POLICY_EVENT_CALLBACKS,
) {
    // They are about wake-up only, which nothing here asks for.
    let call = Call::new(globals, "WdfDeviceInitSetPowerPolicyEventCallbacks");
    let _ = DeviceInit::get(&call, init);
    if let Some(callbacks) = ffi::get(callbacks.cast_const())
        && callbacks.Size as usize != size_of::<WDF_POWER_POLICY_EVENT_CALLBACKS>()
    {
        wrong_size(&call, callbacks.Size);
    }
}

pub(crate) unsafe extern "C" fn set_power_policy_ownership(
    globals: PWDF_DRIVER_GLOBALS,
    init: PWDFDEVICE_INIT,
    owner: BOOLEAN,
) {
    let call = Call::new(globals, "WdfDeviceInitSetPowerPolicyOwnership");
    if let Some(init) = DeviceInit::get(&call, init) {
        init.policy_owner = Some(owner != 0);
    }
}

pub(crate) unsafe extern "C" fn set_io_type(
    globals: PWDF_DRIVER_GLOBALS,
    init: PWDFDEVICE_INIT,
    io_type: WDF_DEVICE_IO_TYPE,
) {
    use wdk_sys::_WDF_DEVICE_IO_TYPE as types;
    let call = Call::new(globals, "WdfDeviceInitSetIoType");
    if let Some(init) = DeviceInit::get(&call, init) {
        init.buffered = io_type == types::WdfDeviceIoBuffered;
        init.direct = io_type == types::WdfDeviceIoDirect;
    }
}

pub(crate) unsafe extern "C" fn set_exclusive(
    globals: PWDF_DRIVER_GLOBALS,
    init: PWDFDEVICE_INIT,
    exclusive: BOOLEAN,
) {
    let call = Call::new(globals, "WdfDeviceInitSetExclusive");
    if let Some(init) = DeviceInit::get(&call, init) {
        init.exclusive = exclusive != 0;
    }
}

pub(crate) unsafe extern "C" fn set_power_not_pageable(
    globals: PWDF_DRIVER_GLOBALS,
    init: PWDFDEVICE_INIT,
) {
    let call = Call::new(globals, "WdfDeviceInitSetPowerNotPageable");
    if let Some(init) = DeviceInit::get(&call, init) {
        init.pageable = false;
    }
}

pub(crate) unsafe extern "C" fn set_power_pageable(
    globals: PWDF_DRIVER_GLOBALS,
    init: PWDFDEVICE_INIT,
) {
    let call = Call::new(globals, "WdfDeviceInitSetPowerPageable");
    if let Some(init) = DeviceInit::get(&call, init) {
        init.pageable = true;
    }
}

pub(crate) unsafe extern "C" fn set_device_type(
    globals: PWDF_DRIVER_GLOBALS,
    init: PWDFDEVICE_INIT,
    device_type: ULONG,
) {
    let call = Call::new(globals, "WdfDeviceInitSetDeviceType");
    if let Some(init) = DeviceInit::get(&call, init) {
        init.device_type = device_type;
    }
}

pub(crate) unsafe extern "C" fn assign_name(
    globals: PWDF_DRIVER_GLOBALS,
    init: PWDFDEVICE_INIT,
    name: PCUNICODE_STRING,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfDeviceInitAssignName");
    if !call.passive() {
        return status::INVALID_DEVICE_REQUEST;
    }
    let Some(init) = DeviceInit::get(&call, init) else {
        return status::INVALID_PARAMETER;
    };
    let name = ffi::wide(name);
    init.name = (!name.is_empty()).then(|| ffi::terminated(name));
    status::SUCCESS
}

pub(crate) unsafe extern "C" fn assign_sddl_string(
    globals: PWDF_DRIVER_GLOBALS,
    init: PWDFDEVICE_INIT,
    _: PCUNICODE_STRING,
) -> NTSTATUS {
    // Wine's devices have no security descriptor.
    let call = Call::new(globals, "WdfDeviceInitAssignSDDLString");
    match DeviceInit::get(&call, init) {
        Some(_) => status::SUCCESS,
        None => status::INVALID_PARAMETER,
    }
}

pub(crate) unsafe extern "C" fn set_device_class(
    globals: PWDF_DRIVER_GLOBALS,
    init: PWDFDEVICE_INIT,
    class: *const wdk_sys::GUID,
) {
    let call = Call::new(globals, "WdfDeviceInitSetDeviceClass");
    let _ = DeviceInit::get(&call, init);
    let _ = call.pointer(class, "DeviceClassGuid");
}

pub(crate) unsafe extern "C" fn set_characteristics(
    globals: PWDF_DRIVER_GLOBALS,
    init: PWDFDEVICE_INIT,
    characteristics: ULONG,
    add: BOOLEAN,
) {
    let call = Call::new(globals, "WdfDeviceInitSetCharacteristics");
    if let Some(init) = DeviceInit::get(&call, init) {
        let kept = if add != 0 { init.characteristics } else { 0 };
        init.characteristics = kept | characteristics;
    }
}

pub(crate) unsafe extern "C" fn set_file_object_config(
    globals: PWDF_DRIVER_GLOBALS,
    init: PWDFDEVICE_INIT,
    config: PWDF_FILEOBJECT_CONFIG,
    attributes: PWDF_OBJECT_ATTRIBUTES,
) {
    let call = Call::new(globals, "WdfDeviceInitSetFileObjectConfig");
    let Some(init) = DeviceInit::get(&call, init) else {
        return;
    };
    if !call.passive() || !call.pointer(config, "FileObjectConfig") {
        return;
    }
    let Some(config) = ffi::get(config.cast_const()) else {
        return;
    };
    if config.Size as usize != size_of::<WDF_FILEOBJECT_CONFIG>() {
        return wrong_size(&call, config.Size);
    }
    match Attributes::check(attributes, Parent::Forbidden, Scope::Allowed) {
        Ok(attributes) => {
            init.file_config = Some(*config);
            init.file_attributes = attributes;
        }
        Err(status) => call.finding(
            rule::HANDLE_INVALID,
            Violation::Fatal,
            format_args!("FileObjectAttributes are wrong: {status:#x}"),
        ),
    }
}

pub(crate) unsafe extern "C" fn set_request_attributes(
    globals: PWDF_DRIVER_GLOBALS,
    init: PWDFDEVICE_INIT,
    attributes: PWDF_OBJECT_ATTRIBUTES,
) {
    let call = Call::new(globals, "WdfDeviceInitSetRequestAttributes");
    let Some(init) = DeviceInit::get(&call, init) else {
        return;
    };
    match Attributes::check(attributes, Parent::Forbidden, Scope::NotAllowed) {
        Ok(attributes) => init.request_attributes = attributes,
        Err(status) => call.finding(
            rule::HANDLE_INVALID,
            Violation::Fatal,
            format_args!("RequestAttributes are wrong: {status:#x}"),
        ),
    }
}

pub(crate) unsafe extern "C" fn assign_preprocess_callback(
    globals: PWDF_DRIVER_GLOBALS,
    init: PWDFDEVICE_INIT,
    callback: PFN_WDFDEVICE_WDM_IRP_PREPROCESS,
    function: UCHAR,
    minors: PUCHAR,
    count: ULONG,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfDeviceInitAssignWdmIrpPreprocessCallback");
    let Some(init) = DeviceInit::get(&call, init) else {
        return status::INVALID_PARAMETER;
    };
    if usize::from(function) >= major::COUNT || callback.is_none() {
        return status::INVALID_PARAMETER;
    }
    if init.preprocess.iter().any(|other| other.major == function) {
        return status::INVALID_DEVICE_REQUEST;
    }
    let minors = if minors.is_null() {
        Vec::new()
    } else {
        // SAFETY: the driver promises `count` minor codes.
        unsafe { core::slice::from_raw_parts(minors, count as usize) }.to_vec()
    };
    init.preprocess.push(Preprocess {
        major: function,
        minors,
        callback,
    });
    status::SUCCESS
}

pub(crate) unsafe extern "C" fn set_io_in_caller_context_callback(
    globals: PWDF_DRIVER_GLOBALS,
    init: PWDFDEVICE_INIT,
    callback: PFN_WDF_IO_IN_CALLER_CONTEXT,
) {
    let call = Call::new(globals, "WdfDeviceInitSetIoInCallerContextCallback");
    if let Some(init) = DeviceInit::get(&call, init) {
        init.in_caller_context = callback;
    }
}

pub(crate) unsafe extern "C" fn fdo_get_physical_device(
    globals: PWDF_DRIVER_GLOBALS,
    init: PWDFDEVICE_INIT,
) -> PDEVICE_OBJECT {
    let call = Call::new(globals, "WdfFdoInitWdmGetPhysicalDevice");
    DeviceInit::get(&call, init).map_or(core::ptr::null_mut(), |init| init.physical)
}

pub(crate) unsafe extern "C" fn fdo_set_filter(
    globals: PWDF_DRIVER_GLOBALS,
    init: PWDFDEVICE_INIT,
) {
    let call = Call::new(globals, "WdfFdoInitSetFilter");
    if let Some(init) = DeviceInit::get(&call, init)
        && init.role == Role::Function
    {
        init.role = Role::Filter;
    }
}
