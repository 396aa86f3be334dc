//! storm.sys: races and benchmarks for plug61883.sys.
//!
//! It sits above plug61883 in a unit's stack, as avc.sys does, and passes everything on. On
//! command its own kernel threads send what a driver above would ([`foreign`], [`stream`]), and
//! what user mode would ([`client`]): Wine serves all user requests from one thread, so that two
//! of them are never inside plug61883 at once, but kernel threads are. Every answer is held
//! against the rules of the interface; what breaks one is counted, and the first is told.
//!
//! | module | what it holds |
//! |---|---|
//! | [`unit`] | the filter device of a unit: who uses its stack, and that they are done in time |
//! | [`control`] | `\\.\Storm61883`: a run is started, watched, ended |
//! | [`run`] | the run: what it was asked for, how much was done, which rules were broken |
//! | [`thread`] | kernel threads: started, joined |
//! | [`call`] | a request of this driver's own: sent, cancelled, waited for |
//! | [`foreign`] | what a driver above plug61883 sends |
//! | [`stream`] | stream requests on a connection |
//! | [`client`] | what a client of plug61883 sends, and the rules for what it gets |
//! | [`bench`] | what plug61883 costs the drivers above it |
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

mod bench;
mod call;
mod client;
mod control;
mod foreign;
mod memory;
mod random;
mod run;
mod stream;
mod thread;
mod unit;

use plug61883_wdf::{Attributes, DeviceInit, Driver, DriverEvents, NtStatus, Result};
use wdk_sys::{NTSTATUS, PCUNICODE_STRING, PDRIVER_OBJECT};

struct Storm;

impl DriverEvents for Storm {
    fn device_add(_driver: Driver, init: DeviceInit<'_>) -> Result<()> {
        unit::add(init)
    }

    /// No unit and no handle is left, so the threads are ending; their code goes with the driver.
    fn unload(_driver: Driver) {
        run::stop();
        thread::join_all();
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
    let started = unsafe { Driver::create::<Storm>(driver, registry_path) }.and_then(|driver| {
        let attributes = || Attributes::new().parent(driver);
        run::init(attributes())?;
        client::init(attributes())?;
        bench::init(attributes())?;
        control::init(driver)
    });
    started.map_or_else(NtStatus::to_raw, |()| NtStatus::SUCCESS.to_raw())
}
