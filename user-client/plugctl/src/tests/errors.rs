//! Every way to fail: the exit code, one line, and what to do.

use plug61883::{Asked, ErrorKind};

use super::*;

pub(super) fn fails(fake: &Fake, line: &str, exit: Exit) -> String {
    let ran = fake.run(line);
    assert_eq!(
        (ran.exit, &*ran.out, ran.err.lines().count()),
        (exit, "", 1),
        "{line}: {ran:?}"
    );
    ran.err.trim_end().to_owned()
}

#[test]
fn wrong_usage_asks_nothing_of_the_driver() {
    for (line, says) in [
        (
            "",
            "a command is missing: one of units, unit-info, plugs, connections, state, connect, \
             disconnect, create-plug, set-plug, delete-plug, bus-reset, unit-directory, report, \
             get, set, graph, watch, doctor, monitor, snapshot, teardown, audio, net, router, \
             machine, completions",
        ),
        ("unite", "unrecognized subcommand 'unite'"),
        ("frobnicate", "unrecognized subcommand 'frobnicate'"),
        ("units extra", "unexpected argument 'extra' found"),
        ("units --colour", "unexpected argument '--colour' found"),
        (
            "disconnect",
            "the following required arguments were not provided: <ID>...",
        ),
        ("disconnect 1", "a connection's id is like 1.1"),
        ("disconnect 1.1 -1.1", "unexpected argument '-1' found"),
        ("disconnect 1.1 x", "invalid value 'x' for '[ID]...'"),
        ("disconnect 0.1", "a connection's id is like 1.1"),
        ("disconnect 1.0", "a connection's id is like 1.1"),
        ("disconnect 1.+1", "a connection's id is like 1.1"),
        ("disconnect 1.4294967296", "a connection's id is like 1.1"),
        (
            "plugs --unit 1",
            "a unit's id is like 1.1, its EUI-64 has 16 hexadecimal digits",
        ),
        ("plugs --unit", "a value is required for '--unit <UNIT>'"),
        (
            "plugs 1.1 --unit 1.1",
            "cannot be used with '--unit <UNIT>'",
        ),
        (
            "plugs 00A0DE000000000",
            "its EUI-64 has 16 hexadecimal digits",
        ),
        ("units --watch=0", "0 is not in 1..=86400"),
        ("units --watch 2", "unexpected argument '2' found"),
        ("monitor --kind plug", "invalid value 'plug'"),
        ("disconnect 1.1 --all", "cannot be used with '--all'"),
        (
            "disconnect 1.1 --unit 1.1",
            "cannot be used with '--unit <UNIT>'",
        ),
        (
            "disconnect --unit 1.1",
            "required arguments were not provided: --all",
        ),
        (
            "state oPCR[31]",
            "its register's name like oPCR[0] (0 to 30)",
        ),
        ("state oPCR[+1]", "a plug's id is like 1.o0.1"),
        ("state oPCR[]", "a plug's id is like 1.o0.1"),
        ("state 1.x0.1", "a plug's id is like 1.o0.1"),
        ("state ÄÄÄ", "a plug's id is like 1.o0.1"),
        ("state 1.o0.1 --unit 1.1", "--unit can't be used with it"),
        (
            "connect",
            "required arguments were not provided: <--out <PLUG>|--in <PLUG>>",
        ),
        ("connect --out 31", "an output plug is a number, 0 to 30,"),
        ("connect --in x", "or an id like 1.i0.1"),
        ("connect --in 1.o0.1", "not an input plug"),
        ("connect --out 0 --format dv", "\"dv\" is none of dv-525,"),
        ("unit-info", "required arguments were not provided: <UNIT>"),
        ("unit-info 1.1 --level all", "invalid value 'all'"),
        (
            "unit-info 1.1 --level ids --local",
            "--local is for the level capabilities",
        ),
        (
            "unit-info 1.1 --local set address-type global",
            "can't be used with set",
        ),
        (
            "unit-info 1.1 set isoch",
            "required arguments were not provided",
        ),
        ("unit-info 1.1 set diag-level x", "none, ignore-oplug, "),
        (
            "create-plug 1.1",
            "required arguments were not provided: <DIRECTION>",
        ),
        (
            "create-plug 1.1 out --pcr payload=1024",
            "takes a number from 0 to 1023",
        ),
        (
            "create-plug 1.1 in --pcr payload=1",
            "an input plug's register has no",
        ),
        ("set-plug 1.o0.1 0", "that is a plug of the device"),
        (
            "set-plug 1.li0.1 speed=S100",
            "an input plug's register has no",
        ),
        (
            "delete-plug",
            "required arguments were not provided: <PLUG>...",
        ),
        (
            "unit-directory",
            "a command is missing: one of add, remove, list;",
        ),
        (
            "unit-info 1.1 set",
            "one of isoch, address-type, diag-level;",
        ),
        (
            "unit-directory add 1.1 0x1000000 1",
            "24 bits, decimal or like 0x00A02D",
        ),
        (
            "unit-directory remove 1",
            "a unit directory's id is like 1.1",
        ),
        ("audio", "a command is missing: one of list, disconnect;"),
        ("net", "a command is missing: one of list, disconnect;"),
        ("router", "a command is missing: one of check;"),
        ("machine", "a command is missing: one of units;"),
        (
            "audio disconnect --idempotent",
            "required arguments were not provided: <CONNECTOR>",
        ),
        (
            "net disconnect",
            "required arguments were not provided: <NAME>",
        ),
        ("audio list --idempotent", "unexpected argument"),
        (
            "machine units --host",
            "a value is required for '--host <NAME>'",
        ),
        ("router check R1", "unexpected argument 'R1' found"),
        (
            "teardown --only usb",
            "[possible values: plugs, audio, net]",
        ),
        ("teardown --yes", "unexpected argument '--yes' found"),
        ("monitor --count 0", "0 is not in 1.."),
        ("monitor --timeout 0", "0 is not in 1.."),
        ("connect --in -1", "unexpected argument '-1' found"),
        (
            "connect --out 0 --persist --hold",
            "cannot be used with '--hold'",
        ),
        ("units --timeout 0", "0 is not in 1..=60000"),
        ("units --timeout 60001", "60001 is not in 1..=60000"),
        ("units --timeout soon", "invalid digit found in string"),
    ] {
        let fake = Fake::new();
        let error = fails(&fake, line, Exit::Usage);
        assert!(error.contains(says), "{line}: {error}");
        assert!(
            error.starts_with("error: ") && error.contains("see \"plugctl --help\""),
            "{error}"
        );
        assert!(!error.contains("error: error"), "{error}");
        assert_eq!(fake.codes(), [0; 0], "{line}");
    }
}

