//! A bench with plug61883.sys above simulated units, and the programs run against it.
//!
//! The artifacts come from `cargo xtask build`, which puts them into `target/artifacts`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use wine_harness::{Bench, Child, Output, UnitSpec};

pub mod bench;
pub mod storm;

/// Time that a program may take.
pub const PROGRAM: Duration = Duration::from_secs(30);

/// The folder that `cargo xtask build` fills.
#[must_use]
pub fn artifacts() -> PathBuf {
    target().join("artifacts")
}

fn target() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    root.unwrap_or(Path::new(".")).join("target")
}

/// The INF of a driver package, which `cargo xtask build` stamps.
#[must_use]
pub fn inf(name: &str) -> PathBuf {
    artifacts().join(format!("{name}.inf"))
}

/// The hardware ID of simulated units, by which both INFs match them.
const HARDWARE_ID: &str = r"ROOT\SIM61883";

/// The filter that an Extension INF puts above a unit; others are those of tests.
const FILTER: &str = "plug61883";

/// Device instance of simulated unit `index`, from 1.
#[must_use]
pub fn instance(index: usize) -> String {
    format!(r"1394\SIM61883&UNIT\{index}")
}

/// A bench with the drivers installed.
#[derive(Debug)]
pub struct Scene {
    bench: Bench,
}

impl Scene {
    /// Makes a Wine prefix of this name, with the drivers installed and `units` units started.
    ///
    /// # Errors
    /// An artifact is missing, or something did not start.
    pub fn open(name: &str, units: usize) -> Result<Self> {
        let mut scene = Self::with_drivers(name, &["sim61883", "plug61883"])?;
        for index in 1..=units {
            scene.add_unit(index)?;
        }
        Ok(scene)
    }

    /// Makes a Wine prefix of this name, with these drivers installed and no unit: from their INFs,
    /// or, for a test's own that has none, as a service in the registry.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn with_drivers(name: &str, drivers: &[&str]) -> Result<Self> {
        let artifacts = artifacts();
        ensure!(
            artifacts.join("plug61883.sys").is_file(),
            "{} holds no drivers; run: cargo xtask build",
            artifacts.display()
        );
        let mut bench = Bench::create(&target().join("wine").join(name), &artifacts)?;
        let (packaged, others): (Vec<&str>, Vec<&str>) =
            drivers.iter().partition(|driver| inf(driver).is_file());
        for driver in others {
            bench.install_driver(driver, &artifacts.join(format!("{driver}.sys")))?;
        }
        bench.start_pnp()?;
        for driver in packaged {
            bench
                .stage(&inf(driver))
                .with_context(|| format!("staging {driver}.inf"))?;
        }
        Ok(Self { bench })
    }

    /// Starts unit `index`, from 1.
    ///
    /// # Errors
    /// It did not start.
    pub fn add_unit(&mut self, index: usize) -> Result<()> {
        self.add_unit_with(index, &["plug61883"])
    }

    /// Starts unit `index`, from 1, with these drivers above that of the unit, the lowest first.
    ///
    /// # Errors
    /// It did not start.
    pub fn add_unit_with(&mut self, index: usize, filters: &[&str]) -> Result<()> {
        let unit = UnitSpec::with_package(&instance(index), &inf("sim61883"));
        let unit = filters
            .iter()
            .fold(unit.hardware_id(HARDWARE_ID), |unit, filter| {
                if *filter == FILTER {
                    unit.extension(&inf(filter))
                } else {
                    unit.upper_filter(filter)
                }
            });
        self.bench
            .add_unit(&unit)
            .with_context(|| format!("starting unit {index}"))
    }

    /// Removes unit `index` in good order.
    ///
    /// # Errors
    /// It could not be removed.
    pub fn remove_unit(&mut self, index: usize) -> Result<()> {
        self.bench
            .remove_unit(&instance(index))
            .with_context(|| format!("removing unit {index}"))
    }

    /// The bench.
    pub fn bench(&mut self) -> &mut Bench {
        &mut self.bench
    }

    /// Runs `plugctl`.
    ///
    /// # Errors
    /// It could not be run or took too long, or the log holds a finding.
    pub fn plugctl(&self, arguments: &[&str]) -> Result<Output> {
        self.program("plugctl.exe", arguments)
    }

    /// Runs a program.
    ///
    /// # Errors
    /// As [`Self::plugctl`].
    pub fn program(&self, program: &str, arguments: &[&str]) -> Result<Output> {
        self.bench
            .run(program, arguments, PROGRAM)
            .with_context(|| format!("{program} {}", arguments.join(" ")))
    }

    /// Starts a program that is to go on.
    ///
    /// # Errors
    /// It could not be started, or the log holds a finding.
    pub fn spawn(&self, program: &str, arguments: &[&str]) -> Result<Child> {
        Ok(self.bench.spawn(program, arguments)?)
    }

    /// Runs `plugctl`, which must succeed; its standard output.
    ///
    /// # Errors
    /// As [`Self::plugctl`], and an exit code other than 0.
    pub fn plugctl_ok(&self, arguments: &[&str]) -> Result<String> {
        done("plugctl", arguments, self.plugctl(arguments)?)
    }

    /// Runs `simctl`, which must succeed; its standard output.
    ///
    /// # Errors
    /// As [`Self::plugctl_ok`].
    pub fn simctl(&self, arguments: &[&str]) -> Result<String> {
        done("simctl", arguments, self.program("simctl.exe", arguments)?)
    }

    /// Runs `plugctl --json`, which must succeed; its document.
    ///
    /// # Errors
    /// As [`Self::plugctl_ok`], and output that is not JSON.
    pub fn plugctl_json(&self, arguments: &[&str]) -> Result<serde_json::Value> {
        let arguments: Vec<&str> = ["--json"]
            .into_iter()
            .chain(arguments.iter().copied())
            .collect();
        Ok(serde_json::from_str(&self.plugctl_ok(&arguments)?)?)
    }

    /// Runs `simctl --json`, which must succeed; its document.
    ///
    /// # Errors
    /// As [`Self::plugctl_json`].
    pub fn simctl_json(&self, arguments: &[&str]) -> Result<serde_json::Value> {
        let arguments: Vec<&str> = ["--json"]
            .into_iter()
            .chain(arguments.iter().copied())
            .collect();
        Ok(serde_json::from_str(&self.simctl(&arguments)?)?)
    }

    /// Connects oPCR[`out`] to iPCR[`input`] for good; the connection's id.
    ///
    /// # Errors
    /// As [`Self::plugctl_ok`].
    pub fn connect(&self, out: u8, input: u8) -> Result<String> {
        let (out, input) = (out.to_string(), input.to_string());
        let id = self.plugctl_ok(&["connect", "--out", &out, "--in", &input, "--persist"])?;
        Ok(id.trim().to_owned())
    }

    /// Removes all units, unloads the drivers and ends the prefix.
    ///
    /// # Errors
    /// The log holds a finding: a leak, a rule that was broken, a crash.
    pub fn close(self) -> Result<()> {
        Ok(self.bench.shutdown()?)
    }
}

fn done(program: &str, arguments: &[&str], output: Output) -> Result<String> {
    if output.code != Some(0) {
        bail!(
            "{program} {} ended with {:?}: {}{}",
            arguments.join(" "),
            output.code,
            output.stdout,
            output.stderr
        );
    }
    Ok(output.stdout)
}
