//! Text for people.

use super::*;

const UNIT: &str = "\
UNIT  EUI-64            VENDOR     MODEL      NODE    GEN  DDI  OUT/IN
1.1   00A0DE0000000001  Sim Works  Tape\u{FFFD}Deck  1023.1    5    3  1/2
";

#[test]
fn units() {
    assert_eq!(Fake::new().run("units"), done(UNIT));
}

#[test]
fn units_go_on_after_one_that_fails() {
    let fault = Fault::Answer(NtStatus::DEVICE_NOT_READY);
    let ran = Fake::with_units(2)
        .fault(ioctl::UNIT_INFO, fault)
        .run("units");
    assert_eq!(ran.exit, Exit::Failed);
    assert_eq!(ran.out.lines().count(), 3);
    assert_eq!(
        ran.out
            .lines()
            .nth(2)
            .unwrap()
            .split_whitespace()
            .collect::<String>(),
        "2.1-------3-failed"
    );
    assert_eq!(ran.err.lines().count(), 2);
    assert_eq!(
        ran.err.lines().next().unwrap(),
        "error: could not read the ids of unit 1.1: STATUS_DEVICE_NOT_READY (0xC00000A3) from the \
         protocol driver: the device is not ready; try again"
    );
}

#[test]
fn plugs() {
    let table = "\
unit 1.1  Sim Works Tape\u{FFFD}Deck
PLUG     ONLINE  STATE   SPEED  CHANNEL  PAYLOAD  P2P  BCAST  ID
oPCR[0]  yes     active  S200         5      122    1      1  1.o0.1
iPCR[0]  yes     ready   S100        63        0    0      0  1.i0.1
iPCR[1]  no      idle    S100        63        0    0      0  1.i1.1
";
    assert_eq!(Fake::new().run("plugs"), done(table));
    for line in ["plugs --unit 1.1", "plugs 1.1"] {
        assert_eq!(Fake::with_units(2).run(line), done(table), "{line}");
    }
    // A section for each unit.
    let ran = Fake::with_units(2).run("plugs");
    assert_eq!((ran.exit, &*ran.err), (Exit::Done, ""));
    assert_eq!(ran.out.lines().count(), 5 + 1 + 5);
    assert!(ran.out.starts_with(table) && ran.out.contains("\n\nunit 2.1  Sim Works"));
    assert!(ran.out.ends_with("  2.i1.1\n"), "{}", ran.out);
}

#[test]
fn plugs_whose_registers_can_not_be_read() {
    let fake = Fake::new();
    fake.state.lock().unwrap().no_registers = true;
    let table = "\
unit 1.1  Sim Works Tape\u{FFFD}Deck
PLUG     ONLINE  STATE   SPEED  CHANNEL  PAYLOAD  P2P  BCAST  ID
oPCR[0]  yes     active  S200         -      122    1      1  1.o0.1
iPCR[0]  yes     ready   S100         -        0    0      0  1.i0.1
iPCR[1]  no      idle    S100         -        0    0      0  1.i1.1
";
    assert_eq!(fake.run("plugs"), done(table));
}

#[test]
fn plugs_go_on_after_one_that_fails_but_not_after_the_unit_left() {
    let fault = Fault::Answer(NtStatus::IO_DEVICE_ERROR);
    let ran = Fake::new().fault(ioctl::PLUG_STATE, fault).run("plugs");
    assert_eq!(
        (ran.exit, ran.out.lines().count(), ran.err.lines().count()),
        (Exit::Failed, 5, 3)
    );
    assert!(
        ran.out
            .ends_with("iPCR[1]  -       failed  -            -        -    -      -  1.i1.1\n")
    );
    let fault = Fault::Refuse(NtStatus::DEVICE_REMOVED, Source::Plug61883);
    let ran = Fake::new().fault(ioctl::GET_PLUG, fault).run("plugs");
    assert_eq!(
        (ran.exit, ran.out.lines().count(), ran.err.lines().count()),
        (Exit::Failed, 3, 1)
    );
    assert!(
        ran.err
            .ends_with("; \"plugctl units\" lists the units there are\n")
    );
}

#[test]
fn connections() {
    let headings = "ID  UNIT  OUTPUT  INPUT  KIND  OWNER  PROCESS  MADE\n";
    assert_eq!(Fake::new().run("connections"), done(headings));
    let fake = Fake::new().connected(ioctl::owner::OTHER_HANDLE);
    fake.run("connect --out 0 --in 1 --persist");
    assert_eq!(
        fake.run("connections --unit 1.1"),
        done(
            "\
ID   UNIT  OUTPUT   INPUT    KIND   OWNER   PROCESS  MADE
1.1  1.1   ?        iPCR[0]  bcast  other         -  -
2.1  1.1   oPCR[0]  iPCR[1]  p2p    driver       42  2022-06-18T04:26:40Z
"
        )
    );
}

#[test]
fn state_by_name_and_by_id() {
    let text = "\
plug            oPCR[0]
id              1.o0.1
online          yes
state           active
speed           S200
channel         5
payload         122 quadlets
point-to-point  1
broadcast       1
register        0xC105407A
";
    for line in ["state oPCR[0]", "state OPCR[0] --unit 1.1", "state 1.o0.1"] {
        assert_eq!(Fake::new().run(line), done(text), "{line}");
    }
    let fake = Fake::new();
    fake.state.lock().unwrap().no_registers = true;
    let ran = fake.run("state ipcr[1]");
    assert!(ran.out.contains("online          no\n") && ran.out.ends_with("register        -\n"));
}

