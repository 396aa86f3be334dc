//! Objects with Core Audio's interfaces: a FireWire interface, one on a bus of its own above a
//! FireWire unit, one on USB, and an endpoint that can't be read.

mod store;

use std::cell::Cell;
use std::ffi::c_void;

use windows::Win32::Foundation::{E_NOTIMPL, ERROR_NOT_FOUND};
use windows::Win32::Media::Audio::*;
use windows::Win32::System::Com::StructuredStorage::PROPVARIANT;
use windows::Win32::System::Com::{CLSCTX, STGM};
use windows::Win32::UI::Shell::PropertiesSystem::IPropertyStore;
use windows::core::{BOOL, GUID, HRESULT, Interface, PCWSTR, PWSTR, Ref, Result, implement};

use crate::spy::{Live, text};

const FIREWIRE: &str = r"{2}.\\?\1394#sim&unit#1#{6994ad04-93ef-11d0-a3cc-00a0c9223196}\topo";
const ABOVE: &str = r"{2}.\\?\audiobus#interface#1#{6994ad04-93ef-11d0-a3cc-00a0c9223196}\topo";
const USB: &str = r"{2}.\\?\usb#vid_0000#1#{6994ad04-93ef-11d0-a3cc-00a0c9223196}\topo";

/// Global id of the FireWire interface's connector to the first endpoint.
pub(super) const GLOBAL: &str =
    r"{2}.\\?\1394#sim&unit#1#{6994ad04-93ef-11d0-a3cc-00a0c9223196}\topo/00010000";

/// mmdeviceapi.h and devicetopology.h call HRESULT_FROM_WIN32(ERROR_NOT_FOUND) so.
const E_NOTFOUND: HRESULT = HRESULT::from_win32(ERROR_NOT_FOUND.0);

fn not_implemented<T>() -> Result<T> {
    Err(E_NOTIMPL.into())
}

#[derive(Clone, Default)]
struct Plan {
    id: String,
    name: &'static str,
    kind: i32,
    flow: i32,
    to_connector: String,
    to_device: String,
    answer: HRESULT,
}

#[implement(IConnector, IPart)]
struct Connector {
    plan: Plan,
    connected: Cell<bool>,
    _live: Live,
}

impl Plan {
    fn make(&self) -> IConnector {
        Connector {
            plan: self.clone(),
            connected: Cell::new(true),
            _live: Live::new(),
        }
        .into()
    }
}

/// A connector that answers `answer` when it is to be disconnected, until that has worked.
pub(super) fn connector(answer: HRESULT) -> IConnector {
    Plan {
        id: "{2}.test/0001".to_owned(),
        name: "Test jack",
        answer,
        ..Plan::default()
    }
    .make()
}

impl IConnector_Impl for Connector_Impl {
    fn GetType(&self) -> Result<ConnectorType> {
        Ok(ConnectorType(self.plan.kind))
    }

    fn GetDataFlow(&self) -> Result<DataFlow> {
        Ok(DataFlow(self.plan.flow))
    }

    fn ConnectTo(&self, _: Ref<IConnector>) -> Result<()> {
        not_implemented()
    }

    fn Disconnect(&self) -> Result<()> {
        if !self.connected.get() {
            return Err(E_NOTFOUND.into());
        }
        if self.plan.answer.is_ok() {
            self.connected.set(false);
        }
        if self.plan.answer == HRESULT(0) {
            Ok(())
        } else {
            Err(self.plan.answer.into())
        }
    }

    fn IsConnected(&self) -> Result<BOOL> {
        Ok(self.connected.get().into())
    }

    fn GetConnectedTo(&self) -> Result<IConnector> {
        not_implemented()
    }

    fn GetConnectorIdConnectedTo(&self) -> Result<PWSTR> {
        Ok(text(&self.plan.to_connector))
    }

