//! Network connections, those over 1394 among them.

use std::fmt;

use super::codes::LinkCode;
use super::find::find;
use super::{BelongsTo, Family, FireWire, Link, LinkError};
use crate::platform::links::network as platform;

/// Status of a network connection: `NETCON_STATUS` in netcon.h.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct NetState(pub i32);

impl NetState {
    /// `NCS_DISCONNECTED`.
    pub const DISCONNECTED: Self = Self(0);
    /// `NCS_CONNECTING`.
    pub const CONNECTING: Self = Self(1);
    /// `NCS_CONNECTED`.
    pub const CONNECTED: Self = Self(2);
    /// `NCS_HARDWARE_NOT_PRESENT`.
    pub const HARDWARE_NOT_PRESENT: Self = Self(4);

    /// Whether nothing is connected that could be disconnected.
    #[must_use]
    pub const fn is_disconnected(self) -> bool {
        // Disconnected, no hardware, hardware disabled.
        matches!(self.0, 0 | 4 | 5)
    }
}

impl fmt::Display for NetState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            0 => "disconnected",
            1 => "connecting",
            2 => "connected",
            3 => "disconnecting",
            4 => "hardware not present",
            5 => "hardware disabled",
            6 => "hardware malfunction",
            7 => "no link",
            8 => "authenticating",
            9 => "authenticated",
            10 => "authentication failed",
            11 => "no valid address",
            12 => "credentials required",
            13 => "action required",
            14 => "action required, to try again",
            15 => "connecting failed",
            other => return write!(f, "status {other}"),
        })
    }
}

/// Medium of a network connection: `NETCON_MEDIATYPE` in netcon.h. One over 1394 is a
/// [LAN](Self::LAN) to Windows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct NetMedia(pub i32);

impl NetMedia {
    /// `NCM_LAN`.
    pub const LAN: Self = Self(3);
}

impl fmt::Display for NetMedia {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            0 => "none",
            1 => "direct",
            2 => "ISDN",
            3 => "LAN",
            4 => "telephone",
            5 => "tunnel",
            6 => "PPPoE",
            7 => "bridge",
            8 => "shared LAN",
            9 => "shared dial-up",
            other => return write!(f, "medium {other}"),
        })
    }
}

/// What a network connection is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct NetConnectionInfo {
    /// Its GUID, `{XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX}`.
    pub guid: String,
    /// What people call it.
    pub name: String,
    /// What its adapter is called.
    pub device: String,
    /// Its status.
    pub state: NetState,
    /// Its medium.
    pub media: NetMedia,
    /// The device that it belongs to.
    pub belongs_to: BelongsTo,
}

impl NetConnectionInfo {
    /// Whether it is IP over 1394, or looks so.
    #[must_use]
    pub fn is_over_1394(&self) -> bool {
        matches!(self.belongs_to.fire_wire, FireWire::Yes | FireWire::Perhaps)
    }
}

/// A network connection. The interface is released with this value.
#[derive(Debug)]
pub struct NetConnection {
    info: NetConnectionInfo,
    connection: platform::Connection,
}

impl NetConnection {
    #[cfg(windows)]
    pub(crate) const fn new(info: NetConnectionInfo, connection: platform::Connection) -> Self {
        Self { info, connection }
    }

    /// What it is.
    #[must_use]
    pub const fn info(&self) -> &NetConnectionInfo {
        &self.info
    }
}

#[cfg(windows)]
impl NetConnection {
    /// From the interface of a connection. COM must be initialised on this thread.
    ///
    /// # Errors
    ///
    /// COM can't be used on this thread, or what the connection answered when asked for its
    /// properties.
    pub fn from_interface(
        connection: &::windows::Win32::NetworkManagement::WindowsFirewall::INetConnection,
    ) -> Result<Self, LinkError> {
        platform::connection(connection)
    }
}

impl Link for NetConnection {
    fn family(&self) -> Family {
        Family::Network
    }

    /// Its GUID.
    fn id(&self) -> String {
        self.info.guid.clone()
    }

    fn name(&self) -> String {
        self.info.name.clone()
    }

    fn belongs_to(&self) -> &BelongsTo {
        &self.info.belongs_to
    }

    fn is_connected(&self) -> bool {
        !self.info.state.is_disconnected()
    }

    fn disconnect(&mut self) -> Result<Option<LinkCode>, LinkError> {
        let answer = platform::disconnect(&self.connection);
        answer.map(Some).map_err(|error| error.of(&self.name()))
    }
}

/// The network connections that there are.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct NetList {
    /// Those that could be read.
    pub connections: Vec<NetConnection>,
    /// Why others could not.
    pub troubles: Vec<LinkError>,
}

/// The network connections of this machine.
#[derive(Debug)]
pub struct Network(platform::Manager);

impl Network {
    /// Starts to ask the network connection manager.
    ///
    /// # Errors
    ///
    /// What COM answered. Fails on other systems than Windows.
    pub fn open() -> Result<Self, LinkError> {
        platform::Manager::open().map(Self)
    }

    /// All connections.
    ///
    /// # Errors
    ///
    /// What the manager answered. A connection of its own that can't be read does not end the
    /// list: see [`NetList::troubles`].
    pub fn connections(&self) -> Result<NetList, LinkError> {
        self.0.connections()
    }

    /// The connection with this GUID or name.
    ///
    /// # Errors
    ///
    /// As [`Self::connections`]; [`LinkErrorKind::Unknown`](super::LinkErrorKind::Unknown) and
    /// [`LinkErrorKind::Ambiguous`](super::LinkErrorKind::Ambiguous).
    pub fn connection(&self, word: &str) -> Result<NetConnection, LinkError> {
        find(Family::Network, self.connections()?.connections, word)
    }
}

#[cfg(windows)]
impl Network {
    /// From the interface of a connection manager. COM must be initialised on this thread.
    ///
    /// # Errors
    ///
    /// COM can't be used on this thread.
    pub fn from_interface(
        manager: &::windows::Win32::NetworkManagement::WindowsFirewall::INetConnectionManager,
    ) -> Result<Self, LinkError> {
        platform::Manager::from_interface(manager).map(Self)
    }
}
