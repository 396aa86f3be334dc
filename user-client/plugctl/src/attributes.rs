//! Attributes of the plug registers, by the names that libiec61883's plugctl has for them.

use std::fmt;
use std::str::FromStr;

use plug61883::Direction;
use plug61883::abi::pcr::{Impr, Ipcr, MAX_PLUG_NUMBER, Ompr, Opcr};

use crate::cli::number;

/// A plug of a unit's device or of this computer. `Display`: `oPCR[0]`, `local.oPCR[0]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PlugPlace {
    /// It is one of this computer.
    pub(crate) local: bool,
    /// Its direction.
    pub(crate) direction: Direction,
    /// Its number.
    pub(crate) number: u32,
}

impl fmt::Display for PlugPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = if self.local { "local." } else { "" };
        write!(f, "{local}{}[{}]", self.direction, self.number)
    }
}

/// A plug register. `Display`: `oMPR`, `oPCR[0]`, `local.oPCR[0]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// oMPR or iMPR of a unit's device.
    Master(Direction),
    /// oPCR or iPCR.
    Plug(PlugPlace),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Master(Direction::Out) => f.write_str("oMPR"),
            Self::Master(Direction::In) => f.write_str("iMPR"),
            Self::Plug(plug) => plug.fmt(f),
        }
    }
}

/// One attribute of a register.
#[derive(Clone, Copy)]
pub(crate) struct Attribute {
    /// Its name.
    pub(crate) name: &'static str,
    get: fn(u32) -> u32,
    with: fn(u32, u32) -> u32,
}

impl fmt::Debug for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Attribute {
    /// Among those of one register: names are unique there.
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Attribute {
    /// Its value in a register.
    pub(crate) fn of(&self, bits: u32) -> u32 {
        (self.get)(bits)
    }

    /// The register with another value of it; bits beyond its width are cut off.
    pub(crate) fn set(&self, bits: u32, value: u32) -> u32 {
        (self.with)(bits, value)
    }

    /// Its highest value.
    pub(crate) fn most(&self) -> u32 {
        self.of(self.set(0, u32::MAX))
    }
}

/// Attributes: name, getter and setter of the register's type.
macro_rules! attributes {
    ($register:ident: $($name:ident = $get:ident, $with:ident;)*) => {
        &[$(Attribute {
            name: stringify!($name),
            get: |bits| $register(bits).$get().into(),
            with: |bits, value| $register(bits).$with(value as _).0,
        }),*]
    };
}

// Names and order are those of the bit fields in examples/plugctl.c of libiec61883 1.2.0, the
// leftmost bits first.
const OMPR: &[Attribute] = attributes! { Ompr:
    data_rate = data_rate, with_data_rate;
    bcast_channel = broadcast_channel_base, with_broadcast_channel_base;
    non_persist_ext = non_persistent_extension, with_non_persistent_extension;
    persist_ext = persistent_extension, with_persistent_extension;
    reserved = reserved, with_reserved;
    n_plugs = plugs, with_plugs;
};
const IMPR: &[Attribute] = attributes! { Impr:
    data_rate = data_rate, with_data_rate;
    reserved = reserved1, with_reserved1;
    non_persist_ext = non_persistent_extension, with_non_persistent_extension;
    persist_ext = persistent_extension, with_persistent_extension;
    reserved2 = reserved, with_reserved;
    n_plugs = plugs, with_plugs;
};
const OPCR: &[Attribute] = attributes! { Opcr:
    online = online, with_online;
    bcast_connection = broadcast, with_broadcast;
    n_p2p_connections = point_to_point, with_point_to_point;
    reserved = reserved, with_reserved;
    channel = channel, with_channel;
    data_rate = data_rate, with_data_rate;
    overhead_id = overhead_id, with_overhead_id;
    payload = payload, with_payload;
};
const IPCR: &[Attribute] = attributes! { Ipcr:
    online = online, with_online;
    bcast_connection = broadcast, with_broadcast;
    n_p2p_connections = point_to_point, with_point_to_point;
    reserved = reserved1, with_reserved1;
    channel = channel, with_channel;
    reserved2 = reserved0, with_reserved0;
};

impl Place {
    /// Attributes of the register, those of the leftmost bits first.
    pub(crate) const fn attributes(self) -> &'static [Attribute] {
        match self {
            Self::Master(Direction::Out) => OMPR,
            Self::Master(Direction::In) => IMPR,
            Self::Plug(plug) => plug.attributes(),
        }
    }

