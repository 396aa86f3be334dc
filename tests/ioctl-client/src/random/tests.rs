//! Answers that break a rule are found out.

use plug61883::abi::ids::ConnectionId;
use plug61883::abi::ioctl::{
    self, ConnectReply, EventBatch, List, ReplyHeader, RequestHeader, UnitEntry,
};
use plug61883::{Access, Completion, NtStatus};
use zerocopy::IntoBytes;

use super::generate::{self, Sent};
use super::ids::{Ids, Kind};
use super::rules::{Answer, Events, FILL, Outcome, check};

fn request(code: u32, length: usize, output: usize) -> Sent {
    let mut sent = generate::wait();
    sent.code = code;
    sent.input.resize(length, 0);
    sent.input[..4].copy_from_slice(&(length as u32).to_le_bytes());
    sent.output = output;
    sent
}

fn header(size: usize, status: NtStatus, origin: u32) -> ReplyHeader {
    ReplyHeader {
        size: size as u32,
        version: ioctl::INTERFACE_VERSION,
        status,
        origin,
        ..Default::default()
    }
}

/// What the rules say of an answer; `reply` is written to an output buffer of 128 bytes.
fn answered(
    ids: &mut Ids,
    sent: &Sent,
    completion: Completion,
    reply: &[u8],
) -> Result<Outcome, String> {
    let mut output = vec![FILL; 128];
    output[..reply.len()].copy_from_slice(reply);
    let answer = Answer {
        completion,
        output: &output,
        access: Access::Change,
        since: ids.now(),
        dead: ids.names_what_is_gone(sent),
    };
    check(sent, &answer, ids, &mut Events::default())
}

fn failed(status: NtStatus, information: usize) -> Completion {
    Completion {
        status,
        information,
    }
}

fn succeeded(information: usize) -> Completion {
    failed(NtStatus::SUCCESS, information)
}

fn rule_of(result: Result<Outcome, String>) -> String {
    result.err().unwrap_or_else(|| "none".into())
}

#[test]
fn failures() {
    let ids = &mut Ids::default();
    let sent = request(ioctl::LIST_UNITS, 24, 128);
    let refused = failed(NtStatus::INVALID_PARAMETER, 0);
    assert_eq!(answered(ids, &sent, refused, &[]), Ok(Outcome::Refused));
    assert_eq!(
        rule_of(answered(ids, &sent, refused, &[0])),
        "a failure writes nothing"
    );
    let told = failed(NtStatus::INVALID_PARAMETER, 1);
    assert_eq!(
        rule_of(answered(ids, &sent, told, &[])),
        "a failure tells no bytes"
    );
    let odd = failed(NtStatus::INTERNAL_ERROR, 0);
    assert_eq!(
        rule_of(answered(ids, &sent, odd, &[])),
        "a failure has a documented status"
    );
    let cancelled = failed(NtStatus::CANCELLED, 0);
    let rule = rule_of(answered(ids, &sent, cancelled, &[]));
    assert_eq!(rule, "what nobody cancels is not cancelled");
    let unknown = request(0x9883_6FFC, 24, 128);
    assert_eq!(
        rule_of(answered(ids, &unknown, refused, &[])),
        "an unknown code is told so"
    );
}

#[test]
fn a_reply_is_what_it_says() {
    let ids = &mut Ids::default();
    let sent = request(ioctl::BUS_RESET, size_of::<RequestHeader>(), 128);
    let reply = header(16, NtStatus::SUCCESS, 1);
    let (right, short) = (succeeded(16), succeeded(12));
    assert_eq!(
        answered(ids, &sent, right, reply.as_bytes()),
        Ok(Outcome::Done)
    );
    assert!(answered(ids, &sent, short, reply.as_bytes()).is_err());
    assert!(answered(ids, &sent, succeeded(20), reply.as_bytes()).is_err());
    assert!(answered(ids, &sent, succeeded(129), reply.as_bytes()).is_err());
    let reply = header(16, NtStatus::INVALID_PARAMETER, 0);
    let rule = rule_of(answered(ids, &sent, right, reply.as_bytes()));
    assert_eq!(rule, "plug61883 refuses by failing the IOCTL");
    let mut long = request(ioctl::BUS_RESET, 28, 128);
    long.input[..4].copy_from_slice(&24_u32.to_le_bytes());
    assert!(
        answered(
            ids,
            &long,
            right,
            header(16, NtStatus::SUCCESS, 1).as_bytes()
        )
        .is_err()
    );
}

