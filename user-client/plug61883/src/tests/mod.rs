//! The library against a scripted transport.

mod changes;
mod errors;
mod events;
mod persist;
mod registers;
mod units;
mod wire;

use std::time::Duration;

use plug61883_abi::ids::{ConnectionId, Direction, DirectoryId, PlugId, UnitId};
use plug61883_abi::ioctl::{
    self, ConnectReply, ConnectRequest, ConnectionEntry, DisconnectRequest, Interface, PlugEntry,
    PlugReply, PlugRequest, PlugStateRequest, ReplyHeader, RequestHeader, Text, UnitEntry,
    UnitInfo, UnitInfoRequest,
};
use plug61883_abi::pcr::{Ipcr, Opcr};
use plug61883_abi::status::NtStatus;
use proptest::prelude::*;
use zerocopy::{FromBytes, IntoBytes};

use crate::scripted::{Scripted, Sent, header, list, refusal};
use crate::*;

const UNIT: UnitId = UnitId::new(0, 3);
const OUT0: PlugId = PlugId::new(0, Direction::Out, 0, 1);
const IN1: PlugId = PlugId::new(0, Direction::In, 1, 1);
const LOCAL: PlugId = PlugId::new(0, Direction::In, 2, 7).local();
const DIRECTORY: DirectoryId = DirectoryId::new(1, 4);
const CONNECTION: ConnectionId = ConnectionId::new(4, 2);

fn reply<T: IntoBytes + zerocopy::Immutable>(reply: T) -> Result<Vec<u8>, Failure> {
    Ok(reply.as_bytes().to_vec())
}

fn success<T>() -> ReplyHeader {
    header(size_of::<T>(), NtStatus::SUCCESS)
}

/// A driver that connects and disconnects.
fn connecting() -> (Scripted, Driver) {
    let scripted = Scripted::new(|sent| match sent.code {
        ioctl::GET_PLUG => {
            let request = PlugRequest::read_from_bytes(&sent.input).unwrap();
            let plug = if request.direction == 0 { OUT0 } else { IN1 };
            reply(PlugReply {
                header: success::<PlugReply>(),
                plug,
            })
        }
        ioctl::CONNECT => reply(ConnectReply {
            header: success::<ConnectReply>(),
            connection: CONNECTION,
        }),
        ioctl::DISCONNECT => reply(success::<ReplyHeader>()),
        _ => Err(refusal(NtStatus::INVALID_DEVICE_REQUEST)),
    });
    (scripted.clone(), Driver::with_transport(scripted))
}

fn codes(scripted: &Scripted) -> Vec<u32> {
    scripted.sent().iter().map(|sent| sent.code).collect()
}

#[test]
fn requests_have_a_header_that_is_right() {
    let (scripted, driver) = connecting();
    let driver = driver
        .timeout(Duration::from_micros(1500))
        .cancel_after(Duration::from_secs(1));
    let unit = Unit::by_id(&driver, UNIT);
    let plug = unit.plug(Direction::In, 1).unwrap();
    assert_eq!((plug.id(), plug.unit(), plug.number()), (IN1, UNIT, 1));
    assert_eq!(plug.to_string(), "iPCR[1]");
    let [
        Sent {
            code,
            input,
            output,
            cancel_after,
        },
    ] = &scripted.sent()[..]
    else {
        panic!()
    };
    assert_eq!((*code, *output), (ioctl::GET_PLUG, 24));
    assert_eq!(*cancel_after, Some(Duration::from_secs(1)));
    let expected = PlugRequest {
        header: RequestHeader {
            size: 32,
            version: 1,
            reserved: 0,
            unit: UNIT,
            timeout_ms: 2,
            reserved2: 0,
        },
        direction: 1,
        number: 1,
    };
    assert_eq!(input, expected.as_bytes());
}

