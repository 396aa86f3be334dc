//! Devices of the probe: control devices, and function or filter devices over the lower driver.

use core::sync::atomic::{AtomicPtr, Ordering};

use wdk_sys::{
    DRIVER_OBJECT, FILE_OBJECT, NTSTATUS, PDEVICE_OBJECT, PFILE_OBJECT, PWDFDEVICE_INIT, ULONG,
    WDF_FILEOBJECT_CONFIG, WDF_IO_QUEUE_CONFIG, WDF_OBJECT_ATTRIBUTES, WDFDEVICE, WDFDRIVER,
    WDFFILEOBJECT, WDFQUEUE, WDFREQUEST, ntddk,
};

use crate::kit::{self, Status, context, named, plain};
use crate::{note, utf16, wdf};

/// The driver's handles, for all scenarios.
pub(crate) static DRIVER: AtomicPtr<wdk_sys::WDFDRIVER__> = AtomicPtr::new(core::ptr::null_mut());
pub(crate) static DRIVER_OBJECT: AtomicPtr<DRIVER_OBJECT> = AtomicPtr::new(core::ptr::null_mut());

pub(crate) fn driver() -> WDFDRIVER {
    DRIVER.load(Ordering::Acquire)
}

/// What a scenario wants of its device.
#[derive(Clone, Copy)]
pub(crate) struct Setup {
    pub(crate) filter: bool,
    /// Further settings before the device is made.
    pub(crate) init: fn(PWDFDEVICE_INIT),
    /// After it is made; a failure fails EvtDriverDeviceAdd.
    pub(crate) made: fn(WDFDEVICE) -> NTSTATUS,
    pub(crate) attributes: fn() -> WDF_OBJECT_ATTRIBUTES,
}

pub(crate) const PLAIN: Setup = Setup {
    filter: false,
    init: |_| (),
    made: |_| 0,
    attributes: plain,
};
pub(crate) const FILTER: Setup = Setup {
    filter: true,
    ..PLAIN
};

static SETUP: AtomicPtr<Setup> = AtomicPtr::new(core::ptr::null_mut());
static MADE: AtomicPtr<wdk_sys::WDFDEVICE__> = AtomicPtr::new(core::ptr::null_mut());

/// EvtDriverDeviceAdd
pub(crate) unsafe extern "C" fn device_add(_: WDFDRIVER, mut init: PWDFDEVICE_INIT) -> NTSTATUS {
    // SAFETY: null, or the setup of the scenario that calls AddDevice.
    let setup = unsafe { SETUP.load(Ordering::Acquire).as_ref() }
        .copied()
        .unwrap_or(PLAIN);
    if setup.filter {
        wdf!(WdfFdoInitSetFilter, init);
    }
    (setup.init)(init);
    let mut attributes = (setup.attributes)();
    let mut device: WDFDEVICE = core::ptr::null_mut();
    let status = wdf!(
        WdfDeviceCreate,
        &raw mut init,
        &raw mut attributes,
        &raw mut device
    );
    if status != 0 {
        note!("WdfDeviceCreate {}", Status(status));
        return status;
    }
    let status = (setup.made)(device);
    if status == 0 {
        MADE.store(device, Ordering::Release);
    }
    status
}

/// A device of the probe.
#[derive(Clone, Copy)]
pub(crate) struct Device {
    pub(crate) handle: WDFDEVICE,
    pub(crate) object: PDEVICE_OBJECT,
    pub(crate) lower: PDEVICE_OBJECT,
}

/// Calls AddDevice over a device object. A filter's AddDevice succeeds without a device when the
/// driver refuses: that is an error of status 0 here.
pub(crate) fn add(lower: PDEVICE_OBJECT, setup: &Setup) -> Result<Device, NTSTATUS> {
    let driver = DRIVER_OBJECT.load(Ordering::Acquire);
    SETUP.store(core::ptr::from_ref(setup).cast_mut(), Ordering::Release);
    MADE.store(core::ptr::null_mut(), Ordering::Release);
    // SAFETY: the driver object is live; the framework set AddDevice.
    let status = unsafe {
        match (*(*driver).DriverExtension).AddDevice {
            Some(add_device) => add_device(driver, lower),
            None => -1,
        }
    };
    SETUP.store(core::ptr::null_mut(), Ordering::Release);
    let handle = MADE.load(Ordering::Acquire);
    if status != 0 || handle.is_null() {
        return Err(status);
    }
    let object = wdf!(WdfDeviceWdmGetDeviceObject, handle);
    Ok(Device {
        handle,
        object,
        lower,
    })
}

