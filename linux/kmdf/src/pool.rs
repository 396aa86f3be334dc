//! The stand-in's own memory: Wine's pool, counted.

use core::alloc::{GlobalAlloc, Layout};
use core::sync::atomic::{AtomicI64, Ordering};

use wdk_sys::ntddk;

use crate::client::Client;

const TAG: u32 = u32::from_le_bytes(*b"WdfS");

static BLOCKS: AtomicI64 = AtomicI64::new(0);

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

/// A zeroed block that a driver is given: an object's context or a memory object's buffer.
pub(crate) fn zeroed(client: &Client, size: usize) -> Option<*mut u8> {
    if !client.account.may_allocate() {
        return None;
    }
    let block = raw_allocate(size);
    if block.is_null() {
        return None;
    }
    BLOCKS.fetch_add(1, Ordering::Relaxed);
    client.account.framework_has(size);
    // SAFETY: the block has at least `size` bytes and nobody else knows it yet.
    unsafe { core::ptr::write_bytes(block, 0, size) };
    Some(block)
}

/// Gives a block of [`zeroed`] back; a driver that still looks at it sees rubbish.
pub(crate) fn free(client: &Client, block: *mut u8, size: usize) {
    client.account.framework_freed(size);
    BLOCKS.fetch_sub(1, Ordering::Relaxed);
    // SAFETY: the block came from `zeroed` with this size.
    unsafe { core::ptr::write_bytes(block, 0xDD, size) };
    raw_free(block);
}
