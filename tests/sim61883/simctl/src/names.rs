//! What stands for numbers on the command line.

use std::fmt;
use std::str::FromStr;

use plug61883_abi::av61883::function;
use plug61883_abi::ids::Direction;
use plug61883_abi::pcr::{IMPR_ADDRESS, OMPR_ADDRESS, ipcr_address, opcr_address};
use plug61883_abi::status::{NAMED, NtStatus};
use sim61883_control::{ANY_FUNCTION, ASYNC_READ};

/// Registers with a name of their own.
pub(crate) const REGISTERS: [(&str, u64); 6] = [
    ("oMPR", OMPR_ADDRESS),
    ("iMPR", IMPR_ADDRESS),
    ("BUS_MANAGER_ID", 0xFFFF_F000_021C),
    ("BANDWIDTH_AVAILABLE", 0xFFFF_F000_0220),
    ("CHANNELS_AVAILABLE_HI", 0xFFFF_F000_0224),
    ("CHANNELS_AVAILABLE_LO", 0xFFFF_F000_0228),
];

/// A decimal number, or a hexadecimal one after `0x`.
fn number(text: &str) -> Option<u64> {
    let (digits, radix) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None => (text, 10),
    };
    // `from_str_radix` would take a sign.
    if digits.starts_with(['+', '-']) {
        return None;
    }
    u64::from_str_radix(digits, radix).ok()
}

/// A 32-bit number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Number(pub(crate) u32);

impl FromStr for Number {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let value = number(text).and_then(|value| u32::try_from(value).ok());
        value
            .map(Self)
            .ok_or("not a 32-bit number such as 4915 or 0x80000000")
    }
}

/// A node of the bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    /// This computer, which is also the isochronous resource manager.
    Local,
    /// The device in a slot.
    Unit(u32),
    /// The node with an id.
    Id(u16),
}

impl FromStr for Node {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.eq_ignore_ascii_case("irm") || text.eq_ignore_ascii_case("local") {
            return Ok(Self::Local);
        }
        if let Some(slot) = text.strip_prefix("unit") {
            let slot = number(slot).and_then(|slot| u32::try_from(slot).ok());
            return slot.map(Self::Unit).ok_or("not a unit such as unit0");
        }
        let id = number(text).and_then(|id| u16::try_from(id).ok());
        id.map(Self::Id)
            .ok_or("not a node: local, irm, unitN, or a node id such as 0xFFC0")
    }
}

/// A plug, written as its register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PlugName {
    /// Its direction.
    pub(crate) direction: Direction,
    /// Its number, 0..=30.
    pub(crate) number: u32,
}

impl PlugName {
    /// Address of its register.
    pub(crate) fn address(self) -> Option<u64> {
        match self.direction {
            Direction::Out => opcr_address(self.number),
            Direction::In => ipcr_address(self.number),
        }
    }
}

impl fmt::Display for PlugName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.direction, self.number)
    }
}

impl FromStr for PlugName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lower = text.to_ascii_lowercase();
        let (direction, digits) = if let Some(digits) = lower.strip_prefix("opcr") {
            (Direction::Out, digits)
        } else if let Some(digits) = lower.strip_prefix("ipcr") {
            (Direction::In, digits)
        } else {
            return Err("not a plug such as oPCR0 or iPCR0");
        };
        let number = number(digits.trim_matches(['[', ']']));
        number
            .and_then(|number| u32::try_from(number).ok())
            .map(|number| Self { direction, number })
            .filter(|plug| plug.address().is_some())
            .ok_or("plug numbers are 0 to 30")
    }
}

/// An address within a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address(pub(crate) u64);

impl FromStr for Address {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = REGISTERS
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(text));
        known
            .map(|(_, address)| *address)
            .or_else(|| text.parse::<PlugName>().ok()?.address())
            .or_else(|| number(text))
            .map(Self)
            .ok_or("not a register such as oPCR0 or BANDWIDTH_AVAILABLE, nor an address")
    }
}

/// A function of 61883.h, or any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Function(pub(crate) u32);

impl Function {
    /// Its name, without the prefix that they all have.
    pub(crate) fn name(self) -> Option<&'static str> {
        short(function::name(self.0)?)
    }
}

fn short(name: &'static str) -> Option<&'static str> {
    name.strip_prefix("Av61883_")
}

impl FromStr for Function {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.eq_ignore_ascii_case("any") {
            return Ok(Self(ANY_FUNCTION));
        }
        if text.eq_ignore_ascii_case("AsyncRead") {
            return Ok(Self(ASYNC_READ));
        }
        let named = function::TABLE
            .iter()
            .filter(|named| named.value != function::MAX)
            .find(|named| {
                let is = |name: &str| name.eq_ignore_ascii_case(text);
                is(named.name) || short(named.name).is_some_and(is)
            });
        named
            .map(|named| named.value)
            .or_else(|| u32::try_from(number(text)?).ok())
            .map(Self)
            .ok_or("not a function such as Connect or Disconnect, a number, or any")
    }
}

/// An NTSTATUS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Status(pub(crate) NtStatus);

impl FromStr for Status {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let named = NAMED.iter().find(|status| {
            status
                .name()
                .is_some_and(|name| name.eq_ignore_ascii_case(text))
        });
        named
            .copied()
            .or_else(|| u32::try_from(number(text)?).ok().map(NtStatus))
            .map(Self)
            .ok_or("not a status such as STATUS_IO_TIMEOUT or 0xC00000B5")
    }
}