    fn GetDeviceIdConnectedTo(&self) -> Result<PWSTR> {
        Ok(text(&self.plan.to_device))
    }
}

impl IPart_Impl for Connector_Impl {
    fn GetName(&self) -> Result<PWSTR> {
        Ok(text(self.plan.name))
    }

    fn GetLocalId(&self) -> Result<u32> {
        not_implemented()
    }

    fn GetGlobalId(&self) -> Result<PWSTR> {
        Ok(text(&self.plan.id))
    }

    fn GetPartType(&self) -> Result<PartType> {
        not_implemented()
    }

    fn GetSubType(&self) -> Result<GUID> {
        not_implemented()
    }

    fn GetControlInterfaceCount(&self) -> Result<u32> {
        not_implemented()
    }

    fn GetControlInterface(&self, _: u32) -> Result<IControlInterface> {
        not_implemented()
    }

    fn EnumPartsIncoming(&self) -> Result<IPartsList> {
        not_implemented()
    }

    fn EnumPartsOutgoing(&self) -> Result<IPartsList> {
        not_implemented()
    }

    fn GetTopologyObject(&self) -> Result<IDeviceTopology> {
        not_implemented()
    }

    fn Activate(&self, _: u32, _: *const GUID, _: *mut *mut c_void) -> Result<()> {
        not_implemented()
    }

    fn RegisterControlChangeCallback(
        &self,
        _: *const GUID,
        _: Ref<IControlChangeNotify>,
    ) -> Result<()> {
        not_implemented()
    }

    fn UnregisterControlChangeCallback(&self, _: Ref<IControlChangeNotify>) -> Result<()> {
        not_implemented()
    }
}

#[implement(IDeviceTopology)]
struct Topology {
    plans: Vec<Plan>,
    _live: Live,
}

impl IDeviceTopology_Impl for Topology_Impl {
    fn GetConnectorCount(&self) -> Result<u32> {
        Ok(self.plans.len() as u32)
    }

    fn GetConnector(&self, index: u32) -> Result<IConnector> {
        let plan = self.plans.get(index as usize).ok_or(E_NOTFOUND)?;
        Ok(plan.make())
    }

    fn GetSubunitCount(&self) -> Result<u32> {
        not_implemented()
    }

    fn GetSubunit(&self, _: u32) -> Result<ISubunit> {
        not_implemented()
    }

    fn GetPartById(&self, _: u32) -> Result<IPart> {
        not_implemented()
    }

    fn GetDeviceId(&self) -> Result<PWSTR> {
        not_implemented()
    }

    fn GetSignalPath(&self, _: Ref<IPart>, _: Ref<IPart>, _: BOOL) -> Result<IPartsList> {
        not_implemented()
    }
}

#[implement(IMMDevice)]
struct Device {
    id: String,
    name: &'static str,
    /// Connectors; none when the topology can't be read.
    plans: Option<Vec<Plan>>,
    _live: Live,
}

impl Device {
    fn make(id: &str, name: &'static str, plans: Option<Vec<Plan>>) -> IMMDevice {
        Self {
            id: id.to_owned(),
            name,
            plans,
            _live: Live::new(),
        }
        .into()
    }
}

impl IMMDevice_Impl for Device_Impl {
    fn Activate(
        &self,
        iid: *const GUID,
        _: CLSCTX,
        _: *const PROPVARIANT,
        interface: *mut *mut c_void,
    ) -> Result<()> {
        // SAFETY: the caller gives a readable one.
        assert_eq!(unsafe { iid.read() }, IDeviceTopology::IID);
        let plans = self.plans.clone().ok_or(AUDCLNT_E_DEVICE_INVALIDATED)?;
        let topology: IDeviceTopology = Topology {
            plans,
            _live: Live::new(),
        }
        .into();
        // SAFETY: the caller gives a place for it.
        unsafe { interface.write(topology.into_raw()) };
        Ok(())
    }

