//! Device stacks and what can be done to them.

use alloc::{sync::Arc, vec::Vec};
use core::{
    mem, ptr,
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
};

use pnp_control::{Command, DeviceEntry, DeviceState, NAME_UNITS, PowerState, fixed_name};
use wdk_sys::{
    _DEVICE_RELATION_TYPE::BusRelations,
    _POWER_STATE_TYPE::{DevicePowerState, SystemPowerState},
    DEVICE_CAPABILITIES, DEVICE_RELATIONS, DRIVER_OBJECT, IO_STACK_LOCATION, NTSTATUS,
    ntddk::{ExFreePoolWithTag, ObfDereferenceObject},
};

use crate::{
    bus::{Identity, Pdo},
    drivers, irp,
    nt::{self, WideString, log},
    registry::InstanceKey,
    status,
    sync::Mutex,
};

/// A device and the drivers above its PDO.
struct Unit {
    name: WideString,
    pdo: mem::ManuallyDrop<Pdo>,
    /// Services whose AddDevice succeeded, bottom first.
    drivers: Vec<WideString>,
    state: AtomicU32,
    busy: AtomicBool,
    system_power: AtomicU32,
    device_power: AtomicU32,
}

static UNITS: Mutex<Vec<Arc<Unit>>> = Mutex::new(Vec::new());

/// To be called once, first of all.
pub(crate) fn init() {
    UNITS.init();
}

/// Carries out a command; gives its status and the device's state afterwards, if it is there.
pub(crate) fn run(
    driver: *mut DRIVER_OBJECT,
    command: Command,
    argument: u32,
    name: &WideString,
) -> (NTSTATUS, Option<DeviceState>) {
    match command {
        Command::Add => match add(driver, name) {
            Ok(()) => (status::SUCCESS, Some(DeviceState::Added)),
            Err(status) => (status, None),
        },
        Command::Unload if name.units().is_empty() => match drivers::unload_all() {
            0 => (status::SUCCESS, None),
            _ => (status::DEVICE_BUSY, None),
        },
        Command::Unload => (drivers::unload(name), None),
        _ => {
            let Some(unit) = find(name) else {
                return (status::NO_SUCH_DEVICE, None);
            };
            if unit.busy.swap(true, Ordering::AcqRel) {
                return (status::DEVICE_BUSY, unit.state());
            }
            let status = unit.act(command, argument);
            let state = unit.state();
            unit.busy.store(false, Ordering::Release);
            (status, state)
        }
    }
}

/// What is known of every device.
pub(crate) fn list() -> Vec<DeviceEntry> {
    UNITS
        .lock()
        .iter()
        .map(|unit| DeviceEntry {
            state: unit.state.load(Ordering::Acquire),
            busy: unit.busy.load(Ordering::Acquire).into(),
            system_power: unit.system_power.load(Ordering::Acquire),
            device_power: unit.device_power.load(Ordering::Acquire),
            drivers: u32::try_from(unit.drivers.len()).unwrap_or(0),
            reserved: 0,
            name: fixed_name(unit.name.units().iter().copied()).unwrap_or([0; NAME_UNITS]),
        })
        .collect()
}

/// Finds a device.
fn find(name: &WideString) -> Option<Arc<Unit>> {
    UNITS
        .lock()
        .iter()
        .find(|unit| unit.name.same_name(name))
        .cloned()
}

/// Builds the stack of a device instance.
fn add(driver: *mut DRIVER_OBJECT, name: &WideString) -> Result<(), NTSTATUS> {
    let key = InstanceKey::open(name)?;
    let service = key.strings("Service");
    let filters = key.strings("UpperFilters");
    let identity =
        Identity::new(name, key.strings("HardwareID")).ok_or(status::INVALID_PARAMETER)?;
    drop(key);
    if service.is_empty() {
        log!("{name}: its key has no Service");
        return Err(status::OBJECT_NAME_NOT_FOUND);
    }
    let mut unit = Unit {
        name: name.clone(),
        pdo: mem::ManuallyDrop::new(Pdo::create(driver, identity)?),
        drivers: Vec::new(),
        state: AtomicU32::new(DeviceState::Added as u32),
        busy: AtomicBool::new(false),
        system_power: AtomicU32::new(0),
        device_power: AtomicU32::new(3),
    };
    let mut result = Ok(());
    for service in service.iter().take(1).chain(&filters) {
        result = drivers::add_device(service, unit.pdo.device());
        if result.is_err() {
            break;
        }
        unit.drivers.push(service.clone());
    }
    let mut units = UNITS.lock();
    if result.is_ok() && units.iter().any(|other| other.name.same_name(name)) {
        result = Err(status::OBJECT_NAME_COLLISION);
    }
    match result {
        Ok(()) => units.push(Arc::new(unit)),
        Err(_) => {
            drop(units);
            unit.take_down();
        }
    }
    result
}

