//! From facts to findings and exit codes.

use plug61883::system::{Service, ServiceState, Signing, SystemFacts, UnitDevice, Unread};
use plug61883::{Access, Answer, Asked, Error, ErrorKind, NtStatus, Source, UnitId, UnitState};

use super::*;

mod units;

/// A unit that is as it should be.
fn unit() -> UnitDevice {
    UnitDevice {
        instance: r"1394\SONY&DECK\0800460000000001".to_owned(),
        name: "AV/C Tape Device".to_owned(),
        hardware_ids: vec![r"1394\A02D&10001".to_owned()],
        service: "61883".to_owned(),
        upper_filters: Vec::new(),
        stack: Some(vec![
            r"\Driver\plug61883".to_owned(),
            r"\Driver\61883".to_owned(),
            r"\Driver\1394ohci".to_owned(),
        ]),
        started: Some(true),
        problem: Some(0),
    }
}

/// Everything as it should be: Windows 11, one unit, an administrator.
fn good() -> Facts {
    Facts {
        simulated: false,
        system: Some(SystemFacts {
            version: Ok([10, 0, 22_631]),
            service: service(ServiceState::Running, 0),
            units: Ok(vec![unit()]),
            signing: Ok(Signing::from_options(0x1)),
            secure_boot: Ok(Some(true)),
        }),
        query: Ok(()),
        change: Ok(()),
        version: Some(Ok(parts())),
        units: Some(Ok(vec![(UnitId::new(0, 1), UnitState::Managed)])),
    }
}

/// The version of plugctl.
fn parts() -> [u16; 3] {
    let parts: Vec<u16> = env!("CARGO_PKG_VERSION")
        .split('.')
        .map(|part| part.parse().unwrap())
        .collect();
    parts.try_into().unwrap()
}

fn service(state: ServiceState, exit_code: u32) -> Result<Option<Service>, Unread> {
    Ok(Some(Service { state, exit_code }))
}

fn error(asked: Asked, kind: ErrorKind) -> Error {
    Error::new(asked, kind)
}

fn no_driver(access: Access) -> Result<(), Error> {
    Err(error(Asked::Open { access }, ErrorKind::NoDriver))
}

/// No control device is there.
fn closed(facts: &mut Facts) {
    facts.query = no_driver(Access::Query);
    facts.change = no_driver(Access::Change);
    (facts.version, facts.units) = (None, None);
}

fn system(facts: &mut Facts) -> &mut SystemFacts {
    facts.system.as_mut().unwrap()
}

/// Changes one of the units.
fn with_unit(change: impl Fn(&mut UnitDevice)) -> impl Fn(&mut Facts) {
    move |facts| change(&mut system(facts).units.as_mut().unwrap()[0])
}

/// A case: what is not as it should be, the exit code, and each finding that is not `ok`.
type Case<'a> = (
    &'a str,
    &'a dyn Fn(&mut Facts),
    Exit,
    &'a [(&'a str, Verdict, &'a str)],
);

use Verdict::{Problem, Unknown, Warning};

