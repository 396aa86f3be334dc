//! The status codes that the PnP manager stand-in gives by itself.

use wdk_sys::NTSTATUS;

pub(crate) const SUCCESS: NTSTATUS = 0;
pub(crate) const PENDING: NTSTATUS = 0x0000_0103;
pub(crate) const DEVICE_BUSY: NTSTATUS = 0x8000_0011_u32 as NTSTATUS;
pub(crate) const UNSUCCESSFUL: NTSTATUS = 0xC000_0001_u32 as NTSTATUS;
pub(crate) const INVALID_PARAMETER: NTSTATUS = 0xC000_000D_u32 as NTSTATUS;
pub(crate) const NO_SUCH_DEVICE: NTSTATUS = 0xC000_000E_u32 as NTSTATUS;
pub(crate) const INVALID_DEVICE_REQUEST: NTSTATUS = 0xC000_0010_u32 as NTSTATUS;
pub(crate) const BUFFER_TOO_SMALL: NTSTATUS = 0xC000_0023_u32 as NTSTATUS;
pub(crate) const OBJECT_NAME_NOT_FOUND: NTSTATUS = 0xC000_0034_u32 as NTSTATUS;
pub(crate) const OBJECT_NAME_COLLISION: NTSTATUS = 0xC000_0035_u32 as NTSTATUS;
pub(crate) const INSUFFICIENT_RESOURCES: NTSTATUS = 0xC000_009A_u32 as NTSTATUS;
/// What every PnP IRP starts with, so that one which no driver handled can be told.
pub(crate) const NOT_SUPPORTED: NTSTATUS = 0xC000_00BB_u32 as NTSTATUS;
pub(crate) const INVALID_DEVICE_STATE: NTSTATUS = 0xC000_0184_u32 as NTSTATUS;
pub(crate) const IMAGE_ALREADY_LOADED: NTSTATUS = 0xC000_010E_u32 as NTSTATUS;

/// NT_SUCCESS.
pub(crate) const fn ok(status: NTSTATUS) -> bool {
    status >= 0
}
