//! Network connections: the manager of netcon.h, which the service Netman serves.

use std::ffi::c_void;

use windows::Win32::Foundation::{ERROR_SUCCESS, FreeLibrary};
use windows::Win32::NetworkManagement::WindowsFirewall::{
    IEnumNetConnection, INetConnection, INetConnectionManager, NCME_DEFAULT, NETCON_PROPERTIES,
};
use windows::Win32::System::Com::{CLSCTX_ALL, CoCreateInstance, CoTaskMemFree};
use windows::Win32::System::LibraryLoader::{
    GetProcAddress, LOAD_LIBRARY_SEARCH_SYSTEM32, LoadLibraryExW,
};
use windows::Win32::System::Registry::{HKEY_LOCAL_MACHINE, RRF_RT_REG_SZ, RegGetValueW};
use windows::core::{GUID, Interface, PCWSTR, s, w};

use super::com::{Com, code, error, failed};
use super::machine::parents;
use super::router::Function;
use super::text::{copy, until_nul, wide};
use crate::links::{
    BelongsTo, Call, Family, LinkCode, LinkError, LinkErrorKind, NetConnection, NetConnectionInfo,
    NetList, NetMedia, NetState,
};

/// `CLSID_ConnectionManager`, declared in netcon.h without its value; the value is that of the
/// class "Network Connection Manager" in every Windows' registry. The `windows` crate lacks it.
const CONNECTION_MANAGER: GUID = GUID::from_u128(0xba126ad1_2166_11d1_b1d0_00805fc1270e);

/// Setup class of network adapters, as the registry's key of their connections has it.
const ADAPTERS: &str = "{4D36E972-E325-11CE-BFC1-08002BE10318}";

/// Most connections of a list; past this the manager does not end it.
const MOST: usize = 4096;

/// A connection's interface.
#[derive(Debug)]
pub(crate) struct Connection {
    interface: INetConnection,
    _com: Com,
}

/// Breaks a network connection: what `INetConnection::Disconnect` answered.
pub(crate) fn disconnect(connection: &Connection) -> Result<LinkCode, LinkError> {
    let interface = &connection.interface;
    // SAFETY: the interface lives as long as the value that holds it, and the method is of its
    // own table; called here because the `windows` crate does not keep which success it was.
    let result = unsafe { (interface.vtable().Disconnect)(interface.as_raw()) };
    if result.is_ok() {
        Ok(code(result))
    } else {
        Err(failed(Call::DisconnectNetwork, result))
    }
}

/// A connection by its interface.
pub(crate) fn connection(interface: &INetConnection) -> Result<NetConnection, LinkError> {
    let com = Com::enter(Call::NetworkCom)?;
    // SAFETY: the interface lives as long as it is borrowed.
    let properties = unsafe { interface.GetProperties() };
    let properties = properties.map_err(error(Call::ConnectionProperties))?;
    if properties.is_null() {
        let call = Call::ConnectionProperties;
        let kind = LinkErrorKind::Nothing { call };
        return Err(LinkError::new(Family::Network, kind));
    }
    let properties = Properties(properties);
    let info = properties.info();
    let connection = Connection {
        interface: interface.clone(),
        _com: com,
    };
    Ok(NetConnection::new(info, connection))
}

/// A connection's properties, which are the caller's; never null.
struct Properties(*mut NETCON_PROPERTIES);

impl Properties {
    fn info(&self) -> NetConnectionInfo {
        // SAFETY: `GetProperties` gave it, not null, and it is freed when `self` is dropped.
        let properties = unsafe { &*self.0 };
        // SAFETY: the texts are parts of the properties, null or ended by a NUL.
        let (name, device) =
            unsafe { (copy(properties.pszwName), copy(properties.pszwDeviceName)) };
        let guid = format!("{{{:?}}}", properties.guidId);
        let hardware = hardware(&guid);
        let parents = hardware.as_deref().map(parents).unwrap_or_default();
        NetConnectionInfo {
            belongs_to: BelongsTo::judge(hardware, &parents, &device),
            guid,
            name,
            device,
            state: NetState(properties.Status.0),
            media: NetMedia(properties.MediaType.0),
        }
    }
}

impl Drop for Properties {
    fn drop(&mut self) {
        free(self.0);
    }
}

