//! What is committed is what would be written, and nothing in it can be stale.

use std::collections::BTreeSet;

use plug61883_abi::ioctl::CODES;

use crate::tables::{
    CONSTANTS, Constant, ENUMERATIONS, MODULE_DOCS, NUMBERS, REGISTERS, STATUSES, STRUCTURES,
    codes, number,
};
use crate::{API, DOCUMENT, HEADER, api, document, header, names, read};

const HINT: &str = "is not what the sources say now; run: cargo xtask header";

#[test]
fn the_list_of_the_librarys_items_is_up_to_date() {
    let text = read(API).unwrap();
    assert!(text == api::text().unwrap(), "{API} {HINT}");
    // Types, a function of each kind, an error: nothing of a whole kind is missing.
    for item in [
        "pub struct Connection {}",
        "pub fn disconnect(mut self) -> Result<Answer, Error> {}",
        "pub enum ErrorKind {",
        "pub trait Transport: Send + Sync {",
        "impl From<&Plug> for PlugId {}",
    ] {
        assert!(text.contains(item), "{item}");
    }
    assert!(!text.contains("pub(crate)"), "that is not public");
}

#[test]
fn the_header_is_up_to_date() {
    assert!(
        read(HEADER).unwrap() == header::text().unwrap(),
        "{HEADER} {HINT}"
    );
}

#[test]
fn the_document_is_up_to_date() {
    let text = read(DOCUMENT).unwrap();
    assert!(
        document::updated(&text).unwrap() == text,
        "{DOCUMENT} {HINT}"
    );
}

#[test]
fn every_control_code_was_found() {
    let found: Vec<u64> = codes().filter_map(number).collect();
    assert_eq!(found, CODES.map(u64::from));
}

#[test]
fn no_name_comes_twice() {
    let header = header::text().unwrap();
    let mut seen = BTreeSet::new();
    for line in header.lines() {
        let name = line
            .strip_prefix("#define ")
            .or_else(|| line.strip_prefix("} "))
            .and_then(|rest| rest.split([' ', ';']).next());
        if let Some(name) = name {
            assert!(name.starts_with("PLUG61883_"), "{name}");
            assert!(seen.insert(name), "{name} comes twice");
        }
    }
    assert!(seen.len() > 200, "{}", seen.len());
}

#[test]
fn every_link_leads_somewhere() {
    let constants = CONSTANTS.iter().chain(ENUMERATIONS);
    let of_constants = constants.flat_map(|group| {
        [group.docs]
            .into_iter()
            .chain(group.constants.iter().map(docs))
    });
    let of_structures = STRUCTURES.iter().flat_map(|structure| {
        [structure.docs]
            .into_iter()
            .chain(structure.fields.iter().map(|field| field.docs))
    });
    let of_registers = REGISTERS.iter().flat_map(|register| {
        [register.docs]
            .into_iter()
            .chain(register.fields.iter().map(|field| field.docs))
    });
    let of_numbers = NUMBERS.iter().map(|number| number.docs);
    let all = of_constants
        .chain(of_structures)
        .chain(of_registers)
        .chain(of_numbers);
    for docs in all {
        for link in names::links(docs) {
            assert!(link.target().is_some(), "{}: in {docs:?}", link.shown);
        }
    }
}

fn docs(constant: &Constant) -> &'static [&'static str] {
    constant.docs
}

/// Every code, and everything that a request or a reply can hold.
#[test]
fn the_document_leaves_nothing_out() {
    let text = read(DOCUMENT).unwrap();
    let (_, tables) = document::by_hand(&text);
    for code in codes() {
        let table = format!("code {}", code.name);
        assert!(tables.contains(&&*table), "no section of {}", code.name);
    }
    for structure in STRUCTURES {
        let name = names::ty(structure.name);
        let described = [format!(": `{name}`, "), format!("\n`{name}`, ")];
        assert!(
            described.iter().any(|start| text.contains(start)),
            "{name} is not described"
        );
    }
    for group in CONSTANTS.iter().chain(ENUMERATIONS) {
        let Some(name) = group.name else { continue };
        let table = format!("constants {name}");
        assert!(tables.contains(&&*table), "no table of {name}");
    }
    assert!(
        MODULE_DOCS
            .iter()
            .any(|line| line.starts_with("| mistake |"))
    );
}

/// Words with digits that are names. Any other number belongs into a table, where it can't go
/// stale.
const NAMES: &[&str] = &[
    "61883",
    "61883-1",
    "61883.sys",
    "61883.h",
    "plug61883",
    "plug61883.sys",
    "plug61883.h",
    "Plug61883",
    "1394",
    "EUI-64",
    "Win32",
    "UTF-16",
    "32-bit",
    "64-bit",
];

#[test]
fn no_number_is_written_by_hand() {
    let text = read(DOCUMENT).unwrap();
    let (by_hand, _) = document::by_hand(&text);
    let header = header::text().unwrap();
    let word = |letter: char| letter.is_alphanumeric() || "_.-".contains(letter);
    for found in by_hand.split(|letter| !word(letter)) {
        // The link to a section is its heading in small letters.
        let link = found
            .starts_with("plug61883_")
            .then(|| found.to_uppercase());
        let found = link.as_deref().unwrap_or(found).trim_matches(['.', '-']);
        if found.starts_with("PLUG61883_") {
            let is_group = found.ends_with('_');
            let known = header.split(|letter| !word(letter)).any(|name| {
                let name = name.trim_matches('.');
                name == found || is_group && name.starts_with(found)
            });
            assert!(known, "{found} is not in the header");
        } else if found.starts_with("STATUS_") {
            let known = STATUSES
                .iter()
                .any(|status| found == format!("STATUS_{}", status.name));
            assert!(known, "{found} is no status of plug61883-abi");
        } else if found.contains(|letter: char| letter.is_ascii_digit()) {
            assert!(
                NAMES.contains(&found),
                "the number {found:?} stands outside the tables"
            );
        }
    }
}
