//! Proof that abi and engine contain no panic path: this links only if none is left.
//!
//! Every public function of the two crates is called from an exported function, with inputs that
//! the optimiser knows nothing of. The panic handler calls `plug61883_panic_path_reached`, which
//! is not defined anywhere. In a release build (fat LTO, one code generation unit) whatever is
//! never called is dropped; if a panic can be reached, so can the handler, and the linker names
//! the symbol that it misses:
//!
//! ```text
//! cargo build --release -p no-panic                       links
//! cargo build --release -p no-panic --features self-test  fails: undefined symbol
//!                                                         `plug61883_panic_path_reached'
//! ```
//!
//! `cargo xtask test` holds both. It is built for x86_64-unknown-linux-gnu, as a shared object
//! with `-Wl,--no-undefined`; abi and engine have no code that differs between targets.
//!
//! What it covers: ids (also their text form, parsing and formatting), registers, statuses,
//! structures and IOCTL decoding of abi; all of the engine.
#![no_std]

mod abi;
mod engine;

use core::panic::PanicInfo;

unsafe extern "C" {
    /// Defined nowhere.
    fn plug61883_panic_path_reached() -> !;
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    // SAFETY: the function takes nothing. It does not exist: where this is called, there is no
    // program.
    unsafe { plug61883_panic_path_reached() }
}

/// Keeps a value from being optimised away.
fn keep<T>(value: T) {
    core::hint::black_box(value);
}

/// One panic that can be reached.
#[cfg(feature = "self-test")]
#[unsafe(no_mangle)]
pub extern "C" fn no_panic_self_test(table: &[u8; 4], index: usize) -> u8 {
    table[index]
}
