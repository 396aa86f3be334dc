//! The fuzz targets of `fuzz/`, with cargo-fuzz, libFuzzer and a nightly toolchain.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::process::{cargo, root, run};

const TARGETS: &[&str] = &["decode", "engine"];
/// The version that is installed where there is none.
const CARGO_FUZZ: &str = "0.13.2";
/// Seconds of each target among the tests.
const SHORT: u64 = 10;

#[derive(Args)]
pub(crate) struct Options {
    /// Seconds for each target
    #[arg(long, value_name = "N", default_value_t = 60)]
    seconds: u64,
    /// Run this target alone
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(TARGETS))]
    target: Option<String>,
}

/// Runs what is asked for; what makes a target crash is an error.
pub(crate) fn run_targets(options: &Options) -> Result<()> {
    if !is_nightly_installed() {
        bail!("fuzzing needs a nightly toolchain; run: {NIGHTLY}");
    }
    let tool = cargo_fuzz()?;
    // Its lock file is committed, and cargo-fuzz would bring it up to date in silence.
    let manifest = root().join("fuzz/Cargo.toml");
    let mut locked = cargo();
    locked.args([
        "metadata",
        "--locked",
        "--format-version",
        "1",
        "--manifest-path",
    ]);
    run(locked.arg(manifest).stdout(Stdio::null())).context("fuzz/Cargo.lock is not up to date")?;
    for target in TARGETS {
        if options
            .target
            .as_deref()
            .is_none_or(|wanted| wanted == *target)
        {
            fuzz(&tool, target, options.seconds)?;
        }
    }
    Ok(())
}

/// A short run of every target; says so where that is not possible.
pub(crate) fn test() -> Result<()> {
    if !is_nightly_installed() {
        println!("skipped: there is no nightly toolchain; `{NIGHTLY}` installs it");
        return Ok(());
    }
    run_targets(&Options {
        seconds: SHORT,
        target: None,
    })
}

const NIGHTLY: &str = "rustup toolchain install nightly --profile minimal";

fn fuzz(tool: &PathBuf, target: &str, seconds: u64) -> Result<()> {
    println!("fuzzing {target} for {seconds} s");
    let folder = root().join("target/fuzz");
    let (corpus, crashes) = (folder.join("corpus").join(target), folder.join("crashes"));
    std::fs::create_dir_all(&corpus)?;
    std::fs::create_dir_all(&crashes)?;
    let mut command = nightly(tool);
    command
        .args(["run", "--fuzz-dir", "fuzz", "--target-dir"])
        .arg(folder.join("build"));
    // What is found goes to the first folder, the committed seeds are only read.
    command
        .arg(target)
        .arg(corpus)
        .arg(root().join("fuzz/seeds").join(target));
    command.arg("--").arg(format!("-max_total_time={seconds}"));
    command.arg(format!("-artifact_prefix={}/{target}-", crashes.display()));
    command.args([
        "-max_len=4096",
        "-timeout=10",
        "-verbosity=0",
        "-print_final_stats=1",
    ]);
    run(&mut command).with_context(|| {
        format!(
            "fuzz target {target}; what made it fail is in {}",
            crashes.display()
        )
    })
}

/// cargo-fuzz, installed into `target/tools` if need be.
fn cargo_fuzz() -> Result<PathBuf> {
    let tools = root().join("target/tools");
    let tool = tools.join("bin/cargo-fuzz");
    if !tool.is_file() {
        println!("installing cargo-fuzz {CARGO_FUZZ} into target/tools");
        run(cargo()
            .args([
                "install",
                // It only starts others: built sooner.
                "--debug",
                "--locked",
                "--version",
                CARGO_FUZZ,
                "cargo-fuzz",
                "--root",
            ])
            .arg(tools))?;
    }
    Ok(tool)
}

fn is_nightly_installed() -> bool {
    nightly(&PathBuf::from("cargo"))
        .arg("--version")
        .stdin(Stdio::null())
        .output()
        .is_ok_and(|output| output.status.success())
}

/// A program of the nightly toolchain, free of the settings of the one that runs this.
fn nightly(program: &PathBuf) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(root())
        .env("RUSTUP_TOOLCHAIN", "nightly")
        .env_remove("CARGO")
        .env_remove("RUSTC")
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_TARGET_DIR");
    command
}
