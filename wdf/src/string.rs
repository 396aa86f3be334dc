//! UNICODE_STRINGs of constant texts.

use core::marker::PhantomData;

use wdk_sys::UNICODE_STRING;

/// A `UNICODE_STRING` over UTF-16 units that outlive it.
pub struct UnicodeString<'a> {
    raw: UNICODE_STRING,
    units: PhantomData<&'a [u16]>,
}

impl<'a> UnicodeString<'a> {
    /// Refers to `units`, which need no ending NUL; cut at 32,767 units.
    #[must_use]
    pub fn new(units: &'a [u16]) -> Self {
        let bytes = u16::try_from(size_of_val(units)).unwrap_or(0xFFFE);
        Self {
            raw: UNICODE_STRING {
                Length: bytes,
                MaximumLength: bytes,
                Buffer: units.as_ptr().cast_mut(),
            },
            units: PhantomData,
        }
    }

    pub(crate) fn raw(&self) -> *const UNICODE_STRING {
        &raw const self.raw
    }
}

/// The UTF-16 units of an ASCII text, at compile time: `utf16!("text")`.
#[macro_export]
macro_rules! utf16 {
    ($text:expr) => {{
        const TEXT: &str = $text;
        const UNITS: [u16; TEXT.len()] = {
            let bytes = TEXT.as_bytes();
            let mut units = [0; TEXT.len()];
            let mut index = 0;
            while index < bytes.len() {
                assert!(bytes[index].is_ascii());
                units[index] = bytes[index] as u16;
                index += 1;
            }
            units
        };
        &UNITS
    }};
}
