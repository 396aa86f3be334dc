//! A device and its driver, as setupapi handles them.

use std::ptr;

use windows_sys::{
    Win32::{
        Devices::DeviceAndDriverInstallation::{
            DI_ENUMSINGLEINF, DI_NOFILECOPY, HDEVINFO, SP_DEVINFO_DATA, SP_DEVINSTALL_PARAMS_W,
            SP_DRVINFO_DATA_V2_W, SP_DRVINFO_DETAIL_DATA_W, SPDIT_COMPATDRIVER, SPDRP_HARDWAREID,
            SetupDiBuildDriverInfoList, SetupDiCreateDeviceInfoList, SetupDiCreateDeviceInfoW,
            SetupDiDestroyDeviceInfoList, SetupDiEnumDriverInfoW, SetupDiGetDeviceInstallParamsW,
            SetupDiGetDriverInfoDetailW, SetupDiInstallDevice, SetupDiRegisterDeviceInfo,
            SetupDiSelectBestCompatDrv, SetupDiSetDeviceInstallParamsW,
            SetupDiSetDeviceRegistryPropertyW,
        },
        Foundation::INVALID_HANDLE_VALUE,
    },
    core::GUID,
};

use crate::{device::PnpError, inf::text, registry::wide};

/// A device in a set of its own.
pub(crate) struct Device {
    set: HDEVINFO,
    data: SP_DEVINFO_DATA,
}

impl Device {
    /// Makes a device, which goes again unless it is registered.
    pub(crate) fn create(instance: &str, class: &GUID, ids: &[String]) -> Result<Self, PnpError> {
        // SAFETY: any class and no window.
        let set = unsafe { SetupDiCreateDeviceInfoList(ptr::null(), ptr::null_mut()) };
        if set == INVALID_HANDLE_VALUE as HDEVINFO {
            return Err(PnpError::setup("SetupDiCreateDeviceInfoList".into()));
        }
        let mut device = Self {
            set,
            data: SP_DEVINFO_DATA {
                cbSize: size_of::<SP_DEVINFO_DATA>() as u32,
                ..Default::default()
            },
        };
        let path = wide(instance);
        // SAFETY: the set is open, the path zero-terminated.
        let created = unsafe {
            SetupDiCreateDeviceInfoW(
                set,
                path.as_ptr(),
                class,
                ptr::null(),
                ptr::null_mut(),
                0,
                &mut device.data,
            )
        };
        if created == 0 {
            return Err(PnpError::setup("SetupDiCreateDeviceInfoW".into()));
        }
        let ids: Vec<u16> = ids.iter().flat_map(|id| wide(id)).chain([0]).collect();
        // SAFETY: the device is of this set, the list as long as said.
        let done = unsafe {
            SetupDiSetDeviceRegistryPropertyW(
                set,
                &mut device.data,
                SPDRP_HARDWAREID,
                ids.as_ptr().cast(),
                size_of_val(ids.as_slice()) as u32,
            )
        };
        if done == 0 {
            return Err(PnpError::setup("SetupDiSetDeviceRegistryPropertyW".into()));
        }
        Ok(device)
    }

    /// Lets the device stay.
    pub(crate) fn register(&mut self) -> Result<(), PnpError> {
        // SAFETY: the device is of this set, nothing optional is given.
        let registered = unsafe {
            SetupDiRegisterDeviceInfo(
                self.set,
                &mut self.data,
                0,
                None,
                ptr::null(),
                ptr::null_mut(),
            )
        };
        match registered {
            0 => Err(PnpError::setup("SetupDiRegisterDeviceInfo".into())),
            _ => Ok(()),
        }
    }

    /// Looks for the device in this INF alone; its install section.
    pub(crate) fn find(&mut self, path: &str) -> Result<String, PnpError> {
        let mut parameters = SP_DEVINSTALL_PARAMS_W {
            cbSize: size_of::<SP_DEVINSTALL_PARAMS_W>() as u32,
            ..Default::default()
        };
        let failed = |what: &str| Err(PnpError::setup(what.into()));
        // SAFETY: the device is of this set, the structure says its size.
        if unsafe { SetupDiGetDeviceInstallParamsW(self.set, &self.data, &mut parameters) } == 0 {
            return failed("SetupDiGetDeviceInstallParamsW");
        }
        parameters.Flags |= DI_ENUMSINGLEINF | DI_NOFILECOPY;
        let path = wide(path);
        if path.len() > parameters.DriverPath.len() {
            return Err(PnpError::NameTooLong);
        }
        for (to, from) in parameters.DriverPath.iter_mut().zip(path) {
            *to = from;
        }
        // SAFETY: as above.
        if unsafe { SetupDiSetDeviceInstallParamsW(self.set, &self.data, &parameters) } == 0 {
            return failed("SetupDiSetDeviceInstallParamsW");
        }
        // SAFETY: as above.
        if unsafe { SetupDiBuildDriverInfoList(self.set, &mut self.data, SPDIT_COMPATDRIVER) } == 0
        {
            return failed("SetupDiBuildDriverInfoList");
        }
        let mut driver = SP_DRVINFO_DATA_V2_W {
            cbSize: size_of::<SP_DRVINFO_DATA_V2_W>() as u32,
            ..Default::default()
        };
        // SAFETY: as above. The first of the list; an INF names each hardware ID once.
        let found = unsafe {
            SetupDiEnumDriverInfoW(self.set, &self.data, SPDIT_COMPATDRIVER, 0, &mut driver)
        };
        if found == 0 {
            return failed("SetupDiEnumDriverInfoW: no device of the INF has these hardware IDs");
        }
        // With room behind it for the IDs.
        let mut detail = [SP_DRVINFO_DETAIL_DATA_W::default(); 2];
        let size = size_of_val(&detail) as u32;
        if let Some(first) = detail.first_mut() {
            first.cbSize = size_of::<SP_DRVINFO_DETAIL_DATA_W>() as u32;
        }
        // SAFETY: the driver is the device's, the buffer as long as said.
        let found = unsafe {
            SetupDiGetDriverInfoDetailW(
                self.set,
                &self.data,
                &driver,
                detail.as_mut_ptr(),
                size,
                ptr::null_mut(),
            )
        };
        match detail.first() {
            Some(detail) if found != 0 => Ok(text(&detail.SectionName)),
            _ => failed("SetupDiGetDriverInfoDetailW"),
        }
    }

    /// Installs the driver that was found; its files are there already.
    pub(crate) fn install(&mut self) -> Result<(), PnpError> {
        // SAFETY: the device is of this set and has its list of drivers.
        if unsafe { SetupDiSelectBestCompatDrv(self.set, &mut self.data) } == 0 {
            return Err(PnpError::setup("SetupDiSelectBestCompatDrv".into()));
        }
        // SAFETY: the device is of this set.
        match unsafe { SetupDiInstallDevice(self.set, &mut self.data) } {
            0 => Err(PnpError::setup("SetupDiInstallDevice".into())),
            _ => Ok(()),
        }
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        // SAFETY: the set is open and ours.
        unsafe { SetupDiDestroyDeviceInfoList(self.set) };
    }
}