/// A device over a new lower device; not started.
pub(crate) fn stack(setup: &Setup) -> Device {
    let lower = crate::lower::device();
    match add(lower, setup) {
        Ok(device) => device,
        Err(status) => {
            note!("AddDevice {}", Status(status));
            Device {
                handle: core::ptr::null_mut(),
                object: core::ptr::null_mut(),
                lower,
            }
        }
    }
}

impl Device {
    pub(crate) fn pnp(&self, minor: u8) -> NTSTATUS {
        crate::irp::pnp(self.object, minor)
    }

    pub(crate) fn start(&self) {
        let status = self.pnp(crate::irp::START);
        if status != 0 {
            note!("START {}", Status(status));
        }
    }

    /// REMOVE, and the lower device goes.
    pub(crate) fn remove(&self) {
        let status = self.pnp(crate::irp::REMOVE);
        if status != 0 {
            note!("REMOVE {}", Status(status));
        }
        crate::lower::delete(self.lower);
    }

    /// The same without a note about the lower driver.
    pub(crate) fn remove_quietly(&self) {
        crate::lower::quiet(true);
        self.remove();
        crate::lower::quiet(false);
    }

    pub(crate) fn start_quietly(&self) {
        crate::lower::quiet(true);
        self.start();
        crate::lower::quiet(false);
    }

    pub(crate) fn default_queue(&self) -> WDFQUEUE {
        wdf!(WdfDeviceGetDefaultQueue, self.handle)
    }
}

/// A control device, `init` applied, not finished.
pub(crate) fn control(init: fn(PWDFDEVICE_INIT)) -> Device {
    control_with(init, &mut plain())
}

pub(crate) fn control_with(
    init: fn(PWDFDEVICE_INIT),
    attributes: &mut WDF_OBJECT_ATTRIBUTES,
) -> Device {
    let sddl = utf16!("D:P(A;;GA;;;SY)");
    let mut raw = wdf!(WdfControlDeviceInitAllocate, driver(), &raw const sddl);
    init(raw);
    let mut handle: WDFDEVICE = core::ptr::null_mut();
    let status = wdf!(
        WdfDeviceCreate,
        &raw mut raw,
        &raw mut *attributes,
        &raw mut handle
    );
    if status != 0 {
        note!("WdfDeviceCreate {}", Status(status));
        wdf!(WdfDeviceInitFree, raw);
        return Device {
            handle: core::ptr::null_mut(),
            object: core::ptr::null_mut(),
            lower: core::ptr::null_mut(),
        };
    }
    let object = wdf!(WdfDeviceWdmGetDeviceObject, handle);
    Device {
        handle,
        object,
        lower: core::ptr::null_mut(),
    }
}

/// A queue configuration, all handlers empty.
pub(crate) fn queue_config(dispatch: i32, default: bool) -> WDF_IO_QUEUE_CONFIG {
    let mut config = WDF_IO_QUEUE_CONFIG {
        Size: size_of::<WDF_IO_QUEUE_CONFIG>() as ULONG,
        DispatchType: dispatch,
        PowerManaged: wdk_sys::_WDF_TRI_STATE::WdfUseDefault,
        DefaultQueue: default.into(),
        ..WDF_IO_QUEUE_CONFIG::default()
    };
    config.Settings.Parallel.NumberOfPresentedRequests = u32::MAX;
    config
}

pub(crate) const SEQUENTIAL: i32 =
    wdk_sys::_WDF_IO_QUEUE_DISPATCH_TYPE::WdfIoQueueDispatchSequential;
pub(crate) const PARALLEL: i32 = wdk_sys::_WDF_IO_QUEUE_DISPATCH_TYPE::WdfIoQueueDispatchParallel;
pub(crate) const MANUAL: i32 = wdk_sys::_WDF_IO_QUEUE_DISPATCH_TYPE::WdfIoQueueDispatchManual;

