//! What a driver allocates, and what the framework allocates for it: counted, and made to fail
//! where a test wants that.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::RefCell;

use pnp_control::kmdf::{PoolReport, PoolUse, TAGS};
use zerocopy::FromZeros;

use crate::client::Client;
use crate::sync::{Locked, lock};
use crate::verifier::{self, Violation, rule};

/// The tag of what the framework allocates for a driver.
const FRAMEWORK: u32 = u32::from_le_bytes(*b"FxDr");

/// One driver's account.
#[derive(Default)]
pub(crate) struct Account(Locked<RefCell<Books>>);

#[derive(Clone, Default)]
struct Books {
    total: PoolUse,
    by_tag: Vec<PoolUse>,
    fail: Fail,
}

/// Which allocations fail: none, as long as `from` is 0.
#[derive(Clone, Copy, Default)]
pub(crate) struct Fail {
    /// Counted from 1.
    pub(crate) from: u64,
    pub(crate) times: u64,
}

impl Fail {
    fn hits(self, number: u64) -> bool {
        self.from != 0 && number >= self.from && number - self.from < self.times
    }
}

fn add(entry: &mut PoolUse, size: u64) {
    entry.live_blocks += 1;
    entry.live_bytes += size;
    entry.peak_bytes = entry.peak_bytes.max(entry.live_bytes);
}

fn remove(entry: &mut PoolUse, size: u64) {
    entry.live_blocks = entry.live_blocks.saturating_sub(1);
    entry.live_bytes = entry.live_bytes.saturating_sub(size);
}

impl Books {
    fn tag(&mut self, tag: u32) -> &mut PoolUse {
        let mut name = [0; 8];
        name[..4].copy_from_slice(&tag.to_le_bytes());
        let index = self.by_tag.iter().position(|entry| entry.tag == name);
        let index = index.unwrap_or_else(|| {
            self.by_tag.push(PoolUse {
                tag: name,
                ..PoolUse::default()
            });
            self.by_tag.len() - 1
        });
        &mut self.by_tag[index]
    }

    fn may_allocate(&mut self) -> bool {
        self.total.made += 1;
        let fails = self.fail.hits(self.total.made);
        self.total.failed += u64::from(fails);
        !fails
    }

    fn report(&self, loaded: bool) -> PoolReport {
        let mut report = PoolReport::new_zeroed();
        report.loaded = loaded.into();
        report.tags = self.by_tag.len().min(TAGS) as u32;
        report.total = self.total;
        for (to, from) in report.by_tag.iter_mut().zip(&self.by_tag) {
            *to = *from;
        }
        report
    }
}

impl Account {
    /// Whether something more may be allocated by the framework for the driver; counts it.
    pub(crate) fn may_allocate(&self) -> bool {
        let guard = lock();
        let mut books = self.0.get(&guard).borrow_mut();
        let may = books.may_allocate();
        let entry = books.tag(FRAMEWORK);
        entry.made += 1;
        entry.failed += u64::from(!may);
        may
    }

    /// The framework has something more for the driver.
    pub(crate) fn framework_has(&self, size: usize) {
        let guard = lock();
        let mut books = self.0.get(&guard).borrow_mut();
        add(books.tag(FRAMEWORK), size as u64);
        add(&mut books.total, size as u64);
    }

    /// The framework has given it back.
    pub(crate) fn framework_freed(&self, size: usize) {
        let guard = lock();
        let mut books = self.0.get(&guard).borrow_mut();
        remove(books.tag(FRAMEWORK), size as u64);
        remove(&mut books.total, size as u64);
    }

    /// Counts from now on, and fails what is to fail.
    pub(crate) fn count(&self, fail: Fail) {
        let guard = lock();
        let mut books = self.0.get(&guard).borrow_mut();
        let Books { total, by_tag, .. } = &mut *books;
        for entry in by_tag.iter_mut().chain([total]) {
            entry.made = 0;
            entry.failed = 0;
            entry.peak_bytes = entry.live_bytes;
        }
        books.fail = fail;
    }

    pub(crate) fn report(&self) -> PoolReport {
        self.0.get(&lock()).borrow().report(true)
    }
}

