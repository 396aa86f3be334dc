//! The units: those that Windows knows, and those that the driver lists.

use plug61883::UnitState;
use plug61883::system::UnitDevice;

use super::checks::{INSTALL, failed, is_filtered, known, unit_devices};
use super::{Facts, Finding, Verdict};
use crate::advice;

const DEVICE: &str = "unit";
const LISTED: &str = "units";

/// What stands in the way of a unit, one finding for each that is plugged in.
pub(super) fn devices(facts: &Facts) -> Vec<Finding> {
    match known(facts, DEVICE, "FireWire units", |it| &it.units) {
        Err(unknown) => vec![unknown],
        Ok(units) if units.is_empty() => {
            let found = "FireWire units: none is plugged in that 61883.sys drives";
            vec![Finding::new(DEVICE, Verdict::Warning, found).advise(advice::NO_UNIT)]
        }
        Ok(units) => units.iter().map(device).collect(),
    }
}

fn device(unit: &UnitDevice) -> Finding {
    let finding = |verdict, found: &str| Finding::new(DEVICE, verdict, found).of(unit);
    if let Some(code) = unit.problem.filter(|code| *code != 0) {
        let (why, advice) = problem(code);
        let found = format!("Device Manager shows problem {code}: {why}");
        return finding(Verdict::Problem, &found).advise(advice);
    }
    if unit.service.is_empty() {
        let found = "no driver is installed for it";
        let advice = "install 61883.sys for it: the legacy FireWire drivers of Windows have it";
        return finding(Verdict::Problem, found).advise(advice);
    }
    match (&unit.stack, is_filtered(unit)) {
        (_, false) => {
            finding(Verdict::Problem, "plug61883 is not among its filters").advise(INSTALL)
        }
        (Some(_), true) if !unit.is_filtered() => {
            let found = "plug61883 is to filter it, but is not in its stack";
            finding(Verdict::Problem, found)
                .advise("disable and enable it in Device Manager, or restart Windows")
        }
        _ => match unit.started {
            Some(true) => finding(Verdict::Ok, "started, plug61883 filters it"),
            None => finding(Verdict::Ok, "plug61883 filters it"),
            Some(false) => finding(Verdict::Problem, "not started")
                .advise("disable and enable it in Device Manager, or plug it in again"),
        },
    }
}

/// What a problem code means, and what to do.
const fn problem(code: u32) -> (&'static str, &'static str) {
    const REINSTALL: &str = "install its drivers again, and see the System log in Event Viewer";
    match code {
        1 | 28 => ("no driver is installed", "install its driver"),
        10 => ("it can't start", "plug it in again"),
        14 => ("Windows must be restarted", "restart Windows"),
        18 => ("its driver must be installed again", REINSTALL),
        19 => ("its registry entries are damaged", REINSTALL),
        22 => ("it is disabled", "enable it in Device Manager"),
        24 | 45 => ("it is not there", "plug it in again"),
        31 => ("a driver could not be added to its stack", REINSTALL),
        32 => ("the service of a driver is disabled", REINSTALL),
        37 | 39 => ("a driver can't be loaded", REINSTALL),
        43 => ("its driver says that it has failed", "plug it in again"),
        48 => (
            "Windows blocks a driver",
            "install a version of the driver that Windows does not block",
        ),
        52 => (
            "Windows can't verify the signature of a driver",
            "see what is said of signatures below",
        ),
        _ => ("see Device Manager", REINSTALL),
    }
}

/// Whether the driver lists the units that it filters.
pub(super) fn listed(facts: &Facts) -> Finding {
    let listed = match &facts.units {
        None => {
            let found = "units of the driver: it can't be asked";
            return Finding::new(LISTED, Verdict::Unknown, found);
        }
        Some(Err(error)) => return failed(LISTED, "units of the driver", error),
        Some(Ok(listed)) => listed,
    };
    let count = |count: usize| match count {
        1 => "1 unit".to_owned(),
        count => format!("{count} units"),
    };
    let found = format!("the driver lists {}", count(listed.len()));
    if let Some(devices) = unit_devices(facts) {
        let filtered = devices.iter().filter(|unit| is_filtered(unit)).count();
        if filtered != listed.len() {
            let found = format!("{found}, Windows knows {} that it filters", count(filtered));
            return Finding::new(LISTED, Verdict::Problem, found)
                .advise("plug the units in again, or restart Windows");
        }
    }
    let of_state = |state| listed.iter().find(|unit| unit.1 == state);
    if let Some((id, _)) = of_state(UnitState::Unsupported) {
        let found = format!("{found}; unit {id}: 61883.sys is too old, it speaks DDI version 1");
        return Finding::new(LISTED, Verdict::Problem, found)
            .advise("update Windows: plug61883 does not manage this unit");
    }
    if let Some((id, _)) = of_state(UnitState::Asking) {
        let found = format!("{found}; unit {id}: 61883.sys has not told its DDI version yet");
        return Finding::new(LISTED, Verdict::Warning, found).advise("look again");
    }
    if listed.is_empty() {
        return Finding::new(LISTED, Verdict::Warning, found).advise(advice::NO_UNIT);
    }
    Finding::new(LISTED, Verdict::Ok, found)
}
