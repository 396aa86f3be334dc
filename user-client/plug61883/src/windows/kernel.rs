//! What the kernel tells of itself: its version, and which drivers it loads.

use windows_sys::Wdk::System::SystemInformation::{
    NtQuerySystemInformation, SystemCodeIntegrityInformation,
};
use windows_sys::Wdk::System::SystemServices::RtlGetVersion;
use windows_sys::Win32::Foundation::{NTSTATUS, RtlNtStatusToDosError};
use windows_sys::Win32::System::SystemInformation::OSVERSIONINFOW;
use windows_sys::Win32::System::WindowsProgramming::SYSTEM_CODEINTEGRITY_INFORMATION;

use crate::system::{Fact, Signing, Unread};

/// A success, or why it is none.
fn done(status: NTSTATUS) -> Fact<()> {
    if status >= 0 {
        return Ok(());
    }
    // SAFETY: the call takes a number and gives one.
    let win32 = unsafe { RtlNtStatusToDosError(status) };
    Err(Unread { win32 })
}

/// The version as it is: what `GetVersionEx` says depends on the program's manifest.
pub(super) fn version() -> Fact<[u32; 3]> {
    let mut version = OSVERSIONINFOW {
        dwOSVersionInfoSize: size_of::<OSVERSIONINFOW>() as u32,
        ..OSVERSIONINFOW::default()
    };
    // SAFETY: the structure is writable and tells its size.
    done(unsafe { RtlGetVersion(&raw mut version) })?;
    Ok([
        version.dwMajorVersion,
        version.dwMinorVersion,
        version.dwBuildNumber,
    ])
}

pub(super) fn signing() -> Fact<Signing> {
    let length = size_of::<SYSTEM_CODEINTEGRITY_INFORMATION>() as u32;
    let mut information = SYSTEM_CODEINTEGRITY_INFORMATION {
        Length: length,
        CodeIntegrityOptions: 0,
    };
    let mut returned = 0;
    // SAFETY: the structure is writable for the length given, and so is `returned`.
    let status = unsafe {
        NtQuerySystemInformation(
            SystemCodeIntegrityInformation,
            (&raw mut information).cast(),
            length,
            &raw mut returned,
        )
    };
    done(status)?;
    Ok(Signing::from_options(information.CodeIntegrityOptions))
}
