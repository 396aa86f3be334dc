//! `monitor --unit` and `--kind`.

use insta::assert_snapshot;
use plug61883_sim::By;

use super::*;

/// Runs it on the bench; once it has begun, something of every kind happens to several units.
fn monitor(line: &str) -> Ran {
    let simulator = bench();
    let mut begun = false;
    let acting = simulator.clone();
    run_acting(&simulator, line, move |_| {
        if std::mem::replace(&mut begun, true) {
            return;
        }
        acting
            .connect(By::Driver, "audio.oPCR[1]", "audio.iPCR[2]")
            .unwrap();
        run_on(&acting, "create-plug 1.1 in --persist");
        acting.unplug("tuner").unwrap();
        acting.plug_in("tuner").unwrap();
        acting
            .disconnect(By::Driver, "audio.oPCR[1]", "audio.iPCR[2]")
            .unwrap();
        acting.bus_reset();
    })
}

#[test]
fn everything() {
    let ran = monitor("monitor --count 14");
    assert_snapshot!("monitor", shown(&ran));
}

#[test]
fn one_unit() {
    let ran = monitor("monitor --unit 3.1 --count 4");
    assert_snapshot!("monitor_unit", shown(&ran));
    let ran = monitor("monitor --unit 00D4E56188300003 --count 4 --json");
    assert_snapshot!("monitor_unit_json", shown(&ran));
}

#[test]
fn a_unit_by_its_eui64_is_followed_when_it_comes_again() {
    let ran = monitor("monitor --unit 00E6F76188300004 --kind unit-removed,unit-arrived --count 2");
    let lines: Vec<_> = ran.out.lines().collect();
    assert_eq!((ran.exit, lines.len()), (Exit::Done, 3), "{ran:?}");
    assert!(lines[1].ends_with(" unit 4.1: removed"), "{ran:?}");
    assert!(lines[2].ends_with(" unit 4.2: arrived"), "{ran:?}");
}

#[test]
fn some_kinds() {
    for kinds in ["plug-created,disconnected", "plug_created,disconnected"] {
        let ran = monitor(&format!("monitor --kind {kinds} --count 2"));
        let lines: Vec<_> = ran.out.lines().collect();
        assert_eq!((ran.exit, lines.len()), (Exit::Done, 3), "{ran:?}");
        // The snapshot is of all.
        assert!(lines[0].contains(": 4 units, "), "{ran:?}");
        assert!(lines[1].contains("unit 1.1: plug created"), "{ran:?}");
        assert!(lines[2].contains("unit 3.1: disconnected"), "{ran:?}");
    }
    // Every kind can be named.
    for kind in [
        "unit-arrived",
        "unit-removed",
        "connected",
        "disconnected",
        "plug-created",
        "bus-reset",
    ] {
        let ran = monitor(&format!("monitor --kind {kind} --count 1"));
        let words = kind.replace("unit-", "").replace('-', " ");
        let last = ran.out.lines().last().unwrap();
        assert!(last.contains(&words), "{kind}: {last}");
    }
}

#[test]
fn what_was_lost_is_told_whatever_the_filter() {
    let events = [events::event(1), events::event(3)];
    let fake = Fake::new()
        .happening(0, &events)
        .happening(3, &events)
        .happening(0, &events);
    let ran = fake.run("monitor --unit 7.1 --kind plug-removed,plug-changed --timeout 1");
    let lines: Vec<_> = ran.out.lines().collect();
    assert_eq!((ran.exit, lines.len()), (Exit::Done, 3), "{ran:?}");
    assert!(lines[0].contains(": 0 units"), "{ran:?}");
    assert_eq!(lines[1], "lost 3 events");
    assert!(lines[2].starts_with("snapshot before event"), "{ran:?}");
}

#[test]
fn a_unit_that_is_not_there_is_told() {
    let ran = run_sim("monitor --unit 00E6F76188300009");
    assert_eq!((ran.exit, &*ran.out), (Exit::Absent, ""));
    assert!(
        ran.err.starts_with("error: no unit has the EUI-64"),
        "{ran:?}"
    );
}
