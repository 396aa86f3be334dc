//! The configuration of a build, and what bindgen and the C compiler need to know of it.

use std::{env, path::PathBuf};

use serde::{Deserialize, Serialize};

use crate::{ConfigError, cargo, metadata, toolchain};

/// The driver model and its version.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq, Hash)]
#[serde(tag = "driver-type", rename_all = "UPPERCASE", deny_unknown_fields)]
pub enum DriverConfig {
    /// Plain kernel driver.
    Wdm,
    /// Kernel driver that uses the framework.
    Kmdf(KmdfConfig),
    /// User-mode driver; known by name, but not built here.
    Umdf(UmdfConfig),
}

/// KMDF's version.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq, Hash)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct KmdfConfig {
    /// Major version.
    pub kmdf_version_major: u8,
    /// The minor version whose headers are used.
    pub target_kmdf_version_minor: u8,
    /// The oldest minor version that the driver runs with.
    pub minimum_kmdf_version_minor: Option<u8>,
}

/// UMDF's version.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq, Hash)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct UmdfConfig {
    /// Major version.
    pub umdf_version_major: u8,
    /// The minor version whose headers are used.
    pub target_umdf_version_minor: u8,
    /// The oldest minor version that the driver runs with.
    pub minimum_umdf_version_minor: Option<u8>,
}

/// The processor to build for.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, PartialEq, Eq)]
pub enum CpuArchitecture {
    /// x86-64.
    Amd64,
    /// AArch64.
    Arm64,
}

/// A part of the WDK's interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiSubset {
    /// What every driver sees.
    Base,
    /// The framework.
    Wdf,
    /// GPIO controllers.
    Gpio,
    /// Human interface devices.
    Hid,
    /// Parallel and serial ports.
    ParallelPorts,
    /// Simple peripheral buses.
    Spb,
    /// Storage.
    Storage,
    /// USB.
    Usb,
}

/// Where a driver is entered that binds to the framework; in `libs/entry.c`.
pub(crate) const FRAMEWORK_ENTRY: &str = "FxDriverEntry";

/// The configuration of one build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The driver model.
    pub driver_config: DriverConfig,
    pub(crate) entry: String,
}

impl Config {
    /// A driver of a certain model, with that model's usual entry point.
    pub fn new(driver_config: DriverConfig) -> Self {
        let entry = match driver_config {
            DriverConfig::Kmdf(_) => FRAMEWORK_ENTRY,
            _ => "DriverEntry",
        };
        Self {
            driver_config,
            entry: entry.to_owned(),
        }
    }

    /// Reads the driver model from the manifests of the workspace being built.
    pub fn from_env_auto() -> Result<Self, ConfigError> {
        let arch = env::var("CARGO_CFG_TARGET_ARCH").unwrap_or_default();
        if !matches!(arch.as_str(), "x86_64" | "aarch64") {
            return Err(ConfigError::Unsupported(format!("drivers for {arch}")));
        }
        let metadata = metadata::workspace()?;
        let mut config = Self::new(metadata::driver_model(&metadata)?);
        if let DriverConfig::Umdf(_) = config.driver_config {
            return Err(ConfigError::Unsupported("UMDF".into()));
        }
        if let Some(entry) = metadata::current_package(&metadata)?.entry {
            config.entry = entry;
        }
        Ok(config)
    }

    /// Tells rustc which driver models there are.
    pub fn emit_check_cfg_settings() {
        cargo(
            "rustc-check-cfg",
            r#"cfg(driver_model__driver_type, values("WDM","KMDF","UMDF"))"#,
        );
    }

