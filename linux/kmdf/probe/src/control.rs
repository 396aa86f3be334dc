//! Section B: control devices and file objects.

use wdk_sys::{PFILE_OBJECT, PWDFDEVICE_INIT, WDFFILEOBJECT, WDFQUEUE};

use crate::hold::{self, Then};
use crate::irp;
use crate::kit::{NONE, Status, context, delete, dereference, named, reference};
use crate::stack::{
    self, CREATE_STATUS, Device, MANUAL, PARALLEL, SEQUENTIAL, control, file, file_config,
    free_file, queue, queue_config,
};
use crate::{note, say, wdf};

const NO_FILE: PFILE_OBJECT = core::ptr::null_mut();

fn flags(device: &Device) -> u32 {
    // SAFETY: the device object is live.
    unsafe { (*device.object).Flags }
}

fn file_irp(device: &Device, major: u8, file: PFILE_OBJECT) {
    let name = irp::name(major, 0);
    let sent = hold::numbered(name, device, major, 0, file);
    sent.set(major, 0, file, [0; 4]);
    let returned = sent.send(device.object);
    note!("-> {}", Status(returned));
    sent.free();
}

fn create_and_flags() {
    let device = control(|_| ());
    note!("{:X}", flags(&device));
    wdf!(WdfControlFinishInitializing, device.handle);
    wdf!(WdfControlFinishInitializing, device.handle);
    note!("{:X}", flags(&device));
    delete(device.handle);
    say::row("B.flags");
}

fn with_file(init: PWDFDEVICE_INIT) {
    file_config(init);
    hold::named_requests(init);
}

fn files() {
    let device = control(with_file);
    queue(device.handle, &hold::all(PARALLEL, true));
    hold::then(Then::Complete);
    let f = file();
    file_irp(&device, irp::CREATE, f);
    say::row("B.create");
    file_irp(&device, irp::CLEANUP, f);
    say::row("B.cleanup");
    hold::send("irp", &device, irp::CONTROL, 1, f).free();
    say::row("B.after-cleanup");
    file_irp(&device, irp::CLOSE, f);
    say::row("B.close");
    CREATE_STATUS.store(
        0xC000_0043_u32 as i32,
        core::sync::atomic::Ordering::Release,
    );
    file_irp(&device, irp::CREATE, f);
    say::row("B.create-fails");
    CREATE_STATUS.store(0, core::sync::atomic::Ordering::Release);
    file_irp(&device, irp::CREATE, f);
    say::row("");
    file_irp(&device, irp::CLOSE, f);
    say::row("B.close-only");
    hold::then(Then::Keep);
    let unknown = hold::send("irp", &device, irp::CONTROL, 1, f);
    note!(
        "file {}",
        wdf!(WdfRequestGetFileObject, hold::held(0)).is_null()
    );
    hold::complete_all();
    unknown.free();
    say::row("B.unknown-file");
    file_irp(&device, irp::CREATE, f);
    let handle: WDFFILEOBJECT = wdf!(WdfDeviceGetFileObject, device.handle, f);
    reference(handle);
    say::row("");
    file_irp(&device, irp::CLEANUP, f);
    file_irp(&device, irp::CLOSE, f);
    note!("dereference");
    dereference(handle);
    say::row("B.file-referenced");
    delete(device.handle);
    free_file(f);
    say::row("");
}

/// A device with a manual queue behind a parallel one; gives the manual queue.
fn manual_behind(device: &Device, canceled: bool) -> WDFQUEUE {
    queue(device.handle, &hold::all(PARALLEL, true));
    let mut config = queue_config(MANUAL, false);
    if canceled {
        config.EvtIoCanceledOnQueue = Some(hold::on_canceled);
    }
    let manual = queue(device.handle, &config);
    hold::next(manual);
    hold::then(Then::Forward);
    manual
}

