//! Device interfaces, properties and registry keys of a device.

use alloc::vec;

use wdk_sys::{
    ACCESS_MASK, BOOLEAN, DEVICE_REGISTRY_PROPERTY, GUID, HANDLE, NTSTATUS, PCUNICODE_STRING,
    PDEVICE_OBJECT, POOL_TYPE, PULONG, PVOID, PWDF_DRIVER_GLOBALS, PWDF_OBJECT_ATTRIBUTES,
    PWDFDEVICE_INIT, ULONG, UNICODE_STRING, WDFDEVICE, WDFKEY, WDFMEMORY, WDFSTRING, ntddk,
};

use super::{DeviceBody, DeviceInit};
use crate::call::Call;
use crate::string::StringBody;
use crate::sync::lock;
use crate::{ffi, memory, registry, status};

pub(crate) unsafe extern "C" fn create_device_interface(
    globals: PWDF_DRIVER_GLOBALS,
    device: WDFDEVICE,
    class: *const GUID,
    reference: PCUNICODE_STRING,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfDeviceCreateDeviceInterface");
    let Some(device) = call.get::<DeviceBody>(device) else {
        return status::INVALID_PARAMETER;
    };
    if !call.passive() || !call.pointer(class, "InterfaceClassGUID") {
        return status::INVALID_DEVICE_REQUEST;
    }
    if device.physical.is_null() {
        return status::INVALID_DEVICE_REQUEST;
    }
    let mut link = UNICODE_STRING::default();
    // SAFETY: the physical device is live, the other pointers are the driver's or live locals.
    let status = unsafe {
        ntddk::IoRegisterDeviceInterface(
            device.physical,
            class,
            reference.cast_mut(),
            &raw mut link,
        )
    };
    if status::is_success(status) {
        let name = ffi::terminated(ffi::wide(&raw const link));
        device.state.get(&lock()).interfaces.borrow_mut().push(name);
        // SAFETY: Wine allocated the string for the caller to free.
        unsafe { ntddk::RtlFreeUnicodeString(&raw mut link) };
        if device.pnp.is_started(&lock()) {
            device.enable_interfaces(true);
        }
    }
    status
}

pub(crate) unsafe extern "C" fn set_device_interface_state(
    globals: PWDF_DRIVER_GLOBALS,
    device: WDFDEVICE,
    _: *const GUID,
    _: PCUNICODE_STRING,
    enabled: BOOLEAN,
) {
    let call = Call::new(globals, "WdfDeviceSetDeviceInterfaceState");
    if let Some(device) = call.get::<DeviceBody>(device) {
        device.enable_interfaces(enabled != 0);
    }
}

pub(crate) unsafe extern "C" fn retrieve_device_interface_string(
    globals: PWDF_DRIVER_GLOBALS,
    device: WDFDEVICE,
    _: *const GUID,
    _: PCUNICODE_STRING,
    string: WDFSTRING,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfDeviceRetrieveDeviceInterfaceString");
    let (Some(device), Some(string)) = (
        call.get::<DeviceBody>(device),
        call.get::<StringBody>(string),
    ) else {
        return status::INVALID_PARAMETER;
    };
    let first = device
        .state
        .get(&lock())
        .interfaces
        .borrow()
        .first()
        .cloned();
    match first {
        Some(name) => {
            string.assign(&name[..name.len() - 1]);
            status::SUCCESS
        }
        None => status::OBJECT_NAME_NOT_FOUND,
    }
}

fn property(
    physical: PDEVICE_OBJECT,
    property: DEVICE_REGISTRY_PROPERTY::Type,
    length: ULONG,
    buffer: PVOID,
    needed: &mut ULONG,
) -> NTSTATUS {
    if physical.is_null() {
        return status::INVALID_DEVICE_REQUEST;
    }
    // SAFETY: the physical device is live; the buffer has `length` bytes.
    unsafe { ntddk::IoGetDeviceProperty(physical, property, length, buffer, needed) }
}

pub(crate) unsafe extern "C" fn query_property(
    globals: PWDF_DRIVER_GLOBALS,
    device: WDFDEVICE,
    which: DEVICE_REGISTRY_PROPERTY::Type,
    length: ULONG,
    buffer: PVOID,
    result: PULONG,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfDeviceQueryProperty");
    let Some(device) = call.get::<DeviceBody>(device) else {
        return status::INVALID_PARAMETER;
    };
    if !call.passive() {
        return status::INVALID_DEVICE_REQUEST;
    }
    let mut needed = 0;
    let status = property(device.physical, which, length, buffer, &mut needed);
    ffi::put(result, needed);
    status
}

