//! Requests to bytes and bytes to replies. What the driver answers is checked, never trusted.

use plug61883_abi::ids::UnitId;
use plug61883_abi::ioctl::{INTERFACE_VERSION, List, Origin, ReplyHeader, RequestHeader};
use zerocopy::{FromBytes, Immutable, KnownLayout};

use crate::error::{Answer, ErrorKind, ReplyFault, Source};

/// Header of the request `T`.
pub(crate) fn header<T>(unit: UnitId, timeout_ms: u32) -> RequestHeader {
    RequestHeader {
        size: size_of::<T>() as u32,
        version: INTERFACE_VERSION,
        unit,
        timeout_ms,
        ..RequestHeader::default()
    }
}

/// Takes a reply's header off `bytes`. A failure in it is the error; what else a reply that
/// tells of a failure holds does not matter.
fn reply_header(bytes: &[u8], wanted: usize) -> Result<(ReplyHeader, Answer), ErrorKind> {
    let length = ErrorKind::Reply(ReplyFault::Length {
        got: bytes.len(),
        wanted,
    });
    let (header, _) = ReplyHeader::read_from_prefix(bytes).map_err(|_| length)?;
    if header.version != INTERFACE_VERSION {
        return Err(ErrorKind::Version {
            driver: header.version,
        });
    }
    let source = match Origin::from_raw(header.origin) {
        Some(Origin::Protocol) => Source::Protocol,
        Some(Origin::Driver) => Source::Plug61883,
        None => return Err(ErrorKind::Reply(ReplyFault::Origin(header.origin))),
    };
    let answer = Answer {
        status: header.status,
        source,
    };
    if answer.status.is_success() {
        Ok((header, answer))
    } else {
        Err(ErrorKind::Status(answer))
    }
}

/// A reply of fixed size.
pub(crate) fn fixed<T>(bytes: &[u8]) -> Result<(T, Answer), ErrorKind>
where
    T: FromBytes + KnownLayout + Immutable,
{
    let wanted = size_of::<T>();
    let (header, answer) = reply_header(bytes, wanted)?;
    let reply = T::read_from_bytes(bytes).map_err(|_| {
        ErrorKind::Reply(ReplyFault::Length {
            got: bytes.len(),
            wanted,
        })
    })?;
    check_size(header.size, wanted as u64)?;
    Ok((reply, answer))
}

/// Entries of a list, or the size of a buffer that takes them all.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ListReply<E> {
    /// All entries.
    Whole(Vec<E>),
    /// The buffer was too small.
    Needs(usize),
}

/// Size of the reply that a list with so many entries of type `E` has.
pub(crate) const fn list_size<E>(entries: usize) -> usize {
    size_of::<List>() + entries.saturating_mul(size_of::<E>())
}

/// A reply that is a list.
pub(crate) fn list<E>(bytes: &[u8]) -> Result<ListReply<E>, ErrorKind>
where
    E: FromBytes + KnownLayout + Immutable,
{
    let wanted = size_of::<List>();
    reply_header(bytes, wanted)?;
    let (list, entries) = List::read_from_prefix(bytes).map_err(|_| {
        ErrorKind::Reply(ReplyFault::Length {
            got: bytes.len(),
            wanted,
        })
    })?;
    let (count, total) = (list.count, list.total);
    if count > total {
        return Err(ErrorKind::Reply(ReplyFault::Count { count, total }));
    }
    let size = |entries: u32| wanted as u64 + u64::from(entries) * size_of::<E>() as u64;
    check_size(list.header.size, size(total))?;
    // Both fit: a size that passed is no greater than a u32.
    let (sent, needs) = (size(count) as usize, size(total) as usize);
    if bytes.len() != sent {
        let fault = ReplyFault::Length {
            got: bytes.len(),
            wanted: sent,
        };
        return Err(ErrorKind::Reply(fault));
    }
    if count < total {
        return Ok(ListReply::Needs(needs));
    }
    let entries = entries.chunks_exact(size_of::<E>());
    Ok(ListReply::Whole(
        entries
            .filter_map(|entry| E::read_from_bytes(entry).ok())
            .collect(),
    ))
}

fn check_size(said: u32, wanted: u64) -> Result<(), ErrorKind> {
    if u64::from(said) == wanted {
        Ok(())
    } else {
        Err(ErrorKind::Reply(ReplyFault::Size { said, wanted }))
    }
}

#[cfg(test)]
mod tests {
    use plug61883_abi::ids::PlugId;
    use plug61883_abi::ioctl::{
        ConnectionEntry, Interface, PlugEntry, PlugReply, PlugState, UnitEntry, UnitInfo,
    };
    use plug61883_abi::status::NtStatus;
    use proptest::prelude::*;
    use zerocopy::IntoBytes;

    use super::*;

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
        let size = 24 + total * size_of::<UnitEntry>() as u32;
        let header = ReplyHeader {
            size,
            ..plug_reply().header
        };
        let mut bytes = List {
            header,
            total,
            count,
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
            got: 95,
            wanted: 96,
        };
        assert_eq!(list::<UnitEntry>(&short), Err(ErrorKind::Reply(fault)));
        let fault = ReplyFault::Count { count: 3, total: 2 };
        assert_eq!(
            list::<UnitEntry>(&units(3, 2)),
            Err(ErrorKind::Reply(fault))
        );
        let mut many = units(1, 1);
        many[16..20].copy_from_slice(&u32::MAX.to_le_bytes());
        let wanted = 24 + u64::from(u32::MAX) * 24;
        let fault = ReplyFault::Size { said: 48, wanted };
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
                    24 + total.wrapping_mul(24)
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
    }
}
