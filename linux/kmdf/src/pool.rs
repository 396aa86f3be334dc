//! The stand-in's own memory: Wine's pool, counted.

use core::alloc::{GlobalAlloc, Layout};
use core::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use wdk_sys::ntddk;

const TAG: u32 = u32::from_le_bytes(*b"WdfS");

static BLOCKS: AtomicI64 = AtomicI64::new(0);
static FAIL_AFTER: AtomicUsize = AtomicUsize::new(usize::MAX);

/// Rust's allocator over `ExAllocatePoolWithTag`.
pub(crate) struct Pool;

// SAFETY: the pool gives blocks of at least the size asked for, aligned to 16; `alloc` refuses
// larger alignments.
unsafe impl GlobalAlloc for Pool {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() > 16 {
            return core::ptr::null_mut();
        }
        let block = raw_allocate(layout.size());
        if !block.is_null() {
            BLOCKS.fetch_add(1, Ordering::Relaxed);
        }
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, _: Layout) {
        BLOCKS.fetch_sub(1, Ordering::Relaxed);
        raw_free(block);
    }
}

fn raw_allocate(size: usize) -> *mut u8 {
    crate::nt::allocate(size, TAG)
}

fn raw_free(block: *mut u8) {
    // SAFETY: the block came from `raw_allocate`, see the callers.
    unsafe { ntddk::ExFreePoolWithTag(block.cast(), TAG) };
}

/// Blocks that the stand-in holds.
pub(crate) fn blocks() -> i64 {
    BLOCKS.load(Ordering::Relaxed)
}

/// From now on the `n`th allocation on a driver's behalf fails, once. (0: the next one)
pub(crate) fn fail_after(n: usize) {
    FAIL_AFTER.store(n, Ordering::Relaxed);
}

/// Whether an allocation on a driver's behalf may go on; counts towards [`fail_after`].
pub(crate) fn may_allocate() -> bool {
    let left = FAIL_AFTER.load(Ordering::Relaxed);
    if left == usize::MAX {
        return true;
    }
    FAIL_AFTER.store(left.checked_sub(1).unwrap_or(usize::MAX), Ordering::Relaxed);
    left != 0
}

/// A zeroed block that a driver is given: an object's context or a memory object's buffer.
pub(crate) fn zeroed(size: usize) -> Option<*mut u8> {
    if !may_allocate() {
        return None;
    }
    let block = raw_allocate(size);
    if block.is_null() {
        return None;
    }
    BLOCKS.fetch_add(1, Ordering::Relaxed);
    // SAFETY: the block has at least `size` bytes and nobody else knows it yet.
    unsafe { core::ptr::write_bytes(block, 0, size) };
    Some(block)
}

/// Gives a block of [`zeroed`] back; a driver that still looks at it sees rubbish.
pub(crate) fn free(block: *mut u8, size: usize) {
    BLOCKS.fetch_sub(1, Ordering::Relaxed);
    // SAFETY: the block came from `zeroed` with this size.
    unsafe { core::ptr::write_bytes(block, 0xDD, size) };
    raw_free(block);
}
