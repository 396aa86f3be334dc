//! `monitor` and `snapshot`.

use std::io::{self, Write};
use std::thread;
use std::time::{Duration, Instant};

use plug61883::abi::av61883::AvPcr;
use plug61883::abi::ioctl::Event;
use plug61883::{ConnectionId, Direction};

use super::*;

const PLUG: PlugId = PlugId::new(0, Direction::Out, 0, 1).local();

/// An event that has all members, of a kind.
pub(super) fn event(kind: u32) -> Event {
    Event {
        connection: ConnectionId::new(0, 1),
        output: PLUG,
        kind,
        reason: 4,
        owner: 3,
        process_id: 42,
        old_pcr: AvPcr(0x803F_0000),
        new_pcr: AvPcr(0x813F_0000),
        generation: 7,
        local_node: 0xFFC0,
        device_node: 0xFFC1,
        ..Event::default()
    }
}

#[test]
fn events_are_told_line_by_line() {
    let first = [1, 3, 4, 5, 7].map(event);
    let second = [6, 8, 2, 99].map(event);
    let fake = Fake::new().happening(0, &first).happening(0, &second);
    let text = "\
snapshot before event 1: 1 unit, 0 plugs, 0 connections, 0 unit directories
1 2022-06-18T04:26:40.123Z unit 1.1: arrived
2 2022-06-18T04:26:40.123Z unit 1.1: connected 1.1 local oPCR[0] -> - (foreign, process 42)
3 2022-06-18T04:26:40.123Z unit 1.1: disconnected 1.1 local oPCR[0] -> - (foreign, process 42): \
forced
4 2022-06-18T04:26:40.123Z unit 1.1: plug created 1.lo0.1 local oPCR[0] (foreign, process 42): \
0x813F0000
5 2022-06-18T04:26:40.123Z unit 1.1: plug changed 1.lo0.1 local oPCR[0] (foreign, process 42): \
0x803F0000 -> 0x813F0000
6 2022-06-18T04:26:40.123Z unit 1.1: plug removed 1.lo0.1 local oPCR[0] (foreign, process 42): \
forced, was 0x803F0000
7 2022-06-18T04:26:40.123Z unit 1.1: bus reset: generation 7, computer 0xFFC0, device 0xFFC1
8 2022-06-18T04:26:40.123Z unit 1.1: removed
9 2022-06-18T04:26:40.123Z unit 1.1: event of kind 99
";
    assert_eq!(fake.run("monitor --count 9"), done(text));
    // One handle, and nothing asked of it but this.
    let expected = [ioctl::SNAPSHOT, ioctl::WAIT_EVENTS, ioctl::WAIT_EVENTS];
    assert_eq!(fake.codes(), expected);
}

#[test]
fn no_more_than_the_count_is_told() {
    let fake = Fake::new().happening(0, &[1, 1, 1].map(event));
    let ran = fake.run("monitor --count 2");
    assert_eq!((ran.exit, ran.out.lines().count()), (Exit::Done, 3));
}

#[test]
fn what_was_lost_is_told_with_a_fresh_snapshot() {
    let fake = Fake::new()
        .happening(0, &[event(1)])
        .happening(5, &[event(2), event(1)])
        .happening(0, &[event(8)]);
    let ran = fake.run("monitor --count 2");
    let lines: Vec<_> = ran.out.lines().collect();
    assert_eq!((ran.exit, lines.len()), (Exit::Done, 5));
    assert!(
        lines[1].starts_with("1 ") && lines[2] == "lost 5 events",
        "{lines:?}"
    );
    // The two that came with the loss are in the snapshot.
    assert!(
        lines[3].starts_with("snapshot before event 9: "),
        "{lines:?}"
    );
    assert!(lines[4].starts_with("9 "), "{lines:?}");
}

