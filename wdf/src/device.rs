//! Devices: creation, PnP and power callbacks.

use core::marker::PhantomData;

use wdk_sys::{
    NTSTATUS, PWDFDEVICE_INIT, WDF_PNPPOWER_EVENT_CALLBACKS, WDFDEVICE, WDFDEVICE_INIT,
    call_unsafe_wdf_function_binding,
};

use crate::context::Context;
use crate::file::FileEvents;
use crate::object::handle_type;
use crate::target::IoTarget;
use crate::{Attributes, NtStatus, Result, UnicodeString, check, file, size_field};

handle_type! {
    /// A device object: filter, function or control device.
    Device(WDFDEVICE)
}

/// PnP and power callbacks of a device; all at PASSIVE_LEVEL. What is not given does nothing.
pub trait PnpEvents {
    /// First start, after the lower drivers have started (`EvtDeviceSelfManagedIoInit`).
    ///
    /// # Errors
    /// The status makes the start fail.
    fn io_init(_device: Device) -> Result<()> {
        Ok(())
    }

    /// Start after a stop, or wake after a sleep (`EvtDeviceSelfManagedIoRestart`).
    ///
    /// # Errors
    /// The status makes the device fail.
    fn io_restart(_device: Device) -> Result<()> {
        Ok(())
    }

    /// Stop, sleep or removal begins (`EvtDeviceSelfManagedIoSuspend`).
    ///
    /// # Errors
    /// The status makes the device fail.
    fn io_suspend(_device: Device) -> Result<()> {
        Ok(())
    }

    /// The device is going away, the lower drivers are still there
    /// (`EvtDeviceSelfManagedIoFlush`).
    fn io_flush(_device: Device) {}

    /// Last call before the device is deleted (`EvtDeviceSelfManagedIoCleanup`).
    fn io_cleanup(_device: Device) {}

    /// Whether the device may be removed in good order (`EvtDeviceQueryRemove`).
    ///
    /// # Errors
    /// The status says why it may not.
    fn query_remove(_device: Device) -> Result<()> {
        Ok(())
    }

    /// The hardware is gone without notice (`EvtDeviceSurpriseRemoval`).
    fn surprise_removal(_device: Device) {}
}

/// What a device is made from, within [`crate::DriverEvents::device_add`].
pub struct DeviceInit<'a> {
    raw: PWDFDEVICE_INIT,
    lifetime: PhantomData<&'a mut WDFDEVICE_INIT>,
}

