//! Requests and replies as they stand in the buffers.

use plug61883_abi::status::NtStatus;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::VERSION;

/// A structure that starts with a [`Header`].
pub trait Request: FromBytes + IntoBytes + Immutable + KnownLayout + Copy {
    /// Its header.
    fn header(&self) -> &Header;
    /// The same with this header.
    #[must_use]
    fn with_header(self, header: Header) -> Self;

    /// The same, with the header that it needs.
    #[must_use]
    fn ready(self) -> Self {
        // No request is longer than 64 bytes.
        let size = size_of::<Self>() as u32;
        self.with_header(Header {
            size,
            version: VERSION,
            reserved: 0,
        })
    }
}

macro_rules! wire {
    (@request $name:ident { header: Header, $($rest:tt)* }) => {
        impl Request for $name {
            fn header(&self) -> &Header {
                &self.header
            }

            fn with_header(mut self, header: Header) -> Self {
                self.header = header;
                self
            }
        }
    };
    (@request $name:ident { $($rest:tt)* }) => {};
    ($($(#[$meta:meta])* $name:ident = $size:literal {
        $($(#[$fmeta:meta])* $field:ident: $ty:tt,)*
    })*) => {$(
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout,
        )]
        #[repr(C)]
        pub struct $name {
            $($(#[$fmeta])* pub $field: $ty,)*
        }

        const _: () = assert!(size_of::<$name>() == $size);

        impl Default for $name {
            fn default() -> Self {
                <Self as zerocopy::FromZeros>::new_zeroed()
            }
        }

        wire!(@request $name { $($field: $ty,)* });
    )*};
}

wire! {
    /// Starts every request.
    Header = 8 {
        /// Bytes of the whole request, this header included.
        size: u32,
        /// [`VERSION`].
        version: u16,
        /// Zero.
        reserved: u16,
    }

    /// A request that asks for nothing in particular.
    Query = 8 {
        /// Header.
        header: Header,
    }

    /// Reply of [`crate::SUMMARY`].
    Summary = 152 {
        /// Bus generation.
        generation: u32,
        /// Devices on the bus.
        units: u32,
        /// Node id of this computer, the isochronous resource manager.
        local_node: u16,
        /// Zero.
        reserved: u16,
        /// Bandwidth units that are free, of 4915.
        bandwidth: u32,
        /// Channels that are free: channel 0 in the most significant bit. Channel 31 never is.
        channels: u64,
        /// Connections that the protocol driver holds.
        connections: u32,
        /// Requests held.
        held: u32,
        /// Requests that wait for the delay of their answer.
        delayed: u32,
        /// Rules that no request has met.
        rules: u32,
        /// [`mode`].
        mode: u32,
        /// Delay of answers in milliseconds, in asynchronous mode.
        delay_ms: u32,
        /// DDI version of the protocol driver.
        ddi_version: u32,
        /// Requests seen, by function; the last entry counts [`ASYNC_READ`] and unknown functions.
        seen: SeenCounts,
        /// Zero.
        reserved2: u32,
    }

    /// Starts the reply of a list: the entries follow it, as many as fit.
    List = 8 {
        /// Entries that there are.
        total: u32,
        /// Entries that follow.
        count: u32,
    }

    /// A device.
    UnitEntry = 32 {
        /// EUI-64.
        eui64: u64,
        /// Its slot.
        slot: u32,
        /// Its node id.
        node: u16,
        /// Zero.
        reserved: u16,
        /// Output plugs.
        outputs: u32,
        /// Input plugs.
        inputs: u32,
        /// Speed of its plugs: 0 = S100, 1 = S200, 2 = S400.
        speed: u32,
        /// Zero.
        reserved2: u32,
    }

    /// A connection of the protocol driver.
    ConnectionEntry = 32 {
        /// Its place in the protocol driver's table.
        index: u32,
        /// Slot of the device through which it was made.
        unit: u32,
        /// Output plug.
        output: PlugPlace,
        /// Input plug.
        input: PlugPlace,
        /// Connection type of 61883.h: 0 = broadcast, 1 = point-to-point.
        connect_type: u32,
        /// Channel.
        channel: u32,
        /// Bandwidth that the connection itself holds, because it has no output plug.
        own_bandwidth: u32,
        /// Zero.
        reserved: u32,
    }

    /// A plug within an entry; both fields are [`NONE`] where there is none.
    PlugPlace = 4 {
        /// Slot of its device.
        unit: u16,
        /// Its number.
        number: u16,
    }

    /// Request of [`crate::READ_REGISTER`].
    ReadRequest = 24 {
        /// Header.
        header: Header,
        /// Address within the node, 48 bits.
        offset: u64,
        /// Node id.
        node: u16,
        /// Zero.
        reserved: u16,
        /// Zero.
        reserved2: u32,
    }

    /// Request of [`crate::LOCK_REGISTER`].
    LockRequest = 32 {
        /// Header.
        header: Header,
        /// Address within the node, 48 bits.
        offset: u64,
        /// Node id.
        node: u16,
        /// Zero.
        reserved: u16,
        /// Value that the register must have.
        old: u32,
        /// Value that it gets then.
        new: u32,
        /// Zero.
        reserved2: u32,
    }

    /// Reply of [`crate::READ_REGISTER`] and [`crate::LOCK_REGISTER`].
    RegisterReply = 8 {
        /// Response code of IEEE 1394: 0 = complete; [`NO_ACKNOWLEDGE`].
        response: u32,
        /// Value of the register; for a lock, the one before it.
        value: u32,
    }

    /// Request of [`crate::DROP`].
    DropRequest = 24 {
        /// Header.
        header: Header,
        /// [`drop_by`].
        by: u32,
        /// Index of the connection ([`drop_by::INDEX`]).
        index: u32,
        /// Output plug ([`drop_by::PLUGS`]): a field that is [`NONE`] fits any.
        output: PlugPlace,
        /// Input plug ([`drop_by::PLUGS`]): as the output plug.
        input: PlugPlace,
    }

    /// Reply that counts.
    CountReply = 8 {
        /// How many it were.
        count: u32,
        /// Zero.
        reserved: u32,
    }

    /// Request of [`crate::ADD_RULES`].
    RuleRequest = 24 {
        /// Header.
        header: Header,
        /// Function of 61883.h, [`ASYNC_READ`], or [`ANY_FUNCTION`].
        function: u32,
        /// [`action`].
        action: u32,
        /// Status of [`action::FAIL`].
        status: NtStatus,
        /// How many requests it is for, 1 at least.
        count: u32,
    }

    /// Request of [`crate::RELEASE`].
    ReleaseRequest = 16 {
        /// Header.
        header: Header,
        /// Function of 61883.h, [`ASYNC_READ`], or [`ANY_FUNCTION`].
        function: u32,
        /// How many requests, the oldest first; 0 for all.
        count: u32,
    }

    /// Request of [`crate::SET_MODE`].
    ModeRequest = 16 {
        /// Header.
        header: Header,
        /// [`mode`].
        mode: u32,
        /// Delay of answers in milliseconds, in asynchronous mode.
        delay_ms: u32,
    }

    /// Request of [`crate::SET_DDI_VERSION`].
    VersionRequest = 16 {
        /// Header.
        header: Header,
        /// DDI version, 2 or 3.
        ddi_version: u32,
        /// Zero.
        reserved: u32,
    }

    /// Reply of [`crate::BUS_RESET`].
    ResetReply = 8 {
        /// Bus generation now.
        generation: u32,
        /// Connections that could not be restored.
        lost: u32,
    }

    /// Request of [`crate::SET_ONLINE`].
    OnlineRequest = 24 {
        /// Header.
        header: Header,
        /// Slot of the device.
        unit: u32,
        /// Direction of the plug: 0 = output, 1 = input.
        direction: u32,
        /// Its number.
        number: u32,
        /// 1 = on-line, 0 = off-line.
        online: u32,
    }
}

/// Counts by function.
pub type SeenCounts = [u32; 24];

/// In a [`PlugPlace`]: nothing, or anything.
pub const NONE: u16 = u16::MAX;
/// In place of a function: any.
pub const ANY_FUNCTION: u32 = u32::MAX;
/// In place of a function of 61883.h: an asynchronous read over the bus.
pub const ASYNC_READ: u32 = 0x1394;
/// In a [`RegisterReply`]: no node answered.
pub const NO_ACKNOWLEDGE: u32 = u32::MAX;

impl PlugPlace {
    /// Nothing, or anything.
    pub const NONE: Self = Self {
        unit: NONE,
        number: NONE,
    };
}

/// What a [`DropRequest`] picks by.
pub mod drop_by {
    /// All connections.
    pub const ALL: u32 = 0;
    /// The one at an index.
    pub const INDEX: u32 = 1;
    /// Those of plugs.
    pub const PLUGS: u32 = 2;
}

/// What a rule does with a request.
pub mod action {
    /// Holds it; a cancel completes it.
    pub const HOLD: u32 = 0;
    /// Holds it; a cancel is not heard.
    pub const HOLD_UNCANCELLABLE: u32 = 1;
    /// Fails it, with nothing done.
    pub const FAIL: u32 = 2;
}

/// How requests are answered that no rule is for.
pub mod mode {
    /// Within the call.
    pub const SYNCHRONOUS: u32 = 0;
    /// From a timer.
    pub const ASYNCHRONOUS: u32 = 1;
}
