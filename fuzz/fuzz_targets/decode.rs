//! `decode` with any code, input and output length: it never panics, refuses with the statuses that
//! are documented, and what it accepts means, written again, the same bytes.
//!
//! Input: a byte that selects a control code, or that any number follows; two bytes for the length
//! of the output buffer; the input buffer.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use plug61883_abi::ioctl::{CODES, DEFAULT_TIMEOUT_MS, MAX_TIMEOUT_MS, SET_UNIT_INFO, WAIT_EVENTS};
use plug61883_abi::status::NtStatus;
use plug61883_engine::decode;
use plug61883_fuzz::{encode, sizes};

/// Where a request's header holds its time.
const TIMEOUT: core::ops::Range<usize> = 16..20;

fuzz_target!(|data: &[u8]| -> Corpus {
    match read(data) {
        Some((code, output, input)) => {
            check(code, output, input);
            Corpus::Keep
        }
        None => Corpus::Reject,
    }
});

fn read(data: &[u8]) -> Option<(u32, usize, &[u8])> {
    let (selector, data) = data.split_first()?;
    let (code, data) = match CODES.get(usize::from(*selector)) {
        Some(code) => (*code, data),
        None => {
            let (code, data) = data.split_first_chunk()?;
            (u32::from_le_bytes(*code), data)
        }
    };
    let (output, input) = data.split_first_chunk()?;
    Some((code, usize::from(u16::from_le_bytes(*output)), input))
}

fn check(code: u32, output: usize, input: &[u8]) {
    let documented = sizes(code);
    assert_eq!(documented.is_some(), CODES.contains(&code));
    match (decode(code, input, output), documented) {
        (Err(status), None) => assert_eq!(status, NtStatus::INVALID_DEVICE_REQUEST),
        (Err(status), Some((request, reply))) => {
            let allowed = match status {
                NtStatus::BUFFER_TOO_SMALL => input.len() < request || output < reply,
                NtStatus::INFO_LENGTH_MISMATCH => input.len() >= request,
                NtStatus::REVISION_MISMATCH => input.get(4..6) != Some(&[1, 0]),
                NtStatus::INVALID_PARAMETER => input.len() == request,
                NtStatus::ACCESS_DENIED => code == SET_UNIT_INFO,
                _ => false,
            };
            assert!(allowed, "{code:#x}: {status}");
        }
        (Ok(_), None) => panic!("{code:#x} is no code"),
        (Ok(mut decoded), Some((request, reply))) => {
            assert_eq!(input.len(), request, "{code:#x}");
            assert!(output >= reply, "{code:#x}");
            assert!((1..=MAX_TIMEOUT_MS).contains(&decoded.timeout_ms));
            // Nothing is told by naming the default: it may have been 0.
            if input[TIMEOUT] == [0; 4] && code != WAIT_EVENTS {
                assert_eq!(decoded.timeout_ms, DEFAULT_TIMEOUT_MS);
                decoded.timeout_ms = 0;
            }
            let (code_again, input_again) = encode(&decoded);
            assert_eq!(code_again, code);
            assert_eq!(input_again, input, "{code:#x}");
        }
    }
}
