//! Where [`SystemFacts`] come from on Windows.

use std::io;

use windows_registry::LOCAL_MACHINE;
use windows_service::service::{self, ServiceAccess, ServiceExitCode};
use windows_service::service_manager::{ServiceManager, ServiceManagerAccess};
use windows_sys::Win32::Foundation::{
    ERROR_FILE_NOT_FOUND, ERROR_INVALID_DATA, ERROR_SERVICE_DOES_NOT_EXIST,
};

use super::{devices, kernel};
use crate::system::{Fact, SERVICE, Service, ServiceState, SystemFacts, Unread};

pub(crate) fn gather() -> Option<SystemFacts> {
    Some(SystemFacts {
        version: kernel::version(),
        service: service(),
        units: devices::units(),
        signing: kernel::signing(),
        secure_boot: secure_boot(),
    })
}

/// Why the registry did not tell.
fn unread(error: impl Into<io::Error>) -> Unread {
    let code = error.into().raw_os_error();
    let code = code.map_or(ERROR_INVALID_DATA, i32::cast_unsigned);
    // An HRESULT made from a Win32 error holds it in its low half (FACILITY_WIN32).
    let win32 = if code >> 16 == 0x8007 {
        code & 0xFFFF
    } else {
        code
    };
    Unread { win32 }
}

fn secure_boot() -> Fact<Option<bool>> {
    let enabled = LOCAL_MACHINE
        .open(r"SYSTEM\CurrentControlSet\Control\SecureBoot\State")
        .and_then(|key| key.get_u32("UEFISecureBootEnabled"));
    match enabled.map_err(unread) {
        Ok(enabled) => Ok(Some(enabled != 0)),
        // Where the firmware is no UEFI, the key is not there.
        Err(error) if error.win32 == ERROR_FILE_NOT_FOUND => Ok(None),
        Err(error) => Err(error),
    }
}

fn service() -> Fact<Option<Service>> {
    let status = ServiceManager::local_computer(None::<&str>, ServiceManagerAccess::CONNECT)
        .and_then(|manager| manager.open_service(SERVICE, ServiceAccess::QUERY_STATUS))
        .and_then(|service| service.query_status());
    let status = match status {
        Ok(status) => status,
        Err(error) => {
            let win32 = match &error {
                windows_service::Error::Winapi(error) => error.raw_os_error(),
                _ => None,
            };
            return match win32.map_or(ERROR_INVALID_DATA, i32::cast_unsigned) {
                ERROR_SERVICE_DOES_NOT_EXIST => Ok(None),
                win32 => Err(Unread { win32 }),
            };
        }
    };
    Ok(Some(Service {
        state: match status.current_state {
            service::ServiceState::Stopped => ServiceState::Stopped,
            service::ServiceState::Running => ServiceState::Running,
            _ => ServiceState::Changing,
        },
        exit_code: match status.exit_code {
            ServiceExitCode::Win32(code) | ServiceExitCode::ServiceSpecific(code) => code,
        },
    }))
}
