//! plug61883.sys: an upper filter on every unit that 61883.sys drives, and a control device that
//! lets user mode see and break the plug connections of those units.
//!
//! Policy is the engine's ([`plug61883_engine`]); this crate carries its orders out:
//!
//! | module | what it holds |
//! |---|---|
//! | [`filter`] | the filter device of a unit: arrival, removal, timeouts |
//! | [`control`] | `\\.\Plug61883`: from the first unit to the last unit and handle |
//! | [`request`] | a client's IOCTL: decoded, submitted, cancelled, completed |
//! | [`transfer`] | a request to the protocol driver with its memory |
//! | [`shell`] | the state under its lock, and the loop that carries orders out |
#![no_std]
#![deny(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable
)]

extern crate wdk_panic;

mod control;
mod filter;
mod request;
mod shell;
mod transfer;

use plug61883_wdf::{Attributes, DeviceInit, Driver, DriverEvents, Result};
use wdk_sys::{NTSTATUS, PCUNICODE_STRING, PDRIVER_OBJECT, STATUS_SUCCESS};

struct Plug61883;

impl DriverEvents for Plug61883 {
    fn device_add(_driver: Driver, init: DeviceInit<'_>) -> Result<()> {
        filter::add(init)
    }
}

/// Called when the driver is loaded, at PASSIVE_LEVEL.
///
/// # Safety
/// Only the system calls it.
#[unsafe(export_name = "DriverEntry")]
pub unsafe extern "system" fn driver_entry(
    driver: PDRIVER_OBJECT,
    registry_path: PCUNICODE_STRING,
) -> NTSTATUS {
    // SAFETY: the arguments are those of DriverEntry.
    let started =
        unsafe { Driver::create::<Plug61883>(driver, registry_path) }.and_then(|driver| {
            shell::STATE.init(Attributes::new().parent(driver))?;
            control::CONTROL.init(Attributes::new().parent(driver))?;
            control::CONTROL.lock().driver = Some(driver);
            Ok(())
        });
    started.map_or_else(plug61883_wdf::NtStatus::to_raw, |()| STATUS_SUCCESS)
}
