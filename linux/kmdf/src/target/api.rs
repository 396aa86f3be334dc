//! `WdfIoTarget*`: opening, starting and stopping.

use wdk_sys::{
    HANDLE, NTSTATUS, PDEVICE_OBJECT, PFILE_OBJECT, PWDF_DRIVER_GLOBALS,
    PWDF_IO_TARGET_OPEN_PARAMS, PWDF_OBJECT_ATTRIBUTES, WDF_IO_TARGET_OPEN_PARAMS,
    WDF_IO_TARGET_PURGE_IO_ACTION, WDF_IO_TARGET_SENT_IO_ACTION, WDF_IO_TARGET_STATE, WDFDEVICE,
    WDFIOTARGET, ntddk,
};

use super::{State, Target, TargetBody};
use crate::call::Call;
use crate::context::{Attributes, Parent, Scope};
use crate::device::DeviceBody;
use crate::object::Wdf;
use crate::sync::lock;
use crate::verifier::{Violation, rule};
use crate::{ffi, status};

pub(crate) unsafe extern "C" fn create(
    globals: PWDF_DRIVER_GLOBALS,
    device: WDFDEVICE,
    attributes: PWDF_OBJECT_ATTRIBUTES,
    out: *mut WDFIOTARGET,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfIoTargetCreate");
    let Some(device) = call.get::<DeviceBody>(device) else {
        return status::INVALID_PARAMETER;
    };
    if !call.passive() || !call.pointer(out, "IoTarget") {
        return status::INVALID_PARAMETER;
    }
    ffi::put(out, core::ptr::null_mut());
    let attributes = match Attributes::check(attributes, Parent::Optional, Scope::NotAllowed) {
        Ok(attributes) => attributes,
        Err(status) => return status,
    };
    let parent = if attributes.parent().is_null() {
        Some(&device.object)
    } else {
        call.object(attributes.parent())
    };
    let Some(parent) = parent else {
        return status::INVALID_PARAMETER;
    };
    let target = Target::make(
        call.client,
        device,
        false,
        State::Closed,
        core::ptr::null_mut(),
    );
    let status = call.place(target, Some(parent), &attributes);
    if status::is_success(status) {
        ffi::put(out, target.handle());
    }
    status
}

pub(crate) unsafe extern "C" fn open(
    globals: PWDF_DRIVER_GLOBALS,
    target: WDFIOTARGET,
    params: PWDF_IO_TARGET_OPEN_PARAMS,
) -> NTSTATUS {
    use wdk_sys::_WDF_IO_TARGET_OPEN_TYPE as types;
    let call = Call::new(globals, "WdfIoTargetOpen");
    let Some(target) = call.get::<TargetBody>(target) else {
        return status::INVALID_PARAMETER;
    };
    if !call.passive() || !call.pointer(params, "OpenParams") {
        return status::INVALID_PARAMETER;
    }
    let Some(params) = ffi::get(params.cast_const()) else {
        return status::INVALID_PARAMETER;
    };
    if params.Size as usize != size_of::<WDF_IO_TARGET_OPEN_PARAMS>() {
        return status::INFO_LENGTH_MISMATCH;
    }
    if target.default || target.is_open() {
        return status::INVALID_DEVICE_STATE;
    }
    let opened = match params.Type {
        types::WdfIoTargetOpenUseExistingDevice => {
            Ok((params.TargetDeviceObject, params.TargetFileObject, false))
        }
        types::WdfIoTargetOpenByName => by_name(params),
        _ => {
            call.finding(
                rule::NOT_PROVIDED,
                Violation::Unavailable,
                format_args!("open type {} is not part of the stand-in", params.Type),
            );
            Err(status::NOT_SUPPORTED)
        }
    };
    let (device_object, file_object, named) = match opened {
        Ok((device, _, _)) if device.is_null() => return status::INVALID_PARAMETER,
        Ok(opened) => opened,
        Err(status) => return status,
    };
    let guard = lock();
    let inner = target.inner.get(&guard);
    inner.device_object.set(device_object);
    inner.file_object.set(file_object);
    inner.opened_by_name.set(named);
    inner.state.set(State::Started);
    status::SUCCESS
}

fn by_name(
    params: &WDF_IO_TARGET_OPEN_PARAMS,
) -> Result<(PDEVICE_OBJECT, PFILE_OBJECT, bool), NTSTATUS> {
    let mut name = params.TargetDeviceName;
    let mut file: PFILE_OBJECT = core::ptr::null_mut();
    let mut device: PDEVICE_OBJECT = core::ptr::null_mut();
    // SAFETY: the name is the driver's, the out pointers are live locals.
    let status = unsafe {
        ntddk::IoGetDeviceObjectPointer(
            &raw mut name,
            params.DesiredAccess,
            &raw mut file,
            &raw mut device,
        )
    };
    if status::is_success(status) {
        Ok((device, file, true))
    } else {
        Err(status)
    }
}

