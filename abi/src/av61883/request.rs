//! The request that carries the arguments of every function.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::cip::{
    AttachFrame, CancelFrame, CipFrame, FrameNotifyInfo, Listen, Stop, Talk, ValidateInfo,
};
use super::cmp::{
    AV_PCR_UNION, AvPcr, Connect, ConnectV2, CreatePlug, DeletePlug, Disconnect, GetPlugHandle,
    GetPlugState, MonitorInfo, MonitorPlugs, PlugNotifyInfo, SetPlug,
};
use super::fcp::{
    FcpFrame, GetFcpRequest, GetFcpResponse, SendFcpRequest, SendFcpResponse, SetFcpNotify,
};
use super::format::{CipDataFormat, CipDataFormatV2};
use super::node::{CycleTime, NodeAddress};
use super::unit::{
    BusGenerationNode, BusResetNotify, CmpAddressType, GetUnitInfo, SetUnitDirectory, SetUnitInfo,
    UnitCapabilities, UnitDdiVersion, UnitDiagLevel, UnitIds, UnitIsochParams,
};
use crate::layout::{CLayout, Layout, Member};
use crate::pcr::{Ipcr, Opcr};

/// Bytes that the arguments of a request can take: the union of `AV_61883_REQUEST`.
pub const ARGUMENTS_SIZE: usize = 48;

/// The arguments of a function; they stand at the start of [`AvRequest::body`].
pub trait Arguments: FromBytes + IntoBytes + Immutable + KnownLayout + Copy {
    /// [`function`](super::function) that they are for.
    const FUNCTION: u32;
    /// Holds that they fit.
    const FITS: () = assert!(size_of::<Self>() <= ARGUMENTS_SIZE);
}

/// A request to the protocol driver (`AV_61883_REQUEST`). In non-paged memory while it is under
/// way.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(C)]
pub struct AvRequest {
    /// What is asked: [`function`](super::function).
    pub function: u32,
    /// DDI version that the caller speaks: [`DDI_VERSION_3`](super::DDI_VERSION_3) or
    /// [`DDI_VERSION_2`](super::DDI_VERSION_2).
    pub version: u32,
    /// Flags of the function; zero for most.
    pub flags: u32,
    /// Zero.
    pub _pad0: u32,
    /// Arguments of the function.
    pub body: [u64; 6],
}

impl AvRequest {
    /// A request for the function of `arguments`, with no flags.
    #[must_use]
    pub fn new<A: Arguments>(version: u32, arguments: A) -> Self {
        let mut request = Self {
            function: A::FUNCTION,
            version,
            flags: 0,
            _pad0: 0,
            body: [0; 6],
        };
        request.set_arguments(arguments);
        request
    }

    /// The body read as the arguments `A`, whatever the request's function.
    #[must_use]
    pub fn arguments<A: Arguments>(&self) -> A {
        let () = A::FITS;
        // `FITS` holds, so the body is never too short.
        match A::read_from_prefix(self.body.as_bytes()) {
            Ok((arguments, _)) => arguments,
            Err(_) => A::new_zeroed(),
        }
    }

    /// Writes `arguments` over the start of the body; the rest, the function and the flags stay.
    pub fn set_arguments<A: Arguments>(&mut self, arguments: A) {
        let () = A::FITS;
        // `FITS` holds, so the body is never too short.
        let _ = arguments.write_to_prefix(self.body.as_mut_bytes());
    }
}

const _: () = {
    assert!(size_of::<AvRequest>() == 64);
    assert!(align_of::<AvRequest>() == 8);
    assert!(core::mem::offset_of!(AvRequest, function) == 0);
    assert!(core::mem::offset_of!(AvRequest, version) == 4);
    assert!(core::mem::offset_of!(AvRequest, flags) == 8);
    assert!(core::mem::offset_of!(AvRequest, body) == 16);
    assert!(size_of::<[u64; 6]>() == ARGUMENTS_SIZE);
};

