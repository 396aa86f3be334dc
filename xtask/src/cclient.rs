//! The C client, and that the header means the same to other compilers.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Result;

use crate::process::{root, run};

/// What the program is called among the artifacts.
const PROGRAM: &str = "cclient.exe";

/// Warnings are mistakes.
const STRICT: &[&str] = &["-Wall", "-Wextra", "-Wconversion", "-pedantic", "-Werror"];

/// Targets whose layout the header must have, by Microsoft's rules.
const LAYOUTS: &[&str] = &[
    "x86_64-pc-windows-msvc",
    "i686-pc-windows-msvc",
    "aarch64-pc-windows-msvc",
];

/// Builds the program into `folder`.
pub(crate) fn build(folder: &Path) -> Result<()> {
    run(compiler("x86_64-w64-mingw32-gcc")
        .arg("-o")
        .arg(folder.join(PROGRAM)))
}

/// The header's assertions hold for 32-bit and 64-bit clients, in C and C++; the client compiles
/// for 32 bits where that compiler is installed.
pub(crate) fn check() -> Result<()> {
    for target in LAYOUTS {
        for language in [["-xc", "-std=c99"], ["-xc++", "-std=c++11"]] {
            run(Command::new("clang-19")
                .arg(format!("--target={target}"))
                .args(["-ffreestanding", "-fsyntax-only"])
                .args(language)
                .args(STRICT)
                .arg(root().join("user-client/include/plug61883.h")))?;
        }
    }
    println!(
        "plug61883.h has the driver's layout for {}",
        LAYOUTS.join(", ")
    );
    let other = "i686-w64-mingw32-gcc";
    let installed = Command::new(other)
        .arg("--version")
        .stdin(Stdio::null())
        .output()
        .is_ok_and(|output| output.status.success());
    if installed {
        run(compiler(other).args(["-c", "-o", "/dev/null"]))?;
        println!("the C client compiles for 32 bits");
    } else {
        println!("not compiled for 32 bits: Debian's gcc-mingw-w64-i686 is not installed");
    }
    Ok(())
}

fn compiler(program: &str) -> Command {
    let mut command = Command::new(program);
    command
        .args(["-std=c11", "-O2", "-static-libgcc"])
        .args(STRICT)
        .arg("-I")
        .arg(root().join("user-client/include"))
        .arg(root().join("tests/c-client/client.c"));
    command
}
