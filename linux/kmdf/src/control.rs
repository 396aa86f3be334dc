//! The stand-in's own control device, `\\.\KmdfStandin`: tests ask for a driver's account, make
//! allocations fail, and turn the trace on.

use core::sync::atomic::{AtomicBool, Ordering};

use pnp_control::kmdf::{DEVICE_NAME, IOCTL_SWITCH, LINK_NAME, PoolReport, Switch, SwitchRequest};
use pnp_control::name_units;
use wdk_sys::{DEVICE_OBJECT, DRIVER_OBJECT, IRP, NTSTATUS, PUNICODE_STRING, ntddk};
use zerocopy::{FromBytes, IntoBytes};

use crate::account::{self, Fail};
use crate::client::Client;
use crate::wdm::{Irp, major};
use crate::{ffi, nt, status, trace};

/// Makes the device. Without it tests can do less, drivers all the same.
pub(crate) fn create() {
    let name = wide(r"\Driver\KmdfStandin");
    let status = nt::create_driver(&mut ffi::counted(&name), initialize);
    if !status::is_success(status) {
        crate::verifier::print(format_args!("WDFLDR: no control device: {status:#x}"));
    }
}

fn wide(text: &str) -> alloc::vec::Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

unsafe extern "system" fn initialize(driver: *mut DRIVER_OBJECT, _: PUNICODE_STRING) -> NTSTATUS {
    const FILE_DEVICE_UNKNOWN: u32 = 0x22;
    let (name, link) = (wide(DEVICE_NAME), wide(LINK_NAME));
    let (mut name, mut link) = (ffi::counted(&name), ffi::counted(&link));
    let mut device: *mut DEVICE_OBJECT = core::ptr::null_mut();
    // SAFETY: the driver object is new and ours; the names outlive the calls.
    unsafe {
        (*driver).MajorFunction.fill(Some(dispatch));
        let status = ntddk::IoCreateDevice(
            driver,
            0,
            &raw mut name,
            FILE_DEVICE_UNKNOWN,
            0,
            0,
            &raw mut device,
        );
        if !status::is_success(status) {
            return status;
        }
        ntddk::IoCreateSymbolicLink(&raw mut link, &raw mut name)
    }
}

unsafe extern "C" fn dispatch(_: *mut DEVICE_OBJECT, irp: *mut IRP) -> NTSTATUS {
    let irp = Irp::new(irp);
    let stack = irp.current();
    let (status, information) = match stack.major() {
        major::CREATE | major::CLEANUP | major::CLOSE => (status::SUCCESS, 0),
        // The code is the third word of the parameters, the lengths are the first two.
        major::DEVICE_CONTROL if stack.low(2) == IOCTL_SWITCH => {
            answer(irp, stack.low(1) as usize, stack.low(0) as usize)
        }
        _ => (status::INVALID_DEVICE_REQUEST, 0),
    };
    irp.set_status(status);
    irp.set_information(information);
    irp.complete();
    status
}

fn answer(irp: Irp, input: usize, output: usize) -> (NTSTATUS, u64) {
    let buffer: *mut u8 = irp.system_buffer().cast();
    if buffer.is_null() || output < size_of::<PoolReport>() {
        return (status::BUFFER_TOO_SMALL, 0);
    }
    // SAFETY: METHOD_BUFFERED: one buffer, as long as the longer of both lengths.
    let bytes = unsafe { core::slice::from_raw_parts_mut(buffer, input.max(output)) };
    let Ok(request) = SwitchRequest::read_from_bytes(&bytes[..input]) else {
        return (status::INVALID_PARAMETER, 0);
    };
    let Some(switch) = Switch::from_u32(request.switch) else {
        return (status::INVALID_PARAMETER, 0);
    };
    let name: alloc::string::String = char::decode_utf16(name_units(&request.name).iter().copied())
        .map(|c| c.unwrap_or('?'))
        .collect();
    let report = carry_out(switch, &request, &name);
    bytes[..size_of::<PoolReport>()].copy_from_slice(report.as_bytes());
    (status::SUCCESS, size_of::<PoolReport>() as u64)
}

/// One at a time, and none while a driver is loaded or unloaded under it.
static BUSY: AtomicBool = AtomicBool::new(false);

/// Runs `work` while no other thread is in here.
pub(crate) fn alone<R>(work: impl FnOnce() -> R) -> R {
    while BUSY.swap(true, Ordering::Acquire) {
        nt::yield_now();
    }
    let result = work();
    BUSY.store(false, Ordering::Release);
    result
}

fn carry_out(switch: Switch, request: &SwitchRequest, name: &str) -> PoolReport {
    let fail = match switch {
        Switch::Fail => Fail {
            from: request.number,
            times: match request.times {
                u32::MAX => u64::MAX,
                times => times.max(1).into(),
            },
        },
        _ => Fail::default(),
    };
    alone(|| {
        let Some(client) = Client::named(name) else {
            if matches!(switch, Switch::Count | Switch::Fail) {
                account::fail_next(name, fail);
            }
            return account::last(name);
        };
        let report = client.account.report();
        match switch {
            Switch::Report => {}
            Switch::Count | Switch::Fail => client.account.count(fail),
            Switch::Trace => trace::switch(client, request.number != 0),
        }
        report
    })
}
