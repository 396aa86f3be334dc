//! Model of an IEEE 1394 bus with IEC 61883-1 plugs, and of the protocol driver on it.
//!
//! From the bottom up:
//!
//! - [`irm`], [`node`], [`bus`]: registers. The isochronous resource manager's and the plugs'
//!   can be read and locked by address ([`Simulation::read_quadlet`],
//!   [`Simulation::lock_quadlet`]), so any client that does connection management over the bus
//!   can be run against the model.
//! - [`resources`], [`cmp`]: how an application allocates a channel and bandwidth and connects
//!   plugs. They touch the bus through those two functions only, and never know more than any
//!   other node.
//! - [`Simulation`]: the protocol driver's table of connections, devices that come and go, bus
//!   resets, and its answers to `AV_61883_REQUEST`s ([`Simulation::answer`]): to GetUnitInfo and
//!   SetUnitInfo ([`settings`]), to everything about plugs of devices and of this computer
//!   ([`local_plugs`]), to unit directories ([`directories`]) and bus resets. The stream functions
//!   succeed for any connection; the functions of FCP are not supported.
//!   Other nodes make connections of their own ([`Simulation::connect_over_bus`]).
//! - [`callbacks`]: the routines that callers registered for bus resets and plugs, and the calls
//!   that are to be made.
//! - [`policy`], [`lab`]: which requests a test wants held, failed or delayed, and the requests
//!   that wait.
//!
//! The model does no I/O and never allocates or panics, for it runs in a kernel driver,
//! sim61883.sys. It calls nothing: whoever drives it makes the calls. It is deterministic: the
//! same calls give the same answers. It knows no time, so an isochronous resource delay lasts
//! from [`Simulation::bus_reset`] to [`Simulation::restore_connections`].
//!
//! Not modelled: isochronous data, FCP, what [`settings`] change on the bus (so plugs of this
//! computer are within reach of every node), speeds beyond S400, more than one bus, the topology
//! below node ids, configuration ROMs beyond the EUI-64.
#![no_std]
#![forbid(unsafe_code)]
#![deny(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable
)]
#![cfg_attr(
    test,
    allow(
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic
    )
)]

#[cfg(test)]
extern crate std;

mod asynchronous;
pub mod bus;
pub mod callbacks;
pub mod cmp;
mod connect;
mod connections;
pub mod csr;
pub mod directories;
mod handles;
pub mod irm;
pub mod lab;
pub mod local_plugs;
pub mod node;
mod notify_requests;
mod over_bus;
mod plug_requests;
pub mod policy;
mod protocol;
pub mod resources;
pub mod settings;
mod simulation;
mod table;
mod unit_info;

pub use bus::{DeviceRef, NodeRef};
pub use callbacks::{Call, Callbacks, Notification};
pub use cmp::{CmpError, Established, Kind, Plug, Wish};
pub use connections::{Connection, MAX_CONNECTIONS};
pub use csr::BusError;
pub use directories::Directory;
pub use lab::Lab;
pub use local_plugs::{LocalPlug, LocalPlugError, NewPlug};
pub use node::NodeConfig;
pub use protocol::Memory;
pub use settings::Settings;
pub use simulation::Simulation;