fn queued_at_cleanup() {
    for (row, canceled) in [("B3", true), ("B3b", false)] {
        let device = control(with_file);
        manual_behind(&device, canceled);
        let f = file();
        let other = file();
        file_irp(&device, irp::CREATE, f);
        let mine = hold::send("mine", &device, irp::CONTROL, 1, f);
        let foreign = hold::send("other", &device, irp::CONTROL, 2, other);
        say::row("");
        file_irp(&device, irp::CLEANUP, f);
        note!("then");
        file_irp(&device, irp::CLOSE, f);
        mine.free();
        say::row(row);
        note!("{}", foreign.get().is_done());
        say::row(if canceled { "B3c" } else { "" });
        foreign.get().cancel();
        foreign.free();
        delete(device.handle);
        free_file(f);
        free_file(other);
        say::row("");
    }
    let device = control(with_file);
    let mut config = hold::all(SEQUENTIAL, true);
    config.EvtIoCanceledOnQueue = Some(hold::on_canceled);
    queue(device.handle, &config);
    hold::then(Then::Keep);
    let f = file();
    file_irp(&device, irp::CREATE, f);
    let first = hold::send("first", &device, irp::CONTROL, 1, f);
    let second = hold::send("second", &device, irp::CONTROL, 2, f);
    say::row("");
    file_irp(&device, irp::CLEANUP, f);
    note!("held stays {}", !first.get().is_done());
    say::row("B3d");
    file_irp(&device, irp::CLOSE, f);
    hold::complete_all();
    first.free();
    second.free();
    delete(device.handle);
    free_file(f);
    say::row("");
}

fn held_at_cleanup() {
    let device = control(with_file);
    queue(device.handle, &hold::all(PARALLEL, true));
    hold::then(Then::Keep);
    let f = file();
    file_irp(&device, irp::CREATE, f);
    let marked = hold::send("marked", &device, irp::CONTROL, 1, f);
    let plain = hold::send("plain", &device, irp::CONTROL, 2, f);
    let status = wdf!(
        WdfRequestMarkCancelableEx,
        hold::held(0),
        Some(crate::cancel::on_cancel)
    );
    note!("mark {}", Status(status));
    say::row("");
    file_irp(&device, irp::CLEANUP, f);
    file_irp(&device, irp::CLOSE, f);
    note!("stays {}", !marked.get().is_done());
    note!("cancel {}", marked.get().cancel());
    say::row("B4");
    note!("cancel {}", plain.get().cancel());
    note!("canceled {}", wdf!(WdfRequestIsCanceled, hold::held(1)));
    note!(
        "file {}",
        wdf!(WdfRequestGetFileObject, hold::held(1)).is_null()
    );
    hold::complete(1, 0);
    say::row("B5");
    hold::forget_all();
    marked.free();
    plain.free();
    delete(device.handle);
    free_file(f);
    say::row("");
}

fn no_handler() {
    let device = control(|_| ());
    queue(device.handle, &hold::only_control(PARALLEL, true));
    for major in [irp::READ, irp::WRITE, irp::INTERNAL] {
        hold::send(irp::name(major, 0), &device, major, 0, NO_FILE).free();
    }
    say::row("B6.queue");
    for major in [
        irp::FLUSH,
        irp::PNP,
        irp::POWER,
        irp::QUERY_INFORMATION,
        irp::SHUTDOWN,
        irp::WMI,
    ] {
        note!(
            "{major:X} {}",
            Status(irp::once(device.object, major, 0x7F, NO_FILE, [0; 4]))
        );
    }
    say::row("B6.others");
    for major in [irp::CREATE, irp::CLEANUP, irp::CLOSE] {
        file_irp(&device, major, NO_FILE);
    }
    say::row("B6b");
    delete(device.handle);
    say::row("");
}

fn named_device(init: fn(PWDFDEVICE_INIT)) -> Device {
    let device = stack::control_with(init, &mut named(NONE));
    context(device.handle).name = Some("device");
    device
}

fn delete_while_open() {
    let device = named_device(with_file);
    manual_behind(&device, true);
    let f = file();
    file_irp(&device, irp::CREATE, f);
    let queued = hold::send("queued", &device, irp::CONTROL, 1, f);
    say::row("");
    delete(device.handle);
    note!("deleted");
    let more = hold::send("more", &device, irp::CONTROL, 2, f);
    note!("then");
    file_irp(&device, irp::CLEANUP, f);
    queued.free();
    more.free();
    note!("then");
    file_irp(&device, irp::CLOSE, f);
    free_file(f);
    say::row("B7");

    let device = named_device(hold::named_requests);
    manual_behind(&device, true);
    let queued = hold::send("queued", &device, irp::CONTROL, 1, NO_FILE);
    say::row("");
    delete(device.handle);
    note!("returned");
    queued.free();
    say::row("B7b");
}

pub(crate) fn run() {
    create_and_flags();
    files();
    queued_at_cleanup();
    held_at_cleanup();
    no_handler();
    delete_while_open();
}
