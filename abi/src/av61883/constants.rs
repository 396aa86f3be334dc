//! Constants of 61883.h, one module for each group.

/// A named value of 61883.h.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its name in 61883.h.
    pub name: &'static str,
    /// The value.
    pub value: u32,
}

/// Declares modules of `u32` constants. `values` exclude each other and get a function from
/// value to C name; `flags` may be combined. values after a `+` have no part in that.
macro_rules! constants {
    ($(
        $(#[$meta:meta])*
        $kind:ident $module:ident {
            $($(#[$cmeta:meta])* $name:ident = $cname:literal: $value:literal;)*
        } $(+ {
            $($(#[$bmeta:meta])* $bname:ident = $bcname:literal: $bvalue:literal;)*
        })?
    )*) => {$(
        $(#[$meta])*
        pub mod $module {
            use super::Named;

            $(
                $(#[$cmeta])*
                #[doc = concat!("(`", $cname, "`)")]
                pub const $name: u32 = $value;
            )*
            $($(
                $(#[$bmeta])*
                #[doc = concat!("(`", $bcname, "`)")]
                pub const $bname: u32 = $bvalue;
            )*)?

            /// Every constant of this module with its name in 61883.h.
            pub const TABLE: &[Named] = &[
                $(Named { name: $cname, value: $name },)*
                $($(Named { name: $bcname, value: $bname },)*)?
            ];

            constants!(@$kind $($name = $cname,)*);
        }
    )*};
    (@values $($name:ident = $cname:literal,)*) => {
        /// The name of a value in 61883.h; `None` for one that 61883.h does not have.
        #[must_use]
        pub const fn name(value: u32) -> Option<&'static str> {
            match value {
                $($name => Some($cname),)*
                _ => None,
            }
        }
    };
    (@flags $($name:ident = $cname:literal,)*) => {
        /// Every flag of this module together.
        pub const ALL: u32 = 0 $(| $name)*;
    };
}

constants! {
    /// `Function` of an [`AvRequest`](crate::av61883::AvRequest): what is asked of the protocol driver.
    values function {
        /// Read unit information; [`GetUnitInfo`](crate::av61883::GetUnitInfo).
        GET_UNIT_INFO = "Av61883_GetUnitInfo": 0;
        /// Set unit parameters; [`SetUnitInfo`](crate::av61883::SetUnitInfo).
        SET_UNIT_INFO = "Av61883_SetUnitInfo": 1;
        /// Set the register of a plug that the caller created; [`SetPlug`](crate::av61883::SetPlug).
        SET_PLUG = "Av61883_SetPlug": 2;
        /// Get the handle of a plug; [`GetPlugHandle`](crate::av61883::GetPlugHandle).
        GET_PLUG_HANDLE = "Av61883_GetPlugHandle": 3;
        /// Read the state of a plug; [`GetPlugState`](crate::av61883::GetPlugState).
        GET_PLUG_STATE = "Av61883_GetPlugState": 4;
        /// Make a connection; [`Connect`](crate::av61883::Connect), [`ConnectV2`](crate::av61883::ConnectV2).
        CONNECT = "Av61883_Connect": 5;
        /// Break a connection; [`Disconnect`](crate::av61883::Disconnect).
        DISCONNECT = "Av61883_Disconnect": 6;
        /// Queue a frame buffer on a connection; [`AttachFrame`](crate::av61883::AttachFrame).
        ATTACH_FRAME = "Av61883_AttachFrame": 7;
        /// Take a queued frame buffer back; [`CancelFrame`](crate::av61883::CancelFrame).
        CANCEL_FRAME = "Av61883_CancelFrame": 8;
        /// Start to transmit; [`Talk`](crate::av61883::Talk).
        TALK = "Av61883_Talk": 9;
        /// Start to receive; [`Listen`](crate::av61883::Listen).
        LISTEN = "Av61883_Listen": 10;
        /// Stop to transmit or receive; [`Stop`](crate::av61883::Stop).
        STOP = "Av61883_Stop": 11;
        /// Send an FCP command; [`SendFcpRequest`](crate::av61883::SendFcpRequest).
        SEND_FCP_REQUEST = "Av61883_SendFcpRequest": 12;
        /// Wait for an FCP response; [`GetFcpResponse`](crate::av61883::GetFcpResponse).
        GET_FCP_RESPONSE = "Av61883_GetFcpResponse": 13;
        /// Wait for an FCP command; [`GetFcpRequest`](crate::av61883::GetFcpRequest).
        GET_FCP_REQUEST = "Av61883_GetFcpRequest": 14;
        /// Send an FCP response; [`SendFcpResponse`](crate::av61883::SendFcpResponse).
        SEND_FCP_RESPONSE = "Av61883_SendFcpResponse": 15;
        /// Register for FCP frames; [`SetFcpNotify`](crate::av61883::SetFcpNotify).
        SET_FCP_NOTIFY = "Av61883_SetFcpNotify": 16;
        /// Create a plug on this computer; [`CreatePlug`](crate::av61883::CreatePlug).
        CREATE_PLUG = "Av61883_CreatePlug": 17;
        /// Delete a plug that the caller created; [`DeletePlug`](crate::av61883::DeletePlug).
        DELETE_PLUG = "Av61883_DeletePlug": 18;
        /// Register for bus resets; [`BusResetNotify`](crate::av61883::BusResetNotify).
        BUS_RESET_NOTIFY = "Av61883_BusResetNotify": 19;
        /// Reset the bus; [`BusReset`](crate::av61883::BusReset).
        BUS_RESET = "Av61883_BusReset": 20;
        /// Add or remove a unit directory of this computer's configuration ROM;
        /// [`SetUnitDirectory`](crate::av61883::SetUnitDirectory).
        SET_UNIT_DIRECTORY = "Av61883_SetUnitDirectory": 21;
        /// Register for accesses to this computer's plugs;
        /// [`MonitorPlugs`](crate::av61883::MonitorPlugs).
        MONITOR_PLUGS = "Av61883_MonitorPlugs": 22;
    } + {
        /// Number of functions, itself none.
        MAX = "Av61883_MAX": 23;
    }

    /// State of a plug, as [`GetPlugState`](crate::av61883::GetPlugState) gives it.
    values plug_state {
        /// Off-line, not connected.
        IDLE = "CMP_PLUG_STATE_IDLE": 0;
        /// On-line, not connected.
        READY = "CMP_PLUG_STATE_READY": 1;
        /// Connected while off-line.
        SUSPENDED = "CMP_PLUG_STATE_SUSPENDED": 2;
        /// On-line and connected.
        ACTIVE = "CMP_PLUG_STATE_ACTIVE": 3;
    }

    /// Data rate of a plug. These are not the speed flags of 1394.h.
    values speed {
        /// 98.304 Mbit/s.
        S100 = "CMP_SPEED_S100": 0;
        /// 196.608 Mbit/s.
        S200 = "CMP_SPEED_S200": 1;
        /// 393.216 Mbit/s.
        S400 = "CMP_SPEED_S400": 2;
    }

    /// Where a plug is (`CMP_PLUG_LOCATION`).
    values plug_location {
        /// On this computer.
        LOCAL = "CMP_PlugLocal": 0;
        /// On the device.
        REMOTE = "CMP_PlugRemote": 1;
    }

    /// Direction of a plug (`CMP_PLUG_TYPE`); typed: [`Direction`](crate::ids::Direction).
    values plug_type {
        /// Output plug: an oPCR, sends onto the bus.
        OUT = "CMP_PlugOut": 0;
        /// Input plug: an iPCR, receives from the bus.
        IN = "CMP_PlugIn": 1;
    }

    /// Kind of a connection (`CMP_CONNECT_TYPE`).
    values connect_type {
        /// Broadcast-out or broadcast-in connection: one plug, anyone may break it.
        BROADCAST = "CMP_Broadcast": 0;
        /// Point-to-point connection of an output plug and an input plug.
        POINT_TO_POINT = "CMP_PointToPoint": 1;
    }

    /// `Flags` of a request [`function::GET_UNIT_INFO`] at level
    /// [`unit_info_level::CAPABILITIES`]: whose information is read.
    values unit_info_flags {
        /// The device's.
        DEVICE = "RETRIEVE_DEVICE_UNIT_INFO": 0;
        /// This computer's.
        LOCAL = "RETRIEVE_LOCAL_UNIT_INFO": 1;
    }

    /// Bits of [`UnitDiagLevel`](crate::av61883::UnitDiagLevel).
    flags diag_level {
        /// None of the others.
        NONE = "DIAGLEVEL_NONE": 0x00;
        /// Do not program the device's oPCR.
        IGNORE_OPLUG = "DIAGLEVEL_IGNORE_OPLUG": 0x01;
        /// Do not program the device's iPCR.
        IGNORE_IPLUG = "DIAGLEVEL_IGNORE_IPLUG": 0x02;
        /// Set the channel to 63 when disconnecting.
        SET_CHANNEL_63 = "DIAGLEVEL_SET_CHANNEL_63": 0x04;
        /// Do not free isochronous resources when disconnecting the device's iPCR.
        IPCR_IGNORE_FREE = "DIAGLEVEL_IPCR_IGNORE_FREE": 0x08;
        /// Hide the device's output plugs. Not documented; the meaning is that of the name.
        HIDE_OPLUG = "DIAGLEVEL_HIDE_OPLUG": 0x10;
        /// Always allocate isochronous resources for the device's iPCR. Not documented; the
        /// meaning is that of the name.
        IPCR_ALWAYS_ALLOC = "DIAGLEVEL_IPCR_ALWAYS_ALLOC": 0x20;
        /// The caller specifies the block size. Not documented; the meaning is that of the name.
        SPECIFY_BLOCK_SIZE = "DIAGLEVEL_SPECIFY_BLOCKSIZE": 0x40;
    }

    /// `nLevel` of [`GetUnitInfo`](crate::av61883::GetUnitInfo): what `information` points to.
    values unit_info_level {
        /// [`UnitIds`](crate::av61883::UnitIds).
        IDS = "GET_UNIT_INFO_IDS": 1;
        /// [`UnitCapabilities`](crate::av61883::UnitCapabilities).
        CAPABILITIES = "GET_UNIT_INFO_CAPABILITIES": 2;
        /// [`UnitIsochParams`](crate::av61883::UnitIsochParams).
        ISOCH_PARAMS = "GET_UNIT_INFO_ISOCH_PARAMS": 3;
        /// [`BusGenerationNode`](crate::av61883::BusGenerationNode).
        BUS_GENERATION_NODE = "GET_UNIT_BUS_GENERATION_NODE": 4;
        /// [`UnitDdiVersion`](crate::av61883::UnitDdiVersion).
        DDI_VERSION = "GET_UNIT_DDI_VERSION": 5;
        /// [`UnitDiagLevel`](crate::av61883::UnitDiagLevel).
        DIAG_LEVEL = "GET_UNIT_DIAG_LEVEL": 6;
    }

    /// `nLevel` of [`SetUnitInfo`](crate::av61883::SetUnitInfo): what `information` points to.
    values set_unit_info_level {
        /// [`UnitDiagLevel`](crate::av61883::UnitDiagLevel).
        DIAG_LEVEL = "SET_UNIT_INFO_DIAG_LEVEL": 1;
        /// [`UnitIsochParams`](crate::av61883::UnitIsochParams).
        ISOCH_PARAMS = "SET_UNIT_INFO_ISOCH_PARAMS": 2;
        /// [`CmpAddressType`](crate::av61883::CmpAddressType).
        CMP_ADDRESS_RANGE_TYPE = "SET_CMP_ADDRESS_RANGE_TYPE": 3;
    }

    /// Who can reach this computer's plugs; [`CmpAddressType`](crate::av61883::CmpAddressType).
    values address_type {
        /// Every node of the bus; the default.
        GLOBAL = "CMP_ADDRESS_TYPE_GLOBAL": 1;
        /// Only the device that the driver is loaded for. To be set before plugs are created.
        EXCLUSIVE = "CMP_ADDRESS_TYPE_EXCLUSIVE": 2;
    }

    /// `hardware_flags` of [`UnitCapabilities`](crate::av61883::UnitCapabilities).
    flags hardware_flags {
        /// The host double-buffers DMA: packets times packet size of
        /// [`UnitIsochParams`](crate::av61883::UnitIsochParams) may be 64 KiB at most.
        DMA_DOUBLE_BUFFERING = "AV_HOST_DMA_DOUBLE_BUFFERING_ENABLED": 1;
    }

    /// Time of a data block of DV streams in ticks of the 1394 clock (24.576 MHz): whole ticks
    /// and the rest in billionths of a tick, as [`CipDataFormat`](crate::av61883::CipDataFormat) holds them.
    values block_period {
        /// Whole ticks, 525 lines at 60 Hz.
        DVCR_525_60 = "CDF_DVCR_525_60_BLOCK_PERIOD": 3280;
        /// Remainder, 525 lines at 60 Hz.
        DVCR_525_60_REMAINDER = "CDF_DVCR_525_60_BLOCK_PERIOD_REMAINDER": 76_800_000;
        /// Whole ticks, 625 lines at 50 Hz.
        DVCR_625_50 = "CDF_DVCR_625_50_BLOCK_PERIOD": 3276;
        /// Remainder, 625 lines at 50 Hz.
        DVCR_625_50_REMAINDER = "CDF_DVCR_625_50_BLOCK_PERIOD_REMAINDER": 800_000_000;
    }

    /// Flags of [`BusResetNotify`](crate::av61883::BusResetNotify).
    flags bus_reset_notify {
        /// Call the routine after every bus reset.
        REGISTER = "REGISTER_BUS_RESET_NOTIFY": 1;
        /// Call it no more.
        DEREGISTER = "DEREGISTER_BUS_RESET_NOTIFY": 2;
    }

    /// Flags of [`SetUnitDirectory`](crate::av61883::SetUnitDirectory).
    flags unit_directory {
        /// Add a unit directory.
        ADD = "ADD_UNIT_DIRECTORY_ENTRY": 1;
        /// Remove one.
        REMOVE = "REMOVE_UNIT_DIRECTORY_ENTRY": 2;
        /// Reset the bus afterwards, so that other nodes read the ROM again.
        BUS_RESET_AFTER = "ISSUE_BUS_RESET_AFTER_MODIFY": 4;
    }

    /// `state` of [`MonitorInfo`](crate::av61883::MonitorInfo): what happened to the plug.
    flags monitor_state {
        /// It was created.
        CREATED = "MONITOR_STATE_CREATED": 1;
        /// It was removed.
        REMOVED = "MONITOR_STATE_REMOVED": 2;
        /// Its register was written.
        UPDATED = "MONITOR_STATE_UPDATED": 4;
    }

    /// Flags of [`MonitorPlugs`](crate::av61883::MonitorPlugs).
    flags monitor_notify {
        /// Call the routine for every access to a plug of this computer.
        REGISTER = "REGISTER_MONITOR_PLUG_NOTIFY": 1;
        /// Call it no more.
        DEREGISTER = "DEREGISTER_MONITOR_PLUG_NOTIFY": 2;
    }

    /// Flags of a [`CipFrame`](crate::av61883::CipFrame).
    flags frame_flags {
        /// Receive: validate the first source packet of the frame.
        VALIDATE_FIRST_SOURCE = "CIP_VALIDATE_FIRST_SOURCE": 0x01;
        /// Receive: validate every source packet.
        VALIDATE_ALL_SOURCE = "CIP_VALIDATE_ALL_SOURCE": 0x02;
        /// Receive: leave the source packet headers out of the buffer.
        STRIP_SOURCE_HEADER = "CIP_STRIP_SOURCE_HEADER": 0x04;
        /// Receive: take the time stamp from the source packet header.
        USE_SOURCE_HEADER_TIMESTAMP = "CIP_USE_SOURCE_HEADER_TIMESTAMP": 0x08;
        /// Transmit: the time stamp is formed as DV devices want it.
        DV_STYLE_SYT = "CIP_DV_STYLE_SYT": 0x10;
        /// Transmit: the time stamp is formed as audio devices want it.
        AUDIO_STYLE_SYT = "CIP_AUDIO_STYLE_SYT": 0x20;
        /// A stream that was stopped goes on at the start of the frame, not at the next source
        /// packet.
        RESET_ON_DISCONTINUITY = "CIP_RESET_FRAME_ON_DISCONTINUITY": 0x40;
    }

    /// `status` of a completed [`CipFrame`](crate::av61883::CipFrame).
    values frame_status {
        /// Complete.
        SUCCESS = "CIP_STATUS_SUCCESS": 0;
        /// Data is missing.
        CORRUPT_FRAME = "CIP_STATUS_CORRUPT_FRAME": 1;
        /// The first frame of the stream.
        FIRST_FRAME = "CIP_STATUS_FIRST_FRAME": 2;
    }

    /// `Flags` of a request [`function::TALK`].
    flags talk_flags {
        /// Send by the time stamps of the source packet headers.
        USE_SPH_TIMESTAMP = "CIP_TALK_USE_SPH_TIMESTAMP": 1;
        /// Double-buffer the attached frames.
        DOUBLE_BUFFER = "CIP_TALK_DOUBLE_BUFFER": 2;
        /// Blocking mode: as many blocks in each packet as
        /// [`CipDataFormat`](crate::av61883::CipDataFormat) says.
        BLOCKING_MODE = "CIP_TALK_BLOCKING_MODE": 4;
    }

    /// Flags of [`SetFcpNotify`](crate::av61883::SetFcpNotify).
    flags fcp_notify {
        /// No notification any more.
        DEREGISTER = "DEREGISTER_FCP_NOTIFY": 0;
        /// FCP responses are queued for the caller.
        REGISTER_RESPONSE = "REGISTER_FCP_RESPONSE_NOTIFY": 1;
        /// FCP commands are queued for the caller.
        REGISTER_REQUEST = "REGISTER_FCP_REQUEST_NOTIFY": 2;
    }
}
