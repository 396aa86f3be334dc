//! Open handles, and what each process may take.

use plug61883_abi::ioctl::{
    MAX_HANDLES, MAX_PROCESS_CONNECTIONS, MAX_PROCESS_DIRECTORIES, MAX_PROCESS_HANDLES,
    MAX_PROCESS_OPERATIONS, MAX_PROCESS_PLUGS,
};
use plug61883_abi::status::NtStatus;

use crate::item::Kind;
use crate::slots::{Empty, key_type};
use crate::{Engine, Result};

key_type! {
    /// An open handle of the control device. Its index is below [`MAX_HANDLES`].
    pub HandleKey
}

/// An open handle.
pub(crate) struct Handle {
    pub(crate) process_id: u32,
    pub(crate) account: Account,
    /// Cleanup came: nothing new is taken.
    pub(crate) closing: bool,
    /// Number of the event that it gets next.
    pub(crate) cursor: u64,
    /// Waits for events that are under way.
    pub(crate) waits: u8,
    /// The shell is answering its waits.
    pub(crate) waking: bool,
    /// Number of the next event when the shell last found no wait to answer: until there is one
    /// more, or a wait is kept, it need not look again.
    pub(crate) looked: u64,
}

impl Empty for Handle {
    const EMPTY: Self = Self {
        process_id: 0,
        account: Account::NONE,
        closing: false,
        cursor: 0,
        waits: 0,
        waking: false,
        looked: 0,
    };
}

/// Whose share of the tables something takes: an index of the accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Account(u16);

impl Account {
    /// Of nothing.
    pub(crate) const NONE: Self = Self(0);

    /// What is persistent.
    pub(crate) const PERSISTENT: Self = Self(MAX_HANDLES as u16);
    /// What other drivers make.
    pub(crate) const FOREIGN: Self = Self(MAX_HANDLES as u16 + 1);
    /// What the driver does of its own accord, without a bound.
    pub(crate) const OWN: Self = Self(MAX_HANDLES as u16 + 2);
}

/// What an account has taken.
#[derive(Clone, Copy)]
struct Share {
    /// Of a process; 0 while the account is free.
    process_id: u32,
    handles: u16,
    operations: u16,
    connections: u16,
    plugs: u16,
    directories: u16,
}

/// An account for each process that has a handle open or something under way, and three more.
pub(crate) struct Accounts([Share; MAX_HANDLES + 3]);

impl Accounts {
    pub(crate) const fn new() -> Self {
        Self(
            [Share {
                process_id: 0,
                handles: 0,
                operations: 0,
                connections: 0,
                plugs: 0,
                directories: 0,
            }; MAX_HANDLES + 3],
        )
    }

    fn share(&mut self, account: Account) -> Option<&mut Share> {
        self.0.get_mut(usize::from(account.0))
    }

    /// The account of a process, opened if need be.
    fn of_process(&mut self, process_id: u32) -> Option<Account> {
        let processes = || self.0.iter().take(MAX_HANDLES).zip(0_u16..);
        let known =
            processes().find(|(share, _)| !share.is_empty() && share.process_id == process_id);
        let (_, index) = known.or_else(|| processes().find(|(share, _)| share.is_empty()))?;
        let account = Account(index);
        self.share(account)?.process_id = process_id;
        Some(account)
    }

    /// Takes one more for an account, if it may.
    pub(crate) fn take_item(&mut self, account: Account, kind: Kind) -> Result<()> {
        let share = self.share(account).ok_or(NtStatus::INTERNAL_ERROR)?;
        let most = match kind {
            Kind::Connection => MAX_PROCESS_CONNECTIONS,
            Kind::Plug => MAX_PROCESS_PLUGS,
            Kind::Directory => MAX_PROCESS_DIRECTORIES,
        };
        take(share.items(kind), most)
    }

    pub(crate) fn give_item(&mut self, account: Account, kind: Kind) {
        if let Some(share) = self.share(account) {
            give(share.items(kind));
        }
    }

