//! The device of a unit: it starts, its answers come due, it leaves.

use core::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

use plug61883_wdf::{
    Attributes, Device, DeviceInit, Dispatch, Handle, NtStatus, PnpEvents, Presence, QueueConfig,
    Result, Timer, TimerEvents, context_type, milliseconds,
};
use sim61883_model::{DeviceRef, NodeConfig};
use wdk_sys::WDFTIMER__;

use crate::LAB;
use crate::callbacks::{self, Calls};
use crate::control::CONTROL;
use crate::request::{self, FromAbove};

/// EUI-64 of the unit in slot 0; the others follow it.
const FIRST_EUI64: u64 = 0x00A0_B061_8830_0001;

/// What every unit is: a DV deck with two plugs of each direction.
const DECK: NodeConfig = NodeConfig {
    eui64: FIRST_EUI64,
    vendor_id: 0x00_A0B0,
    model_id: 0x06_1883,
    unit_model_id: 0x06_1884,
    vendor: "Simulated Works",
    model: "DV Deck",
    unit_model: "DV Deck AV/C",
    outputs: 2,
    inputs: 2,
    speed: 2,
    payload: 122,
};

/// Context of a unit's device.
struct UnitContext {
    /// It keeps the control device.
    present: Presence,
    /// [`DeviceRef`] as bits; 0 while the unit is not on the bus.
    unit: AtomicU64,
    /// Answers the unit's requests when they are due.
    timer: AtomicPtr<WDFTIMER__>,
    /// Makes the unit's calls, see [`callbacks`].
    calls: AtomicPtr<WDFTIMER__>,
}

context_type!(UnitContext, c"UnitContext");

/// Makes the device of a unit. (PASSIVE_LEVEL)
pub(crate) fn add(mut init: DeviceInit<'_>) -> Result<()> {
    init.set_pnp_events::<Unit>();
    let device = init.create(Attributes::new().context::<UnitContext>())?;
    // Not power-managed: then removal does not wait for held requests before the unit can
    // complete them.
    QueueConfig::new(Dispatch::Parallel)
        .default_queue()
        .not_power_managed()
        .internal_device_control::<FromAbove>()
        .create(device)?;
    let timer = Timer::create::<Unit>(device)?;
    let calls = Timer::create::<Calls>(device)?;
    let context = device
        .context::<UnitContext>()
        .ok_or(NtStatus::INTERNAL_ERROR)?;
    context.timer.store(timer.raw(), Ordering::Release);
    context.calls.store(calls.raw(), Ordering::Release);
    Ok(())
}

/// The unit of a device, while it is on the bus.
pub(crate) fn of(device: Device) -> Option<DeviceRef> {
    let context = device.context::<UnitContext>()?;
    DeviceRef::from_bits(context.unit.load(Ordering::Acquire))
}

/// Sets the timer for the unit's next answer. (IRQL <= DISPATCH_LEVEL)
pub(crate) fn set_timer(device: Device, unit: DeviceRef) {
    let due = LAB.lock().next_due(unit);
    if let (Some(due), Some(timer)) = (due, timer(device, |context| &context.timer)) {
        timer.start(due.saturating_sub(milliseconds()).max(1));
    }
}

fn timer(device: Device, which: impl Fn(&UnitContext) -> &AtomicPtr<WDFTIMER__>) -> Option<Timer> {
    let raw = which(device.context::<UnitContext>()?).load(Ordering::Acquire);
    // SAFETY: a handle that is not null is that of a timer of the device's, which lives as long
    // as the device.
    (!raw.is_null()).then(|| unsafe { Timer::from_raw(raw) })
}

struct Unit;

impl PnpEvents for Unit {
    /// The unit is plugged into the bus, which resets it.
    fn io_init(device: Device) -> Result<()> {
        let context = device
            .context::<UnitContext>()
            .ok_or(NtStatus::INTERNAL_ERROR)?;
        CONTROL.unit_arrived(&context.present)?;
        let attached = {
            let mut lab = LAB.lock();
            let simulation = &mut lab.simulation;
            let unit = simulation.bus().free_slot().and_then(|slot| {
                let eui64 = FIRST_EUI64.wrapping_add(slot.into());
                simulation.attach(NodeConfig { eui64, ..DECK })
            });
            if let (Some(unit), Some(calls)) = (unit, timer(device, |context| &context.calls)) {
                callbacks::unit_arrived(&lab, unit, calls);
            }
            callbacks::start(&lab);
            unit
        };
        match attached {
            Some(unit) => {
                context.unit.store(unit.to_bits(), Ordering::Release);
                Ok(())
            }
            None => {
                CONTROL.unit_left(&context.present);
                Err(NtStatus::INSUFFICIENT_RESOURCES)
            }
        }
    }

    /// The unit is unplugged, in good order or not: its requests end, the bus is reset. Nothing of
    /// it is called any more once the cleanup has waited for its timers.
    fn io_flush(device: Device) {
        let Some(context) = device.context::<UnitContext>() else {
            return;
        };
        let Some(unit) = DeviceRef::from_bits(context.unit.swap(0, Ordering::AcqRel)) else {
            return;
        };
        {
            let mut lab = LAB.lock();
            lab.simulation.detach(unit);
            callbacks::unit_left(&lab, unit);
            callbacks::start(&lab);
        }
        request::abandon(unit);
        CONTROL.unit_left(&context.present);
    }

    fn io_cleanup(device: Device) {
        let timers = [
            timer(device, |context| &context.timer),
            timer(device, |context| &context.calls),
        ];
        for timer in timers.into_iter().flatten() {
            timer.stop_and_wait();
        }
    }
}

impl TimerEvents for Unit {
    fn fired(device: Device) {
        if let Some(unit) = of(device) {
            request::complete_due(unit);
            set_timer(device, unit);
        }
    }
}
