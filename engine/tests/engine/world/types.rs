//! What the model knows: handles, units, clients, transfers, connections.

use plug61883_abi::ids::{ConnectionId, PlugId, UnitId};
use plug61883_abi::ioctl::ReplyHeader;
use plug61883_abi::status::NtStatus;
use plug61883_engine::{Command, HandleKey, Key, Scratch};
use zerocopy::{FromBytes, Immutable, KnownLayout};

/// Bytes of every client's output buffer, more than any reply but a list takes.
pub(super) const OUTPUT: usize = 512;
/// What stands in it before the reply.
pub(super) const UNTOUCHED: u8 = 0xA5;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HandleStage {
    Open,
    Cleaned,
    Closed,
}

pub(crate) struct Handle {
    pub(crate) key: HandleKey,
    pub(crate) stage: HandleStage,
}

pub(crate) struct Unit {
    pub(crate) id: UnitId,
    /// DDI version of the protocol driver below it.
    pub(super) version: u32,
    /// The engine was told the version.
    pub(super) known: u32,
    /// It is leaving, reachable or not.
    pub(crate) leaving: Option<bool>,
    pub(crate) left: bool,
    pub(crate) quiet: bool,
}

/// A plug whose handle the engine was told.
#[derive(Clone, Copy)]
pub(crate) struct Plug {
    pub(super) handle: u64,
    pub(crate) id: Option<PlugId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClientStage {
    /// Started, not armed.
    Placed,
    Armed,
    /// What [`Action::Deliver`] must bring.
    Answered(NtStatus, usize),
    Delivering(NtStatus, usize),
    Done(NtStatus),
}

pub(crate) struct Client {
    pub(crate) command: Command,
    pub(crate) handle: usize,
    pub(super) unit: usize,
    pub(crate) key: Key,
    pub(super) deadline: u64,
    pub(super) reply: Vec<u8>,
    /// The reply as it was when the answer was given.
    pub(super) answered: Vec<u8>,
    pub(crate) stage: ClientStage,
    /// Status that the reply's header must carry.
    pub(super) inner: NtStatus,
    /// Handles that the command's plug ids stood for.
    pub(super) plugs: (u64, u64),
}

impl Client {
    pub(crate) fn waiting(&self) -> bool {
        matches!(self.stage, ClientStage::Placed | ClientStage::Armed)
    }

    /// The reply's header.
    pub(crate) fn header(&self) -> ReplyHeader {
        self.reply()
    }

    pub(crate) fn reply<T: FromBytes + Immutable + KnownLayout>(&self) -> T {
        T::read_from_prefix(&self.reply).unwrap().0
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Reserved,
    Parked,
    Ready,
    Sent,
    Kept,
    Spent,
    Releasing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Job {
    Query,
    Connect,
    Break(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Version,
    Main,
    Texts,
    Generation,
    Register,
}

pub(super) struct Transfer {
    pub(super) unit: usize,
    pub(super) scratch: Box<Scratch>,
    pub(super) stage: Stage,
    pub(super) job: Job,
    /// The next request of a query, or the one under way.
    pub(super) step: Step,
    pub(super) client: Option<usize>,
    pub(super) pinned: bool,
    /// The lower driver is to be asked to cancel.
    pub(super) cancel: bool,
    /// It has the request.
    pub(super) below: bool,
}

/// A call on a request that the shell is inside of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    pub(super) key: Key,
    pub(crate) what: CallKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallKind {
    /// To be passed down.
    Send,
    /// Passed down, the call has not returned yet.
    Sent,
    /// Refused.
    Refused(NtStatus),
    Cancel,
}

/// A connection that the protocol driver has made.
pub(crate) struct Connection {
    pub(crate) maker: usize,
    pub(super) unit: usize,
    pub(crate) h_connect: u64,
    pub(crate) id: Option<ConnectionId>,
    pub(super) key: Key,
    /// Handle that owns it, `None` for the driver.
    pub(super) owner: Option<usize>,
    /// It is being broken.
    pub(super) breaking: bool,
    /// To be broken again if that fails.
    pub(super) doomed: bool,
    /// Breaking it failed, so it may be there still when its owner is gone.
    pub(crate) survived: bool,
    pub(crate) gone: bool,
}

/// A reserved transfer, not started yet.
pub(crate) struct Reserved {
    pub(super) key: Key,
    pub(super) handle: usize,
    pub(super) command: Command,
}
