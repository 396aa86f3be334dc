//! How a driver is linked.

use std::{env, path::PathBuf};

use crate::{Config, ConfigError, cargo, config::FRAMEWORK_ENTRY, libs};

/// The linker's options that make a DLL a kernel driver.
///
/// lld knows no `/KERNEL`, and none is needed: nothing here is compiled for user mode only.
const LINK_ARGS: &[&str] = &[
    "/DRIVER",
    "/NODEFAULTLIB",
    "/SUBSYSTEM:NATIVE",
    "/NXCOMPAT",
    "/DYNAMICBASE",
    "/MANIFEST:NO",
    // The same input gives the same file: no time in it.
    "/Brepro",
    "/OPT:REF,ICF",
];

impl Config {
    /// Tells Cargo how to link the driver whose build script is running.
    pub fn configure_binary_build(&self) -> Result<(), ConfigError> {
        // The original refuses it as well: who forgets it should learn of it on any host.
        let features = env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
        if !features.split(',').any(|feature| feature == "crt-static") {
            return Err(ConfigError::StaticCrtNotEnabled);
        }
        let out_dir = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
        cargo("rustc-link-search", libs::build(self, &out_dir)?.display());
        for arg in LINK_ARGS {
            cargo("rustc-cdylib-link-arg", arg);
        }
        cargo("rustc-cdylib-link-arg", format!("/ENTRY:{}", self.entry));
        if self.entry == FRAMEWORK_ENTRY {
            cargo("rustc-cdylib-link-arg", "/EXPORT:StandinServices,DATA");
        }
        self.configure_library_build()
    }
}
