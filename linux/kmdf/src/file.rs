//! File objects: create, cleanup and close.

use core::cell::Cell;

use wdk_sys::_WDF_FILEOBJECT_CLASS as classes;
use wdk_sys::{
    NTSTATUS, PFILE_OBJECT, PUNICODE_STRING, PWDF_DRIVER_GLOBALS, ULONG, WDFDEVICE, WDFFILEOBJECT,
};

use crate::call::Call;
use crate::device::Device;
use crate::object::{Body, Kept, Kind, Wdf};
use crate::queue::{self, route};
use crate::request::Request;
use crate::sync::{Locked, lock};
use crate::wdm::Irp;
use crate::{ffi, status, verifier};

pub(crate) type File = Wdf<FileBody>;

pub(crate) struct FileBody {
    pub(crate) device: &'static Device,
    pub(crate) file_object: PFILE_OBJECT,
    cleaned: Locked<Cell<bool>>,
}

// SAFETY: the raw pointer is to a WDM object.
unsafe impl Sync for FileBody {}
// SAFETY: as above.
unsafe impl Send for FileBody {}

impl Body for FileBody {
    const KIND: Kind = Kind::File;
    type Raw = wdk_sys::WDFFILEOBJECT__;
}

impl File {
    /// The file object of a create IRP; `None` if the device wants none.
    fn of_create(device: &'static Device, irp: Irp) -> Result<Option<&'static Self>, NTSTATUS> {
        let file_object = irp.current().file();
        let Some(config) = &device.file_config else {
            return Ok(None);
        };
        if file_object.is_null() || config.FileObjectClass == classes::WdfFileObjectNotRequired {
            return Ok(None);
        }
        if !device.client().account.may_allocate() {
            return Err(status::INSUFFICIENT_RESOURCES);
        }
        let cleaned = Locked::new(Cell::new(false));
        let file = Self::create(
            device.client(),
            "IRP_MJ_CREATE",
            FileBody {
                device,
                file_object,
                cleaned,
            },
        );
        let mut status = file.object.adopt(&device.object);
        if status::is_success(status) {
            status = device.file_attributes.attach(&file.object);
        }
        if !status::is_success(status) {
            file.object.delete();
            return Err(status);
        }
        device.state(&lock()).files.borrow_mut().push(file);
        Ok(Some(file))
    }

    /// The create request is completed.
    pub(crate) fn created(&'static self, success: bool) {
        if !success {
            self.forget();
            self.device.closed();
            return;
        }
        let class = self
            .device
            .file_config
            .map_or(0, |config| config.FileObjectClass);
        if let Some(file) = ffi::get_mut(self.file_object) {
            let context = core::ptr::from_ref(self).cast_mut().cast();
            match class {
                classes::WdfFileObjectWdfCanUseFsContext => file.FsContext = context,
                classes::WdfFileObjectWdfCanUseFsContext2 => file.FsContext2 = context,
                _ => {}
            }
        }
    }

    fn forget(&'static self) {
        self.device
            .state(&lock())
            .files
            .borrow_mut()
            .retain(|file| !core::ptr::eq(*file, self));
        self.object.delete();
    }

    fn clean_up(&'static self) {
        if self.cleaned.get(&lock()).replace(true) {
            return;
        }
        if let Some(callback) = self
            .device
            .file_config
            .and_then(|config| config.EvtFileCleanup)
        {
            verifier::callback(self.client(), "EvtFileCleanup", || {
                // SAFETY: the driver's callback with its file's handle.
                unsafe { callback(self.handle()) };
            });
        }
        for queue in self.device.queues() {
            queue.cancel_file(self.file_object);
        }
    }

    fn close(&'static self) {
        if let Some(callback) = self
            .device
            .file_config
            .and_then(|config| config.EvtFileClose)
        {
            verifier::callback(self.client(), "EvtFileClose", || {
                // SAFETY: as above.
                unsafe { callback(self.handle()) };
            });
        }
        self.forget();
    }
}

/// IRP_MJ_CREATE
pub(crate) fn create(device: &'static Device, irp: Irp) -> NTSTATUS {
    let queue = device.state(&lock()).routes[route::CREATE].get();
    let file = match File::of_create(device, irp) {
        Ok(file) => file,
        Err(status) => return irp.finish(status),
    };
    let callback = device
        .file_config
        .and_then(|config| config.EvtDeviceFileCreate);
    if callback.is_none() && queue.is_none() {
        if device.file_config.is_some() {
            device.opened();
        }
        if let Some(file) = file {
            file.created(true);
        }
        return if device.is_filter() {
            irp.forward(device.attached)
        } else {
            irp.finish(status::SUCCESS)
        };
    }
    device.opened();
    let Some(callback) = callback else {
        // `queue` is there: see above.
        return match queue {
            Some(queue) => queue::insert_irp(device, queue, irp),
            None => irp.finish(status::INVALID_DEVICE_REQUEST),
        };
    };
    let request = match Request::from_device_irp(device, irp) {
        Ok(request) => request,
        Err(status) => {
            if let Some(file) = file {
                file.created(false);
            }
            return irp.finish(status);
        }
    };
    irp.mark_pending();
    request.creates(file);
    request.had_by_driver();
    let handle = file.map_or(core::ptr::null_mut(), Wdf::handle);
    verifier::callback(device.client(), "EvtDeviceFileCreate", || {
        // SAFETY: the driver's callback with a request that it owns now.
        unsafe { callback(device.handle(), request.handle(), handle) };
    });
    status::PENDING
}

/// Whether cleanup and close go down too.
fn forwards(device: &Device) -> bool {
    use wdk_sys::_WDF_TRI_STATE as tri;
    let automatic = device
        .file_config
        .map_or(tri::WdfUseDefault, |c| c.AutoForwardCleanupClose);
    match automatic {
        tri::WdfTrue => !device.attached.is_null(),
        tri::WdfFalse => false,
        _ => device.is_filter(),
    }
}

fn pass_on(device: &Device, irp: Irp) -> NTSTATUS {
    if forwards(device) {
        irp.forward(device.attached)
    } else {
        irp.finish(status::SUCCESS)
    }
}

/// IRP_MJ_CLEANUP
pub(crate) fn cleanup(device: &'static Device, irp: Irp) -> NTSTATUS {
    if let Some(file) = device.file(irp.current().file()) {
        file.clean_up();
    } else {
        cancel_file(device, irp);
    }
    pass_on(device, irp)
}

/// Without a file object of ours there is still the I/O manager's.
fn cancel_file(device: &'static Device, irp: Irp) {
    let file = irp.current().file();
    if !file.is_null() {
        for queue in device.queues() {
            queue.cancel_file(file);
        }
    }
}

/// IRP_MJ_CLOSE
pub(crate) fn close(device: &'static Device, irp: Irp) -> NTSTATUS {
    let kept = Kept::new(&device.object);
    let known = device.file(irp.current().file());
    // Wine sends no IRP_MJ_CLEANUP: its closes do for both. The flag tells a system's close from
    // one that a test made by hand.
    if irp.is_close_operation() {
        match known {
            Some(file) => file.clean_up(),
            None => cancel_file(device, irp),
        }
    }
    if let Some(file) = known {
        file.close();
    }
    if device.file_config.is_some() {
        device.closed();
    }
    let status = pass_on(device, irp);
    drop(kept);
    status
}

pub(crate) unsafe extern "C" fn get_file_name(
    globals: PWDF_DRIVER_GLOBALS,
    file: WDFFILEOBJECT,
) -> PUNICODE_STRING {
    let call = Call::new(globals, "WdfFileObjectGetFileName");
    call.get::<FileBody>(file)
        .and_then(|file| ffi::get_mut(file.file_object))
        .map_or(core::ptr::null_mut(), |file| &raw mut file.FileName)
}

pub(crate) unsafe extern "C" fn get_flags(
    globals: PWDF_DRIVER_GLOBALS,
    file: WDFFILEOBJECT,
) -> ULONG {
    let call = Call::new(globals, "WdfFileObjectGetFlags");
    call.get::<FileBody>(file)
        .and_then(|file| ffi::get(file.file_object.cast_const()))
        .map_or(0, |file| file.Flags)
}

pub(crate) unsafe extern "C" fn get_device(
    globals: PWDF_DRIVER_GLOBALS,
    file: WDFFILEOBJECT,
) -> WDFDEVICE {
    let call = Call::new(globals, "WdfFileObjectGetDevice");
    call.get::<FileBody>(file)
        .map_or(core::ptr::null_mut(), |file| Wdf::handle(file.device))
}

pub(crate) unsafe extern "C" fn wdm_get_file_object(
    globals: PWDF_DRIVER_GLOBALS,
    file: WDFFILEOBJECT,
) -> PFILE_OBJECT {
    let call = Call::new(globals, "WdfFileObjectWdmGetFileObject");
    call.get::<FileBody>(file)
        .map_or(core::ptr::null_mut(), |file| file.file_object)
}