pub(crate) unsafe extern "C" fn close(globals: PWDF_DRIVER_GLOBALS, target: WDFIOTARGET) {
    let call = Call::new(globals, "WdfIoTargetClose");
    if let Some(target) = call.get::<TargetBody>(target)
        && call.passive()
        && !target.default
    {
        target.close();
    }
}

pub(crate) unsafe extern "C" fn start(
    globals: PWDF_DRIVER_GLOBALS,
    target: WDFIOTARGET,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfIoTargetStart");
    match call.get::<TargetBody>(target) {
        Some(target) => target.start(),
        None => status::INVALID_PARAMETER,
    }
}

pub(crate) unsafe extern "C" fn stop(
    globals: PWDF_DRIVER_GLOBALS,
    target: WDFIOTARGET,
    action: WDF_IO_TARGET_SENT_IO_ACTION,
) {
    use wdk_sys::_WDF_IO_TARGET_SENT_IO_ACTION as actions;
    let call = Call::new(globals, "WdfIoTargetStop");
    let Some(target) = call.get::<TargetBody>(target) else {
        return;
    };
    let waits = action != actions::WdfIoTargetLeaveSentIoPending;
    if waits && !call.passive() {
        return;
    }
    target.set_state(State::Stopped);
    if action == actions::WdfIoTargetCancelSentIo {
        target.cancel_sent();
    }
    if waits {
        target.wait_for_all();
    }
}

pub(crate) unsafe extern "C" fn purge(
    globals: PWDF_DRIVER_GLOBALS,
    target: WDFIOTARGET,
    action: WDF_IO_TARGET_PURGE_IO_ACTION,
) {
    use wdk_sys::_WDF_IO_TARGET_PURGE_IO_ACTION as actions;
    let call = Call::new(globals, "WdfIoTargetPurge");
    let Some(target) = call.get::<TargetBody>(target) else {
        return;
    };
    let waits = action == actions::WdfIoTargetPurgeIoAndWait;
    if waits && !call.passive() {
        return;
    }
    target.set_state(State::Purged);
    target.drop_all_kept(status::CANCELLED);
    target.cancel_sent();
    if waits {
        target.wait_for_all();
    }
}

pub(crate) unsafe extern "C" fn get_state(
    globals: PWDF_DRIVER_GLOBALS,
    target: WDFIOTARGET,
) -> WDF_IO_TARGET_STATE {
    use wdk_sys::_WDF_IO_TARGET_STATE as states;
    let call = Call::new(globals, "WdfIoTargetGetState");
    match call
        .get::<TargetBody>(target)
        .map(|target| target.state(&lock()))
    {
        Some(State::Started) => states::WdfIoTargetStarted,
        Some(State::Stopped) => states::WdfIoTargetStopped,
        Some(State::Closed) => states::WdfIoTargetClosed,
        Some(State::Purged) => states::WdfIoTargetPurged,
        None => states::WdfIoTargetStateUndefined,
    }
}

pub(crate) unsafe extern "C" fn get_device(
    globals: PWDF_DRIVER_GLOBALS,
    target: WDFIOTARGET,
) -> WDFDEVICE {
    let call = Call::new(globals, "WdfIoTargetGetDevice");
    call.get::<TargetBody>(target)
        .map_or(core::ptr::null_mut(), |target| Wdf::handle(target.device))
}

pub(crate) unsafe extern "C" fn wdm_get_target_device_object(
    globals: PWDF_DRIVER_GLOBALS,
    target: WDFIOTARGET,
) -> PDEVICE_OBJECT {
    let call = Call::new(globals, "WdfIoTargetWdmGetTargetDeviceObject");
    call.get::<TargetBody>(target)
        .map_or(core::ptr::null_mut(), Target::device_object)
}

pub(crate) unsafe extern "C" fn wdm_get_target_physical_device(
    globals: PWDF_DRIVER_GLOBALS,
    target: WDFIOTARGET,
) -> PDEVICE_OBJECT {
    let call = Call::new(globals, "WdfIoTargetWdmGetTargetPhysicalDevice");
    match call.get::<TargetBody>(target) {
        Some(target) if target.default => target.device.physical,
        _ => core::ptr::null_mut(),
    }
}

pub(crate) unsafe extern "C" fn wdm_get_target_file_object(
    globals: PWDF_DRIVER_GLOBALS,
    target: WDFIOTARGET,
) -> PFILE_OBJECT {
    let call = Call::new(globals, "WdfIoTargetWdmGetTargetFileObject");
    call.get::<TargetBody>(target)
        .map_or(core::ptr::null_mut(), Target::file_object)
}

pub(crate) unsafe extern "C" fn wdm_get_target_file_handle(
    globals: PWDF_DRIVER_GLOBALS,
    target: WDFIOTARGET,
) -> HANDLE {
    let call = Call::new(globals, "WdfIoTargetWdmGetTargetFileHandle");
    let _ = call.get::<TargetBody>(target);
    core::ptr::null_mut()
}
