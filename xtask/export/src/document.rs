//! The tables of `docs/ioctl.md`: what stands between `<!-- table: NAME -->` and `<!-- end -->` is
//! written here, the rest by hand.

use std::fmt::Write;

use anyhow::{Context, Result, bail};

use crate::tables::{
    self, CONSTANTS, Constant, Constants, ENUMERATIONS, MODULE_DOCS, NUMBERS, REGISTERS, STATUSES,
    Structure, Value,
};
use crate::{example, header, names};

/// Structures that stand under no control code: they have a table of their own.
const ELSEWHERE: &[&str] = &[
    "RequestHeader",
    "ReplyHeader",
    "List",
    "EventBatch",
    "Event",
];

const START: &str = "<!-- table: ";
const START_END: &str = " -->";
const END: &str = "<!-- end -->";

/// The document with its tables brought up to date.
pub(crate) fn updated(document: &str) -> Result<String> {
    let mut text = String::new();
    let mut rest = document;
    while let Some((before, after)) = rest.split_once(START) {
        let (name, after) = after.split_once(START_END).context("a marker has no end")?;
        let (_, after) = after
            .split_once(END)
            .with_context(|| format!("table {name} has no end"))?;
        let table = table(name)?;
        let _ = write!(
            text,
            "{before}{START}{name}{START_END}\n\n{}\n\n{END}",
            table.trim_end()
        );
        rest = after;
    }
    text.push_str(rest);
    Ok(text)
}

/// The document without its tables, and the names of these.
#[cfg(test)]
pub(crate) fn by_hand(document: &str) -> (String, Vec<&str>) {
    let mut parts = document.split(START);
    let mut text = parts.next().unwrap_or_default().to_owned();
    let mut tables = Vec::new();
    for part in parts {
        let (name, rest) = part.split_once(START_END).unwrap_or_default();
        tables.push(name);
        text.push_str(rest.split_once(END).unwrap_or_default().1);
    }
    (text, tables)
}

fn table(name: &str) -> Result<String> {
    let words: Vec<&str> = name.split(' ').collect();
    Ok(match words[..] {
        ["device"] => loose(|constant| matches!(constant.value, Value::Text(_))),
        ["bounds"] => loose(|constant| matches!(constant.value, Value::Number(_))),
        ["mistakes"] => mistakes(),
        ["codes"] => codes()?,
        ["statuses"] => statuses(),
        ["ids"] => ids(),
        ["id-examples"] => example::ids(),
        ["disconnect-example"] => example::disconnect(),
        ["code", name] => {
            let found = tables::codes().find(|code| code.name == name);
            code(found.with_context(|| format!("no control code {name}"))?)?
        }
        ["structure", name] => structure(tables::structure(name).context("no such structure")?),
        ["constants", name] => {
            let mut groups = CONSTANTS.iter().chain(ENUMERATIONS);
            let found = groups.find(|group| group.name == Some(name));
            constants(found.with_context(|| format!("no constants {name}"))?)
        }
        ["register", name] => register(name)?,
        _ => bail!("no table is called {name:?}"),
    })
}

/// Constants outside modules; control codes have a table of their own.
fn loose(wanted: impl Fn(&Constant) -> bool) -> String {
    let mut text = String::from("| name | value | meaning |\n|---|---|---|\n");
    let groups = CONSTANTS.iter().filter(|group| group.name.is_none());
    for constant in groups.flat_map(|group| group.constants) {
        if constant.code || !wanted(constant) {
            continue;
        }
        let value = match constant.value {
            Value::Text(value) => value.to_owned(),
            Value::Number(value) => value.to_string(),
        };
        let name = names::constant(None, constant);
        let docs = names::cell(constant.docs);
        let _ = writeln!(text, "| `{name}` | `{value}` | {docs} |");
    }
    text
}

/// The table in the documentation of plug61883-abi.
fn mistakes() -> String {
    let rows = MODULE_DOCS.iter().filter(|line| line.starts_with('|'));
    rows.fold(String::new(), |text, row| text + row + "\n")
}

fn codes() -> Result<String> {
    let mut text = String::from(
        "| code | number | function | access | request | reply |\n|---|---|---|---|---|---|\n",
    );
    for code in tables::codes() {
        let shape = Shape::of(code)?;
        let reply = match shape.entry {
            Some(entry) => format!("{} bytes, {} for each entry", shape.reply.size, entry.size),
            None => format!("{} bytes", shape.reply.size),
        };
        let _ = writeln!(
            text,
            "| [`{}`](#{}) | `0x{:08X}` | `0x{:03X}` | {} | {} bytes | {reply} |",
            names::code(code.name),
            names::code(code.name).to_lowercase(),
            shape.number,
            shape.function(),
            shape.access(),
            shape.request.size,
        );
    }
    Ok(text)
}

/// What belongs to a control code.
struct Shape {
    number: u32,
    request: &'static Structure,
    reply: &'static Structure,
    /// What follows the reply, of a list.
    entry: Option<&'static Structure>,
}

