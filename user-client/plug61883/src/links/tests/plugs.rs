//! Plug connections as links, against a driver that a test answers for.

use plug61883_abi::ids::{ConnectionId, Direction, PlugId, UnitId};
use plug61883_abi::ioctl::{
    self, ConnectionEntry, DisconnectRequest, ReplyHeader, disconnect_flags,
};
use plug61883_abi::status::NtStatus;
use zerocopy::{FromBytes, IntoBytes};

use crate::Driver;
use crate::links::{Family, Link, LinkCode, LinkErrorKind, plug_links};
use crate::scripted::{Scripted, header, list, refusal};

const CONNECTION: ConnectionId = ConnectionId::new(4, 2);

/// A driver with one connection, whose disconnect has this status.
fn driver(status: NtStatus) -> (Scripted, Driver) {
    let scripted = Scripted::new(move |sent| match sent.code {
        ioctl::LIST_CONNECTIONS => Ok(list(
            &[ConnectionEntry {
                connection: CONNECTION,
                unit: UnitId::new(0, 3),
                output: PlugId::new(0, Direction::Out, 0, 1),
                ends: 3,
                ..ConnectionEntry::default()
            }],
            sent.output,
        )),
        ioctl::DISCONNECT if status.is_success() => {
            Ok(header(size_of::<ReplyHeader>(), status).as_bytes().to_vec())
        }
        ioctl::DISCONNECT => Err(refusal(status)),
        _ => Err(refusal(NtStatus::INVALID_DEVICE_REQUEST)),
    });
    (scripted.clone(), Driver::with_transport(scripted))
}

fn disconnects(scripted: &Scripted) -> Vec<u32> {
    let sent = scripted.sent();
    sent.iter()
        .filter(|sent| sent.code == ioctl::DISCONNECT)
        .filter_map(|sent| DisconnectRequest::read_from_bytes(&sent.input).ok())
        .map(|request| request.flags)
        .collect()
}

#[test]
fn a_plug_connection_is_a_link() {
    let (scripted, driver) = driver(NtStatus::SUCCESS);
    let mut links = plug_links(&driver, true).unwrap();
    let link = &mut links[0];
    assert_eq!(link.family(), Family::Plug);
    assert_eq!(link.id(), CONNECTION.to_string());
    assert!(link.name().ends_with(" to a plug"), "{}", link.name());
    assert!(link.belongs_to().is_fire_wire());
    assert_eq!(
        link.disconnect(),
        Ok(Some(LinkCode::Status(NtStatus::SUCCESS)))
    );
    let again = link.disconnect().unwrap_err();
    assert_eq!(again.kind(), &LinkErrorKind::Released);
    assert_eq!(disconnects(&scripted), [disconnect_flags::FORCE]);
}

#[test]
fn one_that_is_gone_is_not_asked_for_again_one_that_failed_is() {
    for (status, is_gone) in [
        (NtStatus::INVALID_PARAMETER, true),
        (NtStatus::DEVICE_BUSY, false),
    ] {
        let (scripted, driver) = driver(status);
        let mut links = plug_links(&driver, false).unwrap();
        let error = links[0].disconnect().unwrap_err();
        assert_eq!(error.is_already_disconnected(), is_gone, "{error}");
        assert_eq!(error.code(), Some(LinkCode::Status(status)));
        let again = links[0].disconnect().unwrap_err();
        assert_eq!(again.is_already_disconnected(), is_gone, "{again}");
        let sent = if is_gone { vec![0] } else { vec![0, 0] };
        assert_eq!(disconnects(&scripted), sent);
    }
}
