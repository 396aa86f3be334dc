//! Audio devices and the connectors of their topologies.

use std::fmt;

use super::codes::LinkCode;
use super::find::find;
use super::{BelongsTo, Family, Link, LinkError};
use crate::platform::links::audio as platform;

/// Kind of a connector: `ConnectorType` in devicetopology.h.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ConnectorKind {
    /// Not known.
    #[default]
    Unknown,
    /// To a device inside the computer, by a fixed connection.
    PhysicalInternal,
    /// A jack on the outside.
    PhysicalExternal,
    /// Data to or from the computer's memory.
    SoftwareIo,
    /// A fixed connection in software.
    SoftwareFixed,
    /// To a network.
    Network,
    /// A value that devicetopology.h does not have.
    Other(i32),
}

impl ConnectorKind {
    /// From the number that Core Audio uses.
    #[must_use]
    pub const fn from_raw(raw: i32) -> Self {
        match raw {
            0 => Self::Unknown,
            1 => Self::PhysicalInternal,
            2 => Self::PhysicalExternal,
            3 => Self::SoftwareIo,
            4 => Self::SoftwareFixed,
            5 => Self::Network,
            other => Self::Other(other),
        }
    }
}

impl fmt::Display for ConnectorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "unknown",
            Self::PhysicalInternal => "physical, internal",
            Self::PhysicalExternal => "physical, external",
            Self::SoftwareIo => "software I/O",
            Self::SoftwareFixed => "software, fixed",
            Self::Network => "network",
            Self::Other(other) => return write!(f, "kind {other}"),
        })
    }
}

/// Which way audio data goes. For an endpoint: out of the computer or into it; for a connector:
/// into its device or out of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AudioFlow {
    /// Into it.
    In,
    /// Out of it.
    Out,
    /// A value that devicetopology.h does not have.
    Other(i32),
}

impl AudioFlow {
    /// From the number that Core Audio uses: `DataFlow`.
    #[must_use]
    pub const fn from_raw(raw: i32) -> Self {
        match raw {
            0 => Self::In,
            1 => Self::Out,
            other => Self::Other(other),
        }
    }
}

impl fmt::Display for AudioFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::In => f.write_str("in"),
            Self::Out => f.write_str("out"),
            Self::Other(other) => write!(f, "flow {other}"),
        }
    }
}

/// State of an audio endpoint: `DEVICE_STATE_` in mmdeviceapi.h.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AudioState {
    /// It works.
    Active,
    /// It is disabled.
    Disabled,
    /// Its adapter is gone.
    NotPresent,
    /// Nothing is plugged into its jack.
    Unplugged,
    /// A value that mmdeviceapi.h does not have.
    Other(u32),
}

impl AudioState {
    /// From the number that Core Audio uses.
    #[must_use]
    pub const fn from_raw(raw: u32) -> Self {
        match raw {
            1 => Self::Active,
            2 => Self::Disabled,
            4 => Self::NotPresent,
            8 => Self::Unplugged,
            other => Self::Other(other),
        }
    }
}

impl fmt::Display for AudioState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::NotPresent => "not present",
            Self::Unplugged => "unplugged",
            Self::Other(other) => return write!(f, "state {other}"),
        })
    }
}

/// What an audio device is in Core Audio's terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AudioDeviceKind {
    /// Something to play to or record from: speakers, a jack.
    Endpoint,
    /// The device that endpoints are on: a FireWire audio interface.
    Adapter,
}

impl fmt::Display for AudioDeviceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Endpoint => "endpoint",
            Self::Adapter => "adapter",
        })
    }
}

/// What a connector is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectorInfo {
    /// Its global id, which Core Audio gives it and no other: long, and stable.
    pub id: String,
    /// What its driver calls it; empty where it has no name.
    pub name: String,
    /// Its kind.
    pub kind: ConnectorKind,
    /// Which way its data goes, where that could be read.
    pub flow: Option<AudioFlow>,
    /// Whether it is connected, where that could be read.
    pub connected: Option<bool>,
    /// Global id of the connector that it is connected to.
    pub to_connector: Option<String>,
    /// Id of the audio device that it is connected to.
    pub to_device: Option<String>,
}

impl ConnectorInfo {
    /// A short form of its id: eight hexadecimal digits (FNV-1a of the global id), the same each
    /// time.
    #[must_use]
    pub fn short_id(&self) -> String {
        short(&self.id)
    }
}

