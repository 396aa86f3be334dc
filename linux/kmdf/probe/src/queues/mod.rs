//! Section C: queues.

mod flow;
mod states;

use wdk_sys::{PFILE_OBJECT, WDFQUEUE};

use crate::hold::{self, Then};
use crate::irp;
use crate::kit::{Status, delete};
use crate::stack::{
    self, Device, FILTER, PARALLEL, PLAIN, Setup, control, queue, queue_config, stack,
};
use crate::{lower, note, say, wdf};

const NO_FILE: PFILE_OBJECT = core::ptr::null_mut();

fn probe_types(device: &Device, majors: &[u8]) {
    for &major in majors {
        let name = irp::name(major, 0);
        hold::send(name, device, major, 1, NO_FILE).free();
    }
}

fn routes() {
    let device = control(hold::named_requests);
    hold::then(Then::Complete);
    probe_types(&device, &[irp::CONTROL]);
    say::row("C.no-queue");
    queue(device.handle, &hold::only_internal(PARALLEL, true));
    probe_types(&device, &[irp::CONTROL, irp::INTERNAL]);
    say::row("C.no-handler");
    delete(device.handle);

    let device = control(hold::named_requests);
    queue(device.handle, &hold::only_default(PARALLEL, true));
    probe_types(
        &device,
        &[
            irp::READ,
            irp::CONTROL,
            irp::INTERNAL,
            irp::CREATE,
            irp::FLUSH,
        ],
    );
    say::row("C.default-only");
    delete(device.handle);

    let device = control(hold::named_requests);
    let second = queue(device.handle, &hold::only_control(PARALLEL, false));
    let mut first = queue_config(PARALLEL, true);
    first.EvtIoRead = hold::all(PARALLEL, false).EvtIoRead;
    queue(device.handle, &first);
    let configure = |queue: WDFQUEUE, kind: i32| {
        Status(wdf!(
            WdfDeviceConfigureRequestDispatching,
            device.handle,
            queue,
            kind
        ))
    };
    note!("control {}", configure(second, 14));
    note!("again {}", configure(second, 14));
    note!("read {}", configure(second, 3));
    note!("create {}", configure(second, 0));
    note!("99 {}", configure(second, 99));
    probe_types(&device, &[irp::CONTROL, irp::READ, irp::INTERNAL]);
    say::row("C.configure");
    delete(device.handle);
}

fn filters() {
    lower::answer(lower::Mode::Inline, 0, 5);
    let all = [
        irp::CONTROL,
        irp::INTERNAL,
        irp::READ,
        irp::CREATE,
        irp::CLEANUP,
        irp::CLOSE,
        irp::FLUSH,
        irp::SHUTDOWN,
        irp::QUERY_INFORMATION,
    ];
    let setup = Setup {
        init: hold::named_requests,
        ..FILTER
    };
    let device = stack(&setup);
    device.start_quietly();
    say::row("");
    probe_types(&device, &all);
    say::row("C.filter-no-queue");
    device.remove_quietly();
    say::row("");

    let device = stack(&setup);
    queue(device.handle, &hold::only_internal(PARALLEL, true));
    device.start_quietly();
    hold::then(Then::Complete);
    say::row("");
    probe_types(&device, &[irp::INTERNAL, irp::CONTROL, irp::READ]);
    say::row("C.filter-internal-only");
    device.remove_quietly();

    for (row, filter) in [("C.filter-files", true), ("C.function-files", false)] {
        let setup = Setup {
            filter,
            init: stack::file_config,
            ..PLAIN
        };
        let device = stack(&setup);
        device.start_quietly();
        say::row("");
        let f = stack::file();
        for major in [irp::CREATE, irp::CLEANUP, irp::CLOSE] {
            hold::send(irp::name(major, 0), &device, major, 0, f).free();
        }
        say::row(row);
        device.remove_quietly();
        stack::free_file(f);
    }
}

fn zero_length() {
    for (row, allow) in [("C.zero-refused", 0), ("C.zero-allowed", 1)] {
        let device = control(hold::named_requests);
        let mut config = hold::all(PARALLEL, true);
        config.AllowZeroLengthRequests = allow;
        queue(device.handle, &config);
        hold::then(Then::Complete);
        let sent = hold::numbered("irp", &device, irp::READ, 1, NO_FILE);
        sent.set(irp::READ, 0, NO_FILE, [0, 0, 0, 1]);
        sent.send(device.object);
        sent.free();
        say::row(row);
        delete(device.handle);
    }
}

pub(crate) fn run() {
    routes();
    filters();
    zero_length();
    flow::one_at_a_time();
    flow::manual();
    flow::ready();
    states::forwards();
    states::states();
}
