//! Core Audio: endpoints, their topologies and the connectors in them.

use windows::Win32::Devices::FunctionDiscovery::PKEY_Device_FriendlyName;
use windows::Win32::Media::Audio::{
    DEVICE_STATE, DEVICE_STATE_ACTIVE, DEVICE_STATE_DISABLED, DEVICE_STATE_UNPLUGGED, IConnector,
    IDeviceTopology, IMMDevice, IMMDeviceEnumerator, IPart, MMDeviceEnumerator, eAll,
};
use windows::Win32::System::Com::{CLSCTX_ALL, CoCreateInstance, STGM_READ};
use windows::Win32::System::Variant::VT_LPWSTR;
use windows::core::{Interface, PCWSTR};

use super::com::{Com, code, error, failed};
use super::machine::parents;
use super::text::{copy, take, wide};
use crate::links::{
    AudioConnector, AudioDevice, AudioDeviceKind, AudioFlow, AudioState, BelongsTo, Call,
    ConnectorInfo, ConnectorKind, LinkCode, LinkError, device_of_interface,
};

/// A connector's interface.
#[derive(Debug)]
pub(crate) struct Connector {
    interface: IConnector,
    _com: Com,
}

/// Breaks a connector's connection: what `IConnector::Disconnect` answered.
pub(crate) fn disconnect(connector: &Connector) -> Result<LinkCode, LinkError> {
    let interface = &connector.interface;
    // SAFETY: the interface lives as long as the value that holds it, and the method is of its
    // own table; called here because the `windows` crate does not keep which success it was.
    let result = unsafe { (interface.vtable().Disconnect)(interface.as_raw()) };
    if result.is_ok() {
        Ok(code(result))
    } else {
        Err(failed(Call::DisconnectConnector, result))
    }
}

/// A connector by its interface. What can't be read of it is not known; it can be broken all the
/// same.
pub(crate) fn connector(
    interface: &IConnector,
    belongs_to: BelongsTo,
) -> Result<AudioConnector, LinkError> {
    hold(interface.clone(), read(interface), belongs_to)
}

fn hold(
    interface: IConnector,
    info: ConnectorInfo,
    belongs_to: BelongsTo,
) -> Result<AudioConnector, LinkError> {
    let connector = Connector {
        interface,
        _com: Com::enter(Call::AudioCom)?,
    };
    Ok(AudioConnector::new(info, belongs_to, connector))
}

fn read(connector: &IConnector) -> ConnectorInfo {
    let mut info = ConnectorInfo::default();
    if let Ok(part) = connector.cast::<IPart>() {
        // SAFETY: the part lives, and the texts are the caller's.
        unsafe {
            info.id = part
                .GetGlobalId()
                .map_or_else(|_| String::new(), |id| take(id));
            info.name = part
                .GetName()
                .map_or_else(|_| String::new(), |name| take(name));
        }
    }
    // SAFETY: the interface lives as long as `connector` is borrowed.
    unsafe {
        info.kind = connector.GetType().map_or_else(
            |_| ConnectorKind::default(),
            |kind| ConnectorKind::from_raw(kind.0),
        );
        let flow = connector.GetDataFlow().ok();
        info.flow = flow.map(|flow| AudioFlow::from_raw(flow.0));
        info.connected = connector
            .IsConnected()
            .ok()
            .map(|connected| connected.as_bool());
    }
    if info.connected == Some(true) {
        // SAFETY: as above, and the texts are the caller's.
        unsafe {
            let to = connector.GetConnectorIdConnectedTo().ok();
            info.to_connector = to.map(|id| take(id)).filter(|id| !id.is_empty());
            let to = connector.GetDeviceIdConnectedTo().ok();
            info.to_device = to.map(|id| take(id)).filter(|id| !id.is_empty());
        }
    }
    info
}

/// Core Audio's list of devices.
#[derive(Debug)]
pub(crate) struct Enumerator {
    interface: IMMDeviceEnumerator,
    _com: Com,
}

impl Enumerator {
    pub(crate) fn open() -> Result<Self, LinkError> {
        let com = Com::enter(Call::AudioCom)?;
        // SAFETY: COM is initialised on this thread while `com` lives.
        let interface = unsafe { CoCreateInstance(&MMDeviceEnumerator, None, CLSCTX_ALL) };
        Ok(Self {
            interface: interface.map_err(error(Call::CreateDeviceEnumerator))?,
            _com: com,
        })
    }

    pub(crate) fn from_interface(enumerator: &IMMDeviceEnumerator) -> Result<Self, LinkError> {
        Ok(Self {
            interface: enumerator.clone(),
            _com: Com::enter(Call::AudioCom)?,
        })
    }

    pub(crate) fn devices(&self) -> Result<Vec<AudioDevice>, LinkError> {
        let states = DEVICE_STATE(
            DEVICE_STATE_ACTIVE.0 | DEVICE_STATE_DISABLED.0 | DEVICE_STATE_UNPLUGGED.0,
        );
        // SAFETY: the interface lives as long as `self`.
        let endpoints = unsafe { self.interface.EnumAudioEndpoints(eAll, states) };
        let endpoints = endpoints.map_err(error(Call::EnumAudioEndpoints))?;
        // SAFETY: the collection lives.
        let count = unsafe { endpoints.GetCount() };
        let count = count.map_err(error(Call::EnumAudioEndpoints))?;
        let mut devices = Vec::new();
        for index in 0..count {
            // SAFETY: the collection lives.
            let endpoint = unsafe { endpoints.Item(index) };
            devices.push(match endpoint {
                Ok(endpoint) => describe(&endpoint, AudioDeviceKind::Endpoint),
                Err(error) => unreadable(
                    String::new(),
                    AudioDeviceKind::Endpoint,
                    failed(Call::AudioEndpoint, error.code()),
                ),
            });
        }
        let adapters = self.adapters(&devices);
        devices.extend(adapters);
        Ok(devices)
    }

