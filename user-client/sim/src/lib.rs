//! A simulated bus and the engine of plug61883.sys in one process, on any system.
//!
//! A [`Simulator`] is what a computer with plug61883 and some FireWire devices looks like to the
//! library [`plug61883`]: the same engine that decides in the driver, above the same model of bus
//! and protocol driver that sim61883.sys runs. Only what lies between them is different: there
//! are no IRPs and no kernel, a mutex takes the place of the driver's lock.
//!
//! ```
//! use plug61883::{Access, Connect, Direction, Units};
//! use plug61883_sim::Simulator;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let simulator = Simulator::new();
//! let driver = simulator.open(Access::Change)?;
//! for unit in &Units::enumerate(&driver)? {
//!     println!("{} {}", unit.id(), unit.ids()?.model.text);
//! }
//!
//! // Somebody trips over a cable.
//! let before = driver.info()?.units.0;
//! simulator.unplug("camcorder")?;
//! assert_eq!(driver.info()?.units.0, before - 1);
//! # Ok(())
//! # }
//! ```
//!
//! What there is stands in a TOML file ([`Simulator::from_toml`]), or is the test bench of
//! [`Simulator::BENCH`]. Time is that of this computer, or stands still so that every output is
//! the same each time.
#![forbid(unsafe_code)]

mod clock;
mod config;
mod error;
mod handle;
mod lower;
mod made;
mod names;
mod node;
mod others;
mod requests;
mod script;
mod simulator;
#[cfg(test)]
mod tests;
mod world;

pub use error::{ChangeError, ConfigError};
pub use script::By;
pub use simulator::Simulator;
