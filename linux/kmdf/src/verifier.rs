//! The part of the stand-in that plays Driver Verifier.
//!
//! A finding prints one line, `VERIFIER: <RULE>: driver <name>: <message>`, and stops the system
//! with `KeBugCheckEx`. A driver whose service key has `Parameters\Wdf\VerifierRecordOnly` = 1
//! (a test of the verifier itself) has its findings printed only.

use core::fmt::{self, Write};
use core::sync::atomic::Ordering;

use wdk_sys::ntddk;

use crate::client::Client;
use crate::irql;

/// The rules that a finding names.
pub(crate) mod rule {
    pub(crate) const DELETE_NOT_ALLOWED: &str = "DELETE_NOT_ALLOWED";
    pub(crate) const DEREFERENCE_NOT_DELETE: &str = "DEREFERENCE_NOT_DELETE";
    pub(crate) const DEVICE_LEFT: &str = "DEVICE_LEFT";
    pub(crate) const HANDLE_FREED: &str = "HANDLE_FREED";
    pub(crate) const HANDLE_INVALID: &str = "HANDLE_INVALID";
    pub(crate) const HANDLE_NULL: &str = "HANDLE_NULL";
    pub(crate) const HANDLE_TYPE: &str = "HANDLE_TYPE";
    pub(crate) const INFORMATION_TOO_LARGE: &str = "INFORMATION_TOO_LARGE";
    pub(crate) const IRQL_CHANGED: &str = "IRQL_CHANGED";
    pub(crate) const IRQL_TOO_HIGH: &str = "IRQL_TOO_HIGH";
    pub(crate) const LOCK_HELD: &str = "LOCK_HELD";
    pub(crate) const LOCK_NOT_HELD: &str = "LOCK_NOT_HELD";
    pub(crate) const LOCK_RECURSIVE: &str = "LOCK_RECURSIVE";
    pub(crate) const MEMORY_REFERENCED: &str = "MEMORY_REFERENCED";
    pub(crate) const NOT_PROVIDED: &str = "NOT_PROVIDED";
    pub(crate) const OBJECT_LEAK: &str = "OBJECT_LEAK";
    pub(crate) const PARAMETER_NULL: &str = "PARAMETER_NULL";
    pub(crate) const POOL_LEAK: &str = "POOL_LEAK";
    pub(crate) const REQUEST_CANCELABLE: &str = "REQUEST_CANCELABLE";
    pub(crate) const REQUEST_COMPLETED_TWICE: &str = "REQUEST_COMPLETED_TWICE";
    pub(crate) const REQUEST_LOST: &str = "REQUEST_LOST";
    pub(crate) const REQUEST_NOT_CANCELABLE: &str = "REQUEST_NOT_CANCELABLE";
    pub(crate) const REQUEST_NOT_OWNED: &str = "REQUEST_NOT_OWNED";
    pub(crate) const REQUEST_PENDING_STATUS: &str = "REQUEST_PENDING_STATUS";
    pub(crate) const REQUEST_SAME_QUEUE: &str = "REQUEST_SAME_QUEUE";
    pub(crate) const REQUEST_SENT: &str = "REQUEST_SENT";
    pub(crate) const REQUEST_UNFORMATTED: &str = "REQUEST_UNFORMATTED";
    pub(crate) const TIMER_WAITS_FOR_ITSELF: &str = "TIMER_WAITS_FOR_ITSELF";
    pub(crate) const TRACE_LEFT: &str = "TRACE_LEFT";
}

/// Bug check codes: 10D is the framework's, E2 "manually initiated" serves findings of its own.
mod bug_check {
    pub(super) const WDF_VIOLATION: u32 = 0x10D;
    pub(super) const INTERNAL: u32 = 0xE2;
}

/// The first parameter of bug check 10D.
#[derive(Clone, Copy)]
pub(crate) enum Violation {
    Fatal = 3,
    ParameterNull = 4,
    InvalidHandle = 5,
    Request = 6,
    Object = 7,
    Lock = 11,
    Irql = 14,
    Unavailable = 16,
}

/// A line of fixed size: nothing is allocated to print it.
struct Line {
    text: [u8; 440],
    length: usize,
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for &byte in text.as_bytes() {
            // One byte is kept for the terminator.
            if self.length + 1 < self.text.len() {
                self.text[self.length] = byte;
                self.length += 1;
            }
        }
        Ok(())
    }
}

/// Prints one line through `DbgPrint`.
pub(crate) fn print(message: fmt::Arguments<'_>) {
    let mut line = Line {
        text: [0; 440],
        length: 0,
    };
    let _ = line.write_fmt(message);
    // SAFETY: both strings end in a zero byte, and the format asks for one string.
    unsafe { ntddk::DbgPrint(c"%s\n".as_ptr(), line.text.as_ptr()) };
}

/// Reports a broken rule. Comes back only if the driver's findings are recorded, not fatal.
pub(crate) fn finding(
    client: &Client,
    rule: &str,
    violation: Violation,
    message: fmt::Arguments<'_>,
) {
    print(format_args!(
        "VERIFIER: {rule}: driver {}: {message}",
        client.name
    ));
    if !client.record_only.load(Ordering::Relaxed) {
        // SAFETY: does not return.
        unsafe { ntddk::KeBugCheckEx(bug_check::WDF_VIOLATION, violation as u64, 0, 0, 0) };
    }
}

/// Something that no driver can be blamed for.
pub(crate) fn internal_error(message: &str) -> ! {
    print(format_args!("VERIFIER: INTERNAL: driver WDFLDR: {message}"));
    // SAFETY: does not return.
    unsafe { ntddk::KeBugCheckEx(bug_check::INTERNAL, 0, 0, 0, 0) }
}

/// Runs a driver's callback and checks that it leaves IRQL and locks as it found them.
pub(crate) fn callback<R>(client: &Client, name: &str, run: impl FnOnce() -> R) -> R {
    let before = irql::snapshot();
    let result = run();
    let after = irql::snapshot();
    if before == after {
        return result;
    }
    if before.spin_locks != after.spin_locks || before.wait_locks != after.wait_locks {
        finding(
            client,
            rule::LOCK_HELD,
            Violation::Lock,
            format_args!(
                "{name} came back with {} spin locks and {} wait locks held, called with {} and {}",
                after.spin_locks, after.wait_locks, before.spin_locks, before.wait_locks
            ),
        );
    } else {
        finding(
            client,
            rule::IRQL_CHANGED,
            Violation::Irql,
            format_args!(
                "{name} came back at IRQL {}, called at {}",
                after.irql, before.irql
            ),
        );
    }
    irql::restore(before);
    result
}

/// Checks that the caller of `name` is at `level` or below.
pub(crate) fn at_most(client: &Client, name: &str, level: u8) -> bool {
    let now = irql::current();
    if now > level {
        finding(
            client,
            rule::IRQL_TOO_HIGH,
            Violation::Irql,
            format_args!("{name} called at IRQL {now}, allowed up to {level}"),
        );
        return false;
    }
    true
}
