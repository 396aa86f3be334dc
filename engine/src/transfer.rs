//! Transfers: a reserved request with its memory, what it is for, and who waits for it.

use plug61883_abi::ids::{ConnectionId, Direction, UnitId};
use plug61883_abi::status::NtStatus;

use crate::unit::PlugRef;
use crate::{Engine, HandleKey};

/// Names a transfer. A stale key names nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    pub(crate) slot: u16,
    pub(crate) generation: u32,
}

impl Key {
    /// `slot` is below [`crate::MAX_TRANSFERS`].
    pub(crate) const fn at(slot: usize, generation: u32) -> Self {
        Self {
            slot: slot as u16,
            generation,
        }
    }

    /// Index of the transfer's slot, below [`crate::MAX_TRANSFERS`].
    #[must_use]
    pub const fn index(self) -> usize {
        self.slot as usize
    }

    /// The key as one number that is never 0.
    #[must_use]
    pub const fn to_bits(self) -> u64 {
        ((self.generation as u64) << 16) | self.slot as u64
    }

    /// The key of a number from [`Self::to_bits`].
    #[must_use]
    pub const fn from_bits(bits: u64) -> Self {
        Self {
            slot: bits as u16,
            generation: (bits >> 16) as u32,
        }
    }
}

pub(crate) struct Transfer {
    pub(crate) unit: UnitId,
    pub(crate) state: State,
    pub(crate) job: Job,
    pub(crate) step: Step,
    pub(crate) client: Client,
    /// The lower driver is to be asked to cancel what is sent.
    pub(crate) cancel_wanted: bool,
    /// It was asked.
    pub(crate) cancel_asked: bool,
    /// The shell is inside a call on the request: it is not to be sent again or released.
    pub(crate) pins: u8,
    /// The slot stands in the attention queue.
    pub(crate) queued: bool,
}

/// Where the request of a transfer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Reserved: the shell's own until it starts it or gives it back.
    Reserved,
    /// Started, not armed yet.
    Parked,
    /// To be sent.
    Ready,
    /// With the lower driver.
    Sent,
    /// Kept for a connection's later disconnect.
    Kept,
    /// To be released.
    Spent,
    /// The shell is releasing it.
    Releasing,
}

/// What a transfer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    /// Nothing yet.
    None,
    UnitInfo {
        level: u32,
    },
    GetPlug {
        direction: Direction,
        number: u8,
    },
    PlugState(PlugRef),
    Connect(ConnectionId),
    Disconnect(ConnectionId),
}

/// Which of a job's requests is next or under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Ask for the DDI version, which decides what the others look like.
    Version,
    /// The job's own request.
    Main,
    /// GET_UNIT_IDS again, with memory for the texts.
    Texts,
    /// Ask for the bus generation, which reading a register needs.
    Generation,
    /// Read the plug's register over the bus.
    Register,
}

/// Who waits for a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Client {
    /// Nobody.
    None,
    /// A handle's request, until `deadline` (milliseconds).
    Waiting { handle: HandleKey, deadline: u64 },
    /// The answer stands; the shell is to complete the request.
    Answered {
        status: NtStatus,
        information: usize,
    },
    /// The shell is completing it.
    Delivering,
}

impl Transfer {
    pub(crate) const fn reserved(unit: UnitId) -> Self {
        Self {
            unit,
            state: State::Reserved,
            job: Job::None,
            step: Step::Main,
            client: Client::None,
            cancel_wanted: false,
            cancel_asked: false,
            pins: 0,
            queued: false,
        }
    }

    pub(crate) fn has_client(&self) -> bool {
        self.client != Client::None
    }

    pub(crate) fn is_waiting(&self) -> bool {
        matches!(self.client, Client::Waiting { .. })
    }

    /// The job's own request is not sent yet.
    pub(crate) fn is_before_main(&self) -> bool {
        match self.step {
            Step::Version => true,
            Step::Main => matches!(self.state, State::Parked | State::Ready),
            _ => false,
        }
    }

    /// Something of it is under way.
    pub(crate) fn is_busy(&self) -> bool {
        self.state != State::Kept || self.pins != 0 || self.has_client()
    }

    /// The request of `step` is to be sent next.
    pub(crate) fn ready(&mut self, step: Step) {
        self.step = step;
        self.state = State::Ready;
        self.cancel_wanted = false;
        self.cancel_asked = false;
    }
}

impl Engine {
    /// The transfer is to be looked at by [`Engine::next_action`].
    pub(crate) fn attend(&mut self, key: Key) {
        let Some(transfer) = self
            .transfers
            .get_mut(usize::from(key.slot), key.generation)
        else {
            return;
        };
        if !transfer.queued {
            // Each slot stands in the queue once, and the queue has room for all.
            transfer.queued = self.attention.push_back(key.slot).is_ok();
        }
    }

    /// Answers the client that waits; the shell completes its request.
    pub(crate) fn answer(&mut self, key: Key, status: NtStatus, information: usize) {
        if let Some(transfer) = self.transfer_mut(key)
            && transfer.is_waiting()
        {
            transfer.client = Client::Answered {
                status,
                information,
            };
            self.attend(key);
        }
    }

    /// Nobody needs the transfer any more.
    pub(crate) fn spend(&mut self, key: Key) {
        if let Some(transfer) = self.transfer_mut(key) {
            transfer.state = State::Spent;
            transfer.job = Job::None;
            self.attend(key);
        }
    }
}
