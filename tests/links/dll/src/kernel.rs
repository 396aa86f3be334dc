//! What the environment says, and telling what was counted.

use core::ffi::{CStr, c_void};

#[link(name = "kernel32")]
unsafe extern "system" {
    fn GetEnvironmentVariableA(name: *const u8, buffer: *mut u8, size: u32) -> u32;
    fn GetStdHandle(which: u32) -> *mut c_void;
    fn WriteFile(
        file: *mut c_void,
        buffer: *const u8,
        size: u32,
        written: *mut u32,
        overlapped: *mut c_void,
    ) -> i32;
}

const STDERR: u32 = -12_i32 as u32;

/// The number in a variable; `None` where it is not set.
pub(crate) fn variable(name: &CStr) -> Option<u32> {
    let mut buffer = [0_u8; 16];
    let size = buffer.len() as u32;
    // SAFETY: the name ends with a NUL, and the buffer is writable for the size given.
    let length = unsafe {
        GetEnvironmentVariableA(name.to_bytes_with_nul().as_ptr(), buffer.as_mut_ptr(), size)
    };
    let digits = buffer
        .get(..length as usize)
        .filter(|text| !text.is_empty())?;
    let mut number = 0_u32;
    for digit in digits {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number.wrapping_mul(10).wrapping_add(u32::from(digit));
    }
    Some(number)
}

/// What a function is to answer: 0 unless the environment says otherwise.
pub(crate) fn answer(name: &CStr) -> u32 {
    variable(name).unwrap_or(0)
}

/// Writes to stderr; there is nobody to tell that it failed.
pub(crate) fn tell(text: &str) {
    let mut written = 0;
    // SAFETY: the text is readable for its length, and `written` is writable.
    unsafe {
        WriteFile(
            GetStdHandle(STDERR),
            text.as_ptr(),
            text.len() as u32,
            &raw mut written,
            core::ptr::null_mut(),
        )
    };
}

/// The same of a number.
pub(crate) fn tell_number(number: u32) {
    if number >= 10 {
        tell_number(number / 10);
    }
    let digit = number % 10;
    if let Some(digit) = "0123456789".get(digit as usize..=digit as usize) {
        tell(digit);
    }
}
