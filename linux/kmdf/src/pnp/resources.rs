//! Resource lists, as EvtDevicePrepareHardware gets them.

use wdk_sys::{
    CM_PARTIAL_RESOURCE_DESCRIPTOR, CM_RESOURCE_LIST, PCM_PARTIAL_RESOURCE_DESCRIPTOR,
    PWDF_DRIVER_GLOBALS, ULONG, WDFCMRESLIST,
};

use crate::call::Call;
use crate::device::Device;
use crate::ffi;
use crate::object::{Body, Kind, Wdf};
use crate::wdm::Irp;

/// The descriptors of one list; they live as long as the IRP that brought them.
pub(crate) struct ResourceListBody {
    first: *mut CM_PARTIAL_RESOURCE_DESCRIPTOR,
    count: u32,
}

// SAFETY: the descriptors are only read.
unsafe impl Sync for ResourceListBody {}
// SAFETY: as above.
unsafe impl Send for ResourceListBody {}

impl Body for ResourceListBody {
    const KIND: Kind = Kind::ResourceList;
    type Raw = wdk_sys::WDFCMRESLIST__;
}

/// Raw and translated resources.
pub(super) struct Resources {
    raw: &'static Wdf<ResourceListBody>,
    translated: &'static Wdf<ResourceListBody>,
}

fn list(device: &'static Device, list: *const CM_RESOURCE_LIST) -> &'static Wdf<ResourceListBody> {
    let (first, count) = match ffi::get(list) {
        Some(list) if list.Count > 0 => {
            let partial = &list.List[0].PartialResourceList;
            (
                partial.PartialDescriptors.as_ptr().cast_mut(),
                partial.Count,
            )
        }
        _ => (core::ptr::null_mut(), 0),
    };
    Wdf::create(
        device.client(),
        "IRP_MN_START_DEVICE",
        ResourceListBody { first, count },
    )
}

impl Resources {
    pub(super) fn of_start(device: &'static Device, irp: Irp) -> Self {
        let stack = irp.current();
        Self {
            raw: list(device, stack.argument(0) as *const CM_RESOURCE_LIST),
            translated: list(device, stack.argument(1) as *const CM_RESOURCE_LIST),
        }
    }

    pub(super) fn none(device: &'static Device) -> Self {
        Self {
            raw: list(device, core::ptr::null()),
            translated: list(device, core::ptr::null()),
        }
    }

    pub(super) fn raw(&self) -> WDFCMRESLIST {
        self.raw.handle()
    }

    pub(super) fn translated(&self) -> WDFCMRESLIST {
        self.translated.handle()
    }
}

impl Drop for Resources {
    fn drop(&mut self) {
        self.raw.object.delete();
        self.translated.object.delete();
    }
}

pub(crate) mod ddi {
    use super::{
        Call, PCM_PARTIAL_RESOURCE_DESCRIPTOR, PWDF_DRIVER_GLOBALS, ResourceListBody, ULONG,
        WDFCMRESLIST,
    };

    pub(crate) unsafe extern "C" fn get_count(
        globals: PWDF_DRIVER_GLOBALS,
        list: WDFCMRESLIST,
    ) -> ULONG {
        let call = Call::new(globals, "WdfCmResourceListGetCount");
        call.get::<ResourceListBody>(list)
            .map_or(0, |list| list.count)
    }

    pub(crate) unsafe extern "C" fn get_descriptor(
        globals: PWDF_DRIVER_GLOBALS,
        list: WDFCMRESLIST,
        index: ULONG,
    ) -> PCM_PARTIAL_RESOURCE_DESCRIPTOR {
        let call = Call::new(globals, "WdfCmResourceListGetDescriptor");
        match call.get::<ResourceListBody>(list) {
            Some(list) if index < list.count => list.first.wrapping_add(index as usize),
            _ => core::ptr::null_mut(),
        }
    }
}