    fn OpenPropertyStore(&self, _: STGM) -> Result<IPropertyStore> {
        Ok(store::of(self.name))
    }

    fn GetId(&self) -> Result<PWSTR> {
        Ok(text(&self.id))
    }

    fn GetState(&self) -> Result<DEVICE_STATE> {
        Ok(DEVICE_STATE_ACTIVE)
    }
}

/// The connector of endpoint `index`, and the adapter's that it is connected to.
fn pair(index: usize, adapter: &str, name: &'static str) -> (Plan, Plan) {
    let endpoint = format!("{{0.0.0.00000000}}.{{e{index}}}");
    let near = Plan {
        id: format!("{endpoint}/00010000"),
        name,
        kind: 2,
        flow: 0,
        to_connector: format!("{adapter}/0001000{index}"),
        to_device: adapter.to_owned(),
        ..Plan::default()
    };
    let far = Plan {
        id: near.to_connector.clone(),
        name: "Line",
        kind: 1,
        flow: 1,
        to_connector: near.id.clone(),
        to_device: endpoint,
        ..Plan::default()
    };
    (near, far)
}

fn endpoints() -> Vec<IMMDevice> {
    let on = |index, adapter, name, jack| {
        let (near, _) = pair(index, adapter, jack);
        let id = format!("{{0.0.0.00000000}}.{{e{index}}}");
        Device::make(&id, name, Some(vec![near]))
    };
    vec![
        on(0, FIREWIRE, "FireWire speakers", "Speaker jack"),
        on(1, ABOVE, "Studio monitors", "Monitor jack"),
        on(2, USB, "USB headset", "Headset jack"),
        Device::make("{0.0.0.00000000}.{e3}", "Broken", None),
    ]
}

#[implement(IMMDeviceCollection)]
struct Collection {
    devices: Vec<IMMDevice>,
    _live: Live,
}

impl IMMDeviceCollection_Impl for Collection_Impl {
    fn GetCount(&self) -> Result<u32> {
        Ok(self.devices.len() as u32)
    }

    fn Item(&self, index: u32) -> Result<IMMDevice> {
        let device = self.devices.get(index as usize).ok_or(E_NOTFOUND)?;
        Ok(device.clone())
    }
}

#[implement(IMMDeviceEnumerator)]
struct Enumerator {
    _live: Live,
}

/// The list of all devices.
pub(super) fn enumerator() -> IMMDeviceEnumerator {
    Enumerator { _live: Live::new() }.into()
}

impl IMMDeviceEnumerator_Impl for Enumerator_Impl {
    fn EnumAudioEndpoints(&self, _: EDataFlow, _: DEVICE_STATE) -> Result<IMMDeviceCollection> {
        Ok(Collection {
            devices: endpoints(),
            _live: Live::new(),
        }
        .into())
    }

    fn GetDefaultAudioEndpoint(&self, _: EDataFlow, _: ERole) -> Result<IMMDevice> {
        not_implemented()
    }

    fn GetDevice(&self, id: &PCWSTR) -> Result<IMMDevice> {
        // SAFETY: the caller gives a text ended by a NUL.
        let id = unsafe { id.to_string() }?;
        let (index, name) = match id.as_str() {
            FIREWIRE => (0, "FireWire interface"),
            ABOVE => (1, "Studio interface"),
            _ => return Err(E_NOTFOUND.into()),
        };
        let (_, far) = pair(index, &id, "");
        let jack = Plan {
            id: format!("{id}/00020000"),
            name: "Line",
            kind: 2,
            ..Plan::default()
        };
        Ok(Device::make(&id, name, Some(vec![far, jack])))
    }

    fn RegisterEndpointNotificationCallback(&self, _: Ref<IMMNotificationClient>) -> Result<()> {
        not_implemented()
    }

    fn UnregisterEndpointNotificationCallback(&self, _: Ref<IMMNotificationClient>) -> Result<()> {
        not_implemented()
    }
}
