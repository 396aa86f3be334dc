//! NTSTATUS values and their names.

use core::fmt;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// An NTSTATUS. `Display` gives its name and number, `STATUS_INVALID_PARAMETER (0xC000000D)`.
#[derive(
    Clone, Copy, Default, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable, KnownLayout,
)]
#[repr(transparent)]
pub struct NtStatus(pub u32);

impl NtStatus {
    /// Success or information severity (`NT_SUCCESS`).
    #[must_use]
    pub const fn is_success(self) -> bool {
        self.0 < 0x8000_0000
    }

    /// The value as the signed type that the DDIs use.
    #[must_use]
    pub const fn to_raw(self) -> i32 {
        self.0.cast_signed()
    }

    /// From the signed type that the DDIs use.
    #[must_use]
    pub const fn from_raw(raw: i32) -> Self {
        Self(raw.cast_unsigned())
    }
}

macro_rules! statuses {
    ($($name:ident = $value:literal, $text:literal;)*) => {
        impl NtStatus {
            $(
                #[doc = concat!("`STATUS_", stringify!($name), "`: ", $text, ".")]
                pub const $name: Self = Self($value);
            )*

            /// The `STATUS_` name, `None` when this table does not have it.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some(concat!("STATUS_", stringify!($name))),)*
                    _ => None,
                }
            }

            /// What the status means, in a few plain words.
            #[must_use]
            pub const fn meaning(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some($text),)*
                    _ => None,
                }
            }
        }

        /// Every status that has a name here.
        pub const NAMED: &[NtStatus] = &[$(NtStatus::$name),*];
    };
}

statuses! {
    SUCCESS = 0x0000_0000, "done";
    TIMEOUT = 0x0000_0102, "the wait ended before the event";
    PENDING = 0x0000_0103, "not complete yet";
    OBJECT_NAME_EXISTS = 0x4000_0000, "an object of that name exists already";
    BUFFER_OVERFLOW = 0x8000_0005, "the buffer holds a part of the data";
    NO_MORE_FILES = 0x8000_0006, "no further entry";
    DEVICE_BUSY = 0x8000_0011, "the device is busy";
    NO_MORE_ENTRIES = 0x8000_001A, "no further entry";
    UNSUCCESSFUL = 0xC000_0001, "failed, no reason given";
    NOT_IMPLEMENTED = 0xC000_0002, "not implemented";
    INVALID_INFO_CLASS = 0xC000_0003, "no such information level";
    INFO_LENGTH_MISMATCH = 0xC000_0004, "the size does not fit what is asked";
    ACCESS_VIOLATION = 0xC000_0005, "memory that may not be accessed";
    INVALID_HANDLE = 0xC000_0008, "the handle is not valid";
    INVALID_PARAMETER = 0xC000_000D, "a parameter is not valid";
    NO_SUCH_DEVICE = 0xC000_000E, "no such device";
    NO_SUCH_FILE = 0xC000_000F, "no such file";
    INVALID_DEVICE_REQUEST = 0xC000_0010, "the device does not know this request";
    MORE_PROCESSING_REQUIRED = 0xC000_0016, "not complete, more is to be done";
    NO_MEMORY = 0xC000_0017, "not enough memory";
    ACCESS_DENIED = 0xC000_0022, "access is denied";
    BUFFER_TOO_SMALL = 0xC000_0023, "the buffer is too small";
    OBJECT_TYPE_MISMATCH = 0xC000_0024, "an object of another type is needed";
    OBJECT_NAME_INVALID = 0xC000_0033, "the name of an object is not valid";
    OBJECT_NAME_NOT_FOUND = 0xC000_0034, "no object of that name";
    OBJECT_NAME_COLLISION = 0xC000_0035, "an object of that name exists";
    SHARING_VIOLATION = 0xC000_0043, "in use by another";
    QUOTA_EXCEEDED = 0xC000_0044, "a limit is reached";
    DELETE_PENDING = 0xC000_0056, "being deleted";
    REVISION_MISMATCH = 0xC000_0059, "another interface version";
    INVALID_SECURITY_DESCR = 0xC000_0079, "a security descriptor is not valid";
    INSUFFICIENT_RESOURCES = 0xC000_009A, "out of memory or of bus resources";
    DEVICE_NOT_CONNECTED = 0xC000_009D, "the device is not connected";
    DEVICE_POWER_FAILURE = 0xC000_009E, "the device could not be powered";
    DEVICE_NOT_READY = 0xC000_00A3, "the device is not ready";
    IO_TIMEOUT = 0xC000_00B5, "no answer in time";
    NOT_SUPPORTED = 0xC000_00BB, "not supported";
    DEVICE_DOES_NOT_EXIST = 0xC000_00C0, "the device does not exist";
    ADAPTER_HARDWARE_ERROR = 0xC000_00C2, "the adapter reports an error";
    REQUEST_NOT_ACCEPTED = 0xC000_00D0, "the request can't be taken now";
    INTERNAL_ERROR = 0xC000_00E5, "an internal error";
    INVALID_USER_BUFFER = 0xC000_00E8, "the caller's buffer is not valid";
    INVALID_PARAMETER_1 = 0xC000_00EF, "the first parameter is not valid";
    INVALID_PARAMETER_2 = 0xC000_00F0, "the second parameter is not valid";
    CANCELLED = 0xC000_0120, "cancelled";
    CANNOT_DELETE = 0xC000_0121, "may not be deleted";
    FILE_CLOSED = 0xC000_0128, "the handle is closed";
    DRIVER_INTERNAL_ERROR = 0xC000_0183, "an internal error of the driver";
    INVALID_DEVICE_STATE = 0xC000_0184, "not possible in the device's state";
    IO_DEVICE_ERROR = 0xC000_0185, "the device reports an error";
    INVALID_BUFFER_SIZE = 0xC000_0206, "the buffer's size is not valid";
    NOT_FOUND = 0xC000_0225, "not found";
    DEVICE_REMOVED = 0xC000_02B6, "the device was removed";
    POWER_STATE_INVALID = 0xC000_02D3, "not possible in the device's power state";
    // Declared by 1394.h.
    INVALID_GENERATION = 0xC012_0090, "the bus was reset in between";
}

impl fmt::Display for NtStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{name} (0x{:08X})", self.0),
            None => write!(f, "NTSTATUS 0x{:08X}", self.0),
        }
    }
}

impl fmt::Debug for NtStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