impl Shape {
    /// As the code's documentation says: "[`Reply`] of [`Entry`]: ... Request: [`Request`]".
    fn of(code: &Constant) -> Result<Self> {
        let docs = code.docs.join(" ");
        let name = code.name;
        let (reply, request) = docs
            .split_once("Request:")
            .with_context(|| format!("{name}: no request"))?;
        let links = |text: &str| names::links(&[text]);
        let find = |link: &names::Link| {
            tables::structure(&link.shown).with_context(|| format!("{name}: {}", link.shown))
        };
        let replies = links(reply);
        let first = replies
            .first()
            .with_context(|| format!("{name}: no reply"))?;
        let reply_structure = find(first)?;
        let entry = match replies.get(1) {
            Some(second) if reply.contains("`] of [`") => Some(find(second)?),
            // Said of the structure itself.
            _ if reply_structure.name == "EventBatch" => tables::structure("Event"),
            _ => None,
        };
        let requests = links(request);
        let request = requests
            .first()
            .with_context(|| format!("{name}: no request"))?;
        let number = tables::number(code).context("a control code is a number")?;
        Ok(Self {
            number: u32::try_from(number)?,
            request: find(request)?,
            reply: reply_structure,
            entry,
        })
    }

    fn function(&self) -> u32 {
        self.number >> 2 & 0xFFF
    }

    fn access(&self) -> &'static str {
        use plug61883_abi::ioctl::{READ_ACCESS, WRITE_ACCESS, required_access};
        match required_access(self.number) {
            READ_ACCESS => "read",
            WRITE_ACCESS => "write",
            _ => "other",
        }
    }
}

fn code(code: &Constant) -> Result<String> {
    let shape = Shape::of(code)?;
    let mut text = format!(
        "`0x{:08X}`; function `0x{:03X}`, {} access.\n\n",
        shape.number,
        shape.function(),
        shape.access()
    );
    for (what, structure) in [
        ("Request", Some(shape.request)),
        ("Reply", Some(shape.reply)),
        ("Each entry", shape.entry),
    ] {
        let Some(structure) = structure else { continue };
        let name = names::ty(structure.name);
        let _ = writeln!(text, "{what}: `{name}`, {} bytes.\n", structure.size);
        if !ELSEWHERE.contains(&structure.name) {
            text.push_str(&rows(structure));
            text.push('\n');
        }
    }
    Ok(text)
}

fn structure(structure: &Structure) -> String {
    format!(
        "`{}`, {} bytes. {}\n\n{}",
        names::ty(structure.name),
        structure.size,
        names::cell(structure.docs),
        rows(structure)
    )
}

fn rows(structure: &Structure) -> String {
    let mut text =
        String::from("| offset | bytes | type | name | meaning |\n|---|---|---|---|---|\n");
    for (index, field) in structure.fields.iter().enumerate() {
        let length = match field.length {
            "" => String::new(),
            length => {
                let length = names::resolve(length).unwrap_or_else(|| length.to_owned());
                format!("[{length}]")
            }
        };
        let _ = writeln!(
            text,
            "| {} | {} | `{}{length}` | `{}` | {} |",
            field.offset,
            structure.field_size(index),
            names::ty(field.ty),
            field.name,
            names::cell(field.docs)
        );
    }
    text
}

fn constants(group: &Constants) -> String {
    let mut text = format!(
        "{}\n\n| name | value | meaning |\n|---|---|---|\n",
        names::cell(group.docs)
    );
    for constant in group.constants {
        let name = names::constant(group.name, constant);
        let value = tables::number(constant).unwrap_or_default();
        let value = match group.name.is_some_and(header::is_bits) {
            true => format!("0x{value:02X}"),
            false => value.to_string(),
        };
        let _ = writeln!(
            text,
            "| `{name}` | `{value}` | {} |",
            names::cell(constant.docs)
        );
    }
    text
}

fn register(name: &str) -> Result<String> {
    let register = REGISTERS.iter().find(|register| register.name == name);
    let register = register.with_context(|| format!("no register {name}"))?;
    let mut text = format!(
        "{}\n\n| bits | mask | name | meaning |\n|---|---|---|---|\n",
        names::cell(register.docs)
    );
    for field in register.fields {
        let (low, high) = (field.mask.trailing_zeros(), 31 - field.mask.leading_zeros());
        let bits = if low == high {
            low.to_string()
        } else {
            format!("{high}..{low}")
        };
        let name = names::register_field(register.name, field.name);
        let docs = names::cell(field.docs);
        let _ = writeln!(
            text,
            "| {bits} | `0x{:08X}` | `{name}` | {docs} |",
            field.mask
        );
    }
    Ok(text)
}

fn ids() -> String {
    let mut text = String::from("| type | names |\n|---|---|\n");
    for number in NUMBERS.iter().filter(|number| number.none.is_some()) {
        let docs = names::cell(number.docs);
        let _ = writeln!(text, "| `{}` | {docs} |", names::ty(number.name));
    }
    text
}

fn statuses() -> String {
    let mut text = String::from("| name | number | meaning |\n|---|---|---|\n");
    for status in STATUSES {
        let _ = writeln!(
            text,
            "| `STATUS_{}` | `0x{:08X}` | {} |",
            status.name, status.value, status.text
        );
    }
    text
}
