//! Section D: buffers and parameters.

use wdk_sys::{PFILE_OBJECT, PMDL, PVOID, WDF_REQUEST_PARAMETERS, WDFMEMORY, WDFREQUEST, ntddk};

use crate::hold::{self, SentBox, Then};
use crate::irp::{self, Sent};
use crate::kit::{Status, delete};
use crate::stack::{Device, PARALLEL, control, queue};
use crate::{note, say, wdf};

const NO_FILE: PFILE_OBJECT = core::ptr::null_mut();
const NO_MDL: PMDL = core::ptr::null_mut();
const NONE: PVOID = core::ptr::null_mut();

type Retrieve = fn(WDFREQUEST, usize, *mut PVOID, *mut usize) -> i32;

fn input(request: WDFREQUEST, minimum: usize, buffer: *mut PVOID, length: *mut usize) -> i32 {
    wdf!(
        WdfRequestRetrieveInputBuffer,
        request,
        minimum,
        buffer,
        length
    )
}

fn output(request: WDFREQUEST, minimum: usize, buffer: *mut PVOID, length: *mut usize) -> i32 {
    wdf!(
        WdfRequestRetrieveOutputBuffer,
        request,
        minimum,
        buffer,
        length
    )
}

fn unsafe_input(
    request: WDFREQUEST,
    minimum: usize,
    buffer: *mut PVOID,
    length: *mut usize,
) -> i32 {
    wdf!(
        WdfRequestRetrieveUnsafeUserInputBuffer,
        request,
        minimum,
        buffer,
        length
    )
}

/// Notes status, length and whether there is a buffer.
fn show(what: &str, retrieve: Retrieve, request: WDFREQUEST, minimum: usize) {
    let mut buffer: PVOID = core::ptr::dangling_mut::<u8>().cast();
    let mut length = 77;
    let status = retrieve(request, minimum, &raw mut buffer, &raw mut length);
    let there = if buffer.is_null() { "null" } else { "buffer" };
    note!("{what} min {minimum} {} {there} {length}", Status(status));
}

/// Presents an IRP with a system buffer, a user buffer and a list, and lets `look` at the request.
fn with(
    device: &Device,
    major: u8,
    words: [u64; 4],
    buffers: (PVOID, PVOID, PMDL),
    look: impl FnOnce(WDFREQUEST),
) -> SentBox {
    let place = SentBox::new(Sent::new(irp::UNNAMED, device.object, 0));
    let sent = place.get();
    sent.set(major, 0, NO_FILE, words);
    sent.buffers(buffers.0, buffers.1);
    // SAFETY: the IRP is ours.
    unsafe { (*sent.irp).MdlAddress = buffers.2 };
    hold::forget_all();
    sent.send(device.object);
    look(hold::held(0));
    place
}

/// The same, and completes the request.
fn look_at(
    device: &Device,
    major: u8,
    words: [u64; 4],
    buffers: (PVOID, PVOID, PMDL),
    look: impl FnOnce(WDFREQUEST),
) {
    let sent = with(device, major, words, buffers, look);
    hold::complete_all();
    // SAFETY: the IRP is back.
    unsafe { (*sent.get().irp).MdlAddress = NO_MDL };
    sent.free();
}

/// Notes both buffers of a request.
fn both(request: WDFREQUEST, minimum: usize) {
    show("in", input, request, minimum);
    show("out", output, request, minimum);
}

fn buffered(device: &Device, scratch: PVOID) {
    let code = u64::from(irp::BUFFERED);
    let control = |out: u64, input: u64, look: fn(WDFREQUEST)| {
        look_at(
            device,
            irp::CONTROL,
            [out, input, code, 0],
            (scratch, NONE, NO_MDL),
            look,
        );
    };
    control(8, 8, |r| {
        for minimum in [0, 8, 9] {
            both(r, minimum);
        }
    });
    say::row("D.buffered");
    control(0, 0, |r| {
        for minimum in [0, 1] {
            both(r, minimum);
        }
        let mut memory: WDFMEMORY = core::ptr::null_mut();
        let mut mdl: PMDL = core::ptr::null_mut();
        note!(
            "memory {}",
            Status(wdf!(WdfRequestRetrieveInputMemory, r, &raw mut memory))
        );
        note!(
            "{}",
            Status(wdf!(WdfRequestRetrieveOutputMemory, r, &raw mut memory))
        );
        note!(
            "mdl {}",
            Status(wdf!(WdfRequestRetrieveInputWdmMdl, r, &raw mut mdl))
        );
    });
    say::row("D.buffered-empty");
    control(8, 0, |r| {
        both(r, 1);
    });
    control(0, 8, |r| {
        both(r, 1);
    });
    say::row("D.buffered-one-side");
    control(8, 8, |r| show("unsafe", unsafe_input, r, 0));
    say::row("D.buffered-unsafe");
    let sent = with(
        device,
        irp::CONTROL,
        [8, 8, code, 0],
        (scratch, NONE, NO_MDL),
        |_| (),
    );
    wdf!(
        WdfRequestCompleteWithInformation,
        hold::held(0),
        0xC000_000D_u32 as i32,
        8
    );
    hold::forget_all();
    note!(
        "{} {}",
        Status(irp::status(sent.get().irp)),
        sent.get().information()
    );
    sent.free();
    say::row("D.error-information");
}

