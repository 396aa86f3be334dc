//! Stands for cfgmgr32.dll, mprapi.dll and netshell.dll, put in their places by tests: the functions
//! that plug61883 uses answer what the environment says, and handles are counted.
//!
//! A function answers the number in the environment variable of its name, such as
//! `CM_Connect_MachineW`; without one it succeeds. With `LINKS_TEST_COUNTS`, what was counted goes to
//! stderr when the library is unloaded. The device tree is a small fixed one.
#![no_std]
#![cfg(windows)]

mod devices;
mod handles;
mod kernel;
mod mpr;
mod netshell;
mod tree;

/// Nothing to set up. When the library goes, it tells what it counted, where the environment says
/// so: a program that does not ask has no other way to show it.
#[unsafe(no_mangle)]
extern "system" fn DllMain(_module: *mut core::ffi::c_void, reason: u32, _: usize) -> i32 {
    const PROCESS_DETACH: u32 = 0;
    if reason == PROCESS_DETACH && kernel::variable(c"LINKS_TEST_COUNTS").is_some() {
        kernel::tell("handles opened, open, misused:");
        for count in handles::counts() {
            kernel::tell(" ");
            kernel::tell_number(count);
        }
        kernel::tell("\n");
    }
    1
}

/// Nothing here panics; the language asks for a handler.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
