//! The simulator, as programs and tests use it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use plug61883::{Access, Asked, Driver, Error, ErrorKind};

use crate::config;
use crate::error::{ChangeError, ConfigError};
use crate::handle::{Handle, Shared};
use crate::names::Ends;
use crate::script::By;

/// Win32 error code that Windows makes of `STATUS_QUOTA_EXCEEDED`.
const ERROR_NOT_ENOUGH_QUOTA: u32 = 1816;

/// A bus with devices, and this computer on it with plug61883 installed. Clones are the same.
///
/// Plugs have names such as `deck.oPCR[0]` and `computer.iPCR[0]`; `computer` alone is an end of
/// a connection that is left open.
#[derive(Clone)]
pub struct Simulator(Arc<Shared>);

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator").finish_non_exhaustive()
    }
}

impl Default for Simulator {
    fn default() -> Self {
        Self::new()
    }
}

impl Simulator {
    /// The description of the bench that [`Self::new`] makes.
    pub const BENCH: &str = include_str!("../bench.toml");

    /// A test bench with a DV deck, a camcorder, an audio interface and a tuner, some of them
    /// connected: [`Self::BENCH`].
    #[must_use]
    pub fn new() -> Self {
        // A test holds it to that.
        Self::from_toml(Self::BENCH).unwrap_or_else(|error| panic!("the bench: {error}"))
    }

    /// What a description says, see `docs/simulation.md`.
    ///
    /// # Errors
    /// Where the description is wrong, and how.
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        let world = config::read(text)?;
        Ok(Self(Arc::new(Shared::new(world))))
    }

    /// Opens the driver: a handle of its own, which belongs to this process or the one that the
    /// description names. What it made ends when the last clone of it is dropped.
    ///
    /// # Errors
    /// As Windows: [`ErrorKind::NoDriver`] while no unit is there, [`ErrorKind::Open`] when too
    /// many handles are open.
    pub fn open(&self, access: Access) -> Result<Driver, Error> {
        self.open_for(None, access)
    }

    /// As [`Self::open`], as if it were another process.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_as(&self, process: u32, access: Access) -> Result<Driver, Error> {
        self.open_for(Some(process), access)
    }

    fn open_for(&self, process: Option<u32>, access: Access) -> Result<Driver, Error> {
        let failed = |kind| Error::new(Asked::Open { access }, kind);
        match Handle::open(&self.0, process, access) {
            Some(Ok(handle)) => Ok(Driver::with_transport(handle)),
            Some(Err(_)) => Err(failed(ErrorKind::Open {
                win32: ERROR_NOT_ENOUGH_QUOTA,
            })),
            None => Err(failed(ErrorKind::NoDriver)),
        }
    }

    /// The bus is reset. The protocol driver and the other nodes make their connections again.
    pub fn bus_reset(&self) {
        self.0.enter(|world| world.bus_reset());
    }

    /// Plugs a node in that the description has.
    ///
    /// # Errors
    /// There is no such node, or it is plugged in.
    pub fn plug_in(&self, node: &str) -> Result<(), ChangeError> {
        self.0.enter(|world| world.plug_in(node))
    }

    /// Unplugs a node.
    ///
    /// # Errors
    /// There is no such node, or it is not plugged in.
    pub fn unplug(&self, node: &str) -> Result<(), ChangeError> {
        self.0.enter(|world| world.unplug(node))
    }

    /// Somebody connects an output plug to an input plug, point-to-point; either may be
    /// `computer`, the end that is left open. What [`By::Driver`] makes persists.
    ///
    /// # Errors
    /// What stands in the way.
    pub fn connect(&self, by: By, from: &str, to: &str) -> Result<(), ChangeError> {
        let ends = Ends::parse(from, to)?;
        self.0.enter(|world| world.connect(by, &ends, false))
    }

    /// Somebody breaks a connection of these plugs: another driver or node one that it made,
    /// [`By::Driver`] any that the driver knows.
    ///
    /// # Errors
    /// There is none.
    pub fn disconnect(&self, by: By, from: &str, to: &str) -> Result<(), ChangeError> {
        let ends = Ends::parse(from, to)?;
        self.0.enter(|world| world.disconnect(by, &ends))
    }

    /// The next bus reset loses every connection of a plug, as if other nodes were faster with
    /// channel and bandwidth. Tells how many.
    ///
    /// # Errors
    /// There is no such plug.
    pub fn lose(&self, plug: &str) -> Result<usize, ChangeError> {
        let plug = plug.parse()?;
        self.0.enter(|world| {
            let plug = world.locate(&plug)?;
            Ok(world.lose(plug))
        })
    }

    /// A node switches one of its plugs on-line or off-line.
    ///
    /// # Errors
    /// There is no such plug.
    pub fn set_online(&self, plug: &str, online: bool) -> Result<(), ChangeError> {
        let plug = plug.parse()?;
        self.0.enter(|world| world.set_online(&plug, online))
    }

    /// The protocol driver takes so long for each answer from now on, in whole milliseconds; at
    /// first it answers at once.
    pub fn answer_after(&self, time: Duration) {
        let milliseconds = u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
        self.0.enter(|world| world.answer_after(milliseconds));
    }

    /// Lets time pass without waiting for it: what is due until then happens now.
    pub fn advance(&self, time: Duration) {
        self.0.enter(|world| world.pass(time));
    }

    #[cfg(test)]
    pub(crate) const fn shared(&self) -> &Arc<Shared> {
        &self.0
    }
}
