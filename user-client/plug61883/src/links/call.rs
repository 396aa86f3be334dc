//! The functions of Windows that this module stands on, and what each means by what it answers.

use std::fmt;

use super::Family;
use super::codes::{ConfigRet, HResult, LinkCode, Win32};

/// What an answer means where it comes from a certain function.
type Meanings = &'static [(LinkCode, &'static str)];

/// Defines [`Call`]. Each row: variant = function, family, what is asked of it.
macro_rules! calls {
    ($($variant:ident = $name:literal, $family:ident, $what:literal;)*) => {
        /// A function of Windows, by what it is asked to do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Call {
            $(
                #[doc = concat!("`", $name, "`: to ", $what, ".")]
                $variant,
            )*
        }

        impl Call {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The function's name; a method's with its interface.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The family that it is used for.
            #[must_use]
            pub const fn family(self) -> Family {
                match self {
                    $(Self::$variant => Family::$family,)*
                }
            }

            /// What it is asked to do: "disconnect the connector".
            #[must_use]
            pub const fn what(self) -> &'static str {
                match self {
                    $(Self::$variant => $what,)*
                }
            }
        }
    };
}

calls! {
    ConnectMachine = "CM_Connect_MachineW", Machine, "connect to the machine";
    DisconnectMachine = "CM_Disconnect_Machine", Machine, "disconnect the machine";
    DeviceIdListSize = "CM_Get_Device_ID_List_Size", Machine, "list the devices";
    DeviceIdList = "CM_Get_Device_ID_List", Machine, "list the devices";
    LocateDevice = "CM_Locate_DevNode", Machine, "find the device";
    DeviceStatus = "CM_Get_DevNode_Status", Machine, "read the device's status";
    DeviceProperty = "CM_Get_DevNode_Registry_Property", Machine, "read the device's description";
    AudioCom = "CoInitializeEx", Audio, "use COM";
    CreateDeviceEnumerator = "CoCreateInstance(MMDeviceEnumerator)", Audio,
        "list the audio endpoints";
    EnumAudioEndpoints = "IMMDeviceEnumerator::EnumAudioEndpoints", Audio,
        "list the audio endpoints";
    AudioEndpoint = "IMMDeviceCollection::Item", Audio, "open the audio endpoint";
    AudioDevice = "IMMDeviceEnumerator::GetDevice", Audio, "open the audio device";
    AudioTopology = "IMMDevice::Activate(IDeviceTopology)", Audio,
        "read the audio device's topology";
    AudioConnector = "IDeviceTopology::GetConnector", Audio, "open the connector";
    ConnectorState = "IConnector::IsConnected", Audio, "read the connector";
    ConnectorId = "IPart::GetGlobalId", Audio, "identify the connector";
    DisconnectConnector = "IConnector::Disconnect", Audio, "disconnect the connector";
    LoadRouter = "LoadLibraryExW(mprapi.dll)", Router, "connect to the router configuration";
    FindRouter = "GetProcAddress(MprConfigServerConnect, MprConfigServerDisconnect)", Router,
        "connect to the router configuration";
    ConnectRouter = "MprConfigServerConnect", Router, "connect to the router configuration";
    NetworkCom = "CoInitializeEx", Network, "use COM";
    CreateConnectionManager = "CoCreateInstance(ConnectionManager)", Network,
        "list the network connections";
    EnumConnections = "INetConnectionManager::EnumConnections", Network,
        "list the network connections";
    NextConnection = "IEnumNetConnection::Next", Network, "list the network connections";
    ConnectionProperties = "INetConnection::GetProperties", Network,
        "read the network connection";
    DisconnectNetwork = "INetConnection::Disconnect", Network,
        "disconnect the network connection";
}

const NO_OTHER_MACHINES: &str = "since Windows 8 and Windows Server 2012, Windows no longer \
     reaches the device tree of another machine";
const NO_ROUTER: &str = "this Windows has no router configuration";

/// IConnector::Disconnect, as documented.
const CONNECTOR: Meanings = &[
    (
        LinkCode::HResult(HResult::OK),
        "the connector is disconnected",
    ),
    (
        LinkCode::HResult(HResult::NOT_FOUND),
        "the connector is already disconnected",
    ),
    (
        LinkCode::HResult(HResult::FILE_READ_ONLY),
        "the connection is permanent and can't be broken",
    ),
];

