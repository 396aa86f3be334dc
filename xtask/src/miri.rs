//! The tests of abi and engine under Miri, which finds undefined behaviour.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// What runs under Miri: the crates of the driver that no kernel is needed for.
const PACKAGES: [&str; 2] = ["plug61883-abi", "plug61883-engine"];

/// Runs the tests, with fewer random cases than natively; says so where Miri is not installed.
pub(crate) fn run(root: &Path) -> Result<()> {
    if !installed(root) {
        println!(
            "skipped: Miri is not installed; `rustup toolchain install nightly` and \
             `rustup +nightly component add miri rust-src` install it"
        );
        return Ok(());
    }
    let start = Instant::now();
    let mut command = nightly(root);
    command.args(["miri", "test"]);
    for package in PACKAGES {
        command.args(["--package", package]);
    }
    let status = command
        .stdin(Stdio::null())
        .status()
        .context("cargo could not be started")?;
    if !status.success() {
        bail!("the tests under Miri ended with {status}");
    }
    println!("abi and engine under Miri: {} s", start.elapsed().as_secs());
    Ok(())
}

/// Whether the nightly toolchain has Miri. Its driver is asked: `cargo-miri` is a link of rustup
/// that is always there.
fn installed(root: &Path) -> bool {
    nightly(root)
        .args(["miri", "--version"])
        .stdin(Stdio::null())
        .output()
        .is_ok_and(|output| output.status.success())
}

/// `cargo +nightly`. That is understood by rustup's cargo only, not by the one that runs this,
/// whose settings must not reach the nightly one either.
fn nightly(root: &Path) -> Command {
    let mut command = Command::new("cargo");
    command
        .arg("+nightly")
        .current_dir(root)
        .env_remove("CARGO")
        .env_remove("RUSTC")
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("RUSTFLAGS");
    command
}
