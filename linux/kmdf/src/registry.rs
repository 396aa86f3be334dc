//! `WdfRegistry*` and the keys that drivers and devices open.

use alloc::vec::Vec;
use core::cell::Cell;

use wdk_sys::{
    ACCESS_MASK, HANDLE, NTSTATUS, OBJECT_ATTRIBUTES, PCUNICODE_STRING, PULONG, PUNICODE_STRING,
    PUSHORT, PVOID, PWDF_DRIVER_GLOBALS, PWDF_OBJECT_ATTRIBUTES, ULONG, UNICODE_STRING, WDFDRIVER,
    WDFKEY, WDFSTRING, ntddk,
};

use crate::call::Call;
use crate::driver::DriverBody;
use crate::object::{Body, Kind, Wdf};
use crate::string::StringBody;
use crate::sync::{Locked, lock};
use crate::{ffi, status};

const KEY_READ: ACCESS_MASK = 0x2_0019;
/// KEY_SET_VALUE, KEY_CREATE_SUB_KEY, MAXIMUM_ALLOWED, GENERIC_ALL, GENERIC_WRITE.
const MAY_CREATE: ACCESS_MASK = 0x0002 | 0x0004 | 0x0200_0000 | 0x1000_0000 | 0x4000_0000;
const ATTRIBUTES: ULONG = 0x40 | 0x200;

const REG_SZ: ULONG = 1;
const REG_EXPAND_SZ: ULONG = 2;
const REG_DWORD: ULONG = 4;

pub(crate) struct KeyBody(Locked<Cell<HANDLE>>);

impl Body for KeyBody {
    const KIND: Kind = Kind::Key;
    type Raw = wdk_sys::WDFKEY__;

    fn destroyed(this: &'static Wdf<Self>) {
        let handle = this.0.get(&lock()).replace(core::ptr::null_mut());
        close(handle);
    }
}

fn close(handle: HANDLE) {
    if !handle.is_null() {
        // SAFETY: a key handle that was opened here.
        let _: NTSTATUS = unsafe { ntddk::ZwClose(handle) };
    }
}

fn object_attributes(root: HANDLE, name: &mut UNICODE_STRING) -> OBJECT_ATTRIBUTES {
    OBJECT_ATTRIBUTES {
        Length: size_of::<OBJECT_ATTRIBUTES>() as ULONG,
        RootDirectory: root,
        ObjectName: name,
        Attributes: ATTRIBUTES,
        ..OBJECT_ATTRIBUTES::default()
    }
}

/// Opens a key; makes it first if the access asked for lets one write.
fn open(root: HANDLE, name: &[u16], access: ACCESS_MASK, create: bool) -> Result<HANDLE, NTSTATUS> {
    let name = ffi::terminated(name);
    let mut name = ffi::counted(&name);
    let mut attributes = object_attributes(root, &mut name);
    let mut handle: HANDLE = core::ptr::null_mut();
    // SAFETY: the structures are live locals, the root is null or an open key.
    let status = unsafe {
        if create {
            ntddk::ZwCreateKey(
                &raw mut handle,
                access,
                &raw mut attributes,
                0,
                core::ptr::null_mut(),
                0,
                core::ptr::null_mut(),
            )
        } else {
            ntddk::ZwOpenKey(&raw mut handle, access, &raw mut attributes)
        }
    };
    if status::is_success(status) {
        Ok(handle)
    } else {
        Err(status)
    }
}

/// A value's type and data.
fn query(key: HANDLE, name: &[u16]) -> Result<(ULONG, Vec<u8>), NTSTATUS> {
    /// Title index, type and length stand in front of the data.
    const HEADER: usize = 12;
    let name = ffi::terminated(name);
    let mut name = ffi::counted(&name);
    let mut buffer: Vec<u32> = alloc::vec![0; 64];
    loop {
        let mut needed = 0;
        // SAFETY: the name and the buffer, with its length, are live locals.
        let status = unsafe {
            ntddk::ZwQueryValueKey(
                key,
                &raw mut name,
                wdk_sys::_KEY_VALUE_INFORMATION_CLASS::KeyValuePartialInformation,
                buffer.as_mut_ptr().cast(),
                (buffer.len() * 4) as ULONG,
                &raw mut needed,
            )
        };
        if status == status::BUFFER_OVERFLOW || status == status::BUFFER_TOO_SMALL {
            buffer.resize((needed as usize).div_ceil(4).max(buffer.len() * 2), 0);
            continue;
        }
        if !status::is_success(status) {
            return Err(status);
        }
        let bytes: Vec<u8> = buffer.iter().flat_map(|word| word.to_le_bytes()).collect();
        let length = buffer[2] as usize;
        return Ok((buffer[1], bytes[HEADER..HEADER + length].to_vec()));
    }
}