    /// There is room for one more operation of an account.
    pub(crate) fn may_operate(&self, account: Account) -> bool {
        self.0
            .get(usize::from(account.0))
            .is_some_and(|share| usize::from(share.operations) < MAX_PROCESS_OPERATIONS)
    }

    pub(crate) fn count_operation(&mut self, account: Account) {
        if let Some(share) = self.share(account) {
            share.operations = share.operations.saturating_add(1);
        }
    }

    pub(crate) fn end_operation(&mut self, account: Account) {
        if let Some(share) = self.share(account) {
            give(&mut share.operations);
        }
    }
}

impl Share {
    fn items(&mut self, kind: Kind) -> &mut u16 {
        match kind {
            Kind::Connection => &mut self.connections,
            Kind::Plug => &mut self.plugs,
            Kind::Directory => &mut self.directories,
        }
    }

    fn is_empty(&self) -> bool {
        let taken = [
            self.handles,
            self.operations,
            self.connections,
            self.plugs,
            self.directories,
        ];
        taken == [0; 5]
    }
}

fn take(count: &mut u16, most: usize) -> Result<()> {
    if usize::from(*count) >= most {
        return Err(NtStatus::QUOTA_EXCEEDED);
    }
    *count = count.saturating_add(1);
    Ok(())
}

fn give(count: &mut u16) {
    *count = count.saturating_sub(1);
}

impl Engine {
    /// A handle is opened by a process.
    ///
    /// # Errors
    /// `STATUS_QUOTA_EXCEEDED`: [`MAX_HANDLES`] are open, or [`MAX_PROCESS_HANDLES`] of the
    /// process.
    pub fn open(&mut self, process_id: u32) -> Result<HandleKey> {
        let full = NtStatus::QUOTA_EXCEEDED;
        if self.handles.len() >= MAX_HANDLES {
            return Err(full);
        }
        let account = self.accounts.of_process(process_id).ok_or(full)?;
        let share = self.accounts.share(account).ok_or(full)?;
        take(&mut share.handles, MAX_PROCESS_HANDLES)?;
        let (slot, generation) = self
            .handles
            .insert(Handle {
                process_id,
                account,
                closing: false,
                cursor: self.log.next(),
                waits: 0,
                waking: false,
                looked: 0,
            })
            .ok_or(full)?;
        Ok(HandleKey { slot, generation })
    }

    /// Handles that are open.
    #[must_use]
    pub fn handle_count(&self) -> usize {
        self.handles.len()
    }

    /// The handle, if requests may come through it.
    pub(crate) fn handle(&self, key: HandleKey) -> Result<&Handle> {
        match self.handles.get(usize::from(key.slot), key.generation) {
            Some(handle) if !handle.closing => Ok(handle),
            _ => Err(NtStatus::FILE_CLOSED),
        }
    }

    pub(crate) fn handle_mut(&mut self, key: HandleKey) -> Option<&mut Handle> {
        self.handles.get_mut(usize::from(key.slot), key.generation)
    }

    /// Nothing new is taken from the handle.
    pub(crate) fn stop_handle(&mut self, key: HandleKey) {
        if let Some(handle) = self.handle_mut(key) {
            handle.closing = true;
        }
    }

    /// The handle is gone.
    pub fn close(&mut self, key: HandleKey) {
        let Some(handle) = self.handles.remove(usize::from(key.slot), key.generation) else {
            return;
        };
        self.waits = self.waits.saturating_sub(u16::from(handle.waits));
        if let Some(share) = self.accounts.share(handle.account) {
            give(&mut share.handles);
        }
    }

    /// The handles that are open.
    pub(crate) fn handle_keys(&self) -> impl Iterator<Item = (HandleKey, &Handle)> {
        self.handles
            .iter()
            .map(|(slot, generation, handle)| (HandleKey { slot, generation }, handle))
    }
}
