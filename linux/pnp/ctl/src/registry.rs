//! Writing a device instance's key, which is what an INF does on Windows.

use std::ptr;

use pnp_control::ENUM_KEY;
use windows_sys::Win32::System::Registry::{
    HKEY, HKEY_LOCAL_MACHINE, KEY_QUERY_VALUE, KEY_SET_VALUE, REG_DWORD, REG_MULTI_SZ,
    REG_OPTION_NON_VOLATILE, REG_SZ, RRF_RT_REG_MULTI_SZ, RegCloseKey, RegCreateKeyExW,
    RegDeleteValueW, RegGetValueW, RegSetValueExW,
};

use crate::device::PnpError;

/// Writes what names the drivers of a device.
pub(crate) fn write_instance(
    instance: &str,
    service: &str,
    upper_filters: &[String],
    hardware_ids: &[String],
) -> Result<(), PnpError> {
    let key = Key::create(&format!("{ENUM_KEY}\\{instance}"))?;
    key.set("Service", REG_SZ, &wide(service))?;
    key.set_list("UpperFilters", upper_filters)?;
    key.set_list("HardwareID", hardware_ids)
}

/// Adds an upper filter to a device, above those that it has, unless it has it already.
pub(crate) fn add_filter(instance: &str, service: &str) -> Result<(), PnpError> {
    let key = Key::create(&format!("{ENUM_KEY}\\{instance}"))?;
    let mut filters = key.list("UpperFilters");
    if !filters
        .iter()
        .any(|known| known.eq_ignore_ascii_case(service))
    {
        filters.push(service.to_owned());
    }
    key.set_list("UpperFilters", &filters)
}

/// Writes a setting that the framework stand-in reads when it binds a driver.
pub(crate) fn write_setting(service: &str, name: &str, value: u32) -> Result<(), PnpError> {
    let path = format!(r"System\CurrentControlSet\Services\{service}\Parameters\Wdf");
    let [low, high] = [value as u16, (value >> 16) as u16];
    Key::create(&path)?.set(name, REG_DWORD, &[low, high])
}

/// A zero-terminated string.
pub(crate) fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

struct Key(HKEY);

impl Key {
    fn create(path: &str) -> Result<Self, PnpError> {
        let mut key = ptr::null_mut();
        // SAFETY: the path is zero-terminated, the optional pointers are null.
        let result = unsafe {
            RegCreateKeyExW(
                HKEY_LOCAL_MACHINE,
                wide(path).as_ptr(),
                0,
                ptr::null(),
                REG_OPTION_NON_VOLATILE,
                KEY_SET_VALUE | KEY_QUERY_VALUE,
                ptr::null(),
                &mut key,
                ptr::null_mut(),
            )
        };
        if result == 0 {
            Ok(Self(key))
        } else {
            Err(PnpError::Registry(result))
        }
    }

    fn set(&self, name: &str, kind: u32, units: &[u16]) -> Result<(), PnpError> {
        let bytes = u32::try_from(units.len() * 2).unwrap_or(u32::MAX);
        // SAFETY: the key is open, the value as long as said.
        let result = unsafe {
            RegSetValueExW(
                self.0,
                wide(name).as_ptr(),
                0,
                kind,
                units.as_ptr().cast(),
                bytes,
            )
        };
        if result == 0 {
            Ok(())
        } else {
            Err(PnpError::Registry(result))
        }
    }

    /// The strings of a value; none if it is not there.
    fn list(&self, name: &str) -> Vec<String> {
        let mut units = [0_u16; 1024];
        let mut bytes = size_of_val(&units) as u32;
        // SAFETY: the key is open, the buffer as long as said.
        let result = unsafe {
            RegGetValueW(
                self.0,
                ptr::null(),
                wide(name).as_ptr(),
                RRF_RT_REG_MULTI_SZ,
                ptr::null_mut(),
                units.as_mut_ptr().cast(),
                &mut bytes,
            )
        };
        if result != 0 {
            return Vec::new();
        }
        units
            .split(|&unit| unit == 0)
            .take_while(|part| !part.is_empty())
            .map(String::from_utf16_lossy)
            .collect()
    }

    fn set_list(&self, name: &str, strings: &[String]) -> Result<(), PnpError> {
        if strings.is_empty() {
            // SAFETY: the key is open. A value that was not there is as good as deleted.
            unsafe { RegDeleteValueW(self.0, wide(name).as_ptr()) };
            return Ok(());
        }
        let units: Vec<u16> = strings
            .iter()
            .flat_map(|text| wide(text))
            .chain([0])
            .collect();
        self.set(name, REG_MULTI_SZ, &units)
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        // SAFETY: the key is open and ours.
        unsafe { RegCloseKey(self.0) };
    }
}
