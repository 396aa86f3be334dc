//! The caller's memory: the structure that a request brings, and what that points to.
//!
//! The callers are kernel drivers. They vouch for their pointers, as they do to 61883.sys and to
//! the bus driver; beyond null and misaligned ones there is nothing to check. All of it must be
//! non-paged: requests are answered at DISPATCH_LEVEL.

use core::ptr::NonNull;

use plug61883_abi::av61883::{AvRequest, IOCTL_61883_CLASS};
use plug61883_abi::irb::{AsyncReadIrb, IOCTL_1394_CLASS};
use plug61883_abi::status::NtStatus;
use plug61883_wdf::{Result, wdk_sys};
use sim61883_model::policy::ASYNC_READ;
use sim61883_model::{DeviceRef, Memory, Simulation};
use wdk_sys::MDL;

/// What `Parameters.Others.Argument1` of a request points to, until the request is completed.
pub(crate) enum Argument {
    Class(NonNull<AvRequest>),
    Bus(NonNull<AsyncReadIrb>),
}

// SAFETY: the caller's memory is the request's, whichever thread answers it.
unsafe impl Send for Argument {}

impl Argument {
    /// The argument of an internal control request.
    ///
    /// # Errors
    /// `STATUS_INVALID_DEVICE_REQUEST` for another code, `STATUS_INVALID_PARAMETER` for a bad
    /// pointer.
    pub(crate) fn new(code: u32, argument: wdk_sys::PVOID) -> Result<Self> {
        match code {
            IOCTL_61883_CLASS => aligned(argument).map(Self::Class),
            IOCTL_1394_CLASS => aligned(argument).map(Self::Bus),
            _ => Err(NtStatus::INVALID_DEVICE_REQUEST),
        }
    }

    /// The function that a test names to hold or fail the request.
    pub(crate) fn function(&self) -> u32 {
        match self {
            // SAFETY: the caller keeps the structure valid until the request is completed.
            Self::Class(request) => unsafe { request.as_ref() }.function,
            Self::Bus(_) => ASYNC_READ,
        }
    }

    /// Has the model answer the request; gives its status.
    pub(crate) fn answer(&mut self, simulation: &mut Simulation, unit: DeviceRef) -> NtStatus {
        match self {
            Self::Class(request) => {
                // SAFETY: the caller keeps the structure valid until the request is completed,
                // and does not touch it meanwhile.
                let request = unsafe { request.as_mut() };
                simulation.answer(unit, request, &mut KernelMemory)
            }
            Self::Bus(irb) => {
                // SAFETY: as above.
                let irb = unsafe { irb.as_ref() };
                match simulation
                    .async_read(unit, irb)
                    .and_then(|quadlet| store(irb, &quadlet))
                {
                    Ok(()) => NtStatus::SUCCESS,
                    Err(status) => status,
                }
            }
        }
    }
}

fn aligned<T>(pointer: wdk_sys::PVOID) -> Result<NonNull<T>> {
    NonNull::new(pointer.cast::<T>())
        .filter(|pointer| pointer.is_aligned())
        .ok_or(NtStatus::INVALID_PARAMETER)
}

/// Writes what was read into the buffer that the IRB's MDL describes.
fn store(irb: &AsyncReadIrb, bytes: &[u8]) -> Result<()> {
    let mdl = usize::try_from(irb.mdl).map_err(|_| NtStatus::INVALID_PARAMETER)?;
    let mut mdl: NonNull<MDL> = aligned(core::ptr::with_exposed_provenance_mut(mdl))?;
    // SAFETY: the caller gives a valid MDL, its own until the request is completed.
    let mdl = unsafe { mdl.as_mut() };
    if u64::from(mdl.ByteCount) < bytes.len() as u64 {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    let buffer = NonNull::new(system_address(mdl)).ok_or(NtStatus::INSUFFICIENT_RESOURCES)?;
    // SAFETY: the MDL describes at least as many bytes of the caller's, non-paged.
    unsafe { buffer.copy_from_nonoverlapping(NonNull::from(bytes).cast(), bytes.len()) };
    Ok(())
}

/// Where the bytes of an MDL are, mapped if they are not yet; null if that fails.
/// (`MmGetSystemAddressForMdlSafe`, IRQL <= DISPATCH_LEVEL)
fn system_address(mdl: &mut MDL) -> *mut u8 {
    /// `MDL_MAPPED_TO_SYSTEM_VA`, `MDL_SOURCE_IS_NONPAGED_POOL`.
    const MAPPED: i16 = 0x0001 | 0x0004;
    if mdl.MdlFlags & MAPPED != 0 {
        return mdl.MappedSystemVa.cast();
    }
    // SAFETY: the caller gives an MDL whose pages are locked.
    let mapped = unsafe {
        wdk_sys::ntddk::MmMapLockedPagesSpecifyCache(
            mdl,
            wdk_sys::_MODE::KernelMode as wdk_sys::KPROCESSOR_MODE,
            wdk_sys::_MEMORY_CACHING_TYPE::MmCached,
            core::ptr::null_mut(),
            0,
            wdk_sys::_MM_PAGE_PRIORITY::NormalPagePriority as _,
        )
    };
    mapped.cast()
}

/// Memory at the addresses that a kernel driver's request holds.
struct KernelMemory;

impl Memory for KernelMemory {
    fn read(&self, address: u64, bytes: &mut [u8]) -> bool {
        let Some(place) = place(address) else {
            return false;
        };
        let length = bytes.len();
        let bytes = NonNull::from(bytes).cast();
        // SAFETY: the caller's pointer is to a structure of at least this size.
        unsafe { place.copy_to_nonoverlapping(bytes, length) };
        true
    }

    fn write(&mut self, address: u64, bytes: &[u8]) -> bool {
        let Some(place) = place(address) else {
            return false;
        };
        // SAFETY: as in `read`.
        unsafe { place.copy_from_nonoverlapping(NonNull::from(bytes).cast(), bytes.len()) };
        true
    }
}

fn place(address: u64) -> Option<NonNull<u8>> {
    let address = usize::try_from(address).ok()?;
    NonNull::new(core::ptr::with_exposed_provenance_mut(address))
}
