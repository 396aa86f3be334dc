//! Requests to the driver.

use std::fmt;

use plug61883_abi::status::NtStatus;
use test_control::{Device, Transport};
use zerocopy::{FromBytes, Immutable, IntoBytes};

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Error {
    /// The control device is not there.
    NoDriver,
    /// It can't be opened.
    Open(String),
    /// The driver refused.
    Refused(NtStatus),
    /// The reply is shorter than it must be.
    ShortReply,
    /// Threads have not ended in time.
    Stuck(u32),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDriver => f.write_str("storm.sys does not run"),
            Self::Open(error) => write!(f, "storm.sys can't be opened: {error}"),
            Self::Refused(status) => write!(f, "storm.sys refused: {status}"),
            Self::ShortReply => f.write_str("storm.sys gave a short reply"),
            Self::Stuck(threads) => write!(f, "{threads} threads have not ended in time"),
        }
    }
}

/// Opens the control device.
pub(crate) fn open() -> Result<Device, Error> {
    Device::open(storm_control::DEVICE_PATH)
        .map_err(|error| Error::Open(error.to_string()))?
        .ok_or(Error::NoDriver)
}

/// Sends a request that has no reply.
pub(crate) fn tell(
    transport: &impl Transport,
    code: u32,
    request: &(impl IntoBytes + Immutable),
) -> Result<(), Error> {
    transport
        .ioctl(code, request.as_bytes(), &mut [])
        .map(drop)
        .map_err(Error::Refused)
}

/// Sends a request and reads its reply.
pub(crate) fn ask<T: FromBytes + IntoBytes>(
    transport: &impl Transport,
    code: u32,
) -> Result<T, Error> {
    let mut reply = T::new_zeroed();
    let request = storm_control::Query::new();
    let length = transport
        .ioctl(code, request.as_bytes(), reply.as_mut_bytes())
        .map_err(Error::Refused)?;
    if length == size_of::<T>() {
        Ok(reply)
    } else {
        Err(Error::ShortReply)
    }
}
