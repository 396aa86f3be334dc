//! Runs drivers and Windows programs under Wine, and watches them.
//!
//! A [`Bench`] is a Wine prefix of its own with drivers in it. Drivers run in one `winedevice`
//! process, their stacks built by `pnp.sys` (see `linux/pnp`); programs run against them with
//! time limits. Everything that the drivers and Wine print is in one log, which is read as it
//! grows: a bug check, an exception, a verifier finding or a call of a function that Wine lacks
//! makes every later call on the bench fail with the lines that matter.
//!
//! ```no_run
//! # use std::{path::Path, time::Duration};
//! # use wine_harness::{Bench, UnitSpec};
//! # fn main() -> wine_harness::Result<()> {
//! let artifacts = Path::new("target/artifacts");
//! let mut bench = Bench::create(Path::new("target/wine/demo"), artifacts)?;
//! bench.install_driver("sim61883", &artifacts.join("sim61883.sys"))?;
//! bench.install_driver("plug61883", &artifacts.join("plug61883.sys"))?;
//! bench.start_pnp()?;
//! bench.add_unit(&UnitSpec::new(r"1394\SIM&UNIT\1", "sim61883").upper_filter("plug61883"))?;
//! let output = bench.run("plugctl.exe", &["units"], Duration::from_secs(10))?;
//! assert_eq!(output.code, Some(0));
//! bench.shutdown()
//! # }
//! ```

mod bench;
mod error;
mod findings;
mod log;
mod pnp;
mod pool;
mod prefix;
mod process;
mod services;
pub mod trace;
mod wine;

pub use bench::{Bench, UnitSpec};
pub use error::{Error, Result};
pub use findings::{Finding, FindingKind, Scanner};
pub use log::Log;
pub use pnp::{DeviceLine, PendingPnp, PnpReply};
pub use pool::{Failing, PoolReport, PoolUse};
pub use process::{Child, Output};
