//! The interface of the protocol driver, 61883.sys, as 61883.h declares it: DDI versions 3
//! and 2, on 64-bit kernels (x64 and ARM64; the layout is the same).
//!
//! A driver sends an internal device control IRP with the code [`IOCTL_61883_CLASS`], whose
//! `Parameters.Others.Argument1` points to an [`AvRequest`]. The protocol driver reads its
//! arguments from it and writes its answers to the same place. Pointers, routines and handles are
//! `u64` here, so the same types serve a simulation, a test and the kernel.

mod cip;
mod cmp;
mod constants;
mod fcp;
mod format;
mod node;
mod request;
mod unit;

pub use cip::{
    AttachFrame, CancelFrame, CipFrame, FrameNotifyInfo, Listen, Stop, Talk, ValidateInfo,
};
pub use cmp::{
    AvPcr, Connect, ConnectV2, CreatePlug, DeletePlug, Disconnect, GetPlugHandle, GetPlugState,
    MonitorInfo, MonitorPlugs, PlugNotifyInfo, SetPlug,
};
pub use constants::*;
pub use fcp::{
    FCP_FRAME_LENGTH, FcpFrame, GetFcpRequest, GetFcpResponse, SendFcpRequest, SendFcpResponse,
    SetFcpNotify,
};
pub use format::{CipDataFormat, CipDataFormatV2};
pub use node::{CycleTime, NodeAddress};
pub use request::{ARGUMENTS_SIZE, Arguments, AvRequest};
pub use unit::{
    BusGenerationNode, BusReset, BusResetNotify, CmpAddressType, GetUnitInfo, SetUnitDirectory,
    SetUnitInfo, UnitCapabilities, UnitDdiVersion, UnitDiagLevel, UnitIds, UnitIsochParams,
};

/// Control code of the internal IRP that carries an [`AvRequest`]:
/// `CTL_CODE(FILE_DEVICE_UNKNOWN, 0x91, METHOD_IN_DIRECT, FILE_ANY_ACCESS)`.
pub const IOCTL_61883_CLASS: u32 = 0x0022_0245;
/// DDI version 2.
pub const DDI_VERSION_2: u32 = 2;
/// DDI version 3, which adds blocking mode.
pub const DDI_VERSION_3: u32 = 3;
/// `CURRENT_61883_DDI_VERSION`.
pub const CURRENT_DDI_VERSION: u32 = DDI_VERSION_3;

/// Interface class of the units that 61883.sys drives (`GUID_61883_CLASS`),
/// {7EBEFBC0-3200-11D2-B4C2-00A0C9697D07}: `Data1`, `Data2`, `Data3`, `Data4` of a GUID.
pub const GUID_61883_CLASS: (u32, u16, u16, [u8; 8]) = (
    0x7EBE_FBC0,
    0x3200,
    0x11D2,
    [0xB4, 0xC2, 0x00, 0xA0, 0xC9, 0x69, 0x7D, 0x07],
);

/// Hardware IDs to which Windows' 61883.inf binds 61883.sys: units on the bus (`1394\`) and
/// virtual ones (`V1394\`) whose unit directory has the specifier 00A02D (1394 Trade Association)
/// and the software version 0x010000 or 0x010001 (AV/C).
pub const HARDWARE_IDS: [&str; 4] = [
    r"1394\A02D&10000",
    r"1394\A02D&10001",
    r"V1394\A02D&10000",
    r"V1394\A02D&10001",
];

/// Every layout that this module describes.
pub const LAYOUTS: &[crate::layout::Layout] = request::LAYOUTS;