/// The two versions of `AV_61883_REQUEST` differ in what they call a connect.
macro_rules! request_layouts {
    ($($name:ident = $tag:literal, $union:ident = $union_tag:literal, $connect:ty;)*) => {$(
        const $union: Layout = Layout {
            name: $union_tag,
            size: size_of::<[u64; 6]>(),
            align: align_of::<[u64; 6]>(),
            members: &[
                Member::whole("GetUnitInfo", 0, &GetUnitInfo::C_LAYOUT),
                Member::whole("SetUnitInfo", 0, &SetUnitInfo::C_LAYOUT),
                Member::whole("GetPlugHandle", 0, &GetPlugHandle::C_LAYOUT),
                Member::whole("GetPlugState", 0, &GetPlugState::C_LAYOUT),
                Member::whole("Connect", 0, &<$connect>::C_LAYOUT),
                Member::whole("Disconnect", 0, &Disconnect::C_LAYOUT),
                Member::whole("AttachFrame", 0, &AttachFrame::C_LAYOUT),
                Member::whole("CancelFrame", 0, &CancelFrame::C_LAYOUT),
                Member::whole("Talk", 0, &Talk::C_LAYOUT),
                Member::whole("Listen", 0, &Listen::C_LAYOUT),
                Member::whole("Stop", 0, &Stop::C_LAYOUT),
                Member::whole("SendRequest", 0, &SendFcpRequest::C_LAYOUT),
                Member::whole("GetResponse", 0, &GetFcpResponse::C_LAYOUT),
                Member::whole("GetRequest", 0, &GetFcpRequest::C_LAYOUT),
                Member::whole("SendResponse", 0, &SendFcpResponse::C_LAYOUT),
                Member::whole("SetFcpNotify", 0, &SetFcpNotify::C_LAYOUT),
                Member::whole("CreatePlug", 0, &CreatePlug::C_LAYOUT),
                Member::whole("DeletePlug", 0, &DeletePlug::C_LAYOUT),
                Member::whole("SetPlug", 0, &SetPlug::C_LAYOUT),
                Member::whole("BusResetNotify", 0, &BusResetNotify::C_LAYOUT),
                Member::whole("SetUnitDirectory", 0, &SetUnitDirectory::C_LAYOUT),
                Member::whole("MonitorPlugs", 0, &MonitorPlugs::C_LAYOUT),
            ],
        };

        const $name: Layout = Layout {
            name: $tag,
            size: size_of::<AvRequest>(),
            align: align_of::<AvRequest>(),
            members: &[
                Member::whole("Function", core::mem::offset_of!(AvRequest, function), &u32::C_LAYOUT),
                Member::whole("Version", core::mem::offset_of!(AvRequest, version), &u32::C_LAYOUT),
                Member::whole("Flags", core::mem::offset_of!(AvRequest, flags), &u32::C_LAYOUT),
                Member::whole("", core::mem::offset_of!(AvRequest, body), &$union),
            ],
        };
    )*};
}

request_layouts! {
    REQUEST = "_AV_61883_REQUEST", REQUEST_UNION = "_AV_61883_REQUEST::(unnamed)", Connect;
    REQUEST_V2 = "_AV_61883_REQUEST_VER2",
        REQUEST_V2_UNION = "_AV_61883_REQUEST_VER2::(unnamed)", ConnectV2;
}

/// Every structure and union of 61883.h.
pub(super) const LAYOUTS: &[Layout] = &[
    REQUEST,
    REQUEST_UNION,
    REQUEST_V2,
    REQUEST_V2_UNION,
    AvPcr::C_LAYOUT,
    AV_PCR_UNION,
    BusGenerationNode::C_LAYOUT,
    BusResetNotify::C_LAYOUT,
    AttachFrame::C_LAYOUT,
    CancelFrame::C_LAYOUT,
    CipDataFormatV2::C_LAYOUT,
    CipDataFormat::C_LAYOUT,
    CipFrame::C_LAYOUT,
    Listen::C_LAYOUT,
    FrameNotifyInfo::C_LAYOUT,
    Stop::C_LAYOUT,
    Talk::C_LAYOUT,
    ValidateInfo::C_LAYOUT,
    ConnectV2::C_LAYOUT,
    Connect::C_LAYOUT,
    CreatePlug::C_LAYOUT,
    DeletePlug::C_LAYOUT,
    Disconnect::C_LAYOUT,
    GetPlugHandle::C_LAYOUT,
    GetPlugState::C_LAYOUT,
    MonitorInfo::C_LAYOUT,
    MonitorPlugs::C_LAYOUT,
    PlugNotifyInfo::C_LAYOUT,
    SetPlug::C_LAYOUT,
    CycleTime::C_LAYOUT,
    FcpFrame::C_LAYOUT,
    GetFcpRequest::C_LAYOUT,
    GetFcpResponse::C_LAYOUT,
    SendFcpRequest::C_LAYOUT,
    SendFcpResponse::C_LAYOUT,
    UnitCapabilities::C_LAYOUT,
    UnitIds::C_LAYOUT,
    GetUnitInfo::C_LAYOUT,
    Ipcr::C_LAYOUT,
    NodeAddress::C_LAYOUT,
    Opcr::C_LAYOUT,
    CmpAddressType::C_LAYOUT,
    SetFcpNotify::C_LAYOUT,
    SetUnitDirectory::C_LAYOUT,
    SetUnitInfo::C_LAYOUT,
    UnitDdiVersion::C_LAYOUT,
    UnitDiagLevel::C_LAYOUT,
    UnitIsochParams::C_LAYOUT,
];
