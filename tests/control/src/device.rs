//! The control device: on Windows the real one, elsewhere none.

use plug61883_abi::status::NtStatus;

#[cfg(windows)]
pub use windows::Device;

#[cfg(not(windows))]
pub use absent::Device;

/// Carries IOCTLs to something that answers as a test driver does.
pub trait Transport {
    /// Sends one and waits for its completion. Gives the bytes written to `output`.
    ///
    /// # Errors
    ///
    /// The status that is not a success.
    fn ioctl(&self, code: u32, input: &[u8], output: &mut [u8]) -> Result<usize, NtStatus>;
}

#[cfg(windows)]
mod windows {
    use std::fs::{File, OpenOptions};
    use std::io;
    use std::os::windows::io::AsRawHandle as _;
    use std::ptr;

    use plug61883_abi::status::NtStatus;
    use windows_sys::Wdk::System::IO::NtDeviceIoControlFile;
    use windows_sys::Win32::Foundation::{
        ERROR_FILE_NOT_FOUND, ERROR_NO_SUCH_DEVICE, ERROR_PATH_NOT_FOUND,
    };
    use windows_sys::Win32::System::IO::IO_STATUS_BLOCK;

    use super::Transport;

    /// A control device, opened for synchronous requests.
    pub struct Device(File);

    impl Device {
        /// Opens the device with this Win32 path; none when there is no such device.
        ///
        /// # Errors
        ///
        /// It is there and can't be opened.
        pub fn open(path: &str) -> io::Result<Option<Self>> {
            let absent = [
                ERROR_FILE_NOT_FOUND,
                ERROR_PATH_NOT_FOUND,
                ERROR_NO_SUCH_DEVICE,
            ];
            match OpenOptions::new().read(true).write(true).open(path) {
                Ok(file) => Ok(Some(Self(file))),
                Err(error) => {
                    let win32 = error.raw_os_error().map(i32::cast_unsigned);
                    if win32.is_some_and(|win32| absent.contains(&win32)) {
                        Ok(None)
                    } else {
                        Err(error)
                    }
                }
            }
        }
    }

    impl Transport for Device {
        fn ioctl(&self, code: u32, input: &[u8], output: &mut [u8]) -> Result<usize, NtStatus> {
            let length = |bytes: &[u8]| {
                u32::try_from(bytes.len()).map_err(|_| NtStatus::INVALID_BUFFER_SIZE)
            };
            let (input_length, output_length) = (length(input)?, length(output)?);
            let mut block = IO_STATUS_BLOCK::default();
            // SAFETY: the handle is open while `self` lives. It was opened for synchronous
            // requests, so the call returns when the request is complete; until then `input`,
            // `output` and `block` are borrowed, and the lengths are theirs.
            let status = unsafe {
                NtDeviceIoControlFile(
                    self.0.as_raw_handle(),
                    ptr::null_mut(),
                    None,
                    ptr::null(),
                    &raw mut block,
                    code,
                    input.as_ptr().cast(),
                    input_length,
                    output.as_mut_ptr().cast(),
                    output_length,
                )
            };
            let status = NtStatus::from_raw(status);
            if status.is_success() {
                Ok(block.Information)
            } else {
                Err(status)
            }
        }
    }
}

#[cfg(not(windows))]
mod absent {
    use std::convert::Infallible;
    use std::io;

    use plug61883_abi::status::NtStatus;

    use super::Transport;

    /// No device: this system is not Windows.
    pub struct Device(Infallible);

    impl Device {
        /// There is no such device.
        ///
        /// # Errors
        ///
        /// None.
        pub fn open(_: &str) -> io::Result<Option<Self>> {
            Ok(None)
        }
    }

    impl Transport for Device {
        fn ioctl(&self, _: u32, _: &[u8], _: &mut [u8]) -> Result<usize, NtStatus> {
            match self.0 {}
        }
    }
}