/// INetConnection::Disconnect, as documented.
const NETWORK: Meanings = &[
    (
        LinkCode::HResult(HResult::OK),
        "the network connection is disconnected",
    ),
    (
        LinkCode::HResult(HResult::ABORT),
        "disconnecting was aborted, the connection may still be there",
    ),
    (
        LinkCode::HResult(HResult::FAIL),
        "disconnecting failed, no reason given",
    ),
    (
        LinkCode::HResult(HResult::INVALID_ARG),
        "Windows does not take the request as valid",
    ),
    (
        LinkCode::HResult(HResult::NOINTERFACE),
        "this kind of connection lacks an interface that disconnecting needs",
    ),
    (
        LinkCode::HResult(HResult::NOTIMPL),
        "this kind of connection can't be disconnected by a program",
    ),
    (
        LinkCode::HResult(HResult::OUT_OF_MEMORY),
        "Windows had too little memory to disconnect it",
    ),
    (
        LinkCode::HResult(HResult::POINTER),
        "Windows got an address that is not valid",
    ),
    (
        LinkCode::HResult(HResult::UNEXPECTED),
        "disconnecting failed, for an unknown reason",
    ),
];

/// MprConfigServerConnect, as documented; it may answer any other Win32 error too.
const ROUTER: Meanings = &[
    (
        LinkCode::Win32(Win32::NO_ERROR),
        "connected to the router configuration",
    ),
    (
        LinkCode::Win32(Win32::INVALID_PARAMETER),
        "Windows got no place to put the handle",
    ),
    (
        LinkCode::Win32(Win32::NOT_ENOUGH_MEMORY),
        "Windows had too little memory or other resources",
    ),
    (LinkCode::Win32(Win32::NOT_SUPPORTED), NO_ROUTER),
    (LinkCode::Win32(Win32::CALL_NOT_IMPLEMENTED), NO_ROUTER),
];

const NO_AUDIO: Meanings = &[(
    LinkCode::HResult(HResult::CLASS_NOT_REGISTERED),
    "this Windows has no Core Audio",
)];

const NO_NETWORK: Meanings = &[(
    LinkCode::HResult(HResult::CLASS_NOT_REGISTERED),
    "this Windows has no network connection manager",
)];

const NO_LIBRARY: Meanings = &[
    (LinkCode::Win32(Win32::MOD_NOT_FOUND), NO_ROUTER),
    (LinkCode::Win32(Win32::PROC_NOT_FOUND), NO_ROUTER),
];

impl Call {
    const fn meanings(self) -> Meanings {
        match self {
            Self::DisconnectConnector => CONNECTOR,
            Self::DisconnectNetwork => NETWORK,
            Self::ConnectRouter => ROUTER,
            Self::LoadRouter | Self::FindRouter => NO_LIBRARY,
            Self::CreateDeviceEnumerator => NO_AUDIO,
            Self::CreateConnectionManager => NO_NETWORK,
            _ => &[],
        }
    }

    /// What an answer of this function means, in plain words; `None` where nothing is known of
    /// it.
    #[must_use]
    pub fn meaning(self, code: LinkCode) -> Option<&'static str> {
        if self == Self::ConnectMachine && tells_of_no_other_machines(code) {
            return Some(NO_OTHER_MACHINES);
        }
        let own = self.meanings().iter().find(|(known, _)| *known == code);
        own.map(|(_, meaning)| *meaning).or_else(|| code.meaning())
    }

    /// The answers that the function's documentation names; none where it names none.
    #[must_use]
    pub fn documented(self) -> Vec<LinkCode> {
        match self {
            Self::ConnectMachine
            | Self::DisconnectMachine
            | Self::DeviceIdListSize
            | Self::DeviceIdList
            | Self::LocateDevice
            | Self::DeviceStatus
            | Self::DeviceProperty => ConfigRet::NAMED
                .iter()
                .map(|code| LinkCode::ConfigRet(*code))
                .collect(),
            Self::DisconnectConnector | Self::DisconnectNetwork => {
                self.meanings().iter().map(|(code, _)| *code).collect()
            }
            Self::ConnectRouter => {
                let codes = ROUTER.iter().map(|(code, _)| *code);
                codes.take(3).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether the answer tells that this system does not have the interface at all.
    #[must_use]
    pub(super) fn is_absent(self, code: LinkCode) -> bool {
        match self {
            Self::LoadRouter | Self::FindRouter => true,
            Self::ConnectRouter => matches!(
                code,
                LinkCode::Win32(Win32::NOT_SUPPORTED | Win32::CALL_NOT_IMPLEMENTED)
            ),
            Self::CreateDeviceEnumerator | Self::CreateConnectionManager => {
                code == LinkCode::HResult(HResult::CLASS_NOT_REGISTERED)
            }
            _ => false,
        }
    }
}

/// Whether connecting to a machine failed as it does since Windows 8; what is documented is that
/// it fails, not with which code. The codes left out have a reason of their own.
const fn tells_of_no_other_machines(code: LinkCode) -> bool {
    match code {
        LinkCode::ConfigRet(code) => !matches!(
            code,
            ConfigRet::SUCCESS
                | ConfigRet::OUT_OF_MEMORY
                | ConfigRet::INVALID_POINTER
                | ConfigRet::INVALID_MACHINENAME
        ),
        _ => false,
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