impl Unit {
    /// The state; none once the device was removed.
    fn state(&self) -> Option<DeviceState> {
        DeviceState::from_u32(self.state.load(Ordering::Acquire))
    }

    fn set_state(&self, state: DeviceState) {
        self.state.store(state as u32, Ordering::Release);
    }

    fn act(&self, command: Command, argument: u32) -> NTSTATUS {
        use DeviceState::{Added, RemovePending, Started, StopPending, Stopped, SurpriseRemoved};
        let Some(state) = self.state() else {
            return status::NO_SUCH_DEVICE;
        };
        match (command, state) {
            (Command::Start, Added | Stopped) => self.start(),
            (Command::QueryStop, Started) => self.query(
                (wdk_sys::IRP_MN_QUERY_STOP_DEVICE, "QUERY_STOP_DEVICE"),
                (wdk_sys::IRP_MN_CANCEL_STOP_DEVICE, "CANCEL_STOP_DEVICE"),
                StopPending,
            ),
            (Command::CancelStop, StopPending) => self.settle(
                wdk_sys::IRP_MN_CANCEL_STOP_DEVICE,
                "CANCEL_STOP_DEVICE",
                Started,
            ),
            (Command::Stop, Started) => match self.act(Command::QueryStop, 0) {
                status if status::ok(status) => self.act(Command::Stop, 0),
                status => status,
            },
            (Command::Stop, StopPending) => {
                self.settle(wdk_sys::IRP_MN_STOP_DEVICE, "STOP_DEVICE", Stopped)
            }
            (Command::QueryRemove, Started) => self.query(
                (wdk_sys::IRP_MN_QUERY_REMOVE_DEVICE, "QUERY_REMOVE_DEVICE"),
                (wdk_sys::IRP_MN_CANCEL_REMOVE_DEVICE, "CANCEL_REMOVE_DEVICE"),
                RemovePending,
            ),
            (Command::CancelRemove, RemovePending) => self.settle(
                wdk_sys::IRP_MN_CANCEL_REMOVE_DEVICE,
                "CANCEL_REMOVE_DEVICE",
                Started,
            ),
            (Command::Remove, Started) => match self.act(Command::QueryRemove, 0) {
                status if status::ok(status) => self.take_down(),
                status => status,
            },
            (Command::Remove, _) => self.take_down(),
            (Command::SurpriseRemove, Started | StopPending | Stopped | RemovePending) => {
                self.act(Command::SurpriseOnly, 0);
                self.take_down()
            }
            // Windows tells a stack that was never started of its removal only.
            (Command::SurpriseRemove, Added | SurpriseRemoved) => self.take_down(),
            (Command::SurpriseOnly, Started | StopPending | Stopped | RemovePending) => self
                .settle(
                    wdk_sys::IRP_MN_SURPRISE_REMOVAL,
                    "SURPRISE_REMOVAL",
                    SurpriseRemoved,
                ),
            (Command::SetPower | Command::QueryPower, Started | StopPending | RemovePending) => {
                self.power(command == Command::SetPower, argument)
            }
            _ => status::INVALID_DEVICE_STATE,
        }
    }

    /// Sends a PnP IRP.
    fn pnp(
        &self,
        minor: u32,
        what: &str,
        fill: impl FnOnce(&mut IO_STACK_LOCATION),
    ) -> (NTSTATUS, u64) {
        // SAFETY: the PDO stays while the command runs; the location gets what this IRP takes.
        unsafe {
            irp::send(self.pdo.device(), &self.name, what, |location| {
                location.MajorFunction = wdk_sys::IRP_MJ_PNP as u8;
                location.MinorFunction = minor as u8;
                fill(location);
            })
        }
    }

    /// Asks something that may be refused, and takes the question back if it is.
    fn query(
        &self,
        (minor, what): (u32, &str),
        (cancel, cancel_what): (u32, &str),
        then: DeviceState,
    ) -> NTSTATUS {
        let (status, _) = self.pnp(minor, what, |_| {});
        if status::ok(status) {
            self.set_state(then);
        } else {
            self.pnp(cancel, cancel_what, |_| {});
        }
        status
    }

    /// Sends what a driver must not fail; the device is in the new state either way.
    fn settle(&self, minor: u32, what: &str, then: DeviceState) -> NTSTATUS {
        let (status, _) = self.pnp(minor, what, |_| {});
        self.set_state(then);
        status
    }

