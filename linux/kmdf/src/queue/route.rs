//! Request types that queues take.

use wdk_sys::_WDF_REQUEST_TYPE as types;
use wdk_sys::WDF_REQUEST_TYPE;

use crate::wdm::major;

pub(crate) const CREATE: usize = 0;
pub(crate) const READ: usize = 1;
pub(crate) const WRITE: usize = 2;
pub(crate) const DEVICE_CONTROL: usize = 3;
pub(crate) const INTERNAL: usize = 4;

/// The route of a request type, if requests of that type can go to a queue.
pub(crate) fn of_type(kind: WDF_REQUEST_TYPE) -> Option<usize> {
    match kind {
        types::WdfRequestTypeCreate => Some(CREATE),
        types::WdfRequestTypeRead => Some(READ),
        types::WdfRequestTypeWrite => Some(WRITE),
        types::WdfRequestTypeDeviceControl => Some(DEVICE_CONTROL),
        types::WdfRequestTypeDeviceControlInternal => Some(INTERNAL),
        _ => None,
    }
}

pub(crate) fn of_major(function: u8) -> Option<usize> {
    match function {
        major::CREATE => Some(CREATE),
        major::READ => Some(READ),
        major::WRITE => Some(WRITE),
        major::DEVICE_CONTROL => Some(DEVICE_CONTROL),
        major::INTERNAL_DEVICE_CONTROL => Some(INTERNAL),
        _ => None,
    }
}
