//! File objects: the handles that clients open.

use wdk_sys::{WDF_FILEOBJECT_CONFIG, WDFDEVICE, WDFFILEOBJECT, WDFREQUEST};

use crate::object::handle_type;
use crate::{Device, Request, size_field};

handle_type! {
    /// A file object: one open handle of a device.
    File(WDFFILEOBJECT)
}

/// Callbacks of file objects. All at PASSIVE_LEVEL; `create` in the context of the caller.
pub trait FileEvents {
    /// A handle is opened; the request is to be completed (`EvtDeviceFileCreate`).
    fn create(device: Device, request: Request, file: File);

    /// The last handle to the file object is closed; requests may still be under way
    /// (`EvtFileCleanup`).
    fn cleanup(file: File);

    /// No request is under way any more (`EvtFileClose`).
    fn close(file: File);
}

pub(crate) fn config<E: FileEvents>() -> WDF_FILEOBJECT_CONFIG {
    WDF_FILEOBJECT_CONFIG {
        Size: size_field::<WDF_FILEOBJECT_CONFIG>(),
        EvtDeviceFileCreate: Some(create::<E>),
        EvtFileClose: Some(close::<E>),
        EvtFileCleanup: Some(cleanup::<E>),
        AutoForwardCleanupClose: wdk_sys::_WDF_TRI_STATE::WdfUseDefault,
        FileObjectClass: wdk_sys::_WDF_FILEOBJECT_CLASS::WdfFileObjectWdfCannotUseFsContexts,
    }
}

extern "C" fn create<E: FileEvents>(device: WDFDEVICE, request: WDFREQUEST, file: WDFFILEOBJECT) {
    // SAFETY: the framework gives live handles, and the request for the driver to complete.
    let (device, request, file) = unsafe {
        (
            Device::from_raw(device),
            Request::from_raw(request),
            File::from_raw(file),
        )
    };
    E::create(device, request, file);
}

extern "C" fn cleanup<E: FileEvents>(file: WDFFILEOBJECT) {
    // SAFETY: the framework gives a live handle.
    E::cleanup(unsafe { File::from_raw(file) });
}

extern "C" fn close<E: FileEvents>(file: WDFFILEOBJECT) {
    // SAFETY: the framework gives a live handle.
    E::close(unsafe { File::from_raw(file) });
}