#[test]
fn a_timeout_is_whole_milliseconds() {
    for (time, expected) in [
        (Duration::ZERO, 0),
        (Duration::from_nanos(1), 1),
        (Duration::from_millis(70_000), 70_000),
        (Duration::MAX, u32::MAX),
    ] {
        let (scripted, driver) = connecting();
        driver.timeout(time).disconnect(CONNECTION, false).unwrap();
        let request = DisconnectRequest::read_from_bytes(&scripted.sent()[0].input).unwrap();
        assert_eq!(request.header.timeout_ms, expected);
    }
}

#[test]
fn a_connection_breaks_when_it_is_dropped() {
    let (scripted, driver) = connecting();
    let unit = Unit::by_id(&driver, UNIT);
    let output = unit.plug(Direction::Out, 0).unwrap();
    let input = unit.plug(Direction::In, 1).unwrap();
    let connection = unit
        .connect(&Connect::new().output(&output).input(&input))
        .unwrap();
    assert_eq!(connection.id(), CONNECTION);
    let sent = scripted.sent();
    let request = ConnectRequest::read_from_bytes(&sent[2].input).unwrap();
    assert_eq!((request.header.size, request.header.unit), (72, UNIT));
    assert_eq!((request.output, request.input), (OUT0, IN1));
    assert_eq!((request.connect_type, request.flags), (1, 0));
    assert_eq!(sent.len(), 3);
    drop(connection);
    let sent = scripted.sent();
    let request = DisconnectRequest::read_from_bytes(&sent[3].input).unwrap();
    assert_eq!((request.connection, request.flags), (CONNECTION, 0));
}

#[test]
fn a_persistent_connection_stays_and_a_broken_one_is_broken_once() {
    let (scripted, driver) = connecting();
    let unit = Unit::by_id(&driver, UNIT);
    let output = unit.plug(Direction::Out, 0).unwrap();
    let connect = Connect::new().output(&output).broadcast(true);
    let connection = unit.connect(&connect.persist(true)).unwrap();
    assert!(connection.is_persistent());
    drop(connection);
    assert_eq!(codes(&scripted), [ioctl::GET_PLUG, ioctl::CONNECT]);
    let request = ConnectRequest::read_from_bytes(&scripted.sent()[1].input).unwrap();
    assert_eq!(
        (request.input, request.connect_type, request.flags),
        (PlugId::NONE, 0, 1)
    );

    let connection = unit.connect(&connect).unwrap();
    let answer = connection.disconnect().unwrap();
    assert_eq!(
        answer.to_string(),
        "STATUS_SUCCESS (0x00000000) from the protocol driver"
    );
    assert_eq!(codes(&scripted)[2..], [ioctl::CONNECT, ioctl::DISCONNECT]);
}

#[test]
fn a_disconnect_tells_who_refused() {
    let refused = Driver::with_transport(Scripted::failing(
        NtStatus::INVALID_PARAMETER,
        Source::Plug61883,
    ));
    let error = refused.disconnect(CONNECTION, true).unwrap_err();
    assert_eq!(error.source(), Some(Source::Plug61883));
    assert_eq!(
        error.asked(),
        Asked::Disconnect {
            connection: CONNECTION
        }
    );
    assert_eq!(
        error.answer().unwrap().to_string(),
        "STATUS_INVALID_PARAMETER (0xC000000D) from plug61883"
    );

    let scripted = Scripted::new(|_| reply(header(16, NtStatus::INVALID_PARAMETER)));
    let lost = Driver::with_transport(scripted.clone());
    let error = lost.disconnect(CONNECTION, true).unwrap_err();
    assert_eq!(error.source(), Some(Source::Protocol));
    let request = DisconnectRequest::read_from_bytes(&scripted.sent()[0].input).unwrap();
    assert_eq!(request.flags, ioctl::disconnect_flags::FORCE);
}

