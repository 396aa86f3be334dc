//! The devices that are plugged in, as SetupAPI tells.

use std::ptr;

use windows_sys::Win32::Devices::DeviceAndDriverInstallation::{
    DIGCF_ALLCLASSES, DIGCF_PRESENT, DN_STARTED, HDEVINFO, SETUP_DI_REGISTRY_PROPERTY,
    SP_DEVINFO_DATA, SPDRP_DEVICEDESC, SPDRP_FRIENDLYNAME, SPDRP_HARDWAREID, SPDRP_SERVICE,
    SPDRP_UPPERFILTERS, SetupDiDestroyDeviceInfoList, SetupDiEnumDeviceInfo, SetupDiGetClassDevsW,
    SetupDiGetDeviceInstanceIdW, SetupDiGetDevicePropertyW, SetupDiGetDeviceRegistryPropertyW,
};
use windows_sys::Win32::Devices::Properties::{
    DEVPKEY_Device_DevNodeStatus, DEVPKEY_Device_ProblemCode, DEVPKEY_Device_Stack,
    DEVPROP_TYPE_STRING_LIST, DEVPROP_TYPE_UINT32, DEVPROPTYPE,
};
use windows_sys::Win32::Foundation::{
    DEVPROPKEY, ERROR_NO_MORE_ITEMS, GetLastError, INVALID_HANDLE_VALUE,
};

use crate::system::{Fact, UnitDevice, Unread, strings};

/// Most that a property takes, in 16-bit units: lists of names, mostly a few hundred.
const LONGEST: usize = 4096;

pub(super) fn units() -> Fact<Vec<UnitDevice>> {
    let set = Set::new()?;
    let mut units = Vec::new();
    let mut index = 0;
    while let Some(device) = set.device(index)? {
        let unit = set.describe(&device);
        if unit.is_unit() {
            units.push(unit);
        }
        index += 1;
    }
    Ok(units)
}

/// The devices that are plugged in.
struct Set(HDEVINFO);

impl Drop for Set {
    fn drop(&mut self) {
        // SAFETY: the set was made by `Set::new`, and nobody uses it any more.
        unsafe { SetupDiDestroyDeviceInfoList(self.0) };
    }
}

fn last_error() -> Unread {
    // SAFETY: the call takes nothing.
    let win32 = unsafe { GetLastError() };
    Unread { win32 }
}

impl Set {
    fn new() -> Fact<Self> {
        let flags = DIGCF_ALLCLASSES | DIGCF_PRESENT;
        // SAFETY: no class, no enumerator and no window are given.
        let set = unsafe { SetupDiGetClassDevsW(ptr::null(), ptr::null(), ptr::null_mut(), flags) };
        if set == INVALID_HANDLE_VALUE as isize {
            return Err(last_error());
        }
        Ok(Self(set))
    }

    /// The device with this index; `None` past the last.
    fn device(&self, index: u32) -> Fact<Option<SP_DEVINFO_DATA>> {
        let mut device = SP_DEVINFO_DATA {
            cbSize: size_of::<SP_DEVINFO_DATA>() as u32,
            ..SP_DEVINFO_DATA::default()
        };
        // SAFETY: the set lives, and `device` is writable and tells its size.
        if unsafe { SetupDiEnumDeviceInfo(self.0, index, &raw mut device) } != 0 {
            return Ok(Some(device));
        }
        match last_error() {
            Unread {
                win32: ERROR_NO_MORE_ITEMS,
            } => Ok(None),
            error => Err(error),
        }
    }

    fn describe(&self, device: &SP_DEVINFO_DATA) -> UnitDevice {
        let list = |property| {
            let units = self.registry(device, property);
            units.map_or_else(Vec::new, |units| strings(&units))
        };
        let text = |property| list(property).into_iter().next().unwrap_or_default();
        let name = match text(SPDRP_FRIENDLYNAME) {
            name if name.is_empty() => text(SPDRP_DEVICEDESC),
            name => name,
        };
        let status = self.number(device, &DEVPKEY_Device_DevNodeStatus);
        UnitDevice {
            instance: self.instance(device),
            name,
            hardware_ids: list(SPDRP_HARDWAREID),
            service: text(SPDRP_SERVICE),
            upper_filters: list(SPDRP_UPPERFILTERS),
            stack: self
                .property(device, &DEVPKEY_Device_Stack, DEVPROP_TYPE_STRING_LIST)
                .map(|units| strings(&units)),
            started: status.map(|status| status & DN_STARTED != 0),
            problem: self.number(device, &DEVPKEY_Device_ProblemCode),
        }
    }

    /// Empty where there is none, which can't be.
    fn instance(&self, device: &SP_DEVINFO_DATA) -> String {
        let mut buffer = [0_u16; LONGEST];
        // SAFETY: the set lives and the device is one of it; the buffer is writable for the
        // length given; nothing asks for the length needed.
        let done = unsafe {
            SetupDiGetDeviceInstanceIdW(
                self.0,
                device,
                buffer.as_mut_ptr(),
                LONGEST as u32,
                ptr::null_mut(),
            )
        };
        let names = if done == 0 {
            Vec::new()
        } else {
            strings(&buffer)
        };
        names.into_iter().next().unwrap_or_default()
    }

    /// A value of the device's registry key, as 16-bit units; `None` where there is none.
    fn registry(
        &self,
        device: &SP_DEVINFO_DATA,
        property: SETUP_DI_REGISTRY_PROPERTY,
    ) -> Option<Vec<u16>> {
        let mut buffer = vec![0_u16; LONGEST];
        let mut length = 0;
        // SAFETY: the set lives and the device is one of it; the buffer is writable for the
        // bytes given, and so is `length`; nothing asks for the type.
        let done = unsafe {
            SetupDiGetDeviceRegistryPropertyW(
                self.0,
                device,
                property,
                ptr::null_mut(),
                buffer.as_mut_ptr().cast(),
                (LONGEST * 2) as u32,
                &raw mut length,
            )
        };
        buffer.truncate(length as usize / 2);
        (done != 0).then_some(buffer)
    }

    /// A property of this type, as 16-bit units; `None` where there is none.
    fn property(
        &self,
        device: &SP_DEVINFO_DATA,
        key: &DEVPROPKEY,
        wanted: DEVPROPTYPE,
    ) -> Option<Vec<u16>> {
        let mut buffer = vec![0_u16; LONGEST];
        let (mut kind, mut length) = (0, 0);
        // SAFETY: the set lives and the device is one of it; the key is readable; the buffer is
        // writable for the bytes given, and so are `kind` and `length`.
        let done = unsafe {
            SetupDiGetDevicePropertyW(
                self.0,
                device,
                key,
                &raw mut kind,
                buffer.as_mut_ptr().cast(),
                (LONGEST * 2) as u32,
                &raw mut length,
                0,
            )
        };
        buffer.truncate(length as usize / 2);
        (done != 0 && kind == wanted).then_some(buffer)
    }

    fn number(&self, device: &SP_DEVINFO_DATA, key: &DEVPROPKEY) -> Option<u32> {
        match *self.property(device, key, DEVPROP_TYPE_UINT32)? {
            // Windows is little-endian everywhere.
            [low, high] => Some(u32::from(high) << 16 | u32::from(low)),
            _ => None,
        }
    }
}