pub(crate) unsafe extern "C" fn fdo_init_query_property(
    globals: PWDF_DRIVER_GLOBALS,
    init: PWDFDEVICE_INIT,
    which: DEVICE_REGISTRY_PROPERTY::Type,
    length: ULONG,
    buffer: PVOID,
    result: PULONG,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfFdoInitQueryProperty");
    let Some(init) = DeviceInit::get(&call, init) else {
        return status::INVALID_PARAMETER;
    };
    if !call.passive() {
        return status::INVALID_DEVICE_REQUEST;
    }
    let mut needed = 0;
    let status = property(init.physical, which, length, buffer, &mut needed);
    ffi::put(result, needed);
    status
}

fn property_as_memory(
    globals: PWDF_DRIVER_GLOBALS,
    physical: PDEVICE_OBJECT,
    which: DEVICE_REGISTRY_PROPERTY::Type,
    pool: POOL_TYPE,
    attributes: PWDF_OBJECT_ATTRIBUTES,
    out: *mut WDFMEMORY,
) -> NTSTATUS {
    let mut buffer = vec![0_u8; 256];
    loop {
        let mut needed = 0;
        let room = buffer.len() as ULONG;
        let status = property(
            physical,
            which,
            room,
            buffer.as_mut_ptr().cast(),
            &mut needed,
        );
        if status == status::BUFFER_TOO_SMALL && needed > room {
            buffer.resize(needed as usize, 0);
            continue;
        }
        if !status::is_success(status) {
            return status;
        }
        let length = needed as usize;
        let mut memory: PVOID = core::ptr::null_mut();
        // SAFETY: the driver's arguments are passed on, the last pointer is a live local.
        let status =
            unsafe { memory::create(globals, attributes, pool, 0, length, out, &raw mut memory) };
        if status::is_success(status) {
            // SAFETY: the memory object was made with this length.
            unsafe { core::ptr::copy_nonoverlapping(buffer.as_ptr(), memory.cast(), length) };
        }
        return status;
    }
}

pub(crate) unsafe extern "C" fn alloc_and_query_property(
    globals: PWDF_DRIVER_GLOBALS,
    device: WDFDEVICE,
    which: DEVICE_REGISTRY_PROPERTY::Type,
    pool: POOL_TYPE,
    attributes: PWDF_OBJECT_ATTRIBUTES,
    out: *mut WDFMEMORY,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfDeviceAllocAndQueryProperty");
    let Some(device) = call.get::<DeviceBody>(device) else {
        return status::INVALID_PARAMETER;
    };
    if !call.passive() {
        return status::INVALID_DEVICE_REQUEST;
    }
    property_as_memory(globals, device.physical, which, pool, attributes, out)
}

pub(crate) unsafe extern "C" fn fdo_init_alloc_and_query_property(
    globals: PWDF_DRIVER_GLOBALS,
    init: PWDFDEVICE_INIT,
    which: DEVICE_REGISTRY_PROPERTY::Type,
    pool: POOL_TYPE,
    attributes: PWDF_OBJECT_ATTRIBUTES,
    out: *mut WDFMEMORY,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfFdoInitAllocAndQueryProperty");
    let Some(init) = DeviceInit::get(&call, init) else {
        return status::INVALID_PARAMETER;
    };
    if !call.passive() {
        return status::INVALID_DEVICE_REQUEST;
    }
    property_as_memory(globals, init.physical, which, pool, attributes, out)
}

fn open_key(
    physical: PDEVICE_OBJECT,
    kind: ULONG,
    access: ACCESS_MASK,
) -> Result<HANDLE, NTSTATUS> {
    if physical.is_null() {
        return Err(status::INVALID_DEVICE_REQUEST);
    }
    let mut handle: HANDLE = core::ptr::null_mut();
    // SAFETY: the physical device is live, the out pointer is a live local.
    let status = unsafe { ntddk::IoOpenDeviceRegistryKey(physical, kind, access, &raw mut handle) };
    if status::is_success(status) {
        Ok(handle)
    } else {
        Err(status)
    }
}

pub(crate) unsafe extern "C" fn open_registry_key(
    globals: PWDF_DRIVER_GLOBALS,
    device: WDFDEVICE,
    kind: ULONG,
    access: ACCESS_MASK,
    attributes: PWDF_OBJECT_ATTRIBUTES,
    out: *mut WDFKEY,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfDeviceOpenRegistryKey");
    let Some(device) = call.get::<DeviceBody>(device) else {
        return status::INVALID_PARAMETER;
    };
    registry::make(&call, attributes, out, || {
        open_key(device.physical, kind, access)
    })
}

pub(crate) unsafe extern "C" fn fdo_init_open_registry_key(
    globals: PWDF_DRIVER_GLOBALS,
    init: PWDFDEVICE_INIT,
    kind: ULONG,
    access: ACCESS_MASK,
    attributes: PWDF_OBJECT_ATTRIBUTES,
    out: *mut WDFKEY,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfFdoInitOpenRegistryKey");
    let Some(init) = DeviceInit::get(&call, init) else {
        return status::INVALID_PARAMETER;
    };
    registry::make(&call, attributes, out, || {
        open_key(init.physical, kind, access)
    })
}
