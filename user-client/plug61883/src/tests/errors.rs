//! What errors say, and the helpers.

use plug61883_abi::status::{NAMED, NtStatus};

use crate::*;

fn status(status: NtStatus, source: Source) -> Error {
    Error::new(Asked::Units, ErrorKind::Status(Answer { status, source }))
}

#[test]
fn says_what_was_asked_and_what_came() {
    let cases = [
        (
            Error::new(
                Asked::Open {
                    access: Access::Query,
                },
                ErrorKind::NoDriver,
            ),
            r"could not open the driver: there is no driver at \\.\Plug61883",
        ),
        (
            Error::new(
                Asked::Open {
                    access: Access::Change,
                },
                ErrorKind::Open { win32: 5 },
            ),
            "could not open the driver for changes: ERROR_ACCESS_DENIED (5) from Windows",
        ),
        (
            Error::new(
                Asked::Open {
                    access: Access::Query,
                },
                ErrorKind::Open { win32: 1234 },
            ),
            "could not open the driver: Win32 error 1234 from Windows",
        ),
        (
            status(NtStatus::IO_TIMEOUT, Source::Plug61883),
            "could not list the units: STATUS_IO_TIMEOUT (0xC00000B5) from plug61883: \
             no answer in time",
        ),
        (
            status(NtStatus(0xC0FF_EE00), Source::Protocol),
            "could not list the units: NTSTATUS 0xC0FFEE00 from the protocol driver",
        ),
        (
            Error::new(Asked::Interface, ErrorKind::Version { driver: 2 }),
            "could not ask the driver for its version: the driver speaks interface version 2, \
             this program 1",
        ),
    ];
    for (error, text) in cases {
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn helpers_hold_only_where_true() {
    for named in NAMED {
        let error = status(*named, Source::Protocol);
        let retry = [0x8000_0011, 0xC000_00A3, 0xC000_00B5, 0xC000_00D0].contains(&named.0);
        assert_eq!(error.is_retryable(), retry, "{named}");
        let gone = [0xC000_000E, 0xC000_00C0, 0xC000_02B6].contains(&named.0);
        assert_eq!(error.is_unit_gone(), gone, "{named}");
        assert!(!error.is_no_driver());
    }
    let absent = Error::new(Asked::Units, ErrorKind::NoDriver);
    assert!(absent.is_no_driver() && !absent.is_retryable() && absent.source().is_none());
}
