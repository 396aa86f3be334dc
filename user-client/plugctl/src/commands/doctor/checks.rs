//! From what is known to what is wrong, in the order in which one looks.

use plug61883::system::{Fact, SERVICE, ServiceState, Signing, SystemFacts, UnitDevice};
use plug61883::{Error, ErrorKind};

use super::{Facts, Finding, Verdict, units};
use crate::advice;

/// Build of the oldest Windows that plug61883 is for: Windows 10 1903.
const OLDEST_BUILD: u32 = 18_362;
/// Version of plugctl, which is that of its release.
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// `ERROR_INVALID_IMAGE_HASH`: Windows did not take the driver's signature.
const INVALID_IMAGE_HASH: u32 = 577;
/// `ERROR_SERVICE_NEVER_STARTED`
const NEVER_STARTED: u32 = 1077;
/// `CM_PROB_UNSIGNED_DRIVER`
const UNSIGNED_DRIVER: u32 = 52;

const NEEDS_WINDOWS: &str = "needs Windows";
/// What installs the filter.
pub(super) const INSTALL: &str =
    "install plug61883 for the unit: pnputil /add-driver plug61883.inf /install";

/// What every check found.
pub(super) fn findings(facts: &Facts) -> Vec<Finding> {
    let run = |checks: &[fn(&Facts) -> Finding]| -> Vec<_> {
        checks.iter().map(|check| check(facts)).collect()
    };
    if facts.simulated {
        return run(&[system, device, changes, version, units::listed]);
    }
    let mut findings = run(&[system, service, device, changes, version]);
    findings.extend(units::devices(facts));
    findings.extend(run(&[units::listed, signing, secure_boot]));
    findings
}

/// A fact of Windows, or the finding that it is not known.
pub(super) fn known<'a, T>(
    facts: &'a Facts,
    check: &'static str,
    what: &str,
    fact: impl Fn(&'a SystemFacts) -> &'a Fact<T>,
) -> Result<&'a T, Finding> {
    let unknown = |why: &str| Finding::new(check, Verdict::Unknown, format!("{what}: {why}"));
    let Some(system) = &facts.system else {
        return Err(unknown(NEEDS_WINDOWS));
    };
    match fact(system) {
        Ok(fact) => Ok(fact),
        Err(why) => Err(unknown(&format!("Windows does not tell: {why}"))),
    }
}

/// The units that Windows knows, where it tells them.
pub(super) fn unit_devices(facts: &Facts) -> Option<&[UnitDevice]> {
    let units = facts.system.as_ref()?.units.as_ref();
    units.ok().map(Vec::as_slice)
}

fn system(facts: &Facts) -> Finding {
    const CHECK: &str = "system";
    if facts.simulated {
        let found = "the bus is simulated: nothing of Windows is looked at";
        return Finding::new(CHECK, Verdict::Ok, found);
    }
    if facts.system.is_none() {
        let found = "this is not Windows: plug61883.sys runs there only";
        return Finding::new(CHECK, Verdict::Problem, found)
            .advise("use plugctl.exe on the computer with the FireWire card, or try --sim here");
    }
    let [major, minor, build] = match known(facts, CHECK, "version", |it| &it.version) {
        Ok(version) => *version,
        Err(unknown) => return unknown,
    };
    let found = format!("Windows {major}.{minor}.{build}");
    if (major, build) < (10, OLDEST_BUILD) {
        let found = format!("{found} is older than Windows 10 1903");
        return Finding::new(CHECK, Verdict::Warning, found)
            .advise("plug61883 is made for Windows 10 1903 and later");
    }
    Finding::new(CHECK, Verdict::Ok, found)
}

/// Whether the driver's service runs, where that is known.
fn runs(facts: &Facts) -> Option<bool> {
    let service = facts.system.as_ref()?.service.as_ref().ok()?;
    Some(service.is_some_and(|service| service.state == ServiceState::Running))
}

fn service(facts: &Facts) -> Finding {
    const CHECK: &str = "service";
    let finding = |verdict, found: &str| {
        let found = format!("driver {SERVICE}: {found}");
        Finding::new(CHECK, verdict, found)
    };
    let service = match known(facts, CHECK, "driver", |it| &it.service) {
        Ok(Some(service)) => service,
        Ok(None) => return finding(Verdict::Problem, "not installed").advise(INSTALL),
        Err(unknown) => return unknown,
    };
    match (service.state, service.exit_code) {
        (ServiceState::Running, _) => finding(Verdict::Ok, "runs"),
        (ServiceState::Changing, _) => {
            finding(Verdict::Warning, "is about to start or to stop").advise("look again")
        }
        (ServiceState::Stopped, INVALID_IMAGE_HASH) => {
            let found = "installed; Windows did not load it: it did not take its signature";
            finding(Verdict::Problem, found).advise("see what is said of signatures below")
        }
        (ServiceState::Stopped, 0 | NEVER_STARTED) => match unit_devices(facts) {
            Some([]) => finding(Verdict::Warning, "installed, not started: no unit is there")
                .advise("plug a FireWire unit in: Windows starts the driver with the first"),
            Some(units) if units.iter().any(is_filtered) => {
                let found = "installed, not started, though a unit is there that it filters";
                finding(Verdict::Problem, found)
                    .advise("disable and enable the unit in Device Manager, or restart Windows")
            }
            _ => finding(Verdict::Warning, "installed, not started")
                .advise("Windows starts it with the first unit that it filters"),
        },
        (ServiceState::Stopped, code) => {
            let why = plug61883::system::Unread { win32: code };
            finding(Verdict::Problem, &format!("its start failed: {why}"))
                .advise("see the System log in Event Viewer, and restart Windows")
        }
    }
}

