//! Every test, cheapest first.

use std::path::Path;
use std::time::Instant;

use anyhow::{Result, bail, ensure};
use clap::{Args, ValueEnum};

use crate::inf::{self, Arch};
use crate::process::{cargo, root};
use crate::{
    artifacts, cclient, cross, fuzz, imports, install, miri, nopanic, package, pe, process,
};

/// Drivers whose imports are checked.
const DRIVERS: &[&str] = &[
    "plug61883.sys",
    "sim61883.sys",
    "storm.sys",
    "WDFLDR.SYS",
    "pnp.sys",
    "probe.sys",
    "toy.sys",
];

#[derive(Args)]
pub(crate) struct Options {
    /// Run these parts alone
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Part>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// rustfmt and clippy, for all targets
    Lint,
    /// What runs on this machine: abi, engine, client, model, tools
    Native,
    /// The declarations of linux/wdk-build against the tables of facts
    Wdk,
    /// The proof that abi and engine have no panic path
    NoPanic,
    /// abi and engine under Miri
    Miri,
    /// A short run of each fuzz target
    Fuzz,
    /// What the drivers import, against what Wine implements
    Imports,
    /// The drivers' files: headers, sections, checksum, interfaces, version resource, PDB
    Files,
    /// What is built but not run here: drivers for ARM64, programs for Microsoft's targets
    Targets,
    /// target/package, laid out twice with the same bytes, and signed
    Package,
    /// linux/pnp and linux/harness, with drivers that misbehave
    Harness,
    /// linux/kmdf against what was observed of Microsoft's framework
    Conformance,
    /// The real drivers and programs under Wine
    E2e,
}

const ALL: &[Part] = &[
    Part::Lint,
    Part::Native,
    Part::Wdk,
    Part::NoPanic,
    Part::Miri,
    Part::Fuzz,
    Part::Imports,
    Part::Files,
    Part::Targets,
    Part::Package,
    Part::Harness,
    Part::Conformance,
    Part::E2e,
];

pub(crate) fn run(options: &Options) -> Result<()> {
    install::everything()?;
    let mut built = false;
    for part in ALL {
        if !options.only.is_empty() && !options.only.contains(part) {
            continue;
        }
        let name = part
            .to_possible_value()
            .map(|value| value.get_name().to_owned());
        let name = name.unwrap_or_default();
        println!("\n=== {name}");
        let start = Instant::now();
        if !built
            && matches!(
                part,
                Part::Imports | Part::Files | Part::Harness | Part::Conformance | Part::E2e
            )
        {
            artifacts::build()?;
            built = true;
        }
        part.run()?;
        println!("=== {name} passed, {} s", start.elapsed().as_secs());
    }
    println!("\nall tests passed");
    Ok(())
}

impl Part {
    fn run(self) -> Result<()> {
        match self {
            Self::Lint => lint(),
            Self::Native => run_cargo(&["test", "--locked"]).and_then(|()| cclient::check()),
            Self::Wdk => run_cargo(&["test", "--locked", "--manifest-path", WDK_BUILD]),
            Self::NoPanic => nopanic::run(&root()),
            Self::Miri => miri::run(&root()),
            Self::Fuzz => fuzz::test(),
            Self::Imports => check_imports(&e2e::artifacts()),
            Self::Files => check_files(&e2e::artifacts(), Arch::Amd64),
            Self::Targets => targets(),
            Self::Package => package::test(),
            Self::Harness => process::run(
                cargo()
                    .args([
                        "test",
                        "--locked",
                        "--package",
                        "wine-harness",
                        "--features",
                        "wine",
                    ])
                    .env("WINE_ARTIFACTS", e2e::artifacts()),
            ),
            Self::Conformance => process::run(
                cargo()
                    .args(["test", "--locked", "--package", "kmdf-conformance"])
                    .env("PLUG_SYS_DIR", e2e::artifacts()),
            ),
            Self::E2e => run_cargo(&["test", "--locked", "--package", "e2e"]),
        }
    }
}

const WDK_BUILD: &str = "linux/wdk-build/Cargo.toml";

fn run_cargo(arguments: &[&str]) -> Result<()> {
    process::run(cargo().args(arguments))
}

fn lint() -> Result<()> {
    run_cargo(&["fmt", "--all", "--check"])?;
    run_cargo(&["fmt", "--check", "--manifest-path", WDK_BUILD])?;
    run_cargo(&["fmt", "--check", "--manifest-path", "fuzz/Cargo.toml"])?;
    let deny = ["--", "--deny", "warnings"];
    process::run(
        cargo()
            .args(["clippy", "--locked", "--all-targets"])
            .args(deny),
    )?;
    process::run(
        cargo()
            .args([
                "clippy",
                "--locked",
                "--all-targets",
                "--manifest-path",
                WDK_BUILD,
            ])
            .args(deny),
    )?;
    for (cross, packages) in [
        (cross::drivers(&root(), Arch::Amd64), artifacts::drivers()),
        (cross::programs(), artifacts::programs()),
    ] {
        let mut command = cargo();
        command.args(["clippy", "--release", "--locked"]);
        cross.apply(&mut command);
        for package in packages {
            command.args(["--package", package]);
        }
        process::run(command.args(deny))?;
    }
    Ok(())
}

/// ARM64's drivers are built and their files checked; what users run compiles for Microsoft's targets.
fn targets() -> Result<()> {
    check_files(&artifacts::build_arm64()?, Arch::Arm64)?;
    for target in ["x86_64-pc-windows-msvc", "aarch64-pc-windows-msvc"] {
        let check = [
            "check",
            "--locked",
            "--package",
            "plugctl",
            "--package",
            "simctl",
        ];
        run_cargo(&[&check[..], &["--target", target]].concat())?;
        println!("plugctl and simctl compile for {target}");
    }
    Ok(())
}

/// Checks the files of the drivers that have a package.
fn check_files(folder: &Path, arch: Arch) -> Result<()> {
    let version = inf::version()?;
    for name in inf::NAMES {
        let expected = pe::Expected {
            name,
            arch,
            version: &version,
        };
        pe::check_file(&folder.join(format!("{name}.sys")), &expected)?;
        println!(
            "{name}.sys, {}: as it must be, version {version}",
            arch.decoration()
        );
    }
    Ok(())
}

/// Prints what each driver imports; an error if Wine does not implement one of it.
pub(crate) fn check_imports(folder: &Path) -> Result<()> {
    let wine = imports::Wine::installed()?;
    let mut missing = Vec::new();
    for driver in DRIVERS {
        let imports = imports::of(&folder.join(driver))?;
        ensure!(
            !imports.is_empty(),
            "{driver} imports nothing, which can't be"
        );
        println!("{driver}: {} imports", imports.len());
        for import in imports {
            if !wine.implements(&import)? {
                missing.push(format!("{driver}: {import}"));
            }
        }
    }
    if !missing.is_empty() {
        bail!(
            "not implemented by the installed Wine:\n{}",
            missing.join("\n")
        );
    }
    Ok(())
}
