//! What arguments are made of.

mod format;
mod register;
mod unit;

use std::str::FromStr;

use clap::ValueEnum;
use plug61883::abi::pcr::MAX_PLUG_NUMBER;
use plug61883::{DiagLevel, Direction, PlugId};

pub(super) use format::format;
pub(crate) use register::RegisterText;
pub(crate) use unit::UnitName;

/// A level of `unit-info`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    /// EUI-64, vendor and model.
    Ids,
    /// Plugs, speed, command sets and hardware flags.
    Capabilities,
    /// Packets and descriptors.
    Isoch,
    /// Bus generation and node addresses.
    Node,
    /// DDI version.
    Ddi,
    /// Diagnostic level.
    Diag,
}

/// A kind of event, as `monitor` takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// A unit has come.
    #[value(alias = "unit_arrived")]
    UnitArrived,
    /// A unit has left.
    #[value(alias = "unit_removed")]
    UnitRemoved,
    /// A connection was made.
    Connected,
    /// A connection is gone.
    Disconnected,
    /// A plug of this computer was made.
    #[value(alias = "plug_created")]
    PlugCreated,
    /// A plug of this computer is gone.
    #[value(alias = "plug_removed")]
    PlugRemoved,
    /// The register of a plug of this computer has changed.
    #[value(alias = "plug_changed")]
    PlugChanged,
    /// The bus was reset.
    #[value(alias = "bus_reset")]
    BusReset,
}

/// A plug as `state` takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlugName {
    /// `1.o0.1`.
    Id(PlugId),
    /// `oPCR[0]`, in any case.
    Register(Direction, u32),
}

impl FromStr for PlugName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(id) = text.parse() {
            return Ok(Self::Id(id));
        }
        let register = || {
            let lower = text.to_ascii_lowercase();
            let number = lower.get(5..)?.strip_suffix(']')?;
            let direction = match lower.get(..5)? {
                "opcr[" => Direction::Out,
                "ipcr[" => Direction::In,
                _ => return None,
            };
            Some(Self::Register(direction, plug_number(number)?))
        };
        register().ok_or_else(|| {
            format!("a plug's id is like 1.o0.1, its register's name like oPCR[0] (0 to {MAX_PLUG_NUMBER})")
        })
    }
}

/// A plug as `connect` takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlugEnd {
    /// One of the unit's.
    Number(u32),
    /// Any.
    Id(PlugId),
}

/// Takes a plug that faces so.
pub(super) fn plug_end(direction: Direction) -> impl Fn(&str) -> Result<PlugEnd, String> + Clone {
    move |text| {
        if let Some(number) = plug_number(text) {
            return Ok(PlugEnd::Number(number));
        }
        let (way, letter) = match direction {
            Direction::Out => ("output", 'o'),
            Direction::In => ("input", 'i'),
        };
        match text.parse::<PlugId>() {
            Ok(id) if id.direction() == Some(direction) => Ok(PlugEnd::Id(id)),
            Ok(_) => Err(format!("not an {way} plug")),
            Err(_) => Err(format!(
                "an {way} plug is a number, 0 to {MAX_PLUG_NUMBER}, or an id like 1.{letter}0.1"
            )),
        }
    }
}

fn plug_number(text: &str) -> Option<u32> {
    number(text, MAX_PLUG_NUMBER)
}

/// Takes an id of a plug of this computer.
pub(super) fn local_plug(text: &str) -> Result<PlugId, String> {
    match text.parse::<PlugId>() {
        Ok(id) if id.is_local() => Ok(id),
        Ok(_) => Err("that is a plug of the device; one of this computer is like 1.lo0.1".into()),
        Err(_) => Err("the id of a plug of this computer is like 1.lo0.1".into()),
    }
}

/// Takes an id; `example` is one.
pub(super) fn id<T: FromStr>(
    kind: &'static str,
    example: &'static str,
) -> impl Fn(&str) -> Result<T, String> + Clone {
    move |text| {
        text.parse()
            .map_err(|_| format!("a {kind}'s id is like {example}"))
    }
}

/// Decimal or 0x hexadecimal digits, up to `most`. `u32::from_str` would also take a sign.
pub(crate) fn number(text: &str, most: u32) -> Option<u32> {
    let (digits, radix) = match text.strip_prefix("0x").or(text.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None => (text, 10),
    };
    let number = digits
        .chars()
        .all(|digit| digit.is_digit(radix))
        .then(|| u32::from_str_radix(digits, radix).ok())??;
    (number <= most).then_some(number)
}

/// Takes 24 bits.
pub(super) fn id24(text: &str) -> Result<u32, String> {
    number(text, 0xFF_FFFF).ok_or_else(|| "24 bits, decimal or like 0x00A02D".into())
}

/// Takes a diagnostic level.
pub(super) fn diag_level(text: &str) -> Result<DiagLevel, String> {
    let mut level = 0;
    for part in text.split(',') {
        let named = DiagLevel::NAMES.iter().find(|(_, name)| *name == part);
        level |= match (named, part) {
            (Some((bit, _)), _) => *bit,
            (None, "none") => 0,
            _ => number(part, u32::MAX).ok_or_else(|| {
                let names = DiagLevel::NAMES.map(|(_, name)| name).join(", ");
                format!("none, {names}, or bits such as 0x5; several with commas")
            })?,
        };
    }
    Ok(DiagLevel(level))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_ids_and_plugs_are_read() {
        assert_eq!(diag_level("none"), Ok(DiagLevel(0)));
        assert_eq!(diag_level("ignore-iplug,0x80,4"), Ok(DiagLevel(0x86)));
        assert!(diag_level("ignore").is_err() && diag_level("").is_err());
        for (bits, name) in DiagLevel::NAMES {
            assert_eq!(diag_level(name), Ok(DiagLevel(bits)));
        }
        assert_eq!(
            (id24("0x00A02D"), id24("16777215")),
            (Ok(0xA02D), Ok(0xFF_FFFF))
        );
        assert!(id24("0x1000000").is_err() && id24("A02D").is_err());
        let out = plug_end(Direction::Out);
        assert_eq!(out("30"), Ok(PlugEnd::Number(30)));
        let id = PlugId::new(0, Direction::Out, 0, 1).local();
        assert_eq!(out("1.lo0.1"), Ok(PlugEnd::Id(id)));
        assert_eq!(local_plug("1.lo0.1"), Ok(id));
        for text in ["31", "-1", "1.li0.1", "x", ""] {
            assert!(out(text).is_err(), "{text}");
        }
        assert!(local_plug("1.o0.1").is_err() && local_plug("1").is_err());
    }
}