/// Whether plug61883 is among a unit's filters, or is to be.
pub(super) fn is_filtered(unit: &UnitDevice) -> bool {
    unit.is_filtered() || unit.is_to_be_filtered()
}

fn device(facts: &Facts) -> Finding {
    const CHECK: &str = "device";
    match &facts.query {
        Ok(()) => Finding::new(CHECK, Verdict::Ok, "control device: opens for queries"),
        Err(error) if error.is_no_driver() => {
            let found = format!("control device: {}", error.said());
            Finding::new(CHECK, Verdict::Problem, found)
                .advise("it is there while a unit is: see what is said of the driver and the units")
        }
        Err(error) => failed(CHECK, "control device", error),
    }
}

fn changes(facts: &Facts) -> Finding {
    const CHECK: &str = "changes";
    match (&facts.query, &facts.change) {
        (_, Ok(())) => Finding::new(CHECK, Verdict::Ok, "control device: opens for changes"),
        (Err(_), Err(_)) => {
            let found = "control device, for changes: it does not open at all";
            Finding::new(CHECK, Verdict::Unknown, found)
        }
        (Ok(()), Err(error)) if matches!(error.kind(), ErrorKind::Open { win32: 5 }) => {
            let found = "control device: opens for queries only, not for changes";
            Finding::new(CHECK, Verdict::Warning, found)
                .advise("run plugctl as administrator to connect, disconnect and set")
        }
        (Ok(()), Err(error)) => failed(CHECK, "control device, for changes", error),
    }
}

/// A request that failed.
pub(super) fn failed(check: &'static str, what: &str, error: &Error) -> Finding {
    let found = format!("{what}: {}", error.said());
    Finding::new(check, Verdict::Problem, found).advise(advice::advice(error))
}

fn version(facts: &Facts) -> Finding {
    const CHECK: &str = "version";
    match &facts.version {
        None => {
            let found = "version of the driver: it can't be asked";
            Finding::new(CHECK, Verdict::Unknown, found)
        }
        Some(Err(error)) => failed(CHECK, "version of the driver", error),
        Some(Ok(version)) => {
            let driver = version.map(|part| part.to_string()).join(".");
            let found = format!("version: driver {driver}, plugctl {VERSION}");
            if driver == VERSION {
                Finding::new(CHECK, Verdict::Ok, found)
            } else {
                Finding::new(CHECK, Verdict::Warning, found).advise(advice::ONE_RELEASE)
            }
        }
    }
}

/// Whether Windows refused the driver for its signature.
fn is_refused(facts: &Facts) -> bool {
    let service = facts.system.as_ref().map(|system| &system.service);
    let hash = matches!(service, Some(Ok(Some(service)))
        if service.state == ServiceState::Stopped && service.exit_code == INVALID_IMAGE_HASH);
    let units = unit_devices(facts).unwrap_or_default();
    let unsigned = |unit: &UnitDevice| unit.problem == Some(UNSIGNED_DRIVER) && is_filtered(unit);
    hash || units.iter().any(unsigned)
}

fn secure_boot_is_on(facts: &Facts) -> bool {
    let state = facts.system.as_ref().map(|system| &system.secure_boot);
    matches!(state, Some(Ok(Some(true))))
}

fn signing(facts: &Facts) -> Finding {
    const CHECK: &str = "signing";
    let Signing {
        enforced,
        test,
        memory_integrity,
    } = match known(facts, CHECK, "signatures of drivers", |it| &it.signing) {
        Ok(signing) => *signing,
        Err(unknown) => return unknown,
    };
    let mut found = match (enforced, test) {
        (_, true) => "test signing is on: drivers with a test signature are loaded",
        (true, false) => "test signing is off: only drivers signed by Microsoft are loaded",
        (false, false) => "signatures of drivers are not enforced",
    }
    .to_owned();
    if memory_integrity {
        found.push_str("; memory integrity is on");
    }
    if is_refused(facts) {
        let found = format!("{found}; plug61883 was refused");
        let advice = match (test, secure_boot_is_on(facts)) {
            (true, _) => "sign plug61883 with a certificate that this computer trusts",
            (false, true) => {
                "install a release that Microsoft signed; or, on a test machine, turn secure boot \
                 off in the firmware, then test signing on: bcdedit /set testsigning on"
            }
            (false, false) => {
                "install a release that Microsoft signed; or, on a test machine, turn test signing \
                 on and restart: bcdedit /set testsigning on"
            }
        };
        return Finding::new(CHECK, Verdict::Problem, found).advise(advice);
    }
    if enforced && !test && runs(facts) == Some(false) {
        return Finding::new(CHECK, Verdict::Warning, found).advise(
            "a plug61883 that you built yourself needs test signing: bcdedit /set testsigning on",
        );
    }
    Finding::new(CHECK, Verdict::Ok, found)
}

fn secure_boot(facts: &Facts) -> Finding {
    const CHECK: &str = "secure_boot";
    let on = match known(facts, CHECK, "secure boot", |it| &it.secure_boot) {
        Ok(on) => *on,
        Err(unknown) => return unknown,
    };
    match on {
        None => Finding::new(CHECK, Verdict::Ok, "secure boot: this firmware has none"),
        Some(false) => Finding::new(CHECK, Verdict::Ok, "secure boot is off"),
        Some(true) if runs(facts) == Some(false) => {
            let found = "secure boot is on: test signing can't be turned on";
            Finding::new(CHECK, Verdict::Warning, found)
                .advise("turn it off in the firmware if you need test signing")
        }
        Some(true) => Finding::new(CHECK, Verdict::Ok, "secure boot is on"),
    }
}
