//! The engine in any history: requests, completions, cancels, handles that close, units that come
//! and go, other drivers. What it orders and answers is held to the reference model of the engine's
//! own tests, which is compiled in here.
#![no_main]

// What only the tests of the engine use is here too.
#[allow(unused_imports)]
#[path = "../../engine/tests/engine/play/mod.rs"]
mod play;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|history: &[u8]| play::history::play(history));
