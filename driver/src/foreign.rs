//! Requests of other drivers, on their way through the filter: streams and all else pass
//! untouched, what makes or breaks something is followed.

use core::sync::atomic::{AtomicUsize, Ordering};

use plug61883_abi::av61883::{AvRequest, IOCTL_61883_CLASS, function};
use plug61883_engine::{Engine, is_followed};
use plug61883_wdf::wdk_sys::PVOID;
use plug61883_wdf::{Device, Handle, NtStatus, PassingEvents, SpinLockGuard, system_time};

use crate::filter::{Filter, UnitContext};
use crate::shell::{STATE, State, run_raised};

/// Requests of a unit that are followed at the moment.
pub(crate) struct Followed(AtomicUsize);

impl Followed {
    /// None of them is under way any more.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.load(Ordering::Acquire) == 0
    }
}

impl PassingEvents for Filter {
    fn passing(device: Device, code: u32, argument1: PVOID) -> bool {
        if code != IOCTL_61883_CLASS || argument1.is_null() {
            return false;
        }
        // SAFETY: with this code `Argument1` points to an AV_61883_REQUEST, which the sender
        // keeps until the request is completed; its function comes first.
        let function = unsafe { argument1.cast::<u32>().read() };
        if !is_followed(function) {
            return false;
        }
        let Some(context) = device.context::<UnitContext>() else {
            return false;
        };
        context.followed.0.fetch_add(1, Ordering::AcqRel);
        // Looked at after counting: a unit that leaves waits for what is counted.
        let Some(unit) = context.unit() else {
            context.followed.0.fetch_sub(1, Ordering::AcqRel);
            return false;
        };
        if matches!(function, function::DISCONNECT | function::DELETE_PLUG) {
            let request = read(argument1);
            tell(STATE.lock(), |engine| engine.foreign_sent(unit, &request));
        }
        true
    }

    fn completed(device: Device, argument1: PVOID, status: NtStatus) {
        let Some(context) = device.context::<UnitContext>() else {
            return;
        };
        if let Some(unit) = context.unit() {
            let request = read(argument1);
            tell(STATE.lock(), |engine| {
                engine.set_system_time(system_time());
                engine.foreign_completed(unit, &request, status);
            });
        }
        context.followed.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// An input that seldom leads to orders: the lock is taken once where there are none.
fn tell(mut state: SpinLockGuard<'_, State>, what: impl FnOnce(&mut Engine)) {
    what(&mut state.engine);
    let orders = state.engine.has_orders();
    drop(state);
    if orders {
        run_raised();
    }
}

fn read(argument1: PVOID) -> AvRequest {
    // SAFETY: `argument1` is that of a request that `passing` has found to be an
    // AV_61883_REQUEST, and its sender keeps it until the request is completed.
    unsafe { argument1.cast::<AvRequest>().read() }
}
