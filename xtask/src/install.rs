//! Installing what is missing: Debian packages and Rust targets.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{output, run};

/// Debian packages that building and running need.
const PACKAGES: &[&str] = &[
    "clang-19",
    "lld-19",
    "llvm-19",
    "libclang-19-dev",
    "gcc-mingw-w64-x86-64",
    "wine",
    "wine64",
    // Without it one start in thousands fails: Wine's page at 0x7FFE0000 is where the loader's heap
    // may begin.
    "wine64-preloader",
    // Signing packages; a test signs one.
    "openssl",
    "osslsigncode",
];

/// Rust targets: drivers, Windows programs.
const TARGETS: &[&str] = &[
    "x86_64-pc-windows-msvc",
    "aarch64-pc-windows-msvc",
    "x86_64-pc-windows-gnu",
];

/// Installs what is missing, or says in one line what to run where it may not.
pub(crate) fn everything() -> Result<()> {
    packages()?;
    targets()
}

fn packages() -> Result<()> {
    let missing: Vec<&str> = PACKAGES
        .iter()
        .copied()
        .filter(|name| !is_installed(name))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let by_hand = format!(
        "apt-get install --no-install-recommends {}",
        missing.join(" ")
    );
    if !is_program("apt-get") {
        bail!(
            "this machine has no apt-get; install what Debian calls: {}",
            missing.join(" ")
        );
    }
    if !is_root()? {
        bail!("packages are missing and only root may install them; run: sudo {by_hand}");
    }
    println!("installing {}", missing.join(" "));
    let apt = |arguments: &[&str]| {
        run(Command::new("apt-get")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(arguments))
    };
    apt(&["update", "-qq"])?;
    let mut arguments = vec!["install", "-y", "-qq", "--no-install-recommends"];
    arguments.extend(&missing);
    apt(&arguments).with_context(|| format!("run by hand: {by_hand}"))
}

fn is_installed(package: &str) -> bool {
    Command::new("dpkg-query")
        .args(["-W", "-f=${Status}", package])
        .output()
        .is_ok_and(|output| output.stdout.ends_with(b"install ok installed"))
}

fn is_program(name: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(name).is_file()))
}

fn is_root() -> Result<bool> {
    Ok(output(Command::new("id").arg("-u"))?.trim() == "0")
}

fn targets() -> Result<()> {
    let by_hand = format!("rustup target add {}", TARGETS.join(" "));
    if !is_program("rustup") {
        bail!("rustup is missing, see https://rustup.rs; then run: {by_hand}");
    }
    let installed = output(Command::new("rustup").args(["target", "list", "--installed"]))?;
    let missing: Vec<&str> = TARGETS
        .iter()
        .copied()
        .filter(|target| !installed.lines().any(|line| line == *target))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("adding Rust targets {}", missing.join(" "));
    run(Command::new("rustup")
        .args(["target", "add"])
        .args(&missing))
    .with_context(|| format!("run by hand: {by_hand}"))
}
