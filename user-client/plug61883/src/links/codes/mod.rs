//! What the interfaces answer: every documented result with its name and what it means.
//!
//! The numbers are those of Microsoft's headers (cfgmgr32.h, winerror.h); a Windows build holds
//! them against the `windows` crate when it is compiled.

mod config_ret;
mod hresult;
mod problem;
mod win32;

use std::fmt;

use plug61883_abi::status::NtStatus;

pub use config_ret::ConfigRet;
pub use hresult::HResult;
pub use problem::Problem;
pub use win32::Win32;

/// Names and meanings of a kind of number.
///
/// Each row: constant = number, documented name, whether the same request can succeed a little
/// later with nothing changed, meaning.
macro_rules! codes {
    (
        $(#[$doc:meta])*
        $kind:ident;
        $($constant:ident = $value:literal, $name:literal, $again:ident, $meaning:literal;)*
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $kind(pub u32);

        impl $kind {
            $(
                #[doc = concat!("`", $name, "`: ", $meaning, ".")]
                pub const $constant: Self = Self($value);
            )*

            /// Every number that has a name here, in ascending order within each group.
            pub const NAMED: &[Self] = &[$(Self::$constant),*];

            /// The documented name; `None` when this table does not have it.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some($name),)*
                    _ => None,
                }
            }

            /// What it means, in a few plain words.
            #[must_use]
            pub const fn meaning(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some($meaning),)*
                    _ => None,
                }
            }

            /// Whether the same request can succeed a little later with nothing changed
            /// meanwhile.
            #[must_use]
            pub const fn may_help_again(self) -> bool {
                match self.0 {
                    $($value => $crate::links::codes::$again,)*
                    _ => false,
                }
            }
        }

        impl std::fmt::Debug for $kind {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }
    };
}
use codes;

/// Trying again can help.
const AGAIN: bool = true;
/// Trying again changes nothing.
const FINAL: bool = false;

/// A number that an interface answered, by the kind that the interface uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkCode {
    /// Of the driver: plug connections.
    Status(NtStatus),
    /// Of the configuration manager: machine handles.
    ConfigRet(ConfigRet),
    /// Of a COM interface: audio connectors, network connections.
    HResult(HResult),
    /// Of a Win32 function: router configuration handles.
    Win32(Win32),
}

impl LinkCode {
    /// The number itself.
    #[must_use]
    pub const fn number(self) -> u32 {
        match self {
            Self::Status(code) => code.0,
            Self::ConfigRet(code) => code.0,
            Self::HResult(code) => code.0,
            Self::Win32(code) => code.0,
        }
    }

    /// The documented name, where the tables have it.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Status(code) => code.name(),
            Self::ConfigRet(code) => code.name(),
            Self::HResult(code) => code.name(),
            Self::Win32(code) => code.name(),
        }
    }

    /// What it means whichever function answers it; [`Call::meaning`](super::Call::meaning) knows
    /// what it means there.
    #[must_use]
    pub const fn meaning(self) -> Option<&'static str> {
        match self {
            Self::Status(code) => code.meaning(),
            Self::ConfigRet(code) => code.meaning(),
            Self::HResult(code) => code.meaning(),
            Self::Win32(code) => code.meaning(),
        }
    }

    /// Whether the same request can succeed a little later with nothing changed meanwhile.
    #[must_use]
    pub const fn may_help_again(self) -> bool {
        match self {
            Self::Status(code) => matches!(
                code,
                NtStatus::DEVICE_BUSY
                    | NtStatus::DEVICE_NOT_READY
                    | NtStatus::REQUEST_NOT_ACCEPTED
                    | NtStatus::IO_TIMEOUT
            ),
            Self::ConfigRet(code) => code.may_help_again(),
            Self::HResult(code) => code.may_help_again(),
            Self::Win32(code) => code.may_help_again(),
        }
    }

    /// Whether it tells of success.
    #[must_use]
    pub const fn is_success(self) -> bool {
        match self {
            Self::Status(code) => code.is_success(),
            Self::ConfigRet(code) => code.0 == 0,
            Self::HResult(code) => code.is_success(),
            Self::Win32(code) => code.0 == 0,
        }
    }
}

impl fmt::Display for LinkCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(code) => code.fmt(f),
            Self::ConfigRet(code) => code.fmt(f),
            Self::HResult(code) => code.fmt(f),
            Self::Win32(code) => code.fmt(f),
        }
    }
}