    /// Tells rustc the driver model.
    pub fn configure_library_build(&self) -> Result<(), ConfigError> {
        Self::emit_check_cfg_settings();
        let model = match self.driver_config {
            DriverConfig::Wdm => "WDM",
            DriverConfig::Kmdf(_) => "KMDF",
            DriverConfig::Umdf(_) => "UMDF",
        };
        cargo(
            "rustc-cfg",
            format!(r#"driver_model__driver_type="{model}""#),
        );
        Ok(())
    }

    /// The folders to search for headers, ours before mingw-w64's.
    pub fn include_paths(&self) -> Result<impl Iterator<Item = PathBuf>, ConfigError> {
        toolchain::include_paths().map(Vec::into_iter)
    }

    /// The macros to define.
    pub fn preprocessor_definitions(&self) -> impl Iterator<Item = (String, Option<String>)> {
        let [underscored, plain] = toolchain::machine().definitions;
        let mut definitions = vec![
            ("_WIN64", None),
            (underscored, None),
            (plain, None),
            ("_KERNEL_MODE", None),
            // Windows 10 1809, where KMDF 1.27 is in the box.
            ("_WIN32_WINNT", Some("0x0A00".to_owned())),
            ("NTDDI_VERSION", Some("0x0A000006".to_owned())),
        ];
        if let DriverConfig::Kmdf(kmdf) = self.driver_config {
            definitions.push((
                "KMDF_VERSION_MAJOR",
                Some(kmdf.kmdf_version_major.to_string()),
            ));
            definitions.push((
                "KMDF_VERSION_MINOR",
                Some(kmdf.target_kmdf_version_minor.to_string()),
            ));
            if let Some(minimum) = kmdf.minimum_kmdf_version_minor {
                definitions.push(("KMDF_MINIMUM_VERSION_REQUIRED", Some(minimum.to_string())));
            }
        }
        definitions
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
    }

    /// Further flags for clang.
    pub fn wdk_bindgen_compiler_flags() -> impl Iterator<Item = String> {
        toolchain::CLANG_FLAGS.iter().map(|&flag| flag.to_owned())
    }

    /// The headers of a part of the interface.
    pub fn headers(&self, api: ApiSubset) -> Result<impl Iterator<Item = String>, ConfigError> {
        let headers: &[_] = match api {
            ApiSubset::Base => &[
                "nt_before.h",
                "ntifs.h",
                "ntddk.h",
                "ntstrsafe.h",
                "nt_after.h",
            ],
            ApiSubset::Wdf => match self.driver_config {
                DriverConfig::Kmdf(_) => &["wdf.h"],
                _ => &[],
            },
            other => {
                return Err(ConfigError::Unsupported(format!(
                    "wdk-sys's {other:?} bindings"
                )));
            }
        };
        Ok(headers.iter().map(|&header| header.to_owned()))
    }

    /// A C source that includes all headers of these parts.
    pub fn bindgen_header_contents(
        &self,
        apis: impl IntoIterator<Item = ApiSubset>,
    ) -> Result<String, ConfigError> {
        let mut contents = String::new();
        for api in apis {
            contents.extend(
                self.headers(api)?
                    .map(|header| format!("#include \"{header}\"\n")),
            );
        }
        Ok(contents)
    }

    /// The `#[link]` attributes of a part, as Rust source.
    pub fn bindgen_library_link_raw_lines(&self, api: ApiSubset) -> Option<String> {
        let libraries: &[_] = match (api, self.driver_config) {
            (ApiSubset::Base, DriverConfig::Wdm) => {
                &["BufferOverflowFastFailK", "ntoskrnl", "hal", "wmilib"]
            }
            (ApiSubset::Base, DriverConfig::Kmdf(_)) => &[
                "BufferOverflowFastFailK",
                "ntoskrnl",
                "hal",
                "wmilib",
                "WdfLdr",
                "WdfDriverEntry",
            ],
            _ => return None,
        };
        // Not bundled: the libraries are there only when a driver is linked. `wdk-sys` has the
        // feature for crates that are tested on the host.
        Some(libraries.iter().fold(String::new(), |lines, name| {
            lines
                + "#[cfg(not(any(test, feature = \"suppress-wdk-linking\")))]\n"
                + &format!(
                    "#[link(name = \"{name}\", kind = \"static\", modifiers = \"-bundle\")]\n"
                )
                + "unsafe extern \"C\" {}\n"
        }))
    }

    /// The name of the variable that points to the framework's function table.
    pub fn compute_wdffunctions_symbol_name(&self) -> Option<String> {
        let DriverConfig::Kmdf(kmdf) = self.driver_config else {
            return None;
        };
        Some(format!(
            "WdfFunctions_{:02}0{:02}",
            kmdf.kmdf_version_major, kmdf.target_kmdf_version_minor
        ))
    }
}
