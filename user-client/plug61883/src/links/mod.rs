//! What else a FireWire test machine holds connected, next to its plugs, and breaking it.
//!
//! Four interfaces of Windows, each with its own idea of a result, behind one trait and one
//! error: a [`Link`] can be disconnected, and a [`LinkError`] says which documented answer came,
//! what it means, whether nothing was left to do, and whether trying again can help.
//!
//! | family | type | interface of Windows |
//! |---|---|---|
//! | [`Family::Plug`] | [`PlugLink`] | plug61883.sys |
//! | [`Family::Machine`] | [`Machine`] | cfgmgr32: `CM_Connect_MachineW` |
//! | [`Family::Audio`] | [`AudioConnector`] | Core Audio: `IConnector` |
//! | [`Family::Router`] | [`Router`] | RRAS: `MprConfigServerConnect` |
//! | [`Family::Network`] | [`NetConnection`] | `INetConnection` |
//!
//! [`Plan`] takes many of them and breaks them in a safe order, whatever some of them answer;
//! [`survey`] lists those that there are. docs/teardown.md has the order and every code.
//!
//! A handle or an interface is owned by one value and released once, whatever happens. What uses
//! COM stays on its thread. On other systems than Windows every function fails and says so.

mod audio;
mod belongs;
mod call;
mod codes;
mod error;
mod find;
mod machine;
mod network;
mod plugs;
mod router;
mod teardown;
#[cfg(test)]
mod tests;

use std::fmt;

pub use audio::{
    Audio, AudioConnector, AudioDevice, AudioDeviceKind, AudioFlow, AudioState, ConnectorInfo,
    ConnectorKind,
};
pub use belongs::{BelongsTo, FireWire, device_of_interface, is_1394_device};
pub use call::Call;
pub use codes::{ConfigRet, HResult, LinkCode, Problem, Win32};
pub use error::{LinkError, LinkErrorKind};
pub use machine::{DeviceList, DeviceNode, Machine};
pub use network::{NetConnection, NetConnectionInfo, NetList, NetMedia, NetState, Network};
pub use plugs::{PlugLink, plug_links};
pub use router::Router;
pub use teardown::{Entry, Outcome, Plan, Report, Selection, Summary, Survey, survey};

/// A kind of connection, by the interface that breaks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// A connection between plugs.
    Plug,
    /// A handle to a machine's device tree.
    Machine,
    /// An audio device's connector.
    Audio,
    /// A handle to a router's configuration.
    Router,
    /// A network connection.
    Network,
}

impl Family {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Plug,
        Self::Machine,
        Self::Audio,
        Self::Router,
        Self::Network,
    ];

    /// One of them, in plain words.
    #[must_use]
    pub const fn singular(self) -> &'static str {
        match self {
            Self::Plug => "plug connection",
            Self::Machine => "machine handle",
            Self::Audio => "audio connector",
            Self::Router => "router configuration handle",
            Self::Network => "network connection",
        }
    }

    /// Several of them, in plain words.
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Plug => "plug connections",
            Self::Machine => "machine handles",
            Self::Audio => "audio connectors",
            Self::Router => "router configuration handles",
            Self::Network => "network connections",
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.singular())
    }
}

/// Something connected that can be disconnected.
pub trait Link: fmt::Debug {
    /// Its family.
    fn family(&self) -> Family;

    /// What names it and nothing else of its family, as commands take it.
    fn id(&self) -> String;

    /// What people call it; several may share a name.
    fn name(&self) -> String;

    /// The device that it belongs to, and whether that is a 1394 one.
    fn belongs_to(&self) -> &BelongsTo;

    /// Whether it is connected, as far as could be told when it was listed.
    fn is_connected(&self) -> bool {
        true
    }

    /// The ids of others of its family that are the same connection, seen from their side.
    fn other_sides(&self) -> Vec<String> {
        Vec::new()
    }

    /// Breaks it. What the interface answered, where it answers anything.
    ///
    /// # Errors
    ///
    /// What the interface answered instead. A handle is released all the same;
    /// [`LinkErrorKind::Released`] when this value has released it before.
    fn disconnect(&mut self) -> Result<Option<LinkCode>, LinkError>;
}
