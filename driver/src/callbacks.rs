//! Routines that the protocol driver calls, at IRQL <= DISPATCH_LEVEL. Their contexts are ids, not
//! pointers: a call that comes when nothing is registered any more finds nothing.

use core::sync::atomic::{AtomicUsize, Ordering};

use plug61883_abi::av61883::{BusGenerationNode, MonitorInfo, PlugNotifyInfo};
use plug61883_abi::ids::UnitId;
use plug61883_engine::{Engine, Routines};
use plug61883_wdf::wdk_sys::PVOID;

use crate::shell::{input, run_raised};

/// Calls that have not returned yet.
static UNDER_WAY: AtomicUsize = AtomicUsize::new(0);

/// No routine is running: what waits for this may take the driver's memory away afterwards.
pub(crate) fn are_done() -> bool {
    UNDER_WAY.load(Ordering::Acquire) == 0
}

/// The addresses of the routines.
pub(crate) fn routines() -> Routines {
    let bus_reset: unsafe extern "C" fn(PVOID, *const BusGenerationNode) = bus_reset;
    let monitor: unsafe extern "C" fn(*const MonitorInfo) = monitor;
    let plug: unsafe extern "C" fn(*const PlugNotifyInfo) = plug;
    Routines {
        bus_reset: bus_reset as usize as u64,
        monitor: monitor as usize as u64,
        plug: plug as usize as u64,
    }
}

fn tell(what: impl FnOnce(&mut Engine)) {
    UNDER_WAY.fetch_add(1, Ordering::AcqRel);
    what(&mut input().engine);
    run_raised();
    UNDER_WAY.fetch_sub(1, Ordering::AcqRel);
}

/// `BUS_RESET_NOTIFY.pfnNotify`.
unsafe extern "C" fn bus_reset(context: PVOID, info: *const BusGenerationNode) {
    // SAFETY: the protocol driver gives a structure that is live for the time of the call.
    if let Some(nodes) = unsafe { info.as_ref() }.copied() {
        tell(|engine| engine.bus_reset(UnitId(context.addr() as u64), nodes));
    }
}

/// `CMP_MONITOR_PLUGS.pfnNotify`.
unsafe extern "C" fn monitor(info: *const MonitorInfo) {
    // SAFETY: as in `bus_reset`.
    if let Some(info) = unsafe { info.as_ref() }.copied() {
        tell(|engine| engine.plug_monitored(UnitId(info.context), &info));
    }
}

/// `CMP_CREATE_PLUG.pfnNotify`.
unsafe extern "C" fn plug(info: *const PlugNotifyInfo) {
    // SAFETY: as in `bus_reset`.
    if let Some(info) = unsafe { info.as_ref() }.copied() {
        tell(|engine| engine.plug_notified(info.context, info.pcr));
    }
}
