//! Values of plug registers.

use std::str::FromStr;

use plug61883::{Direction, Ipcr, Opcr, Register};

use super::number;

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
}