#[test]
fn the_time_ends_it() {
    let started = Instant::now();
    let ran = Fake::new()
        .happening(0, &[event(1)])
        .run("monitor --timeout 1");
    assert_eq!(
        (ran.exit, ran.out.lines().count(), &*ran.err),
        (Exit::Done, 2, "")
    );
    assert!(started.elapsed() >= Duration::from_secs(1));
    let fake = Fake::new().happening(0, &[event(1)]);
    let ran = fake.run("monitor --timeout 1 --count 2");
    assert_eq!((ran.exit, ran.out.lines().count()), (Exit::Failed, 2));
    assert_eq!(
        ran.err,
        "error: 1 of 2 events came in time; wait longer, with another --timeout\n"
    );
    // The same wherever it stands.
    let ran = Fake::new().run("--timeout 1 monitor --count 1");
    assert_eq!((ran.exit, ran.out.lines().count()), (Exit::Failed, 1));
    // It is no time of a request.
    for sent in fake.scripted.sent() {
        let header = RequestHeader::read_from_prefix(&sent.input).unwrap().0;
        assert_eq!(header.timeout_ms, 0);
    }
}

#[test]
fn a_wait_that_fails_ends_it() {
    let fault = Fault::Refuse(NtStatus::DEVICE_REMOVED, Source::Plug61883);
    let ran = Fake::new().fault(ioctl::WAIT_EVENTS, fault).run("monitor");
    assert_eq!((ran.exit, ran.out.lines().count()), (Exit::Failed, 1));
    assert!(
        ran.err.starts_with("error: could not wait for events: "),
        "{}",
        ran.err
    );
}

#[test]
fn ctrl_c_ends_it() {
    let fake = Fake::new();
    let system = System {
        open: &|_| Ok(Driver::with_transport(fake.scripted.clone())),
        hold: &|_| unreachable!(),
        interrupt: &|canceller| {
            thread::spawn(move || {
                thread::sleep(Duration::from_millis(20));
                canceller.cancel();
            });
        },
        confirm: &|_| unreachable!(),
    };
    // A wait that is not limited is cancelled by that alone.
    fake.state.lock().unwrap().quiet = true;
    let ran = run("monitor", &system);
    assert_eq!(
        (ran.exit, ran.out.lines().count(), &*ran.err),
        (Exit::Done, 1, "")
    );
}

#[test]
fn it_ends_when_nobody_reads_it() {
    /// Takes one line.
    struct Closed(bool);
    impl Write for Closed {
        fn write(&mut self, text: &[u8]) -> io::Result<usize> {
            if std::mem::replace(&mut self.0, true) {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            Ok(text.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let fake = Fake::new().happening(0, &[event(1), event(1)]);
    let (mut out, mut err) = (Closed(false), Vec::new());
    let system = System {
        open: &|_| Ok(Driver::with_transport(fake.scripted.clone())),
        hold: &|_| unreachable!(),
        interrupt: &|_| {},
        confirm: &|_| unreachable!(),
    };
    let words = ["plugctl", "monitor"].map(OsString::from);
    let exit = commands::run(words, &system, &mut Output::new(&mut out, &mut err));
    assert_eq!((exit, err.len()), (Exit::Done, 0));
}

#[test]
fn a_snapshot_has_everything() {
    let fake = Fake::new()
        .connected(ioctl::owner::OTHER_HANDLE)
        .with_plug(ioctl::owner::FOREIGN);
    fake.run("unit-directory add 1.1 0xA02D 1 --persist");
    let text = "\
snapshot before event 1: 1 unit, 1 plug, 1 connection, 1 unit directory

units:
ID   DDI  CONNECTIONS  REQUESTS
1.1    3            0         0

plugs:
ID       PLUG           ONLINE  CH  SPEED  PAYLOAD  P2P  BCAST  OWNER    PROCESS  MADE
1.lo0.1  local oPCR[0]  yes     63  S400       122    1      0  foreign        -  -

connections:
ID   UNIT  OUTPUT  INPUT    KIND   OWNER  PROCESS  MADE
1.1  1.1   ?       iPCR[0]  bcast  other        -  -

unit directories:
ID   UNIT  SPEC      VERSION   OWNER   PROCESS  MADE
2.1  1.1   0x00A02D  0x000001  driver       42  2022-06-18T04:26:40Z
";
    assert_eq!(fake.run("snapshot --wide"), done(text));
}
