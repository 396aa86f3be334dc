//! `disconnect --all`.

use insta::assert_snapshot;

use super::*;

#[test]
fn what_others_made_is_left_alone_and_told() {
    let simulator = bench();
    // Another program holds one.
    let other = simulator.open_as(77, Access::Change).unwrap();
    let units = plug61883::Units::enumerate(&other).unwrap();
    let unit = units.iter().next().unwrap();
    let plug = unit.plug(plug61883::Direction::Out, 0).unwrap();
    let connect = plug61883::Connect::new().output(&plug);
    let held = unit.connect(&connect).unwrap();
    let ran = run_on(&simulator, "disconnect --all");
    assert_snapshot!("disconnect_all", shown(&ran));
    let left = run_on(&simulator, "connections");
    assert_eq!(left.out.lines().count(), 1 + 3, "{}", left.out);
    let documents = run_on(&simulator, "disconnect --all --json");
    assert_snapshot!("disconnect_all_json", shown(&documents));
    // One unit's.
    let ran = run_on(&simulator, "disconnect --all --force --unit 3.1");
    assert_eq!((ran.exit, ran.out.lines().count()), (Exit::Done, 1));
    let ran = run_on(&simulator, "disconnect --all --force");
    assert_snapshot!("disconnect_all_forced", shown(&ran));
    let ran = run_on(&simulator, "disconnect --all --force");
    assert_eq!(ran, done("there is no connection\n"));
    let ran = run_on(&simulator, "disconnect --all --json");
    assert_eq!(ran, done("{\"format\":1,\"results\":[]}\n"));
    assert!(held.disconnect().is_err(), "it was forced");
}

#[test]
fn all_goes_on_after_one_that_fails() {
    let fake = Fake::new()
        .connected(ioctl::owner::DRIVER)
        .connected(ioctl::owner::DRIVER)
        .fault(ioctl::DISCONNECT, Fault::Answer(NtStatus::IO_TIMEOUT));
    let ran = fake.run("disconnect --all");
    assert_eq!((ran.exit, ran.err.lines().count()), (Exit::Failed, 2));
    assert!(ran.err.starts_with("1.1: STATUS_IO_TIMEOUT"), "{}", ran.err);
    // Gone meanwhile is as well as broken; lost by the protocol driver is a failure.
    let stale = Fault::Refuse(NtStatus::INVALID_PARAMETER, Source::Plug61883);
    let fake = Fake::new()
        .connected(ioctl::owner::DRIVER)
        .fault(ioctl::DISCONNECT, stale);
    assert_eq!(fake.run("disconnect --all"), done("1.1: gone already\n"));
    let lost = Fault::Answer(NtStatus::INVALID_PARAMETER);
    let fake = Fake::new()
        .connected(ioctl::owner::DRIVER)
        .fault(ioctl::DISCONNECT, lost);
    assert_eq!(fake.run("disconnect --all").exit, Exit::Failed);
}
