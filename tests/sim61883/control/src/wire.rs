//! Requests and replies as they stand in the buffers.

use plug61883_abi::status::NtStatus;
use test_control::{Header, wire};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::VERSION;
use crate::values::NONE;

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
        self.with_header(Header::of::<Self>(VERSION))
    }
}

wire! {
    /// A request that asks for nothing in particular.
    Query = 8 {
        /// Header.
        header: Header,
    }

    /// Reply of [`crate::SUMMARY`].
    Summary = 176 {
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
        /// [`crate::mode`].
        mode: u32,
        /// Delay of answers in milliseconds, in asynchronous mode.
        delay_ms: u32,
        /// DDI version of the protocol driver.
        ddi_version: u32,
        /// Requests seen, by function; the last entry counts [`crate::ASYNC_READ`] and unknown
        /// functions.
        seen: SeenCounts,
        /// Plugs of this computer.
        local_plugs: u32,
        /// Unit directories of this computer.
        directories: u32,
        /// Whether the drivers' routines are not called now: 1 or 0.
        callbacks_held: u32,
        /// How long after its reason a routine is called, in milliseconds.
        callbacks_delay_ms: u32,
        /// Calls that wait.
        callbacks_waiting: u32,
        /// Calls made.
        callbacks_made: u32,
        /// Calls lost, because too many waited.
        callbacks_lost: u32,
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
        /// Whether the next bus reset is to lose it: 1 or 0.
        doomed: u32,
    }

    /// A plug of this computer.
    LocalPlugEntry = 24 {
        /// Slot of the device through which it was created.
        unit: u32,
        /// Its direction: 0 = output, 1 = input.
        direction: u32,
        /// Its number.
        number: u32,
        /// Its register.
        register: u32,
        /// Whether its creator is told of changes: 1 or 0.
        notified: u32,
        /// Zero.
        reserved: u32,
    }

    /// A unit directory of this computer.
    DirectoryEntry = 16 {
        /// Its place in the protocol driver's table.
        index: u32,
        /// Slot of the device through which it was added.
        unit: u32,
        /// Unit_Spec_ID.
        unit_spec_id: u32,
        /// Unit_SW_Version.
        unit_sw_version: u32,
    }

    /// What drivers registered, made and set through a unit and have not undone.
    RegistrationsEntry = 56 {
        /// Slot of the device.
        unit: u32,
        /// Routines registered for bus resets.
        bus_resets: u32,
        /// Routines registered for all plugs of this computer.
        monitors: u32,
        /// Plugs of this computer with a notify routine.
        plug_notifies: u32,
        /// Calls that wait for any of these routines.
        callbacks_waiting: u32,
        /// Plugs of this computer.
        local_plugs: u32,
        /// Unit directories.
        directories: u32,
        /// Connections.
        connections: u32,
        /// Diagnostic level of 61883.h.
        diag_level: u32,
        /// Address type of 61883.h: 1 = global, 2 = exclusive.
        address_type: u32,
        /// Packets for each descriptor, receiving.
        rx_num_packets: u32,
        /// Descriptors, receiving.
        rx_num_descriptors: u32,
        /// Packets for each descriptor, transmitting.
        tx_num_packets: u32,
        /// Descriptors, transmitting.
        tx_num_descriptors: u32,
    }

    /// A plug within an entry; both fields are [`NONE`] where there is none.
    PlugPlace = 4 {
        /// Slot of its device, or [`crate::LOCAL`].
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
        /// Response code of IEEE 1394: 0 = complete; [`crate::NO_ACKNOWLEDGE`].
        response: u32,
        /// Value of the register; for a lock, the one before it.
        value: u32,
    }

    /// Request of [`crate::DROP`] and [`crate::LOSE_AT_RESET`].
    DropRequest = 24 {
        /// Header.
        header: Header,
        /// [`crate::drop_by`].
        by: u32,
        /// Index of the connection ([`crate::drop_by::INDEX`]).
        index: u32,
        /// Output plug ([`crate::drop_by::PLUGS`]): a field that is [`NONE`] fits any.
        output: PlugPlace,
        /// Input plug ([`crate::drop_by::PLUGS`]): as the output plug.
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
        /// Function of 61883.h, [`crate::ASYNC_READ`], or [`crate::ANY_FUNCTION`].
        function: u32,
        /// [`crate::action`].
        action: u32,
        /// Status of [`crate::action::FAIL`].
        status: NtStatus,
        /// How many requests it is for, 1 at least.
        count: u32,
    }

    /// Request of [`crate::RELEASE`].
    ReleaseRequest = 16 {
        /// Header.
        header: Header,
        /// Function of 61883.h, [`crate::ASYNC_READ`], or [`crate::ANY_FUNCTION`].
        function: u32,
        /// How many requests, the oldest first; 0 for all.
        count: u32,
    }

    /// Request of [`crate::SET_MODE`].
    ModeRequest = 16 {
        /// Header.
        header: Header,
        /// [`crate::mode`].
        mode: u32,
        /// Delay of answers in milliseconds, in asynchronous mode.
        delay_ms: u32,
    }

    /// Request of [`crate::SET_DDI_VERSION`].
    VersionRequest = 16 {
        /// Header.
        header: Header,
        /// DDI version, 1 to 3.
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

    /// Request of [`crate::SET_CALLBACKS`].
    CallbacksRequest = 16 {
        /// Header.
        header: Header,
        /// [`crate::callbacks`].
        action: u32,
        /// How long after its reason a routine is called, in milliseconds
        /// ([`crate::callbacks::DELAY`]).
        delay_ms: u32,
    }
}

macro_rules! requests {
    ($($name:ident,)*) => {$(
        impl Request for $name {
            fn header(&self) -> &Header {
                &self.header
            }

            fn with_header(mut self, header: Header) -> Self {
                self.header = header;
                self
            }
        }
    )*};
}

requests! {
    Query,
    ReadRequest,
    LockRequest,
    DropRequest,
    RuleRequest,
    ReleaseRequest,
    ModeRequest,
    VersionRequest,
    OnlineRequest,
    CallbacksRequest,
}

/// Counts by function.
pub type SeenCounts = [u32; 24];

impl PlugPlace {
    /// Nothing, or anything.
    pub const NONE: Self = Self {
        unit: NONE,
        number: NONE,
    };
}
