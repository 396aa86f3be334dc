//! What was observed: callbacks note events, a scenario prints them as one line.

use core::cell::UnsafeCell;
use core::fmt::{self, Write};
use core::sync::atomic::{AtomicBool, Ordering};

use wdk_sys::ntddk;

const ROOM: usize = 1024;
/// Longer lines are cut by `DbgPrint`'s own limits.
const LINE: usize = 430;

struct Notes {
    text: [u8; ROOM],
    length: usize,
}

static BUSY: AtomicBool = AtomicBool::new(false);
/// Reached with `BUSY` set only.
struct Shared(UnsafeCell<Notes>);

// SAFETY: see the type.
unsafe impl Sync for Shared {}

static NOTES: Shared = Shared(UnsafeCell::new(Notes {
    text: [0; ROOM],
    length: 0,
}));

impl Write for Notes {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for &byte in text.as_bytes() {
            if let Some(place) = self.text.get_mut(self.length) {
                *place = byte;
                self.length += 1;
            }
        }
        Ok(())
    }
}

fn with<R>(work: impl FnOnce(&mut Notes) -> R) -> R {
    while BUSY.swap(true, Ordering::Acquire) {
        core::hint::spin_loop();
    }
    // SAFETY: the flag keeps all others out.
    let result = work(unsafe { &mut *NOTES.0.get() });
    BUSY.store(false, Ordering::Release);
    result
}

/// Notes an event.
pub(crate) fn note(event: fmt::Arguments<'_>) {
    with(|notes| {
        if notes.length > 0 {
            let _ = notes.write_str("; ");
        }
        let _ = notes.write_fmt(event);
    });
}

/// Notes an event.
#[macro_export]
macro_rules! note {
    ($($part:tt)*) => { $crate::say::note(format_args!($($part)*)) };
}

/// Prints the events noted since the last row, as the observation of this row; an empty id drops
/// them.
pub(crate) fn row(id: &str) {
    let mut line = [0_u8; ROOM + 1];
    let length = with(|notes| {
        let length = core::mem::take(&mut notes.length);
        line[..length].copy_from_slice(&notes.text[..length]);
        length
    });
    if id.is_empty() {
        return;
    }
    let mut head = Notes {
        text: [0; ROOM],
        length: 0,
    };
    let _ = write!(head, "CONF {id}: ");
    line[length.min(LINE)] = 0;
    // SAFETY: both strings end in a zero byte: the first was zeroed, the second just got one.
    unsafe { ntddk::DbgPrint(c"%s%s\n".as_ptr(), head.text.as_ptr(), line.as_ptr()) };
}

/// Prints a line that is no observation.
pub(crate) fn print(message: fmt::Arguments<'_>) {
    let mut line = Notes {
        text: [0; ROOM],
        length: 0,
    };
    let _ = line.write_fmt(message);
    line.text[line.length.min(LINE)] = 0;
    // SAFETY: the string ends in a zero byte.
    unsafe { ntddk::DbgPrint(c"PROBE: %s\n".as_ptr(), line.text.as_ptr()) };
}