fn direct(device: &Device, scratch: PVOID) {
    const OUT_DIRECT: u64 = 0x0022_2002;
    let mut bytes = [0_u8; 16];
    // SAFETY: the buffer outlives the MDL.
    let mdl = unsafe {
        let mdl = ntddk::IoAllocateMdl(bytes.as_mut_ptr().cast(), 16, 0, 0, core::ptr::null_mut());
        ntddk::MmBuildMdlForNonPagedPool(mdl);
        mdl
    };
    let words = [16, 8, OUT_DIRECT, 0];
    let buffers = (scratch, NONE, mdl);
    look_at(device, irp::CONTROL, words, buffers, |r| {
        show("in", input, r, 8);
        show("out", output, r, 16);
        show("out", output, r, 17);
    });
    look_at(device, irp::CONTROL, [0, 8, OUT_DIRECT, 0], buffers, |r| {
        show("out", output, r, 0);
    });
    // SAFETY: made above.
    unsafe { ntddk::IoFreeMdl(mdl) };
    say::row("D.out-direct");
}

fn neither(device: &Device, scratch: PVOID) {
    let code = u64::from(irp::NEITHER);
    look_at(
        device,
        irp::CONTROL,
        [8, 8, code, 0],
        (NONE, NONE, NO_MDL),
        |r| {
            both(r, 0);
            show("unsafe", unsafe_input, r, 0);
        },
    );
    let type3 = scratch as u64;
    look_at(
        device,
        irp::CONTROL,
        [8, 8, code, type3],
        (NONE, scratch, NO_MDL),
        |r| {
            both(r, 8);
            let mut mdl: PMDL = core::ptr::null_mut();
            note!(
                "mdl {}",
                Status(wdf!(WdfRequestRetrieveInputWdmMdl, r, &raw mut mdl))
            );
        },
    );
    look_at(
        device,
        irp::CONTROL,
        [0, 0, code, 0],
        (NONE, NONE, NO_MDL),
        |r| {
            show("in", input, r, 0);
        },
    );
    look_at(
        device,
        irp::INTERNAL,
        [8, 8, code, 0],
        (NONE, NONE, NO_MDL),
        |r| {
            show("unsafe", unsafe_input, r, 0);
        },
    );
    say::row("D.neither");
}

fn transfers(device: &Device, scratch: PVOID) {
    for (row, major) in [("D.write", irp::WRITE), ("D.read", irp::READ)] {
        look_at(device, major, [8, 0, 0, 0], (scratch, NONE, NO_MDL), |r| {
            both(r, 0);
        });
        say::row(row);
    }
}

fn parameters(request: WDFREQUEST) -> WDF_REQUEST_PARAMETERS {
    let mut parameters = WDF_REQUEST_PARAMETERS {
        Size: size_of::<WDF_REQUEST_PARAMETERS>() as u16,
        ..WDF_REQUEST_PARAMETERS::default()
    };
    wdf!(WdfRequestGetParameters, request, &raw mut parameters);
    parameters
}

fn internals(device: &Device) {
    let code = u64::from(irp::BUFFERED);
    look_at(
        device,
        irp::INTERNAL,
        [0, 0, code, 0],
        (NONE, NONE, NO_MDL),
        |r| {
            both(r, 0);
            show("unsafe", unsafe_input, r, 0);
        },
    );
    say::row("D.internal-empty");
    let words = [0x1111, 0x2222, code, 0x4444];
    look_at(device, irp::INTERNAL, words, (NONE, NONE, NO_MDL), |r| {
        both(r, 1);
    });
    say::row("D.internal-others");
    look_at(device, irp::INTERNAL, words, (NONE, NONE, NO_MDL), |r| {
        let p = parameters(r);
        // SAFETY: the type is that of an internal control.
        let others = unsafe { p.Parameters.Others };
        note!("type {:X} minor {}", p.Type, p.MinorFunction);
        note!(
            "{:X} {:X} {:X} {:X}",
            others.Arg1 as u64,
            others.Arg2 as u64,
            others.IoControlCode,
            others.Arg4 as u64
        );
    });
    say::row("D.parameters-internal");
    look_at(
        device,
        irp::CONTROL,
        [5, 6, code, 7],
        (NONE, NONE, NO_MDL),
        |r| {
            let p = parameters(r);
            // SAFETY: the type is that of a device control.
            let control = unsafe { p.Parameters.DeviceIoControl };
            note!("type {:X} minor {}", p.Type, p.MinorFunction);
            note!(
                "{} {} {:X} {}",
                control.OutputBufferLength,
                control.InputBufferLength,
                control.IoControlCode,
                control.Type3InputBuffer as u64
            );
        },
    );
    say::row("D.parameters-control");
}

pub(crate) fn run() {
    let device = control(hold::named_requests);
    queue(device.handle, &hold::all(PARALLEL, true));
    hold::then(Then::Quietly);
    let mut bytes = [0_u64; 4];
    let scratch: PVOID = bytes.as_mut_ptr().cast();
    buffered(&device, scratch);
    direct(&device, scratch);
    neither(&device, scratch);
    transfers(&device, scratch);
    internals(&device);
    delete(device.handle);
    say::row("");
}
