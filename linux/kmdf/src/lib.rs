//! WDFLDR.SYS for Wine: the functions of the Kernel-Mode Driver Framework that the drivers call,
//! on Wine's WDM functions, and a verifier that watches how they are called.
//!
//! Never shipped: on Windows the drivers run on Microsoft's framework.
#![no_std]
#![cfg(target_os = "windows")]

extern crate alloc;

mod account;
mod bind;
mod call;
mod client;
mod collection;
mod context;
mod control;
mod device;
mod dispatch;
mod dpc;
mod driver;
mod ffi;
mod file;
mod handle;
mod irql;
mod lock;
mod make;
mod memory;
mod names;
mod nt;
mod object;
mod object_api;
mod pnp;
mod pool;
mod queue;
mod registry;
mod request;
mod runs;
mod services;
mod status;
mod string;
mod sync;
mod table;
mod target;
mod timer;
mod trace;
mod verifier;
mod wdm;
mod worker;
mod workitem;

#[global_allocator]
static POOL: pool::Pool = pool::Pool;

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    verifier::print(format_args!("WDFLDR: {info}"));
    verifier::internal_error("panic")
}
