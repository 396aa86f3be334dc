//! `wdk-build` for Linux hosts.
//!
//! The crates `wdk`, `wdk-sys`, `wdk-alloc`, `wdk-panic` and `wdk-macros` build anywhere; only the
//! `wdk-build` they rely on insists on Windows and an installed WDK. This crate offers the part of
//! its interface that they and our own build scripts use, and takes what a WDK would provide from
//! elsewhere:
//!
//! | of the WDK | here |
//! | --- | --- |
//! | ntifs.h, ntddk.h, ntstrsafe.h | mingw-w64's, with `include/nt_before.h` and `nt_after.h` around them |
//! | wdf.h | our own, `include/wdf.h` |
//! | import libraries | `libs/*.def`, turned into libraries by llvm-dlltool |
//! | WdfDriverEntry.lib and other static ones | `libs/*.c`, compiled by clang |
//!
//! A driver built with it is for running under Wine, never for shipping.

use std::fmt::Debug;

mod bindgen;
mod config;
mod error;
mod libs;
mod link;
mod metadata;
mod toolchain;

pub use bindgen::BuilderExt;
pub use config::{ApiSubset, Config, CpuArchitecture, DriverConfig, KmdfConfig, UmdfConfig};
pub use error::{ConfigError, IoError};
pub use metadata::find_top_level_cargo_manifest;

/// For the build script of a library that depends on the WDK: tells rustc the driver model.
pub fn configure_wdk_library_build() -> Result<(), ConfigError> {
    configure_wdk_library_build_and_then(|_| Ok(()))
}

/// As [`configure_wdk_library_build`], and then runs `f` with the configuration.
///
/// Where no driver model is configured at all, the library still builds, without what depends on
/// one; `f` is then not run.
pub fn configure_wdk_library_build_and_then<F, E>(mut f: F) -> Result<(), E>
where
    F: FnMut(Config) -> Result<(), E>,
    E: From<ConfigError>,
{
    match Config::from_env_auto() {
        Ok(config) => {
            config.configure_library_build()?;
            toolchain::export()?;
            f(config)
        }
        Err(ConfigError::NoDriverModel) => {
            Config::emit_check_cfg_settings();
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// For the build script of a driver: as [`configure_wdk_library_build`], plus how to link it.
pub fn configure_wdk_binary_build() -> Result<(), ConfigError> {
    Config::from_env_auto()?.configure_binary_build()
}

/// Prints one instruction for Cargo.
fn cargo(instruction: &str, value: impl Debug + std::fmt::Display) {
    println!("cargo::{instruction}={value}");
}
