//! How a unit is named.

use std::fmt;
use std::str::FromStr;

use plug61883::UnitId;

/// Digits of an EUI-64.
const EUI64_DIGITS: usize = 16;

/// A unit, by what it is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnitName {
    /// Its id, such as `1.1`: another one each time that it comes.
    Id(UnitId),
    /// The EUI-64 of its node, such as `00A0DE0000000001`, which stays the same.
    Eui64(u64),
}

impl FromStr for UnitName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(id) = text.parse() {
            return Ok(Self::Id(id));
        }
        // `from_str_radix` would also take a sign.
        let is_eui64 = text.len() == EUI64_DIGITS && text.chars().all(|c| c.is_ascii_hexdigit());
        is_eui64
            .then(|| u64::from_str_radix(text, 16).ok())
            .flatten()
            .map(Self::Eui64)
            .ok_or_else(|| {
                "a unit's id is like 1.1, its EUI-64 has 16 hexadecimal digits".to_owned()
            })
    }
}

impl fmt::Display for UnitName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Eui64(eui64) => write!(f, "{eui64:016X}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_named_by_id_or_eui64() {
        assert_eq!("2.7".parse(), Ok(UnitName::Id(UnitId::new(1, 7))));
        for text in ["00A0DE0000000001", "00a0de0000000001"] {
            let name: UnitName = text.parse().unwrap();
            assert_eq!(name, UnitName::Eui64(0x00A0_DE00_0000_0001));
            assert_eq!(name.to_string(), "00A0DE0000000001");
        }
        for text in [
            "",
            "1",
            "1.0",
            "00A0DE000000001",
            "00A0DE00000000011",
            "+0A0DE0000000001",
            "00A0DE000000000G",
            "ÄÄÄÄÄÄÄÄ",
        ] {
            assert!(text.parse::<UnitName>().is_err(), "{text}");
        }
    }
}
