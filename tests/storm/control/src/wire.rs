//! Requests and replies as they stand in the buffers.

use plug61883_abi::status::NtStatus;
use test_control::{Header, wire};

use crate::{MAX_ROUNDS, VERSION};

wire! {
    /// A request that asks for nothing in particular.
    Query = 8 {
        /// Header.
        header: Header,
    }

    /// Request of [`crate::START`].
    StartRequest = 40 {
        /// Header.
        header: Header,
        /// Where the threads' random numbers start.
        seed: u64,
        /// After this time the threads end on their own, in milliseconds.
        milliseconds: u32,
        /// Threads that are clients of plug61883.
        clients: u32,
        /// Threads that send what a driver above plug61883 would.
        foreign: u32,
        /// Threads that send stream requests on connections of their own.
        streams: u32,
        /// [`flags`].
        flags: u32,
        /// Zero.
        reserved: u32,
    }

    /// Reply of [`crate::STATUS`].
    Status = 928 {
        /// Seed of the run.
        seed: u64,
        /// Since its start, in milliseconds.
        elapsed_ms: u64,
        /// Threads that live, of the run or a benchmark.
        threads: u32,
        /// Units with this driver in their stack that are started.
        units: u32,
        /// Rules that were broken.
        broken: u32,
        /// Bytes of `first`.
        first_length: u32,
        /// What was done, by [`Deed`].
        deeds: [Deeds; DEEDS],
        /// The first rule that was broken, UTF-8.
        first: [u8; 416],
    }

    /// How often something was done, and what came of it.
    Deeds = 16 {
        /// It ended in success.
        success: u32,
        /// The protocol driver refused it.
        refused: u32,
        /// plug61883, or the system, refused it.
        failed: u32,
        /// It was cancelled.
        cancelled: u32,
    }

    /// Request of [`crate::BENCH`].
    BenchRequest = 24 {
        /// Header.
        header: Header,
        /// [`bench`].
        what: u32,
        /// Requests, or pairs of them, that each unit gets in a turn.
        count: u32,
        /// Rounds, [`MAX_ROUNDS`] at most, of [`TURNS`](crate::TURNS) turns each.
        rounds: u32,
        /// Zero.
        reserved: u32,
    }

    /// Reply of [`crate::BENCH_REPORT`].
    BenchReport = 536 {
        /// It is done, or could not be.
        done: u32,
        /// Why it could not be; success otherwise.
        status: NtStatus,
        /// Status of the requests that were measured.
        answer: NtStatus,
        /// [`bench`].
        what: u32,
        /// Requests, or pairs of them, that each unit got in a turn.
        count: u32,
        /// Rounds that were measured.
        rounds: u32,
        /// Time of the middle turn of each round with plug61883 in the stack, in nanoseconds.
        filtered_ns: [u64; MAX_ROUNDS],
        /// Time of the middle turn of each round without it, in nanoseconds.
        bare_ns: [u64; MAX_ROUNDS],
    }
}

/// Number of entries of [`Deed`].
pub const DEEDS: usize = 30;

/// Flags of [`StartRequest`].
pub mod flags {
    /// A control code that plug61883 does not know breaks a rule.
    pub const EXPECT_ALL: u32 = 1;
}

/// What a benchmark measures.
pub mod bench {
    /// Stream requests on a connection.
    pub const STREAM: u32 = 0;
    /// Pairs of connect and disconnect.
    pub const FOLLOWED: u32 = 1;
}

macro_rules! deeds {
    ($($name:ident = $text:literal,)*) => {
        /// What the threads do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Deed {
            $(#[doc = $text] $name,)*
        }

        impl Deed {
            /// All of them, in the order of [`Status::deeds`].
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

deeds! {
    Open = "open",
    QueryInterface = "query interface",
    ListUnits = "list units",
    UnitInfo = "unit info",
    GetPlug = "get plug",
    PlugState = "plug state",
    ListPlugs = "list plugs",
    ListConnections = "list connections",
    Connect = "connect",
    Disconnect = "disconnect",
    SetUnitInfo = "set unit info",
    CreatePlug = "create plug",
    SetPlug = "set plug",
    DeletePlug = "delete plug",
    BusReset = "bus reset",
    AddDirectory = "add directory",
    RemoveDirectory = "remove directory",
    ListDirectories = "list directories",
    WaitEvents = "wait events",
    Snapshot = "snapshot",
    Persist = "persist",
    ReadRegister = "read register",
    Malformed = "malformed",
    ForeignQuery = "foreign query",
    ForeignConnect = "foreign connect",
    ForeignDisconnect = "foreign disconnect",
    ForeignCreatePlug = "foreign create plug",
    ForeignDeletePlug = "foreign delete plug",
    Stream = "stream",
    Other = "other",
}

const _: () = assert!(Deed::ALL.len() == DEEDS);

impl Query {
    /// A request.
    #[must_use]
    pub fn new() -> Self {
        Self {
            header: Header::of::<Self>(VERSION),
        }
    }
}

impl Status {
    /// The first rule that was broken; empty when none was.
    #[must_use]
    pub fn first_text(&self) -> &str {
        let bytes = self.first.get(..self.first_length as usize);
        core::str::from_utf8(bytes.unwrap_or_default()).unwrap_or("?")
    }
}
