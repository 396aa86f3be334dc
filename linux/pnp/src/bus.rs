//! The PDO: what the bus driver at the bottom of a stack answers.

use alloc::{boxed::Box, vec::Vec};
use core::ptr;

use wdk_sys::{
    _BUS_QUERY_ID_TYPE::{BusQueryDeviceID, BusQueryHardwareIDs, BusQueryInstanceID},
    _DEVICE_POWER_STATE::{PowerDeviceD0, PowerDeviceD3},
    _DEVICE_RELATION_TYPE::TargetDeviceRelation,
    DEVICE_OBJECT, DEVICE_RELATIONS, DRIVER_OBJECT, IO_STACK_LOCATION, IRP, NTSTATUS,
    ntddk::{ExAllocatePool2, IoCreateDevice, IoDeleteDevice, ObfReferenceObject},
};

use crate::{
    nt::{self, WideString},
    status,
};

const FILE_DEVICE_UNKNOWN: u32 = 0x22;
const DO_DEVICE_INITIALIZING: u32 = 0x80;
const DO_BUS_ENUMERATED_DEVICE: u32 = 0x1000;
const POOL_FLAG_NON_PAGED: u64 = 0x40;
const TAG: u32 = u32::from_le_bytes(*b"PnpS");

/// Who the PDO says it is.
pub(crate) struct Identity {
    device_id: WideString,
    instance_id: WideString,
    hardware_ids: Vec<WideString>,
}

impl Identity {
    /// From an instance path `ENUMERATOR\DEVICE\INSTANCE` and the `HardwareID` of its key.
    pub(crate) fn new(instance: &WideString, hardware_ids: Vec<WideString>) -> Option<Box<Self>> {
        let units = instance.units();
        let cut = units.iter().rposition(|&unit| unit == u16::from(b'\\'))?;
        let device_id = WideString::from_units(units.get(..cut)?);
        if !device_id.units().contains(&u16::from(b'\\')) {
            return None;
        }
        Some(Box::new(Self {
            hardware_ids: if hardware_ids.is_empty() {
                alloc::vec![device_id.clone()]
            } else {
                hardware_ids
            },
            device_id,
            instance_id: WideString::from_units(units.get(cut + 1..)?),
        }))
    }
}

/// A PDO and what it answers with; the device object is deleted when dropped.
pub(crate) struct Pdo {
    device: *mut DEVICE_OBJECT,
    _identity: Box<Identity>,
}

// SAFETY: a device object may be used from any thread.
unsafe impl Send for Pdo {}
// SAFETY: as above; nothing in here changes.
unsafe impl Sync for Pdo {}

impl Pdo {
    /// Creates the device object.
    pub(crate) fn create(
        driver: *mut DRIVER_OBJECT,
        identity: Box<Identity>,
    ) -> Result<Self, NTSTATUS> {
        let mut device = ptr::null_mut();
        // SAFETY: `driver` is this driver's object, the device has no name. PASSIVE_LEVEL.
        let status = unsafe {
            IoCreateDevice(
                driver,
                u32::try_from(size_of::<*const Identity>()).unwrap_or(8),
                ptr::null_mut(),
                FILE_DEVICE_UNKNOWN,
                0,
                0,
                &mut device,
            )
        };
        if !status::ok(status) {
            return Err(status);
        }
        // SAFETY: the device is new and nobody else knows it; its extension holds a pointer, and
        // the identity's address stays the same as long as the device lives.
        unsafe {
            (*device)
                .DeviceExtension
                .cast::<*const Identity>()
                .write(ptr::from_ref(&*identity));
            (*device).Flags |= DO_BUS_ENUMERATED_DEVICE;
            (*device).Flags &= !DO_DEVICE_INITIALIZING;
        }
        Ok(Self {
            device,
            _identity: identity,
        })
    }

    /// The device object.
    pub(crate) fn device(&self) -> *mut DEVICE_OBJECT {
        self.device
    }

    /// The driver whose device object is attached right above, if there is any.
    pub(crate) fn attached_driver(&self) -> Option<WideString> {
        // SAFETY: the device is valid; nobody attaches or detaches while a command runs on it.
        unsafe {
            let above = (*self.device).AttachedDevice;
            if above.is_null() {
                return None;
            }
            let name = (*(*above).DriverObject).DriverName;
            if name.Buffer.is_null() {
                return Some(WideString::new("?"));
            }
            let units = core::slice::from_raw_parts(name.Buffer, usize::from(name.Length) / 2);
            let start = units.iter().rposition(|&unit| unit == u16::from(b'\\'));
            let own = units.get(start.map_or(0, |start| start + 1)..);
            Some(WideString::from_units(own.unwrap_or_default()))
        }
    }
}

impl Drop for Pdo {
    fn drop(&mut self) {
        // SAFETY: nobody is attached any more: `Unit` leaks a PDO that somebody is attached to.
        unsafe { IoDeleteDevice(self.device) };
    }
}

