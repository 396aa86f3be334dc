//! Streams: frames of isochronous data on a connection.

use super::node::CycleTime;
use super::{Arguments, function};
use crate::layout::c_struct;

c_struct! {
    /// Arguments of [`function::ATTACH_FRAME`] (`CIP_ATTACH_FRAME`).
    AttachFrame = "_CIP_ATTACH_FRAME", size 24, align 8 {
        /// Handle of the connection.
        connection: u64 = "hConnect" @ 0,
        /// Bytes of the frame, a multiple of the source packet's.
        frame_length: u32 = "FrameLength" @ 8,
        /// Bytes of a source packet.
        source_length: u32 = "SourceLength" @ 12,
        /// Address of a [`CipFrame`] in non-paged memory; the protocol driver owns it until its
        /// notify routine is called.
        frame: u64 = "Frame" @ 16,
    }

    /// Arguments of [`function::CANCEL_FRAME`] (`CIP_CANCEL_FRAME`). A frame that is done is
    /// STATUS_NOT_FOUND.
    CancelFrame = "_CIP_CANCEL_FRAME", size 16, align 8 {
        /// Handle of the connection.
        connection: u64 = "hConnect" @ 0,
        /// Address of the attached [`CipFrame`].
        frame: u64 = "Frame" @ 8,
    }

    /// Arguments of [`function::TALK`] (`CIP_TALK`); the request's flags are
    /// [`talk_flags`](super::talk_flags). Without frames, empty packets are sent.
    Talk = "_CIP_TALK", size 8, align 8 {
        /// Handle of the connection.
        connection: u64 = "hConnect" @ 0,
    }

    /// Arguments of [`function::LISTEN`] (`CIP_LISTEN`).
    Listen = "_CIP_LISTEN", size 8, align 8 {
        /// Handle of the connection.
        connection: u64 = "hConnect" @ 0,
    }

    /// Arguments of [`function::STOP`] (`CIP_STOP`).
    Stop = "_CIP_STOP", size 8, align 8 {
        /// Handle of the connection.
        connection: u64 = "hConnect" @ 0,
    }

    /// A frame buffer and what becomes of it (`CIP_FRAME`). Its routines are called at
    /// DISPATCH_LEVEL.
    CipFrame = "_CIP_FRAME", size 72, align 8 {
        /// The protocol driver's own.
        next: u64 = "pNext" @ 0,
        /// [`frame_flags`](super::frame_flags).
        flags: u32 = "Flags" @ 8,
        /// Zero.
        _pad0: u32,
        /// Address of the routine `ULONG (PCIP_VALIDATE_INFO)`, given a [`ValidateInfo`]; it
        /// returns 0 for a good source packet. 0 for none.
        validate: u64 = "pfnValidate" @ 16,
        /// `context` of what it is given.
        validate_context: u64 = "ValidateContext" @ 24,
        /// Address of the routine `ULONG (PCIP_NOTIFY_INFO)`, given a [`FrameNotifyInfo`], called
        /// when the frame is done.
        notify: u64 = "pfnNotify" @ 32,
        /// `context` of what it is given.
        notify_context: u64 = "NotifyContext" @ 40,
        /// Receiving: when the frame was complete. Transmitting: its time stamp.
        timestamp: CycleTime = "Timestamp" @ 48,
        /// [`frame_status`](super::frame_status).
        status: u32 = "Status" @ 52,
        /// Address of the caller's data, [`AttachFrame::frame_length`] bytes.
        packet: u64 = "Packet" @ 56,
        /// Bytes done.
        completed_bytes: u32 = "CompletedBytes" @ 64,
        /// Zero.
        _pad1: u32,
    }

    /// What a frame's notify routine is given (`CIP_NOTIFY_INFO`).
    FrameNotifyInfo = "_CIP_NOTIFY_INFO", size 24, align 8 {
        /// Handle of the connection.
        connection: u64 = "hConnect" @ 0,
        /// [`CipFrame::notify_context`].
        context: u64 = "Context" @ 8,
        /// Address of the frame.
        frame: u64 = "Frame" @ 16,
    }

    /// What a frame's validate routine is given (`CIP_VALIDATE_INFO`).
    ValidateInfo = "_CIP_VALIDATE_INFO", size 32, align 8 {
        /// Handle of the connection.
        connection: u64 = "hConnect" @ 0,
        /// [`CipFrame::validate_context`].
        context: u64 = "Context" @ 8,
        /// Time stamp of the source packet.
        timestamp: CycleTime = "TimeStamp" @ 16,
        /// Zero.
        _pad0: u32,
        /// Address of the source packet.
        packet: u64 = "Packet" @ 24,
    }
}

impl Arguments for AttachFrame {
    const FUNCTION: u32 = function::ATTACH_FRAME;
}

impl Arguments for CancelFrame {
    const FUNCTION: u32 = function::CANCEL_FRAME;
}

impl Arguments for Talk {
    const FUNCTION: u32 = function::TALK;
}

impl Arguments for Listen {
    const FUNCTION: u32 = function::LISTEN;
}

impl Arguments for Stop {
    const FUNCTION: u32 = function::STOP;
}
