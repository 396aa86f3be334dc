//! Races: kernel threads in plug61883 at once, see [`e2e::storm`].

use std::time::Duration;

use anyhow::Result;
use e2e::storm::{Storm, fresh_seed, run};

/// Long enough for some dozens of steps.
const TIME: Duration = Duration::from_secs(8);

#[test]
fn a_storm_leaves_nothing_behind() -> Result<()> {
    storm("storm", 1883)
}

#[test]
fn a_storm_that_was_never_before_leaves_nothing_behind() -> Result<()> {
    storm("fresh-storm", fresh_seed())
}

fn storm(name: &str, seed: u64) -> Result<()> {
    let report = run(name, &Storm::new(seed, TIME), &|| false, &mut |_| {})?;
    for deed in ["connect", "disconnect", "foreign connect", "stream"] {
        let done = report["done"][deed]["success"].as_u64();
        assert!(done > Some(0), "no {deed}: {report}");
    }
    Ok(())
}