#[test]
fn success_without_an_id_is_not_believed() {
    let driver = Driver::with_transport(Scripted::new(|sent| match sent.code {
        ioctl::GET_PLUG => reply(PlugReply {
            header: success::<PlugReply>(),
            ..PlugReply::default()
        }),
        _ => reply(ConnectReply {
            header: success::<ConnectReply>(),
            ..ConnectReply::default()
        }),
    }));
    let unit = Unit::by_id(&driver, UNIT);
    let no_id = ErrorKind::Reply(ReplyFault::NoId);
    assert_eq!(unit.plug(Direction::Out, 0).unwrap_err().kind(), no_id);
    assert_eq!(unit.connect(&Connect::new()).unwrap_err().kind(), no_id);
}

#[test]
fn more_bytes_than_asked_for_are_not_believed() {
    let driver = Driver::with_transport(Scripted::new(|_| Ok(vec![0; 64])));
    let error = driver.disconnect(CONNECTION, false).unwrap_err();
    let fault = ReplyFault::Length {
        got: 64,
        wanted: 16,
    };
    assert_eq!(error.kind(), ErrorKind::Reply(fault));
}

#[test]
fn the_driver_tells_what_it_is() {
    let driver = Driver::with_transport(Scripted::new(|_| {
        reply(Interface {
            header: success::<Interface>(),
            driver_version: [0, 1, 2, 0],
            units: 1,
            max_units: 32,
            plugs: 2,
            max_plugs: 64,
            max_process_plugs: 24,
            max_events: 256,
            ..Interface::default()
        })
    }));
    let info = driver.info().unwrap();
    assert_eq!((info.version, info.units), ([0, 1, 2], (1, 32)));
    assert_eq!((info.plugs, info.process.plugs), ((2, 64), 24));
    assert_eq!((info.max_events, info.max_waits), (256, 0));
}

#[test]
fn cancelling_reaches_the_transport() {
    let (scripted, driver) = connecting();
    driver.clone().cancel();
    assert_eq!(scripted.cancelled(), 1);
}

#[test]
fn values_go_between_threads() {
    fn both<T: Send + Sync>() {}
    both::<Driver>();
    both::<Units>();
    both::<Plug>();
    both::<Connection>();
    both::<Device>();
    both::<Error>();
    both::<LocalPlug>();
    both::<Directory>();
    both::<Events>();
    both::<Canceller>();
}

#[cfg(not(windows))]
#[test]
fn there_is_no_driver_here() {
    let error = Driver::open(Access::Query).unwrap_err();
    assert!(error.is_no_driver());
}

proptest! {
    #[test]
    fn no_answer_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600), good: bool) {
        let driver = Driver::with_transport(Scripted::new(move |sent| {
            let mut bytes = bytes.clone();
            if good {
                bytes.resize(sent.output.max(16), 0);
                bytes[..16].copy_from_slice(header(sent.output, NtStatus::SUCCESS).as_bytes());
            }
            Ok(bytes)
        }));
        let unit = Unit::by_id(&driver, UNIT);
        let _ = (driver.info(), driver.connections(None), driver.known_plugs(None));
        let _ = (unit.ids(), unit.plugs(), unit.place(), unit.ddi_version());
        let _ = (unit.plug(Direction::In, 3), unit.connect(&Connect::new()));
        let _ = (driver.plug_state(IN1), driver.disconnect(CONNECTION, false));
        let _ = Units::enumerate(&driver);
        let _ = (unit.isoch_params(), unit.diag_level(), unit.computer_capabilities());
        let _ = (unit.set_isoch_params(IsochParams::default()), unit.bus_reset());
        let _ = unit.create_plug(&CreatePlug::output(Opcr(0)));
        let _ = unit.add_directory(&AddDirectory::new(0, 0));
        let _ = (driver.set_plug(LOCAL, 0), driver.delete_plug(LOCAL, true));
        let _ = (driver.directories(None), driver.remove_directory(DIRECTORY, false, false));
        let mut events = Events::of(driver);
        let _ = (events.snapshot(), events.poll(), events.next_batch(), events.next());
    }
}
