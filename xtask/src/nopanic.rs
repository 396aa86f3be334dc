//! The link test that abi and engine contain no panic path; `tests/no-panic` says how it works.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// What is linked.
const PACKAGE: &str = "no-panic";
/// The symbol that only a panic needs, and nobody defines.
const SYMBOL: &str = "plug61883_panic_path_reached";
/// It is built for this, on whatever host.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// Holds that the test links, and that it would not if there were a panic.
pub(crate) fn run(root: &Path) -> Result<()> {
    if let Err(log) = link(root, &[])? {
        if log.contains(SYMBOL) {
            bail!("abi or engine can panic: {SYMBOL} is needed\n{log}");
        }
        bail!("{PACKAGE} does not build\n{log}");
    }
    match link(root, &["--features", "self-test"])? {
        Ok(()) => bail!("{PACKAGE} links although it has a panic: the test shows nothing"),
        Err(log) if !log.contains(SYMBOL) => {
            bail!("{PACKAGE} with a panic fails for another reason than {SYMBOL}\n{log}")
        }
        Err(_) => {}
    }
    println!("no panic path in abi and engine: links without, fails to link with one");
    Ok(())
}

/// Builds the test; `Err` with the log when that fails.
fn link(root: &Path, arguments: &[&str]) -> Result<Result<(), String>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "build",
            "--release",
            "--target",
            TARGET,
            "--package",
            PACKAGE,
        ])
        .args(arguments)
        .current_dir(root)
        // Flags from outside could turn the optimisations off that the test stands on.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .stdin(Stdio::null())
        .output()
        .context("cargo could not be started")?;
    if output.status.success() {
        return Ok(Ok(()));
    }
    Ok(Err(String::from_utf8_lossy(&output.stderr).into_owned()))
}
