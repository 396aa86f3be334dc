//! sim61883.sys: the function driver of simulated IEC 61883 units. To the drivers above, it is
//! 61883.sys with the bus driver below it; there is no hardware.
//!
//! What happens on the bus and which status a request gets is the model's
//! ([`sim61883_model`]); what a test can do is the control interface's ([`sim61883_control`]).
//! This crate joins them to the kernel:
//!
//! | module | what it holds |
//! |---|---|
//! | [`unit`] | the device of a unit: one node on the one bus, from start to removal |
//! | [`request`] | requests from above: taken, delayed, held, cancelled, answered |
//! | [`caller`] | the caller's memory: the request, and what it points to |
//! | [`callbacks`] | the routines that drivers above registered, called at DISPATCH_LEVEL |
//! | [`control`] | `\\.\Sim61883`, from the first unit to the last unit and handle |
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
mod caller;
mod control;
mod request;
mod unit;

use plug61883_wdf::{Attributes, DeviceInit, Driver, DriverEvents, NtStatus, Result, SpinLock};
use sim61883_model::Lab;
use wdk_sys::{NTSTATUS, PCUNICODE_STRING, PDRIVER_OBJECT};

use crate::request::Pending;

/// The bus, the protocol driver, and the requests under way.
static LAB: SpinLock<Lab<Pending>> = SpinLock::new(Lab::new());

struct Sim61883;

impl DriverEvents for Sim61883 {
    fn device_add(_driver: Driver, init: DeviceInit<'_>) -> Result<()> {
        unit::add(init)
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
    let started = unsafe { Driver::create::<Sim61883>(driver, registry_path) }.and_then(|driver| {
        LAB.init(Attributes::new().parent(driver))?;
        control::CONTROL.init(driver)
    });
    started.map_or_else(NtStatus::to_raw, |()| NtStatus::SUCCESS.to_raw())
}
