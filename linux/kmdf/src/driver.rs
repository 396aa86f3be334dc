//! `WdfDriver*`: the driver object, AddDevice and unload.

use wdk_sys::{
    BOOLEAN, DEVICE_OBJECT, DRIVER_OBJECT, NTSTATUS, PCUNICODE_STRING, PDRIVER_OBJECT,
    PFN_WDF_DRIVER_DEVICE_ADD, PFN_WDF_DRIVER_UNLOAD, PWDF_DRIVER_CONFIG, PWDF_DRIVER_GLOBALS,
    PWDF_DRIVER_VERSION_AVAILABLE_PARAMS, PWDF_OBJECT_ATTRIBUTES, PWSTR, WDF_DRIVER_CONFIG,
    WDF_DRIVER_VERSION_AVAILABLE_PARAMS, WDFDRIVER, WDFSTRING,
};

use crate::bind::{self, MAJOR_VERSION, MINOR_VERSION};
use crate::call::Call;
use crate::client::Client;
use crate::context::{Attributes, Parent, Scope};
use crate::device::{Device, DeviceInit};
use crate::object::{Body, Kind, Wdf};
use crate::verifier::{self, Violation, rule};
use crate::{dispatch, ffi, handle, irql, status, string};

pub(crate) type Driver = Wdf<DriverBody>;

pub(crate) struct DriverBody {
    device_add: PFN_WDF_DRIVER_DEVICE_ADD,
    unload: PFN_WDF_DRIVER_UNLOAD,
    passive: bool,
}

impl Body for DriverBody {
    const KIND: Kind = Kind::Driver;
    type Raw = wdk_sys::WDFDRIVER__;
}

impl Driver {
    /// Whether callbacks below the driver ask for PASSIVE_LEVEL.
    pub(crate) fn is_passive(&self) -> bool {
        self.passive
    }
}

pub(crate) unsafe extern "C" fn create(
    globals: PWDF_DRIVER_GLOBALS,
    driver_object: PDRIVER_OBJECT,
    registry_path: PCUNICODE_STRING,
    attributes: PWDF_OBJECT_ATTRIBUTES,
    config: PWDF_DRIVER_CONFIG,
    out: *mut WDFDRIVER,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfDriverCreate");
    if !call.passive()
        || !call.pointer(driver_object, "DriverObject")
        || !call.pointer(registry_path, "RegistryPath")
        || !call.pointer(config, "DriverConfig")
    {
        return status::INVALID_PARAMETER;
    }
    ffi::put(out, core::ptr::null_mut());
    bind::read_verifier_setting(call.client);
    let Some(config) = ffi::get(config.cast_const()) else {
        return status::INVALID_PARAMETER;
    };
    if config.Size as usize != size_of::<WDF_DRIVER_CONFIG>() {
        return status::INFO_LENGTH_MISMATCH;
    }
    let attributes = match Attributes::check(attributes, Parent::Forbidden, Scope::Allowed) {
        Ok(attributes) => attributes,
        Err(status) => return status,
    };
    use wdk_sys::_WDF_DRIVER_INIT_FLAGS as flags;
    let has = |flag: i32| config.DriverInitFlags & flag as u32 != 0;
    let pnp = !has(flags::WdfDriverInitNonPnpDriver);
    let own_dispatch = has(flags::WdfDriverInitNoDispatchOverride);
    if call.client.driver().is_some() || (!pnp && config.EvtDriverDeviceAdd.is_some()) {
        return status::INVALID_PARAMETER;
    }
    let driver = Driver::create(
        call.client,
        call.name,
        DriverBody {
            device_add: config.EvtDriverDeviceAdd,
            unload: config.EvtDriverUnload,
            passive: attributes.is_passive().unwrap_or(false),
        },
    );
    let status = attributes.attach(&driver.object);
    if !status::is_success(status) {
        driver.object.delete();
        return status;
    }
    let displace = config.EvtDriverUnload.is_some() || (pnp && !own_dispatch);
    // SAFETY: the driver object is the one that DriverEntry got; nothing is dispatched to it yet.
    unsafe {
        let object = &mut *driver_object;
        if !own_dispatch {
            object.MajorFunction.fill(Some(dispatch::dispatch));
        }
        if pnp && let Some(extension) = object.DriverExtension.as_mut() {
            extension.AddDevice = Some(add_device);
        }
        if displace {
            object.DriverUnload = Some(unload);
        }
    }
    call.client.set_driver(Some(driver));
    call.client.with_globals(|globals| {
        globals.Driver = driver.handle();
        globals.DriverFlags |= config.DriverInitFlags;
        globals.DisplaceDriverUnload = displace.into();
        if config.DriverPoolTag != 0 {
            globals.DriverTag = config.DriverPoolTag;
        }
    });
    ffi::put(out, driver.handle());
    status::SUCCESS
}

