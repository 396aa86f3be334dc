//! Plugs and connections (connection management procedures, IEC 61883-1 clauses 7 and 8).

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::format::{CipDataFormat, CipDataFormatV2};
use super::{Arguments, function};
use crate::layout::{CLayout, Layout, Member, c_struct};
use crate::pcr::{Ipcr, Opcr};

/// A plug register as 61883.h passes it (`AV_PCR`): an oPCR or an iPCR, in host order.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(transparent)]
pub struct AvPcr(pub u32);

impl AvPcr {
    /// Read as the register of an output plug.
    #[must_use]
    pub const fn opcr(self) -> Opcr {
        Opcr(self.0)
    }

    /// Read as the register of an input plug.
    #[must_use]
    pub const fn ipcr(self) -> Ipcr {
        Ipcr(self.0)
    }
}

impl From<Opcr> for AvPcr {
    fn from(register: Opcr) -> Self {
        Self(register.0)
    }
}

impl From<Ipcr> for AvPcr {
    fn from(register: Ipcr) -> Self {
        Self(register.0)
    }
}

c_struct! {
    /// Arguments of [`function::GET_PLUG_HANDLE`] (`CMP_GET_PLUG_HANDLE`).
    GetPlugHandle = "_CMP_GET_PLUG_HANDLE", size 16, align 8 {
        /// In: plug number, 0..=30.
        plug_number: u32 = "PlugNum" @ 0,
        /// In: [`plug_type`](super::plug_type).
        plug_type: u32 = "Type" @ 4,
        /// Out: handle of the plug.
        handle: u64 = "hPlug" @ 8,
    }

    /// Arguments of [`function::GET_PLUG_STATE`] (`CMP_GET_PLUG_STATE`). The state may change
    /// at any time.
    GetPlugState = "_CMP_GET_PLUG_STATE", size 32, align 8 {
        /// In: handle of the plug.
        plug: u64 = "hPlug" @ 0,
        /// Out: [`plug_state`](super::plug_state).
        state: u32 = "State" @ 8,
        /// Out: [`speed`](super::speed).
        data_rate: u32 = "DataRate" @ 12,
        /// Out: payload of a packet, in quadlets as the oPCR holds it.
        payload: u32 = "Payload" @ 16,
        /// Out: broadcast connections, 0 or 1.
        broadcast_connections: u32 = "BC_Connections" @ 20,
        /// Out: point-to-point connections, 0..=63.
        point_to_point_connections: u32 = "PP_Connections" @ 24,
        /// Zero.
        _pad0: u32,
    }

    /// Arguments of [`function::CONNECT`], DDI version 3 (`CMP_CONNECT_VER3`).
    Connect = "_CMP_CONNECT_VER3", size 48, align 8 {
        /// In: handle of the output plug, or 0 for a connection of an input plug only.
        output_plug: u64 = "hOutputPlug" @ 0,
        /// In: handle of the input plug, or 0 for a connection of an output plug only.
        input_plug: u64 = "hInputPlug" @ 8,
        /// In: [`connect_type`](super::connect_type).
        connect_type: u32 = "Type" @ 16,
        /// In: format of the stream.
        format: CipDataFormat = "Format" @ 20,
        /// Out: handle of the connection.
        connection: u64 = "hConnect" @ 40,
    }

    /// Arguments of [`function::CONNECT`], DDI version 2 (`CMP_CONNECT_VER2`).
    ConnectV2 = "_CMP_CONNECT_VER2", size 48, align 8 {
        /// In: handle of the output plug, or 0 for a connection of an input plug only.
        output_plug: u64 = "hOutputPlug" @ 0,
        /// In: handle of the input plug, or 0 for a connection of an output plug only.
        input_plug: u64 = "hInputPlug" @ 8,
        /// In: [`connect_type`](super::connect_type).
        connect_type: u32 = "Type" @ 16,
        /// In: format of the stream.
        format: CipDataFormatV2 = "Format" @ 20,
        /// Zero.
        _pad0: u32,
        /// Out: handle of the connection.
        connection: u64 = "hConnect" @ 40,
    }

    /// Arguments of [`function::DISCONNECT`] (`CMP_DISCONNECT`).
    Disconnect = "_CMP_DISCONNECT", size 8, align 8 {
        /// In: handle of the connection; it names nothing any more when the request succeeds.
        connection: u64 = "hConnect" @ 0,
    }

    /// Arguments of [`function::CREATE_PLUG`] (`CMP_CREATE_PLUG`). Who creates a plug must
    /// delete it before the driver unloads.
    CreatePlug = "_CMP_CREATE_PLUG", size 40, align 8 {
        /// In: [`plug_type`](super::plug_type).
        plug_type: u32 = "PlugType" @ 0,
        /// In: first value of the register.
        pcr: AvPcr = "Pcr" @ 4,
        /// In: address of the routine `void (PCMP_NOTIFY_INFO)`, given a [`PlugNotifyInfo`]; it
        /// may be called at DISPATCH_LEVEL. 0 for none.
        notify: u64 = "pfnNotify" @ 8,
        /// In: `context` of what the routine is given.
        context: u64 = "Context" @ 16,
        /// Out: plug number.
        plug_number: u32 = "PlugNum" @ 24,
        /// Zero.
        _pad0: u32,
        /// Out: handle of the plug.
        plug: u64 = "hPlug" @ 32,
    }

    /// Arguments of [`function::DELETE_PLUG`] (`CMP_DELETE_PLUG`).
    DeletePlug = "_CMP_DELETE_PLUG", size 8, align 8 {
        /// In: handle of a plug that the caller created.
        plug: u64 = "hPlug" @ 0,
    }

    /// Arguments of [`function::SET_PLUG`] (`CMP_SET_PLUG`). A plug that the caller did not
    /// create is STATUS_ACCESS_DENIED.
    SetPlug = "_CMP_SET_PLUG", size 16, align 8 {
        /// In: handle of the plug.
        plug: u64 = "hPlug" @ 0,
        /// In: new value of the register.
        pcr: AvPcr = "Pcr" @ 8,
        /// Zero.
        _pad0: u32,
    }

    /// Arguments of [`function::MONITOR_PLUGS`] (`CMP_MONITOR_PLUGS`).
    MonitorPlugs = "_CMP_MONITOR_PLUGS", size 24, align 8 {
        /// In: [`monitor_notify`](super::monitor_notify).
        flags: u32 = "Flags" @ 0,
        /// Zero.
        _pad0: u32,
        /// In: address of the routine `void (PCMP_MONITOR_INFO)`, given a [`MonitorInfo`]; it
        /// may be called at DISPATCH_LEVEL.
        notify: u64 = "pfnNotify" @ 8,
        /// In: `context` of what the routine is given.
        context: u64 = "Context" @ 16,
    }

    /// What a plug's notify routine is given (`CMP_NOTIFY_INFO`).
    PlugNotifyInfo = "_CMP_NOTIFY_INFO", size 24, align 8 {
        /// Handle of the plug.
        plug: u64 = "hPlug" @ 0,
        /// Its register.
        pcr: AvPcr = "Pcr" @ 8,
        /// Zero.
        _pad0: u32,
        /// [`CreatePlug::context`].
        context: u64 = "Context" @ 16,
    }

    /// What a monitor routine is given (`CMP_MONITOR_INFO`).
    MonitorInfo = "_CMP_MONITOR_INFO", size 24, align 8 {
        /// What happened: [`monitor_state`](super::monitor_state).
        state: u32 = "State" @ 0,
        /// Plug number.
        plug_number: u32 = "PlugNum" @ 4,
        /// [`plug_type`](super::plug_type).
        plug_type: u32 = "PlugType" @ 8,
        /// The plug's register.
        pcr: AvPcr = "Pcr" @ 12,
        /// [`MonitorPlugs::context`].
        context: u64 = "Context" @ 16,
    }
}

