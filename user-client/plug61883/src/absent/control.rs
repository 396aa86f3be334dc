//! Stands for the control device where there is none.

use std::convert::Infallible;
use std::time::Duration;

use crate::asked::Asked;
use crate::error::{Error, ErrorKind};
use crate::transport::{Access, Call, Completion, Failure, Transport};

/// The control device `\\.\Plug61883`. This system is not Windows, so there is none.
#[derive(Debug)]
pub struct Device(Infallible);

impl Device {
    /// Fails: there is no driver on this system.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoDriver`], always.
    pub fn open(access: Access) -> Result<Self, Error> {
        Err(Error::new(Asked::Open { access }, ErrorKind::NoDriver))
    }

    /// What the handle may be used for.
    #[must_use]
    pub fn access(&self) -> Access {
        match self.0 {}
    }

    /// Sends one IOCTL and waits for its completion.
    #[must_use]
    pub fn control(
        &self,
        _code: u32,
        _input: &[u8],
        _output: &mut [u8],
        _cancel_after: Option<Duration>,
    ) -> Completion {
        match self.0 {}
    }
}

impl Transport for Device {
    fn ioctl(&self, _call: &Call<'_>, _output: &mut [u8]) -> Result<usize, Failure> {
        match self.0 {}
    }

    fn cancel(&self) {
        match self.0 {}
    }
}
