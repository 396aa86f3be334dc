//! Memory objects.

use core::ptr::NonNull;

use wdk_sys::{MDL, WDFMEMORY, call_unsafe_wdf_function_binding, ntddk};

use crate::object::handle_type;
use crate::{Attributes, NtStatus, Result, check};

handle_type! {
    /// A block of non-paged pool, freed with its object.
    Memory(WDFMEMORY)
}

impl Memory {
    /// Allocates `size` bytes of non-paged, non-executable pool, zeroed. (`WdfMemoryCreate`,
    /// IRQL <= DISPATCH_LEVEL)
    ///
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`.
    pub fn allocate(
        mut attributes: Attributes,
        tag: &[u8; 4],
        size: usize,
    ) -> Result<(Self, NonNull<u8>)> {
        let mut handle: WDFMEMORY = core::ptr::null_mut();
        let mut buffer: wdk_sys::PVOID = core::ptr::null_mut();
        // SAFETY: all out pointers are live locals.
        check(unsafe {
            call_unsafe_wdf_function_binding!(
                WdfMemoryCreate,
                attributes.raw(),
                wdk_sys::_POOL_TYPE::NonPagedPoolNx,
                u32::from_le_bytes(*tag),
                size,
                &raw mut handle,
                &raw mut buffer
            )
        })?;
        let Some(buffer) = NonNull::new(buffer.cast::<u8>()) else {
            return Err(NtStatus::INSUFFICIENT_RESOURCES);
        };
        // SAFETY: the framework gave a buffer of `size` bytes that nothing else knows.
        unsafe { buffer.write_bytes(0, size) };
        Ok((Self(handle), buffer))
    }
}

/// A memory descriptor list over non-paged pool. To be freed with [`Mdl::free`].
#[derive(Clone, Copy, Debug)]
#[must_use = "an MDL that is not freed leaks"]
pub struct Mdl(NonNull<MDL>);

// SAFETY: an MDL of non-paged pool may be used and freed on every thread.
unsafe impl Send for Mdl {}

impl Mdl {
    /// Describes `length` bytes from `start`. (`IoAllocateMdl`, `MmBuildMdlForNonPagedPool`,
    /// IRQL <= DISPATCH_LEVEL)
    ///
    /// # Safety
    /// The bytes are non-paged pool that outlives the MDL.
    ///
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`.
    pub unsafe fn of_pool(start: NonNull<u8>, length: u32) -> Result<Self> {
        // SAFETY: the caller vouches for the memory; there is no IRP to hang the MDL on.
        let mdl = unsafe {
            ntddk::IoAllocateMdl(start.as_ptr().cast(), length, 0, 0, core::ptr::null_mut())
        };
        let mdl = NonNull::new(mdl).ok_or(NtStatus::INSUFFICIENT_RESOURCES)?;
        // SAFETY: the MDL is fresh and its memory non-paged pool.
        unsafe { ntddk::MmBuildMdlForNonPagedPool(mdl.as_ptr()) };
        Ok(Self(mdl))
    }

    /// Address of the MDL.
    #[must_use]
    pub fn address(self) -> u64 {
        self.0.as_ptr().addr() as u64
    }

    /// Frees the MDL, which no request uses any more. (`IoFreeMdl`, IRQL <= DISPATCH_LEVEL)
    pub fn free(self) {
        // SAFETY: `of_pool` allocated it, and the caller is its last user.
        unsafe { ntddk::IoFreeMdl(self.0.as_ptr()) }
    }
}