#[test]
fn connect_persistent_prints_the_id_and_ends() {
    let fake = Fake::new();
    let (ran, held) = fake.run_and_look("connect --out 0 --in 0 --persist");
    assert_eq!((ran, held), (done("1.1\n"), None));
    assert_eq!(fake.connection_count(), 1);
    assert_eq!(
        fake.codes(),
        [
            ioctl::LIST_UNITS,
            ioctl::GET_PLUG,
            ioctl::GET_PLUG,
            ioctl::CONNECT
        ]
    );
}

#[test]
fn connect_holds_until_it_is_told_to_end() {
    for line in [
        "connect --in 1 --broadcast",
        "connect --in 1 --broadcast --hold",
    ] {
        let fake = Fake::new();
        let (ran, held) = fake.run_and_look(line);
        let out = "1.1\n1.1: STATUS_SUCCESS (0x00000000) from the protocol driver\n";
        assert_eq!((ran, held), (done(out), Some(1)));
        assert_eq!(fake.connection_count(), 0);
        assert_eq!(fake.codes().last(), Some(&ioctl::DISCONNECT));
        let sent = fake.scripted.sent();
        let request = ConnectRequest::read_from_bytes(&sent[2].input).unwrap();
        assert_eq!((request.connect_type, request.output), (0, PlugId::NONE));
    }
}

#[test]
fn a_held_connection_that_was_lost_is_told() {
    let fault = Fault::Answer(NtStatus::INVALID_PARAMETER);
    let ran = Fake::new()
        .fault(ioctl::DISCONNECT, fault)
        .run("connect --out 0");
    assert_eq!((ran.exit, &*ran.out), (Exit::Failed, "1.1\n"));
    assert_eq!(
        ran.err,
        "error: could not break connection 1.1: STATUS_INVALID_PARAMETER (0xC000000D) from the \
         protocol driver: a parameter is not valid; it had lost the connection on its own, and the \
         id is gone now: nothing is left to do\n"
    );
}

#[test]
fn disconnect_once_and_again() {
    let fake = Fake::new().connected(ioctl::owner::DRIVER);
    let out = "1.1: STATUS_SUCCESS (0x00000000) from the protocol driver\n";
    assert_eq!(fake.run("disconnect 1.1"), done(out));
    let ran = fake.run("disconnect 1.1");
    assert_eq!((ran.exit, &*ran.out), (Exit::Failed, ""));
    assert_eq!(
        ran.err,
        "1.1: STATUS_INVALID_PARAMETER (0xC000000D) from plug61883; no connection has this id \
         now: \"plugctl connections\" lists those there are\n"
    );
}

#[test]
fn disconnect_goes_on_after_one_that_fails() {
    let fake = Fake::new()
        .connected(ioctl::owner::DRIVER)
        .connected(ioctl::owner::OTHER_HANDLE);
    let ran = fake.run("disconnect 9.9 2.1 1.1");
    assert_eq!(ran.exit, Exit::Failed);
    assert_eq!(
        ran.out,
        "1.1: STATUS_SUCCESS (0x00000000) from the protocol driver\n"
    );
    let errors: Vec<_> = ran.err.lines().collect();
    assert_eq!(errors.len(), 2);
    assert!(errors[0].starts_with("9.9: STATUS_INVALID_PARAMETER (0xC000000D) from plug61883; "));
    assert_eq!(
        errors[1],
        "2.1: STATUS_ACCESS_DENIED (0xC0000022) from plug61883; another program or driver owns \
         the connection: --force breaks it all the same"
    );
    assert_eq!(fake.run("disconnect --force 2.1").exit, Exit::Done);
}

#[test]
fn the_timeout_reaches_every_request() {
    let fake = Fake::new();
    fake.run("connect --out 0 --timeout 1234");
    fake.run("--timeout 1234 units");
    for sent in fake.scripted.sent() {
        let header = RequestHeader::read_from_prefix(&sent.input).unwrap().0;
        assert_eq!(header.timeout_ms, 1234);
    }
}

#[test]
fn help_and_version_go_to_stdout() {
    let ran = Fake::new().run("--version");
    assert_eq!(
        ran,
        done(concat!("plugctl ", env!("CARGO_PKG_VERSION"), "\n"))
    );
    for line in [
        "--help",
        "help",
        "connect --help",
        "help disconnect",
        "unit-info --help",
        "unit-info 1.1 set isoch --help",
        "create-plug --help",
        "set-plug --help",
        "delete-plug --help",
        "bus-reset --help",
        "unit-directory add --help",
        "unit-directory remove --help",
        "unit-directory list --help",
        "monitor --help",
        "snapshot --help",
        "connections --help",
    ] {
        let ran = Fake::new().run(line);
        assert_eq!((ran.exit, &*ran.err), (Exit::Done, ""), "{line}");
        assert!(ran.out.contains("Usage:"), "{line}");
        assert!(
            ran.out.lines().all(|line| line.chars().count() <= 100),
            "{line}"
        );
    }
}