/// The characters of a string value, without the zeros at its end.
fn characters(data: &[u8]) -> Vec<u16> {
    let mut text: Vec<u16> = data
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    while text.last() == Some(&0) {
        text.pop();
    }
    text
}

/// A number below a driver's `Parameters\Wdf` key, for the stand-in's own settings.
pub(crate) fn service_setting(registry_path: &[u16], name: &str) -> Option<u32> {
    let mut path: Vec<u16> = registry_path
        .iter()
        .copied()
        .filter(|&unit| unit != 0)
        .collect();
    path.extend("\\Parameters\\Wdf".encode_utf16());
    let key = open(core::ptr::null_mut(), &path, KEY_READ, false).ok()?;
    let name: Vec<u16> = name.encode_utf16().collect();
    let value = query(key, &name);
    close(key);
    match value {
        Ok((REG_DWORD, data)) => Some(u32::from_le_bytes(data.try_into().ok()?)),
        _ => None,
    }
}

/// Makes the key object of an opened key.
pub(crate) fn make(
    call: &Call,
    attributes: PWDF_OBJECT_ATTRIBUTES,
    out: *mut WDFKEY,
    open: impl FnOnce() -> Result<HANDLE, NTSTATUS>,
) -> NTSTATUS {
    if !call.passive() || !call.pointer(out, "Key") {
        return status::INVALID_DEVICE_REQUEST;
    }
    call.make(attributes, out, || {
        open().map(|handle| KeyBody(Locked::new(Cell::new(handle))))
    })
}

pub(crate) unsafe extern "C" fn driver_open_parameters_key(
    globals: PWDF_DRIVER_GLOBALS,
    driver: WDFDRIVER,
    access: ACCESS_MASK,
    attributes: PWDF_OBJECT_ATTRIBUTES,
    out: *mut WDFKEY,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfDriverOpenParametersRegistryKey");
    let Some(driver) = call.get::<DriverBody>(driver) else {
        return status::INVALID_PARAMETER;
    };
    make(&call, attributes, out, || {
        let mut path: Vec<u16> = driver
            .client()
            .registry_path
            .iter()
            .copied()
            .filter(|&unit| unit != 0)
            .collect();
        path.extend("\\Parameters".encode_utf16());
        open(
            core::ptr::null_mut(),
            &path,
            access,
            access & MAY_CREATE != 0,
        )
    })
}

pub(crate) unsafe extern "C" fn open_key(
    globals: PWDF_DRIVER_GLOBALS,
    parent: WDFKEY,
    name: PCUNICODE_STRING,
    access: ACCESS_MASK,
    attributes: PWDF_OBJECT_ATTRIBUTES,
    out: *mut WDFKEY,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfRegistryOpenKey");
    let Ok(parent) = call.get_or_null::<KeyBody>(parent) else {
        return status::INVALID_PARAMETER;
    };
    make(&call, attributes, out, || {
        let root = parent.map_or(core::ptr::null_mut(), |parent| parent.0.get(&lock()).get());
        open(root, ffi::wide(name), access, false)
    })
}

pub(crate) unsafe extern "C" fn close_key(globals: PWDF_DRIVER_GLOBALS, key: WDFKEY) {
    let call = Call::new(globals, "WdfRegistryClose");
    if let Some(key) = call.get::<KeyBody>(key) {
        key.object.delete();
    }
}

