//! Power IRPs.

use wdk_sys::_WDF_POWER_DEVICE_STATE as power_state;
use wdk_sys::{NTSTATUS, PDEVICE_OBJECT, WDF_POWER_DEVICE_STATE, ntddk};

use super::flow;
use crate::device::{Device, Role};
use crate::status;
use crate::sync::Event;
use crate::wdm::{Irp, Stack, major};

const IRP_MN_SET_POWER: u8 = 0x02;
const SYSTEM_POWER_STATE: u32 = 0;
const DEVICE_POWER_STATE: u32 = 1;
const POWER_SYSTEM_WORKING: u32 = 1;
const POWER_DEVICE_D0: u32 = 1;
const POWER_DEVICE_D3: u32 = 4;

const D3: WDF_POWER_DEVICE_STATE = power_state::WdfPowerDeviceD3;

/// `Parameters.Power.Type` and `.State`.
fn request(stack: Stack) -> (u32, u32) {
    (stack.low(1), stack.low(2))
}

/// IRP_MJ_POWER
pub(crate) fn dispatch(device: &'static Device, irp: Irp) -> NTSTATUS {
    let stack = irp.current();
    if stack.minor() != IRP_MN_SET_POWER || !device.pnp.is_started(&crate::sync::lock()) {
        return irp.forward(device.attached);
    }
    match request(stack) {
        (DEVICE_POWER_STATE, POWER_DEVICE_D0) => device_up(device, irp),
        (DEVICE_POWER_STATE, state) => device_down(device, irp, state),
        (SYSTEM_POWER_STATE, state) if device.policy_owner => system(device, irp, state),
        _ => irp.forward(device.attached),
    }
}

fn device_up(device: &'static Device, irp: Irp) -> NTSTATUS {
    let answer = irp.forward_and_wait(device.attached);
    if status::is_success(answer) && !device.pnp.is_in_d0(&crate::sync::lock()) {
        // A failure makes Windows restart or remove the device; the IRP itself succeeds.
        let _ = flow::power_up(device, D3);
    }
    irp.complete();
    answer
}

fn device_down(device: &'static Device, irp: Irp, state: u32) -> NTSTATUS {
    // The framework's enumeration has the same numbers.
    flow::power_down(device, state as WDF_POWER_DEVICE_STATE);
    if device.role == Role::Filter {
        irp.set_status(status::SUCCESS);
    }
    irp.forward(device.attached)
}

/// The power policy owner turns the system's state into the device's.
fn system(device: &'static Device, irp: Irp, state: u32) -> NTSTATUS {
    let answer = irp.forward_and_wait(device.attached);
    let working = state == POWER_SYSTEM_WORKING;
    if !working {
        request_device_state(device, POWER_DEVICE_D3);
    }
    irp.complete();
    if working {
        request_device_state(device, POWER_DEVICE_D0);
    }
    answer
}

/// Sends a device power IRP to the top of the stack and waits, as `PoRequestPowerIrp` (which Wine
/// does not have) and a wait would.
fn request_device_state(device: &Device, state: u32) {
    // SAFETY: the device object is live.
    let top = unsafe { ntddk::IoGetAttachedDevice(device.device_object) };
    let Some(object) = crate::ffi::get(top.cast_const()) else {
        return;
    };
    let Some(irp) = Irp::allocate(object.StackSize) else {
        return;
    };
    let done = Event::new();
    irp.set_status(status::NOT_SUPPORTED);
    let stack = irp.next();
    stack.clear();
    stack.set_function(major::POWER, IRP_MN_SET_POWER);
    stack.set_argument(1, u64::from(DEVICE_POWER_STATE));
    stack.set_argument(2, u64::from(state));
    stack.set_completion(signal, (&raw const done).cast_mut().cast());
    if irp.call(top) == status::PENDING {
        done.wait();
    }
    irp.free();
}

unsafe extern "C" fn signal(
    _: PDEVICE_OBJECT,
    _: wdk_sys::PIRP,
    context: wdk_sys::PVOID,
) -> NTSTATUS {
    // SAFETY: the event of `request_device_state`, which is still there.
    unsafe { &*context.cast::<Event>() }.set();
    status::MORE_PROCESSING_REQUIRED
}