/// A block that a driver allocated itself.
struct Block {
    owner: *const Client,
    size: usize,
    tag: u32,
}

// SAFETY: the owner's record may be used on any thread.
unsafe impl Send for Block {}

static BLOCKS: Locked<RefCell<BTreeMap<usize, Block>>> = Locked::new(RefCell::new(BTreeMap::new()));

/// Whether an allocation of the driver's own may go on; counts it.
pub(crate) fn may_allocate(client: &Client) -> bool {
    let guard = lock();
    client.account.0.get(&guard).borrow_mut().may_allocate()
}

/// The driver has a block. `may_allocate` came before.
pub(crate) fn allocated(client: &Client, block: usize, size: usize, tag: u32) {
    let guard = lock();
    {
        let mut books = client.account.0.get(&guard).borrow_mut();
        let entry = books.tag(tag);
        entry.made += 1;
        add(entry, size as u64);
        add(&mut books.total, size as u64);
    }
    let owner = core::ptr::from_ref(client);
    let new = Block { owner, size, tag };
    BLOCKS.get(&guard).borrow_mut().insert(block, new);
}

/// A driver frees a block, which another may have allocated, or the system.
pub(crate) fn freed(block: usize) {
    let guard = lock();
    let mut blocks = BLOCKS.get(&guard).borrow_mut();
    if let Some(known) = blocks.remove(&block)
        // SAFETY: `close` takes a driver's blocks out before its record goes, under this lock.
        && let Some(owner) = unsafe { known.owner.as_ref() }
    {
        let mut books = owner.account.0.get(&guard).borrow_mut();
        remove(books.tag(known.tag), known.size as u64);
        remove(&mut books.total, known.size as u64);
    }
}

/// How the drivers' accounts stood when they were unloaded, and what is to be done when they are
/// loaded again.
struct Known {
    name: String,
    last: Books,
    next: Option<Fail>,
}

static KNOWN: Locked<RefCell<Vec<Known>>> = Locked::new(RefCell::new(Vec::new()));

fn known<R>(name: &str, with: impl FnOnce(&mut Known) -> R) -> R {
    let guard = lock();
    let mut all = KNOWN.get(&guard).borrow_mut();
    let index = all
        .iter()
        .position(|known| known.name.eq_ignore_ascii_case(name));
    let index = index.unwrap_or_else(|| {
        all.push(Known {
            name: name.into(),
            last: Books::default(),
            next: None,
        });
        all.len() - 1
    });
    with(&mut all[index])
}

/// At most so many pool blocks do the accounts themselves take once all drivers are gone.
pub(crate) fn own_blocks() -> i64 {
    /// The two tables, and what the account that is closed last has until its driver's record goes.
    const TABLES: i64 = 6;
    let guard = lock();
    // A name and the account's tags each.
    TABLES + 2 * KNOWN.get(&guard).borrow().len() as i64
}

/// What is to fail when a driver is loaded the next time.
pub(crate) fn fail_next(name: &str, fail: Fail) {
    known(name, |known| known.next = Some(fail));
}

/// Takes what [`fail_next`] left.
pub(crate) fn take_next(name: &str) -> Option<Fail> {
    known(name, |known| known.next.take())
}

/// How the account of an unloaded driver stood.
pub(crate) fn last(name: &str) -> PoolReport {
    known(name, |known| known.last.report(false))
}

/// Looks at what an unloaded driver left in the pool, and forgets the driver.
pub(crate) fn close(client: &Client) {
    let mut left: Vec<(usize, usize, u32)> = Vec::new();
    let books = {
        let guard = lock();
        BLOCKS.get(&guard).borrow_mut().retain(|&start, block| {
            let own = core::ptr::eq(block.owner, client);
            if own {
                left.push((start, block.size, block.tag));
            }
            !own
        });
        client.account.0.get(&guard).borrow().clone()
    };
    for (start, size, tag) in left {
        let tag = tag.to_le_bytes();
        verifier::finding(
            client,
            rule::POOL_LEAK,
            Violation::Fatal,
            format_args!(
                "{size} bytes with the tag {} at {start:#x} are still there at unload",
                tag.escape_ascii()
            ),
        );
    }
    known(&client.name, |known| known.last = books);
}
