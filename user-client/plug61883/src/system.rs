//! What Windows itself tells of the driver and of the devices that it filters: what one looks at
//! when the driver does not answer.

use std::fmt;

use crate::error::win32_name;
use crate::platform;

/// Name of the driver's service, and of the driver in device stacks.
pub const SERVICE: &str = "plug61883";
/// Name of the protocol driver's service.
pub const PROTOCOL_SERVICE: &str = "61883";
/// Hardware ids of the units that 61883.sys drives: specifier 0xA02D (1394 Trade Association,
/// AV/C), software versions 0x10000 and 0x10001; those of virtual devices too.
pub const HARDWARE_IDS: [&str; 4] = [
    r"1394\A02D&10000",
    r"1394\A02D&10001",
    r"V1394\A02D&10000",
    r"V1394\A02D&10001",
];

/// Something that Windows tells, or why it could not be learned.
pub type Fact<T> = Result<T, Unread>;

/// Why something could not be learned. `Display`: `ERROR_ACCESS_DENIED (5)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Unread {
    /// Win32 error code.
    pub win32: u32,
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match win32_name(self.win32) {
            Some(name) => write!(f, "{name} ({})", self.win32),
            None => write!(f, "Win32 error {}", self.win32),
        }
    }
}

impl std::error::Error for Unread {}

/// What Windows tells at one moment. Each fact stands for itself: one that could not be learned
/// does not keep the others back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemFacts {
    /// Version of Windows: major, minor, build.
    pub version: Fact<[u32; 3]>,
    /// The driver's service; `None` when there is none, so that the driver is not installed.
    pub service: Fact<Option<Service>>,
    /// FireWire units that are plugged in and that 61883.sys drives or plug61883 filters.
    pub units: Fact<Vec<UnitDevice>>,
    /// Which drivers Windows loads.
    pub signing: Fact<Signing>,
    /// Whether the computer was started with secure boot; `None` when its firmware has none.
    pub secure_boot: Fact<Option<bool>>,
}

impl SystemFacts {
    /// Asks Windows. `None` where the system is not Windows. Takes no special rights.
    #[must_use]
    pub fn gather() -> Option<Self> {
        platform::system::gather()
    }
}

/// The driver's service, as the service control manager tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Service {
    /// Its state.
    pub state: ServiceState,
    /// Win32 error code of its last start; 0 when that went well, and 1077
    /// (`ERROR_SERVICE_NEVER_STARTED`) when there was none since the computer was started.
    pub exit_code: u32,
}

/// State of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ServiceState {
    /// It is not loaded.
    Stopped,
    /// It is loaded and runs.
    Running,
    /// It is about to start or to stop.
    Changing,
}

/// A device that Windows knows as a FireWire unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitDevice {
    /// Device instance path, such as `1394\VENDOR&MODEL\...`.
    pub instance: String,
    /// Its name as Device Manager shows it; empty when it has none.
    pub name: String,
    /// Its hardware ids, the most specific one first.
    pub hardware_ids: Vec<String>,
    /// Service of its function driver; empty when none is installed.
    pub service: String,
    /// Its upper filters, as its registry key lists them. Filters that an extension INF adds do
    /// not stand here.
    pub upper_filters: Vec<String>,
    /// Drivers of its device stack from the top, such as `\Driver\plug61883`; `None` when that
    /// can't be learned, as for a device that is not started.
    pub stack: Option<Vec<String>>,
    /// Whether it is started; `None` when that can't be learned.
    pub started: Option<bool>,
    /// Problem code (`CM_PROB_...`), 0 for none; `None` when that can't be learned.
    pub problem: Option<u32>,
}

impl UnitDevice {
    /// Whether it is one that plug61883 is for: it has one of [`HARDWARE_IDS`], 61883.sys drives
    /// it, or plug61883 filters it.
    #[must_use]
    pub fn is_unit(&self) -> bool {
        let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
        let is_known = |id: &String| HARDWARE_IDS.iter().any(|known| same(id, known));
        self.hardware_ids.iter().any(is_known)
            || same(&self.service, PROTOCOL_SERVICE)
            || self.is_filtered()
            || self.is_to_be_filtered()
    }

