//! The TraceLogging format: metadata that names and types the fields, and data without gaps.

use std::fmt;

use super::{Guid, TraceEvent, Value};

/// Why an event can't be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed(pub String);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "malformed trace event: {}", self.0)
    }
}

impl std::error::Error for Malformed {}

type Result<T> = std::result::Result<T, Malformed>;

/// Reads bytes from the front.
struct Reader<'a> {
    rest: &'a [u8],
    what: &'static str,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8], what: &'static str) -> Self {
        Self { rest: bytes, what }
    }

    fn bytes(&mut self, count: usize) -> Result<&'a [u8]> {
        let (bytes, rest) = self
            .rest
            .split_at_checked(count)
            .ok_or_else(|| Malformed(format!("the {} ends too early", self.what)))?;
        self.rest = rest;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut array = [0; N];
        array.copy_from_slice(self.bytes(N)?);
        Ok(array)
    }

    fn u8(&mut self) -> Result<u8> {
        self.array().map(|[byte]| byte)
    }

    fn u16(&mut self) -> Result<u16> {
        self.array().map(u16::from_le_bytes)
    }

    /// Bytes up to a zero, which is skipped.
    fn until_zero(&mut self) -> Result<&'a [u8]> {
        let end = self.rest.iter().position(|&byte| byte == 0);
        let bytes = self.bytes(end.unwrap_or(usize::MAX))?;
        self.u8()?;
        Ok(bytes)
    }

    fn name(&mut self) -> Result<String> {
        Ok(String::from_utf8_lossy(self.until_zero()?).into_owned())
    }

    /// Bytes of which the highest bit says that one more follows.
    fn tag(&mut self) -> Result<()> {
        while self.u8()? & CHAIN != 0 {}
        Ok(())
    }

    /// UTF-16 units up to a zero, which is skipped.
    fn wide_until_zero(&mut self) -> Result<String> {
        let mut units = Vec::new();
        loop {
            match self.u16()? {
                0 => return Ok(String::from_utf16_lossy(&units)),
                unit => units.push(unit),
            }
        }
    }
}

/// In a type byte: one more byte of description follows.
const CHAIN: u8 = 0x80;
/// In an in-type: how many values there are.
const COUNT: u8 = 0x60;
const FIXED_COUNT: u8 = 0x20;
const VARIABLE_COUNT: u8 = 0x40;

/// In-types: how a value lies in the data.
mod encoding {
    pub(super) const UTF16: u8 = 1;
    pub(super) const UTF8: u8 = 2;
    pub(super) const I8: u8 = 3;
    pub(super) const U8: u8 = 4;
    pub(super) const I16: u8 = 5;
    pub(super) const U16: u8 = 6;
    pub(super) const I32: u8 = 7;
    pub(super) const U32: u8 = 8;
    pub(super) const I64: u8 = 9;
    pub(super) const U64: u8 = 10;
    pub(super) const F32: u8 = 11;
    pub(super) const F64: u8 = 12;
    pub(super) const BOOL32: u8 = 13;
    pub(super) const BINARY: u8 = 14;
    pub(super) const GUID: u8 = 15;
    pub(super) const FILETIME: u8 = 17;
    pub(super) const SYSTEMTIME: u8 = 18;
    pub(super) const HEX32: u8 = 20;
    pub(super) const HEX64: u8 = 21;
    pub(super) const COUNTED_UTF16: u8 = 22;
    pub(super) const COUNTED_UTF8: u8 = 23;
    pub(super) const STRUCT: u8 = 24;
    pub(super) const COUNTED_BINARY: u8 = 25;
}

/// Out-types: what a value means.
mod meaning {
    pub(super) const BOOLEAN: u8 = 3;
    pub(super) const HEX: u8 = 4;
    pub(super) const NTSTATUS: u8 = 14;
}

/// A field as the metadata describe it.
struct Field {
    name: String,
    encoding: u8,
    meaning: u8,
    count: Count,
}

enum Count {
    One,
    Fixed(u16),
    Variable,
}

impl Field {
    fn read(metadata: &mut Reader<'_>) -> Result<Self> {
        let name = metadata.name()?;
        let encoding = metadata.u8()?;
        let mut meaning = 0;
        if encoding & CHAIN != 0 {
            let byte = metadata.u8()?;
            meaning = byte & !CHAIN;
            if byte & CHAIN != 0 {
                metadata.tag()?;
            }
        }
        let count = match encoding & COUNT {
            0 => Count::One,
            FIXED_COUNT => Count::Fixed(metadata.u16()?),
            VARIABLE_COUNT => Count::Variable,
            _ => return Err(Malformed(format!("field {name} has a type of its own"))),
        };
        Ok(Self {
            name,
            encoding: encoding & !(CHAIN | COUNT),
            meaning,
            count,
        })
    }

    /// Reads the field's value; those of a structure are described by what follows.
    fn value(&self, metadata: &mut Reader<'_>, data: &mut Reader<'_>) -> Result<Value> {
        let count = match self.count {
            Count::One => return self.one(metadata, data),
            Count::Fixed(count) => count,
            Count::Variable => data.u16()?,
        };
        // Each element of an array of structures has the same description.
        let description = metadata.rest;
        let values = (0..count).map(|_| {
            metadata.rest = description;
            self.one(metadata, data)
        });
        values.collect::<Result<_>>().map(Value::List)
    }

