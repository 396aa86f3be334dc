//! The PnP and power callbacks of a device.

use wdk_sys::{NTSTATUS, WDF_POWER_DEVICE_STATE};

use super::resources::Resources;
use crate::device::Device;
use crate::verifier;

macro_rules! call {
    ($device:expr, $callback:ident $(, $argument:expr)*) => {
        match $device.callbacks.$callback {
            Some(callback) => verifier::callback($device.client(), stringify!($callback), || {
                // SAFETY: the driver's callback with its device and what it is documented to get.
                unsafe { callback($device.handle() $(, $argument)*) }
            }),
            None => Default::default(),
        }
    };
}

pub(super) fn prepare_hardware(device: &'static Device, resources: &Resources) -> NTSTATUS {
    call!(
        device,
        EvtDevicePrepareHardware,
        resources.raw(),
        resources.translated()
    )
}

pub(super) fn release_hardware(device: &'static Device) {
    let resources = Resources::none(device);
    let _: NTSTATUS = call!(device, EvtDeviceReleaseHardware, resources.translated());
}

pub(super) fn d0_entry(device: &'static Device, from: WDF_POWER_DEVICE_STATE) -> NTSTATUS {
    call!(device, EvtDeviceD0Entry, from)
}

pub(super) fn d0_entry_post(device: &'static Device, from: WDF_POWER_DEVICE_STATE) -> NTSTATUS {
    call!(device, EvtDeviceD0EntryPostInterruptsEnabled, from)
}

pub(super) fn d0_exit(device: &'static Device, to: WDF_POWER_DEVICE_STATE) {
    let _: NTSTATUS = call!(device, EvtDeviceD0ExitPreInterruptsDisabled, to);
    let _: NTSTATUS = call!(device, EvtDeviceD0Exit, to);
}

pub(super) fn self_managed_io_init(device: &'static Device) -> NTSTATUS {
    call!(device, EvtDeviceSelfManagedIoInit)
}

pub(super) fn self_managed_io_restart(device: &'static Device) -> NTSTATUS {
    call!(device, EvtDeviceSelfManagedIoRestart)
}

pub(super) fn self_managed_io_suspend(device: &'static Device) {
    let _: NTSTATUS = call!(device, EvtDeviceSelfManagedIoSuspend);
}

pub(super) fn self_managed_io_flush(device: &'static Device) {
    let () = call!(device, EvtDeviceSelfManagedIoFlush);
}

pub(super) fn self_managed_io_cleanup(device: &'static Device) {
    let () = call!(device, EvtDeviceSelfManagedIoCleanup);
}

pub(super) fn surprise_removal(device: &'static Device) {
    let () = call!(device, EvtDeviceSurpriseRemoval);
}

pub(super) fn query_stop(device: &'static Device) -> NTSTATUS {
    call!(device, EvtDeviceQueryStop)
}

pub(super) fn query_remove(device: &'static Device) -> NTSTATUS {
    call!(device, EvtDeviceQueryRemove)
}
