//! Control requests: each mistake has its status, and only what is right gets through.

mod more;
mod rows;

use plug61883_abi::av61883::connect_type;
use plug61883_abi::ioctl;
use plug61883_abi::status::NtStatus;
use plug61883_engine::{Command, decode};
use proptest::prelude::*;
use zerocopy::IntoBytes;

use rows::{HEADER, UNIT, header, rows};

#[test]
fn each_right_request_is_read() {
    for row in rows() {
        assert_eq!(row.with(|_| ()), Ok(row.command), "{}", row.name);
        assert_eq!(ioctl::required_access(row.code), row.access, "{}", row.name);
    }
}

#[test]
fn an_unknown_code_is_an_invalid_device_request() {
    for row in rows() {
        for code in [
            row.code ^ 1,
            row.code ^ 3,
            row.code ^ 0x4000,
            row.code ^ 0xC000,
            row.code ^ 0x0001_0000,
            row.code | 0x1000,
        ] {
            let refused = decode(code, &row.request, 4096);
            assert_eq!(refused, Err(NtStatus::INVALID_DEVICE_REQUEST), "{code:#x}");
        }
    }
    for code in [
        0,
        u32::MAX,
        0x9883_6024,
        0x9883_604C,
        0x9883_A050,
        0x9883_6054,
        0x9883_A054,
        0x0022_021D,
    ] {
        let refused = decode(code, &[], 0);
        assert_eq!(refused, Err(NtStatus::INVALID_DEVICE_REQUEST), "{code:#x}");
    }
}

#[test]
fn a_short_input_is_too_small() {
    for row in rows() {
        for length in (0..row.request.len()).step_by(if cfg!(miri) { 5 } else { 1 }) {
            let refused = row.with(|request| request.truncate(length));
            assert_eq!(refused, Err(NtStatus::BUFFER_TOO_SMALL), "{}", row.name);
            // Its size told right does not make it larger.
            let refused = row.with(|request| {
                request[..4].copy_from_slice(&(length as u32).to_le_bytes());
                request.truncate(length);
            });
            assert_eq!(refused, Err(NtStatus::BUFFER_TOO_SMALL), "{}", row.name);
        }
    }
}

#[test]
fn a_long_input_or_a_size_that_differs_is_a_length_mismatch() {
    for row in rows() {
        let mismatch = Err(NtStatus::INFO_LENGTH_MISMATCH);
        for more in [1, 8, if cfg!(miri) { 40 } else { 4096 }] {
            let length = row.request.len() + more;
            assert_eq!(row.with(|request| request.resize(length, 0)), mismatch);
            let told = row.with(|request| {
                request.resize(length, 0);
                request[..4].copy_from_slice(&(length as u32).to_le_bytes());
            });
            assert_eq!(told, mismatch, "{}", row.name);
        }
        let size = row.request.len() as u32;
        for size in [0, 1, size - 1, size + 1, u32::MAX] {
            assert_eq!(row.with_u32(0, size), mismatch, "{}", row.name);
        }
    }
}

#[test]
fn a_short_output_is_too_small() {
    for row in rows() {
        for length in (0..row.reply).step_by(if cfg!(miri) { 23 } else { 1 }) {
            let refused = decode(row.code, &row.request, length);
            assert_eq!(refused, Err(NtStatus::BUFFER_TOO_SMALL), "{}", row.name);
        }
        assert!(decode(row.code, &row.request, usize::MAX).is_ok());
    }
}

#[test]
fn another_interface_version_is_a_revision_mismatch() {
    for row in rows() {
        for version in [0, 2, 0x100, u16::MAX] {
            let refused = row.with(|request| request[4..6].copy_from_slice(&version.to_le_bytes()));
            assert_eq!(refused, Err(NtStatus::REVISION_MISMATCH), "{}", row.name);
            // Another version may well have requests of another size.
            let refused = row.with(|request| {
                request[4..6].copy_from_slice(&version.to_le_bytes());
                request.resize(200, 0);
            });
            assert_eq!(refused, Err(NtStatus::REVISION_MISMATCH), "{}", row.name);
        }
    }
}

#[test]
fn reserved_fields_and_values_out_of_range_are_invalid_parameters() {
    let invalid = Err(NtStatus::INVALID_PARAMETER);
    for row in rows() {
        for bit in 0..16 {
            let refused = row.with(|request| request[6 + bit / 8] = 1 << (bit % 8));
            assert_eq!(refused, invalid, "{}", row.name);
        }
        for reserved in row.reserved.iter().chain(&[20]) {
            for bit in (0..32).step_by(if cfg!(miri) { 9 } else { 1 }) {
                assert_eq!(row.with_u32(*reserved, 1 << bit), invalid, "{}", row.name);
            }
        }
        for (offset, value) in row.bad {
            assert_eq!(row.with_u32(*offset, *value), invalid, "{}", row.name);
        }
        for timeout in [ioctl::MAX_TIMEOUT_MS + 1, u32::MAX] {
            assert_eq!(row.with_u32(16, timeout), invalid, "{}", row.name);
        }
        if row.no_unit {
            assert_eq!(row.with_u32(8, 1), invalid, "{}", row.name);
            assert_eq!(row.with_u32(12, 1), invalid, "{}", row.name);
        }
    }
}