    /// From lower case.
    fn parse(text: &str) -> Result<Self, String> {
        let (local, name) = match text.strip_prefix("local.") {
            Some(name) => (true, name),
            None => (false, text),
        };
        let master = match name {
            "ompr" => Some(Self::Master(Direction::Out)),
            "impr" => Some(Self::Master(Direction::In)),
            _ => None,
        };
        if let Some(master) = master {
            return if local {
                Err(format!(
                    "the driver does not know {master} of this computer: it knows local.oPCR[N] \
                     and local.iPCR[N]"
                ))
            } else {
                Ok(master)
            };
        }
        let plug = || {
            let (name, index) = name.strip_suffix(']')?.split_once('[')?;
            let direction = match name {
                "opcr" => Direction::Out,
                "ipcr" => Direction::In,
                _ => return None,
            };
            Some(Self::Plug(PlugPlace {
                local,
                direction,
                number: number(index, MAX_PLUG_NUMBER)?,
            }))
        };
        plug().ok_or_else(|| {
            format!(
                "a register is oMPR, iMPR, oPCR[N] or iPCR[N], N from 0 to {MAX_PLUG_NUMBER}; of \
                 this computer local.oPCR[N] or local.iPCR[N]"
            )
        })
    }

    fn attribute(self, name: &str) -> Result<&'static Attribute, String> {
        let mut all = self.attributes().iter();
        all.find(|attribute| attribute.name == name).ok_or_else(|| {
            let all = self.attributes().iter();
            let names: Vec<_> = all.map(|attribute| attribute.name).collect();
            format!("the attributes of {self} are {}", names.join(", "))
        })
    }
}

impl PlugPlace {
    const fn attributes(self) -> &'static [Attribute] {
        match self.direction {
            Direction::Out => OPCR,
            Direction::In => IPCR,
        }
    }
}

/// What `get` reads: `oPCR[0].channel`, or all of `oPCR[0]`; in any case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Path {
    /// The register.
    pub(crate) place: Place,
    /// The attribute; `None` for all.
    pub(crate) attribute: Option<&'static Attribute>,
}

impl FromStr for Path {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let lower = text.to_ascii_lowercase();
        // The dot after "local" stands before the register.
        let after = lower.strip_prefix("local.").unwrap_or(&lower);
        let attribute = after.split_once('.').map(|(_, attribute)| attribute);
        let register = lower.len() - attribute.map_or(0, |attribute| attribute.len() + 1);
        let place = Place::parse(&lower[..register])?;
        let attribute = attribute.map(|name| place.attribute(name)).transpose()?;
        Ok(Self { place, attribute })
    }
}

/// What `set` writes: `oPCR[0].channel=63`, or all of the register: `oPCR[0]=0x803F007A`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Setting {
    /// The plug whose register is set.
    pub(crate) plug: PlugPlace,
    /// The attribute; `None` for all.
    attribute: Option<&'static Attribute>,
    /// Its value.
    value: u32,
}

impl Setting {
    /// The register after it.
    pub(crate) fn apply(&self, bits: u32) -> u32 {
        match self.attribute {
            Some(attribute) => attribute.set(bits, self.value),
            None => self.value,
        }
    }
}

impl FromStr for Setting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (path, value) = text
            .split_once('=')
            .ok_or("a value is missing, as in oPCR[0].channel=63")?;
        let Path { place, attribute } = path.parse()?;
        let Place::Plug(plug) = place else {
            return Err(format!(
                "{place} can't be set: 61883.sys has no request that writes a master plug register"
            ));
        };
        let (name, most) = match attribute {
            Some(attribute) => (attribute.name.to_owned(), attribute.most()),
            None => (plug.to_string(), u32::MAX),
        };
        let value = number(value, most)
            .ok_or_else(|| format!("{name} takes a number from 0 to {most}, decimal or 0x"))?;
        Ok(Self {
            plug,
            attribute,
            value,
        })
    }
}

#[cfg(test)]
mod tests;
