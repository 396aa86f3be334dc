//! `teardown` of plug connections; of other families it would reach the system that runs this.

use insta::assert_snapshot;

use super::*;

fn connections(simulator: &Simulator) -> usize {
    run_on(simulator, "connections").out.lines().count() - 1
}

#[test]
fn it_breaks_what_anybody_has_connected() {
    let simulator = bench();
    // Another program holds one.
    let other = simulator.open_as(77, Access::Change).unwrap();
    let units = plug61883::Units::enumerate(&other).unwrap();
    let unit = units.iter().next().unwrap();
    let plug = unit.plug(plug61883::Direction::Out, 0).unwrap();
    let connect = plug61883::Connect::new().output(&plug);
    let held = unit.connect(&connect).unwrap();
    assert_eq!(connections(&simulator), 4);
    let plan = run_on(&simulator, "teardown --only plugs --dry-run");
    assert_snapshot!("teardown_dry_run", shown(&plan));
    assert_eq!(connections(&simulator), 4);
    let ran = run_on(&simulator, "teardown --only plugs");
    assert_snapshot!("teardown", shown(&ran));
    assert_eq!(connections(&simulator), 0);
    assert!(held.disconnect().is_err(), "it was broken");
    let nothing = "there is nothing to break\n";
    assert_eq!(run_on(&simulator, "teardown --only plugs"), done(nothing));
}

#[test]
fn it_tells_of_each_in_json() {
    let ran = run_sim("teardown --only plugs --json");
    assert_eq!((ran.exit, &*ran.err), (Exit::Done, ""));
    let document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let results = document["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    for result in results {
        assert_eq!(
            (&result["family"], &result["outcome"]),
            (&"plug".into(), &"broken".into())
        );
        assert_eq!(result["answer"]["name"], "STATUS_SUCCESS");
    }
    assert_eq!(document["summary"]["broken"], 3);
    assert_eq!(document["errors"], serde_json::json!([]));
}

#[test]
fn of_a_simulated_bus_it_takes_the_plug_connections() {
    let closed = |line| run_closed(line, &|_| unreachable!("nothing real"));
    let plan = closed("teardown --sim --dry-run");
    assert_eq!((plan.exit, &*plan.err), (Exit::Done, ""));
    assert!(plan.out.ends_with("\n3 would be broken\n"), "{}", plan.out);
    assert_eq!(closed("teardown --sim --only plugs --dry-run"), plan);
    let ran = closed("teardown --sim");
    assert!(ran.out.ends_with("\n3 broken\n"), "{}", ran.out);
}

#[test]
fn it_goes_on_after_a_failure() {
    let fake = Fake::new()
        .connected(ioctl::owner::DRIVER)
        .connected(ioctl::owner::DRIVER)
        .fault(ioctl::DISCONNECT, Fault::Answer(NtStatus::IO_TIMEOUT));
    let ran = fake.run("teardown --only plugs");
    assert_eq!((ran.exit, ran.err.lines().count()), (Exit::Failed, 2));
    assert!(ran.out.ends_with("\n2 failed\n"), "{}", ran.out);
    for id in ["1.1", "2.1"] {
        let said = format!("error: could not break connection {id}: STATUS_IO_TIMEOUT");
        assert!(ran.err.contains(&said), "{}", ran.err);
    }
    // Lost by the protocol driver: gone already.
    let fake = Fake::new().connected(ioctl::owner::FOREIGN).fault(
        ioctl::DISCONNECT,
        Fault::Answer(NtStatus::INVALID_PARAMETER),
    );
    let ran = fake.run("teardown --only plugs");
    assert_eq!((ran.exit, &*ran.err), (Exit::Done, ""));
    assert!(ran.out.ends_with("\n1 already gone\n"), "{}", ran.out);
}

#[test]
fn a_name_that_names_nothing_is_told() {
    let ran = run_sim("teardown --only plugs --also 9.9 --dry-run");
    assert_eq!(ran.exit, Exit::Failed);
    assert!(
        ran.err
            .starts_with("error: nothing has the id or name \"9.9\"; "),
        "{}",
        ran.err
    );
}

#[test]
fn looking_needs_no_more_than_a_look() {
    for (line, needed) in [
        ("teardown --only plugs --dry-run", Access::Query),
        ("teardown --only plugs", Access::Change),
    ] {
        let ran = run_closed(line, &|access| {
            assert_eq!(access, needed, "{line}");
            Err(Error::new(
                plug61883::Asked::Open { access },
                plug61883::ErrorKind::Open { win32: 5 },
            ))
        });
        assert_eq!((ran.exit, ran.err.lines().count()), (Exit::Failed, 1));
        assert!(
            ran.err.ends_with("run it as administrator\n"),
            "{}",
            ran.err
        );
    }
}
