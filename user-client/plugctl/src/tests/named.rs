//! Units by their ids and by their EUI-64s.

use super::*;

const DECK: &str = "00A0B06188300001";

#[test]
fn every_command_takes_either() {
    for line in [
        "plugs UNIT",
        "plugs --unit UNIT",
        "connections --unit UNIT",
        "state iPCR[1] --unit UNIT",
        "connect --unit UNIT --out 0 --persist",
        "disconnect --all --unit UNIT",
        "unit-info UNIT",
        "unit-info UNIT set address-type global",
        "create-plug UNIT in --persist",
        "bus-reset UNIT --yes",
        "unit-directory add UNIT 1 1 --persist",
        "unit-directory list --unit UNIT",
    ] {
        let by_id = run_sim(&line.replace("UNIT", "1.1"));
        assert_eq!((by_id.exit, &*by_id.err), (Exit::Done, ""), "{line}");
        for eui64 in [DECK, &DECK.to_lowercase()] {
            assert_eq!(run_sim(&line.replace("UNIT", eui64)), by_id, "{line}");
        }
    }
}

#[test]
fn it_stays_when_the_unit_comes_again() {
    let simulator = bench();
    simulator.unplug("deck").unwrap();
    let ran = run_on(&simulator, &format!("plugs {DECK}"));
    let error = "error: no unit has the EUI-64 00A0B06188300001; \"plugctl units\" lists the \
                 units there are\n";
    assert_eq!((ran.exit, &*ran.out, &*ran.err), (Exit::Absent, "", error));
    let ran = run_on(&simulator, &format!("plugs {DECK} --json"));
    assert!(ran.out.contains("\"kind\":\"no_unit\""), "{}", ran.out);
    simulator.plug_in("deck").unwrap();
    let ran = run_on(&simulator, &format!("plugs {DECK}"));
    assert_eq!(ran.exit, Exit::Done);
    // Not the id that it had.
    assert!(ran.out.starts_with("unit 1.2  Halvard"), "{}", ran.out);
    assert_eq!(run_on(&simulator, "plugs 1.1").exit, Exit::Absent);
}

#[test]
fn several_units_of_one_node_are_told() {
    let fake = Fake::with_units(2);
    let ran = fake.run("connect --out 0 --unit 00A0DE0000000001");
    assert_eq!(
        (ran.exit, &*ran.err),
        (
            Exit::Usage,
            "error: 2 units have the EUI-64 00A0DE0000000001: 1.1, 2.1; name one by its id\n"
        )
    );
    assert!(!fake.codes().contains(&ioctl::CONNECT));
    // One that is not managed does not tell its own.
    fake.state.lock().unwrap().second_state = 2;
    assert_eq!(fake.run("plugs 00A0DE0000000001").exit, Exit::Done);
}

#[test]
fn a_unit_that_does_not_answer_may_be_the_one() {
    let fault = Fault::Answer(NtStatus::IO_TIMEOUT);
    let fake = Fake::new().fault(ioctl::UNIT_INFO, fault);
    let ran = fake.run("plugs 00A0DE0000000009");
    assert_eq!(ran.exit, Exit::Failed);
    assert!(
        ran.err
            .starts_with("error: could not read the ids of unit 1.1: STATUS_IO_TIMEOUT"),
        "{}",
        ran.err
    );
}
