//! A device's properties: its name alone.

use std::mem::ManuallyDrop;

use windows::Win32::Foundation::PROPERTYKEY;
use windows::Win32::System::Com::StructuredStorage::{
    PROPVARIANT, PROPVARIANT_0, PROPVARIANT_0_0, PROPVARIANT_0_0_0,
};
use windows::Win32::System::Variant::VT_LPWSTR;
use windows::Win32::UI::Shell::PropertiesSystem::{IPropertyStore, IPropertyStore_Impl};
use windows::core::{Result, implement};

use super::not_implemented;
use crate::spy::{Live, text};

/// The properties of a device with this name.
pub(super) fn of(name: &'static str) -> IPropertyStore {
    Store {
        name,
        _live: Live::new(),
    }
    .into()
}

#[implement(IPropertyStore)]
struct Store {
    name: &'static str,
    _live: Live,
}

impl IPropertyStore_Impl for Store_Impl {
    fn GetCount(&self) -> Result<u32> {
        not_implemented()
    }

    fn GetAt(&self, _: u32, _: *mut PROPERTYKEY) -> Result<()> {
        not_implemented()
    }

    fn GetValue(&self, _: *const PROPERTYKEY) -> Result<PROPVARIANT> {
        let value = PROPVARIANT_0_0 {
            vt: VT_LPWSTR,
            wReserved1: 0,
            wReserved2: 0,
            wReserved3: 0,
            Anonymous: PROPVARIANT_0_0_0 {
                pwszVal: text(self.name),
            },
        };
        Ok(PROPVARIANT {
            Anonymous: PROPVARIANT_0 {
                Anonymous: ManuallyDrop::new(value),
            },
        })
    }

    fn SetValue(&self, _: *const PROPERTYKEY, _: *const PROPVARIANT) -> Result<()> {
        not_implemented()
    }

    fn Commit(&self) -> Result<()> {
        not_implemented()
    }
}
