//! Devices: function and filter devices of a PnP stack, and control devices.

mod api;
mod create;
mod init;
mod interface;
mod settings;

use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use wdk_sys::{
    NTSTATUS, PDEVICE_OBJECT, PFILE_OBJECT, PFN_WDF_IO_IN_CALLER_CONTEXT,
    PFN_WDFDEVICE_WDM_IRP_PREPROCESS, WDF_FILEOBJECT_CONFIG, WDF_PNPPOWER_EVENT_CALLBACKS, ntddk,
};

pub(crate) use self::init::DeviceInit;
use crate::context::Attributes;
use crate::ffi;
use crate::file::File;
use crate::object::{Body, Deletion, Kept, Kind, Wdf};
use crate::pnp::Pnp;
use crate::queue::Queue;
use crate::sync::{Guard, Locked, lock};
use crate::target::Target;

/// The functions of the table that this module provides.
pub(crate) mod ddi {
    pub(crate) use super::api::*;
    pub(crate) use super::create::create;
    pub(crate) use super::init::*;
    pub(crate) use super::interface::*;
    pub(crate) use super::settings::*;
}

pub(crate) type Device = Wdf<DeviceBody>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Control,
    Function,
    Filter,
}

/// A registered preprocess callback.
pub(crate) struct Preprocess {
    pub(crate) major: u8,
    /// Empty: all.
    pub(crate) minors: Vec<u8>,
    pub(crate) callback: PFN_WDFDEVICE_WDM_IRP_PREPROCESS,
}

/// Request types that go to queues: create, read, write, device control, internal control.
pub(crate) const ROUTES: usize = 5;

pub(crate) struct DeviceBody {
    pub(crate) role: Role,
    pub(crate) device_object: PDEVICE_OBJECT,
    pub(crate) physical: PDEVICE_OBJECT,
    /// The next lower device object; null for a control device.
    pub(crate) attached: PDEVICE_OBJECT,
    pub(crate) file_config: Option<WDF_FILEOBJECT_CONFIG>,
    pub(crate) file_attributes: Attributes,
    pub(crate) request_attributes: Attributes,
    pub(crate) preprocess: Vec<Preprocess>,
    pub(crate) in_caller_context: PFN_WDF_IO_IN_CALLER_CONTEXT,
    pub(crate) callbacks: WDF_PNPPOWER_EVENT_CALLBACKS,
    pub(crate) policy_owner: bool,
    pub(crate) passive: bool,
    name: Option<Vec<u16>>,
    pub(crate) pnp: Pnp,
    state: Locked<State>,
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) default_queue: Cell<Option<&'static Queue>>,
    pub(crate) routes: [Cell<Option<&'static Queue>>; ROUTES],
    pub(crate) queues: RefCell<Vec<&'static Queue>>,
    pub(crate) files: RefCell<Vec<&'static File>>,
    pub(crate) targets: RefCell<Vec<&'static Target>>,
    default_target: Cell<Option<&'static Target>>,
    /// Opens of a device without file objects of ours count here too.
    open: Cell<u32>,
    delete_when_closed: Cell<bool>,
    links: RefCell<Vec<Vec<u16>>>,
    interfaces: RefCell<Vec<Vec<u16>>>,
    detached: Cell<bool>,
}

// SAFETY: the raw pointers are to WDM objects, which are made for use on all threads.
unsafe impl Sync for DeviceBody {}
// SAFETY: as above.
unsafe impl Send for DeviceBody {}

impl Body for DeviceBody {
    const KIND: Kind = Kind::Device;
    type Raw = wdk_sys::WDFDEVICE__;

    fn dispose(this: &'static Device) {
        for target in this.targets() {
            target.leave();
        }
        this.drop_links();
    }

    fn destroyed(this: &'static Device) {
        this.detach();
        // Nothing finds the object from here on.
        this.set_extension(core::ptr::null());
        // SAFETY: the device object is ours, and its framework object is going.
        unsafe { ntddk::IoDeleteDevice(this.device_object) };
    }
}

/// What a device object's extension holds.
#[repr(C)]
struct Extension {
    device: *const Device,
}