fn check(cases: &[Case<'_>]) {
    for (name, change, code, expected) in cases {
        let mut facts = good();
        change(&mut facts);
        let findings = checks::findings(&facts);
        let bad: Vec<_> = findings
            .iter()
            .filter(|finding| finding.verdict != Verdict::Ok)
            .collect();
        let got: Vec<_> = bad.iter().map(|it| (it.check, it.verdict)).collect();
        let wanted: Vec<_> = expected.iter().map(|it| (it.0, it.1)).collect();
        assert_eq!(got, wanted, "{name}: {bad:#?}");
        for (finding, (.., says)) in bad.iter().zip(*expected) {
            let said = format!(
                "{}; {}",
                finding.found,
                finding.advice.as_deref().unwrap_or_default()
            );
            assert!(said.contains(says), "{name}: {said}");
            // What is wrong can be put right.
            let advised = finding.advice.is_some();
            assert!(advised || finding.verdict == Unknown, "{name}: {said}");
        }
        assert_eq!(exit(&facts, &findings), *code, "{name}");
    }
}

#[test]
fn nothing_is_wrong() {
    check(&[
        ("as it should be", &|_| {}, Exit::Done, &[]),
        (
            "test signing, no secure boot",
            &|facts| {
                system(facts).signing = Ok(Signing::from_options(0x3));
                system(facts).secure_boot = Ok(None);
            },
            Exit::Done,
            &[],
        ),
        (
            "a filter that the registry lists, nothing else known",
            &with_unit(|unit| {
                unit.upper_filters = vec!["PLUG61883".to_owned()];
                (unit.stack, unit.started, unit.problem) = (None, None, None);
            }),
            Exit::Done,
            &[],
        ),
        (
            "simulated",
            &|facts| (facts.simulated, facts.system) = (true, None),
            Exit::Done,
            &[],
        ),
    ]);
}

#[test]
fn no_driver_and_no_device() {
    let cases: &[Case<'_>] = &[
        (
            "not Windows",
            &|facts| {
                closed(facts);
                facts.system = None;
            },
            Exit::Absent,
            &[
                ("system", Problem, "this is not Windows"),
                ("service", Unknown, "needs Windows"),
                ("device", Problem, "there is no driver"),
                ("changes", Unknown, "does not open"),
                ("version", Unknown, "can't be asked"),
                ("unit", Unknown, "needs Windows"),
                ("units", Unknown, "can't be asked"),
                ("signing", Unknown, "needs Windows"),
                ("secure_boot", Unknown, "needs Windows"),
            ],
        ),
        (
            "not installed",
            &|facts| {
                closed(facts);
                system(facts).service = Ok(None);
                system(facts).secure_boot = Ok(Some(false));
                with_unit(|unit| unit.stack = Some(vec![r"\Driver\61883".to_owned()]))(facts);
            },
            Exit::Absent,
            &[
                ("service", Problem, "not installed; install plug61883"),
                ("device", Problem, "there is no driver"),
                ("changes", Unknown, ""),
                ("version", Unknown, ""),
                ("unit", Problem, "not among its filters; install"),
                ("units", Unknown, ""),
                ("signing", Warning, "bcdedit /set testsigning on"),
            ],
        ),
        (
            "no unit",
            &|facts| {
                closed(facts);
                system(facts).service = service(ServiceState::Stopped, 1077);
                system(facts).units = Ok(Vec::new());
                system(facts).signing = Ok(Signing::from_options(0x3));
                system(facts).secure_boot = Ok(Some(false));
            },
            Exit::Absent,
            &[
                (
                    "service",
                    Warning,
                    "no unit is there; plug a FireWire unit in",
                ),
                ("device", Problem, "there is no driver"),
                ("changes", Unknown, ""),
                ("version", Unknown, ""),
                ("unit", Warning, "none is plugged in"),
                ("units", Unknown, ""),
            ],
        ),
        (
            "stopped though a unit is there",
            &|facts| {
                closed(facts);
                system(facts).service = service(ServiceState::Stopped, 0);
                system(facts).signing = Ok(Signing::from_options(0x0));
                system(facts).secure_boot = Ok(Some(false));
            },
            Exit::Absent,
            &[
                ("service", Problem, "not started, though a unit is there"),
                ("device", Problem, ""),
                ("changes", Unknown, ""),
                ("version", Unknown, ""),
                ("units", Unknown, ""),
            ],
        ),
    ];
    check(cases);
}

#[test]
fn signatures() {
    let refused = |test: u32, boot: bool| {
        move |facts: &mut Facts| {
            closed(facts);
            system(facts).service = service(ServiceState::Stopped, 577);
            system(facts).signing = Ok(Signing::from_options(test));
            system(facts).secure_boot = Ok(Some(boot));
            with_unit(|unit| (unit.started, unit.problem) = (Some(false), Some(52)))(facts);
        }
    };
    let others = |signing: &'static str| {
        [
            ("service", Problem, "did not take its signature"),
            ("device", Problem, ""),
            ("changes", Unknown, ""),
            ("version", Unknown, ""),
            ("unit", Problem, "problem 52"),
            ("units", Unknown, ""),
            ("signing", Problem, signing),
        ]
    };
    let secure: Vec<_> = others("turn secure boot off in the firmware")
        .into_iter()
        .chain([("secure_boot", Warning, "test signing can't be turned on")])
        .collect();
    check(&[
        (
            "unsigned, secure boot",
            &refused(0x1, true),
            Exit::Absent,
            &secure,
        ),
        (
            "unsigned",
            &refused(0x1, false),
            Exit::Absent,
            &others("turn test signing on and restart"),
        ),
        (
            "not trusted",
            &refused(0x403, false),
            Exit::Absent,
            &others("memory integrity is on; plug61883 was refused; sign plug61883 with"),
        ),
    ]);
}

#[test]
fn the_control_device() {
    let open = |win32| {
        let access = Access::Change;
        Err(error(Asked::Open { access }, ErrorKind::Open { win32 }))
    };
    let status = |asked, status| {
        let source = Source::Plug61883;
        error(asked, ErrorKind::Status(Answer { status, source }))
    };
    check(&[
        (
            "not administrator",
            &|facts| facts.change = open(5),
            Exit::Done,
            &[("changes", Warning, "as administrator")],
        ),
        (
            "too many handles",
            &|facts| facts.change = open(1816),
            Exit::Failed,
            &[("changes", Problem, "ERROR_NOT_ENOUGH_QUOTA (1816)")],
        ),
        (
            "another release",
            &|facts| facts.version = Some(Ok([9, 8, 7])),
            Exit::Done,
            &[("version", Warning, "driver 9.8.7, plugctl")],
        ),
        (
            "another interface",
            &|facts| {
                let kind = ErrorKind::Version { driver: 9 };
                facts.version = Some(Err(error(Asked::Interface, kind)));
                facts.units = Some(Err(error(Asked::Units, kind)));
            },
            Exit::Failed,
            &[
                ("version", Problem, "of one release"),
                ("units", Problem, "interface version 9"),
            ],
        ),
        (
            "no answer",
            &|facts| {
                facts.units = Some(Err(status(Asked::Units, NtStatus::IO_TIMEOUT)));
            },
            Exit::Failed,
            &[("units", Problem, "STATUS_IO_TIMEOUT")],
        ),
        (
            "about to start",
            &|facts| system(facts).service = service(ServiceState::Changing, 0),
            Exit::Done,
            &[
                ("service", Warning, "look again"),
                // What does not run is not loaded.
                ("signing", Warning, "test signing is off"),
                ("secure_boot", Warning, "secure boot is on"),
            ],
        ),
    ]);
}

#[test]
fn findings_are_told_in_lines_that_fit() {
    let mut facts = good();
    closed(&mut facts);
    system(&mut facts).service = service(ServiceState::Stopped, 577);
    with_unit(|unit| unit.problem = Some(52))(&mut facts);
    let findings = checks::findings(&facts);
    let told = text(&findings, 80, false);
    insta::assert_snapshot!("refused", told);
    assert!(told.lines().all(|line| line.width() <= 80), "{told}");
    let well = text(&checks::findings(&good()), 80, false);
    insta::assert_snapshot!("well", well.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
    // Colour adds nothing but itself.
    let coloured = text(&findings, 80, true);
    assert!(coloured.contains("\x1b[31mproblem"), "{coloured}");
    assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), told);
}
