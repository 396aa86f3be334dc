//! The simulated bus that `--sim` asks for.

use std::path::Path;

use plug61883_sim::Simulator;

use crate::failure::Failure;

/// The built-in bench, or that of a file.
pub(super) fn simulator(file: Option<&Path>) -> Result<Simulator, Failure> {
    let Some(file) = file else {
        return Ok(Simulator::new());
    };
    let wrong = |what: &dyn std::fmt::Display| Failure::Usage {
        what: format!("could not simulate {}: {what}", file.display()),
        advice: "docs/simulation.md tells what such a file holds",
    };
    let text = std::fs::read_to_string(file).map_err(|error| wrong(&error))?;
    Simulator::from_toml(&text).map_err(|error| wrong(&error))
}
