//! The filter device of a unit: who uses its stack, and that they are done in time.
//!
//! A thread that sends something down holds a [`Use`]. A unit that stops or leaves lets nobody
//! in any more and waits until all have left, which they do soon: what they have under way they
//! cancel when they see [`Use::is_leaving`].

use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicUsize, Ordering};

use plug61883_wdf::{
    Attributes, Device, DeviceInit, Handle, NtStatus, PnpEvents, Presence, Result, context_type,
};
use storm_control::MAX_UNITS;
use wdk_sys::{DEVICE_OBJECT, call_unsafe_wdf_function_binding};

use crate::control::CONTROL;
use crate::random::Random;
use crate::thread;

struct Unit {
    taken: AtomicBool,
    /// The next device below this driver's.
    lower: AtomicPtr<DEVICE_OBJECT>,
    /// plug61883 is that device's driver.
    filtered: AtomicBool,
    /// The stack may be used.
    open: AtomicBool,
    users: AtomicU32,
}

static UNITS: [Unit; MAX_UNITS] = [const {
    Unit {
        taken: AtomicBool::new(false),
        lower: AtomicPtr::new(ptr::null_mut()),
        filtered: AtomicBool::new(false),
        open: AtomicBool::new(false),
        users: AtomicU32::new(0),
    }
}; MAX_UNITS];

/// Context of a filter device.
struct UnitContext {
    /// Index in [`UNITS`] plus one; 0 for none.
    place: AtomicUsize,
    counted: Presence,
}

context_type!(UnitContext, c"UnitContext");

/// Keeps a unit's stack until it is dropped.
pub(crate) struct Use(&'static Unit);

impl Use {
    /// The device to which requests are sent.
    pub(crate) fn device(&self) -> Option<NonNull<DEVICE_OBJECT>> {
        NonNull::new(self.0.lower.load(Ordering::Acquire))
    }

    /// The unit waits for this use to end.
    pub(crate) fn is_leaving(&self) -> bool {
        !self.0.open.load(Ordering::Acquire)
    }
}

impl Drop for Use {
    fn drop(&mut self) {
        self.0.users.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Unit {
    fn enter(&'static self) -> Option<Use> {
        self.users.fetch_add(1, Ordering::AcqRel);
        let entered = Use(self);
        // In this order: who closes the unit sees the user, or the user sees that it is closed.
        (!entered.is_leaving()).then_some(entered)
    }

    /// Lets nobody in, waits until all have left. (PASSIVE_LEVEL)
    fn close(&self) {
        self.open.store(false, Ordering::SeqCst);
        while self.users.load(Ordering::SeqCst) != 0 {
            thread::sleep(1);
        }
    }
}

/// Units that are started.
pub(crate) fn count() -> u32 {
    let open = |unit: &&Unit| unit.open.load(Ordering::Acquire);
    UNITS.iter().filter(open).count() as u32
}

/// A unit with plug61883 in its stack or without, if there is any.
pub(crate) fn any(random: &mut Random, filtered: bool) -> Option<Use> {
    let first = random.below(MAX_UNITS as u32) as usize;
    let units = UNITS.iter().cycle().skip(first).take(MAX_UNITS);
    units
        .filter(|unit| unit.filtered.load(Ordering::Acquire) == filtered)
        .find_map(Unit::enter)
}

/// Puts a filter device on a unit's stack. (PASSIVE_LEVEL)
///
/// # Errors
/// The framework's status; `STATUS_QUOTA_EXCEEDED` for more than [`MAX_UNITS`].
pub(crate) fn add(mut init: DeviceInit<'_>) -> Result<()> {
    init.set_filter();
    init.set_pnp_events::<Filter>();
    init.create(Attributes::new().context::<UnitContext>())?;
    Ok(())
}

struct Filter;

fn unit_of(device: Device) -> Option<&'static Unit> {
    let context = device.context::<UnitContext>()?;
    UNITS.get(context.place.load(Ordering::Acquire).checked_sub(1)?)
}

/// A driver's name ends with `plug61883`.
fn is_plug61883(device: NonNull<DEVICE_OBJECT>) -> bool {
    // SAFETY: the device is attached below ours, so it and its driver are there; a driver's name
    // has as many bytes as it says.
    let name = unsafe {
        let name = (*(*device.as_ptr()).DriverObject).DriverName;
        if name.Buffer.is_null() {
            return false;
        }
        core::slice::from_raw_parts(name.Buffer, usize::from(name.Length) / 2)
    };
    name.ends_with(plug61883_wdf::utf16!("plug61883"))
}

impl PnpEvents for Filter {
    fn io_init(device: Device) -> Result<()> {
        // SAFETY: the device is live; a filter is attached to a device that outlives it.
        let lower = unsafe {
            call_unsafe_wdf_function_binding!(WdfDeviceWdmGetAttachedDevice, device.raw())
        };
        let lower = NonNull::new(lower).ok_or(NtStatus::INTERNAL_ERROR)?;
        let context = device
            .context::<UnitContext>()
            .ok_or(NtStatus::INTERNAL_ERROR)?;
        CONTROL.unit_arrived(&context.counted)?;
        let place = UNITS.iter().enumerate().find(|(_, unit)| {
            let taken = &unit.taken;
            taken
                .compare_exchange(false, true, Ordering::AcqRel, Ordering::Acquire)
                .is_ok()
        });
        let Some((index, unit)) = place else {
            CONTROL.unit_left(&context.counted);
            return Err(NtStatus::QUOTA_EXCEEDED);
        };
        unit.lower.store(lower.as_ptr(), Ordering::Release);
        unit.filtered.store(is_plug61883(lower), Ordering::Release);
        context
            .place
            .store(index.saturating_add(1), Ordering::Release);
        unit.open.store(true, Ordering::SeqCst);
        Ok(())
    }

    fn io_restart(device: Device) -> Result<()> {
        if let Some(unit) = unit_of(device) {
            unit.open.store(true, Ordering::SeqCst);
        }
        Ok(())
    }

    fn io_suspend(device: Device) -> Result<()> {
        if let Some(unit) = unit_of(device) {
            unit.close();
        }
        Ok(())
    }

    fn io_flush(device: Device) {
        if let Some(unit) = unit_of(device) {
            unit.close();
        }
    }

    fn io_cleanup(device: Device) {
        let (Some(context), Some(unit)) = (device.context::<UnitContext>(), unit_of(device)) else {
            return;
        };
        unit.close();
        context.place.store(0, Ordering::Release);
        unit.taken.store(false, Ordering::Release);
        CONTROL.unit_left(&context.counted);
    }
}
