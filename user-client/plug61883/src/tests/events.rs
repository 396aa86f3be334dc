//! Events and snapshots.

use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Instant;

use plug61883_abi::av61883::AvPcr;
use plug61883_abi::ioctl::{DirectoryEntry, WaitEventsRequest};

use super::*;
use crate::scripted::{batch, snapshot};

/// An event that has all members, of a kind.
fn event(sequence: u64, kind: u32) -> ioctl::Event {
    ioctl::Event {
        sequence,
        time: 77,
        unit: UNIT,
        connection: CONNECTION,
        output: OUT0,
        kind,
        reason: 2,
        owner: 3,
        process_id: 4,
        old_pcr: AvPcr(0x8000_0000),
        new_pcr: AvPcr(0x8100_0000),
        generation: 6,
        local_node: 0xFFC0,
        device_node: 0xFFC1,
        ..ioctl::Event::default()
    }
}

/// The events of a driver that gives one of these replies to each request, then refuses.
fn giving(replies: Vec<Vec<u8>>) -> (Scripted, Events) {
    let mut replies = replies.into_iter();
    let scripted = Scripted::new(move |_| {
        let cancelled = refusal(NtStatus::DEVICE_REMOVED);
        replies.next().ok_or(cancelled)
    });
    (
        scripted.clone(),
        Events::of(Driver::with_transport(scripted)),
    )
}

fn kind(wire: ioctl::Event) -> Result<EventKind, ErrorKind> {
    let (_, mut events) = giving(vec![batch(0, wire.sequence, &[wire], 1000)]);
    match events.next().unwrap() {
        Ok(Notice::Event(event)) => {
            assert_eq!((event.sequence, event.time), (wire.sequence, 77));
            Ok(event.kind)
        }
        Ok(Notice::Lost(_)) => panic!(),
        Err(error) => {
            assert_eq!(error.asked(), Asked::Events);
            Err(error.kind())
        }
    }
}

#[test]
fn every_kind_is_read() {
    let (owner, process_id) = (Owner::Foreign, Some(4));
    let connection = ConnectionEvent {
        id: CONNECTION,
        output: Some(OUT0),
        input: None,
        owner,
        process_id,
    };
    let plug = PlugEvent {
        id: OUT0,
        owner,
        process_id,
    };
    let (old, new) = (
        Register::Output(Opcr(0x8000_0000)),
        Register::Output(Opcr(0x8100_0000)),
    );
    let reason = Reason::OwnerGone;
    for (raw, expected) in [
        (0, EventKind::Unknown(0)),
        (1, EventKind::UnitArrived),
        (2, EventKind::UnitRemoved),
        (3, EventKind::Connected(connection)),
        (4, EventKind::Disconnected { connection, reason }),
        (
            5,
            EventKind::PlugCreated {
                plug,
                register: new,
            },
        ),
        (
            6,
            EventKind::PlugRemoved {
                plug,
                reason,
                register: old,
            },
        ),
        (7, EventKind::PlugChanged { plug, old, new }),
        (
            8,
            EventKind::BusReset {
                generation: 6,
                local: NodeAddress(0xFFC0),
                device: NodeAddress(0xFFC1),
            },
        ),
        (9, EventKind::Unknown(9)),
    ] {
        assert_eq!(kind(event(3, raw)), Ok(expected));
    }
    let input = ioctl::Event {
        output: PlugId::NONE,
        input: LOCAL,
        ..event(3, 5)
    };
    let Ok(EventKind::PlugCreated { plug, register }) = kind(input) else {
        panic!()
    };
    assert_eq!(
        (plug.id, register),
        (LOCAL, Register::Input(Ipcr(0x8100_0000)))
    );
}

