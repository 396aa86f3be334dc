//! Requests to the driver, typed.

use std::fmt;

use plug61883_abi::status::NtStatus;
use sim61883_control::{List, Query, Request};
use test_control::{Device, Transport};
use zerocopy::{FromBytes, Immutable, IntoBytes};

/// Why a command failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Error {
    /// There is no `\\.\Sim61883`.
    NoDriver,
    /// It could not be opened.
    Open(String),
    /// The driver refused a request.
    Refused(NtStatus),
    /// The driver answered with fewer bytes than a reply has.
    ShortReply,
    /// No device is in this slot.
    NoUnit(u32),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDriver => {
                let path = sim61883_control::DEVICE_PATH;
                write!(f, "no {path}: sim61883.sys is not loaded or has no unit")
            }
            Self::Open(why) => write!(
                f,
                "{} can't be opened: {why}",
                sim61883_control::DEVICE_PATH
            ),
            Self::Refused(status) => write!(f, "sim61883.sys refused: {status}"),
            Self::ShortReply => f.write_str("sim61883.sys answered too little"),
            Self::NoUnit(slot) => write!(f, "no unit is in slot {slot}"),
        }
    }
}

/// Opens the control device.
pub(crate) fn open() -> Result<Device, Error> {
    Device::open(sim61883_control::DEVICE_PATH)
        .map_err(|error| Error::Open(error.to_string()))?
        .ok_or(Error::NoDriver)
}

/// Sends a request that has the reply `T`.
pub(crate) fn ask<T: FromBytes + IntoBytes>(
    transport: &impl Transport,
    code: u32,
    request: impl Request,
) -> Result<T, Error> {
    let mut reply = T::new_zeroed();
    let length = transport
        .ioctl(code, request.ready().as_bytes(), reply.as_mut_bytes())
        .map_err(Error::Refused)?;
    if length == size_of::<T>() {
        Ok(reply)
    } else {
        Err(Error::ShortReply)
    }
}

/// Sends a request that has no reply.
pub(crate) fn tell(
    transport: &impl Transport,
    code: u32,
    request: impl Request,
) -> Result<(), Error> {
    transport
        .ioctl(code, request.ready().as_bytes(), &mut [])
        .map_err(Error::Refused)?;
    Ok(())
}

/// Asks for a list, with more room until it is whole.
pub(crate) fn list<T: FromBytes + IntoBytes + Immutable>(
    transport: &impl Transport,
    code: u32,
) -> Result<Vec<T>, Error> {
    let mut room = 16;
    loop {
        let mut reply = vec![0; size_of::<List>() + room * size_of::<T>()];
        let length = transport
            .ioctl(code, Query::default().ready().as_bytes(), &mut reply)
            .map_err(Error::Refused)?;
        let reply = reply.get(..length).ok_or(Error::ShortReply)?;
        let (head, entries) = List::read_from_prefix(reply).map_err(|_| Error::ShortReply)?;
        let total = head.total as usize;
        if total > room {
            room = total;
            continue;
        }
        let entries: Vec<T> = entries
            .chunks_exact(size_of::<T>())
            .filter_map(|e| T::read_from_bytes(e).ok())
            .collect();
        return if entries.len() == total {
            Ok(entries)
        } else {
            Err(Error::ShortReply)
        };
    }
}
