//! Transfers: a reserved request with its memory, what it is for, and who waits for it.

use plug61883_abi::av61883::AvPcr;
use plug61883_abi::ids::{Direction, UnitId};
use plug61883_abi::status::NtStatus;

use crate::handle::Account;
use crate::item::{ItemKey, Reason};
use crate::keeper::Duty;
use crate::slots::{Empty, key_type};
use crate::unit::PlugRef;
use crate::{Engine, HandleKey};

key_type! {
    /// Names a transfer. Its index is below [`crate::MAX_TRANSFERS`].
    pub Key
}

pub(crate) struct Transfer {
    pub(crate) unit: UnitId,
    pub(crate) state: State,
    pub(crate) job: Job,
    pub(crate) step: Step,
    pub(crate) client: Client,
    /// The item that keeps it, or is to.
    pub(crate) item: Option<ItemKey>,
    /// Who is charged for it while it is under way.
    account: Account,
    charged: bool,
    /// When it is given up, in milliseconds; 0 for never.
    pub(crate) deadline: u64,
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
    /// Kept: for undoing its item later, or by a unit's keeper.
    Kept,
    /// To be released.
    Spent,
    /// The shell is releasing it.
    Releasing,
}

/// What a transfer is for. The representation makes nothing all zero, see [`Empty`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Job {
    /// Nothing yet.
    None,
    UnitInfo {
        level: u32,
        flags: u32,
    },
    SetUnitInfo {
        level: u32,
        words: [u32; 4],
    },
    GetPlug {
        direction: Direction,
        number: u8,
    },
    PlugState(PlugRef),
    SetPlug {
        plug: PlugRef,
        pcr: AvPcr,
    },
    BusReset,
    ReadRegister {
        offset: u32,
        /// Bus generation to read in, once it was asked.
        generation: u32,
    },
    /// Makes its item.
    Make(ItemKey),
    /// Undoes its item.
    Undo(ItemKey, Reason),
    /// What a unit's keeper does.
    Keep(Duty),
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
    /// Ask for the bus generation, which reading a plug's register after its state needs.
    Generation,
    /// Read a register over the bus.
    Register,
}

/// Who waits for a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Client {
    /// Nobody.
    None,
    /// A handle's request.
    Waiting(HandleKey),
    /// The answer stands; the shell is to complete the request.
    Answered {
        status: NtStatus,
        information: usize,
    },
    /// The shell is completing it.
    Delivering,
}

impl Empty for Transfer {
    const EMPTY: Self = Self {
        charged: false,
        ..Self::reserved(UnitId::NONE, Account::NONE)
    };
}

impl Transfer {
    const fn reserved(unit: UnitId, account: Account) -> Self {
        Self {
            unit,
            state: State::Reserved,
            job: Job::None,
            step: Step::Version,
            client: Client::None,
            item: None,
            account,
            charged: true,
            deadline: 0,
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
}

impl Engine {
    /// Reserves a transfer, charged to an account.
    pub(crate) fn reserve_transfer(&mut self, unit: UnitId, account: Account) -> Option<Key> {
        let (slot, generation) = self.transfers.insert(Transfer::reserved(unit, account))?;
        self.accounts.count_operation(account);
        self.operations = self.operations.saturating_add(1);
        Some(Key { slot, generation })
    }

    /// Something is under way with a transfer from now on, charged to an account.
    pub(crate) fn charge(&mut self, key: Key, account: Account) {
        if let Some(transfer) = self.transfer_mut(key)
            && !transfer.charged
        {
            transfer.charged = true;
            transfer.account = account;
            self.accounts.count_operation(account);
            self.operations = self.operations.saturating_add(1);
        }
    }

    /// Nothing is under way with it any more.
    fn discharge(&mut self, key: Key) {
        if let Some(transfer) = self.transfer_mut(key)
            && core::mem::take(&mut transfer.charged)
        {
            let account = transfer.account;
            self.accounts.end_operation(account);
            self.operations = self.operations.saturating_sub(1);
        }
    }

    /// The request of `step` is to be sent next.
    pub(crate) fn ready(&mut self, key: Key, step: Step) {
        if let Some(transfer) = self.transfer_mut(key) {
            transfer.step = step;
            transfer.state = State::Ready;
            transfer.cancel_wanted = false;
            transfer.cancel_asked = false;
            self.attend(key);
        }
    }

    /// A transfer is kept until there is something to do with it again.
    pub(crate) fn keep(&mut self, key: Key) {
        if let Some(transfer) = self.transfer_mut(key) {
            transfer.state = State::Kept;
            transfer.job = Job::None;
            transfer.deadline = 0;
            self.discharge(key);
            self.attend(key);
        }
    }

    /// A transfer is to be looked at by [`Engine::next_action`].
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
            transfer.item = None;
            transfer.deadline = 0;
            self.attend(key);
        }
    }

    /// The request of a transfer and its memory are freed. The key names nothing any more.
    pub fn released(&mut self, key: Key) {
        let given_back =
            |transfer: &Transfer| matches!(transfer.state, State::Reserved | State::Releasing);
        if self.transfer(key).is_some_and(given_back) {
            self.discharge(key);
            self.transfers.remove(key.index(), key.generation);
        }
    }

    /// The unit whose lower drivers a transfer is for, [`UnitId::NONE`] for a stale key.
    #[must_use]
    pub fn unit_of(&self, key: Key) -> UnitId {
        self.transfer(key)
            .map_or(UnitId::NONE, |transfer| transfer.unit)
    }

    pub(crate) fn transfer(&self, key: Key) -> Option<&Transfer> {
        self.transfers.get(usize::from(key.slot), key.generation)
    }

    pub(crate) fn transfer_mut(&mut self, key: Key) -> Option<&mut Transfer> {
        self.transfers
            .get_mut(usize::from(key.slot), key.generation)
    }
}
