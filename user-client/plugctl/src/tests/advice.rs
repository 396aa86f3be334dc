//! What to do about each failure.

use super::errors::fails;
use super::*;

#[test]
fn what_to_do_follows_from_what_was_asked_and_who_answered() {
    use Source::{Plug61883, Protocol, Windows};
    let connect = "connect --out 0";
    for (line, code, status, source, advice) in [
        (
            "disconnect 1.1",
            ioctl::DISCONNECT,
            NtStatus::INVALID_PARAMETER,
            Protocol,
            "nothing is left",
        ),
        (
            "disconnect 1.1",
            ioctl::DISCONNECT,
            NtStatus::INVALID_PARAMETER,
            Plug61883,
            "no connection has",
        ),
        (
            "disconnect 1.1",
            ioctl::DISCONNECT,
            NtStatus::ACCESS_DENIED,
            Windows,
            "administrator",
        ),
        (
            "disconnect 1.1",
            ioctl::DISCONNECT,
            NtStatus::CANCELLED,
            Plug61883,
            "interrupted",
        ),
        (
            "state 1.o0.1",
            ioctl::PLUG_STATE,
            NtStatus::INVALID_PARAMETER,
            Plug61883,
            "no plug has",
        ),
        (
            "state oPCR[3]",
            ioctl::GET_PLUG,
            NtStatus::INVALID_PARAMETER,
            Protocol,
            "no such plug",
        ),
        (
            connect,
            ioctl::CONNECT,
            NtStatus::INVALID_PARAMETER,
            Protocol,
            "can't be connected so",
        ),
        (
            connect,
            ioctl::CONNECT,
            NtStatus::INSUFFICIENT_RESOURCES,
            Protocol,
            "no bandwidth left",
        ),
        (
            connect,
            ioctl::CONNECT,
            NtStatus::QUOTA_EXCEEDED,
            Plug61883,
            "break connections",
        ),
        (
            connect,
            ioctl::CONNECT,
            NtStatus::IO_TIMEOUT,
            Plug61883,
            "longer --timeout",
        ),
        (
            connect,
            ioctl::CONNECT,
            NtStatus::DEVICE_BUSY,
            Protocol,
            "try again",
        ),
        (
            "units",
            ioctl::LIST_UNITS,
            NtStatus::REVISION_MISMATCH,
            Plug61883,
            "one release",
        ),
        (
            "units",
            ioctl::LIST_UNITS,
            NtStatus::INVALID_DEVICE_REQUEST,
            Plug61883,
            "one release",
        ),
        (
            "unit-info 1.1",
            ioctl::UNIT_INFO,
            NtStatus::REVISION_MISMATCH,
            Plug61883,
            "whether 61883.sys is too old",
        ),
        (
            "create-plug 1.1 in",
            ioctl::CREATE_PLUG,
            NtStatus::QUOTA_EXCEEDED,
            Plug61883,
            "delete plugs that are not needed",
        ),
        (
            "create-plug 1.1 in",
            ioctl::CREATE_PLUG,
            NtStatus::INSUFFICIENT_RESOURCES,
            Protocol,
            "no plug of that direction left",
        ),
        (
            "create-plug 1.1 in",
            ioctl::CREATE_PLUG,
            NtStatus::INVALID_PARAMETER,
            Protocol,
            "does not take this register",
        ),
        (
            "set-plug 1.li0.1 online",
            ioctl::SET_PLUG,
            NtStatus::ACCESS_DENIED,
            Plug61883,
            "only the program that created the plug",
        ),
        (
            "delete-plug 1.li0.1",
            ioctl::DELETE_PLUG,
            NtStatus::ACCESS_DENIED,
            Plug61883,
            "--force deletes it",
        ),
        (
            "unit-directory add 1.1 1 1",
            ioctl::ADD_DIRECTORY,
            NtStatus::QUOTA_EXCEEDED,
            Plug61883,
            "remove unit directories",
        ),
        (
            "unit-directory remove 1.1",
            ioctl::REMOVE_DIRECTORY,
            NtStatus::ACCESS_DENIED,
            Plug61883,
            "--force removes it",
        ),
        (
            "unit-directory remove 1.1",
            ioctl::REMOVE_DIRECTORY,
            NtStatus::INVALID_PARAMETER,
            Plug61883,
            "no unit directory has this id",
        ),
        (
            "unit-info 1.1 set diag-level none",
            ioctl::SET_UNIT_INFO,
            NtStatus::ACCESS_DENIED,
            Plug61883,
            "--allow-diag allows it",
        ),
        (
            "unit-info 1.1 set address-type global",
            ioctl::SET_UNIT_INFO,
            NtStatus::INVALID_PARAMETER,
            Protocol,
            "not ones that it takes",
        ),
        (
            "bus-reset 1.1 --yes",
            ioctl::BUS_RESET,
            NtStatus::IO_TIMEOUT,
            Protocol,
            "longer --timeout",
        ),
        (
            "snapshot",
            ioctl::SNAPSHOT,
            NtStatus::QUOTA_EXCEEDED,
            Plug61883,
            "end other programs",
        ),
        (
            "monitor",
            ioctl::SNAPSHOT,
            NtStatus::DEVICE_REMOVED,
            Plug61883,
            "lists the units there are",
        ),
        (
            "connections",
            ioctl::LIST_CONNECTIONS,
            NtStatus(0xC0FF_EE00),
            Plug61883,
            "still answers",
        ),
    ] {
        let fault = match source {
            Protocol => Fault::Answer(status),
            source => Fault::Refuse(status, source),
        };
        let error = fails(&Fake::new().fault(code, fault), line, Exit::Failed);
        assert!(
            error.contains(&format!("{status} from {source}")),
            "{error}"
        );
        assert!(error.contains(advice), "{line}: {error}");
    }
}
