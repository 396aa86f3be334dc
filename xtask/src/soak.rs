//! A storm for a long time: races in plug61883 that need luck to be met.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use e2e::storm::{self, Storm};

use crate::{artifacts, install};

#[derive(Args)]
pub(crate) struct Options {
    /// How long
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..))]
    minutes: u64,
    /// Where random numbers start; drawn if it is not given
    #[arg(long)]
    seed: Option<u64>,
    /// Units with plug61883
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=8))]
    units: u64,
}

static STOP: AtomicBool = AtomicBool::new(false);

/// Installs what is missing, builds, runs; an error if a rule was broken or something is left
/// over. Ctrl+C ends it early. All that was started ends with it.
pub(crate) fn run(options: &Options) -> Result<()> {
    install::everything()?;
    artifacts::build()?;
    ctrlc::set_handler(|| STOP.store(true, Ordering::Release))?;
    let seed = options.seed.unwrap_or_else(storm::fresh_seed);
    println!("{} minutes with seed {seed}", options.minutes);
    let storm = Storm {
        units: options.units as usize,
        ..Storm::new(seed, Duration::from_secs(options.minutes * 60))
    };
    let report = storm::run(
        "soak",
        &storm,
        &|| STOP.load(Ordering::Acquire),
        &mut |line| println!("{line}"),
    )?;
    println!("{report}");
    println!("no rule was broken, nothing is left over");
    Ok(())
}
