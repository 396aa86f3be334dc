//! Wire decoding.

use plug61883_abi::ids::{PlugId, UnitId};
use plug61883_abi::ioctl::{
    ConnectionEntry, DirectoryEntry, Event, INTERFACE_VERSION, Interface, List, Origin, PlugEntry,
    PlugReply, PlugState, ReplyHeader, UnitEntry, UnitInfo,
};
use plug61883_abi::status::NtStatus;
use proptest::prelude::*;
use zerocopy::IntoBytes;

use crate::error::{Answer, ErrorKind, ReplyFault, Source};
use crate::scripted;
use crate::wire::*;

fn plug_reply() -> PlugReply {
    let header = ReplyHeader {
        size: 24,
        version: INTERFACE_VERSION,
        reserved: 0,
        status: NtStatus::SUCCESS,
        origin: Origin::Protocol as u32,
    };
    PlugReply {
        header,
        plug: PlugId(0x1_0000_0001),
    }
}

fn units(count: u32, total: u32) -> Vec<u8> {
    let size = 32 + total * size_of::<UnitEntry>() as u32;
    let header = ReplyHeader {
        size,
        ..plug_reply().header
    };
    let mut bytes = List {
        header,
        total,
        count,
        sequence: 1,
    }
    .as_bytes()
    .to_vec();
    for index in 0..count {
        let entry = UnitEntry {
            unit: UnitId::new(index, 1),
            ..UnitEntry::default()
        };
        bytes.extend_from_slice(entry.as_bytes());
    }
    bytes
}

#[test]
fn a_reply_is_read() {
    let reply = plug_reply();
    let (read, answer) = fixed::<PlugReply>(reply.as_bytes()).unwrap();
    assert_eq!(read, reply);
    assert_eq!(
        answer,
        Answer {
            status: NtStatus::SUCCESS,
            source: Source::Protocol
        }
    );
}

#[test]
fn a_wrong_length_is_told() {
    let reply = plug_reply();
    for got in (0..24).chain([25, 48]) {
        let mut bytes = reply.as_bytes().to_vec();
        bytes.resize(got, 0);
        let fault = ReplyFault::Length { got, wanted: 24 };
        assert_eq!(fixed::<PlugReply>(&bytes), Err(ErrorKind::Reply(fault)));
    }
    let mut reply = reply;
    reply.header.size = 25;
    let fault = ReplyFault::Size {
        said: 25,
        wanted: 24,
    };
    assert_eq!(
        fixed::<PlugReply>(reply.as_bytes()),
        Err(ErrorKind::Reply(fault))
    );
}

#[test]
fn another_version_is_told_whatever_else_is_wrong() {
    let mut reply = plug_reply();
    reply.header.version = 7;
    reply.header.origin = 9;
    let error = ErrorKind::Version { driver: 7 };
    assert_eq!(fixed::<PlugReply>(reply.as_bytes()), Err(error));
    assert_eq!(fixed::<PlugReply>(&reply.as_bytes()[..20]), Err(error));
}

#[test]
fn a_failure_in_the_reply_is_the_error() {
    let mut reply = plug_reply();
    reply.header.status = NtStatus::INVALID_PARAMETER;
    for (origin, source) in [(0, Source::Plug61883), (1, Source::Protocol)] {
        reply.header.origin = origin;
        let answer = Answer {
            status: NtStatus::INVALID_PARAMETER,
            source,
        };
        let error = Err(ErrorKind::Status(answer));
        assert_eq!(fixed::<PlugReply>(reply.as_bytes()), error);
    }
    reply.header.origin = 2;
    let error = Err(ErrorKind::Reply(ReplyFault::Origin(2)));
    assert_eq!(fixed::<PlugReply>(reply.as_bytes()), error);
}

#[test]
fn lists_are_read() {
    let ListReply::Whole(read) = list::<UnitEntry>(&units(3, 3)).unwrap() else {
        panic!()
    };
    assert_eq!(read.len(), 3);
    assert_eq!(read[2].unit, UnitId::new(2, 1));
    assert_eq!(
        list::<UnitEntry>(&units(0, 0)),
        Ok(ListReply::Whole(vec![]))
    );
    let needs = list_size::<UnitEntry>(5);
    assert_eq!(list::<UnitEntry>(&units(2, 5)), Ok(ListReply::Needs(needs)));
}

#[test]
fn lists_that_lie_are_told() {
    let mut short = units(3, 3);
    short.pop();
    let fault = ReplyFault::Length {
        got: 103,
        wanted: 104,
    };
    assert_eq!(list::<UnitEntry>(&short), Err(ErrorKind::Reply(fault)));
    let fault = ReplyFault::Count { count: 3, total: 2 };
    assert_eq!(
        list::<UnitEntry>(&units(3, 2)),
        Err(ErrorKind::Reply(fault))
    );
    let mut many = units(1, 1);
    many[16..20].copy_from_slice(&u32::MAX.to_le_bytes());
    let wanted = 32 + u64::from(u32::MAX) * 24;
    let fault = ReplyFault::Size { said: 56, wanted };
    assert_eq!(list::<UnitEntry>(&many), Err(ErrorKind::Reply(fault)));
}

/// Random bytes, some of them behind a header that passes.
fn replies() -> impl Strategy<Value = Vec<u8>> {
    let random = proptest::collection::vec(any::<u8>(), 0..600);
    let small = prop_oneof![0_u32..6, any::<u32>()];
    let headed = (
        random.clone(),
        any::<u32>(),
        small.clone(),
        small.clone(),
        small,
        0_u32..3,
    );
    let headed = headed.prop_map(|(tail, status, size, total, count, origin)| {
        let header = ReplyHeader {
            size: if size < 3 {
                32 + total.wrapping_mul(24)
            } else {
                tail.len() as u32 + 16
            },
            version: INTERFACE_VERSION,
            reserved: 0,
            status: NtStatus(if size % 2 == 0 { 0 } else { status }),
            origin,
        };
        let mut bytes = List {
            header,
            total,
            count,
            sequence: 1,
        }
        .as_bytes()
        .to_vec();
        bytes.extend(tail);
        bytes
    });
    prop_oneof![random, headed]
}