/// Makes a queue; notes a failure.
pub(crate) fn queue(device: WDFDEVICE, config: &WDF_IO_QUEUE_CONFIG) -> WDFQUEUE {
    queue_with(device, config, &mut plain())
}

pub(crate) fn queue_with(
    device: WDFDEVICE,
    config: &WDF_IO_QUEUE_CONFIG,
    attributes: &mut WDF_OBJECT_ATTRIBUTES,
) -> WDFQUEUE {
    let mut config = *config;
    let mut queue: WDFQUEUE = core::ptr::null_mut();
    let status = wdf!(
        WdfIoQueueCreate,
        device,
        &raw mut config,
        &raw mut *attributes,
        &raw mut queue
    );
    if status != 0 {
        note!("WdfIoQueueCreate {}", Status(status));
    }
    queue
}

/// A file object made by hand.
pub(crate) fn file() -> PFILE_OBJECT {
    // SAFETY: any size may be asked for; the memory is written before it is used.
    unsafe {
        let size = size_of::<FILE_OBJECT>();
        let file = ntddk::ExAllocatePool2(0x40, size as u64, 0x656C_6946).cast::<FILE_OBJECT>();
        file.write_bytes(0, 1);
        file
    }
}

pub(crate) fn free_file(file: PFILE_OBJECT) {
    // SAFETY: made by `file`.
    unsafe { ntddk::ExFreePool(file.cast()) };
}

/// A file configuration whose callbacks note what happens.
pub(crate) fn file_config(init: PWDFDEVICE_INIT) {
    let mut config = WDF_FILEOBJECT_CONFIG {
        Size: size_of::<WDF_FILEOBJECT_CONFIG>() as ULONG,
        EvtDeviceFileCreate: Some(file_create),
        EvtFileClose: Some(file_close),
        EvtFileCleanup: Some(file_cleanup),
        AutoForwardCleanupClose: wdk_sys::_WDF_TRI_STATE::WdfUseDefault,
        FileObjectClass: wdk_sys::_WDF_FILEOBJECT_CLASS::WdfFileObjectWdfCannotUseFsContexts,
    };
    let mut attributes = named(kit::NONE);
    wdf!(
        WdfDeviceInitSetFileObjectConfig,
        init,
        &raw mut config,
        &raw mut attributes
    );
}

/// The status with which creates are completed.
pub(crate) static CREATE_STATUS: core::sync::atomic::AtomicI32 =
    core::sync::atomic::AtomicI32::new(0);

unsafe extern "C" fn file_create(_: WDFDEVICE, request: WDFREQUEST, file: WDFFILEOBJECT) {
    let same = wdf!(WdfRequestGetFileObject, request) == file;
    let file_context = context(file);
    let zeroed = file_context.name.is_none() && file_context.number == 0;
    file_context.name = Some("file");
    let mut parameters = wdk_sys::WDF_REQUEST_PARAMETERS {
        Size: size_of::<wdk_sys::WDF_REQUEST_PARAMETERS>() as u16,
        ..wdk_sys::WDF_REQUEST_PARAMETERS::default()
    };
    wdf!(WdfRequestGetParameters, request, &raw mut parameters);
    note!(
        "EvtDeviceFileCreate type {} zeroed {zeroed} same {same}",
        parameters.Type
    );
    wdf!(
        WdfRequestComplete,
        request,
        CREATE_STATUS.load(Ordering::Acquire)
    );
}

unsafe extern "C" fn file_cleanup(_: WDFFILEOBJECT) {
    note!("EvtFileCleanup");
}

unsafe extern "C" fn file_close(_: WDFFILEOBJECT) {
    note!("EvtFileClose");
}

/// Waits some milliseconds.
pub(crate) fn pause(milliseconds: i64) {
    let mut time = wdk_sys::LARGE_INTEGER {
        QuadPart: -milliseconds * 10_000,
    };
    // SAFETY: the time is a live local.
    unsafe {
        let _: NTSTATUS = ntddk::KeDelayExecutionThread(0, 0, &raw mut time);
    }
}