/// Answers an IRP that reached a PDO.
///
/// # Safety
/// To be called with what a dispatch routine was called with, and only for a PDO.
pub(crate) unsafe fn dispatch(device: *mut DEVICE_OBJECT, irp: *mut IRP) -> NTSTATUS {
    const CREATE: u32 = wdk_sys::IRP_MJ_CREATE;
    const CLOSE: u32 = wdk_sys::IRP_MJ_CLOSE;
    const CLEANUP: u32 = wdk_sys::IRP_MJ_CLEANUP;
    const PNP: u32 = wdk_sys::IRP_MJ_PNP;
    const POWER: u32 = wdk_sys::IRP_MJ_POWER;
    const SYSTEM_CONTROL: u32 = wdk_sys::IRP_MJ_SYSTEM_CONTROL;
    // SAFETY: the IRP is ours until it is completed below.
    let (location, asked) = unsafe {
        (
            &*nt::current_location(irp),
            (
                (*irp).IoStatus.__bindgen_anon_1.Status,
                (*irp).IoStatus.Information,
            ),
        )
    };
    let (status, information) = match u32::from(location.MajorFunction) {
        // SAFETY: this is a PnP IRP for a PDO.
        PNP => unsafe { pnp(device, location) }.unwrap_or(asked),
        POWER => match u32::from(location.MinorFunction) {
            wdk_sys::IRP_MN_SET_POWER | wdk_sys::IRP_MN_QUERY_POWER => (status::SUCCESS, asked.1),
            _ => asked,
        },
        SYSTEM_CONTROL => asked,
        CREATE | CLOSE | CLEANUP => (status::SUCCESS, 0),
        _ => (status::INVALID_DEVICE_REQUEST, 0),
    };
    // SAFETY: the IRP is ours, and not touched any more.
    unsafe { nt::complete(irp, status, information) };
    status
}

/// The answer to a PnP IRP; none where a bus driver leaves status and information as they are.
#[allow(
    non_upper_case_globals,
    reason = "enumerators keep their names of the headers"
)]
unsafe fn pnp(device: *mut DEVICE_OBJECT, location: &IO_STACK_LOCATION) -> Option<(NTSTATUS, u64)> {
    match u32::from(location.MinorFunction) {
        wdk_sys::IRP_MN_START_DEVICE
        | wdk_sys::IRP_MN_QUERY_STOP_DEVICE
        | wdk_sys::IRP_MN_STOP_DEVICE
        | wdk_sys::IRP_MN_CANCEL_STOP_DEVICE
        | wdk_sys::IRP_MN_QUERY_REMOVE_DEVICE
        | wdk_sys::IRP_MN_REMOVE_DEVICE
        | wdk_sys::IRP_MN_CANCEL_REMOVE_DEVICE
        | wdk_sys::IRP_MN_SURPRISE_REMOVAL => Some((status::SUCCESS, 0)),
        wdk_sys::IRP_MN_QUERY_CAPABILITIES => {
            // SAFETY: the sender of this IRP passes a structure that the whole stack fills in.
            let capabilities = unsafe { &mut *location.Parameters.DeviceCapabilities.Capabilities };
            capabilities.set_Removable(1);
            capabilities.set_SurpriseRemovalOK(1);
            capabilities.set_UniqueID(1);
            capabilities.DeviceState = [PowerDeviceD3; 7];
            if let Some(working) = capabilities.DeviceState.get_mut(1) {
                *working = PowerDeviceD0;
            }
            Some((status::SUCCESS, 0))
        }
        wdk_sys::IRP_MN_QUERY_ID => {
            // SAFETY: the extension was filled in when the device was made, and the identity lives
            // as long as the device.
            let identity = unsafe { &**(*device).DeviceExtension.cast::<*const Identity>() };
            // SAFETY: this is the parameter of this IRP.
            let kind = unsafe { location.Parameters.QueryId.IdType };
            let units = match kind {
                BusQueryDeviceID => pool_string(core::slice::from_ref(&identity.device_id), false),
                BusQueryInstanceID => {
                    pool_string(core::slice::from_ref(&identity.instance_id), false)
                }
                BusQueryHardwareIDs => pool_string(&identity.hardware_ids, true),
                _ => return None,
            };
            Some(match units {
                Some(units) => (status::SUCCESS, units as u64),
                None => (status::INSUFFICIENT_RESOURCES, 0),
            })
        }
        wdk_sys::IRP_MN_QUERY_DEVICE_RELATIONS => {
            // SAFETY: this is the parameter of this IRP.
            let kind = unsafe { location.Parameters.QueryDeviceRelations.Type };
            if kind != TargetDeviceRelation {
                return None;
            }
            // SAFETY: PASSIVE_LEVEL; the receiver frees the memory.
            let relations: *mut DEVICE_RELATIONS = unsafe {
                ExAllocatePool2(
                    POOL_FLAG_NON_PAGED,
                    size_of::<DEVICE_RELATIONS>() as u64,
                    TAG,
                )
            }
            .cast();
            if relations.is_null() {
                return Some((status::INSUFFICIENT_RESOURCES, 0));
            }
            // SAFETY: the memory is ours and large enough; the receiver dereferences the device.
            unsafe {
                ObfReferenceObject(device.cast());
                (*relations).Count = 1;
                ptr::addr_of_mut!((*relations).Objects)
                    .cast::<*mut DEVICE_OBJECT>()
                    .write(device);
            }
            Some((status::SUCCESS, relations as u64))
        }
        _ => None,
    }
}

/// Strings in pool memory that the receiver frees, each terminated, and so the list if `multi`.
fn pool_string(strings: &[WideString], multi: bool) -> Option<*mut u16> {
    let units: Vec<u16> = strings
        .iter()
        .flat_map(|string| string.units().iter().copied().chain([0]))
        .chain(multi.then_some(0))
        .collect();
    // SAFETY: PASSIVE_LEVEL.
    let memory: *mut u16 =
        unsafe { ExAllocatePool2(POOL_FLAG_NON_PAGED, units.len() as u64 * 2, TAG) }.cast();
    if memory.is_null() {
        return None;
    }
    // SAFETY: the memory is new and as long as the vector.
    unsafe { ptr::copy_nonoverlapping(units.as_ptr(), memory, units.len()) };
    Some(memory)
}
