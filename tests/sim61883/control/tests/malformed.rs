//! Control codes, and requests that are refused before they are looked at.

mod common;

use common::{connect, start, summary};
use plug61883_abi::status::NtStatus;
use sim61883_control::serve::serve;
use sim61883_control::*;
use zerocopy::IntoBytes;

const CODES: [u32; 18] = [
    SUMMARY,
    LIST_UNITS,
    LIST_CONNECTIONS,
    READ_REGISTER,
    LIST_LOCAL_PLUGS,
    LIST_DIRECTORIES,
    LIST_REGISTRATIONS,
    LOCK_REGISTER,
    DROP,
    ADD_RULES,
    CLEAR_RULES,
    RELEASE,
    SET_MODE,
    SET_DDI_VERSION,
    BUS_RESET,
    SET_ONLINE,
    LOSE_AT_RESET,
    SET_CALLBACKS,
];

#[test]
fn codes_are_distinct_and_buffered() {
    for (index, code) in CODES.iter().enumerate() {
        assert_eq!(code >> 16, 0x9884);
        assert_eq!(code & 3, 0, "METHOD_BUFFERED");
        assert!(!CODES[..index].contains(code));
        let access = code >> 14 & 3;
        assert_eq!(access, if index < 7 { 1 } else { 2 });
    }
}

#[test]
fn malformed_requests() {
    let (mut lab, _) = start();
    let mut output = [0; 256];
    let good = Query::default().ready();
    let mut check = |input: &[u8], wanted| {
        for code in CODES {
            let served = serve(&mut lab, code, input, &mut output);
            assert_eq!(served, Err(wanted), "{code:#x}");
        }
    };
    check(&[], NtStatus::BUFFER_TOO_SMALL);
    check(&good.as_bytes()[..7], NtStatus::BUFFER_TOO_SMALL);
    check(&[0; 200], NtStatus::INFO_LENGTH_MISMATCH);
    let mut header = |change: fn(&mut Header), wanted| {
        let mut request = good;
        change(&mut request.header);
        assert_eq!(
            serve(&mut lab, SUMMARY, request.as_bytes(), &mut output),
            Err(wanted)
        );
    };
    header(|header| header.size = 9, NtStatus::INFO_LENGTH_MISMATCH);
    header(|header| header.version = 2, NtStatus::REVISION_MISMATCH);
    header(|header| header.reserved = 1, NtStatus::INVALID_PARAMETER);
    let unknown = serve(&mut lab, SUMMARY + 0x100, good.as_bytes(), &mut output);
    assert_eq!(unknown, Err(NtStatus::INVALID_DEVICE_REQUEST));
}

#[test]
fn a_reply_without_room_changes_nothing() {
    let (mut lab, unit) = start();
    connect(&mut lab, unit, Some(0), Some(0));
    let before = summary(&mut lab);
    let node = before.local_node;
    let lock = LockRequest {
        node,
        offset: 0xFFFF_F000_0220,
        old: 4915 - 660,
        ..Default::default()
    };
    let mut small = [0; 7];
    for (code, request) in [
        (SUMMARY, Query::default().ready().as_bytes()),
        (LIST_UNITS, Query::default().ready().as_bytes()),
        (LIST_CONNECTIONS, Query::default().ready().as_bytes()),
        (LIST_LOCAL_PLUGS, Query::default().ready().as_bytes()),
        (LIST_DIRECTORIES, Query::default().ready().as_bytes()),
        (LIST_REGISTRATIONS, Query::default().ready().as_bytes()),
        (LOSE_AT_RESET, DropRequest::default().ready().as_bytes()),
        (
            SET_CALLBACKS,
            CallbacksRequest::default().ready().as_bytes(),
        ),
        (
            READ_REGISTER,
            ReadRequest {
                node,
                ..Default::default()
            }
            .ready()
            .as_bytes(),
        ),
        (LOCK_REGISTER, lock.ready().as_bytes()),
        (DROP, DropRequest::default().ready().as_bytes()),
        (RELEASE, ReleaseRequest::default().ready().as_bytes()),
        (BUS_RESET, Query::default().ready().as_bytes()),
    ] {
        let served = serve(&mut lab, code, request, &mut small);
        assert_eq!(served, Err(NtStatus::BUFFER_TOO_SMALL), "{code:#x}");
    }
    assert_eq!(summary(&mut lab), before);
    assert_eq!(lab.simulation.reset_and_restore(), 0);
}