    /// The devices that the connectors of others lead to.
    fn adapters(&self, devices: &[AudioDevice]) -> Vec<AudioDevice> {
        let mut adapters: Vec<AudioDevice> = Vec::new();
        let connectors = devices.iter().flat_map(|device| &device.connectors);
        for id in connectors.filter_map(|connector| connector.info().to_device.as_deref()) {
            let known = devices.iter().chain(&adapters).any(|known| known.id == id);
            if !known {
                adapters.push(self.adapter(id));
            }
        }
        adapters
    }

    fn adapter(&self, id: &str) -> AudioDevice {
        let text = wide(id);
        // SAFETY: the interface lives as long as `self`; the id is ended by a NUL and lives on.
        let device = unsafe { self.interface.GetDevice(PCWSTR(text.as_ptr())) };
        match device {
            Ok(device) => describe(&device, AudioDeviceKind::Adapter),
            Err(error) => unreadable(
                id.to_owned(),
                AudioDeviceKind::Adapter,
                failed(Call::AudioDevice, error.code()).of(id),
            ),
        }
    }
}

fn unreadable(id: String, kind: AudioDeviceKind, trouble: LinkError) -> AudioDevice {
    AudioDevice {
        belongs_to: belongs_to(&id, ""),
        id,
        kind,
        name: String::new(),
        state: None,
        connectors: Vec::new(),
        trouble: Some(trouble),
    }
}

/// The device that an audio device's id names: an adapter's does.
fn belongs_to(id: &str, name: &str) -> BelongsTo {
    let device = device_of_interface(id);
    let parents = device.as_deref().map(parents).unwrap_or_default();
    BelongsTo::judge(device, &parents, name)
}

fn describe(device: &IMMDevice, kind: AudioDeviceKind) -> AudioDevice {
    // SAFETY: the interface lives as long as `device` is borrowed; the text is the caller's.
    let id = unsafe { device.GetId().map_or_else(|_| String::new(), |id| take(id)) };
    // SAFETY: as above.
    let state = unsafe { device.GetState() }.ok();
    let name = friendly_name(device);
    let mut trouble = None;
    let interfaces = connectors(device).unwrap_or_else(|(read, error)| {
        trouble = Some(error.of(if name.is_empty() { &id } else { &name }));
        read
    });
    let infos: Vec<_> = interfaces.iter().map(read).collect();
    // An endpoint's own id names no device; that of what it is connected to does.
    let place = infos
        .iter()
        .filter_map(|info| info.to_device.as_deref())
        .filter(|_| kind == AudioDeviceKind::Endpoint)
        .find(|id| device_of_interface(id).is_some());
    let belongs_to = belongs_to(place.unwrap_or(&id), &name);
    let mut read = Vec::new();
    for (interface, info) in interfaces.into_iter().zip(infos) {
        match hold(interface, info, belongs_to.clone()) {
            Ok(connector) => read.push(connector),
            Err(error) => trouble = Some(error),
        }
    }
    AudioDevice {
        id,
        kind,
        name,
        state: state.map(|state| AudioState::from_raw(state.0)),
        belongs_to,
        connectors: read,
        trouble,
    }
}

/// The connectors of a device's topology; those that could be opened, when one could not.
fn connectors(device: &IMMDevice) -> Result<Vec<IConnector>, (Vec<IConnector>, LinkError)> {
    let none = |call, error: windows::core::Error| (Vec::new(), failed(call, error.code()));
    // SAFETY: the interface lives as long as `device` is borrowed.
    let topology = unsafe { device.Activate::<IDeviceTopology>(CLSCTX_ALL, None) };
    let topology = topology.map_err(|error| none(Call::AudioTopology, error))?;
    // SAFETY: the topology lives.
    let count = unsafe { topology.GetConnectorCount() };
    let count = count.map_err(|error| none(Call::AudioTopology, error))?;
    let mut connectors = Vec::new();
    let mut trouble = None;
    for index in 0..count {
        // SAFETY: the topology lives.
        match unsafe { topology.GetConnector(index) } {
            Ok(connector) => connectors.push(connector),
            Err(error) => trouble = Some(failed(Call::AudioConnector, error.code())),
        }
    }
    match trouble {
        None => Ok(connectors),
        Some(error) => Err((connectors, error)),
    }
}

/// What people call a device; empty where nobody says.
fn friendly_name(device: &IMMDevice) -> String {
    // SAFETY: the interface lives as long as `device` is borrowed.
    let Ok(store) = (unsafe { device.OpenPropertyStore(STGM_READ) }) else {
        return String::new();
    };
    // SAFETY: the store lives; the key is readable.
    let Ok(value) = (unsafe { store.GetValue(&PKEY_Device_FriendlyName) }) else {
        return String::new();
    };
    // SAFETY: a PROPVARIANT's type says which part of it is valid: this one is a text ended by a
    // NUL, or null, which `value` frees after this.
    unsafe {
        let content = &value.Anonymous.Anonymous;
        if content.vt == VT_LPWSTR {
            copy(content.Anonymous.pwszVal)
        } else {
            String::new()
        }
    }
}
