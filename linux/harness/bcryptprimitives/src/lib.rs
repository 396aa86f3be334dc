//! `bcryptprimitives.dll` for Wine 8, which lacks it: Rust's std takes the seeds of its hash maps
//! from its one function.
#![no_std]
#![cfg(windows)]

use core::ffi::c_void;

#[link(name = "advapi32")]
unsafe extern "system" {
    /// RtlGenRandom, by the name that it is exported under.
    fn SystemFunction036(buffer: *mut c_void, length: u32) -> u8;
}

/// Fills a buffer with random bytes; never fails, as documented.
///
/// # Safety
/// `buffer` must hold `length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ProcessPrng(buffer: *mut u8, length: usize) -> i32 {
    let mut done = 0;
    while done < length {
        let part = u32::try_from(length - done).unwrap_or(u32::MAX);
        // SAFETY: `done + part` is at most `length`, which the buffer holds.
        if unsafe { SystemFunction036(buffer.add(done).cast(), part) } == 0 {
            return 0;
        }
        done += part as usize;
    }
    1
}

/// Nothing to set up.
#[unsafe(no_mangle)]
extern "system" fn DllMain(_module: *mut c_void, _reason: u32, _reserved: *mut c_void) -> i32 {
    1
}

/// Nothing here panics; the language asks for a handler.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