/// AddDevice of every bound driver.
unsafe extern "C" fn add_device(
    driver_object: *mut DRIVER_OBJECT,
    physical: *mut DEVICE_OBJECT,
) -> NTSTATUS {
    let Some(client) = Client::of_driver_object(driver_object) else {
        return status::NO_SUCH_DEVICE;
    };
    let Some(driver) = client.driver() else {
        return status::NO_SUCH_DEVICE;
    };
    let mut init = DeviceInit::functional(client, physical);
    let Some(callback) = driver.device_add else {
        init.discard();
        return status::INVALID_DEVICE_REQUEST;
    };
    let raw = init.raw();
    let mut status = verifier::callback(client, "EvtDriverDeviceAdd", || {
        // SAFETY: the driver's callback with what it is documented to get.
        unsafe { callback(driver.handle(), raw) }
    });
    let Some(device) = init.take_device() else {
        return status;
    };
    if status::is_success(status) {
        device.finish_initializing();
    } else {
        if device.is_filter() {
            status = status::SUCCESS;
        }
        device.remove_failed();
    }
    status
}

/// Unload of every bound driver; the entry stub unbinds it after that.
unsafe extern "C" fn unload(driver_object: *mut DRIVER_OBJECT) {
    let Some(client) = Client::of_driver_object(driver_object) else {
        return;
    };
    let Some(driver) = client.driver() else {
        return;
    };
    if let Some(callback) = driver.unload {
        verifier::callback(client, "EvtDriverUnload", || {
            // SAFETY: the driver's callback with its own handle.
            unsafe { callback(driver.handle()) };
        });
    }
    shut_down(client);
}

/// Deletes all that a driver has, and looks at what is left.
pub(crate) fn shut_down(client: &'static Client) {
    let Some(driver) = client.driver() else {
        return;
    };
    report_devices(client);
    crate::object::Deletion::begin(&driver.object).finish();
    client.set_driver(None);
    client.check_leaks();
}

/// Devices of a PnP stack that nobody removed.
fn report_devices(client: &'static Client) {
    let mut left = 0;
    {
        let guard = crate::sync::lock();
        handle::each(&guard, |object| {
            // SAFETY: the table holds live objects only, and the lock is held.
            let object = unsafe { &*object };
            if core::ptr::eq(object.client, client)
                && object.is_alive(&guard)
                && Device::from_object(object).is_some_and(|device| !device.is_control())
            {
                left += 1;
            }
        });
    }
    if left > 0 {
        verifier::finding(
            client,
            rule::DEVICE_LEFT,
            Violation::Fatal,
            format_args!("unloaded while {left} of its devices are still in their stacks"),
        );
    }
}

pub(crate) unsafe extern "C" fn get_registry_path(
    globals: PWDF_DRIVER_GLOBALS,
    driver: WDFDRIVER,
) -> PWSTR {
    let call = Call::new(globals, "WdfDriverGetRegistryPath");
    match call.get::<DriverBody>(driver) {
        Some(driver) => driver.client().registry_path.as_ptr().cast_mut(),
        None => core::ptr::null_mut(),
    }
}

pub(crate) unsafe extern "C" fn wdm_get_driver_object(
    globals: PWDF_DRIVER_GLOBALS,
    driver: WDFDRIVER,
) -> PDRIVER_OBJECT {
    let call = Call::new(globals, "WdfDriverWdmGetDriverObject");
    match call.get::<DriverBody>(driver) {
        Some(driver) => driver.client().driver_object,
        None => core::ptr::null_mut(),
    }
}

pub(crate) unsafe extern "C" fn wdm_driver_get_handle(
    globals: PWDF_DRIVER_GLOBALS,
    driver_object: PDRIVER_OBJECT,
) -> WDFDRIVER {
    let _ = Call::new(globals, "WdfWdmDriverGetWdfDriverHandle");
    Client::of_driver_object(driver_object)
        .and_then(Client::driver)
        .map_or(core::ptr::null_mut(), Wdf::handle)
}

pub(crate) unsafe extern "C" fn retrieve_version_string(
    globals: PWDF_DRIVER_GLOBALS,
    driver: WDFDRIVER,
    text: WDFSTRING,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfDriverRetrieveVersionString");
    if !call.passive() || call.get::<DriverBody>(driver).is_none() {
        return status::INVALID_DEVICE_REQUEST;
    }
    let Some(text) = call.get::<string::StringBody>(text) else {
        return status::INVALID_PARAMETER;
    };
    let version = alloc::format!("Kernel Mode Driver Framework {MAJOR_VERSION}.{MINOR_VERSION}");
    text.assign(&version.encode_utf16().collect::<alloc::vec::Vec<u16>>());
    status::SUCCESS
}

pub(crate) unsafe extern "C" fn is_version_available(
    globals: PWDF_DRIVER_GLOBALS,
    driver: WDFDRIVER,
    version: PWDF_DRIVER_VERSION_AVAILABLE_PARAMS,
) -> BOOLEAN {
    let call = Call::new(globals, "WdfDriverIsVersionAvailable");
    if call.get::<DriverBody>(driver).is_none() || !call.pointer(version, "VersionAvailableParams")
    {
        return 0;
    }
    let Some(version) = ffi::get(version.cast_const()) else {
        return 0;
    };
    let right_size = version.Size as usize == size_of::<WDF_DRIVER_VERSION_AVAILABLE_PARAMS>();
    let there = version.MajorVersion == MAJOR_VERSION && version.MinorVersion <= MINOR_VERSION;
    (right_size && there && irql::current() == irql::PASSIVE).into()
}
