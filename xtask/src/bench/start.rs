//! How long plugctl takes to start and list simulated units, against a program that only parses
//! its arguments.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::artifacts::PROGRAM_PROFILE;
use crate::process::{cargo, root, run};

/// Starts of each program, one after the other in turn.
const STARTS: usize = 400;

/// The one time over the other, medians.
pub(super) fn ratio() -> Result<f64> {
    let build = ["build", "--locked", "--profile", PROGRAM_PROFILE];
    run(cargo()
        .args(build)
        .args(["--package", "plugctl", "--package", "start"]))?;
    let built = root().join("target").join(PROGRAM_PROFILE);
    let (plugctl, bare) = (built.join("plugctl"), built.join("start"));
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..STARTS {
        for (program, times) in [&plugctl, &bare].into_iter().zip(&mut times) {
            times.push(start(program)?);
        }
    }
    let [plugctl, bare] = times.map(median);
    Ok(plugctl.as_secs_f64() / bare.as_secs_f64())
}

fn start(program: &Path) -> Result<Duration> {
    let mut command = Command::new(program);
    command.args(["--sim", "units"]).stdout(Stdio::null());
    let started = Instant::now();
    let status = command.status()?;
    let took = started.elapsed();
    ensure!(status.success(), "{} failed: {status}", program.display());
    Ok(took)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
