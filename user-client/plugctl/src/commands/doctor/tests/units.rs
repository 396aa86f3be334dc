//! Units and their filters, and what Windows does not tell.

use super::*;

#[test]
fn units_and_their_filters() {
    let id = |slot| UnitId::new(slot, 1);
    check(&[
        (
            "a second unit without the filter",
            &|facts| {
                let mut second = unit();
                second.stack = Some(vec![r"\Driver\61883".to_owned()]);
                system(facts).units.as_mut().unwrap().push(second);
            },
            Exit::Failed,
            &[("unit", Problem, "not among its filters")],
        ),
        (
            "a filter that is not in the stack",
            &with_unit(|unit| {
                unit.upper_filters = vec!["plug61883".to_owned()];
                unit.stack = Some(vec![r"\Driver\61883".to_owned()]);
            }),
            Exit::Failed,
            &[("unit", Problem, "not in its stack; disable and enable it")],
        ),
        (
            "not started",
            &with_unit(|unit| unit.started = Some(false)),
            Exit::Failed,
            &[("unit", Problem, "not started")],
        ),
        (
            "disabled",
            &with_unit(|unit| unit.problem = Some(22)),
            Exit::Failed,
            &[("unit", Problem, "problem 22: it is disabled; enable it")],
        ),
        (
            "another problem",
            &with_unit(|unit| unit.problem = Some(99)),
            Exit::Failed,
            &[("unit", Problem, "problem 99: see Device Manager")],
        ),
        (
            "no driver at all",
            &with_unit(|unit| {
                unit.service.clear();
                unit.stack = None;
            }),
            Exit::Failed,
            &[
                ("unit", Problem, "no driver is installed for it"),
                ("units", Problem, "lists 1 unit, Windows knows 0 units"),
            ],
        ),
        (
            "a unit that the driver does not list",
            &|facts| facts.units = Some(Ok(Vec::new())),
            Exit::Failed,
            &[("units", Problem, "lists 0 units, Windows knows 1 unit")],
        ),
        (
            "a unit of DDI version 1",
            &|facts| facts.units = Some(Ok(vec![(id(0), UnitState::Unsupported)])),
            Exit::Failed,
            &[("units", Problem, "unit 1.1: 61883.sys is too old")],
        ),
        (
            "a unit that is new",
            &|facts| facts.units = Some(Ok(vec![(id(0), UnitState::Asking)])),
            Exit::Done,
            &[("units", Warning, "not told its DDI version")],
        ),
        (
            "Windows tells nothing",
            &|facts| {
                let no = Unread { win32: 120 };
                let system = system(facts);
                (system.version, system.service) = (Err(no), Err(no));
                (system.units, system.signing) = (Err(no), Err(no));
                system.secure_boot = Err(no);
            },
            Exit::Done,
            &[
                ("system", Unknown, "ERROR_CALL_NOT_IMPLEMENTED (120)"),
                ("service", Unknown, "Windows does not tell"),
                ("unit", Unknown, "Windows does not tell"),
                ("signing", Unknown, "Windows does not tell"),
                ("secure_boot", Unknown, "Windows does not tell"),
            ],
        ),
        (
            "an old Windows",
            &|facts| system(facts).version = Ok([6, 3, 9600]),
            Exit::Done,
            &[("system", Warning, "Windows 6.3.9600 is older")],
        ),
        (
            "a start that failed",
            &|facts| {
                closed(facts);
                system(facts).service = service(ServiceState::Stopped, 1275);
                system(facts).signing = Ok(Signing::from_options(0));
                system(facts).secure_boot = Ok(None);
            },
            Exit::Absent,
            &[
                (
                    "service",
                    Problem,
                    "its start failed: ERROR_DRIVER_BLOCKED (1275)",
                ),
                ("device", Problem, ""),
                ("changes", Unknown, ""),
                ("version", Unknown, ""),
                ("units", Unknown, ""),
            ],
        ),
    ]);
}