impl DeviceInit<'_> {
    /// Takes the framework's structure.
    ///
    /// # Safety
    /// `raw` is valid for the lifetime, and nothing else uses it.
    pub(crate) unsafe fn from_raw(raw: PWDFDEVICE_INIT) -> Self {
        Self {
            raw,
            lifetime: PhantomData,
        }
    }

    pub(crate) fn raw(&self) -> PWDFDEVICE_INIT {
        self.raw
    }

    /// The device is a filter: what it does not handle goes to the next lower driver.
    /// (`WdfFdoInitSetFilter`)
    pub fn set_filter(&mut self) {
        // SAFETY: the structure is live.
        unsafe { call_unsafe_wdf_function_binding!(WdfFdoInitSetFilter, self.raw) }
    }

    /// Sets the PnP and power callbacks. (`WdfDeviceInitSetPnpPowerEventCallbacks`)
    pub fn set_pnp_events<E: PnpEvents>(&mut self) {
        let mut callbacks = WDF_PNPPOWER_EVENT_CALLBACKS {
            Size: size_field::<WDF_PNPPOWER_EVENT_CALLBACKS>(),
            EvtDeviceSelfManagedIoInit: Some(io_init::<E>),
            EvtDeviceSelfManagedIoRestart: Some(io_restart::<E>),
            EvtDeviceSelfManagedIoSuspend: Some(io_suspend::<E>),
            EvtDeviceSelfManagedIoFlush: Some(io_flush::<E>),
            EvtDeviceSelfManagedIoCleanup: Some(io_cleanup::<E>),
            EvtDeviceQueryRemove: Some(query_remove::<E>),
            EvtDeviceSurpriseRemoval: Some(surprise_removal::<E>),
            ..WDF_PNPPOWER_EVENT_CALLBACKS::default()
        };
        // SAFETY: both structures are live; the framework copies the callbacks.
        unsafe {
            call_unsafe_wdf_function_binding!(
                WdfDeviceInitSetPnpPowerEventCallbacks,
                self.raw,
                &raw mut callbacks
            );
        }
    }

    /// Sets the file callbacks; each file object gets a context of type `C`.
    /// (`WdfDeviceInitSetFileObjectConfig`)
    pub fn set_file_events<E: FileEvents, C: Context>(&mut self) {
        let mut config = file::config::<E>();
        let mut attributes = Attributes::new().context::<C>();
        // SAFETY: all structures are live; the framework copies them.
        unsafe {
            call_unsafe_wdf_function_binding!(
                WdfDeviceInitSetFileObjectConfig,
                self.raw,
                &raw mut config,
                attributes.raw()
            );
        }
    }

    /// Each request from a queue of the device gets a context of type `C`.
    /// (`WdfDeviceInitSetRequestAttributes`)
    pub fn set_request_context<C: Context>(&mut self) {
        let mut attributes = Attributes::new().context::<C>();
        // SAFETY: both structures are live; the framework copies the attributes.
        unsafe {
            call_unsafe_wdf_function_binding!(
                WdfDeviceInitSetRequestAttributes,
                self.raw,
                attributes.raw()
            );
        }
    }

    /// Names the device object. (`WdfDeviceInitAssignName`)
    ///
    /// # Errors
    /// The framework's status.
    pub fn set_name(&mut self, name: &UnicodeString<'_>) -> Result<()> {
        // SAFETY: both structures are live; the framework copies the name.
        check(unsafe {
            call_unsafe_wdf_function_binding!(WdfDeviceInitAssignName, self.raw, name.raw())
        })
    }

    /// Makes the device. (`WdfDeviceCreate`, PASSIVE_LEVEL)
    ///
    /// # Errors
    /// The framework's status.
    pub fn create(mut self, mut attributes: Attributes) -> Result<Device> {
        let mut handle: WDFDEVICE = core::ptr::null_mut();
        // SAFETY: all structures are live; the framework takes `raw` over when it succeeds, and
        // frees it itself, or through `ControlDeviceInit`, when it fails.
        check(unsafe {
            call_unsafe_wdf_function_binding!(
                WdfDeviceCreate,
                &raw mut self.raw,
                attributes.raw(),
                &raw mut handle
            )
        })?;
        Ok(Device(handle))
    }
}

impl Device {
    /// The target that leads to the next lower driver. (`WdfDeviceGetIoTarget`, IRQL <=
    /// DISPATCH_LEVEL)
    #[must_use]
    pub fn io_target(self) -> IoTarget {
        // SAFETY: the handle is that of a live device; an FDO has a default target.
        unsafe {
            IoTarget::from_raw(call_unsafe_wdf_function_binding!(
                WdfDeviceGetIoTarget,
                self.0
            ))
        }
    }

    /// Gives the device a name in the Win32 namespace. (`WdfDeviceCreateSymbolicLink`,
    /// PASSIVE_LEVEL)
    ///
    /// # Errors
    /// The framework's status.
    pub fn create_symbolic_link(self, name: &UnicodeString<'_>) -> Result<()> {
        // SAFETY: the handle is that of a live device; the framework copies the name.
        check(unsafe {
            call_unsafe_wdf_function_binding!(WdfDeviceCreateSymbolicLink, self.0, name.raw())
        })
    }
}

/// Calls a PnP callback with a typed handle.
fn call<R>(device: WDFDEVICE, callback: fn(Device) -> R) -> R {
    // SAFETY: the framework gives the handle of a live device.
    callback(unsafe { Device::from_raw(device) })
}

fn status(result: Result<()>) -> NTSTATUS {
    result.map_or_else(NtStatus::to_raw, |()| NtStatus::SUCCESS.to_raw())
}

extern "C" fn io_init<E: PnpEvents>(device: WDFDEVICE) -> NTSTATUS {
    status(call(device, E::io_init))
}

extern "C" fn io_restart<E: PnpEvents>(device: WDFDEVICE) -> NTSTATUS {
    status(call(device, E::io_restart))
}

extern "C" fn io_suspend<E: PnpEvents>(device: WDFDEVICE) -> NTSTATUS {
    status(call(device, E::io_suspend))
}

extern "C" fn io_flush<E: PnpEvents>(device: WDFDEVICE) {
    call(device, E::io_flush);
}

extern "C" fn io_cleanup<E: PnpEvents>(device: WDFDEVICE) {
    call(device, E::io_cleanup);
}

extern "C" fn query_remove<E: PnpEvents>(device: WDFDEVICE) -> NTSTATUS {
    status(call(device, E::query_remove))
}

extern "C" fn surprise_removal<E: PnpEvents>(device: WDFDEVICE) {
    call(device, E::surprise_removal);
}