impl Arguments for GetPlugHandle {
    const FUNCTION: u32 = function::GET_PLUG_HANDLE;
}

impl Arguments for GetPlugState {
    const FUNCTION: u32 = function::GET_PLUG_STATE;
}

impl Arguments for Connect {
    const FUNCTION: u32 = function::CONNECT;
}

impl Arguments for ConnectV2 {
    const FUNCTION: u32 = function::CONNECT;
}

impl Arguments for Disconnect {
    const FUNCTION: u32 = function::DISCONNECT;
}

impl Arguments for CreatePlug {
    const FUNCTION: u32 = function::CREATE_PLUG;
}

impl Arguments for DeletePlug {
    const FUNCTION: u32 = function::DELETE_PLUG;
}

impl Arguments for SetPlug {
    const FUNCTION: u32 = function::SET_PLUG;
}

impl Arguments for MonitorPlugs {
    const FUNCTION: u32 = function::MONITOR_PLUGS;
}

impl CLayout for Opcr {
    const C_LAYOUT: Layout = Layout {
        name: "_OPCR",
        size: size_of::<Self>(),
        align: align_of::<Self>(),
        members: &[
            Member::bits("Payload", 0, Self(0).with_payload(u16::MAX).0),
            Member::bits("OverheadID", 0, Self(0).with_overhead_id(u8::MAX).0),
            Member::bits("DataRate", 0, Self(0).with_data_rate(u8::MAX).0),
            Member::bits("Channel", 0, Self(0).with_channel(u8::MAX).0),
            Member::bits("Reserved", 0, Self(0).with_reserved(u8::MAX).0),
            Member::bits("PPCCounter", 0, Self(0).with_point_to_point(u8::MAX).0),
            Member::bits("BCCCounter", 0, Self(0).with_broadcast(u8::MAX).0),
            Member::bits("OnLine", 0, Self(0).with_online(u8::MAX).0),
        ],
    };
}

impl CLayout for Ipcr {
    const C_LAYOUT: Layout = Layout {
        name: "_IPCR",
        size: size_of::<Self>(),
        align: align_of::<Self>(),
        members: &[
            Member::bits("Reserved0", 0, Self(0).with_reserved0(u16::MAX).0),
            Member::bits("Channel", 0, Self(0).with_channel(u8::MAX).0),
            Member::bits("Reserved1", 0, Self(0).with_reserved1(u8::MAX).0),
            Member::bits("PPCCounter", 0, Self(0).with_point_to_point(u8::MAX).0),
            Member::bits("BCCCounter", 0, Self(0).with_broadcast(u8::MAX).0),
            Member::bits("OnLine", 0, Self(0).with_online(u8::MAX).0),
        ],
    };
}

/// The union inside `AV_PCR`.
pub(super) const AV_PCR_UNION: Layout = Layout {
    name: "_AV_PCR::(unnamed)",
    size: size_of::<AvPcr>(),
    align: align_of::<AvPcr>(),
    members: &[
        Member::whole("oPCR", 0, &Opcr::C_LAYOUT),
        Member::whole("iPCR", 0, &Ipcr::C_LAYOUT),
        Member::whole("ulongData", 0, &u32::C_LAYOUT),
    ],
};

impl CLayout for AvPcr {
    const C_LAYOUT: Layout = Layout {
        name: "_AV_PCR",
        size: size_of::<Self>(),
        align: align_of::<Self>(),
        members: &[Member::whole("", 0, &AV_PCR_UNION)],
    };
}