#[test]
fn a_list_counts_right() {
    let sent = request(ioctl::LIST_UNITS, 24, 128);
    let reply = |total: u32, count: u32, size: usize| {
        let list = List {
            header: header(size, NtStatus::SUCCESS, 0),
            total,
            count,
            ..Default::default()
        };
        let mut bytes = list.as_bytes().to_vec();
        bytes.resize(bytes.len() + count as usize * size_of::<UnitEntry>(), 1);
        bytes
    };
    let check =
        |bytes: Vec<u8>| answered(&mut Ids::default(), &sent, succeeded(bytes.len()), &bytes);
    assert_eq!(check(reply(2, 2, 80)), Ok(Outcome::Done));
    // Four are all that 128 bytes hold.
    assert_eq!(check(reply(9, 4, 32 + 9 * 24)), Ok(Outcome::Done));
    assert_eq!(rule_of(check(reply(2, 1, 80))), "a list gives what fits");
    assert_eq!(
        rule_of(check(reply(2, 2, 81))),
        "a list tells the size it needs"
    );
}

#[test]
fn ids_are_given_out_once_and_die_once() {
    let ids = &mut Ids::default();
    let connect = request(ioctl::CONNECT, size_of::<ioctl::ConnectRequest>(), 128);
    let reply = |connection, status| ConnectReply {
        header: header(24, status, 1),
        connection: ConnectionId(connection),
    };
    let made = reply(7, NtStatus::SUCCESS);
    assert_eq!(
        answered(ids, &connect, succeeded(24), made.as_bytes()),
        Ok(Outcome::Done)
    );
    let odd = reply(7, NtStatus::IO_DEVICE_ERROR);
    assert!(answered(ids, &connect, succeeded(24), odd.as_bytes()).is_err());

    let mut disconnect = request(
        ioctl::DISCONNECT,
        size_of::<ioctl::DisconnectRequest>(),
        128,
    );
    disconnect.input[24..32].copy_from_slice(&7_u64.to_le_bytes());
    let kept = header(16, NtStatus::IO_DEVICE_ERROR, 1);
    let failed = answered(ids, &disconnect, succeeded(16), kept.as_bytes());
    assert_eq!(failed, Ok(Outcome::ProtocolFailed));
    let gone = header(16, NtStatus::SUCCESS, 1);
    assert_eq!(
        answered(ids, &disconnect, succeeded(16), gone.as_bytes()),
        Ok(Outcome::Done)
    );
    let rule = rule_of(answered(ids, &disconnect, succeeded(16), gone.as_bytes()));
    assert_eq!(rule, "an id that is gone names nothing");
    let rule = rule_of(answered(ids, &connect, succeeded(24), made.as_bytes()));
    assert_eq!(rule, "no id is given out twice");
    // It was undone while the reply was on its way.
    assert!(ids.make(Kind::Connection, 7, 0));
}

#[test]
fn a_batch_has_the_events_that_it_counts() {
    let sent = request(ioctl::WAIT_EVENTS, 32, 128);
    let batch = |count, size: usize| EventBatch {
        header: header(size, NtStatus::SUCCESS, 0),
        first: 1,
        count,
        ..Default::default()
    };
    let ids = &mut Ids::default();
    assert_eq!(
        answered(ids, &sent, succeeded(48), batch(0, 48).as_bytes()),
        Ok(Outcome::Done)
    );
    assert!(answered(ids, &sent, succeeded(48), batch(1, 48).as_bytes()).is_err());
    assert!(answered(ids, &sent, succeeded(48), batch(0, 136).as_bytes()).is_err());
}
