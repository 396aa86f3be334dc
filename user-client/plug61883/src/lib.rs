//! Client library of plug61883.sys: the plugs of FireWire units, and the connections between
//! them.
//!
//! A [`Driver`] is an open handle to the driver. [`Units::enumerate`] lists the units that it
//! holds; a [`Unit`] tells its ids, capabilities and place on the bus, gives its [`Plug`]s, makes
//! [`Connection`]s, plugs of this computer ([`LocalPlug`]) and unit directories ([`Directory`]).
//! What was made ends with the value that stands for it, or with the process, unless it was made
//! to persist or handed over to the driver later. [`Events`] tells what happens, whoever does it.
//!
//! Every [`Error`] keeps what was asked, the NTSTATUS, and who gave it: the protocol driver,
//! plug61883 or Windows.
//!
//! ```
//! use plug61883::{Access, Connect, Direction, Driver, Units};
//!
//! # fn main() -> Result<(), plug61883::Error> {
//! # struct Driver;
//! # impl Driver {
//! #     fn open(access: Access) -> Result<plug61883::Driver, plug61883::Error> {
//! #         plug61883_sim::Simulator::new().open(access)
//! #     }
//! # }
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
//! The other connections of a FireWire test machine are in [`links`].
//!
//! What carries the requests is a [`Transport`]: [`Device`] on Windows, anything else that
//! answers the same IOCTLs elsewhere ([`Driver::with_transport`]). The crate `plug61883-sim` has
//! one with a simulated bus behind it, on any system. All examples here run with it; where they
//! use a `driver`, it is one that was opened for changes.
// Only the module that calls Windows has unsafe code: it takes back what the crate denies, and no
// other module can, for they forbid it.
#![deny(unsafe_code)]

#[cfg(not(windows))]
#[path = "absent/mod.rs"]
#[forbid(unsafe_code)]
mod platform;
#[cfg(windows)]
#[path = "windows/mod.rs"]
#[allow(unsafe_code)]
mod platform;

#[forbid(unsafe_code)]
mod asked;
#[forbid(unsafe_code)]
mod connection;
#[forbid(unsafe_code)]
mod directory;
#[forbid(unsafe_code)]
mod driver;
#[forbid(unsafe_code)]
mod error;
#[forbid(unsafe_code)]
mod event;
#[forbid(unsafe_code)]
mod events;
#[forbid(unsafe_code)]
pub mod links;
#[forbid(unsafe_code)]
mod local;
#[forbid(unsafe_code)]
mod owner;
#[forbid(unsafe_code)]
mod plug;
#[forbid(unsafe_code)]
mod register;
#[forbid(unsafe_code)]
mod requests;
#[cfg(any(test, feature = "scripted"))]
#[forbid(unsafe_code)]
pub mod scripted;
#[forbid(unsafe_code)]
pub mod system;
#[cfg(test)]
#[forbid(unsafe_code)]
mod tests;
#[forbid(unsafe_code)]
mod transport;
#[forbid(unsafe_code)]
mod unit;
#[forbid(unsafe_code)]
mod unit_info;
#[forbid(unsafe_code)]
mod wire;

pub use asked::Asked;
pub use connection::{Connect, Connection, ConnectionInfo, ConnectionKind, End};
pub use directory::{AddDirectory, Directory, DirectoryInfo};
pub use driver::{Driver, DriverInfo, ProcessLimits};
pub use error::{Answer, Error, ErrorKind, ReplyFault, Source};
pub use event::{ConnectionEvent, Event, EventKind, PlugEvent, Reason};
pub use events::{Canceller, Events, Notice, Snapshot};
pub use local::{CreatePlug, LocalPlug};
pub use owner::Owner;
pub use platform::control::Device;
pub use plug::{Location, Plug, PlugInfo, PlugState, Speed, State};
pub use plug61883_abi as abi;
pub use plug61883_abi::av61883::{CipDataFormat, NodeAddress};
pub use plug61883_abi::ids::{ConnectionId, Direction, DirectoryId, ParseIdError, PlugId, UnitId};
pub use plug61883_abi::pcr::{Impr, Ipcr, Ompr, Opcr};
pub use plug61883_abi::status::NtStatus;
pub use register::{MasterPlugs, Register, RegisterPlace, RegisterRead};
pub use transport::{Access, Call, Completion, Failure, Transport};
pub use unit::{Unit, UnitState, UnitStatus, Units};
pub use unit_info::{
    AddressType, BusPlace, Capabilities, DiagLevel, IsochParams, UnitIds, UnitName,
};
