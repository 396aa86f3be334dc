//! What errors tell.

use plug61883_abi::status::NtStatus;

use crate::links::{Call, ConfigRet, Family, HResult, LinkCode, LinkError, LinkErrorKind, Win32};
use crate::{Access, Answer, Asked, ConnectionId, Error, ErrorKind, Source};

const CONNECTION: ConnectionId = ConnectionId::new(4, 2);

fn hresult(call: Call, code: HResult) -> LinkError {
    LinkError::answer(call, LinkCode::HResult(code))
}

fn plug(asked: Asked, status: NtStatus, source: Source) -> LinkError {
    Error::new(asked, ErrorKind::Status(Answer { status, source })).into()
}

fn disconnecting(status: NtStatus, source: Source) -> LinkError {
    let connection = CONNECTION;
    plug(Asked::Disconnect { connection }, status, source)
}

#[test]
fn says_what_was_asked_and_what_came() {
    let cases = [
        (
            hresult(Call::DisconnectConnector, HResult::NOT_FOUND).of("Speaker jack"),
            "could not disconnect the connector \"Speaker jack\": E_NOTFOUND (0x80070490) from \
             IConnector::Disconnect: the connector is already disconnected",
        ),
        (
            hresult(Call::AudioDevice, HResult::NOT_FOUND),
            "could not open the audio device: E_NOTFOUND (0x80070490) from \
             IMMDeviceEnumerator::GetDevice: it was not found",
        ),
        (
            hresult(Call::DisconnectNetwork, HResult(0x8000_1234)).of("a\nb"),
            "could not disconnect the network connection \"a\u{FFFD}b\": HRESULT 0x80001234 from \
             INetConnection::Disconnect: nothing more is known of this answer",
        ),
        (
            LinkError::answer(Call::FindRouter, LinkCode::Win32(Win32::PROC_NOT_FOUND)),
            "could not connect to the router configuration: ERROR_PROC_NOT_FOUND (127) from \
             GetProcAddress(MprConfigServerConnect, MprConfigServerDisconnect): this Windows has \
             no router configuration",
        ),
        (
            LinkError::new(
                Family::Machine,
                LinkErrorKind::Nothing {
                    call: Call::ConnectMachine,
                },
            ),
            "could not connect to the machine: CM_Connect_MachineW: it told of success and gave \
             nothing",
        ),
        (
            LinkError::new(Family::Router, LinkErrorKind::Released).of("R"),
            "could not use the router configuration handle \"R\": this router configuration \
             handle is already disconnected",
        ),
        (
            LinkError::new(Family::Network, LinkErrorKind::Ambiguous { count: 2 }).of("LAN"),
            "could not find the network connection \"LAN\": 2 network connections have this \
             name: give the id",
        ),
        (
            disconnecting(NtStatus::IO_TIMEOUT, Source::Plug61883).of("5.2"),
            "could not break connection 5.2: STATUS_IO_TIMEOUT (0xC00000B5) from plug61883: no \
             answer in time",
        ),
    ];
    for (error, text) in cases {
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn only_two_interfaces_know_already_disconnected() {
    for call in Call::ALL {
        for code in call.documented() {
            let error = LinkError::answer(*call, code);
            let already =
                *call == Call::DisconnectConnector && code == LinkCode::HResult(HResult::NOT_FOUND);
            let permanent = *call == Call::DisconnectConnector
                && code == LinkCode::HResult(HResult::FILE_READ_ONLY);
            assert_eq!(error.is_already_disconnected(), already, "{error}");
            assert_eq!(error.may_not_be_broken(), permanent, "{error}");
        }
    }
    // The same number from another function is another answer.
    let other = hresult(Call::AudioDevice, HResult::NOT_FOUND);
    assert!(!other.is_already_disconnected());
    assert!(LinkError::new(Family::Audio, LinkErrorKind::Released).is_already_disconnected());
}

#[test]
fn plug_errors_keep_their_meaning() {
    let stale = disconnecting(NtStatus::INVALID_PARAMETER, Source::Plug61883);
    let lost = disconnecting(NtStatus::INVALID_PARAMETER, Source::Protocol);
    let removed = disconnecting(NtStatus::DEVICE_REMOVED, Source::Protocol);
    for gone in [&stale, &lost, &removed] {
        assert!(gone.is_already_disconnected(), "{gone}");
        assert!(!gone.may_not_be_broken() && !gone.may_help_again());
    }
    let of_another = disconnecting(NtStatus::ACCESS_DENIED, Source::Plug61883);
    assert!(of_another.may_not_be_broken() && !of_another.is_already_disconnected());
    let no_rights = disconnecting(NtStatus::ACCESS_DENIED, Source::Windows);
    assert!(!no_rights.may_not_be_broken());
    let busy = disconnecting(NtStatus::DEVICE_BUSY, Source::Protocol);
    assert!(busy.may_help_again() && !busy.is_already_disconnected());
    assert_eq!(busy.family(), Family::Plug);
    assert_eq!(busy.code_name(), Some("STATUS_DEVICE_BUSY"));
    assert_eq!(busy.meaning(), "the device is busy");
    // Not of a disconnect: nothing is gone.
    let listing = plug(
        Asked::Connections,
        NtStatus::INVALID_PARAMETER,
        Source::Plug61883,
    );
    assert!(!listing.is_already_disconnected());
    let access = Access::Change;
    let absent = LinkError::from(Error::new(Asked::Open { access }, ErrorKind::NoDriver));
    assert!(absent.is_absent() && absent.code().is_none());
}

#[test]
fn only_an_interface_that_is_missing_is_absent() {
    let absent = [
        LinkError::answer(Call::LoadRouter, LinkCode::Win32(Win32::MOD_NOT_FOUND)),
        LinkError::answer(Call::FindRouter, LinkCode::Win32(Win32::PROC_NOT_FOUND)),
        LinkError::answer(Call::ConnectRouter, LinkCode::Win32(Win32::NOT_SUPPORTED)),
        hresult(Call::CreateConnectionManager, HResult::CLASS_NOT_REGISTERED),
        hresult(Call::CreateDeviceEnumerator, HResult::CLASS_NOT_REGISTERED),
        LinkError::new(Family::Audio, LinkErrorKind::NeedsWindows),
    ];
    for error in absent {
        assert!(error.is_absent(), "{error}");
    }
    let there = [
        LinkError::answer(Call::ConnectRouter, LinkCode::Win32(Win32::ACCESS_DENIED)),
        LinkError::answer(
            Call::ConnectMachine,
            LinkCode::ConfigRet(ConfigRet::ACCESS_DENIED),
        ),
        hresult(Call::CreateConnectionManager, HResult::ACCESS_DENIED),
        hresult(Call::DisconnectNetwork, HResult::CLASS_NOT_REGISTERED),
        LinkError::new(Family::Audio, LinkErrorKind::Unknown),
    ];
    for error in there {
        assert!(!error.is_absent(), "{error}");
    }
}

#[test]
fn trying_again_is_told_where_it_can_help() {
    let again: Vec<_> = Call::DisconnectNetwork
        .documented()
        .into_iter()
        .filter(|code| LinkError::answer(Call::DisconnectNetwork, *code).may_help_again())
        .filter_map(LinkCode::name)
        .collect();
    assert_eq!(again, ["E_ABORT", "E_OUTOFMEMORY"]);
    // Windows will not reach the other machine later either.
    let unavailable = LinkCode::ConfigRet(ConfigRet::MACHINE_UNAVAILABLE);
    assert!(!LinkError::answer(Call::ConnectMachine, unavailable).may_help_again());
    assert!(LinkError::answer(Call::DeviceIdList, unavailable).may_help_again());
}
