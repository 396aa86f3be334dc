//! The libraries that `wdk-sys` links: built from `libs/` into the output folder of the driver that
//! is being linked. That takes well under a second, so each driver has its own.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    Config, ConfigError, IoError, cargo,
    toolchain::{self, run, tool},
};

/// What goes into a library: an import library's `.def` and C sources, both from `libs/`.
struct Library {
    name: &'static str,
    def: Option<&'static str>,
    sources: &'static [&'static str],
}

const LIBRARIES: &[Library] = &[
    // Functions that the kernel, or Wine's, lacks are added to its import library.
    Library {
        name: "ntoskrnl",
        def: Some("ntoskrnl.def"),
        sources: &["downlevel.c", "pool.c", "trace.c"],
    },
    Library {
        name: "hal",
        def: Some("hal.def"),
        sources: &[],
    },
    Library {
        name: "wmilib",
        def: Some("wmilib.def"),
        sources: &[],
    },
    Library {
        name: "rpcrt4",
        def: Some("rpcrt4.def"),
        sources: &[],
    },
    Library {
        name: "WdfLdr",
        def: Some("WdfLdr.def"),
        sources: &[],
    },
    Library {
        name: "WdfDriverEntry",
        def: None,
        sources: &["entry.c"],
    },
    Library {
        name: "BufferOverflowFastFailK",
        def: None,
        sources: &["cookie.c"],
    },
];

/// Builds all of them and returns their folder.
pub(crate) fn build(config: &Config, out_dir: &Path) -> Result<PathBuf, ConfigError> {
    let folder = out_dir.join("wdk-libs");
    // Left-overs of an earlier run would be added to, not replaced, by the archiver.
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(IoError::with_path(folder, error).into());
        }
        _ => {}
    }
    fs::create_dir_all(&folder).map_err(|error| IoError::with_path(&folder, error))?;
    cargo("rerun-if-changed", toolchain::own("libs").display());
    for library in LIBRARIES {
        library.build(config, &folder)?;
    }
    Ok(folder)
}

impl Library {
    fn build(&self, config: &Config, folder: &Path) -> Result<(), ConfigError> {
        let lib = folder.join(format!("{}.lib", self.name));
        if let Some(def) = self.def {
            run(tool("llvm-dlltool")
                .args(["-m", toolchain::machine().dlltool, "-d"])
                .arg(source(def))
                .arg("-l")
                .arg(&lib))?;
        }
        for file in self.sources {
            let object = folder.join(file).with_extension("obj");
            compile(config, &source(file), &object)?;
            run(tool("llvm-ar").arg("qc").arg(&lib).arg(&object))?;
        }
        if !self.sources.is_empty() {
            run(tool("llvm-ar").arg("s").arg(&lib))?;
        }
        Ok(())
    }
}

fn source(file: &str) -> PathBuf {
    toolchain::own("libs").join(file)
}

fn compile(config: &Config, source: &Path, object: &Path) -> Result<(), ConfigError> {
    let mut clang = toolchain::clang();
    clang
        .args([
            "-c",
            "-O2",
            "-g",
            "-gcodeview",
            "-ffreestanding",
            "-Wall",
            "-Werror",
        ])
        // As system headers: their own warnings are none of ours.
        .args(
            config
                .include_paths()?
                .flat_map(|path| ["-isystem".into(), path.into_os_string()]),
        )
        .args(
            config
                .preprocessor_definitions()
                .map(|(name, value)| match value {
                    Some(value) => format!("-D{name}={value}"),
                    None => format!("-D{name}"),
                }),
        )
        .arg(source)
        .arg("-o")
        .arg(object);
    run(&mut clang).map(drop)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{DriverConfig, KmdfConfig};

    /// The symbols that a library defines.
    fn symbols(lib: &Path) -> BTreeSet<String> {
        let nm = run(tool("llvm-nm")
            .args(["--defined-only", "--format=just-symbols"])
            .arg(lib));
        nm.unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn libraries_define_what_drivers_refer_to() {
        let folder = assert_fs::TempDir::new().unwrap();
        let config = Config::new(DriverConfig::Kmdf(KmdfConfig {
            kmdf_version_major: 1,
            target_kmdf_version_minor: 27,
            minimum_kmdf_version_minor: None,
        }));
        // Twice: a driver's output folder is used again.
        build(&config, &folder).unwrap();
        let libs = build(&config, &folder).unwrap();
        let table = config.compute_wdffunctions_symbol_name().unwrap();
        for (lib, expected) in [
            (
                "ntoskrnl",
                &[
                    "IoCreateDevice",
                    "memcpy",
                    "__chkstk",
                    "ExAllocatePool2",
                    "ExAllocatePoolWithTag",
                    "IoAllocateMdl",
                    "EtwRegister",
                    "StandinServices",
                ][..],
            ),
            ("hal", &["HalGetBusData"]),
            ("wmilib", &["WmiSystemControl"]),
            ("WdfLdr", &["WdfVersionBind", "WdfVersionUnbind"]),
            (
                "WdfDriverEntry",
                &[
                    "FxDriverEntry",
                    "WdfDriverGlobals",
                    "WdfFunctionCount",
                    &table,
                ],
            ),
            ("BufferOverflowFastFailK", &["__security_cookie"]),
        ] {
            let symbols = symbols(&libs.join(lib).with_extension("lib"));
            for name in expected {
                assert!(
                    symbols.contains(*name),
                    "{name} is not in {lib}: {symbols:?}"
                );
            }
        }
    }
}
