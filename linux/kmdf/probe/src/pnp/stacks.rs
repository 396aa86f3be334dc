//! Power, what is passed on, two drivers in one stack, I/O targets.

use super::*;
use core::sync::atomic::Ordering;

use wdk_sys::{NTSTATUS, WDFDEVICE};

use crate::hold::{self, Then};
use crate::irp;
use crate::kit::Status;
use crate::lower::{self, Mode};
use crate::stack::{self, Device, PARALLEL, PLAIN, Setup, queue, stack};
use crate::{note, say, wdf};

fn note_flags(device: WDFDEVICE) -> NTSTATUS {
    let object = wdf!(WdfDeviceWdmGetDeviceObject, device);
    // SAFETY: the device object is live.
    let (flags, characteristics) = unsafe { ((*object).Flags, (*object).Characteristics) };
    note!("{flags:X} {characteristics:X}");
    0
}

fn power(device: &Device, kind: u64, state: u64) -> NTSTATUS {
    irp::once(
        device.object,
        irp::POWER,
        irp::SET_POWER,
        NO_FILE,
        [0, kind, state, 0],
    )
}

pub(super) fn powers() {
    for (filter, rows) in [
        (true, ["G.filter-d3", "G.filter-d0", "G.filter-s3"]),
        (false, ["G.function-s3", "G.function-s0", ""]),
    ] {
        let device = stack(&setup(filter));
        device.start_quietly();
        say::row("");
        if filter {
            note!("-> {}", Status(power(&device, 1, 4)));
            say::row(rows[0]);
            note!("-> {}", Status(power(&device, 1, 1)));
            say::row(rows[1]);
            note!("-> {}", Status(power(&device, 0, 4)));
            say::row(rows[2]);
        } else {
            note!("-> {}", Status(power(&device, 0, 4)));
            say::row(rows[0]);
            note!("-> {}", Status(power(&device, 0, 1)));
            say::row(rows[1]);
        }
        device.remove_quietly();
        say::row("");
    }
}

pub(super) fn forwarded() {
    for (filter, rows) in [
        (
            true,
            ["G.filter-flags", "G.filter-queries", "G.filter-others"],
        ),
        (
            false,
            [
                "G.function-flags",
                "G.function-queries",
                "G.function-others",
            ],
        ),
    ] {
        let setup = Setup {
            filter,
            made: note_flags,
            ..PLAIN
        };
        let device = stack(&setup);
        // SAFETY: the device objects are live.
        let above = unsafe { (*device.object).StackSize - (*device.lower).StackSize };
        note!("stack lower+{above}");
        say::row(rows[0]);
        device.start_quietly();
        say::row("");
        for minor in [0x07, 0x08, 0x09, 0x0A, 0x0D, 0x13, irp::QUERY_STATE] {
            note!("{}", Status(device.pnp(minor)));
        }
        say::row(rows[1]);
        lower::answer(Mode::Inline, 0, 0);
        for major in [
            irp::WMI,
            irp::FLUSH,
            irp::QUERY_INFORMATION,
            irp::SHUTDOWN,
            irp::CREATE,
        ] {
            note!(
                "{}",
                Status(irp::once(device.object, major, 0, NO_FILE, [0; 4]))
            );
        }
        say::row(rows[2]);
        device.remove_quietly();
        say::row("");
    }
}

pub(super) fn two_drivers() {
    lower::quiet(false);
    NAMES.store(1, Ordering::Release);
    let function = stack(&setup(false));
    NAMES.store(2, Ordering::Release);
    let filter = match stack::add(function.lower, &setup(true)) {
        Ok(device) => device,
        Err(status) => {
            note!("{}", Status(status));
            return;
        }
    };
    say::row("");
    for (minor, row) in [
        (irp::START, "G.two-start"),
        (irp::QUERY_STOP, "G.two-query-stop"),
        (irp::STOP, "G.two-stop"),
        (irp::START, "G.two-restart"),
        (irp::SURPRISE_REMOVAL, "G.two-surprise"),
    ] {
        filter.pnp(minor);
        say::row(row);
    }
    filter.remove();
    say::row("G.two-remove-after-surprise");
    NAMES.store(1, Ordering::Release);
    let function = stack(&setup(false));
    named_queue(&function);
    queue(function.handle, &hold::all(PARALLEL, true));
    NAMES.store(2, Ordering::Release);
    let Ok(filter) = stack::add(function.lower, &setup(true)) else {
        return;
    };
    named_queue(&filter);
    queue(filter.handle, &hold::all(PARALLEL, true));
    filter_sends_on(&filter);
    filter.remove();
    say::row("G.two-remove");
    NAMES.store(0, Ordering::Release);
}

/// An internal control that the filter sends on and the function driver completes.
fn filter_sends_on(filter: &Device) {
    filter.start_quietly();
    hold::then(Then::Keep);
    hold::forget_all();
    let sent = hold::send("irp", filter, irp::INTERNAL, 1, NO_FILE);
    say::row("");
    let target = wdf!(WdfDeviceGetIoTarget, filter.handle);
    crate::send::send_current(hold::held(0), target);
    note!("complete");
    hold::complete(1, 0);
    note!("completed");
    hold::forget_all();
    sent.free();
    say::row("G.two-internal");
}

/// What happens to the device's own target and to requests that it keeps.
pub(super) fn targets() {
    let filter = setup(true);
    let device = stack(&filter);
    device.start_quietly();
    let target = wdf!(WdfDeviceGetIoTarget, device.handle);
    lower::answer(Mode::Inline, 0, 0);
    device.pnp(irp::QUERY_STOP);
    device.pnp(irp::STOP);
    let stopped = wdf!(WdfIoTargetGetState, target);
    device.pnp(irp::START);
    device.pnp(irp::SURPRISE_REMOVAL);
    say::row("");
    note!(
        "stopped {stopped} surprise {}",
        wdf!(WdfIoTargetGetState, target)
    );
    crate::send::send_own(device.handle.cast(), target);
    say::row("G.own-target");
    lower::quiet(true);
    wdf!(WdfIoTargetStop, target, 3);
    crate::send::send_own(device.handle.cast(), target);
    say::row("");
    note!("remove");
    device.remove();
    lower::quiet(false);
    say::row("G.kept-at-remove");
    // The status that PnP IRPs go down with.
    let device = stack(&Setup {
        filter: true,
        ..PLAIN
    });
    lower::details(true);
    for minor in [
        irp::START,
        irp::QUERY_STOP,
        irp::CANCEL_STOP,
        irp::QUERY_REMOVE,
    ] {
        device.pnp(minor);
    }
    device.pnp(irp::CANCEL_REMOVE);
    device.remove();
    lower::details(false);
    say::row("G.lower-status");
}
