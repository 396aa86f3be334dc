//! The order of callbacks over a device's life, and what failures do to it.

use super::*;

use crate::irp;
use crate::kit::{NONE, Status, named};
use crate::lower::{self};
use crate::stack::{self, stack};
use crate::{note, say};

pub(super) fn life(prefix: &str, filter: bool) {
    let row = |part: &str| {
        let id = match (prefix, part) {
            ("function", "start") => "G.function-start",
            ("function", "query-stop") => "G.function-query-stop",
            ("function", "stop") => "G.function-stop",
            ("function", "restart") => "G.function-restart",
            ("function", "cancel") => "G.function-cancel",
            ("function", "query-remove") => "G.function-query-remove",
            ("function", "remove") => "G.function-remove",
            ("function", "surprise") => "G.function-surprise",
            ("function", "remove-after") => "G.function-remove-after-surprise",
            ("function", _) => "G.function-never-started",
            (_, "start") => "G.filter-start",
            (_, "query-stop") => "G.filter-query-stop",
            (_, "stop") => "G.filter-stop",
            (_, "restart") => "G.filter-restart",
            (_, "cancel") => "G.filter-cancel",
            (_, "query-remove") => "G.filter-query-remove",
            (_, "remove") => "G.filter-remove",
            (_, "surprise") => "G.filter-surprise",
            (_, "remove-after") => "G.filter-remove-after-surprise",
            _ => "G.filter-never-started",
        };
        say::row(id);
    };
    let setup = setup(filter);
    let device = stack(&setup);
    named_queue(&device);
    say::row("");
    for (minor, part) in [
        (irp::START, "start"),
        (irp::QUERY_STOP, "query-stop"),
        (irp::STOP, "stop"),
        (irp::START, "restart"),
        (irp::CANCEL_STOP, "cancel"),
        (irp::QUERY_REMOVE, "query-remove"),
    ] {
        note!("-> {}", Status(device.pnp(minor)));
        row(part);
    }
    device.remove();
    row("remove");
    let device = stack(&setup);
    device.start_quietly();
    say::row("");
    note!("-> {}", Status(device.pnp(irp::SURPRISE_REMOVAL)));
    row("surprise");
    device.remove();
    row("remove-after");
    let device = stack(&setup);
    say::row("");
    device.remove();
    row("never");
}

pub(super) fn failures() {
    for (filter, rows) in [
        (
            false,
            [
                "G.fail-prepare",
                "G.fail-entry",
                "G.fail-init",
                "G.fail-lower",
            ],
        ),
        (
            true,
            [
                "G.fail-prepare-f",
                "G.fail-entry-f",
                "G.fail-init-f",
                "G.fail-lower-f",
            ],
        ),
    ] {
        let setup = setup(filter);
        for (which, row) in [PREPARE, ENTRY, INIT, 0].into_iter().zip(rows) {
            let device = stack(&setup);
            if which == 0 {
                lower::start_status(0xC000_0001_u32 as i32);
            } else {
                fail(which, 0xC000_0001);
            }
            say::row("");
            note!("-> {}", Status(device.pnp(irp::START)));
            fail(0, 0);
            lower::start_status(0);
            note!("then");
            device.remove();
            say::row(row);
        }
        let device = stack(&setup);
        fail(QUERY, 0xC000_0001);
        device.start_quietly();
        say::row("");
        note!("-> {}", Status(device.pnp(irp::QUERY_STOP)));
        fail(0, 0);
        say::row(if filter {
            "G.query-refused-f"
        } else {
            "G.query-refused"
        });
        device.remove_quietly();
        say::row("");
    }
    for (filter, rows) in [
        (false, ["G.add-before", "G.add-after"]),
        (true, ["G.add-before-f", "G.add-after-f"]),
    ] {
        let mut setup = setup(filter);
        fail(ADD_AFTER, 0xC000_0001);
        let lower = lower::device();
        match stack::add(lower, &setup) {
            Ok(_) => note!("AddDevice 0"),
            Err(status) => note!("AddDevice {}", Status(status)),
        }
        // SAFETY: the lower device is live.
        note!("detached {}", unsafe { (*lower).AttachedDevice.is_null() });
        say::row(rows[1]);
        fail(ADD_BEFORE, 0xC000_0001);
        setup.attributes = || wdk_sys::WDF_OBJECT_ATTRIBUTES {
            Size: 3,
            ..named(NONE)
        };
        match stack::add(lower, &setup) {
            Ok(_) => note!("AddDevice 0"),
            Err(status) => note!("AddDevice {}", Status(status)),
        }
        say::row(rows[0]);
        fail(0, 0);
        lower::delete(lower);
    }
}
