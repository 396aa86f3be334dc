//! What arguments are made of.

use std::str::FromStr;

use clap::ValueEnum;
use plug61883::abi::pcr::MAX_PLUG_NUMBER;
use plug61883::{CipDataFormat, DiagLevel, Direction, Ipcr, Opcr, PlugId, Register};

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
fn number(text: &str, most: u32) -> Option<u32> {
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

/// A register, for a plug whose direction is not known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RegisterText {
    /// All of it.
    Bits(u32),
    /// Its fields.
    Fields(Vec<(Field, u32)>),
}

/// A field of a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Online,
    Broadcast,
    PointToPoint,
    Channel,
    Speed,
    Overhead,
    Payload,
}

impl Field {
    const ALL: [(&'static str, Self, u32); 7] = [
        ("online", Self::Online, 1),
        ("broadcast", Self::Broadcast, 1),
        ("p2p", Self::PointToPoint, 63),
        ("channel", Self::Channel, 63),
        ("speed", Self::Speed, 2),
        ("overhead", Self::Overhead, 15),
        ("payload", Self::Payload, 1023),
    ];
}

impl FromStr for RegisterText {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.starts_with(|c: char| c.is_ascii_digit()) {
            return number(text, u32::MAX)
                .map(Self::Bits)
                .ok_or_else(|| "a register is 32 bits like 0x803F0000".into());
        }
        text.split(',')
            .map(field)
            .collect::<Result<_, _>>()
            .map(Self::Fields)
    }
}

fn field(text: &str) -> Result<(Field, u32), String> {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (text, None),
    };
    let Some(&(_, field, most)) = Field::ALL.iter().find(|(known, ..)| *known == name) else {
        let names = Field::ALL.map(|(name, ..)| name).join(", ");
        return Err(format!("{name:?} is none of the register's fields {names}"));
    };
    let value = match (field, value) {
        (Field::Online | Field::Broadcast, None) => Some(1),
        (Field::Speed, Some("S100")) => Some(0),
        (Field::Speed, Some("S200")) => Some(1),
        (Field::Speed, Some("S400")) => Some(2),
        (_, value) => value.and_then(|value| number(value, most)),
    };
    let what = if field == Field::Speed {
        "S100, S200, S400 or a number"
    } else {
        "a number"
    };
    let value = value.ok_or_else(|| format!("{name} takes {what} from 0 to {most}"))?;
    Ok((field, value))
}

impl RegisterText {
    /// The register of a plug that faces so; what is wrong with it.
    pub(crate) fn register(&self, direction: Direction) -> Result<Register, String> {
        let fields = match self {
            Self::Bits(bits) => return Ok(Register::new(direction, *bits)),
            Self::Fields(fields) => fields,
        };
        let (mut out, mut input) = (Opcr(0), Ipcr(0));
        for &(field, value) in fields {
            // Every value is in its field's bounds.
            let byte = value as u8;
            (out, input) = match field {
                Field::Online => (out.with_online(byte), input.with_online(byte)),
                Field::Broadcast => (out.with_broadcast(byte), input.with_broadcast(byte)),
                Field::PointToPoint => (
                    out.with_point_to_point(byte),
                    input.with_point_to_point(byte),
                ),
                Field::Channel => (out.with_channel(byte), input.with_channel(byte)),
                _ if direction == Direction::In => {
                    return Err("an input plug's register has no speed, overhead or payload".into());
                }
                Field::Speed => (out.with_data_rate(byte), input),
                Field::Overhead => (out.with_overhead_id(byte), input),
                Field::Payload => (out.with_payload(value as u16), input),
            };
        }
        Ok(match direction {
            Direction::Out => Register::Output(out),
            Direction::In => Register::Input(input),
        })
    }
}

/// Takes the format of a stream.
pub(super) fn format(text: &str) -> Result<CipDataFormat, String> {
    let mut format = CipDataFormat::default();
    for part in text.split(',') {
        match part {
            "dv-525-60" => format = CipDataFormat::DV_525_60,
            "dv-625-50" => format = CipDataFormat::DV_625_50,
            part => format_field(&mut format, part)?,
        }
    }
    Ok(format)
}

