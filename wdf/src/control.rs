//! Control devices.

use core::mem::ManuallyDrop;
use core::ops::{Deref, DerefMut};

use wdk_sys::call_unsafe_wdf_function_binding;

use crate::device::DeviceInit;
use crate::{Attributes, Device, Driver, NtStatus, Result, UnicodeString};

/// What a control device is made from; freed when it is dropped unused.
pub struct ControlDeviceInit(ManuallyDrop<DeviceInit<'static>>);

impl ControlDeviceInit {
    /// `sddl` says who may open the device. (`WdfControlDeviceInitAllocate`, PASSIVE_LEVEL)
    ///
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`.
    pub fn new(driver: Driver, sddl: &UnicodeString<'_>) -> Result<Self> {
        // SAFETY: the driver handle is live; the framework copies the string.
        let raw = unsafe {
            call_unsafe_wdf_function_binding!(
                WdfControlDeviceInitAllocate,
                driver.raw(),
                sddl.raw()
            )
        };
        if raw.is_null() {
            return Err(NtStatus::INSUFFICIENT_RESOURCES);
        }
        // SAFETY: the structure is the driver's until it is freed or made into a device.
        Ok(Self(ManuallyDrop::new(unsafe {
            DeviceInit::from_raw(raw)
        })))
    }

    /// Makes the device; it answers once [`Self::finish`] is called on it. (`WdfDeviceCreate`,
    /// PASSIVE_LEVEL)
    ///
    /// # Errors
    /// The framework's status.
    pub fn create(self, attributes: Attributes) -> Result<Device> {
        let mut this = ManuallyDrop::new(self);
        // SAFETY: `this` is never used or dropped after this.
        let init = unsafe { ManuallyDrop::take(&mut this.0) };
        let raw = init.raw();
        init.create(attributes).inspect_err(|_| {
            // SAFETY: a failed WdfDeviceCreate leaves the structure with the driver.
            unsafe { call_unsafe_wdf_function_binding!(WdfDeviceInitFree, raw) }
        })
    }

    /// The device may be opened now. (`WdfControlFinishInitializing`, PASSIVE_LEVEL)
    pub fn finish(device: Device) {
        // SAFETY: the handle is that of a live control device.
        unsafe { call_unsafe_wdf_function_binding!(WdfControlFinishInitializing, device.raw()) }
    }
}

impl Deref for ControlDeviceInit {
    type Target = DeviceInit<'static>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for ControlDeviceInit {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl Drop for ControlDeviceInit {
    fn drop(&mut self) {
        // SAFETY: the structure was not made into a device, so it is the driver's to free.
        unsafe { call_unsafe_wdf_function_binding!(WdfDeviceInitFree, self.0.raw()) }
    }
}