impl Device {
    /// The device of one of our device objects.
    pub(crate) fn of_device_object(device_object: PDEVICE_OBJECT) -> Option<&'static Self> {
        let extension = ffi::get(device_object.cast_const())?.DeviceExtension;
        ffi::get(extension.cast::<Extension>().cast_const())
            // SAFETY: null, or the device that owns the device object.
            .and_then(|extension| unsafe { extension.device.as_ref() })
    }

    fn set_extension(&self, device: *const Self) {
        if let Some(object) = ffi::get(self.device_object.cast_const()) {
            ffi::put(object.DeviceExtension.cast(), Extension { device });
        }
    }

    pub(crate) fn state<'a>(&'a self, guard: &'a Guard) -> &'a State {
        self.state.get(guard)
    }

    pub(crate) fn is_control(&self) -> bool {
        self.role == Role::Control
    }

    pub(crate) fn is_filter(&self) -> bool {
        self.role == Role::Filter
    }

    pub(crate) fn default_target(&self) -> Option<&'static Target> {
        self.state.get(&lock()).default_target.get()
    }

    pub(crate) fn queues(&self) -> Vec<&'static Queue> {
        self.state.get(&lock()).queues.borrow().clone()
    }

    pub(crate) fn targets(&self) -> Vec<&'static Target> {
        self.state.get(&lock()).targets.borrow().clone()
    }

    /// The framework's file object for one of the I/O manager's.
    pub(crate) fn file(&self, file_object: PFILE_OBJECT) -> Option<&'static File> {
        if file_object.is_null() {
            return None;
        }
        let guard = lock();
        let files = self.state.get(&guard).files.borrow();
        files
            .iter()
            .copied()
            .find(|file| file.file_object == file_object)
    }

    pub(crate) fn finish_initializing(&self) {
        const DO_DEVICE_INITIALIZING: u32 = 0x80;
        if let Some(object) = ffi::get_mut(self.device_object) {
            object.Flags &= !DO_DEVICE_INITIALIZING;
        }
    }

    /// One more open file.
    pub(crate) fn opened(&self) {
        let guard = lock();
        let open = &self.state.get(&guard).open;
        open.set(open.get() + 1);
    }

    /// One file less: a control device that waits for that goes now.
    pub(crate) fn closed(&'static self) {
        let delete = {
            let guard = lock();
            let state = self.state.get(&guard);
            state.open.set(state.open.get().saturating_sub(1));
            state.open.get() == 0 && state.delete_when_closed.get()
        };
        if delete {
            self.object.delete();
        }
    }

    /// `WdfObjectDelete` of a control device: at once, or when its last file is closed.
    pub(crate) fn delete_control(&'static self) {
        let wait = {
            let guard = lock();
            let state = self.state.get(&guard);
            state.delete_when_closed.set(true);
            state.open.get() > 0
        };
        if !wait {
            self.object.delete();
        }
    }

    /// After EvtDriverDeviceAdd failed: the device leaves its stack at once.
    pub(crate) fn remove_failed(&'static self) {
        self.detach();
        self.object.delete();
    }

    /// Removes the device: cleanups, destruction of what is below it, then `lower` (which sends
    /// REMOVE down), then the device itself.
    pub(crate) fn remove(&'static self, lower: impl FnOnce()) {
        let kept = Kept::new(&self.object);
        let rest = Deletion::begin(&self.object).finish_children();
        lower();
        self.detach();
        rest.finish();
        drop(kept);
    }

    fn detach(&self) {
        if !self.attached.is_null() && !self.state.get(&lock()).detached.replace(true) {
            // SAFETY: `create` attached to it, once.
            unsafe { ntddk::IoDetachDevice(self.attached) };
        }
    }

    fn drop_links(&self) {
        let links = self.state.get(&lock()).links.take();
        for link in links {
            let mut name = ffi::counted(&link);
            // SAFETY: the name is a live local.
            let _: NTSTATUS = unsafe { ntddk::IoDeleteSymbolicLink(&raw mut name) };
        }
        self.enable_interfaces(false);
    }

    /// Tells who asks for the device's interfaces that they are (not) there.
    pub(crate) fn enable_interfaces(&self, on: bool) {
        let interfaces = self.state.get(&lock()).interfaces.borrow().clone();
        for interface in interfaces {
            let mut name = ffi::counted(&interface);
            // SAFETY: the name is a live local.
            let _: NTSTATUS = unsafe { ntddk::IoSetDeviceInterfaceState(&raw mut name, on.into()) };
        }
    }
}
