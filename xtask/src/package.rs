//! `target/package`: what users get.

mod cab;
mod licences;
mod sign;
mod sums;
mod words;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Args;

pub(crate) use sign::Certificate;

use crate::inf::{self, Arch};
use crate::process::root;
use crate::{artifacts, install};

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    certificate: Certificate,
}

/// The drivers that are shipped to the hardware dashboard; sim61883 is for tests.
const SHIPPED: &str = "plug61883";

/// Programs for x64.
const PROGRAMS: &[&str] = &["plugctl.exe", "simctl.exe"];

/// Files of the repository, and where they go.
const FILES: &[(&str, &str)] = &[
    ("LICENSE-MIT", "LICENSE-MIT.txt"),
    ("LICENSE-APACHE", "LICENSE-APACHE.txt"),
    ("CHANGELOG.md", "CHANGELOG.md"),
    ("docs/windows.md", "docs/windows.md"),
    ("docs/ioctl.md", "docs/ioctl.md"),
    ("docs/tracing.md", "docs/tracing.md"),
    ("docs/hlk.md", "docs/hlk.md"),
    ("docs/teardown.md", "docs/teardown.md"),
    ("docs/simulation.md", "docs/simulation.md"),
    ("docs/plugctl.schema.json", "docs/plugctl.schema.json"),
    ("user-client/JSON.md", "docs/JSON.md"),
    ("scripts/verifier.ps1", "scripts/verifier.ps1"),
    ("user-client/include/plug61883.h", "include/plug61883.h"),
];

/// Said in the package itself, so that nobody takes it for more.
const READ_ME: &str = "\
plug61883, built on Linux.

amd64, arm64  the drivers with their INF and PDB; amd64 also the programs
*.cab         the driver as the hardware dashboard takes it; there it gets its catalogue
docs          how to install and use it: docs/windows.md
completions   words of plugctl for shells
man           manual pages of plugctl

These drivers are linked with the stand-ins of linux/wdk-build and were run under Wine only (x64), or
not at all (ARM64). For Windows, build with the WDK: docs/windows.md.
";

/// Installs what is missing, builds, and lays the package out.
pub(crate) fn run(options: &Options) -> Result<()> {
    install::everything()?;
    let artifacts = Artifacts {
        amd64: artifacts::build()?,
        arm64: artifacts::build_arm64()?,
    };
    let folder = root().join("target/package");
    lay_out(&folder, &artifacts, &options.certificate)?;
    println!("{} files in target/package", sums::files(&folder)?.len());
    Ok(())
}

/// What was built.
struct Artifacts {
    amd64: PathBuf,
    arm64: PathBuf,
}

/// Fills a folder, which is emptied first.
fn lay_out(folder: &Path, artifacts: &Artifacts, certificate: &Certificate) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    let time = inf::source_time()?;
    for (arch, built) in [
        (Arch::Amd64, &artifacts.amd64),
        (Arch::Arm64, &artifacts.arm64),
    ] {
        let target = folder.join(arch.decoration());
        for name in inf::NAMES {
            driver(&target.join(name), name, arch, built)?;
            certificate.sign(&target.join(name).join(format!("{name}.sys")), time)?;
        }
        let cabinet = format!(
            "{SHIPPED}-{}-{}.cab",
            env!("CARGO_PKG_VERSION"),
            arch.decoration()
        );
        let cabinet = folder.join(cabinet);
        cab::write(&cabinet, &[&target.join(SHIPPED)], time)?;
        certificate.sign(&cabinet, time)?;
    }
    let programs = folder.join("amd64");
    for program in PROGRAMS {
        copy(&artifacts.amd64.join(program), &programs.join(program))?;
        certificate.sign(&programs.join(program), time)?;
    }
    words::write(folder)?;
    for (from, to) in FILES {
        copy(&root().join(from), &folder.join(to))?;
    }
    fs::write(folder.join("THIRD-PARTY.txt"), licences::notices()?)?;
    fs::write(folder.join("README.txt"), READ_ME)?;
    sums::write(folder)
}

/// A driver's folder: the file, its INF, its PDB.
fn driver(folder: &Path, name: &str, arch: Arch, built: &Path) -> Result<()> {
    for extension in ["sys", "inf"] {
        let file = format!("{name}.{extension}");
        copy(&built.join(&file), &folder.join(&file))?;
    }
    let target = match arch {
        Arch::Amd64 => "x86_64-pc-windows-msvc",
        Arch::Arm64 => "aarch64-pc-windows-msvc",
    };
    let file = format!("{name}.pdb");
    let from = root().join("target").join(target).join("release");
    copy(&from.join(&file), &folder.join(&file))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let parent = to.parent().context("no folder")?;
    fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
    fs::copy(from, to).with_context(|| from.display().to_string())?;
    Ok(())
}

/// The package is laid out twice, signed, with the same bytes; every signature is good.
pub(crate) fn test() -> Result<()> {
    let artifacts = Artifacts {
        amd64: e2e::artifacts(),
        arm64: artifacts::build_arm64()?,
    };
    let work = root().join("target/package-test");
    fs::create_dir_all(&work)?;
    let certificate = sign::test_certificate(&work)?;
    let [one, two] = ["one", "two"].map(|name| work.join(name));
    for folder in [&one, &two] {
        lay_out(folder, &artifacts, &certificate)?;
    }
    let (first, second) = (sums::files(&one)?, sums::files(&two)?);
    ensure!(first.len() == second.len(), "not as many files");
    let mut signed = 0;
    for ((name, path), (_, other)) in first.iter().zip(&second) {
        ensure!(fs::read(path)? == fs::read(other)?, "{name} is different");
        if [".sys", ".exe", ".cab"]
            .iter()
            .any(|end| name.ends_with(end))
        {
            sign::verify(path, &certificate)?;
            signed += 1;
        }
    }
    println!(
        "{} files twice the same, {signed} of them signed",
        first.len()
    );
    fs::remove_dir_all(&work)?;
    Ok(())
}
