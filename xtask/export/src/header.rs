//! The C header.
//!
//! cbindgen writes the structures and types. It can't see through the macros that declare them in
//! plug61883-abi (the compiler's expansion needs a nightly toolchain), so it is given the plain
//! declarations that the build script has read out of these macros. The constants it can't
//! write: control codes are made by a `const fn`, statuses by a macro, and all numbers would come
//! out as decimals. They are written here, from the tables.

use std::fmt::Write;

use anyhow::{Context, Result, ensure};
use cbindgen::{Builder, Config, DocumentationStyle, Language, Style};

use crate::names;
use crate::tables::{
    CONSTANTS, Constant, Constants, ENUMERATIONS, NUMBERS, REGISTERS, STATUSES, STRUCTURES, Value,
};

const BANNER: &str = "\
// The IOCTL interface of plug61883.sys, for C and C++, 32 and 64 bits. docs/ioctl.md explains it.
//
// Written by `cargo xtask header` from the Rust crate plug61883-abi: do not edit.
//
// SPDX-License-Identifier: MIT OR Apache-2.0

#ifndef PLUG61883_H
#define PLUG61883_H";

/// What only the driver and its installation need.
const NOT_FOR_CLIENTS: &[&str] = &["DEVICE_NAME", "LINK_NAME", "DEVICE_SDDL"];

/// The header's text.
pub(crate) fn text() -> Result<String> {
    let mut names: Vec<String> = NUMBERS
        .iter()
        .map(|number| names::ty(number.name))
        .collect();
    names.extend(STRUCTURES.iter().map(|structure| names::ty(structure.name)));
    let mut config = Config {
        language: Language::C,
        style: Style::Both,
        header: Some(BANNER.into()),
        documentation: true,
        documentation_style: DocumentationStyle::C99,
        no_includes: true,
        sys_includes: vec!["stdint.h".into()],
        after_includes: Some(constants()),
        trailer: Some(assertions()),
        line_length: 100,
        tab_width: 4,
        ..Config::default()
    };
    config.export.include = names;

    let folder = tempfile::tempdir()?;
    let source = folder.path().join("declarations.rs");
    std::fs::write(&source, declarations())?;
    let bindings = Builder::new()
        .with_config(config)
        .with_src(&source)
        .generate()
        .context("cbindgen refuses the declarations")?;
    let mut header = Vec::new();
    bindings.write(&mut header);
    let header = String::from_utf8(header)?;
    for structure in STRUCTURES {
        let name = names::ty(structure.name);
        ensure!(
            header.contains(&format!("}} {name};")),
            "cbindgen left {name} out"
        );
    }
    Ok(header)
}

/// Types and structures in plain Rust, by their names in C.
fn declarations() -> String {
    let mut text = String::new();
    let docs = |text: &mut String, indent: &str, docs: &[&str]| {
        let _ = writeln!(text, "{}", names::comment(docs, &format!("{indent}///")));
    };
    for number in NUMBERS {
        // Of a number that is no id, the rest is about Rust.
        let lines = match number.none {
            Some(_) => names::prose(number.docs, ""),
            None => first_sentence(&names::prose(number.docs, "")),
        };
        docs(&mut text, "", &[&lines]);
        let _ = writeln!(text, "pub type {} = {};", names::ty(number.name), number.ty);
    }
    for structure in STRUCTURES {
        docs(&mut text, "", structure.docs);
        let _ = writeln!(
            text,
            "#[repr(C)]\npub struct {} {{",
            names::ty(structure.name)
        );
        for field in structure.fields {
            docs(&mut text, "    ", field.docs);
            let ty = match field.ty {
                "u8" | "u16" | "u32" | "u64" => field.ty.to_owned(),
                other => names::ty(other),
            };
            let ty = match field.length {
                "" => ty,
                length => {
                    let length = names::resolve(length).unwrap_or_else(|| length.into());
                    format!("[{ty}; {length}]")
                }
            };
            let _ = writeln!(text, "    pub {}: {ty},", field.name);
        }
        text.push_str("}\n");
    }
    text
}

fn first_sentence(text: &str) -> String {
    match text.split_once(". ") {
        Some((first, _)) => format!("{first}."),
        None => text.to_owned(),
    }
}

fn constants() -> String {
    let mut text = String::new();
    for group in CONSTANTS.iter().chain(ENUMERATIONS) {
        heading(&mut text, group.docs);
        for constant in group.constants {
            define(&mut text, group, constant);
        }
    }
    text.push_str("\n// Ids that name nothing.\n\n");
    for number in NUMBERS {
        if let Some(none) = number.none {
            let _ = writeln!(
                text,
                "#define {} UINT64_C({none})",
                names::none(number.name)
            );
        }
    }
    for register in REGISTERS {
        heading(&mut text, register.docs);
        for field in register.fields {
            let name = names::register_field(register.name, field.name);
            let _ = writeln!(text, "{}", names::comment(field.docs, "//"));
            let _ = writeln!(text, "#define {name}_MASK 0x{:08X}u", field.mask);
            let _ = writeln!(
                text,
                "#define {name}_SHIFT {}u",
                field.mask.trailing_zeros()
            );
        }
    }
    text.push_str(
        "\n// NTSTATUS values by which requests end; others can come from the drivers below.\n\n",
    );
    for status in STATUSES {
        let name = names::status(status.name);
        let _ = writeln!(
            text,
            "#define {name} 0x{:08X}u // {}",
            status.value, status.text
        );
    }
    text
}

fn define(text: &mut String, group: &Constants, constant: &Constant) {
    if NOT_FOR_CLIENTS.contains(&constant.name) {
        return;
    }
    if constant.code {
        text.push('\n');
    }
    let name = names::constant(group.name, constant);
    let _ = writeln!(text, "{}", names::comment(constant.docs, "//"));
    let _ = match constant.value {
        Value::Text(value) => {
            let value = value.replace('\\', "\\\\");
            writeln!(
                text,
                "#define {name} \"{value}\"\n#define {name}_W L\"{value}\""
            )
        }
        Value::Number(value) => writeln!(text, "#define {name} {}", number(group, constant, value)),
    };
}

/// Control codes and bits in hexadecimal, counts in decimal.
fn number(group: &Constants, constant: &Constant, value: u64) -> String {
    if constant.code {
        format!("0x{value:08X}u")
    } else if group.name.is_some_and(is_bits) {
        format!("0x{value:02X}u")
    } else {
        format!("{value}u")
    }
}

/// The constants of this group may be combined.
pub(crate) fn is_bits(group: &str) -> bool {
    group.ends_with("_flags") && group != "unit_info_flags"
        || matches!(group, "diag_level" | "ends")
}

fn heading(text: &mut String, docs: &[&str]) {
    text.push('\n');
    if !docs.is_empty() {
        let _ = writeln!(text, "{}\n", names::comment(docs, "//"));
    }
}

/// Sizes, held when the header is compiled.
fn assertions() -> String {
    let mut text = String::from(
        "// Every structure has the size that the driver gives it, or compiling stops here.\n\
         #define PLUG61883_SIZE(type, size) typedef char type##_SIZE[sizeof(type) == (size) ? 1 : -1]\n",
    );
    for structure in STRUCTURES {
        let name = names::ty(structure.name);
        let _ = writeln!(text, "PLUG61883_SIZE({name}, {});", structure.size);
    }
    text.push_str("#undef PLUG61883_SIZE\n\n#endif // PLUG61883_H");
    text
}