    fn start(&self) -> NTSTATUS {
        let (status, _) = self.pnp(wdk_sys::IRP_MN_START_DEVICE, "START_DEVICE", |_| {});
        if !status::ok(status) {
            self.take_down();
            return status;
        }
        self.set_state(DeviceState::Started);
        self.device_power.store(0, Ordering::Release);
        // SAFETY: all-zero is a value of this plain C structure.
        let mut capabilities: DEVICE_CAPABILITIES = unsafe { mem::zeroed() };
        capabilities.Size = size_of::<DEVICE_CAPABILITIES>() as u16;
        capabilities.Version = 1;
        capabilities.Address = u32::MAX;
        capabilities.UINumber = u32::MAX;
        let capabilities = ptr::from_mut(&mut capabilities);
        self.pnp(
            wdk_sys::IRP_MN_QUERY_CAPABILITIES,
            "QUERY_CAPABILITIES",
            |location| {
                location.Parameters.DeviceCapabilities.Capabilities = capabilities;
            },
        );
        self.pnp(
            wdk_sys::IRP_MN_QUERY_PNP_DEVICE_STATE,
            "QUERY_PNP_DEVICE_STATE",
            |_| {},
        );
        let (answer, relations) = self.pnp(
            wdk_sys::IRP_MN_QUERY_DEVICE_RELATIONS,
            "QUERY_DEVICE_RELATIONS(BusRelations)",
            |location| location.Parameters.QueryDeviceRelations.Type = BusRelations,
        );
        if status::ok(answer) && relations != 0 {
            // SAFETY: a stack that succeeds this IRP gives a list in pool memory, its objects
            // referenced; both become the sender's.
            unsafe {
                let relations = relations as *mut DEVICE_RELATIONS;
                let objects = ptr::addr_of!((*relations).Objects).cast::<*mut core::ffi::c_void>();
                for index in 0..(*relations).Count as usize {
                    ObfDereferenceObject(objects.add(index).read());
                }
                ExFreePoolWithTag(relations.cast(), 0);
            }
        }
        status
    }

    fn power(&self, set: bool, argument: u32) -> NTSTATUS {
        let Some(state) = PowerState::decode(argument) else {
            return status::INVALID_PARAMETER;
        };
        let (minor, what) = if set {
            (wdk_sys::IRP_MN_SET_POWER, "SET_POWER")
        } else {
            (wdk_sys::IRP_MN_QUERY_POWER, "QUERY_POWER")
        };
        let what = alloc::format!("{what} {state:?}");
        // SAFETY: the PDO stays while the command runs; the location gets what this IRP takes.
        let (status, _) = unsafe {
            irp::send(self.pdo.device(), &self.name, &what, |location| {
                location.MajorFunction = wdk_sys::IRP_MJ_POWER as u8;
                location.MinorFunction = minor as u8;
                // The enumerations of the headers start with "unspecified".
                match state {
                    PowerState::System(state) => {
                        location.Parameters.Power.Type = SystemPowerState;
                        location.Parameters.Power.State.SystemState = i32::from(state) + 1;
                    }
                    PowerState::Device(state) => {
                        location.Parameters.Power.Type = DevicePowerState;
                        location.Parameters.Power.State.DeviceState = i32::from(state) + 1;
                    }
                }
            })
        };
        if set && status::ok(status) {
            let (known, state) = match state {
                PowerState::System(state) => (&self.system_power, state),
                PowerState::Device(state) => (&self.device_power, state),
            };
            known.store(state.into(), Ordering::Release);
        }
        status
    }

    /// Removes the stack, deletes the PDO, forgets the device and gives its drivers back.
    fn take_down(&self) -> NTSTATUS {
        let (status, _) = self.pnp(wdk_sys::IRP_MN_REMOVE_DEVICE, "REMOVE_DEVICE", |_| {});
        UNITS.lock().retain(|unit| !ptr::eq(&**unit, self));
        self.state.store(0, Ordering::Release);
        if let Some(driver) = self.pdo.attached_driver() {
            // Deleting the PDO or unloading the driver would crash; better to say whose fault it is.
            nt::print(&alloc::format!(
                "VERIFIER: AttachedAfterRemove: driver {driver}: still attached to the PDO of {} \
                 after IRP_MN_REMOVE_DEVICE",
                self.name
            ));
            return status;
        }
        // SAFETY: the device was removed, so this runs once only, and nobody uses the PDO after.
        unsafe { ptr::drop_in_place(ptr::from_ref(&*self.pdo).cast_mut()) };
        for service in self.drivers.iter().rev() {
            drivers::release(service);
        }
        status
    }
}
