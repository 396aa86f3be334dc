//! A connection that is held.

use insta::assert_snapshot;
use plug61883::{ConnectionId, UnitId};

use super::*;

const CONNECT: &str = "connect --unit 1.1 --out 0 --in 1 --format dv-525";

fn on_terminal(output: &mut Output<'_>) {
    output.terminal = true;
}

/// What happens as soon as it is held; it ends after that was told.
fn then(happens: impl Fn() + 'static) -> impl Fn(u32) -> bool + 'static {
    move |looked| {
        if looked == 0 {
            happens();
        }
        looked == 1
    }
}

fn force(simulator: &Simulator) {
    let other = simulator.open_as(77, Access::Change).unwrap();
    let id: ConnectionId = "4.1".parse().unwrap();
    other.disconnect(id, true).unwrap();
}

#[test]
fn piped_it_tells_its_id_and_at_the_end_the_answer() {
    let simulator = bench();
    let ran = run_while(&simulator, CONNECT, |looked| looked == 0, &|_| {});
    let answer = "4.1\n4.1: STATUS_SUCCESS (0x00000000) from the protocol driver\n";
    assert_eq!(ran, done(answer));
    assert_eq!(run_on(&simulator, "connections").out.lines().count(), 1 + 3);
}

#[test]
fn on_a_terminal_it_is_shown_with_what_happens() {
    let simulator = bench();
    let changing = simulator.clone();
    let happens = move || {
        changing.bus_reset();
        // Of another unit.
        changing.unplug("tuner").unwrap();
    };
    let ran = run_while(&simulator, CONNECT, then(happens), &on_terminal);
    assert_snapshot!("live", shown(&ran));
    let coloured = run_while(&simulator, CONNECT, |_| true, &|output| {
        on_terminal(output);
        output.colour = true;
        output.columns = 40;
    });
    assert_snapshot!("live_coloured", shown(&coloured));
}

#[test]
fn one_that_is_forced_ends_it() {
    for (line, terminal) in [
        (CONNECT.to_owned(), false),
        (CONNECT.to_owned(), true),
        (format!("{CONNECT} --json"), false),
    ] {
        let simulator = bench();
        let changing = simulator.clone();
        let ran = run_while(
            &simulator,
            &line,
            then(move || force(&changing)),
            &|output| {
                output.terminal = terminal;
            },
        );
        assert_eq!(ran.exit, Exit::Failed, "{line}");
        if line.ends_with("--json") {
            assert_snapshot!("forced_json", shown(&ran));
        } else {
            assert_eq!(
                ran.err,
                "error: connection 4.1 is gone: somebody broke it with --force; connect again if \
                 it is still wanted\n"
            );
            assert_eq!(ran.out.starts_with("4.1\n"), !terminal);
        }
    }
}

#[test]
fn one_that_is_lost_or_whose_unit_left_ends_it() {
    let lose: fn(&Simulator) = |simulator| {
        simulator.lose("deck.iPCR[1]").unwrap();
        simulator.bus_reset();
        // The driver looks a while after the reset.
        simulator.advance(Duration::from_secs(5));
    };
    let leave: fn(&Simulator) = |simulator| simulator.unplug("deck").unwrap();
    for (happens, says) in [
        (lose, "could not keep it over a bus reset; connect again"),
        (leave, "its unit has left; \"plugctl units\" lists"),
    ] {
        let simulator = bench();
        let changing = simulator.clone();
        let ran = run_while(
            &simulator,
            CONNECT,
            then(move || happens(&changing)),
            &|_| {},
        );
        assert_eq!((ran.exit, &*ran.out), (Exit::Failed, "4.1\n"), "{says}");
        assert!(ran.err.contains(says), "{}", ran.err);
        assert_eq!(ran.err.lines().count(), 1);
    }
}

#[test]
fn what_goes_with_the_last_unit_ends_it() {
    let simulator =
        Simulator::from_toml("[[node]]\nname = \"deck\"\noutputs = 1\ninputs = 1\n").unwrap();
    let changing = simulator.clone();
    let happens = then(move || changing.unplug("deck").unwrap());
    let ran = run_while(&simulator, "connect --out 0", happens, &|_| {});
    assert_eq!((ran.exit, ran.err.lines().count()), (Exit::Failed, 1));
    assert!(
        ran.err.starts_with("error: connection 1.1 is gone: "),
        "{ran:?}"
    );
}

#[test]
fn when_events_were_lost_or_fail_it_looks_itself() {
    // The last of them may have been the one.
    let other = ioctl::Event {
        connection: ConnectionId::new(8, 1),
        unit: UnitId::new(0, 1),
        ..events::event(3)
    };
    let fake = Fake::new().happening(5, &[other]);
    let (ran, held) = fake.run_on("connect --out 0", 2, &|_| {});
    let answer = "1.1\n1.1: STATUS_SUCCESS (0x00000000) from the protocol driver\n";
    assert_eq!((ran, held), (done(answer), Some(1)));
    assert!(fake.codes().contains(&ioctl::LIST_CONNECTIONS));
    // Events that fail are done without, while it is there.
    let fault = Fault::Refuse(NtStatus::QUOTA_EXCEEDED, Source::Plug61883);
    let fake = Fake::new().fault(ioctl::WAIT_EVENTS, fault);
    assert_eq!(fake.run_on("connect --out 0", 2, &|_| {}).0, done(answer));
    let fake = fake.fault(ioctl::LIST_CONNECTIONS, fault);
    let (ran, _) = fake.run_on("connect --out 0", 2, &|_| {});
    assert_eq!(ran.exit, Exit::Failed);
    assert!(
        ran.err
            .contains("is gone: the driver does not know it any more"),
        "{}",
        ran.err
    );
}
