//! Every test, cheapest first; those of the nightly toolchain beside the others, for they use one
//! processor most of the time.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
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
    /// rustfmt and clippy, for all targets; programs for Windows with Microsoft's ABI too
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
    /// What is built but not run here: drivers for ARM64
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

/// Parts that run beside the others.
const BESIDE: &[Part] = &[Part::Miri, Part::Fuzz];

pub(crate) fn run(options: &Options) -> Result<()> {
    install::everything()?;
    let wanted = |part: &&Part| options.only.is_empty() || options.only.contains(part);
    let (beside, parts): (Vec<Part>, Vec<Part>) = ALL
        .iter()
        .filter(wanted)
        .partition(|part| BESIDE.contains(part));
    if beside.is_empty() || parts.is_empty() {
        run_parts(&[beside, parts].concat())?;
    } else {
        let beside = Beside::start(&beside)?;
        let result = run_parts(&parts);
        // Also after a failure: nothing is left running.
        beside.finish().and(result)?;
    }
    if options.only.is_empty() {
        println!("\nall tests passed");
    }
    Ok(())
}

/// Another run of this program, with some parts; what it prints is kept until it has ended.
struct Beside {
    child: Child,
    log: PathBuf,
    names: String,
}

impl Beside {
    fn start(parts: &[Part]) -> Result<Self> {
        let names: Vec<String> = parts.iter().map(Part::name).collect();
        let names = names.join(",");
        let log = root().join("target/beside.log");
        let file = File::create(&log).with_context(|| log.display().to_string())?;
        println!("beside the others, told at the end: {names}");
        let child = Command::new(std::env::current_exe()?)
            .args(["test", "--only", &names])
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()?;
        Ok(Self { child, log, names })
    }

    fn finish(mut self) -> Result<()> {
        println!("\nwaiting for {}", self.names);
        let status = self.child.wait()?;
        print!("{}", std::fs::read_to_string(&self.log)?);
        ensure!(status.success(), "{} failed", self.names);
        Ok(())
    }
}

fn run_parts(parts: &[Part]) -> Result<()> {
    let mut built = false;
    for part in parts {
        let name = part.name();
        println!("\n=== {name}");
        let start = Instant::now();
        if !built
            && matches!(
                part,
                Part::Imports
                    | Part::Files
                    | Part::Package
                    | Part::Harness
                    | Part::Conformance
                    | Part::E2e
            )
        {
            artifacts::build()?;
            built = true;
        }
        part.run()?;
        println!("=== {name} passed, {} s", start.elapsed().as_secs());
    }
    Ok(())
}

impl Part {
    /// Its name, as `--only` takes it.
    fn name(&self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }

    fn run(self) -> Result<()> {
        match self {
            Self::Lint => lint(),
            Self::Native => run_cargo(&["test", "--locked"]).and_then(|()| cclient::check()),
            Self::Wdk => run_cargo(&[&["test", "--locked"], WDK_BUILD].concat()),
            Self::NoPanic => nopanic::run(&root()),
            Self::Miri => miri::run(&root()),
            Self::Fuzz => fuzz::test(),
            Self::Imports => check_imports(&e2e::artifacts()),
            Self::Files => check_files(&e2e::artifacts(), Arch::Amd64),
            Self::Targets => {
                artifacts::build_arm64().and_then(|folder| check_files(&folder, Arch::Arm64))
            }
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
            // Most of the time they wait.
            Self::E2e => {
                let threads = 2 * thread::available_parallelism()?.get();
                let threads = format!("--test-threads={threads}");
                run_cargo(&["test", "--locked", "--package", "e2e", "--", &threads])
            }
        }
    }
}

const WDK_MANIFEST: &str = "linux/wdk-build/Cargo.toml";

/// Its workspace, with what the repository's own has built already.
const WDK_BUILD: &[&str] = &["--manifest-path", WDK_MANIFEST, "--target-dir", "target"];

fn run_cargo(arguments: &[&str]) -> Result<()> {
    process::run(cargo().args(arguments))
}

fn lint() -> Result<()> {
    run_cargo(&["fmt", "--all", "--check"])?;
    run_cargo(&["fmt", "--check", "--manifest-path", WDK_MANIFEST])?;
    run_cargo(&["fmt", "--check", "--manifest-path", "fuzz/Cargo.toml"])?;
    let deny = ["--", "--deny", "warnings"];
    process::run(
        cargo()
            .args(["clippy", "--locked", "--all-targets"])
            .args(deny),
    )?;
    process::run(
        cargo()
            .args(["clippy", "--locked", "--all-targets"])
            .args(WDK_BUILD)
            .args(deny),
    )?;
    // With the profiles that they are built with: what runs at build time is built once.
    for (cross, profile, packages) in [
        (
            cross::drivers(&root(), Arch::Amd64),
            "release",
            artifacts::drivers(),
        ),
        (
            cross::checked_programs(),
            artifacts::PROGRAM_PROFILE,
            artifacts::programs(),
        ),
    ] {
        let mut command = cargo();
        command.args(["clippy", "--profile", profile, "--locked"]);
        cross.apply(&mut command);
        for package in packages {
            command.args(["--package", package]);
        }
        process::run(command.args(deny))?;
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
