//! `pnp.sys`: the PnP manager stand-in for Wine.
//!
//! Wine's own loads a function driver only, without filters, and sends no stop, query, removal by
//! surprise or power IRPs. This driver builds whole stacks from the registry (`Service` and
//! `UpperFilters` of a device instance's key) and sends the IRPs that it is asked for. It is a
//! plain WDM driver, never shipped, and has no part in what is tested but that of Windows.
//!
//! - [`control`]: the control device; each command runs on a thread of its own
//! - [`unit`]: a device, its state, and the IRPs that a command stands for
//! - [`bus`]: what the PDO answers
//! - [`drivers`]: loading and unloading
#![no_std]

extern crate alloc;

mod bus;
mod control;
mod drivers;
mod irp;
mod nt;
mod registry;
mod status;
mod sync;
mod unit;

use wdk_alloc::WdkAllocator;
use wdk_sys::{DRIVER_OBJECT, NTSTATUS, PCUNICODE_STRING, ntddk::KeBugCheckEx};

#[global_allocator]
static ALLOCATOR: WdkAllocator = WdkAllocator;

/// A panic is a bug of this driver: it is shown, and stops the run as a bug check.
///
/// wdk-panic is no choice here: it links the crate wdk, which needs the framework.
#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    const MANUALLY_INITIATED_CRASH: u32 = 0xE2;
    nt::print(&alloc::format!("PNP: {info}"));
    // SAFETY: may be called anywhere.
    unsafe { KeBugCheckEx(MANUALLY_INITIATED_CRASH, 0, 0, 0, 0) }
}

/// Defined here because wdk-sys refers to it: else the framework's entry stub would be linked for
/// it, and with it an import of the framework.
#[unsafe(export_name = "WdfFunctionCount")]
static NO_FRAMEWORK_FUNCTIONS: u32 = 0;

/// The entry point. There is no unload routine: the driver goes when its process ends.
///
/// # Safety
/// For the I/O manager to call.
#[unsafe(export_name = "DriverEntry")]
pub unsafe extern "C" fn driver_entry(
    driver: *mut DRIVER_OBJECT,
    _registry_path: PCUNICODE_STRING,
) -> NTSTATUS {
    drivers::init();
    unit::init();
    // SAFETY: the I/O manager passes this driver's object, which is ours to fill in.
    unsafe { (*driver).MajorFunction = [Some(control::dispatch); 28] };
    control::create(driver)
}
