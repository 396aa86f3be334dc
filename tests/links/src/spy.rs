//! Counts what is not given back: objects of this program, and blocks of COM's task memory.

use std::ffi::c_void;
use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::Result;
use windows::Win32::System::Com::{
    CoRegisterMallocSpy, CoRevokeMallocSpy, CoTaskMemAlloc, IMallocSpy, IMallocSpy_Impl,
};
use windows::core::{BOOL, PWSTR, implement};

static OBJECTS: AtomicI64 = AtomicI64::new(0);
static TAKEN: AtomicI64 = AtomicI64::new(0);
static KEPT: AtomicI64 = AtomicI64::new(0);

/// Part of each object that has an interface: counts it while it lives.
#[derive(Debug)]
pub(crate) struct Live(());

impl Live {
    pub(crate) fn new() -> Self {
        OBJECTS.fetch_add(1, Ordering::Relaxed);
        Self(())
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        OBJECTS.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Objects that live.
pub(crate) fn objects() -> i64 {
    OBJECTS.load(Ordering::Relaxed)
}

/// A text as a COM method gives it to its caller.
pub(crate) fn text(text: &str) -> PWSTR {
    let units: Vec<u16> = text.encode_utf16().chain([0]).collect();
    // SAFETY: any size is allowed.
    let block = unsafe { CoTaskMemAlloc(size_of_val(&units[..])) }.cast::<u16>();
    assert!(!block.is_null(), "no memory");
    // SAFETY: the block has room for all units and was just made.
    unsafe { std::ptr::copy_nonoverlapping(units.as_ptr(), block, units.len()) };
    PWSTR(block)
}

#[implement(IMallocSpy)]
struct Spy;

impl IMallocSpy_Impl for Spy_Impl {
    fn PreAlloc(&self, size: usize) -> usize {
        size
    }

    fn PostAlloc(&self, block: *const c_void) -> *mut c_void {
        if !block.is_null() {
            TAKEN.fetch_add(1, Ordering::Relaxed);
            KEPT.fetch_add(1, Ordering::Relaxed);
        }
        block.cast_mut()
    }

    fn PreFree(&self, block: *const c_void, spied: BOOL) -> *mut c_void {
        if !block.is_null() && spied.as_bool() {
            KEPT.fetch_sub(1, Ordering::Relaxed);
        }
        block.cast_mut()
    }

    fn PostFree(&self, _: BOOL) {}

    fn PreRealloc(
        &self,
        block: *const c_void,
        size: usize,
        new: *mut *mut c_void,
        _: BOOL,
    ) -> usize {
        // SAFETY: COM gives a place for it.
        unsafe { new.write(block.cast_mut()) };
        size
    }

    fn PostRealloc(&self, block: *const c_void, _: BOOL) -> *mut c_void {
        block.cast_mut()
    }

    fn PreGetSize(&self, block: *const c_void, _: BOOL) -> *mut c_void {
        block.cast_mut()
    }

    fn PostGetSize(&self, size: usize, _: BOOL) -> usize {
        size
    }

    fn PreDidAlloc(&self, block: *const c_void, _: BOOL) -> *mut c_void {
        block.cast_mut()
    }

    fn PostDidAlloc(&self, _: *const c_void, _: BOOL, did: i32) -> i32 {
        did
    }

    fn PreHeapMinimize(&self) {}

    fn PostHeapMinimize(&self) {}
}

/// Runs `what`; the blocks that it took in all, and those that it did not give back.
pub(crate) fn blocks(what: impl FnOnce()) -> Result<(i64, i64)> {
    let spy: IMallocSpy = Spy.into();
    TAKEN.store(0, Ordering::Relaxed);
    KEPT.store(0, Ordering::Relaxed);
    // SAFETY: COM keeps a reference of its own until it is revoked.
    unsafe { CoRegisterMallocSpy(&spy) }?;
    what();
    let counts = (TAKEN.load(Ordering::Relaxed), KEPT.load(Ordering::Relaxed));
    // SAFETY: it was registered above.
    unsafe { CoRevokeMallocSpy() }?;
    Ok(counts)
}
