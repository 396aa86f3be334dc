//! What to do about an error of what else is connected.

use plug61883::links::{
    Call, ConfigRet, Family, HResult, LinkCode, LinkError, LinkErrorKind, Win32,
};

use super::ADMINISTRATOR;

/// What to do about `error`.
pub(crate) fn advice(error: &LinkError) -> &'static str {
    match error.kind() {
        LinkErrorKind::NeedsWindows => "use plugctl.exe on Windows",
        LinkErrorKind::Unknown | LinkErrorKind::Ambiguous { .. } | LinkErrorKind::BadName => {
            list(error.family())
        }
        _ if error.is_absent() => absent(error.family()),
        _ if error.is_already_disconnected() => {
            "nothing is left to do; --idempotent takes that as done"
        }
        _ if error.may_not_be_broken() => "leave it: it is there as long as the device is",
        LinkErrorKind::Answer { call, code } => {
            specific(*call, *code).unwrap_or_else(|| general(error))
        }
        _ => general(error),
    }
}

const fn absent(family: Family) -> &'static str {
    match family {
        Family::Router => "use a Windows Server that has the role Remote Access",
        Family::Audio => "use a Windows that has Core Audio",
        _ => "use a Windows that has it",
    }
}

/// How those that there are can be seen.
const fn list(family: Family) -> &'static str {
    match family {
        Family::Audio => "\"plugctl audio list\" lists those there are",
        Family::Network => "\"plugctl net list\" lists those there are",
        Family::Plug => "\"plugctl connections\" lists those there are",
        Family::Machine | Family::Router => "check the name",
    }
}

fn specific(call: Call, code: LinkCode) -> Option<&'static str> {
    Some(match (call, code) {
        (_, LinkCode::HResult(HResult::ACCESS_DENIED))
        | (Call::ConnectRouter, LinkCode::Win32(Win32::ACCESS_DENIED)) => ADMINISTRATOR,
        (Call::ConnectMachine, LinkCode::ConfigRet(ConfigRet::INVALID_MACHINENAME)) => {
            "give the machine's name, such as BENCH2"
        }
        (Call::ConnectMachine, code) if call.meaning(code) != code.meaning() => {
            "run plugctl on that machine"
        }
        (_, LinkCode::HResult(HResult::AUDIO_SERVICE_NOT_RUNNING)) => {
            "start the service Windows Audio"
        }
        (Call::DisconnectNetwork, LinkCode::HResult(HResult::NOTIMPL | HResult::NOINTERFACE)) => {
            "disable its adapter in Device Manager"
        }
        (_, LinkCode::Win32(Win32::SERVICE_DOES_NOT_EXIST | Win32::SERVICE_NOT_ACTIVE)) => {
            "install and start Routing and Remote Access on that server"
        }
        (_, LinkCode::Win32(Win32::BAD_NETPATH | Win32::INVALID_NAME)) => "check the name",
        _ => return None,
    })
}

fn general(error: &LinkError) -> &'static str {
    if error.may_help_again() {
        return "try again";
    }
    match (error.call(), error.family()) {
        (Some(Call::DisconnectConnector), _) => {
            "\"plugctl audio list\" shows how it is connected now"
        }
        (Some(Call::DisconnectNetwork), _) => {
            "\"plugctl net list\" shows whether it is still connected"
        }
        (_, Family::Audio) => "see whether the sound settings of Windows show it",
        (_, Family::Network) => "see whether the network settings of Windows show it",
        (_, Family::Router) => "see whether Routing and Remote Access runs on that server",
        (_, Family::Machine) => "see what Device Manager shows there",
        (_, Family::Plug) => list(Family::Plug),
    }
}
