//! What to do about an error, in a few words.

pub(crate) mod links;

use plug61883::{Answer, Asked, Error, ErrorKind, NtStatus, Source};

/// When the driver has no unit.
pub(crate) const NO_UNIT: &str =
    "plug in a FireWire unit that 61883.sys drives, and install plug61883 for it";

/// When a unit is not there.
pub(crate) const LIST_UNITS: &str = "\"plugctl units\" lists the units there are";

/// When there are several units.
pub(crate) const NAME_UNIT: &str = "name one with --unit";

/// Wrong usage that `--help` explains.
pub(crate) const SEE_HELP: &str = "see \"plugctl --help\"";

const NO_DRIVER: &str = "the driver is there while a FireWire unit is, on Windows: install \
                         plug61883 for one and plug it in, or simulate units with --sim";

/// A question that nobody is there to answer.
pub(crate) const GIVE_YES: &str = "give --yes";

const ADMINISTRATOR: &str = "run it as administrator";
/// When the driver and plugctl do not fit together.
pub(crate) const ONE_RELEASE: &str = "use the driver and plugctl of one release";

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
    let specific = match answer.status {
        NtStatus::INVALID_PARAMETER => invalid_parameter(error.asked(), answer.source),
        NtStatus::ACCESS_DENIED => access_denied(error.asked(), answer.source),
        NtStatus::QUOTA_EXCEEDED if answer.source == Source::Plug61883 => {
            Some(quota_exceeded(error.asked()))
        }
        NtStatus::INSUFFICIENT_RESOURCES if answer.source == Source::Protocol => {
            insufficient_resources(error.asked())
        }
        _ => None,
    };
    specific.unwrap_or_else(|| match (answer.status, answer.source) {
        (NtStatus::REVISION_MISMATCH, _) if error.is_unsupported() => {
            "\"plugctl units\" tells whether 61883.sys is too old for the unit; if not, use the \
             driver and plugctl of one release"
        }
        (NtStatus::REVISION_MISMATCH | NtStatus::INVALID_DEVICE_REQUEST, Source::Plug61883) => {
            ONE_RELEASE
        }
        (NtStatus::IO_TIMEOUT, _) => "try again, with a longer --timeout if the device is slow",
        (NtStatus::INVALID_GENERATION, _) => "try again",
        (NtStatus::CANCELLED, _) => "it was interrupted: run it again if it is still wanted",
        _ if error.is_unit_gone() => LIST_UNITS,
        _ if error.is_retryable() => "try again",
        _ => "\"plugctl units\" shows whether the unit still answers",
    })
}

fn invalid_parameter(asked: Asked, source: Source) -> Option<&'static str> {
    Some(match (asked, source) {
        (Asked::Disconnect { .. }, Source::Plug61883) => {
            "no connection has this id now: \"plugctl connections\" lists those there are"
        }
        (Asked::Disconnect { .. }, Source::Protocol) => {
            "it had lost the connection on its own, and the id is gone now: nothing is left to do"
        }
        (
            Asked::PlugState { .. } | Asked::SetPlug { .. } | Asked::DeletePlug { .. },
            Source::Plug61883,
        ) => "no plug has this id now: \"plugctl plugs\" lists those there are",
        (Asked::DeletePlug { .. }, Source::Protocol) => {
            "it had lost the plug on its own: \"plugctl plugs\" lists those there are"
        }
        (Asked::SetPlug { .. } | Asked::CreatePlug { .. }, Source::Protocol) => {
            "61883.sys does not take this register: check its value"
        }
        (Asked::Plug { .. }, _) => {
            "the unit has no such plug: \"plugctl plugs\" lists those there are"
        }
        (Asked::Connect { .. }, _) => {
            "these plugs can't be connected so: \"plugctl plugs\" shows their states"
        }
        (Asked::RemoveDirectory { .. }, Source::Plug61883) => {
            "no unit directory has this id now: \"plugctl unit-directory list\" lists those there \
             are"
        }
        (Asked::SetUnitInfo { .. }, _) => {
            "the values are not ones that it takes: \"plugctl unit-info\" shows those there are"
        }
        _ => return None,
    })
}

fn access_denied(asked: Asked, source: Source) -> Option<&'static str> {
    Some(match (asked, source) {
        (_, Source::Windows) => ADMINISTRATOR,
        (Asked::Disconnect { .. }, Source::Plug61883) => {
            "another program or driver owns the connection: --force breaks it all the same"
        }
        (Asked::DeletePlug { .. }, Source::Plug61883) => {
            "another program or driver owns the plug: --force deletes it all the same"
        }
        (Asked::RemoveDirectory { .. }, Source::Plug61883) => {
            "another program owns the unit directory: --force removes it all the same"
        }
        (Asked::SetPlug { plug }, Source::Protocol) if !plug.is_local() => {
            "61883.sys sets plugs of this computer only: a device's plugs change by connecting them"
        }
        (Asked::SetPlug { .. }, _) => {
            "only the program that created the plug can set it, or any if it was made with \
             --persist"
        }
        (Asked::SetUnitInfo { .. }, Source::Plug61883) => {
            "it changes how 61883.sys treats the bus: --allow-diag allows it"
        }
        _ => return None,
    })
}

fn quota_exceeded(asked: Asked) -> &'static str {
    match asked {
        Asked::Connect { .. } => {
            "break connections that are not needed, or end other programs that use the driver"
        }
        Asked::CreatePlug { .. } => {
            "delete plugs that are not needed, or end other programs that use the driver"
        }
        Asked::AddDirectory { .. } => {
            "remove unit directories that are not needed, or end other programs that use the driver"
        }
        _ => "end other programs that use the driver",
    }
}

fn insufficient_resources(asked: Asked) -> Option<&'static str> {
    match asked {
        Asked::Connect { .. } => Some(
            "the bus has no channel or no bandwidth left: break a connection that is not needed",
        ),
        Asked::CreatePlug { .. } => {
            Some("this computer has no plug of that direction left: delete one that is not needed")
        }
        _ => None,
    }
}
