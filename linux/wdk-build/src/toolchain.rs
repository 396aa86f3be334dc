//! clang, LLVM's binary tools and mingw-w64's headers.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{ConfigError, cargo};

/// Debian's suffix of LLVM's programs; they are versioned there.
const LLVM: &str = "-19";

/// A processor that drivers are built for, by its names in the tools.
pub(crate) struct Machine {
    /// Rust's and clang's.
    pub(crate) target: &'static str,
    /// llvm-dlltool's.
    pub(crate) dlltool: &'static str,
    /// The macros of the WDK's headers.
    pub(crate) definitions: [&'static str; 2],
}

/// x64, on which drivers run under Wine.
const X64: Machine = Machine {
    target: "x86_64-pc-windows-msvc",
    dlltool: "i386:x86-64",
    definitions: ["_AMD64_", "AMD64"],
};

/// ARM64, for which drivers are compiled and linked only.
const ARM64: Machine = Machine {
    target: "aarch64-pc-windows-msvc",
    dlltool: "arm64",
    definitions: ["_ARM64_", "ARM64"],
};

/// What the code is compiled for: what Cargo tells a build script, or x64.
pub(crate) fn machine() -> &'static Machine {
    match env::var("CARGO_CFG_TARGET_ARCH").as_deref() {
        Ok("aarch64") if env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("windows") => &ARM64,
        _ => &X64,
    }
}

/// How to read mingw-w64's headers for that target.
///
/// They are written for GCC and refuse to be read as Microsoft's compiler would. clang's own mingw
/// target would do, but there an enumeration without negative members is unsigned, so that bindgen
/// would type all of Windows' enumerations differently than it does on Windows, and drivers that
/// build on one host would not on the other. Hence Microsoft's target, and GCC's manners.
pub(crate) const CLANG_FLAGS: &[&str] = &[
    "-fno-ms-compatibility",
    "-fms-extensions",
    "-fgnuc-version=4.2.1",
    "-U_MSC_VER",
    // mingw-w64's inline functions are meant so: never emitted on their own.
    "-fgnu89-inline",
    "-D__MINGW32__",
    "-D__MINGW64__",
    "-D__MSVCRT__",
    // An old intrinsics header warns whoever includes it; mingw-w64's intrin.h does.
    "-Wno-#warnings",
];

/// Where Debian's mingw-w64-common puts the headers.
const MINGW_INCLUDE: &str = "/usr/share/mingw-w64/include";

/// A file or folder of this crate.
pub(crate) fn own(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The folders to search for headers.
pub(crate) fn include_paths() -> Result<Vec<PathBuf>, ConfigError> {
    let own = own("include");
    cargo("rerun-if-changed", own.display());
    cargo("rerun-if-env-changed", "MINGW_W64_INCLUDE");
    let mingw = env::var_os("MINGW_W64_INCLUDE").unwrap_or_else(|| MINGW_INCLUDE.into());
    let mingw = PathBuf::from(mingw);
    let ddk = mingw.join("ddk");
    if !ddk.is_dir() {
        return Err(ConfigError::DirectoryNotFound {
            directory: ddk.display().to_string(),
            package: "mingw-w64-common, or set MINGW_W64_INCLUDE",
        });
    }
    // libclang, unlike clang, doesn't know where its own headers are.
    Ok(vec![own, ddk, mingw, resource_dir()?.join("include")])
}

/// Where clang keeps its own headers: `.../lib/clang/19`, next to libclang in `.../lib`.
fn resource_dir() -> Result<PathBuf, ConfigError> {
    let path = run(clang().arg("-print-resource-dir"))?;
    Ok(PathBuf::from(path.trim_end()))
}

/// Lets the build script of `wdk-sys` find the very tools that are used here: libclang for bindgen,
/// and the C compiler for the `cc` crate. A caller's own choice stands.
pub(crate) fn export() -> Result<(), ConfigError> {
    let set = |name: &str, value: &OsStr| {
        if env::var_os(name).is_none() {
            // SAFETY: build scripts configure themselves first, before they start threads.
            unsafe { env::set_var(name, value) };
        }
    };
    let target = machine().target.replace('-', "_");
    set(&format!("CC_{target}"), format!("clang{LLVM}").as_ref());
    set(&format!("AR_{target}"), format!("llvm-ar{LLVM}").as_ref());
    set(&format!("CFLAGS_{target}"), CLANG_FLAGS.join(" ").as_ref());
    if let Some(lib) = resource_dir()?.ancestors().nth(2) {
        set("LIBCLANG_PATH", lib.as_os_str());
    }
    Ok(())
}

/// clang for the target, up to the flags of a certain file.
pub(crate) fn clang() -> Command {
    let mut clang = tool("clang");
    clang
        .arg(format!("--target={}", machine().target))
        .args(CLANG_FLAGS);
    clang
}

/// One of LLVM's programs.
pub(crate) fn tool(name: &str) -> Command {
    Command::new(format!("{name}{LLVM}"))
}

/// Runs a command to its end and returns what it printed.
pub(crate) fn run(command: &mut Command) -> Result<String, ConfigError> {
    let reason = match command.output() {
        Ok(output) if output.status.success() => {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
        Err(error) => format!("{error} (are Debian's packages clang and llvm installed?)"),
    };
    let words = [command.get_program()]
        .into_iter()
        .chain(command.get_args());
    let words: Vec<_> = words.map(OsStr::to_string_lossy).collect();
    Err(ConfigError::Tool {
        command: words.join(" "),
        reason,
    })
}
