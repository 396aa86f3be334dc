//! `WdfDeviceCreate`.

use wdk_sys::{
    NTSTATUS, PDEVICE_OBJECT, PWDF_DRIVER_GLOBALS, PWDF_OBJECT_ATTRIBUTES, PWDFDEVICE_INIT, ULONG,
    WDFDEVICE, ntddk,
};

use super::{Device, DeviceBody, DeviceInit, Extension, Role, State};
use crate::call::Call;
use crate::context::{Attributes, Parent, Scope};
use crate::driver::Driver;
use crate::pnp::Pnp;
use crate::sync::{Locked, lock};
use crate::target::Target;
use crate::verifier::{Violation, rule};
use crate::{ffi, status};

const DO_BUFFERED_IO: ULONG = 0x04;
const DO_EXCLUSIVE: ULONG = 0x08;
const DO_DIRECT_IO: ULONG = 0x10;
const DO_DEVICE_INITIALIZING: ULONG = 0x80;
const DO_POWER_PAGABLE: ULONG = 0x2000;

pub(crate) unsafe extern "C" fn create(
    globals: PWDF_DRIVER_GLOBALS,
    init: *mut PWDFDEVICE_INIT,
    attributes: PWDF_OBJECT_ATTRIBUTES,
    out: *mut WDFDEVICE,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfDeviceCreate");
    if !call.passive() {
        return status::INVALID_DEVICE_REQUEST;
    }
    if !call.pointer(init, "DeviceInit") || !call.pointer(out, "Device") {
        return status::INVALID_PARAMETER;
    }
    ffi::put(out, core::ptr::null_mut());
    let place = init;
    let raw = ffi::get(place.cast_const())
        .copied()
        .unwrap_or(core::ptr::null_mut());
    let Some(init) = DeviceInit::get(&call, raw) else {
        return status::INVALID_PARAMETER;
    };
    let parent = if init.role == Role::Control {
        Parent::Forbidden
    } else {
        Parent::Optional
    };
    let attributes = match Attributes::check(attributes, parent, Scope::Allowed) {
        Ok(attributes) => attributes,
        Err(status) => return status,
    };
    let Some(driver) = call.client.driver() else {
        return status::INVALID_DEVICE_STATE;
    };
    if attributes.is_synchronized() {
        call.finding(
            rule::NOT_PROVIDED,
            Violation::Unavailable,
            format_args!("synchronization scopes are not part of the stand-in"),
        );
    }
    let device = match make(init, driver, &attributes) {
        Ok(device) => device,
        Err(status) => return status,
    };
    let status = call.place(device, Some(&driver.object), &attributes);
    if !status::is_success(status) {
        return status;
    }
    if !device.is_control() {
        let target = Target::of_device(call.client, device, device.attached);
        let placed = call.place(target, Some(&device.object), &Attributes::default());
        if !status::is_success(placed) {
            device.object.delete();
            return placed;
        }
        device.state.get(&lock()).default_target.set(Some(target));
    }
    init.used_up(device);
    ffi::put(place, core::ptr::null_mut());
    ffi::put(out, device.handle());
    status::SUCCESS
}

/// Makes the device object, puts it on its stack and makes the framework's object for it.
fn make(
    init: &mut DeviceInit,
    driver: &'static Driver,
    attributes: &Attributes,
) -> Result<&'static Device, NTSTATUS> {
    let client = init.client;
    let mut name = init.name.as_deref().map(ffi::counted);
    let lower = (init.role == Role::Filter).then(|| {
        // SAFETY: a filter's physical device is live, and so is what is attached to it.
        unsafe { ntddk::IoGetAttachedDevice(init.physical) }
    });
    let lower = lower.and_then(|lower| ffi::get(lower.cast_const()));
    let (device_type, characteristics) = match lower {
        Some(lower) => (lower.DeviceType, lower.Characteristics),
        None => (init.device_type, init.characteristics),
    };
    let mut device_object: PDEVICE_OBJECT = core::ptr::null_mut();
    // SAFETY: the driver object is the client's; the name and the out pointer are live locals.
    let status = unsafe {
        ntddk::IoCreateDevice(
            client.driver_object,
            size_of::<Extension>() as ULONG,
            name.as_mut().map_or(core::ptr::null_mut(), |name| name),
            device_type,
            characteristics,
            init.exclusive.into(),
            &raw mut device_object,
        )
    };
    if !status::is_success(status) {
        return Err(status);
    }
    let mut flags = DO_DEVICE_INITIALIZING;
    match lower {
        Some(lower) => {
            flags |= lower.Flags & (DO_BUFFERED_IO | DO_DIRECT_IO | DO_POWER_PAGABLE);
        }
        None => {
            flags |= if init.buffered { DO_BUFFERED_IO } else { 0 };
            flags |= if init.direct { DO_DIRECT_IO } else { 0 };
            flags |= if init.exclusive { DO_EXCLUSIVE } else { 0 };
            if init.role == Role::Function && init.pageable {
                flags |= DO_POWER_PAGABLE;
            }
        }
    }
    let mut attached: PDEVICE_OBJECT = core::ptr::null_mut();
    if init.role != Role::Control {
        // SAFETY: both device objects are live.
        attached = unsafe { ntddk::IoAttachDeviceToDeviceStack(device_object, init.physical) };
        if attached.is_null() {
            // SAFETY: made above, nobody knows it.
            unsafe { ntddk::IoDeleteDevice(device_object) };
            return Err(status::NO_SUCH_DEVICE);
        }
    }
    if let Some(object) = ffi::get_mut(device_object) {
        // Wine sets no flags of its own (what it may set is kept), and no characteristics.
        object.Characteristics = characteristics;
        object.Flags = (object.Flags & !(DO_BUFFERED_IO | DO_DIRECT_IO)) | flags;
        if !init.preprocess.is_empty() {
            object.StackSize += 1;
        }
    }
    let passive = attributes.is_passive().unwrap_or(driver.is_passive());
    let policy_owner = init.policy_owner.unwrap_or(init.role == Role::Function);
    let device = Device::create(
        client,
        "WdfDeviceCreate",
        DeviceBody {
            role: init.role,
            device_object,
            physical: init.physical,
            attached,
            file_config: init.file_config,
            file_attributes: init.file_attributes,
            request_attributes: init.request_attributes,
            preprocess: core::mem::take(&mut init.preprocess),
            in_caller_context: init.in_caller_context,
            callbacks: init.callbacks,
            policy_owner,
            passive,
            name: init.name.take(),
            pnp: Pnp::new(init.role),
            state: Locked::new(State::default()),
        },
    );
    device.set_extension(device);
    Ok(device)
}
