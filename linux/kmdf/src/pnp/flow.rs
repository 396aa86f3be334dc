//! What the PnP IRPs do, in their order.

use wdk_sys::_WDF_POWER_DEVICE_STATE as power_state;
use wdk_sys::{NTSTATUS, WDF_POWER_DEVICE_STATE};

use super::resources::Resources;
use super::{Stage, callbacks};
use crate::device::{Device, Role};
use crate::object::Kept;
use crate::status;
use crate::sync::lock;
use crate::wdm::Irp;

const D3_FINAL: WDF_POWER_DEVICE_STATE = power_state::WdfPowerDeviceD3Final;

fn set_d0(device: &Device, on: bool) {
    device.pnp.0.get(&lock()).d0.set(on);
}

/// Queues that follow the device's power state.
fn power_managed(device: &Device) -> impl Iterator<Item = &'static crate::queue::Queue> {
    device
        .queues()
        .into_iter()
        .filter(|queue| queue.power_managed)
}

/// Into D0 from `from`: the hardware first, then the queues, then self-managed I/O.
pub(super) fn power_up(
    device: &'static Device,
    from: WDF_POWER_DEVICE_STATE,
) -> Result<(), NTSTATUS> {
    let entered = callbacks::d0_entry(device, from);
    if !status::is_success(entered) {
        return Err(entered);
    }
    let entered = callbacks::d0_entry_post(device, from);
    if !status::is_success(entered) {
        callbacks::d0_exit(device, from);
        return Err(entered);
    }
    set_d0(device, true);
    for queue in power_managed(device) {
        queue.release();
    }
    let first = {
        let guard = lock();
        let state = device.pnp.0.get(&guard);
        state.cleanup_due.set(true);
        !state.self_managed.get()
    };
    let restarted = if first {
        callbacks::self_managed_io_init(device)
    } else {
        callbacks::self_managed_io_restart(device)
    };
    if status::is_success(restarted) {
        device.pnp.0.get(&lock()).self_managed.set(true);
        return Ok(());
    }
    for queue in power_managed(device) {
        queue.power_stop();
    }
    set_d0(device, false);
    callbacks::d0_exit(device, from);
    Err(status::DEVICE_POWER_FAILURE)
}

/// Out of D0 to `to`.
pub(super) fn power_down(device: &'static Device, to: WDF_POWER_DEVICE_STATE) {
    if !device.pnp.is_in_d0(&lock()) {
        return;
    }
    callbacks::self_managed_io_suspend(device);
    for queue in power_managed(device) {
        queue.power_stop();
    }
    set_d0(device, false);
    callbacks::d0_exit(device, to);
}

pub(super) fn start(device: &'static Device, irp: Irp) -> NTSTATUS {
    let resources = Resources::of_start(device, irp);
    let mut answer = irp.forward_and_wait(device.attached);
    if status::is_success(answer) {
        answer = start_hardware(device, &resources);
    }
    drop(resources);
    if status::is_success(answer) {
        device.pnp.set_stage(Stage::Started);
        device.enable_interfaces(true);
    } else {
        fail(device);
    }
    irp.set_status(answer);
    irp.complete();
    answer
}

fn start_hardware(device: &'static Device, resources: &Resources) -> NTSTATUS {
    let prepared = callbacks::prepare_hardware(device, resources);
    if !status::is_success(prepared) {
        callbacks::release_hardware(device);
        return prepared;
    }
    match power_up(device, D3_FINAL) {
        Ok(()) => status::SUCCESS,
        Err(failure) => {
            callbacks::release_hardware(device);
            if failure == status::DEVICE_POWER_FAILURE {
                callbacks::self_managed_io_flush(device);
            }
            failure
        }
    }
}

/// A device whose START failed takes nothing any more; a filter goes on letting pass.
fn fail(device: &'static Device) {
    device.pnp.set_stage(Stage::Failed);
    if device.role == Role::Function {
        for queue in power_managed(device) {
            queue.purge_gone();
        }
    }
}

/// QUERY_STOP and QUERY_REMOVE: the driver was asked.
pub(super) fn query(device: &'static Device, irp: Irp, answer: NTSTATUS) -> NTSTATUS {
    if !status::is_success(answer) {
        return irp.finish(answer);
    }
    irp.set_status(status::SUCCESS);
    irp.forward(device.attached)
}

pub(super) fn stop(device: &'static Device, irp: Irp) -> NTSTATUS {
    if device.pnp.stage() == Stage::Started {
        power_down(device, D3_FINAL);
        callbacks::release_hardware(device);
        device.pnp.set_stage(Stage::Stopped);
    }
    irp.set_status(status::SUCCESS);
    irp.forward(device.attached)
}

/// The hardware is not used any more: out of D0, released, power-managed queues emptied.
fn leave_hardware(device: &'static Device) {
    if device.pnp.stage() == Stage::Started {
        power_down(device, D3_FINAL);
        callbacks::release_hardware(device);
    }
    for queue in power_managed(device) {
        queue.purge_gone();
    }
}

fn flush(device: &'static Device) {
    let due = device.pnp.0.get(&lock()).cleanup_due.get();
    if due && device.pnp.stage() != Stage::Failed {
        callbacks::self_managed_io_flush(device);
    }
}

pub(super) fn surprise_removal(device: &'static Device, irp: Irp) -> NTSTATUS {
    callbacks::surprise_removal(device);
    device.enable_interfaces(false);
    leave_hardware(device);
    flush(device);
    device.pnp.set_stage(Stage::SurpriseRemoved);
    irp.set_status(status::SUCCESS);
    irp.forward(device.attached)
}

pub(super) fn remove(device: &'static Device, irp: Irp) -> NTSTATUS {
    let kept = Kept::new(&device.object);
    if device.pnp.stage() != Stage::SurpriseRemoved {
        leave_hardware(device);
        flush(device);
    }
    device.pnp.set_stage(Stage::Removed);
    for queue in device.queues() {
        queue.purge_for_removal();
    }
    let due = device.pnp.0.get(&lock()).cleanup_due.replace(false);
    if due {
        callbacks::self_managed_io_cleanup(device);
    }
    let mut answer = status::SUCCESS;
    let lower = device.attached;
    device.remove(|| {
        irp.set_status(status::SUCCESS);
        answer = irp.forward_and_wait(lower);
    });
    drop(kept);
    irp.set_status(answer);
    irp.complete();
    answer
}
