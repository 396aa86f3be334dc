//! `WDFDEVICE_INIT`: what a device is made from.

use alloc::boxed::Box;
use alloc::vec::Vec;

use wdk_sys::{
    DEVICE_OBJECT, PDEVICE_OBJECT, PFN_WDF_DEVICE_SHUTDOWN_NOTIFICATION,
    PFN_WDF_IO_IN_CALLER_CONTEXT, PWDF_DRIVER_GLOBALS, PWDFDEVICE_INIT, UCHAR, ULONG,
    UNICODE_STRING, WDF_FILEOBJECT_CONFIG, WDF_PNPPOWER_EVENT_CALLBACKS, WDFDEVICE_INIT, WDFDRIVER,
};

use super::{Device, Preprocess, Role};
use crate::call::Call;
use crate::client::Client;
use crate::context::Attributes;
use crate::driver::DriverBody;
use crate::ffi;
use crate::verifier::{Violation, rule};

const MAGIC: u64 = u64::from_le_bytes(*b"DevInit\0");
const FILE_DEVICE_UNKNOWN: ULONG = 0x22;
const FILE_DEVICE_SECURE_OPEN: ULONG = 0x100;

/// Behind the opaque `WDFDEVICE_INIT`.
pub(crate) struct DeviceInit {
    magic: u64,
    pub(super) client: &'static Client,
    pub(super) role: Role,
    pub(super) physical: PDEVICE_OBJECT,
    pub(super) name: Option<Vec<u16>>,
    pub(super) buffered: bool,
    pub(super) direct: bool,
    pub(super) device_type: ULONG,
    pub(super) characteristics: ULONG,
    pub(super) exclusive: bool,
    pub(super) pageable: bool,
    pub(super) file_config: Option<WDF_FILEOBJECT_CONFIG>,
    pub(super) file_attributes: Attributes,
    pub(super) request_attributes: Attributes,
    pub(super) preprocess: Vec<Preprocess>,
    pub(super) in_caller_context: PFN_WDF_IO_IN_CALLER_CONTEXT,
    pub(super) callbacks: WDF_PNPPOWER_EVENT_CALLBACKS,
    pub(super) policy_owner: Option<bool>,
    /// Set by `WdfDeviceCreate`.
    pub(super) device: Option<&'static Device>,
    /// Made by the driver (`WdfControlDeviceInitAllocate`), so freed with the device's creation.
    control: bool,
}

/// A `DeviceInit` that AddDevice lends to the driver.
pub(crate) struct Lent(Box<DeviceInit>);

impl Lent {
    pub(crate) fn raw(&mut self) -> PWDFDEVICE_INIT {
        (&raw mut *self.0).cast()
    }

    /// The device that the driver made from it, if it did.
    pub(crate) fn take_device(self) -> Option<&'static Device> {
        self.0.device
    }

    pub(crate) fn discard(self) {}
}

impl DeviceInit {
    fn new(client: &'static Client, role: Role) -> Self {
        Self {
            magic: MAGIC,
            client,
            role,
            physical: core::ptr::null_mut(),
            name: None,
            buffered: true,
            direct: false,
            device_type: FILE_DEVICE_UNKNOWN,
            characteristics: FILE_DEVICE_SECURE_OPEN,
            exclusive: false,
            pageable: true,
            file_config: None,
            file_attributes: Attributes::default(),
            request_attributes: Attributes::default(),
            preprocess: Vec::new(),
            in_caller_context: None,
            callbacks: WDF_PNPPOWER_EVENT_CALLBACKS::default(),
            policy_owner: None,
            device: None,
            control: role == Role::Control,
        }
    }

    /// For AddDevice.
    pub(crate) fn functional(client: &'static Client, physical: *mut DEVICE_OBJECT) -> Lent {
        let mut init = Box::new(Self::new(client, Role::Function));
        init.physical = physical;
        Lent(init)
    }

    /// What the driver handed in, if it is one.
    pub(super) fn get<'a>(call: &Call, raw: PWDFDEVICE_INIT) -> Option<&'a mut Self> {
        if !call.pointer(raw.cast_const(), "DeviceInit") {
            return None;
        }
        let init = ffi::get_mut(raw.cast::<Self>()).filter(|init| init.magic == MAGIC);
        if init.is_none() {
            call.finding(
                rule::HANDLE_INVALID,
                Violation::InvalidHandle,
                format_args!("{raw:p} is not a WDFDEVICE_INIT, or one that was used up"),
            );
        }
        init
    }

    /// After the device was made: AddDevice's stays until it returns, the driver's own ends.
    pub(super) fn used_up(&mut self, device: &'static Device) {
        self.device = Some(device);
        if self.control {
            self.free();
        }
    }

    fn free(&mut self) {
        self.magic = 0;
        // SAFETY: `control_allocate` boxed it, and the driver gives it up.
        drop(unsafe { Box::from_raw(core::ptr::from_mut(self)) });
    }
}

pub(crate) unsafe extern "C" fn control_allocate(
    globals: PWDF_DRIVER_GLOBALS,
    driver: WDFDRIVER,
    sddl: *const UNICODE_STRING,
) -> PWDFDEVICE_INIT {
    let call = Call::new(globals, "WdfControlDeviceInitAllocate");
    if !call.passive()
        || call.get::<DriverBody>(driver).is_none()
        || !call.pointer(sddl, "SDDLString")
        || !call.client.account.may_allocate()
    {
        return core::ptr::null_mut();
    }
    let init = Box::into_raw(Box::new(DeviceInit::new(call.client, Role::Control)));
    init.cast::<WDFDEVICE_INIT>()
}

pub(crate) unsafe extern "C" fn control_set_shutdown_notification(
    globals: PWDF_DRIVER_GLOBALS,
    init: PWDFDEVICE_INIT,
    _: PFN_WDF_DEVICE_SHUTDOWN_NOTIFICATION,
    _: UCHAR,
) {
    // Wine never shuts the system down.
    let call = Call::new(globals, "WdfControlDeviceInitSetShutdownNotification");
    let _ = DeviceInit::get(&call, init);
}

pub(crate) unsafe extern "C" fn free(globals: PWDF_DRIVER_GLOBALS, init: PWDFDEVICE_INIT) {
    let call = Call::new(globals, "WdfDeviceInitFree");
    if let Some(init) = DeviceInit::get(&call, init)
        && init.control
    {
        init.free();
    }
}
