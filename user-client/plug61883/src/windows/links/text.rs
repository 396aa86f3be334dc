//! UTF-16 text to and from Windows. What is no valid UTF-16 is replaced.

use std::ffi::c_void;

use windows::Win32::System::Com::CoTaskMemFree;
use windows::core::PWSTR;

/// Ended by a NUL, as Windows takes it.
pub(super) fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

/// Up to the first NUL.
pub(super) fn until_nul(units: &[u16]) -> String {
    let text = units.split(|unit| *unit == 0).next().unwrap_or_default();
    String::from_utf16_lossy(text)
}

/// The texts of a list, each ended by a NUL, the list by another.
pub(super) fn list(units: &[u16]) -> Vec<String> {
    let texts = units.split(|unit| *unit == 0);
    texts
        .take_while(|text| !text.is_empty())
        .map(String::from_utf16_lossy)
        .collect()
}

/// A text that is somebody else's; empty where there is none.
///
/// # Safety
///
/// `text` is null or a text ended by a NUL, readable until this returns.
pub(super) unsafe fn copy(text: PWSTR) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: it is not null, so a readable text, as the caller says.
    String::from_utf16_lossy(unsafe { text.as_wide() })
}

/// A text that a COM method gave to its caller, who frees it.
///
/// # Safety
///
/// `text` is null or a text ended by a NUL, allocated by `CoTaskMemAlloc`, that nobody else uses.
pub(super) unsafe fn take(text: PWSTR) -> String {
    // SAFETY: as the caller says.
    let copied = unsafe { copy(text) };
    // SAFETY: it is the caller's, and not used after this; null is allowed.
    unsafe { CoTaskMemFree(Some(text.0.cast::<c_void>())) };
    copied
}
