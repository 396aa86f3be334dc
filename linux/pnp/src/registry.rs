//! What the registry says about a device instance.

use alloc::{vec, vec::Vec};
use core::{mem, ptr};

use wdk_sys::{
    _KEY_VALUE_INFORMATION_CLASS::KeyValuePartialInformation,
    HANDLE, KEY_VALUE_PARTIAL_INFORMATION, NTSTATUS, OBJECT_ATTRIBUTES,
    ntddk::{ZwClose, ZwOpenKey, ZwQueryValueKey},
};

use crate::{nt::WideString, status};

const KEY_READ: u32 = 0x2_0019;
const REG_SZ: u32 = 1;
const REG_EXPAND_SZ: u32 = 2;
const REG_MULTI_SZ: u32 = 7;

/// A device instance's key below `Enum`.
pub(crate) struct InstanceKey(HANDLE);

impl InstanceKey {
    /// Opens the key of a device instance.
    pub(crate) fn open(instance: &WideString) -> Result<Self, NTSTATUS> {
        let path = WideString::new(r"\Registry\Machine\System\CurrentControlSet\Enum\")
            .join(instance.units());
        let mut name = path.unicode();
        let mut attributes = OBJECT_ATTRIBUTES {
            Length: u32::try_from(size_of::<OBJECT_ATTRIBUTES>()).unwrap_or(0),
            ObjectName: &mut name,
            // OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE
            Attributes: 0x240,
            // SAFETY: null pointers are what the other members of the C structure take.
            ..unsafe { mem::zeroed() }
        };
        let mut handle: HANDLE = ptr::null_mut();
        // SAFETY: all pointers are to locals that outlive the call. PASSIVE_LEVEL.
        let status = unsafe { ZwOpenKey(&mut handle, KEY_READ, &mut attributes) };
        if status::ok(status) {
            Ok(Self(handle))
        } else {
            Err(status)
        }
    }

    /// The strings of a REG_SZ or REG_MULTI_SZ value; none if the value is missing.
    pub(crate) fn strings(&self, value: &str) -> Vec<WideString> {
        let name = WideString::new(value);
        let mut unicode = name.unicode();
        // u64 units so that the structure in it is aligned.
        let mut buffer = vec![0_u64; 512];
        let mut length = 0;
        // SAFETY: the buffer is as long as said, the other pointers are to locals. PASSIVE_LEVEL.
        let status = unsafe {
            ZwQueryValueKey(
                self.0,
                &mut unicode,
                KeyValuePartialInformation,
                buffer.as_mut_ptr().cast(),
                4096,
                &mut length,
            )
        };
        if !status::ok(status) {
            return Vec::new();
        }
        let information: *const KEY_VALUE_PARTIAL_INFORMATION = buffer.as_ptr().cast();
        // SAFETY: the call succeeded, so the buffer starts with this structure.
        let (kind, bytes) = unsafe { ((*information).Type, (*information).DataLength) };
        if !matches!(kind, REG_SZ | REG_EXPAND_SZ | REG_MULTI_SZ) {
            return Vec::new();
        }
        // SAFETY: every byte of the buffer is initialised, and u64 is aligned for u16.
        let all = unsafe { core::slice::from_raw_parts(buffer.as_ptr().cast::<u16>(), 2048) };
        let start = mem::offset_of!(KEY_VALUE_PARTIAL_INFORMATION, Data) / 2;
        let units = all
            .get(start..start + bytes as usize / 2)
            .unwrap_or_default();
        units
            .split(|&unit| unit == 0)
            .filter(|part| !part.is_empty())
            .map(WideString::from_units)
            .collect()
    }
}

impl Drop for InstanceKey {
    fn drop(&mut self) {
        // SAFETY: the handle is open and ours, so that closing it can't fail.
        let _ = unsafe { ZwClose(self.0) };
    }
}
