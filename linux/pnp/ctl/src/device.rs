//! The control devices of `pnp.sys` and of the framework stand-in.

use std::{
    fmt, ptr, thread,
    time::{Duration, Instant},
};

use pnp_control::{
    Command, CommandReply, CommandRequest, DEVICE_PATH, DeviceEntry, IOCTL_COMMAND, IOCTL_LIST,
    fixed_name, kmdf,
};
use windows_sys::Win32::{
    Foundation::{
        CloseHandle, GENERIC_READ, GENERIC_WRITE, GetLastError, HANDLE, INVALID_HANDLE_VALUE,
    },
    Storage::FileSystem::{CreateFileW, FILE_SHARE_READ, FILE_SHARE_WRITE, OPEN_EXISTING},
    System::IO::DeviceIoControl,
};
use zerocopy::{FromZeros, IntoBytes};

/// Why a command could not be given.
#[derive(Debug)]
pub(crate) enum PnpError {
    /// The control device can't be opened.
    NoDriver(u32),
    /// That of the framework stand-in can't be.
    NoFramework(u32),
    /// An IOCTL failed.
    Ioctl(u32),
    /// A registry value can't be written.
    Registry(u32),
    /// A name is longer than the interface takes.
    NameTooLong,
    /// A function of setupapi failed.
    Setup(String, u32),
    /// An INF holds what it should not.
    Inf(String),
}

impl PnpError {
    /// A function of setupapi that has just failed.
    pub(crate) fn setup(what: String) -> Self {
        Self::Setup(what, last_error())
    }
}

impl fmt::Display for PnpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDriver(code) => write!(f, "pnp.sys does not run (error {code})"),
            Self::NoFramework(code) => write!(f, "WDFLDR.SYS does not run (error {code})"),
            Self::Ioctl(code) => write!(f, "the driver refused the request (error {code})"),
            Self::Registry(code) => write!(f, "can't write the registry (error {code})"),
            Self::NameTooLong => write!(f, "the name is too long"),
            Self::Setup(what, code) => write!(f, "{what} failed (error {code:#x})"),
            Self::Inf(what) => write!(f, "{what}"),
        }
    }
}

/// An open control device.
pub(crate) struct Pnp(HANDLE);

impl Pnp {
    /// Opens it.
    pub(crate) fn open() -> Result<Self, PnpError> {
        Self::open_path(DEVICE_PATH).map_err(PnpError::NoDriver)
    }

    fn open_path(path: &str) -> Result<Self, u32> {
        let path: Vec<u16> = path.encode_utf16().chain([0]).collect();
        // SAFETY: the path is zero-terminated, the optional pointers are null.
        let handle = unsafe {
            CreateFileW(
                path.as_ptr(),
                GENERIC_READ | GENERIC_WRITE,
                FILE_SHARE_READ | FILE_SHARE_WRITE,
                ptr::null(),
                OPEN_EXISTING,
                0,
                ptr::null_mut(),
            )
        };
        if handle == INVALID_HANDLE_VALUE {
            return Err(last_error());
        }
        Ok(Self(handle))
    }

    /// Opens it as soon as it is there.
    pub(crate) fn wait(time: Duration) -> Result<Self, PnpError> {
        let start = Instant::now();
        loop {
            match Self::open() {
                Err(_) if start.elapsed() < time => thread::sleep(Duration::from_millis(20)),
                result => return result,
            }
        }
    }

    /// Gives a command and waits for what comes of it.
    pub(crate) fn command(
        &self,
        command: Command,
        argument: u32,
        name: &str,
    ) -> Result<CommandReply, PnpError> {
        let request = CommandRequest {
            command: command as u32,
            argument,
            name: fixed_name(name.encode_utf16()).ok_or(PnpError::NameTooLong)?,
        };
        let mut reply = CommandReply::new_zeroed();
        self.ioctl(IOCTL_COMMAND, request.as_bytes(), reply.as_mut_bytes())?;
        Ok(reply)
    }

    /// The devices.
    pub(crate) fn list(&self) -> Result<Vec<DeviceEntry>, PnpError> {
        let mut entries = vec![DeviceEntry::new_zeroed(); 64];
        let bytes = self.ioctl(IOCTL_LIST, &[], entries.as_mut_slice().as_mut_bytes())?;
        entries.truncate(bytes / size_of::<DeviceEntry>());
        Ok(entries)
    }

    /// Switches something of a driver's, and gives its account as it was before.
    pub(crate) fn switch(
        switch: kmdf::Switch,
        number: u64,
        times: u32,
        driver: &str,
    ) -> Result<kmdf::PoolReport, PnpError> {
        let device = Self::open_path(kmdf::DEVICE_PATH).map_err(PnpError::NoFramework)?;
        let request = kmdf::SwitchRequest {
            switch: switch as u32,
            times,
            number,
            name: fixed_name(driver.encode_utf16()).ok_or(PnpError::NameTooLong)?,
        };
        let mut report = kmdf::PoolReport::new_zeroed();
        device.ioctl(
            kmdf::IOCTL_SWITCH,
            request.as_bytes(),
            report.as_mut_bytes(),
        )?;
        Ok(report)
    }

    fn ioctl(&self, code: u32, input: &[u8], output: &mut [u8]) -> Result<usize, PnpError> {
        let length = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let mut returned = 0;
        // SAFETY: the handle is open, the buffers are as long as said.
        let done = unsafe {
            DeviceIoControl(
                self.0,
                code,
                input.as_ptr().cast(),
                length(input),
                output.as_mut_ptr().cast(),
                length(output),
                &mut returned,
                ptr::null_mut(),
            )
        };
        if done == 0 {
            Err(PnpError::Ioctl(last_error()))
        } else {
            Ok(returned as usize)
        }
    }
}

impl Drop for Pnp {
    fn drop(&mut self) {
        // SAFETY: the handle is open and ours.
        unsafe { CloseHandle(self.0) };
    }
}

/// The error of the last call that failed.
pub(crate) fn last_error() -> u32 {
    // SAFETY: takes nothing, touches nothing of ours.
    unsafe { GetLastError() }
}