proptest! {
    #[test]
    fn no_reply_makes_it_panic(bytes in replies()) {
        let _ = fixed::<PlugReply>(&bytes);
        let _ = fixed::<PlugState>(&bytes);
        let _ = fixed::<UnitInfo>(&bytes);
        let _ = fixed::<Interface>(&bytes);
        let _ = list::<PlugEntry>(&bytes);
        let _ = list::<ConnectionEntry>(&bytes);
        if let Ok(ListReply::Whole(units)) = list::<UnitEntry>(&bytes) {
            prop_assert_eq!(bytes.len(), list_size::<UnitEntry>(units.len()));
        }
    }

    #[test]
    fn lists_round_trip(count in 0_u32..70, missing in 0_u32..3) {
        let bytes = units(count, count + missing);
        match list::<UnitEntry>(&bytes).unwrap() {
            ListReply::Whole(units) => prop_assert_eq!(units.len() as u32, count),
            ListReply::Needs(size) => {
                prop_assert_ne!(missing, 0);
                prop_assert_eq!(size, list_size::<UnitEntry>((count + missing) as usize));
            }
        }
    }

    #[test]
    fn batches_round_trip(first in 1_u64.., lost: u64, count in 0_u64..5, room in 48_usize..400) {
        let events: Vec<_> = (0..count)
            .map(|index| Event { sequence: first.wrapping_add(index), ..Event::default() })
            .collect();
        let bytes = scripted::batch(lost, first, &events, room);
        prop_assert!(bytes.len() <= room);
        let (head, read) = batch(&bytes).unwrap();
        prop_assert_eq!((head.first, head.lost), (first, lost));
        prop_assert_eq!(&read[..], &events[..read.len()]);
        prop_assert_eq!(head.more as usize, events.len() - read.len());
    }

    #[test]
    fn snapshots_round_trip(counts in [0_usize..4, 0..4, 0..4, 0..4], less in 1_usize..40) {
        let [units, plugs, connections, directories] = counts;
        let (units, plugs) = (vec![UnitEntry::default(); units], vec![PlugEntry::default(); plugs]);
        let connections = vec![ConnectionEntry::default(); connections];
        let directories = vec![DirectoryEntry::default(); directories];
        let make = |room| scripted::snapshot(9, &units, &plugs, &connections, &directories, room);
        let whole = make(usize::MAX);
        let expected = SnapshotReply::Whole {
            sequence: 9,
            units: units.clone(),
            plugs: plugs.clone(),
            connections: connections.clone(),
            directories: directories.clone(),
        };
        prop_assert_eq!(snapshot(&whole), Ok(expected));
        let needs = make(whole.len() - less);
        prop_assert_eq!(needs.len(), 48);
        prop_assert_eq!(snapshot(&needs), Ok(SnapshotReply::Needs(whole.len())));
    }

    /// Whatever one byte of a good reply is changed to, it is read or told, and never misread in
    /// its length.
    #[test]
    fn a_changed_byte_is_no_panic(at in 0_usize..48, to: u8) {
        let events = [Event { sequence: 7, ..Event::default() }];
        let mut bytes = scripted::batch(1, 7, &events, 400);
        bytes[at] = to;
        if let Ok((head, events)) = batch(&bytes) {
            prop_assert_eq!((head.count, events.len()), (1, 1));
        }
        let mut bytes = scripted::snapshot(7, &[UnitEntry::default()], &[], &[], &[], 400);
        bytes[at] = to;
        if let Ok(SnapshotReply::Whole { units, plugs, .. }) = snapshot(&bytes) {
            prop_assert_eq!((units.len(), plugs.len()), (1, 0));
        }
    }
}

#[test]
fn batches_and_snapshots_that_lie_are_told() {
    let events = [5, 6, 8].map(|sequence| Event {
        sequence,
        ..Event::default()
    });
    let error = |fault| Err(ErrorKind::Reply(fault));
    let fault = ReplyFault::Sequence { got: 8, due: 7 };
    assert_eq!(batch(&scripted::batch(0, 5, &events, 1000)), error(fault));

    let mut long = scripted::batch(0, 5, &events[..2], 1000);
    long.push(0);
    let (got, wanted) = (225, 224);
    let fault = ReplyFault::Length { got, wanted };
    assert_eq!(batch(&long), error(fault));
    // More events than bytes.
    let mut many = scripted::batch(0, 5, &events[..2], 1000);
    many[32..36].copy_from_slice(&3_u32.to_le_bytes());
    let fault = ReplyFault::Size {
        said: 224,
        wanted: 48 + 3 * 88,
    };
    assert_eq!(batch(&many), error(fault));

    let mut neither = scripted::snapshot(7, &[], &[], &[], &[], 400);
    neither[40] = 2;
    let fault = ReplyFault::Complete(2);
    assert_eq!(snapshot(&neither), Err(ErrorKind::Reply(fault)));
    let unit = [UnitEntry::default()];
    let mut absurd = scripted::snapshot(7, &unit, &[], &[], &[], 400);
    absurd[24..40].copy_from_slice(&[0xFF; 16]);
    let wanted = 48 + u64::from(u32::MAX) * (24 + 56 + 56 + 40);
    let fault = ReplyFault::Size { said: 72, wanted };
    assert_eq!(snapshot(&absurd), Err(ErrorKind::Reply(fault)));
}