/// Eight hexadecimal digits that stand for a long id.
fn short(id: &str) -> String {
    let hash = id.bytes().fold(0x811C_9DC5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    format!("{hash:08x}")
}

/// A connector of an audio device's topology. The interface is released with this value.
#[derive(Debug)]
pub struct AudioConnector {
    info: ConnectorInfo,
    belongs_to: BelongsTo,
    connector: platform::Connector,
}

impl AudioConnector {
    #[cfg(windows)]
    pub(crate) const fn new(
        info: ConnectorInfo,
        belongs_to: BelongsTo,
        connector: platform::Connector,
    ) -> Self {
        Self {
            info,
            belongs_to,
            connector,
        }
    }

    /// What it is.
    #[must_use]
    pub const fn info(&self) -> &ConnectorInfo {
        &self.info
    }
}

#[cfg(windows)]
impl AudioConnector {
    /// From the interface of a connector. COM must be initialised on this thread.
    ///
    /// # Errors
    ///
    /// COM can't be used on this thread.
    pub fn from_interface(
        connector: &::windows::Win32::Media::Audio::IConnector,
    ) -> Result<Self, LinkError> {
        platform::connector(connector, BelongsTo::default())
    }
}

impl Link for AudioConnector {
    fn family(&self) -> Family {
        Family::Audio
    }

    /// The short form of its global id.
    fn id(&self) -> String {
        self.info.short_id()
    }

    /// Its name; its global id where it has none.
    fn name(&self) -> String {
        if self.info.name.is_empty() {
            self.info.id.clone()
        } else {
            self.info.name.clone()
        }
    }

    fn belongs_to(&self) -> &BelongsTo {
        &self.belongs_to
    }

    fn is_connected(&self) -> bool {
        self.info.connected != Some(false)
    }

    fn other_sides(&self) -> Vec<String> {
        self.info.to_connector.iter().map(|id| short(id)).collect()
    }

    fn disconnect(&mut self) -> Result<Option<LinkCode>, LinkError> {
        let answer = platform::disconnect(&self.connector);
        answer.map(Some).map_err(|error| error.of(&self.name()))
    }
}

/// An audio device and the connectors of its topology.
#[derive(Debug)]
#[non_exhaustive]
pub struct AudioDevice {
    /// Its id in Core Audio.
    pub id: String,
    /// Endpoint or adapter.
    pub kind: AudioDeviceKind,
    /// What people call it; empty where it has no name.
    pub name: String,
    /// For an endpoint, its state, where that could be read.
    pub state: Option<AudioState>,
    /// The device that it belongs to.
    pub belongs_to: BelongsTo,
    /// Its connectors.
    pub connectors: Vec<AudioConnector>,
    /// Why its connectors, or some of them, could not be read.
    pub trouble: Option<LinkError>,
}

/// The audio devices of this machine.
#[derive(Debug)]
pub struct Audio(platform::Enumerator);

impl Audio {
    /// Starts to ask Core Audio.
    ///
    /// # Errors
    ///
    /// What COM answered. Fails on other systems than Windows.
    pub fn open() -> Result<Self, LinkError> {
        platform::Enumerator::open().map(Self)
    }

    /// The endpoints whose adapters are there, then those adapters.
    ///
    /// # Errors
    ///
    /// What Core Audio answered. A device of its own that can't be read does not end the list:
    /// see [`AudioDevice::trouble`].
    pub fn devices(&self) -> Result<Vec<AudioDevice>, LinkError> {
        self.0.devices()
    }

    /// The connector with this id, short or global, or with this name.
    ///
    /// # Errors
    ///
    /// As [`Self::devices`]; [`LinkErrorKind::Unknown`](super::LinkErrorKind::Unknown) and
    /// [`LinkErrorKind::Ambiguous`](super::LinkErrorKind::Ambiguous).
    pub fn connector(&self, word: &str) -> Result<AudioConnector, LinkError> {
        let devices = self.devices()?;
        let mut connectors: Vec<_> = devices
            .into_iter()
            .flat_map(|device| device.connectors)
            .collect();
        let global = |connector: &AudioConnector| connector.info.id.eq_ignore_ascii_case(word);
        match connectors.iter().position(global) {
            Some(index) => Ok(connectors.swap_remove(index)),
            None => find(Family::Audio, connectors, word),
        }
    }
}

#[cfg(windows)]
impl Audio {
    /// From the interface of an enumerator. COM must be initialised on this thread.
    ///
    /// # Errors
    ///
    /// COM can't be used on this thread.
    pub fn from_interface(
        enumerator: &::windows::Win32::Media::Audio::IMMDeviceEnumerator,
    ) -> Result<Self, LinkError> {
        platform::Enumerator::from_interface(enumerator).map(Self)
    }
}
