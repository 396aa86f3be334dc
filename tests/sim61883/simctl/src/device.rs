//! The control device: on Windows the real one, elsewhere none.

#[cfg(windows)]
pub(crate) use windows::Device;

#[cfg(not(windows))]
pub(crate) use absent::Device;

#[cfg(windows)]
mod windows {
    use std::fs::{File, OpenOptions};
    use std::os::windows::io::AsRawHandle as _;
    use std::ptr;

    use plug61883_abi::status::NtStatus;
    use windows_sys::Wdk::System::IO::NtDeviceIoControlFile;
    use windows_sys::Win32::Foundation::{
        ERROR_FILE_NOT_FOUND, ERROR_NO_SUCH_DEVICE, ERROR_PATH_NOT_FOUND,
    };
    use windows_sys::Win32::System::IO::IO_STATUS_BLOCK;

    use crate::client::{Error, Transport};

    /// `\\.\Sim61883`, opened for synchronous requests.
    pub(crate) struct Device(File);

    impl Device {
        pub(crate) fn open() -> Result<Self, Error> {
            let absent = [
                ERROR_FILE_NOT_FOUND,
                ERROR_PATH_NOT_FOUND,
                ERROR_NO_SUCH_DEVICE,
            ];
            let opened = OpenOptions::new()
                .read(true)
                .write(true)
                .open(sim61883_control::DEVICE_PATH);
            opened.map(Self).map_err(|error| {
                let win32 = error.raw_os_error().map(i32::cast_unsigned);
                if win32.is_some_and(|win32| absent.contains(&win32)) {
                    Error::NoDriver
                } else {
                    Error::Open(error.to_string())
                }
            })
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

    use plug61883_abi::status::NtStatus;

    use crate::client::{Error, Transport};

    /// No device: this system is not Windows.
    pub(crate) struct Device(Infallible);

    impl Device {
        pub(crate) fn open() -> Result<Self, Error> {
            Err(Error::NoDriver)
        }
    }

    impl Transport for Device {
        fn ioctl(&self, _: u32, _: &[u8], _: &mut [u8]) -> Result<usize, NtStatus> {
            match self.0 {}
        }
    }
}
