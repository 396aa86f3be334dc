//! Client library of plug61883.sys: the plugs of FireWire units, and the connections between
//! them.
//!
//! A [`Driver`] is an open handle to the driver. [`Units::enumerate`] lists the units that it
//! holds; a [`Unit`] tells its ids, capabilities and place on the bus, gives its [`Plug`]s and
//! makes [`Connection`]s. A connection ends with the value that stands for it, or with the
//! process, unless it was made to persist.
//!
//! Every [`Error`] keeps what was asked, the NTSTATUS, and who gave it: the protocol driver,
//! plug61883 or Windows.
//!
//! ```no_run
//! use plug61883::{Access, Connect, Direction, Driver, Units};
//!
//! # fn main() -> Result<(), plug61883::Error> {
//! let driver = Driver::open(Access::Change)?;
//! for unit in Units::enumerate(&driver)? {
//!     let output = unit.plug(Direction::Out, 0)?;
//!     println!("{} {} {:?}", unit.id(), output, output.state()?.channel());
//!     let connection = unit.connect(&Connect::new().output(&output))?;
//!     println!("{}: {}", connection.id(), connection.disconnect()?);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! What carries the requests is a [`Transport`]: [`Device`] on Windows, anything else that
//! answers the same IOCTLs elsewhere ([`Driver::with_transport`]).
#![deny(unsafe_code)]

#[cfg(not(windows))]
#[path = "absent.rs"]
mod device;
#[cfg(windows)]
#[path = "windows.rs"]
#[allow(unsafe_code)]
mod device;

mod connection;
mod driver;
mod error;
mod plug;
#[cfg(any(test, feature = "scripted"))]
pub mod scripted;
#[cfg(test)]
mod tests;
mod transport;
mod unit;
mod wire;

pub use connection::{Connect, Connection, ConnectionInfo, ConnectionKind, Owner};
pub use device::Device;
pub use driver::{Driver, DriverInfo};
pub use error::{Answer, Asked, Error, ErrorKind, ReplyFault, Source};
pub use plug::{Plug, PlugInfo, PlugState, Register, Speed, State};
pub use plug61883_abi as abi;
pub use plug61883_abi::av61883::NodeAddress;
pub use plug61883_abi::ids::{ConnectionId, Direction, ParseIdError, PlugId, UnitId};
pub use plug61883_abi::status::NtStatus;
pub use transport::{Access, Call, Completion, Failure, Transport};
pub use unit::{BusPlace, Capabilities, Unit, UnitIds, UnitName, Units};
