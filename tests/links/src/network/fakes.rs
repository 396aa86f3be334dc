//! Objects with the interfaces of netcon.h: a connection over 1394 by its name, two of one name,
//! and one whose properties can't be read.

use std::cell::Cell;

use windows::Win32::Foundation::{E_FAIL, E_NOTIMPL, S_FALSE};
use windows::Win32::NetworkManagement::WindowsFirewall::*;
use windows::Win32::System::Com::CoTaskMemAlloc;
use windows::core::{GUID, HRESULT, PCWSTR, Result, implement};

use crate::spy::{Live, text};

/// GUID of the connection over 1394.
pub(super) const GUID_TEXT: &str = "{00000000-0000-0000-0000-000000001394}";

fn not_implemented<T>() -> Result<T> {
    Err(E_NOTIMPL.into())
}

#[implement(INetConnection)]
struct Connection {
    guid: u128,
    /// Its name; none when its properties can't be read.
    name: Option<&'static str>,
    device: &'static str,
    status: i32,
    answer: HRESULT,
    _live: Live,
}

fn make(
    guid: u128,
    name: Option<&'static str>,
    device: &'static str,
    status: i32,
) -> INetConnection {
    Connection {
        guid,
        name,
        device,
        status,
        answer: HRESULT(0),
        _live: Live::new(),
    }
    .into()
}

/// A connection that answers `answer` when it is to be disconnected.
pub(super) fn connection(answer: HRESULT) -> INetConnection {
    Connection {
        guid: 1,
        name: Some("Test"),
        device: "Adapter",
        status: 2,
        answer,
        _live: Live::new(),
    }
    .into()
}

impl INetConnection_Impl for Connection_Impl {
    fn Connect(&self) -> Result<()> {
        not_implemented()
    }

    fn Disconnect(&self) -> Result<()> {
        if self.answer == HRESULT(0) {
            Ok(())
        } else {
            Err(self.answer.into())
        }
    }

    fn Delete(&self) -> Result<()> {
        not_implemented()
    }

    fn Duplicate(&self, _: &PCWSTR) -> Result<INetConnection> {
        not_implemented()
    }

    fn GetProperties(&self) -> Result<*mut NETCON_PROPERTIES> {
        let name = self.name.ok_or(E_FAIL)?;
        // SAFETY: any size is allowed.
        let block = unsafe { CoTaskMemAlloc(size_of::<NETCON_PROPERTIES>()) };
        let properties = block.cast::<NETCON_PROPERTIES>();
        assert!(!properties.is_null(), "no memory");
        // SAFETY: the block has room for it and was just made.
        unsafe {
            properties.write(NETCON_PROPERTIES {
                guidId: GUID::from_u128(self.guid),
                pszwName: text(name),
                pszwDeviceName: text(self.device),
                Status: NETCON_STATUS(self.status),
                MediaType: NCM_LAN,
                ..NETCON_PROPERTIES::default()
            });
        }
        Ok(properties)
    }

    fn GetUiObjectClassId(&self) -> Result<GUID> {
        not_implemented()
    }

    fn Rename(&self, _: &PCWSTR) -> Result<()> {
        not_implemented()
    }
}

#[implement(IEnumNetConnection)]
struct List {
    connections: Vec<INetConnection>,
    next: Cell<usize>,
    /// What it answers instead; 0 for nothing.
    answer: HRESULT,
    _live: Live,
}

impl IEnumNetConnection_Impl for List_Impl {
    fn Next(&self, _: u32, place: *mut Option<INetConnection>, count: *mut u32) -> Result<()> {
        if self.answer != HRESULT(0) {
            return Err(self.answer.into());
        }
        let next = self.connections.get(self.next.get()).cloned();
        self.next.set(self.next.get() + 1);
        let got = u32::from(next.is_some());
        // SAFETY: the caller gives places for one connection and for their number.
        unsafe {
            place.write(next);
            count.write(got);
        }
        if got == 1 {
            Ok(())
        } else {
            Err(S_FALSE.into())
        }
    }

    fn Skip(&self, _: u32) -> Result<()> {
        not_implemented()
    }

    fn Reset(&self) -> Result<()> {
        not_implemented()
    }

    fn Clone(&self) -> Result<IEnumNetConnection> {
        not_implemented()
    }
}

#[implement(INetConnectionManager)]
struct Manager {
    answer: HRESULT,
    _live: Live,
}

/// A manager of several connections.
pub(super) fn manager() -> INetConnectionManager {
    failing(HRESULT(0))
}

/// A manager whose list answers `answer`; E_FAIL comes from the manager itself.
pub(super) fn failing(answer: HRESULT) -> INetConnectionManager {
    Manager {
        answer,
        _live: Live::new(),
    }
    .into()
}

impl INetConnectionManager_Impl for Manager_Impl {
    fn EnumConnections(&self, _: NETCONMGR_ENUM_FLAGS) -> Result<IEnumNetConnection> {
        if self.answer == E_FAIL {
            return Err(E_FAIL.into());
        }
        Ok(List {
            connections: vec![
                make(0x1394, Some("FireWire link"), "1394 Net Adapter", 2),
                make(2, Some("LAN"), "Ethernet adapter", 2),
                make(3, None, "", 2),
                make(4, Some("LAN"), "Another Ethernet adapter", 0),
            ],
            next: Cell::new(0),
            answer: self.answer,
            _live: Live::new(),
        }
        .into())
    }
}
