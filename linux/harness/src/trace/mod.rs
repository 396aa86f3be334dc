//! What drivers trace: the lines that the framework stand-in prints for each event
//! (`linux/kmdf/src/trace.rs`), decoded by the TraceLogging metadata that every event carries.

mod decode;

use std::{
    collections::{HashMap, VecDeque},
    fmt,
};

pub use decode::{Malformed, decode};

/// A GUID, in the usual notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Guid(pub u128);

impl Guid {
    /// From its bytes in memory: three little-endian parts, then eight bytes.
    fn from_memory(bytes: [u8; 16]) -> Self {
        let mut order = bytes;
        order[..4].reverse();
        order[4..6].reverse();
        order[6..8].reverse();
        Self(u128::from_be_bytes(order))
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:032x}", self.0);
        for (index, digit) in digits.chars().enumerate() {
            if matches!(index, 8 | 12 | 16 | 20) {
                f.write_str("-")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// An unsigned number.
    Unsigned(u64),
    /// A signed number.
    Signed(i64),
    /// A number that is shown in hexadecimal.
    Hex(u64),
    /// A floating-point number.
    Float(f64),
    /// A truth value.
    Bool(bool),
    /// An NTSTATUS.
    Status(u32),
    /// A GUID.
    Guid(Guid),
    /// A text, whatever its encoding was.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// An array.
    List(Vec<Value>),
    /// A structure.
    Fields(Vec<(String, Value)>),
}

impl Value {
    /// The number, of whatever kind, if it is one that is not negative.
    pub fn number(&self) -> Option<u64> {
        match *self {
            Self::Unsigned(number) | Self::Hex(number) => Some(number),
            Self::Signed(number) => number.try_into().ok(),
            Self::Bool(value) => Some(value.into()),
            Self::Status(status) => Some(status.into()),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// An event.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceEvent {
    /// The service of the driver.
    pub driver: String,
    /// The provider's name.
    pub provider: String,
    /// The provider's id.
    pub provider_id: Guid,
    /// The event's name.
    pub name: String,
    /// 1 critical, 2 error, 3 warning, 4 information, 5 verbose.
    pub level: u8,
    /// The opcode.
    pub opcode: u8,
    /// The keyword's bits.
    pub keyword: u64,
    /// The fields, in their order.
    pub fields: Vec<(String, Value)>,
}

impl TraceEvent {
    /// The value of a field.
    pub fn field(&self, name: &str) -> Option<&Value> {
        let mut fields = self.fields.iter();
        fields
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }
}

/// Puts events together from the lines of a log, which may be mixed with others.
#[derive(Debug, Default)]
pub struct Collector {
    /// The parts of events that are not complete yet, by driver and number.
    partial: HashMap<(String, u64), Vec<u8>>,
    events: VecDeque<Result<TraceEvent, Malformed>>,
}

impl Collector {
    /// Takes what a line says, without Wine's prefix. The parts of one event come in order.
    pub fn line(&mut self, text: &str) {
        let Some(rest) = text.trim_end().strip_prefix("TRACE ") else {
            return;
        };
        if let Err(error) = self.part(rest) {
            self.events.push_back(Err(error));
        }
    }

    fn part(&mut self, rest: &str) -> Result<(), Malformed> {
        let wrong = || Malformed(format!("not a part of an event: {rest}"));
        let words: Vec<&str> = rest.split(' ').collect();
        let [driver, number, part, hex] = words[..] else {
            return Err(wrong());
        };
        let number: u64 = number.parse().map_err(|_| wrong())?;
        let (part, parts) = part.split_once('/').ok_or_else(wrong)?;
        let (part, parts): (u32, u32) = (
            part.parse().map_err(|_| wrong())?,
            parts.parse().map_err(|_| wrong())?,
        );
        let key = (driver.to_owned(), number);
        let bytes = self.partial.entry(key.clone()).or_default();
        bytes.extend(unhex(hex).ok_or_else(wrong)?);
        if part == parts {
            let bytes = self.partial.remove(&key).unwrap_or_default();
            self.events.push_back(decode(driver, &bytes));
        }
        Ok(())
    }

    /// The events since the last call.
    ///
    /// # Errors
    /// The first that could not be decoded; those before it are lost.
    pub fn take(&mut self) -> Result<Vec<TraceEvent>, Malformed> {
        self.events.drain(..).collect()
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) {
        return None;
    }
    let pairs = text.as_bytes().chunks_exact(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests;
