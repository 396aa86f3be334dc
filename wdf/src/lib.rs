//! Thin typed wrappers over WDF handles.
//!
//! What a KMDF driver says through C callbacks and structures is said here through traits and
//! builders, so that a driver's own code needs next to no `unsafe`:
//!
//! - handles are types ([`Device`], [`Queue`], [`Request`], ...); a request that is the driver's
//!   to complete is an owned value, so it is completed once;
//! - callbacks are traits ([`DriverEvents`], [`PnpEvents`], [`FileEvents`], [`QueueEvents`], ...)
//!   whose functions the framework calls through a generic shim;
//! - object contexts are typed ([`context_type!`]).
//!
//! Each function's doc names the DDI it stands for and the highest IRQL it may be called at.
#![no_std]
#![deny(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable
)]

mod context;
mod control;
mod device;
mod driver;
mod file;
mod memory;
mod object;
mod preprocess;
mod queue;
mod request;
mod sent;
mod sideband;
mod string;
mod sync;
mod target;
mod time;

pub use context::{Context, ContextInfo};
pub use control::ControlDeviceInit;
pub use device::{Device, DeviceInit, PnpEvents};
pub use driver::{Driver, DriverEvents};
pub use file::{File, FileEvents};
pub use memory::{Mdl, Memory};
pub use object::{Attributes, Handle, Reference};
pub use plug61883_abi::status::NtStatus;
pub use preprocess::PassingEvents;
pub use queue::{CanceledEvents, Dispatch, IoControl, Queue, QueueConfig, QueueEvents};
pub use request::{CancelEvents, Request, RequestRef};
pub use sent::{CompletionEvents, SentRequest};
pub use sideband::{Presence, Sideband, SidebandEvents};
pub use string::UnicodeString;
pub use sync::{Event, SpinLock, SpinLockGuard, WaitLock, WaitLockGuard};
pub use target::IoTarget;
pub use time::{
    Timer, TimerEvents, WorkItem, WorkItemEvents, microseconds, milliseconds, process_id,
    system_time, thread_id,
};
pub use wdk_sys;

/// Result of a DDI that answers with an NTSTATUS.
pub type Result<T> = core::result::Result<T, NtStatus>;

/// `Ok` for a success status, the status as the error otherwise.
fn check(status: wdk_sys::NTSTATUS) -> Result<()> {
    let status = NtStatus::from_raw(status);
    if status.is_success() {
        Ok(())
    } else {
        Err(status)
    }
}

/// `size_of::<T>()` as the `Size` member of a WDF structure.
const fn size_field<T>() -> wdk_sys::ULONG {
    // WDF structures have a few hundred bytes.
    size_of::<T>() as wdk_sys::ULONG
}
