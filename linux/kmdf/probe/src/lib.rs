//! probe.sys: runs scenarios on the framework and prints what it observes, one line `CONF ID: ...`
//! for each row of the framework's behaviour. The conformance test compares.
#![no_std]
#![allow(
    clippy::too_many_arguments,
    clippy::macro_metavars_in_unsafe,
    reason = "the macro that calls framework functions makes a function with all their arguments, \
              and scenarios pass them what no safe code should"
)]
#![cfg(target_os = "windows")]

mod buffers;
mod cancel;
mod control;
mod hold;
mod irp;
mod kit;
mod lower;
mod misuse;
mod objects;
mod parameters;
mod pnp;
mod preprocess;
mod queues;
mod say;
mod send;
mod services;
mod stack;
mod stress;
mod timers;

use core::sync::atomic::Ordering;

use wdk_sys::{
    DRIVER_OBJECT, NTSTATUS, PCUNICODE_STRING, ULONG, UNICODE_STRING, WDF_DRIVER_CONFIG, WDFDRIVER,
    WDFOBJECT,
};

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    say::print(format_args!("{info}"));
    // SAFETY: ends the system.
    unsafe { wdk_sys::ntddk::KeBugCheckEx(0xE2, 0, 0, 0, 0) }
}

/// The driver's entry.
///
/// # Safety
/// Called by the system.
#[unsafe(export_name = "DriverEntry")]
pub unsafe extern "system" fn driver_entry(
    driver: *mut DRIVER_OBJECT,
    registry_path: PCUNICODE_STRING,
) -> NTSTATUS {
    let misuse = is_named(registry_path, utf16!("misuse"));
    if misuse {
        misuse::record_only(registry_path);
    }
    let mut config = WDF_DRIVER_CONFIG {
        Size: size_of::<WDF_DRIVER_CONFIG>() as ULONG,
        EvtDriverDeviceAdd: Some(stack::device_add),
        EvtDriverUnload: Some(unload),
        ..WDF_DRIVER_CONFIG::default()
    };
    let mut handle: WDFDRIVER = core::ptr::null_mut();
    let mut attributes = kit::named(kit::NONE);
    attributes.EvtDestroyCallback = Some(destroyed);
    let status = wdf!(
        WdfDriverCreate,
        driver,
        registry_path,
        &raw mut attributes,
        &raw mut config,
        &raw mut handle
    );
    if status != 0 {
        return status;
    }
    stack::DRIVER.store(handle, Ordering::Release);
    stack::DRIVER_OBJECT.store(driver, Ordering::Release);
    if is_named(registry_path, utf16!("services")) {
        return services::run();
    }
    kit::context(handle).name = Some("driver");
    lower::start();
    if misuse {
        misuse::run();
    } else {
        objects::run();
        parameters::run();
        control::run();
        queues::run();
        cancel::run();
        buffers::run();
        send::run();
        pnp::run();
        preprocess::run();
        timers::run();
        stress::run();
    }
    lower::end();
    say::print(format_args!("done"));
    // The entry stub takes the binding back at once: what was left behind is found then.
    if misuse {
        0xC000_0001_u32 as NTSTATUS
    } else {
        0
    }
}

/// Under which name this driver was started.
fn is_named(registry_path: PCUNICODE_STRING, name: UNICODE_STRING) -> bool {
    // SAFETY: counted strings, the first DriverEntry's argument.
    let (path, name) = unsafe {
        let path = &*registry_path;
        (
            core::slice::from_raw_parts(path.Buffer, usize::from(path.Length) / 2),
            core::slice::from_raw_parts(name.Buffer, usize::from(name.Length) / 2),
        )
    };
    path.ends_with(name)
}

unsafe extern "C" fn unload(_: WDFDRIVER) {
    note!("EvtDriverUnload");
}

/// The last callback of all.
unsafe extern "C" fn destroyed(object: WDFOBJECT) {
    note!("destroy {}", kit::name(object));
    say::row("A8");
}
