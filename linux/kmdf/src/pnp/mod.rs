//! Plug and Play of a device in a stack.
//!
//! Wine's PnP manager waits for ever for an IRP that is answered with STATUS_PENDING, so each is
//! carried out on the thread that brings it, and the dispatch call returns its final status.

mod callbacks;
mod flow;
pub(crate) mod power;
mod resources;

use core::cell::Cell;

use wdk_sys::{NTSTATUS, WDF_DEVICE_PNP_STATE};

use crate::device::{Device, Role};
use crate::status;
use crate::sync::{Guard, Locked, lock};
use crate::wdm::Irp;

pub(crate) use self::resources::ddi;

mod minor {
    pub(super) const START_DEVICE: u8 = 0x00;
    pub(super) const QUERY_REMOVE_DEVICE: u8 = 0x01;
    pub(super) const REMOVE_DEVICE: u8 = 0x02;
    pub(super) const CANCEL_REMOVE_DEVICE: u8 = 0x03;
    pub(super) const STOP_DEVICE: u8 = 0x04;
    pub(super) const QUERY_STOP_DEVICE: u8 = 0x05;
    pub(super) const CANCEL_STOP_DEVICE: u8 = 0x06;
    pub(super) const QUERY_PNP_DEVICE_STATE: u8 = 0x14;
    pub(super) const SURPRISE_REMOVAL: u8 = 0x17;
}

/// Where a device stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    NotStarted,
    Started,
    Stopped,
    /// Its START failed.
    Failed,
    SurpriseRemoved,
    Removed,
}

pub(crate) struct Pnp(Locked<State>);

struct State {
    stage: Cell<Stage>,
    /// In D0, as far as the driver was told.
    d0: Cell<bool>,
    /// EvtDeviceSelfManagedIoInit has succeeded.
    self_managed: Cell<bool>,
    /// The same or another callback failed it: cleanup is due all the same.
    cleanup_due: Cell<bool>,
    /// The driver called `WdfDeviceSetFailed`.
    failed: Cell<bool>,
}

impl Pnp {
    pub(crate) fn new(role: Role) -> Self {
        Self(Locked::new(State {
            stage: Cell::new(Stage::NotStarted),
            d0: Cell::new(role == Role::Control),
            self_managed: Cell::new(false),
            cleanup_due: Cell::new(false),
            failed: Cell::new(false),
        }))
    }

    pub(crate) fn is_started(&self, guard: &Guard) -> bool {
        self.0.get(guard).stage.get() == Stage::Started
    }

    pub(crate) fn is_in_d0(&self, guard: &Guard) -> bool {
        self.0.get(guard).d0.get()
    }

    pub(crate) fn set_failed(&self, guard: &Guard) {
        self.0.get(guard).failed.set(true);
    }

    fn stage(&self) -> Stage {
        self.0.get(&lock()).stage.get()
    }

    fn set_stage(&self, stage: Stage) {
        self.0.get(&lock()).stage.set(stage);
    }
}

/// `WdfDeviceGetDevicePnpState`, as far as it is told apart here.
pub(crate) fn public_state(pnp: &Pnp) -> WDF_DEVICE_PNP_STATE {
    use wdk_sys::_WDF_DEVICE_PNP_STATE as states;
    match pnp.stage() {
        Stage::NotStarted => states::WdfDevStatePnpInit,
        Stage::Started => states::WdfDevStatePnpStarted,
        Stage::Stopped => states::WdfDevStatePnpStopped,
        Stage::Failed => states::WdfDevStatePnpFailed,
        Stage::SurpriseRemoved => states::WdfDevStatePnpSurpriseRemove,
        Stage::Removed => states::WdfDevStatePnpRemoved,
    }
}

/// IRP_MJ_PNP
pub(crate) fn dispatch(device: &'static Device, irp: Irp) -> NTSTATUS {
    match irp.current().minor() {
        minor::START_DEVICE => flow::start(device, irp),
        minor::QUERY_STOP_DEVICE => flow::query(device, irp, callbacks::query_stop(device)),
        minor::QUERY_REMOVE_DEVICE => flow::query(device, irp, callbacks::query_remove(device)),
        minor::STOP_DEVICE => flow::stop(device, irp),
        minor::CANCEL_STOP_DEVICE | minor::CANCEL_REMOVE_DEVICE => {
            irp.set_status(status::SUCCESS);
            irp.forward(device.attached)
        }
        minor::SURPRISE_REMOVAL => flow::surprise_removal(device, irp),
        minor::REMOVE_DEVICE => flow::remove(device, irp),
        minor::QUERY_PNP_DEVICE_STATE => query_state(device, irp),
        _ => irp.forward(device.attached),
    }
}

fn query_state(device: &'static Device, irp: Irp) -> NTSTATUS {
    const PNP_DEVICE_FAILED: u64 = 0x04;
    let mut answer = irp.forward_and_wait(device.attached);
    if answer == status::NOT_SUPPORTED {
        answer = status::SUCCESS;
    }
    if device.pnp.0.get(&lock()).failed.get() {
        irp.set_information(irp.information() | PNP_DEVICE_FAILED);
    }
    irp.set_status(answer);
    irp.complete();
    answer
}