#[test]
fn reasons_are_read() {
    for (raw, expected) in [
        (1, Reason::Asked),
        (2, Reason::OwnerGone),
        (3, Reason::UnitGone),
        (4, Reason::Forced),
        (5, Reason::Lost),
        (6, Reason::Unknown(6)),
    ] {
        let wire = ioctl::Event {
            reason: raw,
            ..event(1, 4)
        };
        let Ok(EventKind::Disconnected { reason, .. }) = kind(wire) else {
            panic!()
        };
        assert_eq!(reason, expected);
    }
}

#[test]
fn an_event_of_nothing_is_told() {
    let no_id = Err(ErrorKind::Reply(ReplyFault::NoId));
    let without = ioctl::Event {
        output: PlugId::NONE,
        connection: ConnectionId::NONE,
        ..event(1, 0)
    };
    for kind_of in 3..=7 {
        let wire = ioctl::Event {
            kind: kind_of,
            ..without
        };
        assert_eq!(kind(wire), no_id);
    }
    for kind_of in 1..=8 {
        let unit = UnitId::NONE;
        let wire = ioctl::Event {
            unit,
            ..event(1, kind_of)
        };
        assert_eq!(kind(wire), no_id);
    }
    let both = ioctl::Event {
        input: IN1,
        ..event(1, 7)
    };
    assert_eq!(kind(both), no_id);
}

#[test]
fn waits_are_asked_for_as_the_driver_wants() {
    let first = batch(0, 5, &[event(5, 1), event(6, 2)], 1000);
    let (scripted, events) = giving(vec![first, batch(0, 7, &[], 1000)]);
    let mut events = events;
    events.wait_at_most(Some(Duration::from_secs(9)));
    assert_eq!(events.next_batch().unwrap().unwrap().len(), 2);
    assert_eq!(events.poll().unwrap(), []);
    for (sent, flags) in scripted.sent().iter().zip([0, 1]) {
        let request = WaitEventsRequest::read_from_bytes(&sent.input).unwrap();
        assert_eq!((sent.code, request.flags), (ioctl::WAIT_EVENTS, flags));
        // No unit and no time: the limit is this side's.
        let header = (
            request.header.size,
            request.header.unit,
            request.header.timeout_ms,
        );
        assert_eq!(header, (32, UnitId::NONE, 0));
        assert_eq!(sent.cancel_after, Some(Duration::from_secs(9)));
        assert_eq!(sent.output, 48 + 32 * 88);
    }
}

#[test]
fn losses_are_told_in_their_place() {
    let replies = vec![
        batch(0, 1, &[event(1, 1)], 1000),
        batch(3, 5, &[event(5, 1)], 1000),
    ];
    let (_, events) = giving(replies);
    let told: Vec<_> = events.take(3).map(Result::unwrap).collect();
    assert!(matches!(told[0], Notice::Event(Event { sequence: 1, .. })));
    assert_eq!(told[1], Notice::Lost(3));
    assert!(matches!(told[2], Notice::Event(Event { sequence: 5, .. })));
}

#[test]
fn a_gap_that_is_not_told_and_a_wait_for_nothing_are_faults() {
    let replies = vec![
        batch(0, 1, &[event(1, 1)], 1000),
        batch(1, 5, &[event(5, 1)], 1000),
        // After a reply that was not understood, any number will do.
        batch(0, 9, &[event(9, 1)], 1000),
        batch(0, 10, &[], 1000),
    ];
    let (_, mut events) = giving(replies);
    assert!(events.next().unwrap().is_ok());
    let fault = ReplyFault::Sequence { got: 5, due: 3 };
    let error = events.next().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Reply(fault));
    assert!(events.next().unwrap().is_ok());
    let error = events.next().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Reply(ReplyFault::NoEvent));
    let error = events.next().unwrap().unwrap_err();
    assert_eq!(error.status(), Some(NtStatus::DEVICE_REMOVED));
}

