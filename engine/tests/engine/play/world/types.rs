//! What the model knows: handles, units, clients, requests, items.

use std::collections::VecDeque;

use plug61883_abi::av61883::AvRequest;
use plug61883_abi::ids::{PlugId, UnitId};
use plug61883_abi::ioctl::ReplyHeader;
use plug61883_abi::status::NtStatus;
use plug61883_engine::{Command, HandleKey, Key};
use zerocopy::{FromBytes, Immutable, KnownLayout};

use crate::play::lower::Memory;

/// Bytes of every client's output buffer, more than any reply but a list takes.
pub(super) const OUTPUT: usize = 512;
/// What stands in it before the reply.
pub(super) const UNTOUCHED: u8 = 0xA5;
/// Time that a request of the driver's own has, from when it is sent.
pub(super) const OWN_MS: u64 = 5_000;
/// From a bus reset to the check of the connections.
pub(super) const CHECK_MS: u64 = 2_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HandleStage {
    Open,
    Cleaned,
    Closed,
}

pub(crate) struct Handle {
    pub(crate) key: HandleKey,
    pub(crate) process: u32,
    pub(crate) stage: HandleStage,
    /// Number of the event that it gets next.
    pub(crate) cursor: u64,
    /// Waits that the engine counts; those that are kept can be answered.
    pub(super) waits: Vec<Wait>,
    /// The shell is answering its waits.
    pub(super) waking: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wait {
    pub(super) kept: bool,
}

pub(crate) struct Unit {
    pub(crate) id: UnitId,
    /// DDI version of the protocol driver below it.
    pub(super) version: u32,
    /// The engine was told the version.
    pub(crate) known: u32,
    pub(super) diag_level: u32,
    pub(super) suspended: bool,
    pub(crate) leaving: bool,
    pub(crate) left: bool,
    pub(crate) quiet: bool,
    pub(super) keeper: Option<Key>,
    /// Callbacks that it was tried to register and to deregister: bus reset, monitor.
    pub(super) registering: [bool; 2],
    pub(super) deregistering: [bool; 2],
    /// When the shell calls `expire`.
    pub(crate) timer: Option<u64>,
    /// When its connections are to be checked.
    pub(super) check_at: Option<u64>,
    /// Bus generation as told last.
    pub(super) generation: u32,
}

/// A plug of a device whose handle the engine was told.
#[derive(Clone, Copy)]
pub(crate) struct Plug {
    pub(super) handle: u64,
    pub(crate) id: Option<PlugId>,
}

/// Who gives an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// plug61883 itself: the IOCTL fails.
    Ours(NtStatus),
    /// The protocol driver: the status stands in the reply.
    Theirs(NtStatus),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClientStage {
    /// Started, not armed.
    Placed,
    Armed,
    /// What [`plug61883_engine::Action::Deliver`] must bring.
    Answered(Answer),
    Delivering(Answer),
    Done(NtStatus),
}

/// The requests that a command takes one after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Version,
    Main,
    Texts,
    Generation,
    Register,
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
    /// Requests that are still to be sent for it, the one under way among them.
    pub(super) steps: VecDeque<Step>,
    /// The command's own request was handed out.
    pub(super) main_sent: bool,
    /// Handles that the command's plug ids stood for.
    pub(super) plugs: [u64; 2],
    /// Bus generation that was told before a register is read.
    pub(super) generation: u32,
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

/// Where a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Allocated, not started yet.
    Reserved,
    /// The engine has it.
    Here,
    /// Handed out to be sent, not completed yet.
    Out,
    /// The shell is freeing it.
    Releasing,
}

/// What a request does for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing any more: it is to be released.
    None,
    /// It is kept for undoing an item, or by a keeper.
    Kept,
    /// It answers a client.
    Query,
    Make(usize),
    Undo(usize),
    /// It does something for a keeper.
    Keep,
}

pub(super) struct Request {
    pub(super) unit: usize,
    pub(super) memory: Memory,
    /// It can read registers.
    pub(super) mdl: bool,
    pub(super) stage: Stage,
    pub(super) role: Role,
    pub(super) client: Option<usize>,
    /// The shell is inside a call on it.
    pub(super) pinned: bool,
    /// The protocol driver has it.
    pub(super) below: bool,
    /// Nobody wants its answer: the lower driver is to be asked to cancel it.
    pub(super) abandoned: bool,
    pub(super) cancelled: bool,
    /// It reads a register now, over the bus.
    pub(super) reads: bool,
    pub(super) sent_at: u64,
    /// Number of the next event when it was handed to the engine's queue at the latest.
    pub(super) sent_event: u64,
    /// Process that is charged for it.
    pub(super) charge: Option<u32>,
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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Connection,
    Plug,
    Directory,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Handle(usize),
    Driver,
    Foreign,
}

/// Whose share of the tables it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Account {
    Process(u32),
    Persistent,
    Foreign,
}

/// [`plug61883_abi::ioctl::event_reason`].
pub(crate) type Reason = u32;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    Making,
    Standing,
    Undoing(Reason),
    /// Its own driver is undoing it.
    UndoneAbove,
    /// Gone, why if somebody saw it.
    Gone(Reason),
}

/// Something that the protocol driver made, or is to make.
pub(crate) struct Item {
    pub(crate) kind: Kind,
    pub(super) unit: usize,
    pub(crate) life: Life,
    pub(crate) owner: Owner,
    /// Its first owner: events that are older than it name that one.
    pub(super) made_by: Owner,
    pub(super) account: Account,
    pub(super) process: u32,
    /// The request that made it and undoes it.
    pub(super) key: Option<Key>,
    /// The protocol driver's handle.
    pub(crate) value: u64,
    pub(crate) id: Option<u64>,
    /// Its maker was told of it.
    pub(crate) announced: bool,
    /// Number of the event that told of it.
    pub(super) seen_from: u64,
    /// It has to go for this reason if what undoes it now fails.
    pub(super) doomed: Option<Reason>,
    /// While a client undoes it: its own driver is undoing it too (`false`), or has (`true`).
    pub(super) above: Option<bool>,
    /// Undoing it has failed, so it may be there still when its owner is gone.
    pub(crate) survived: bool,
    pub(super) made_at: u64,
    /// Plugs of a connection.
    pub(super) ends: [PlugId; 2],
    pub(super) end_values: [u64; 2],
    pub(super) connect_type: u32,
    /// Direction, number and register of a plug; what it gave the protocol driver to call with.
    pub(super) direction: u32,
    pub(super) number: u32,
    pub(super) pcr: u32,
    pub(crate) context: Option<u64>,
    pub(super) directory: [u32; 2],
}

impl Item {
    pub(crate) fn is_gone(&self) -> bool {
        matches!(self.life, Life::Gone(_))
    }

    /// User mode can see it.
    pub(crate) fn is_seen(&self) -> bool {
        self.announced && !self.is_gone()
    }
}

/// A reserved request, not started yet.
pub(crate) struct Reserved {
    pub(super) key: Key,
    pub(super) handle: usize,
    pub(super) command: Command,
}

/// A request of another driver, on its way.
pub(crate) struct Above {
    pub(super) unit: usize,
    pub(super) request: AvRequest,
    /// What the protocol driver said.
    pub(super) status: Option<NtStatus>,
}