#[test]
fn a_connect_with_neither_plug_is_an_invalid_parameter() {
    let row = &rows()[7];
    let neither = row.with(|request| request[24..40].fill(0));
    assert_eq!(neither, Err(NtStatus::INVALID_PARAMETER));
    for one in [24..32, 32..40] {
        assert!(row.with(|request| request[one].fill(0)).is_ok());
    }
}

#[test]
fn every_code_has_its_row() {
    let codes: Vec<u32> = rows().iter().map(|row| row.code).collect();
    for code in ioctl::CODES {
        assert!(codes.contains(&code), "{code:#x}");
    }
}

#[test]
fn the_diagnostic_level_takes_its_flag() {
    let row = rows().into_iter().next_back().unwrap();
    assert_eq!(row.name, "SET_UNIT_INFO of diagnostics");
    assert_eq!(row.with_u32(28, 0), Err(NtStatus::ACCESS_DENIED));
    // What is wrong anyway is not made right by that.
    let wrong = row.with(|request| {
        request[28] = 0;
        request[55] = 1;
    });
    assert_eq!(wrong, Err(NtStatus::INVALID_PARAMETER));
}

#[test]
fn a_time_of_zero_is_the_default() {
    for row in rows() {
        if row.no_time {
            for time in [1, 5_000, ioctl::MAX_TIMEOUT_MS] {
                assert_eq!(row.with_u32(16, time), Err(NtStatus::INVALID_PARAMETER));
            }
            continue;
        }
        for (told, meant) in [
            (0, ioctl::DEFAULT_TIMEOUT_MS),
            (1, 1),
            (ioctl::MAX_TIMEOUT_MS, ioctl::MAX_TIMEOUT_MS),
        ] {
            let mut request = row.request.clone();
            request[16..20].copy_from_slice(&u32::to_le_bytes(told));
            let decoded = decode(row.code, &request, row.reply).unwrap();
            assert_eq!(decoded.timeout_ms, meant);
        }
    }
}

/// Statuses that decoding may give.
const REFUSALS: [NtStatus; 6] = [
    NtStatus::ACCESS_DENIED,
    NtStatus::INVALID_DEVICE_REQUEST,
    NtStatus::BUFFER_TOO_SMALL,
    NtStatus::INFO_LENGTH_MISMATCH,
    NtStatus::REVISION_MISMATCH,
    NtStatus::INVALID_PARAMETER,
];

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if cfg!(miri) { 6 } else { 20_000 },
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Random bytes, half of them behind a header that is right.
    #[test]
    fn random_bytes_do_not_get_through_with_wrong_sizes(
        // Beyond the rows: any code.
        pick in 0..rows().len() + 4,
        code in any::<u32>(),
        input in prop::collection::vec(any::<u8>(), 0..100),
        output in 0..600_usize,
        right in any::<bool>(),
    ) {
        let rows = rows();
        let row = rows.get(pick);
        let mut input = input;
        if right && input.len() >= HEADER {
            let header = header(input.len(), UNIT);
            input[..HEADER].copy_from_slice(header.as_bytes());
        }
        match (decode(row.map_or(code, |row| row.code), &input, output), row) {
            (Ok(_), None) => prop_assert!(rows.iter().any(|row| row.code == code)),
            (Ok(_), Some(row)) => {
                prop_assert_eq!(input.len(), row.request.len());
                prop_assert!(output >= row.reply);
            }
            (Err(status), _) => prop_assert!(REFUSALS.contains(&status)),
        }
    }

    /// A right request with one byte changed is read or refused, and what is read is in range.
    #[test]
    fn a_changed_byte_is_read_in_range_or_refused(
        pick in 0..rows().len(),
        place in any::<prop::sample::Index>(),
        value in any::<u8>(),
    ) {
        let row = &rows()[pick];
        let place = place.index(row.request.len());
        match row.with(|request| request[place] = value) {
            Ok(Command::GetPlug { number, .. }) => prop_assert!(number <= 30),
            Ok(Command::ReadRegister { offset, .. }) => {
                prop_assert!((0x900..=0x9FC).contains(&offset) && offset.is_multiple_of(4));
            }
            Ok(Command::Connect(connect)) => {
                prop_assert!(connect.connect_type <= connect_type::POINT_TO_POINT);
            }
            Ok(_) => {}
            Err(status) => prop_assert!(REFUSALS.contains(&status)),
        }
    }
}
