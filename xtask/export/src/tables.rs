//! What plug61883-abi declares: names, types and documentation as its source has them, numbers as
//! the compiler sees them.

/// A structure.
#[derive(Debug)]
pub(crate) struct Structure {
    /// Its name in Rust, as everywhere here.
    pub(crate) name: &'static str,
    /// Its documentation, a line each.
    pub(crate) docs: &'static [&'static str],
    /// Bytes.
    pub(crate) size: usize,
    /// Members in order, without gaps.
    pub(crate) fields: &'static [Field],
}

/// A member of a structure.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) docs: &'static [&'static str],
    /// Its type, or that of its elements.
    pub(crate) ty: &'static str,
    /// Number of its elements, as a number or a constant; empty when it is no array.
    pub(crate) length: &'static str,
    pub(crate) offset: usize,
}

/// Constants that belong together.
#[derive(Debug)]
pub(crate) struct Constants {
    /// Name of their module or enumeration.
    pub(crate) name: Option<&'static str>,
    pub(crate) docs: &'static [&'static str],
    pub(crate) constants: &'static [Constant],
}

#[derive(Debug)]
pub(crate) struct Constant {
    pub(crate) name: &'static str,
    pub(crate) docs: &'static [&'static str],
    pub(crate) value: Value,
    /// It is a control code.
    pub(crate) code: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Value {
    Number(u64),
    Text(&'static str),
}

/// A number with a type of its own.
#[derive(Debug)]
pub(crate) struct Number {
    pub(crate) name: &'static str,
    pub(crate) docs: &'static [&'static str],
    /// What it is a number of: `u32` or `u64`.
    pub(crate) ty: &'static str,
    /// The one that names nothing, of an id.
    pub(crate) none: Option<u64>,
}

/// An NTSTATUS.
#[derive(Debug)]
pub(crate) struct Status {
    /// Without `STATUS_`.
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
    pub(crate) value: u32,
}

/// A plug register.
#[derive(Debug)]
pub(crate) struct Register {
    pub(crate) name: &'static str,
    pub(crate) docs: &'static [&'static str],
    pub(crate) fields: &'static [RegisterField],
}

#[derive(Debug)]
pub(crate) struct RegisterField {
    pub(crate) name: &'static str,
    pub(crate) docs: &'static [&'static str],
    /// The bits that it covers.
    pub(crate) mask: u32,
}

include!(concat!(env!("OUT_DIR"), "/tables.rs"));

/// The structure of this name.
pub(crate) fn structure(name: &str) -> Option<&'static Structure> {
    STRUCTURES.iter().find(|structure| structure.name == name)
}

/// The control codes, in order.
pub(crate) fn codes() -> impl Iterator<Item = &'static Constant> {
    let all = CONSTANTS.iter().flat_map(|group| group.constants);
    all.filter(|constant| constant.code)
}

/// The number of a constant, unless it is a text.
pub(crate) fn number(constant: &Constant) -> Option<u64> {
    match constant.value {
        Value::Number(number) => Some(number),
        Value::Text(_) => None,
    }
}

impl Structure {
    /// Bytes of a member: what is left to the next one, as there are no gaps.
    pub(crate) fn field_size(&self, index: usize) -> usize {
        let end = self
            .fields
            .get(index + 1)
            .map_or(self.size, |next| next.offset);
        end - self.fields[index].offset
    }
}
