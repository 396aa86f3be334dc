//! End to end under Wine: the real plug61883.sys and sim61883.sys, the real plugctl.exe.
//!
//! Each test has a Wine prefix of its own; what the drivers leak or break is found when it is
//! closed, and fails the test.

mod bad_input;
mod cancel;
mod command_line;
mod disconnect;
mod lifetime;
mod ownership;
mod support;