#[test]
fn a_snapshot_grows_until_it_is_whole_and_events_go_on_from_it() {
    let plugs = vec![
        PlugEntry {
            plug: LOCAL,
            ..PlugEntry::default()
        };
        400
    ];
    let mut asked = 0;
    let scripted = Scripted::new(move |sent| {
        if sent.code == ioctl::WAIT_EVENTS {
            return Ok(batch(0, 5, &[event(5, 1), event(6, 1)], sent.output));
        }
        asked += 1;
        let (unit, connection) = (UnitEntry::default(), ConnectionEntry::default());
        let directory = DirectoryEntry::default();
        Ok(snapshot(
            6,
            &[unit],
            &plugs[..400.min(asked * 150)],
            &[connection],
            &[directory],
            sent.output,
        ))
    });
    let mut events = Events::of(Driver::with_transport(scripted.clone()));
    // One of two is told, then the other is in the snapshot.
    assert!(events.next().unwrap().is_ok());
    let state = events.snapshot().unwrap();
    assert_eq!((state.sequence, state.plugs.len()), (6, 150));
    assert_eq!((state.units.len(), state.connections.len()), (1, 1));
    assert_eq!(state.directories.len(), 1);
    let state = events.snapshot().unwrap();
    assert_eq!(state.plugs.len(), 400);
    assert_eq!(codes(&scripted).len(), 5);
    let error = events.next().unwrap().unwrap_err();
    let fault = ReplyFault::Sequence { got: 5, due: 6 };
    assert_eq!(error.kind(), ErrorKind::Reply(fault));
}

/// A driver where nothing happens: a wait ends when it is cancelled.
#[derive(Default)]
struct Quiet {
    /// Waits under way, and how often cancelling was asked for.
    state: Mutex<(u32, u32)>,
    changed: Condvar,
}

impl Transport for Quiet {
    fn ioctl(&self, call: &Call<'_>, _output: &mut [u8]) -> Result<usize, Failure> {
        let mut state = self.state.lock().unwrap();
        state.0 += 1;
        let before = state.1;
        let limit = call.cancel_after.unwrap_or(Duration::from_secs(20));
        let (mut state, ended) = self
            .changed
            .wait_timeout_while(state, limit, |(_, cancelled)| *cancelled == before)
            .unwrap();
        state.0 -= 1;
        assert!(
            !ended.timed_out() || call.cancel_after.is_some(),
            "not cancelled"
        );
        Err(refusal(NtStatus::CANCELLED))
    }

    // As CancelIoEx: it reaches what is under way, and nothing that comes later.
    fn cancel(&self) {
        self.state.lock().unwrap().1 += 1;
        self.changed.notify_all();
    }
}

#[test]
fn a_wait_that_takes_too_long_ends_and_the_next_goes_on() {
    let mut events = Events::of(Driver::with_transport(Quiet::default()));
    events.wait_at_most(Some(Duration::from_millis(5)));
    let started = Instant::now();
    assert_eq!(events.next_batch(), Ok(None));
    assert!(events.next().is_none() && !events.is_cancelled());
    assert!(started.elapsed() >= Duration::from_millis(10));
}

#[test]
fn a_canceller_ends_a_wait_whenever_it_comes() {
    for delay in [0, 0, 0, 1, 3, 20].repeat(5) {
        let mut events = Events::of(Driver::with_transport(Quiet::default()));
        let canceller = events.canceller();
        thread::scope(|scope| {
            scope.spawn(move || {
                thread::sleep(Duration::from_millis(delay));
                canceller.cancel();
            });
            assert!(events.next().is_none());
        });
        // And every later one.
        assert!(events.is_cancelled());
        assert_eq!(events.next_batch(), Ok(None));
    }
}

#[test]
fn what_the_driver_cancels_on_its_own_is_an_error() {
    let scripted = Scripted::failing(NtStatus::CANCELLED, Source::Plug61883);
    let mut events = Events::of(Driver::with_transport(scripted));
    assert!(events.next_batch().unwrap_err().is_cancelled());
}

#[cfg(not(windows))]
#[test]
fn there_are_no_events_here() {
    assert!(Events::open().unwrap_err().is_no_driver());
}
