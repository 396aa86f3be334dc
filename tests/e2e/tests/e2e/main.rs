//! End to end under Wine: the real plug61883.sys and sim61883.sys, the real plugctl.exe.
//!
//! Each test has a Wine prefix of its own; what the drivers leak or break is found when it is
//! closed, and fails the test.

mod bad_input;
mod bounds;
mod c_client;
mod cancel;
mod command_line;
mod commands;
mod disconnect;
mod events;
mod lifetime;
mod links;
mod low_memory;
mod messages;
mod ownership;
mod packages;
mod persist;
mod pnp;
mod random;
mod raw;
mod registers;
mod report;
mod requests;
mod storm;
mod support;
mod timeouts;
mod tracing;
mod unload;
