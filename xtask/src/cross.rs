//! How Cargo is called for Windows targets: drivers with Microsoft's ABI, programs with mingw-w64's.
//!
//! What differs from a build on Windows is said on the command line only, so that no committed file,
//! Cargo.lock included, is different here.

use std::{path::Path, process::Command};

use crate::inf::Arch;

/// Crates that stand in for those of the same name and version on crates.io, relative to the
/// workspace. `wdk-build` refuses any host but Windows; `windows-future`, far down in what it depends
/// on, compiles on no other.
const OVERRIDES: &[&str] = &["linux/wdk-build", "linux/wdk-build/windows-future"];

/// A target, and what Cargo must be told to build for it.
#[derive(Debug, Clone)]
pub(crate) struct Cross {
    target: &'static str,
    arguments: Vec<String>,
    environment: Vec<(&'static str, &'static str)>,
}

/// For drivers: `wdk-build` replaced, and LLVM's linker.
///
/// The C compiler and libclang are found by the replacement on its own.
pub(crate) fn drivers(workspace: &Path, arch: Arch) -> Cross {
    let (target, linker) = match arch {
        Arch::Amd64 => (
            "x86_64-pc-windows-msvc",
            "CARGO_TARGET_X86_64_PC_WINDOWS_MSVC_LINKER",
        ),
        Arch::Arm64 => (
            "aarch64-pc-windows-msvc",
            "CARGO_TARGET_AARCH64_PC_WINDOWS_MSVC_LINKER",
        ),
    };
    let folders = OVERRIDES
        .iter()
        .map(|folder| toml_string(&workspace.join(folder)));
    let paths = format!("paths=[{}]", folders.collect::<Vec<_>>().join(","));
    Cross {
        target,
        arguments: vec!["--config".into(), paths],
        environment: vec![(linker, "lld-link-19")],
    }
}

/// For programs: rustc knows Debian's mingw-w64 by its usual name.
pub(crate) fn programs() -> Cross {
    Cross {
        target: "x86_64-pc-windows-gnu",
        arguments: Vec::new(),
        environment: Vec::new(),
    }
}

/// For programs as Windows builds them, to be checked: there is no linker for them here.
pub(crate) fn checked_programs() -> Cross {
    Cross {
        target: "x86_64-pc-windows-msvc",
        ..programs()
    }
}

impl Cross {
    /// The target's name, also that of its folder below `target`.
    pub(crate) fn target(&self) -> &'static str {
        self.target
    }

    /// Completes a call of Cargo whose subcommand is already there.
    pub(crate) fn apply(&self, cargo: &mut Command) {
        cargo.args(["--target", self.target]).args(&self.arguments);
        cargo.envs(self.environment.iter().copied());
    }
}

/// A path as a string of Cargo's configuration.
fn toml_string(path: &Path) -> String {
    let path = path
        .to_string_lossy()
        .replace('\\', r"\\")
        .replace('"', r#"\""#);
    format!("\"{path}\"")
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    fn workspace() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
    }

    /// The first `key = "value"` in a TOML text.
    fn value<'a>(toml: &'a str, key: &str) -> Option<&'a str> {
        toml.lines().find_map(|line| {
            let rest = line.strip_prefix(key)?.trim_start().strip_prefix('=')?;
            rest.trim().strip_prefix('"')?.strip_suffix('"')
        })
    }

    /// An override of another version than Cargo.lock names would silently change what is built: when
    /// this fails, bring the override up to date, or hold the original back in Cargo.lock.
    #[test]
    fn overrides_have_the_locked_version() {
        let lock = std::fs::read_to_string(workspace().join("Cargo.lock")).unwrap();
        for folder in OVERRIDES {
            let manifest = workspace().join(folder).join("Cargo.toml");
            let manifest = std::fs::read_to_string(manifest).unwrap();
            let name = value(&manifest, "name").unwrap();
            let locked: Vec<_> = lock
                .split("[[package]]")
                .filter(|p| value(p, "name") == Some(name))
                .collect();
            assert_eq!(locked.len(), 1, "{name} in Cargo.lock");
            assert_eq!(
                value(locked[0], "version"),
                value(&manifest, "version"),
                "{name}"
            );
        }
    }

    #[test]
    fn arguments_follow_the_subcommand() {
        let mut cargo = Command::new("cargo");
        cargo.arg("build");
        drivers(Path::new("/a b"), Arch::Amd64).apply(&mut cargo);
        let arguments: Vec<_> = cargo.get_args().map(OsStr::to_string_lossy).collect();
        let paths = r#"paths=["/a b/linux/wdk-build","/a b/linux/wdk-build/windows-future"]"#;
        assert_eq!(
            arguments,
            [
                "build",
                "--target",
                "x86_64-pc-windows-msvc",
                "--config",
                paths
            ]
        );
        assert!(
            cargo
                .get_envs()
                .any(|(_, value)| value == Some(OsStr::new("lld-link-19")))
        );

        let arm = drivers(Path::new("/"), Arch::Arm64);
        assert_eq!(arm.target(), "aarch64-pc-windows-msvc");

        let mut cargo = Command::new("cargo");
        programs().apply(&mut cargo);
        assert_eq!(
            cargo.get_args().last(),
            Some(OsStr::new(programs().target()))
        );
    }

    #[test]
    fn paths_are_quoted() {
        assert_eq!(toml_string(Path::new(r#"/a\b"c"#)), r#""/a\\b\"c""#);
    }
}