#[test]
fn a_typing_error_gets_a_hint() {
    let error = fails(&Fake::new(), "connectoins", Exit::Usage);
    assert!(error.contains("'connectoins'; tip: "), "{error}");
    assert!(error.contains("'connections'"), "{error}");
}

#[test]
fn quoted_arguments_can_not_break_the_line() {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let words = ["plugctl", "a\n\nb\u{1b}c"].map(OsString::from);
    let system = System {
        open: &|_| unreachable!(),
        hold: &|_| unreachable!(),
        interrupt: &|_| unreachable!(),
        confirm: &|_| unreachable!(),
    };
    let exit = commands::run(words, &system, &mut Output::new(&mut out, &mut err));
    let text = String::from_utf8(err).unwrap();
    assert_eq!((exit, text.lines().count()), (Exit::Usage, 1));
    assert!(!text.trim_end().contains(char::is_control), "{text:?}");
}

#[test]
fn several_units_and_none_named() {
    let fake = Fake::with_units(2);
    let error = fails(&fake, "connect --out 0", Exit::Usage);
    assert_eq!(
        error,
        "error: there are 2 units: 1.1 (Sim Works Tape\u{FFFD}Deck), 2.1 (Sim Works \
         Tape\u{FFFD}Deck); name one with --unit"
    );
    assert_eq!(
        fake.run("connect --out 0 --persist --unit 2.1"),
        done("1.1\n")
    );
    // A list of connections is for all.
    assert_eq!(fake.run("connections").exit, Exit::Done);
}

