//! What to do about an error, in a few words.

use plug61883::{Answer, Asked, Error, ErrorKind, NtStatus, Source};

/// When the driver has no unit.
pub(crate) const NO_UNIT: &str =
    "plug in a FireWire unit that 61883.sys drives, and install plug61883 for it";

/// Wrong usage that `--help` explains.
pub(crate) const SEE_HELP: &str = "see \"plugctl --help\"";

const NO_DRIVER: &str = if cfg!(windows) {
    "install plug61883 for a FireWire unit and plug the unit in: the driver is there while a unit is"
} else {
    "the driver runs on Windows: use plugctl.exe there"
};

const ADMINISTRATOR: &str = "run it as administrator";
const ONE_RELEASE: &str = "use the driver and plugctl of one release";

/// What to do about `error`.
pub(crate) fn advice(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::NoDriver => NO_DRIVER,
        ErrorKind::Open { win32: 5 } => ADMINISTRATOR,
        ErrorKind::Open { win32: 1816 } => "end other programs that use the driver",
        ErrorKind::Open { .. } => "see whether Device Manager shows a problem with the unit",
        ErrorKind::Version { .. } => ONE_RELEASE,
        ErrorKind::Status(answer) => status_advice(error, answer),
        _ => "report it with the versions of the driver and of plugctl: it is a mistake in one",
    }
}

fn status_advice(error: &Error, answer: Answer) -> &'static str {
    match (error.asked(), answer.status, answer.source) {
        (Asked::Disconnect { .. }, NtStatus::INVALID_PARAMETER, Source::Plug61883) => {
            "no connection has this id now: \"plugctl connections\" lists those there are"
        }
        (Asked::Disconnect { .. }, NtStatus::INVALID_PARAMETER, Source::Protocol) => {
            "it had lost the connection on its own, and the id is gone now: nothing is left to do"
        }
        (Asked::Disconnect { .. }, NtStatus::ACCESS_DENIED, Source::Plug61883) => {
            "another program owns the connection: --force breaks it all the same"
        }
        (Asked::PlugState { .. }, NtStatus::INVALID_PARAMETER, Source::Plug61883) => {
            "no plug has this id now: \"plugctl plugs\" lists those there are"
        }
        (Asked::Plug { .. }, NtStatus::INVALID_PARAMETER, _) => {
            "the unit has no such plug: \"plugctl plugs\" lists those there are"
        }
        (Asked::Connect { .. }, NtStatus::INVALID_PARAMETER, _) => {
            "these plugs can't be connected so: \"plugctl plugs\" shows their states"
        }
        (Asked::Connect { .. }, NtStatus::INSUFFICIENT_RESOURCES, Source::Protocol) => {
            "the bus has no channel or no bandwidth left: break a connection that is not needed"
        }
        (_, NtStatus::REVISION_MISMATCH | NtStatus::INVALID_DEVICE_REQUEST, Source::Plug61883) => {
            ONE_RELEASE
        }
        (_, NtStatus::ACCESS_DENIED, Source::Windows) => ADMINISTRATOR,
        (_, NtStatus::QUOTA_EXCEEDED, Source::Plug61883) => {
            "break connections that are not needed, or end other programs that use the driver"
        }
        (_, NtStatus::IO_TIMEOUT, _) => "try again, with a longer --timeout if the device is slow",
        (_, NtStatus::CANCELLED, _) => "it was interrupted: run it again if it is still wanted",
        _ if error.is_unit_gone() => "\"plugctl units\" lists the units there are",
        _ if error.is_retryable() => "try again",
        _ => "\"plugctl units\" shows whether the unit still answers",
    }
}
