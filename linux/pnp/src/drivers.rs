//! The drivers of device stacks: loaded for the first device that names them, unloaded after the
//! last one has gone.

use alloc::vec::Vec;

use wdk_sys::{
    DEVICE_OBJECT, NTSTATUS, PDRIVER_OBJECT,
    ntddk::{ObfDereferenceObject, ZwLoadDriver, ZwUnloadDriver},
};

use crate::{
    nt::{self, WideString, log},
    status,
    sync::Mutex,
};

struct Driver {
    service: WideString,
    object: PDRIVER_OBJECT,
    devices: usize,
}

// SAFETY: a driver object may be used from any thread, and stays while it is referenced.
unsafe impl Send for Driver {}

/// Held while a driver is loaded or unloaded, so that neither can happen twice at once.
static DRIVERS: Mutex<Vec<Driver>> = Mutex::new(Vec::new());

/// To be called once, first of all.
pub(crate) fn init() {
    DRIVERS.init();
}

fn service_key(service: &WideString) -> WideString {
    WideString::new(r"\Registry\Machine\System\CurrentControlSet\Services\").join(service.units())
}

/// Loads a driver unless it is there, and calls its AddDevice for a PDO. Success must be answered
/// by a [`release`].
pub(crate) fn add_device(service: &WideString, pdo: *mut DEVICE_OBJECT) -> Result<(), NTSTATUS> {
    let mut drivers = DRIVERS.lock();
    let known = drivers
        .iter()
        .position(|driver| driver.service.same_name(service));
    let index = match known {
        Some(index) => index,
        None => {
            drivers.push(load(service)?);
            drivers.len() - 1
        }
    };
    let Some(driver) = drivers.get_mut(index) else {
        return Err(status::UNSUCCESSFUL);
    };
    driver.devices += 1;
    let object = driver.object;
    // The devices counted keep the driver; AddDevice may take its time.
    drop(drivers);
    // SAFETY: the driver object is referenced, and its DriverEntry has filled in the extension.
    let add_device = unsafe { (*(*object).DriverExtension).AddDevice };
    let result = match add_device {
        // SAFETY: an AddDevice routine takes its driver object and a PDO. PASSIVE_LEVEL.
        Some(add_device) => unsafe { add_device(object, pdo) },
        None => status::INVALID_DEVICE_REQUEST,
    };
    log!("{service}: AddDevice -> {result:#010x}");
    if status::ok(result) {
        return Ok(());
    }
    release(service);
    Err(result)
}

/// Gives a driver back. The last one to do so unloads it, as Windows does, unless the driver
/// still has a device object: then it stays until [`unload`] is asked for.
pub(crate) fn release(service: &WideString) {
    let mut drivers = DRIVERS.lock();
    let Some(index) = drivers
        .iter()
        .position(|driver| driver.service.same_name(service))
    else {
        return;
    };
    if let Some(driver) = drivers.get_mut(index) {
        driver.devices -= 1;
    }
    try_unload(&mut drivers, index);
}

/// Unloads a driver that has no device.
pub(crate) fn unload(service: &WideString) -> NTSTATUS {
    let mut drivers = DRIVERS.lock();
    let Some(index) = drivers
        .iter()
        .position(|driver| driver.service.same_name(service))
    else {
        return status::OBJECT_NAME_NOT_FOUND;
    };
    try_unload(&mut drivers, index)
}

/// Unloads what is loaded and has no device left; says how many drivers stay.
pub(crate) fn unload_all() -> usize {
    let mut drivers = DRIVERS.lock();
    for index in (0..drivers.len()).rev() {
        try_unload(&mut drivers, index);
    }
    drivers.len()
}

fn load(service: &WideString) -> Result<Driver, NTSTATUS> {
    let key = service_key(service);
    let mut unicode = key.unicode();
    // SAFETY: the name outlives the call. PASSIVE_LEVEL.
    let status = unsafe { ZwLoadDriver(&mut unicode) };
    if !status::ok(status) {
        log!("{service}: load -> {status:#010x}");
    }
    if !status::ok(status) && status != status::IMAGE_ALREADY_LOADED {
        return Err(status);
    }
    let name = WideString::new(r"\Driver\").join(service.units());
    let object = nt::reference_driver(&name)?;
    // SAFETY: the driver object is referenced; Wine fills in where the image lies.
    let (start, size) = unsafe { ((*object).DriverStart, (*object).DriverSize) };
    // Lets the harness tell in which driver an address lies.
    log!("{service}: loaded at {start:p}, {size:#x} bytes");
    Ok(Driver {
        service: service.clone(),
        object,
        devices: 0,
    })
}

fn try_unload(drivers: &mut Vec<Driver>, index: usize) -> NTSTATUS {
    let Some(driver) = drivers.get(index) else {
        return status::UNSUCCESSFUL;
    };
    if driver.devices > 0 {
        return status::DEVICE_BUSY;
    }
    // SAFETY: the driver object is referenced.
    if !unsafe { (*driver.object).DeviceObject }.is_null() {
        log!(
            "{}: stays loaded, for it still has a device object",
            driver.service
        );
        return status::DEVICE_BUSY;
    }
    let driver = drivers.swap_remove(index);
    let key = service_key(&driver.service);
    let mut unicode = key.unicode();
    // SAFETY: the reference of `reference_driver` is given back; the name outlives the call.
    let status = unsafe {
        ObfDereferenceObject(driver.object.cast());
        ZwUnloadDriver(&mut unicode)
    };
    log!("{}: unload -> {status:#010x}", driver.service);
    status
}
