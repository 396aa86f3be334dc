//! Stands for cfgmgr32.dll, mprapi.dll and netshell.dll, put in their places by tests: the functions
//! that plug61883 uses answer what the environment says, and handles are counted.
//!
//! A function answers the number in the environment variable of its name, such as
//! `CM_Connect_MachineW`; without one it succeeds. The device tree is a small fixed one.
#![no_std]
#![cfg(windows)]

mod devices;
mod handles;
mod kernel;
mod mpr;
mod netshell;
mod tree;

/// Nothing to set up.
#[unsafe(no_mangle)]
extern "system" fn DllMain(_module: *mut core::ffi::c_void, _reason: u32, _: usize) -> i32 {
    1
}

/// Nothing here panics; the language asks for a handler.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