    /// Whether plug61883 is in its stack, as far as that is known.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        let driver = format!(r"\Driver\{SERVICE}");
        let mut stack = self.stack.iter().flatten();
        stack.any(|name| name.eq_ignore_ascii_case(&driver))
    }

    /// Whether its registry key lists plug61883 as an upper filter.
    #[must_use]
    pub fn is_to_be_filtered(&self) -> bool {
        let mut filters = self.upper_filters.iter();
        filters.any(|name| name.eq_ignore_ascii_case(SERVICE))
    }
}

/// Which drivers Windows loads (`SYSTEM_CODEINTEGRITY_INFORMATION`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Signing {
    /// Drivers must be signed.
    pub enforced: bool,
    /// Test signatures will do.
    pub test: bool,
    /// Memory integrity is on: the hypervisor checks drivers.
    pub memory_integrity: bool,
}

impl Signing {
    /// From the bits of `CodeIntegrityOptions` (winternl.h).
    #[must_use]
    pub const fn from_options(options: u32) -> Self {
        Self {
            enforced: options & 0x1 != 0,
            test: options & 0x2 != 0,
            memory_integrity: options & 0x400 != 0,
        }
    }
}

/// Strings of a `REG_MULTI_SZ` or a list property: each ends with a zero, the list with another.
#[cfg(any(windows, test))]
pub(crate) fn strings(units: &[u16]) -> Vec<String> {
    let parts = units.split(|unit| *unit == 0);
    parts
        .take_while(|part| !part.is_empty())
        .map(String::from_utf16_lossy)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    #[test]
    fn lists_of_strings_are_taken_apart() {
        for (text, expected) in [
            ("", vec![]),
            ("\0", vec![]),
            ("a", vec!["a"]),
            ("a\0", vec!["a"]),
            ("ab\0c\0\0", vec!["ab", "c"]),
            ("a\0\0rest\0", vec!["a"]),
        ] {
            assert_eq!(strings(&wide(text)), expected, "{text:?}");
        }
    }

    #[test]
    fn a_unit_is_known_by_id_service_or_filter() {
        let device = |id: &str, service: &str, filter: &str, stack: &str| UnitDevice {
            hardware_ids: vec!["1394\\SONY&DECK".to_owned(), id.to_owned()],
            service: service.to_owned(),
            upper_filters: vec![filter.to_owned()],
            stack: Some(vec![stack.to_owned()]),
            ..UnitDevice::default()
        };
        for (device, unit) in [
            (device("", "", "", ""), false),
            (device("1394\\609E&10483", "sbp2port", "", ""), false),
            (device("1394\\a02d&10001", "", "", ""), true),
            (device("V1394\\A02D&10000", "", "", ""), true),
            (device("", "61883", "", ""), true),
            (device("", "sim61883", "Plug61883", ""), true),
            (device("", "sim61883", "", "\\driver\\PLUG61883"), true),
            (device("", "sim61883", "", "\\Driver\\plug61883x"), false),
        ] {
            assert_eq!(device.is_unit(), unit, "{device:?}");
        }
    }

    #[test]
    fn signing_is_read_from_its_bits() {
        let bits = |options| {
            let it = Signing::from_options(options);
            (it.enforced, it.test, it.memory_integrity)
        };
        assert_eq!(bits(0), (false, false, false));
        assert_eq!(bits(0x1), (true, false, false));
        assert_eq!(bits(0x3), (true, true, false));
        assert_eq!(bits(0x401), (true, false, true));
    }

    #[test]
    fn what_could_not_be_read_tells_why() {
        let text = |win32| Unread { win32 }.to_string();
        assert_eq!(text(5), "ERROR_ACCESS_DENIED (5)");
        assert_eq!(text(12_345), "Win32 error 12345");
    }

    #[cfg(not(windows))]
    #[test]
    fn another_system_tells_nothing() {
        assert_eq!(SystemFacts::gather(), None);
    }
}
