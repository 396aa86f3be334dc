//! What plug61883 costs: each figure next to what it is compared with, measured alternately in one
//! run under Wine. The ratios are of interest, the times are this machine's.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{Scene, done};

/// The unit with plug61883 in its stack, and the one without.
const FILTERED: usize = 1;
const BARE: usize = 9;

/// What was measured.
#[derive(Clone, Debug)]
pub struct Figures {
    /// A stream request through the filter, next to one in a stack without it.
    pub stream: Pass,
    /// A connect and a disconnect of another driver, likewise.
    pub followed: Pass,
    /// Nanoseconds of a connect and a disconnect from user mode.
    pub pair_ns: f64,
    /// Nanoseconds of two requests from user mode that do nothing.
    pub empty_ns: f64,
    /// Bytes of plug61883.sys.
    pub file_bytes: u64,
}

/// Requests of a driver above, with plug61883 in the stack and without.
#[derive(Clone, Copy, Debug)]
pub struct Pass {
    /// Nanoseconds with it.
    pub filtered_ns: f64,
    /// Nanoseconds without.
    pub bare_ns: f64,
    /// The median of the ratios of all rounds.
    pub ratio: f64,
    /// Pool allocations that plug61883 makes for a request, where they were counted.
    pub allocations: Option<f64>,
}

/// Measures all of it in a prefix of this name.
///
/// # Errors
/// Something could not be run, or the log holds a finding.
pub fn measure(name: &str) -> Result<Figures> {
    let file = crate::artifacts().join("plug61883.sys");
    let file_bytes = std::fs::metadata(&file)
        .with_context(|| file.display().to_string())?
        .len();
    let mut scene = Scene::with_drivers(name, &["sim61883", "plug61883", "storm"])?;
    scene.add_unit_with(BARE, &["storm"])?;
    scene.add_unit_with(FILTERED, &["plug61883", "storm"])?;
    scene.simctl(&["mode", "sync"])?;
    let stream = pass(&scene, "stream", "200000")?;
    let followed = pass(&scene, "followed", "20000")?;
    let user = program(&scene, "rawioctl.exe", &["bench"])?;
    let (pair_ns, empty_ns) = (number(&user, "pair_ns")?, number(&user, "empty_ns")?);
    scene.close()?;
    Ok(Figures {
        stream,
        followed,
        pair_ns,
        empty_ns,
        file_bytes,
    })
}

fn pass(scene: &Scene, what: &str, count: &str) -> Result<Pass> {
    let text = program(
        scene,
        "stormctl.exe",
        &["--json", "bench", what, "--count", count],
    )?;
    let report: Value = serde_json::from_str(&text).with_context(|| text.clone())?;
    let figure = |name: &str| {
        report[name]
            .as_f64()
            .with_context(|| format!("{name} in {text}"))
    };
    Ok(Pass {
        filtered_ns: figure("filtered_ns")?,
        bare_ns: figure("bare_ns")?,
        ratio: figure("ratio")?,
        allocations: report["filtered_allocations"].as_f64(),
    })
}

fn program(scene: &Scene, program: &str, arguments: &[&str]) -> Result<String> {
    done(program, arguments, scene.program(program, arguments)?)
}

/// The value of `name=value` in a line.
fn number(line: &str, name: &str) -> Result<f64> {
    line.split_whitespace()
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
        .and_then(|value| value.parse().ok())
        .with_context(|| format!("no {name} in {line:?}"))
}
