//! The library's links, and plugctl's commands for them, against the interfaces of Windows: what this Wine answers, and every
//! documented code, from libraries and objects in the places of Windows' own.

mod codes;
mod com;
mod commands;
mod real;

use anyhow::{Context, Result, bail};
use e2e::Scene;
use serde_json::Value;

/// Runs `linktest`, by its path or by its name among the artifacts; its document.
fn linktest(scene: &Scene, program: &str, arguments: &[&str]) -> Result<Value> {
    let output = scene.program(program, arguments)?;
    if output.code != Some(0) {
        bail!("linktest {arguments:?}: {}{}", output.stdout, output.stderr);
    }
    serde_json::from_str(&output.stdout).with_context(|| output.stdout.clone())
}
