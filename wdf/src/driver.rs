//! The driver object.

use wdk_sys::{
    DRIVER_OBJECT, NTSTATUS, PCUNICODE_STRING, WDF_DRIVER_CONFIG, WDFDEVICE_INIT, WDFDRIVER,
    call_unsafe_wdf_function_binding,
};

use crate::device::DeviceInit;
use crate::object::handle_type;
use crate::{Attributes, NtStatus, Result, check, size_field};

handle_type! {
    /// The framework's driver object.
    Driver(WDFDRIVER)
}

/// Callbacks of a driver. Both run at PASSIVE_LEVEL.
pub trait DriverEvents {
    /// A device that the driver is to drive or filter (`EvtDriverDeviceAdd`).
    ///
    /// # Errors
    /// The status with which the device is refused.
    fn device_add(driver: Driver, init: DeviceInit<'_>) -> Result<()>;

    /// The driver is about to leave (`EvtDriverUnload`); its objects are deleted after it.
    fn unload(_driver: Driver) {}
}

impl Driver {
    /// Makes the driver object; to be called once, in DriverEntry. (`WdfDriverCreate`,
    /// PASSIVE_LEVEL)
    ///
    /// # Safety
    /// The arguments are those of DriverEntry.
    ///
    /// # Errors
    /// The framework's status.
    pub unsafe fn create<E: DriverEvents>(
        driver: *mut DRIVER_OBJECT,
        registry_path: PCUNICODE_STRING,
    ) -> Result<Self> {
        let mut config = WDF_DRIVER_CONFIG {
            Size: size_field::<WDF_DRIVER_CONFIG>(),
            EvtDriverDeviceAdd: Some(device_add::<E>),
            EvtDriverUnload: Some(unload::<E>),
            ..WDF_DRIVER_CONFIG::default()
        };
        let mut attributes = Attributes::new();
        let mut handle: WDFDRIVER = core::ptr::null_mut();
        // SAFETY: the caller vouches for the first two; the rest are live local structures.
        check(unsafe {
            call_unsafe_wdf_function_binding!(
                WdfDriverCreate,
                driver,
                registry_path,
                attributes.raw(),
                &raw mut config,
                &raw mut handle
            )
        })?;
        Ok(Self(handle))
    }
}

extern "C" fn device_add<E: DriverEvents>(
    driver: WDFDRIVER,
    init: *mut WDFDEVICE_INIT,
) -> NTSTATUS {
    // SAFETY: the framework gives live handles, and `init` for the time of this call.
    let (driver, init) = unsafe { (Driver::from_raw(driver), DeviceInit::from_raw(init)) };
    match E::device_add(driver, init) {
        Ok(()) => NtStatus::SUCCESS.to_raw(),
        Err(status) => status.to_raw(),
    }
}

extern "C" fn unload<E: DriverEvents>(driver: WDFDRIVER) {
    // SAFETY: the framework gives a live handle.
    E::unload(unsafe { Driver::from_raw(driver) });
}
