//! `WdfString*`.

use alloc::vec::Vec;
use core::cell::RefCell;

use wdk_sys::{
    NTSTATUS, PCUNICODE_STRING, PUNICODE_STRING, PWDF_DRIVER_GLOBALS, PWDF_OBJECT_ATTRIBUTES,
    WDFSTRING,
};

use crate::call::Call;
use crate::object::{Body, Kind, Wdf};
use crate::sync::{Locked, lock};
use crate::{ffi, status};

#[derive(Default)]
pub(crate) struct StringBody(Locked<RefCell<Vec<u16>>>);

impl Body for StringBody {
    const KIND: Kind = Kind::String;
    type Raw = wdk_sys::WDFSTRING__;
}

impl Wdf<StringBody> {
    pub(crate) fn assign(&self, text: &[u16]) {
        let text = ffi::terminated(text);
        let old = self.0.get(&lock()).replace(text);
        drop(old);
    }
}

pub(crate) unsafe extern "C" fn create(
    globals: PWDF_DRIVER_GLOBALS,
    text: PCUNICODE_STRING,
    attributes: PWDF_OBJECT_ATTRIBUTES,
    out: *mut WDFSTRING,
) -> NTSTATUS {
    let call = Call::new(globals, "WdfStringCreate");
    if !call.passive() {
        return status::INVALID_DEVICE_REQUEST;
    }
    call.make(attributes, out, || {
        let text = ffi::terminated(ffi::wide(text));
        Ok(StringBody(Locked::new(RefCell::new(text))))
    })
}

pub(crate) unsafe extern "C" fn get_unicode_string(
    globals: PWDF_DRIVER_GLOBALS,
    string: WDFSTRING,
    out: PUNICODE_STRING,
) {
    let call = Call::new(globals, "WdfStringGetUnicodeString");
    if let Some(string) = call.get::<StringBody>(string)
        && call.pointer(out, "UnicodeString")
    {
        ffi::put(out, ffi::counted(&string.0.get(&lock()).borrow()));
    }
}