    fn one(&self, metadata: &mut Reader<'_>, data: &mut Reader<'_>) -> Result<Value> {
        let unsigned = |number: u64| match self.meaning {
            meaning::BOOLEAN => Value::Bool(number != 0),
            meaning::HEX => Value::Hex(number),
            meaning::NTSTATUS => Value::Status(number as u32),
            _ => Value::Unsigned(number),
        };
        let signed = |number: i64| match self.meaning {
            meaning::NTSTATUS => Value::Status(number as u32),
            meaning::BOOLEAN => Value::Bool(number != 0),
            _ => Value::Signed(number),
        };
        let text = |bytes: &[u8]| Value::Text(String::from_utf8_lossy(bytes).into_owned());
        Ok(match self.encoding {
            encoding::I8 => signed(i8::from_le_bytes(data.array()?).into()),
            encoding::I16 => signed(i16::from_le_bytes(data.array()?).into()),
            encoding::I32 => signed(i32::from_le_bytes(data.array()?).into()),
            encoding::I64 => signed(i64::from_le_bytes(data.array()?)),
            encoding::U8 => unsigned(data.u8()?.into()),
            encoding::U16 => unsigned(data.u16()?.into()),
            encoding::U32 => unsigned(u32::from_le_bytes(data.array()?).into()),
            encoding::U64 | encoding::FILETIME => unsigned(u64::from_le_bytes(data.array()?)),
            encoding::HEX32 => match u32::from_le_bytes(data.array()?) {
                status if self.meaning == meaning::NTSTATUS => Value::Status(status),
                number => Value::Hex(number.into()),
            },
            encoding::HEX64 => Value::Hex(u64::from_le_bytes(data.array()?)),
            encoding::F32 => Value::Float(f32::from_le_bytes(data.array()?).into()),
            encoding::F64 => Value::Float(f64::from_le_bytes(data.array()?)),
            encoding::BOOL32 => Value::Bool(u32::from_le_bytes(data.array()?) != 0),
            encoding::GUID => Value::Guid(Guid::from_memory(data.array()?)),
            encoding::SYSTEMTIME => Value::Bytes(data.bytes(16)?.to_vec()),
            encoding::UTF16 => Value::Text(data.wide_until_zero()?),
            encoding::UTF8 => text(data.until_zero()?),
            encoding::COUNTED_UTF8 => {
                let length = data.u16()?.into();
                text(data.bytes(length)?)
            }
            encoding::COUNTED_UTF16 => {
                let length = data.u16()?.into();
                let pairs = data.bytes(length)?.chunks_exact(2);
                let units: Vec<u16> = pairs
                    .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
                    .collect();
                Value::Text(String::from_utf16_lossy(&units))
            }
            encoding::BINARY | encoding::COUNTED_BINARY => {
                let length = data.u16()?.into();
                Value::Bytes(data.bytes(length)?.to_vec())
            }
            encoding::STRUCT => {
                let fields = (0..self.meaning).map(|_| {
                    let field = Self::read(metadata)?;
                    let value = field.value(metadata, data)?;
                    Ok((field.name, value))
                });
                Value::Fields(fields.collect::<Result<_>>()?)
            }
            other => {
                return Err(Malformed(format!(
                    "field {} has the unknown type {other}",
                    self.name
                )));
            }
        })
    }
}

/// The part of a metadata block that its own length says.
fn sized<'a>(block: &'a [u8], what: &'static str) -> Result<Reader<'a>> {
    let length = Reader::new(block, what).u16()?.into();
    let mut reader = Reader::new(Reader::new(block, what).bytes(length)?, what);
    reader.u16()?;
    Ok(reader)
}

/// Decodes an event: the provider's id, the event descriptor, and blocks of data and metadata, each
/// with its type and length.
///
/// # Errors
/// Where the bytes are no event in the TraceLogging format.
pub fn decode(driver: &str, bytes: &[u8]) -> Result<TraceEvent> {
    let mut reader = Reader::new(bytes, "event");
    let provider_id = Guid::from_memory(reader.array()?);
    // EVENT_DESCRIPTOR: id, version, channel, level, opcode, task, keyword.
    let descriptor: [u8; 16] = reader.array()?;
    let mut keyword = [0; 8];
    keyword.copy_from_slice(&descriptor[8..]);
    let (mut provider_block, mut event_block, mut data) = (&[][..], &[][..], Vec::new());
    while !reader.rest.is_empty() {
        let kind = reader.u8()?;
        let length = reader.u16()?.into();
        let block = reader.bytes(length)?;
        match kind {
            0 => data.extend_from_slice(block),
            1 => event_block = block,
            2 => provider_block = block,
            other => return Err(Malformed(format!("a block has the unknown type {other}"))),
        }
    }
    let provider = sized(provider_block, "provider's metadata")?.name()?;
    let mut metadata = sized(event_block, "event's metadata")?;
    metadata.tag()?;
    let name = metadata.name()?;
    let mut data = Reader::new(&data, "event's data");
    let mut fields = Vec::new();
    while !metadata.rest.is_empty() {
        let field = Field::read(&mut metadata)?;
        let value = field.value(&mut metadata, &mut data)?;
        fields.push((field.name, value));
    }
    if !data.rest.is_empty() {
        return Err(Malformed(format!(
            "{} bytes of data that no field describes",
            data.rest.len()
        )));
    }
    Ok(TraceEvent {
        driver: driver.to_owned(),
        provider,
        provider_id,
        name,
        level: descriptor[4],
        opcode: descriptor[5],
        keyword: u64::from_le_bytes(keyword),
        fields,
    })
}
