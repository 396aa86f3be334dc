//! `--watch`.

use std::io;

use insta::assert_snapshot;
use plug61883_sim::By;

use super::*;

/// Something happens after it was shown the first time, and it ends after the second. It looks for
/// its end before each time, and before it shows what it has asked for.
fn then(happens: impl Fn() + 'static) -> impl Fn(u32) -> bool + 'static {
    move |looked| {
        if looked == 1 {
            happens();
        }
        looked == 3
    }
}

#[test]
fn it_shows_what_has_changed() {
    let simulator = bench();
    let changing = simulator.clone();
    let happens = move || {
        let connected = changing.connect(By::Driver, "audio.oPCR[1]", "audio.iPCR[2]");
        connected.unwrap();
    };
    // Long, so that it is the event that makes it look.
    let ran = run_while(
        &simulator,
        "connections --watch=3600",
        then(happens),
        &|_| {},
    );
    assert_snapshot!("watch_connections", shown(&ran));
}

#[test]
fn it_prints_a_document_for_each() {
    for (line, is_there) in [
        ("units", "\"units\":["),
        ("plugs", "\"local_plugs\":["),
        ("connections", "\"connections\":["),
        ("state iPCR[1] --unit 1.1", "\"plug\":{"),
    ] {
        let simulator = bench();
        let changing = simulator.clone();
        let happens = move || {
            changing.bus_reset();
            changing.set_online("deck.iPCR[1]", false).unwrap();
            let connected = changing.connect(By::Driver, "audio.oPCR[1]", "audio.iPCR[2]");
            connected.unwrap();
        };
        let line = format!("{line} --watch=3600 --json");
        let ran = run_while(&simulator, &line, then(happens), &|_| {});
        assert_eq!((ran.exit, &*ran.err), (Exit::Done, ""), "{line}");
        let lines: Vec<_> = ran.out.lines().collect();
        assert_eq!(lines.len(), 2, "{line}: {lines:?}");
        assert_ne!(lines[0], lines[1], "{line}");
        for text in lines {
            let document: serde_json::Value = serde_json::from_str(text).unwrap();
            assert_eq!(document["format"], 1);
            assert!(text.contains(is_there), "{line}: {text}");
        }
    }
}

#[test]
fn what_makes_no_event_is_seen_in_time() {
    let simulator = bench();
    let changing = simulator.clone();
    let happens = move || changing.set_online("deck.iPCR[1]", false).unwrap();
    let line = "state iPCR[1] --unit 1.1 --watch=1 --json";
    let ran = run_while(&simulator, line, then(happens), &|_| {});
    assert_eq!(ran.out.lines().count(), 2, "{}", ran.out);
    // Nothing new is not printed again.
    let ran = run_while(&simulator, line, then(|| {}), &|_| {});
    assert_eq!((ran.exit, ran.out.lines().count()), (Exit::Done, 1));
}

#[test]
fn on_a_terminal_it_takes_the_place_of_what_was_there() {
    let simulator = bench();
    let changing = simulator.clone();
    let happens = move || changing.unplug("tuner").unwrap();
    let ran = run_while(&simulator, "units --watch=3600", then(happens), &|output| {
        output.terminal = true;
        output.rows = Some(6);
    });
    // The time of day is that of this computer.
    let text = shown(&ran);
    let cut: Vec<_> = text
        .lines()
        .map(|line| match line.split_once("Z  plugctl") {
            Some((before, after)) => {
                let clear = before.trim_end_matches(|c: char| c != 'H');
                format!("{clear}TIME  plugctl{after}")
            }
            None => line.to_owned(),
        })
        .collect();
    assert_snapshot!("watch_terminal", cut.join("\n"));
}

#[test]
fn a_driver_that_goes_and_comes_is_told_of_and_found_again() {
    let simulator = Simulator::from_toml(
        "time = \"2026-03-01T12:00:00Z\"\n[[node]]\nname = \"deck\"\nmodel = \"Deck\"\n",
    )
    .unwrap();
    let changing = simulator.clone();
    let ran = run_while(
        &simulator,
        "units --watch=1",
        move |looked| {
            match looked {
                1 => changing.unplug("deck").unwrap(),
                3 => changing.plug_in("deck").unwrap(),
                _ => {}
            }
            looked == 5
        },
        &|_| {},
    );
    assert_eq!(ran.exit, Exit::Done);
    assert_eq!(ran.err.lines().count(), 1, "{ran:?}");
    assert!(ran.err.starts_with("error: no unit is there"), "{ran:?}");
    let ids: Vec<_> = ran
        .out
        .lines()
        .filter(|line| line.contains("Deck"))
        .collect();
    assert_eq!(ids.len(), 2, "{ran:?}");
    assert!(ids[0].starts_with("1.1 ") && ids[1].starts_with("1.2 "));
}

#[test]
fn what_fails_from_the_start_ends_it() {
    let ran = run_sim("plugs 9.1 --watch");
    assert_eq!((ran.exit, &*ran.out), (Exit::Absent, ""));
    assert_eq!(ran.err.lines().count(), 1);
    let ran = run_sim("state 1.o0.1 --unit 1.1 --watch --json");
    assert_eq!((ran.exit, ran.out.lines().count()), (Exit::Usage, 1));
}

#[test]
fn it_ends_when_nobody_reads_it() {
    /// Takes nothing.
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let simulator = bench();
    let system = System {
        open: &|access| simulator.open(access),
        hold: &|_| {
            Scene::new(Rc::new(|looked| {
                assert!(looked < 4, "it goes on");
                false
            }))
        },
        interrupt: &|_| {},
        confirm: &|_| None,
    };
    let words = ["plugctl", "units", "--watch=1"].map(OsString::from);
    let (mut out, mut err) = (Closed, Vec::new());
    let exit = commands::run(words, &system, &mut Output::new(&mut out, &mut err));
    assert_eq!((exit, err.len()), (Exit::Done, 0));
}
