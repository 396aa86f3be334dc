//! Pool memory with guards on both sides: a driver that writes past what it was given is found.

use core::ptr::NonNull;

use plug61883_wdf::{NtStatus, Result};
use wdk_sys::ntddk;
use zerocopy::{FromBytes, Immutable, IntoBytes};

const TAG: u32 = u32::from_le_bytes(*b"Strm");
/// `POOL_FLAG_NON_PAGED`.
const NON_PAGED: u64 = 0x40;
/// Bytes on each side; a multiple of what pool memory is aligned to.
const GUARD: usize = 32;
const PATTERN: u8 = 0xC5;

/// A block of non-paged pool; its address stays the same.
pub(crate) struct Block {
    start: NonNull<u8>,
    length: usize,
}

// SAFETY: pool memory may be used and freed on every thread.
unsafe impl Send for Block {}

impl Block {
    /// Zeroed memory. (IRQL <= DISPATCH_LEVEL)
    ///
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`.
    pub(crate) fn new(length: usize) -> Result<Self> {
        let whole = length
            .checked_add(2 * GUARD)
            .ok_or(NtStatus::INSUFFICIENT_RESOURCES)?;
        // SAFETY: plain allocation of a size that is not zero.
        let memory = unsafe { ntddk::ExAllocatePool2(NON_PAGED, whole as u64, TAG) };
        let whole_start =
            NonNull::new(memory.cast::<u8>()).ok_or(NtStatus::INSUFFICIENT_RESOURCES)?;
        // SAFETY: the memory is new and has `whole` bytes.
        let start = unsafe {
            whole_start.write_bytes(PATTERN, whole);
            let start = whole_start.add(GUARD);
            start.write_bytes(0, length);
            start
        };
        Ok(Self { start, length })
    }

    pub(crate) fn address(&self) -> NonNull<u8> {
        self.start
    }

    /// The bytes, while nobody else uses them.
    pub(crate) fn bytes(&self) -> &[u8] {
        // SAFETY: the block has as many bytes, all initialised. Who lends them to a driver does
        // not look at them before they are given back.
        unsafe { core::slice::from_raw_parts(self.start.as_ptr(), self.length) }
    }

    /// The bytes, while nobody else uses them.
    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: as in `bytes`, and `&mut self` makes this the only reference.
        unsafe { core::slice::from_raw_parts_mut(self.start.as_ptr(), self.length) }
    }

    /// Nobody wrote before or after the block.
    pub(crate) fn is_intact(&self) -> bool {
        // SAFETY: the guards lie on both sides of the block, in the same allocation.
        let (before, after) = unsafe {
            (
                core::slice::from_raw_parts(self.start.as_ptr().sub(GUARD), GUARD),
                core::slice::from_raw_parts(self.start.as_ptr().add(self.length), GUARD),
            )
        };
        before.iter().chain(after).all(|byte| *byte == PATTERN)
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        // SAFETY: `new` allocated it with the guard in front.
        unsafe { ntddk::ExFreePoolWithTag(self.start.as_ptr().sub(GUARD).cast(), TAG) }
    }
}

/// A structure in a [`Block`] of its own.
pub(crate) struct Guarded<T> {
    block: Block,
    kind: core::marker::PhantomData<T>,
}

impl<T: FromBytes + IntoBytes + Immutable> Guarded<T> {
    /// Memory for it.
    ///
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`.
    pub(crate) fn new() -> Result<Self> {
        Ok(Self {
            block: Block::new(size_of::<T>())?,
            kind: core::marker::PhantomData,
        })
    }

    pub(crate) fn address(&self) -> NonNull<T> {
        self.block.address().cast()
    }

    pub(crate) fn get(&self) -> T {
        T::read_from_bytes(self.block.bytes()).unwrap_or_else(|_| T::new_zeroed())
    }

    pub(crate) fn set(&mut self, value: &T) {
        // Its length is that of the type.
        let _ = value.write_to(self.block.bytes_mut());
    }

    pub(crate) fn is_intact(&self) -> bool {
        self.block.is_intact()
    }
}
