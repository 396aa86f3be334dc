//! plug61883.sys: an upper filter on every unit that 61883.sys drives, and a control device that
//! lets user mode see and break the plug connections of those units.
//!
//! Policy is the engine's ([`plug61883_engine`]); this crate carries its orders out:
//!
//! | module | what it holds |
//! |---|---|
//! | [`filter`] | the filter device of a unit: arrival, stop, removal, timeouts |
//! | [`foreign`] | what other drivers send through it |
//! | [`callbacks`] | what the protocol driver calls |
//! | [`control`] | `\\.\Plug61883`: from the first unit to the last unit and handle |
//! | [`request`] | a client's IOCTL: decoded, submitted, cancelled, completed |
//! | [`waits`] | a client's wait for events |
//! | [`transfer`] | a request to the protocol driver with its memory |
//! | [`trace`] | the ETW provider |
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

mod callbacks;
mod control;
mod filter;
mod foreign;
mod request;
mod shell;
mod trace;
mod transfer;
mod waits;

use plug61883_wdf::{Attributes, DeviceInit, Driver, DriverEvents, Result};
use wdk_sys::{NTSTATUS, PCUNICODE_STRING, PDRIVER_OBJECT, STATUS_SUCCESS};

struct Plug61883;

impl DriverEvents for Plug61883 {
    fn device_add(_driver: Driver, init: DeviceInit<'_>) -> Result<()> {
        filter::add(init)
    }

    fn unload(_driver: Driver) {
        trace::stop();
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
            shell::STATE
                .lock()
                .engine
                .set_routines(callbacks::routines());
            control::CONTROL.init(driver)
        });
    match started {
        Ok(()) => {
            trace::start();
            STATUS_SUCCESS
        }
        Err(status) => status.to_raw(),
    }
}