#[test]
fn no_unit() {
    for line in ["units", "plugs", "state iPCR[0]", "connect --in 0"] {
        let error = fails(&Fake::with_units(0), line, Exit::Absent);
        assert!(
            error.starts_with("error: no unit is there; plug in"),
            "{error}"
        );
    }
    for line in [
        "plugs --unit 3.1",
        "connections --unit 3.1",
        "connect --out 0 --unit 3.1",
    ] {
        let error = fails(&Fake::new(), line, Exit::Absent);
        assert!(
            error.contains("STATUS_NO_SUCH_DEVICE (0xC000000E) from plug61883"),
            "{error}"
        );
        assert!(
            error.ends_with("\"plugctl units\" lists the units there are"),
            "{error}"
        );
    }
}

#[test]
fn a_unit_that_left_is_not_listed() {
    let fault = Fault::Refuse(NtStatus::NO_SUCH_DEVICE, Source::Plug61883);
    fails(
        &Fake::new().fault(ioctl::UNIT_INFO, fault),
        "units",
        Exit::Absent,
    );
}

const LINES: [&str; 16] = [
    "units",
    "plugs",
    "connections",
    "state 1.o0.1",
    "unit-info 1.1",
    "unit-directory list",
    "monitor",
    "snapshot",
    "connect --out 0",
    "disconnect 1.1",
    "unit-info 1.1 set address-type global",
    "create-plug 1.1 in",
    "set-plug 1.li0.1 online",
    "delete-plug 1.li0.1",
    "unit-directory add 1.1 1 1",
    "unit-directory remove 1.1",
];

#[test]
fn no_driver() {
    let absent = |access| Err(Error::new(Asked::Open { access }, ErrorKind::NoDriver));
    for line in LINES {
        let ran = run_closed(line, &absent);
        assert_eq!(
            (ran.exit, &*ran.out, ran.err.lines().count()),
            (Exit::Absent, "", 1),
            "{line}"
        );
        assert!(
            ran.err.contains(r"there is no driver at \\.\Plug61883"),
            "{}",
            ran.err
        );
    }
}

#[test]
fn access_is_asked_for_as_needed_and_its_refusal_told() {
    for (line, needed) in LINES
        .into_iter()
        .zip([Access::Query; 8].into_iter().chain([Access::Change; 8]))
    {
        let refused = |access| {
            assert_eq!(access, needed, "{line}");
            Err(Error::new(
                Asked::Open { access },
                ErrorKind::Open { win32: 5 },
            ))
        };
        let ran = run_closed(line, &refused);
        assert_eq!(ran.exit, Exit::Failed);
        assert!(
            ran.err
                .ends_with("ERROR_ACCESS_DENIED (5) from Windows; run it as administrator\n")
        );
    }
    for (win32, advice) in [
        (1816, "end other programs"),
        (99, "see whether Device Manager"),
    ] {
        let refused = |access| {
            Err(Error::new(
                Asked::Open { access },
                ErrorKind::Open { win32 },
            ))
        };
        let ran = run_closed("units", &refused);
        assert!(ran.err.contains(advice), "{}", ran.err);
    }
}

#[test]
fn another_version_and_a_bad_reply() {
    let fake = Fake::new().fault(ioctl::LIST_UNITS, Fault::Version(7));
    let error = fails(&fake, "units", Exit::Failed);
    assert_eq!(
        error,
        "error: could not list the units: the driver speaks interface version 7, this program 1; \
         use the driver and plugctl of one release"
    );
    let fake = Fake::new().fault(ioctl::LIST_UNITS, Fault::Short);
    let error = fails(&fake, "units", Exit::Failed);
    assert!(
        error.contains("a reply of 3 bytes came where 32 were due; report it"),
        "{error}"
    );
}

proptest::proptest! {
    #[test]
    fn no_command_line_makes_it_panic(words in proptest::collection::vec(".{0,12}", 0..5)) {
        let system = System {
            open: &|access| Err(Error::new(Asked::Open { access }, ErrorKind::NoDriver)),
            hold: &|_| unreachable!("nothing to hold"),
            interrupt: &|_| unreachable!("nothing to wait for"),
            confirm: &|_| unreachable!("nothing to ask"),
        };
        let line = std::iter::once("plugctl".to_owned()).chain(words).map(OsString::from);
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let exit = commands::run(line, &system, &mut Output::new(&mut out, &mut err));
        let lines = String::from_utf8(err).unwrap().lines().count();
        proptest::prop_assert_eq!(lines, usize::from(exit != Exit::Done));
    }
}
