//! Pointers that a driver hands in.
//!
//! A DDI trusts its caller's pointers, as it does in C: they are null where that is allowed, or
//! else point to what the DDI's documentation says, for the time of the call. These functions are
//! where the stand-in relies on that.

use alloc::vec::Vec;

use wdk_sys::{PCUNICODE_STRING, UNICODE_STRING};

/// What a pointer from the driver points to, unless it is null.
pub(crate) fn get<'a, T>(pointer: *const T) -> Option<&'a T> {
    // SAFETY: null or valid, see the module.
    unsafe { pointer.as_ref() }
}

/// The same, to change it.
pub(crate) fn get_mut<'a, T>(pointer: *mut T) -> Option<&'a mut T> {
    // SAFETY: null or valid, see the module.
    unsafe { pointer.as_mut() }
}

/// Writes through an out pointer, unless it is null.
pub(crate) fn put<T>(pointer: *mut T, value: T) {
    if !pointer.is_null() {
        // SAFETY: valid for writes, see the module.
        unsafe { pointer.write(value) };
    }
}

/// The characters of a counted string.
pub(crate) fn wide<'a>(string: PCUNICODE_STRING) -> &'a [u16] {
    match get(string) {
        Some(string) if !string.Buffer.is_null() => {
            // SAFETY: a counted string's buffer has its length.
            unsafe { core::slice::from_raw_parts(string.Buffer, usize::from(string.Length) / 2) }
        }
        _ => &[],
    }
}

/// A counted string over characters that end in a zero, which it leaves out.
pub(crate) fn counted(text: &[u16]) -> UNICODE_STRING {
    let length = text.len().saturating_sub(1) * 2;
    UNICODE_STRING {
        Length: length as u16,
        MaximumLength: (text.len() * 2) as u16,
        Buffer: text.as_ptr().cast_mut(),
    }
}

/// Characters with a zero behind them.
pub(crate) fn terminated(text: &[u16]) -> Vec<u16> {
    let mut copy = Vec::with_capacity(text.len() + 1);
    copy.extend_from_slice(text);
    copy.push(0);
    copy
}
