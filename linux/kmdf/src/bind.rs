//! The exports of WDFLDR.SYS: a driver's entry stub binds the driver to the framework and takes
//! the binding back.

use core::sync::atomic::{AtomicBool, Ordering};

use wdk_sys::{NTSTATUS, PCUNICODE_STRING, PDRIVER_OBJECT, PVOID, ULONG, WDFFUNC};

use crate::account::{self, Fail};
use crate::client::Client;
use crate::verifier::print;
use crate::{control, driver, ffi, nt, registry, status, table, trace, worker};

pub(crate) const MAJOR_VERSION: u32 = 1;
pub(crate) const MINOR_VERSION: u32 = 27;

/// What the entry stub tells about the driver.
#[repr(C)]
struct BindInfo {
    size: ULONG,
    component: *const u16,
    major: u32,
    minor: u32,
    build: u32,
    function_count: ULONG,
    /// Where the address of the function table goes.
    function_table: *mut *const WDFFUNC,
    module: PVOID,
}

unsafe extern "C" {
    /// The linker's name for the image itself.
    static __ImageBase: u8;
}

/// This driver is a library: nothing is to be set up when it is loaded.
///
/// Wine's loader calls this like a DLL's entry point, for the import of ntdll, and wants TRUE; as
/// the status of a driver's entry that is a success too.
#[unsafe(no_mangle)]
extern "system" fn DriverEntry(_: PVOID, _: usize) -> NTSTATUS {
    const TRUE: NTSTATUS = 1;
    TRUE
}

/// Once per load: the threads of the stand-in outlive its clients, so the image must stay.
fn start() {
    static STARTED: AtomicBool = AtomicBool::new(false);
    if !STARTED.swap(true, Ordering::AcqRel) {
        nt::pin_module((&raw const __ImageBase).cast_mut().cast());
        table::fill();
        worker::start();
        control::create();
    }
}

/// Gives a driver its globals and the function table.
#[unsafe(no_mangle)]
unsafe extern "system" fn WdfVersionBind(
    driver_object: PDRIVER_OBJECT,
    registry_path: PCUNICODE_STRING,
    info: *mut BindInfo,
    globals: *mut PVOID,
) -> NTSTATUS {
    let Some(info) = ffi::get(info.cast_const()) else {
        return status::INVALID_PARAMETER;
    };
    if globals.is_null() || registry_path.is_null() || driver_object.is_null() {
        return status::INVALID_PARAMETER;
    }
    if info.size as usize != size_of::<BindInfo>() {
        return status::INFO_LENGTH_MISMATCH;
    }
    if info.major != MAJOR_VERSION
        || info.minor > MINOR_VERSION
        || info.function_count as usize > table::COUNT
    {
        print(format_args!(
            "WDFLDR: asked for KMDF {}.{} with {} functions, this is {MAJOR_VERSION}.{MINOR_VERSION} with {}",
            info.major,
            info.minor,
            info.function_count,
            table::COUNT
        ));
        return status::REVISION_MISMATCH;
    }
    start();
    let client = Client::bind(driver_object, ffi::wide(registry_path));
    read_verifier_setting(client);
    read_settings(client);
    ffi::put(info.function_table, table::address());
    ffi::put(globals, client.globals().cast());
    status::SUCCESS
}

fn setting(client: &Client, name: &str) -> Option<u32> {
    registry::service_setting(&client.registry_path, name)
}

/// Done again by `WdfDriverCreate`, so that a test driver can write it first.
pub(crate) fn read_verifier_setting(client: &Client) {
    let record_only = setting(client, "VerifierRecordOnly") == Some(1);
    client.record_only.store(record_only, Ordering::Relaxed);
}

/// What is set when the driver is loaded and may be switched by `pnpctl` later.
fn read_settings(client: &Client) {
    trace::switch(client, setting(client, "TraceLog") == Some(1));
    let fail = account::take_next(&client.name).or_else(|| {
        let from = setting(client, "FailAllocation")?.into();
        Some(Fail { from, times: 1 })
    });
    client.account.count(fail.unwrap_or_default());
}

/// Takes the binding back. A driver whose DriverEntry failed still has its objects.
#[unsafe(no_mangle)]
unsafe extern "system" fn WdfVersionUnbind(
    _: PCUNICODE_STRING,
    info: *mut BindInfo,
    globals: PVOID,
) -> NTSTATUS {
    let client = Client::of(globals.cast());
    driver::shut_down(client);
    if let Some(info) = ffi::get(info.cast_const()) {
        ffi::put(info.function_table, core::ptr::null());
    }
    client.unbind();
    status::SUCCESS
}
