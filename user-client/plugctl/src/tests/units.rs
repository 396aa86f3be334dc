//! What units tell of themselves, and what is set of them.

use plug61883::abi::ioctl::SetUnitInfoRequest;

use super::*;

#[test]
fn a_unit_that_is_not_managed_is_listed_as_such() {
    let fake = Fake::with_units(2);
    fake.state.lock().unwrap().second_state = 2;
    let table = "\
UNIT  EUI-64            VENDOR     MODEL      NODE    DDI  OUT/IN  STATE
1.1   00A0DE0000000001  Sim Works  Tape\u{FFFD}Deck  1023.1    3  1/2
2.1   -                 -          -          -         1  -       unsupported
";
    assert_eq!(fake.run("units"), done(table));
    // Nothing was asked of it.
    let of_second = |sent: &plug61883::scripted::Sent| {
        let header = RequestHeader::read_from_prefix(&sent.input).unwrap().0;
        header.unit.slot() == Some(1)
    };
    assert!(!fake.scripted.sent().iter().any(of_second));
}

#[test]
fn a_wide_table_has_the_ids_too() {
    let table = "\
UNIT  EUI-64            VENDOR     ID        MODEL      ID        NODE    GEN  DDI  OUT/IN
1.1   00A0DE0000000001  Sim Works  0x00A0DE  Tape\u{FFFD}Deck  0x001001  1023.1    5    3  1/2
";
    assert_eq!(Fake::new().run("units --wide"), done(table));
}

#[test]
fn unit_info_tells_every_level() {
    let text = "\
unit            1.1
EUI-64          00A0DE0000000001
vendor          0x00A0DE Sim Works
model           0x001001 Tape\u{FFFD}Deck
unit model      0x000000
output plugs    1
input plugs     2
max speed       S400
command sets    0x00000000
hardware flags  0x00000000
rx packets      0
rx descriptors  0
tx packets      0
tx descriptors  0
generation      5
device          0xFFC1 (1023.1)
computer        0xFFC0 (1023.0)
DDI version     3
diag level      none
";
    assert_eq!(Fake::new().run("unit-info 1.1"), done(text));
    let text = "\
unit         1.1
diag level   none
DDI version  3
";
    assert_eq!(
        Fake::new().run("unit-info 1.1 --level diag,ddi"),
        done(text)
    );
    for line in [
        "unit-info 1.1 --local",
        "unit-info 1.1 --local --level capabilities",
    ] {
        let ran = Fake::new().run(line);
        assert!(
            ran.out.contains("output plugs    5\n"),
            "{line}: {}",
            ran.out
        );
        assert_eq!(ran.out.lines().count(), 6);
    }
}

#[test]
fn unit_info_goes_on_after_a_level_that_fails() {
    let fault = Fault::Answer(NtStatus::NOT_SUPPORTED);
    let ran = Fake::new()
        .fault(ioctl::UNIT_INFO, fault)
        .run("unit-info 1.1");
    let lines = (ran.out.lines().count(), ran.err.lines().count());
    assert_eq!((ran.exit, lines), (Exit::Failed, (0, 6)));
    // A unit that is not there is not asked six times.
    let ran = Fake::new().run("unit-info 7.1");
    assert_eq!((ran.exit, ran.err.lines().count()), (Exit::Absent, 1));
}

#[test]
fn what_is_set_is_what_was_named() {
    let fake = Fake::new();
    let answer = "1.1: STATUS_SUCCESS (0x00000000) from the protocol driver\n";
    let set = |line: &str| {
        assert_eq!(fake.run(&format!("unit-info 1.1 set {line}")), done(answer));
        let sent = fake.scripted.sent();
        SetUnitInfoRequest::read_from_bytes(&sent.last().unwrap().input).unwrap()
    };
    let request = set("isoch --rx-packets 100 --tx-descriptors 4");
    assert_eq!((request.level, request.isoch.rx_num_packets), (2, 100));
    // What is there already stays.
    let isoch = set("isoch --rx-descriptors 3").isoch;
    assert_eq!(
        (
            isoch.rx_num_packets,
            isoch.rx_num_descriptors,
            isoch.tx_num_descriptors
        ),
        (100, 3, 4)
    );
    let request = set("address-type exclusive");
    assert_eq!((request.level, request.address_type), (3, 2));
    let request = set("diag-level ignore-oplug,0x40 --allow-diag");
    assert_eq!(
        (request.level, request.flags, request.diag_level),
        (1, 1, 0x41)
    );
    let ran = fake.run("unit-info 1.1 --level diag");
    assert!(
        ran.out.ends_with("ignore-oplug,specify-block-size\n"),
        "{}",
        ran.out
    );
}

#[test]
fn a_bus_reset_is_confirmed() {
    let answer = "1.1: STATUS_SUCCESS (0x00000000) from the protocol driver\n";
    let fake = Fake::new();
    assert_eq!(fake.run("bus-reset 1.1 --yes"), done(answer));
    assert_eq!(fake.codes(), [ioctl::BUS_RESET]);
    for (yes, exit) in [
        (Some(true), Exit::Done),
        (Some(false), Exit::Failed),
        (None, Exit::Usage),
    ] {
        let fake = Fake::new();
        fake.state.lock().unwrap().yes = yes;
        let ran = fake.run("bus-reset 1.1");
        assert_eq!((ran.exit, &*ran.out == answer), (exit, yes == Some(true)));
        assert_eq!(ran.err.lines().count(), usize::from(yes != Some(true)));
        assert_eq!(fake.codes().contains(&ioctl::BUS_RESET), yes == Some(true));
    }
    // A document is no place for a question: nothing is asked, of nobody.
    let fake = Fake::new();
    assert_eq!(fake.run("bus-reset 1.1 --json").exit, Exit::Usage);
    assert_eq!(fake.codes(), [0; 0]);
}

#[test]
fn a_unit_has_its_name_wherever_the_device_keeps_it() {
    let simulator = Simulator::from_toml(
        "[[node]]\nname = \"box\"\nvendor = \"Halvard Works\"\nmodel = \"\"\n\
         unit_model = \"HV-1 AV/C\"\noutputs = 1",
    )
    .unwrap();
    for command in ["report", "plugs", "graph"] {
        let ran = run_on(&simulator, command);
        assert_eq!((ran.exit, &*ran.err), (Exit::Done, ""));
        assert!(ran.out.contains("Halvard Works HV-1 AV/C"), "{}", ran.out);
    }
}
