//! Function control protocol (FCP, IEC 61883-1 clause 9): AV/C commands and responses.

use zerocopy::{FromBytes, FromZeros, Immutable, IntoBytes, KnownLayout};

use super::node::NodeAddress;
use super::{Arguments, function};
use crate::layout::{CLayout, Layout, Member, c_struct};

/// Longest FCP frame in bytes.
pub const FCP_FRAME_LENGTH: usize = 512;

/// An FCP frame (`FCP_FRAME`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct FcpFrame {
    /// Command or response type in bits 0..=3, command and transaction set in bits 4..=7.
    pub header: u8,
    /// What the command set defines.
    pub payload: [u8; 511],
}

impl FcpFrame {
    /// The header of command or response type `ctype` in the set `cts`; 4 bits each, bits
    /// beyond are cut off.
    #[must_use]
    pub const fn header(ctype: u8, cts: u8) -> u8 {
        (ctype & 0xF) | ((cts & 0xF) << 4)
    }

    /// Command or response type, 0..=15.
    #[must_use]
    pub const fn ctype(&self) -> u8 {
        self.header & 0xF
    }

    /// Command and transaction set, 0..=15; 0 is AV/C.
    #[must_use]
    pub const fn cts(&self) -> u8 {
        self.header >> 4
    }
}

impl Default for FcpFrame {
    fn default() -> Self {
        Self::new_zeroed()
    }
}

const _: () = {
    assert!(size_of::<FcpFrame>() == FCP_FRAME_LENGTH);
    assert!(align_of::<FcpFrame>() == 1);
    assert!(core::mem::offset_of!(FcpFrame, payload) == 1);
};

impl CLayout for FcpFrame {
    const C_LAYOUT: Layout = Layout {
        name: "_FCP_FRAME",
        size: size_of::<Self>(),
        align: align_of::<Self>(),
        members: &[
            Member::bits("ctype", 0, Self::header(u8::MAX, 0) as u32),
            Member::bits("cts", 0, Self::header(0, u8::MAX) as u32),
            Member::whole(
                "payload",
                core::mem::offset_of!(Self, payload),
                &<[u8; 511] as CLayout>::C_LAYOUT,
            ),
        ],
    };
}

c_struct! {
    /// Arguments of [`function::SEND_FCP_REQUEST`] (`FCP_SEND_REQUEST`).
    SendFcpRequest = "_FCP_SEND_REQUEST", size 16, align 8 {
        /// In: who the command is for; used by virtual devices only.
        node: NodeAddress = "NodeAddress" @ 0,
        /// Zero.
        _pad0: u16,
        /// In: bytes of the frame, its header included.
        length: u32 = "Length" @ 4,
        /// In: address of the [`FcpFrame`].
        frame: u64 = "Frame" @ 8,
    }

    /// Arguments of [`function::GET_FCP_RESPONSE`] (`FCP_GET_RESPONSE`). Pends until there is a
    /// response.
    GetFcpResponse = "_FCP_GET_RESPONSE", size 16, align 8 {
        /// Out: who sent it; used by virtual devices only.
        node: NodeAddress = "NodeAddress" @ 0,
        /// Zero.
        _pad0: u16,
        /// In: bytes that the frame can take. Out: bytes of the response.
        length: u32 = "Length" @ 4,
        /// In: address of the [`FcpFrame`] to fill.
        frame: u64 = "Frame" @ 8,
    }

    /// Arguments of [`function::GET_FCP_REQUEST`] (`FCP_GET_REQUEST`). Pends until there is a
    /// command.
    GetFcpRequest = "_FCP_GET_REQUEST", size 16, align 8 {
        /// Out: who sent it, to be passed to [`SendFcpResponse`]; used by virtual devices only.
        node: NodeAddress = "NodeAddress" @ 0,
        /// Zero.
        _pad0: u16,
        /// In: bytes that the frame can take. Out: bytes of the command.
        length: u32 = "Length" @ 4,
        /// In: address of the [`FcpFrame`] to fill.
        frame: u64 = "Frame" @ 8,
    }

    /// Arguments of [`function::SEND_FCP_RESPONSE`] (`FCP_SEND_RESPONSE`).
    SendFcpResponse = "_FCP_SEND_RESPONSE", size 16, align 8 {
        /// In: who sent the command; used by virtual devices only.
        node: NodeAddress = "NodeAddress" @ 0,
        /// Zero.
        _pad0: u16,
        /// In: bytes of the frame, its header included.
        length: u32 = "Length" @ 4,
        /// In: address of the [`FcpFrame`].
        frame: u64 = "Frame" @ 8,
    }

    /// Arguments of [`function::SET_FCP_NOTIFY`] (`SET_FCP_NOTIFY`). Who registers must
    /// deregister before the driver unloads.
    SetFcpNotify = "_SET_FCP_NOTIFY", size 8, align 4 {
        /// In: [`fcp_notify`](super::fcp_notify).
        flags: u32 = "Flags" @ 0,
        /// Reserved.
        node: NodeAddress = "NodeAddress" @ 4,
        /// Zero.
        _pad0: u16,
    }
}

impl Arguments for SendFcpRequest {
    const FUNCTION: u32 = function::SEND_FCP_REQUEST;
}

impl Arguments for GetFcpResponse {
    const FUNCTION: u32 = function::GET_FCP_RESPONSE;
}

impl Arguments for GetFcpRequest {
    const FUNCTION: u32 = function::GET_FCP_REQUEST;
}

impl Arguments for SendFcpResponse {
    const FUNCTION: u32 = function::SEND_FCP_RESPONSE;
}

impl Arguments for SetFcpNotify {
    const FUNCTION: u32 = function::SET_FCP_NOTIFY;
}
