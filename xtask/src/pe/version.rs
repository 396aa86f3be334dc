//! The version resource, read back from a file.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use object::{LittleEndian as LE, pe, read::pe::PeFile64};

use super::Expected;

/// What is wrong with the version resource.
pub(super) fn check(pe: &PeFile64<'_>, expected: &Expected<'_>) -> Result<Vec<String>> {
    let Some(info) = resource(pe)? else {
        return Ok(vec!["no version resource".into()]);
    };
    let version = read(&info)?;
    let mut findings = Vec::new();
    for (what, found) in [("file", &version.file), ("product", &version.product)] {
        if found != expected.version {
            findings.push(format!("{what} version {found}, not {}", expected.version));
        }
    }
    if version.kind != DRIVER {
        findings.push("the version resource is not a driver's".into());
    }
    let file = format!("{}.sys", expected.name);
    for (name, wanted) in [
        ("CompanyName", None),
        ("FileDescription", None),
        ("FileVersion", Some(expected.version)),
        ("LegalCopyright", None),
        ("OriginalFilename", Some(file.as_str())),
        ("ProductName", None),
        ("ProductVersion", Some(expected.version)),
    ] {
        let found = version.strings.get(name).map(String::as_str);
        if found.is_none_or(str::is_empty) || wanted.is_some_and(|wanted| found != Some(wanted)) {
            findings.push(format!("{name} is {found:?}"));
        }
    }
    Ok(findings)
}

/// VFT_DRV.
const DRIVER: u32 = 3;

#[derive(Debug)]
struct Version {
    file: String,
    product: String,
    kind: u32,
    strings: BTreeMap<String, String>,
}

/// The first version resource.
fn resource(pe: &PeFile64<'_>) -> Result<Option<Vec<u8>>> {
    let sections = pe.section_table();
    let Some(directory) = pe
        .data_directories()
        .resource_directory(pe.data(), &sections)?
    else {
        return Ok(None);
    };
    for kind in directory.root()?.entries {
        if kind.name_or_id().id() != Some(pe::RT_VERSION) {
            continue;
        }
        // Below the type stand names, and below them languages.
        let name = kind.data(directory)?.table().context("no table of names")?;
        let name = name.entries.first().context("no name")?;
        let language = name.data(directory)?.table().context("no languages")?;
        let language = language.entries.first().context("no language")?;
        let data = language.data(directory)?.data().context("no data")?;
        let bytes = sections
            .pe_data_at(pe.data(), data.offset_to_data.get(LE))
            .and_then(|bytes| bytes.get(..data.size.get(LE) as usize))
            .context("the version resource lies outside of the file")?;
        return Ok(Some(bytes.to_vec()));
    }
    Ok(None)
}

/// Reads `VS_VERSIONINFO`.
fn read(info: &[u8]) -> Result<Version> {
    let root = Block::read(info)?;
    ensure!(root.name == "VS_VERSION_INFO", "it is {:?}", root.name);
    let word = |at: usize| {
        let bytes = root.value.get(at * 4..)?.first_chunk()?;
        Some(u32::from_le_bytes(*bytes))
    };
    ensure!(word(0) == Some(0xFEEF_04BD), "no VS_FIXEDFILEINFO");
    let numbers = |at: usize| {
        let (high, low) = (word(at)?, word(at + 1)?);
        let numbers = [high >> 16, high & 0xFFFF, low >> 16, low & 0xFFFF];
        Some(numbers.map(|number| number.to_string()).join("."))
    };
    let mut strings = BTreeMap::new();
    for part in root.children()? {
        if part.name != "StringFileInfo" {
            continue;
        }
        for table in part.children()? {
            for string in table.children()? {
                let units = string.value.chunks_exact(2);
                let units: Vec<u16> = units
                    .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
                    .collect();
                let text = String::from_utf16_lossy(&units);
                strings.insert(string.name, text.trim_end_matches('\0').to_owned());
            }
        }
    }
    Ok(Version {
        file: numbers(2).context("no file version")?,
        product: numbers(4).context("no product version")?,
        kind: word(9).context("no type")?,
        strings,
    })
}

/// A block of the version resource.
struct Block<'a> {
    name: String,
    value: &'a [u8],
    rest: &'a [u8],
    length: usize,
}

impl<'a> Block<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self> {
        let word = |at: usize| -> Option<u16> {
            Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
        };
        let short = "the version resource ends too early";
        let length = usize::from(word(0).context(short)?);
        let mut value_length = usize::from(word(2).context(short)?);
        // Of a text, the length is told in characters.
        if word(4) == Some(1) {
            value_length *= 2;
        }
        let mut name = Vec::new();
        let mut at = 6;
        loop {
            let unit = word(at).context(short)?;
            at += 2;
            if unit == 0 {
                break;
            }
            name.push(unit);
        }
        let start = at.next_multiple_of(4);
        ensure!(length >= at, "{short}");
        let bytes = bytes.get(..length).context(short)?;
        let value = match value_length {
            0 => &[],
            _ => bytes.get(start..start + value_length).context(short)?,
        };
        let end = (start + value_length).next_multiple_of(4);
        Ok(Self {
            name: String::from_utf16(&name)?,
            value,
            rest: bytes.get(end..).unwrap_or_default(),
            length,
        })
    }

    fn children(&self) -> Result<Vec<Self>> {
        let mut children = Vec::new();
        let mut rest = self.rest;
        while !rest.is_empty() {
            let child = Block::read(rest)?;
            let next = child.length.next_multiple_of(4);
            children.push(child);
            rest = rest.get(next..).unwrap_or_default();
        }
        Ok(children)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_build_writes_is_read_back() {
        let written = driver_resource::Version {
            numbers: [1, 2, 3, 0],
            company: "somebody",
            description: "odd",
            file_name: "some.sys",
            copyright: "(c) 2026",
            product: "some",
        };
        let version = read(&written.to_version_info()).unwrap();
        assert_eq!(version.file, "1.2.3.0");
        assert_eq!(version.product, "1.2.3.0");
        assert_eq!(version.kind, DRIVER);
        let string = |name: &str| version.strings.get(name).map(String::as_str);
        assert_eq!(string("FileDescription"), Some("odd"));
        assert_eq!(string("LegalCopyright"), Some("(c) 2026"));
        assert_eq!(string("ProductVersion"), Some("1.2.3.0"));
        assert_eq!(version.strings.len(), 8);
        read(&written.to_version_info()[..40]).unwrap_err();
    }
}