/// Frees properties as netshell.dll does; where that is missing, as it is known to do it: each
/// text, then the structure, by `CoTaskMemFree`.
fn free(properties: *mut NETCON_PROPERTIES) {
    type Free = unsafe extern "system" fn(*mut NETCON_PROPERTIES);
    // SAFETY: the name is ended by a NUL.
    let library = unsafe { LoadLibraryExW(w!("netshell.dll"), None, LOAD_LIBRARY_SEARCH_SYSTEM32) };
    if let Ok(library) = library {
        // SAFETY: the library is loaded, and the name is ended by a NUL.
        let function = unsafe { GetProcAddress(library, s!("NcFreeNetconProperties")) };
        if let Some(function) = function {
            // SAFETY: the library's documentation gives its function of this name this signature;
            // the properties are not used after this.
            unsafe { std::mem::transmute::<Function, Free>(function)(properties) };
        }
        let found = function.is_some();
        // SAFETY: it was loaded above, and nothing of it is used any more. A failure has nobody
        // to go to.
        let _ = unsafe { FreeLibrary(library) };
        if found {
            return;
        }
    }
    // SAFETY: `GetProperties` allocated the three blocks for its caller, who uses none of them
    // after this.
    unsafe {
        CoTaskMemFree(Some((*properties).pszwName.0.cast::<c_void>()));
        CoTaskMemFree(Some((*properties).pszwDeviceName.0.cast::<c_void>()));
        CoTaskMemFree(Some(properties.cast::<c_void>()));
    }
}

/// The device instance ID of a connection's adapter, which the registry keeps with the
/// connection; `None` where it has none.
fn hardware(guid: &str) -> Option<String> {
    let key = format!(r"SYSTEM\CurrentControlSet\Control\Network\{ADAPTERS}\{guid}\Connection");
    let key = wide(&key);
    let mut buffer = [0_u16; 512];
    let mut bytes = size_of_val(&buffer) as u32;
    // SAFETY: the names are ended by a NUL and live on, and the buffer is writable for the bytes
    // that `bytes` tells, which is writable too; nothing asks for the type.
    let result = unsafe {
        RegGetValueW(
            HKEY_LOCAL_MACHINE,
            PCWSTR(key.as_ptr()),
            w!("PnpInstanceID"),
            RRF_RT_REG_SZ,
            None,
            Some(buffer.as_mut_ptr().cast()),
            Some(&raw mut bytes),
        )
    };
    let text = until_nul(&buffer);
    (result == ERROR_SUCCESS && !text.is_empty()).then_some(text)
}

/// The network connection manager.
#[derive(Debug)]
pub(crate) struct Manager {
    interface: INetConnectionManager,
    _com: Com,
}

impl Manager {
    pub(crate) fn open() -> Result<Self, LinkError> {
        let com = Com::enter(Call::NetworkCom)?;
        // SAFETY: COM is initialised on this thread while `com` lives.
        let interface = unsafe { CoCreateInstance(&CONNECTION_MANAGER, None, CLSCTX_ALL) };
        Ok(Self {
            interface: interface.map_err(error(Call::CreateConnectionManager))?,
            _com: com,
        })
    }

    pub(crate) fn from_interface(manager: &INetConnectionManager) -> Result<Self, LinkError> {
        Ok(Self {
            interface: manager.clone(),
            _com: Com::enter(Call::NetworkCom)?,
        })
    }

    pub(crate) fn connections(&self) -> Result<NetList, LinkError> {
        // SAFETY: the interface lives as long as `self`.
        let list = unsafe { self.interface.EnumConnections(NCME_DEFAULT) };
        let list = list.map_err(error(Call::EnumConnections))?;
        let mut read = NetList::default();
        for _ in 0..MOST {
            let Some(interface) = next(&list)? else {
                return Ok(read);
            };
            match connection(&interface) {
                Ok(connection) => read.connections.push(connection),
                Err(error) => read.troubles.push(error),
            }
        }
        Err(LinkError::new(Family::Network, LinkErrorKind::Unsettled))
    }
}

/// The next connection; `None` past the last.
fn next(list: &IEnumNetConnection) -> Result<Option<INetConnection>, LinkError> {
    let mut one = [None];
    let mut count = 0;
    // SAFETY: the list lives, and both are writable.
    let result = unsafe { list.Next(&mut one, &raw mut count) };
    result.map_err(error(Call::NextConnection))?;
    let [connection] = one;
    Ok(connection.filter(|_| count != 0))
}
