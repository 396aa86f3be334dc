//! Handles given out, and whether each came back once.

use core::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// Number of the first handle.
const FIRST: usize = 0x1394_0000;
/// Handles are never given out twice, so that a second release is seen.
const MOST: usize = 1024;

static NEXT: AtomicU32 = AtomicU32::new(0);
static OPEN: [AtomicBool; MOST] = [const { AtomicBool::new(false) }; MOST];
static MISUSED: AtomicU32 = AtomicU32::new(0);

/// A new handle; 0 when there are none left.
pub(crate) fn open() -> usize {
    let index = NEXT.fetch_add(1, Ordering::Relaxed) as usize;
    match OPEN.get(index) {
        Some(open) => {
            open.store(true, Ordering::Relaxed);
            FIRST + index
        }
        None => 0,
    }
}

fn slot(handle: usize) -> Option<&'static AtomicBool> {
    OPEN.get(handle.checked_sub(FIRST)?)
}

fn count_misuse(is_wrong: bool) {
    if is_wrong {
        MISUSED.fetch_add(1, Ordering::Relaxed);
    }
}

/// A handle came back.
pub(crate) fn close(handle: usize) {
    let was_open = slot(handle).is_some_and(|open| open.swap(false, Ordering::Relaxed));
    count_misuse(!was_open);
}

/// A handle is used.
pub(crate) fn used(handle: usize) {
    let is_open = slot(handle).is_some_and(|open| open.load(Ordering::Relaxed));
    count_misuse(!is_open);
}

/// What the three functions below answer.
pub(crate) fn counts() -> [u32; 3] {
    [LinksTestOpened(), LinksTestOpen(), LinksTestMisused()]
}

/// Handles given out so far.
#[unsafe(no_mangle)]
extern "system" fn LinksTestOpened() -> u32 {
    NEXT.load(Ordering::Relaxed)
}

/// Handles that did not come back yet.
#[unsafe(no_mangle)]
extern "system" fn LinksTestOpen() -> u32 {
    OPEN.iter()
        .filter(|open| open.load(Ordering::Relaxed))
        .count() as u32
}

/// Calls with a handle that is not open: never given out, or released before.
#[unsafe(no_mangle)]
extern "system" fn LinksTestMisused() -> u32 {
    MISUSED.load(Ordering::Relaxed)
}
