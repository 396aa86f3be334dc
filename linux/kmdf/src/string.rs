//! `WdfString*`.

use alloc::vec::Vec;
use core::cell::RefCell;

use wdk_sys::{
    NTSTATUS, PCUNICODE_STRING, PUNICODE_STRING, PWDF_DRIVER_GLOBALS, PWDF_OBJECT_ATTRIBUTES,
    WDFSTRING,
};

use crate::call::Call;
use crate::context::{Attributes, Parent, Scope};
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
    if !call.pointer(out, "String") {
        return status::INVALID_PARAMETER;
    }
    let attributes = match Attributes::check(attributes, Parent::Optional, Scope::NotAllowed) {
        Ok(attributes) => attributes,
        Err(status) => return status,
    };
    let Some(parent) = call.parent_or_driver(attributes.parent()) else {
        return status::INVALID_PARAMETER;
    };
    let new = Wdf::create(call.client, call.name, StringBody::default());
    new.assign(ffi::wide(text));
    let status = call.place(new, Some(parent), &attributes);
    if status::is_success(status) {
        ffi::put(out, new.handle());
    }
    status
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
