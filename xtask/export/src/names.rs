//! What things are called in C, and Rust's documentation in those words.

use crate::tables::{CONSTANTS, Constant, ENUMERATIONS, FOREIGN, NUMBERS, REGISTERS, STRUCTURES};

/// Starts every name.
pub(crate) const PREFIX: &str = "PLUG61883_";

/// `PlugStateRequest` as `PLUG_STATE_REQUEST`.
fn screaming(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.extend(letter.to_uppercase());
    }
    text
}

/// A structure, a number with a type of its own or an enumeration.
pub(crate) fn ty(name: &str) -> String {
    match name {
        "u8" => "uint8_t".into(),
        "u16" => "uint16_t".into(),
        "u32" => "uint32_t".into(),
        "u64" => "uint64_t".into(),
        _ => format!("{PREFIX}{}", screaming(name)),
    }
}

/// A constant of a module or an enumeration, or of neither.
pub(crate) fn constant(group: Option<&str>, constant: &Constant) -> String {
    match group {
        Some(group) => format!(
            "{}{}",
            group_prefix(group),
            screaming_constant(constant.name)
        ),
        None if constant.code => code(constant.name),
        None => format!("{PREFIX}{}", constant.name),
    }
}

/// A control code.
pub(crate) fn code(name: &str) -> String {
    format!("{PREFIX}IOCTL_{name}")
}

/// What the names of a group's constants begin with: `connect_flags` as `PLUG61883_CONNECT_`.
pub(crate) fn group_prefix(group: &str) -> String {
    if group.starts_with(char::is_uppercase) {
        return format!("{}_", ty(group));
    }
    let group = group.strip_suffix("_flags").unwrap_or(group);
    format!("{PREFIX}{}_", group.to_uppercase())
}

/// Constants are written in capitals, variants of enumerations are not.
fn screaming_constant(name: &str) -> String {
    if name.chars().any(char::is_lowercase) {
        screaming(name)
    } else {
        name.into()
    }
}

/// An NTSTATUS.
pub(crate) fn status(name: &str) -> String {
    format!("{PREFIX}STATUS_{name}")
}

/// The id that names nothing.
pub(crate) fn none(name: &str) -> String {
    format!("{}_NONE", ty(name))
}

/// A field of a register.
pub(crate) fn register_field(register: &str, field: &str) -> String {
    format!("{}_{}", ty(register), field.to_uppercase())
}

/// What a path in the documentation stands for: `super::owner` for `PLUG61883_OWNER_*`, what only
/// 61883.h has for its name there. `None` when this is not known.
pub(crate) fn resolve(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split("::").collect();
    let last = *parts.last()?;
    let parent = parts
        .len()
        .checked_sub(2)
        .and_then(|index| parts.get(index));
    // A constant of a group, an id that names nothing, a variant.
    if let Some(parent) = parent {
        let mut groups = CONSTANTS.iter().chain(ENUMERATIONS);
        if let Some(group) = groups.find(|group| group.name == Some(parent)) {
            let found = group
                .constants
                .iter()
                .find(|constant| constant.name == last);
            return found.map(|found| constant(group.name, found));
        }
        if last == "NONE" && NUMBERS.iter().any(|number| number.name == *parent) {
            return Some(none(parent));
        }
        let path = format!("{parent}::{last}");
        if let Some((_, name)) = FOREIGN.iter().find(|(known, _)| *known == path) {
            return Some((*name).to_owned());
        }
    }
    let group = |name: Option<&str>| name == Some(last);
    if STRUCTURES.iter().any(|it| it.name == last) || NUMBERS.iter().any(|it| it.name == last) {
        return Some(ty(last));
    }
    if CONSTANTS
        .iter()
        .chain(ENUMERATIONS)
        .any(|it| group(it.name))
    {
        return Some(format!("{}*", group_prefix(last)));
    }
    if REGISTERS.iter().any(|it| it.name == last) {
        return Some(format!("{}_*", ty(last)));
    }
    let loose = CONSTANTS.iter().filter(|group| group.name.is_none());
    let mut loose = loose.flat_map(|group| group.constants);
    if let Some(found) = loose.find(|constant| constant.name == last) {
        return Some(constant(None, found));
    }
    let foreign = FOREIGN.iter().find(|(known, _)| *known == last);
    foreign.map(|(_, name)| (*name).to_owned())
}

/// Documentation as one text, its links replaced by the names of what they lead to, in `quote`s.
pub(crate) fn prose(docs: &[&str], quote: &str) -> String {
    let mut text = docs.join("\n");
    let mut links = links(docs);
    // Those with a path first: without it they would be found in one that has it.
    links.sort_by_key(|link| link.path.is_none());
    for link in links {
        let name = link.target().unwrap_or_else(|| link.shown.clone());
        text = text.replace(&link.whole, &format!("{quote}{name}{quote}"));
    }
    text
}

/// A link in documentation.
pub(crate) struct Link {
    /// As it is written, with all brackets.
    whole: String,
    /// Its text.
    pub(crate) shown: String,
    /// Where it leads, when that is not its text.
    path: Option<String>,
}

impl Link {
    /// The name of what it leads to.
    pub(crate) fn target(&self) -> Option<String> {
        let path = self.path.as_deref().and_then(resolve);
        path.or_else(|| resolve(&self.shown))
    }
}

/// The links in documentation: [`text`], or [`text`] and (path).
pub(crate) fn links(docs: &[&str]) -> Vec<Link> {
    let docs = docs.join("\n");
    let mut links = Vec::new();
    let mut rest = docs.as_str();
    while let Some(start) = rest.find("[`") {
        let Some(length) = rest[start..].find("`]") else {
            break;
        };
        let mut end = start + length + 2;
        let shown = rest[start + 2..end - 2].to_owned();
        let mut path = None;
        if rest[end..].starts_with('(')
            && let Some(length) = rest[end..].find(')')
        {
            path = Some(rest[end + 1..end + length].to_owned());
            end += length + 1;
        }
        links.push(Link {
            whole: rest[start..end].to_owned(),
            shown,
            path,
        });
        rest = &rest[end..];
    }
    links
}

/// Documentation without the marks of Markdown, as lines of a comment that begin with `start`.
pub(crate) fn comment(docs: &[&str], start: &str) -> String {
    const WIDTH: usize = 100;
    let text = prose(docs, "").replace('`', "");
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.split("\n\n") {
        if !lines.is_empty() {
            lines.push(start.trim_end().to_owned());
        }
        let mut line = start.to_owned();
        for word in paragraph.split_whitespace() {
            if line.len() > start.len() && line.len() + word.len() + 1 > WIDTH {
                lines.push(std::mem::replace(&mut line, start.to_owned()));
            }
            line.push(' ');
            line.push_str(word);
        }
        lines.push(line);
    }
    lines.join("\n")
}

/// Documentation in one line of Markdown, for a cell of a table.
pub(crate) fn cell(docs: &[&str]) -> String {
    let text = prose(docs, "`").replace("\n\n", "\n");
    text.replace('\n', " ").replace('|', "\\|")
}