fn format_field(format: &mut CipDataFormat, text: &str) -> Result<(), String> {
    let known = "dv-525-60, dv-625-50, fmt=N, fdf=N, dbs=N, fn=N, qpc=N, sph=N, period=N, \
                 remainder=N, blocks=N";
    let (name, value) = text
        .split_once('=')
        .ok_or_else(|| format!("{text:?} is none of {known}"))?;
    let most = match name {
        "fmt" | "dbs" => 0xFF,
        "fdf" => 0xFF_FFFF,
        "fn" => 3,
        "qpc" => 7,
        "sph" => 1,
        "remainder" => 999_999_999,
        "period" | "blocks" => u32::MAX,
        _ => return Err(format!("{name:?} is none of {known}")),
    };
    let value =
        number(value, most).ok_or_else(|| format!("{name} takes a number from 0 to {most}"))?;
    // Every value is in its field's bounds.
    match name {
        "fmt" => format.fmt = value as u8,
        "dbs" => format.block_size = value as u8,
        "fdf" => [_, format.fdf_hi, format.fdf_mid, format.fdf_lo] = value.to_be_bytes(),
        "fn" => format.fraction = value as u8,
        "qpc" => format.padding = value as u8,
        "sph" => format.header = value as u8,
        "remainder" => format.block_period_remainder = value,
        "period" => format.block_period = value,
        _ => format.blocks_per_packet = value,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_are_read() {
        for (text, out, input) in [
            ("0x803F007A", Some(0x803F_007A), Some(0x803F_007A)),
            ("1", Some(1), Some(1)),
            ("online", Some(0x8000_0000), Some(0x8000_0000)),
            ("online=0,broadcast", Some(0x4000_0000), Some(0x4000_0000)),
            ("p2p=63,channel=5", Some(0x3F05_0000), Some(0x3F05_0000)),
            ("speed=S400,overhead=15,payload=1023", Some(0xBFFF), None),
            ("speed=1", Some(0x4000), None),
        ] {
            let text: RegisterText = text.parse().unwrap();
            let bits = |direction| text.register(direction).ok().map(Register::bits);
            assert_eq!(
                (bits(Direction::Out), bits(Direction::In)),
                (out, input),
                "{text:?}"
            );
        }
        for text in [
            "",
            "x",
            "0x",
            "0x100000000",
            "-1",
            "+1",
            "online=2",
            "channel",
            "channel=64",
            "p2p=64",
            "speed=S800",
            "speed=3",
            "payload=1024",
            "overhead=16",
            "online,",
            "online, p2p=1",
        ] {
            assert!(text.parse::<RegisterText>().is_err(), "{text}");
        }
    }

    #[test]
    fn formats_are_read() {
        assert_eq!(format("dv-525-60"), Ok(CipDataFormat::DV_525_60));
        let expected = CipDataFormat {
            blocks_per_packet: 2,
            ..CipDataFormat::DV_625_50
        };
        assert_eq!(format("dv-625-50,blocks=2"), Ok(expected));
        let expected = CipDataFormat {
            fmt: 0x10,
            fdf_hi: 1,
            fdf_mid: 2,
            fdf_lo: 3,
            header: 1,
            padding: 7,
            block_size: 255,
            fraction: 3,
            block_period: 4096,
            block_period_remainder: 999_999_999,
            blocks_per_packet: 8,
        };
        let text = "fmt=0x10,fdf=0x010203,sph=1,qpc=7,dbs=255,fn=3,period=4096,\
                    remainder=999999999,blocks=8";
        assert_eq!(format(text), Ok(expected));
        for text in [
            "", "dv", "fmt", "fmt=256", "fn=4", "qpc=8", "sph=2", "x=1", "fmt=1,",
        ] {
            assert!(format(text).is_err(), "{text}");
        }
    }

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