pub(crate) unsafe extern "C" fn wdm_get_handle(
    globals: PWDF_DRIVER_GLOBALS,
    key: WDFKEY,
) -> HANDLE {
    let call = Call::new(globals, "WdfRegistryWdmGetHandle");
    call.get::<KeyBody>(key)
        .map_or(core::ptr::null_mut(), |key| key.0.get(&lock()).get())
}

fn value(call: &Call, key: WDFKEY, name: PCUNICODE_STRING) -> Result<(ULONG, Vec<u8>), NTSTATUS> {
    if !call.passive() || !call.pointer(name, "ValueName") {
        return Err(status::INVALID_DEVICE_REQUEST);
    }
    let key = call.get::<KeyBody>(key).ok_or(status::INVALID_PARAMETER)?;
    let handle = key.0.get(&lock()).get();
    query(handle, ffi::wide(name))
}

pub(crate) unsafe extern "C" fn query_ulong(
    globals: PWDF_DRIVER_GLOBALS,
    key: WDFKEY,
    name: PCUNICODE_STRING,
    out: PULONG,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfRegistryQueryULong");
    if !call.pointer(out, "Value") {
        return status::INVALID_PARAMETER;
    }
    match value(&call, key, name) {
        Ok((REG_DWORD, data)) => match <[u8; 4]>::try_from(data) {
            Ok(bytes) => {
                ffi::put(out, u32::from_le_bytes(bytes));
                status::SUCCESS
            }
            Err(_) => status::OBJECT_TYPE_MISMATCH,
        },
        Ok(_) => status::OBJECT_TYPE_MISMATCH,
        Err(status) => status,
    }
}

pub(crate) unsafe extern "C" fn query_value(
    globals: PWDF_DRIVER_GLOBALS,
    key: WDFKEY,
    name: PCUNICODE_STRING,
    room: ULONG,
    out: PVOID,
    length: PULONG,
    kind: PULONG,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfRegistryQueryValue");
    let (found, data) = match value(&call, key, name) {
        Ok(value) => value,
        Err(status) => return status,
    };
    ffi::put(length, data.len() as ULONG);
    ffi::put(kind, found);
    if out.is_null() || (room as usize) < data.len() {
        return status::BUFFER_OVERFLOW;
    }
    // SAFETY: the driver's buffer has room for `room` bytes.
    unsafe { core::ptr::copy_nonoverlapping(data.as_ptr(), out.cast(), data.len()) };
    status::SUCCESS
}

fn text(call: &Call, key: WDFKEY, name: PCUNICODE_STRING) -> Result<Vec<u16>, NTSTATUS> {
    match value(call, key, name)? {
        (REG_SZ | REG_EXPAND_SZ, data) => Ok(characters(&data)),
        _ => Err(status::OBJECT_TYPE_MISMATCH),
    }
}

pub(crate) unsafe extern "C" fn query_unicode_string(
    globals: PWDF_DRIVER_GLOBALS,
    key: WDFKEY,
    name: PCUNICODE_STRING,
    length: PUSHORT,
    out: PUNICODE_STRING,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfRegistryQueryUnicodeString");
    let text = match text(&call, key, name) {
        Ok(text) => text,
        Err(status) => return status,
    };
    let bytes = text.len() * 2;
    ffi::put(length, bytes as u16);
    let Some(out) = ffi::get_mut(out) else {
        return status::SUCCESS;
    };
    if usize::from(out.MaximumLength) < bytes {
        return status::BUFFER_OVERFLOW;
    }
    // SAFETY: the driver's string has room for `MaximumLength` bytes.
    unsafe { core::ptr::copy_nonoverlapping(text.as_ptr(), out.Buffer, text.len()) };
    out.Length = bytes as u16;
    status::SUCCESS
}

pub(crate) unsafe extern "C" fn query_string(
    globals: PWDF_DRIVER_GLOBALS,
    key: WDFKEY,
    name: PCUNICODE_STRING,
    string: WDFSTRING,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfRegistryQueryString");
    let Some(string) = call.get::<StringBody>(string) else {
        return status::INVALID_PARAMETER;
    };
    match text(&call, key, name) {
        Ok(text) => {
            string.assign(&text);
            status::SUCCESS
        }
        Err(status) => status,
    }
}
