//! Notices of what is linked into drivers and programs: names, versions, licences and their texts,
//! from the sources that Cargo has, without a network.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process::{cargo, output};

/// What is shipped, and the target that it is built for.
const SHIPPED: &[(&str, &str)] = &[
    ("plug61883-driver", "x86_64-pc-windows-msvc"),
    ("plugctl", "x86_64-pc-windows-gnu"),
];

/// Licences that ask for no more than their notice; of `A OR B` one must be among them.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "OFL-1.1",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
];

/// Begins of the names of files that hold a licence.
const FILES: &[&str] = &["licen", "copying", "notice", "unlicense", "copyright"];

/// The notices. A package whose licence is none of [`ALLOWED`] is an error.
pub(crate) fn notices() -> Result<String> {
    let metadata = output(cargo().args(["metadata", "--locked", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let known = metadata["packages"].as_array().context("no packages")?;
    let mut packages = BTreeMap::new();
    for (root, target) in SHIPPED {
        for (name, version) in linked(root, target)? {
            let package = known
                .iter()
                .find(|package| package["name"] == *name && package["version"] == *version)
                .with_context(|| format!("no package {name} {version}"))?;
            if !package["source"].is_null() {
                packages.insert((name, version), read(package)?);
            }
        }
    }
    let mut text = String::from(
        "plug61883 contains these works of others.\n\nThe standard library of Rust, \
         MIT OR Apache-2.0, https://github.com/rust-lang/rust\n",
    );
    for package in packages.values() {
        text.push_str(&format!(
            "{} {}, {}, {}\n",
            package.name, package.version, package.licence, package.repository
        ));
    }
    // The same text is shown once, with all that have it.
    let mut texts: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for package in packages.values() {
        for licence in &package.texts {
            let owner = format!("{} {}", package.name, package.version);
            texts.entry(licence).or_default().push(owner);
        }
    }
    for (licence, owners) in texts {
        text.push_str(&format!(
            "\n{:-<80}\n{}\n\n{licence}\n",
            "",
            owners.join(", ")
        ));
    }
    Ok(text)
}

struct Package {
    name: String,
    version: String,
    licence: String,
    repository: String,
    texts: BTreeSet<String>,
}

/// Names and versions of what a package links, itself included. Macros run in the compiler, and what
/// they need does so too.
fn linked(root: &str, target: &str) -> Result<BTreeSet<(String, String)>> {
    let tree = output(cargo().args([
        "tree",
        "--locked",
        "--package",
        root,
        "--target",
        target,
        "--edges",
        "normal,no-proc-macro",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]))?;
    // NAME vVERSION, and for some a path or a mark.
    tree.lines()
        .filter(|line| !line.is_empty())
        .map(|line| {
            let mut words = line.split(' ');
            let name = words.next().context("no name")?;
            let version = words.next().and_then(|word| word.strip_prefix('v'));
            let version = version.with_context(|| format!("no version: {line}"))?;
            Ok((name.to_owned(), version.to_owned()))
        })
        .collect()
}

fn read(package: &Value) -> Result<Package> {
    let name = string(&package["name"]);
    let licence = string(&package["license"]);
    if !is_allowed(&licence) {
        bail!("{name} has licence {licence:?}, which is not listed as one that may be linked");
    }
    let manifest = string(&package["manifest_path"]);
    let folder = Path::new(&manifest).parent().context("no folder")?;
    let mut texts = BTreeSet::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let file = file.to_ascii_lowercase();
        if path.is_file() && FILES.iter().any(|start| file.starts_with(start)) {
            let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            texts.insert(text.replace("\r\n", "\n").trim().to_owned());
        }
    }
    Ok(Package {
        version: string(&package["version"]),
        repository: string(&package["repository"]),
        name,
        licence,
        texts,
    })
}

/// Whether an SPDX expression can be met by what is allowed. Without parentheses, as `AND` binds
/// stronger than `OR`; a `/` is an old form of `OR`.
fn is_allowed(expression: &str) -> bool {
    let plain = |licence: &str| {
        let licence = licence.trim().trim_matches(['(', ')']);
        let licence = licence.split(" WITH ").next().unwrap_or(licence);
        ALLOWED.contains(&licence)
    };
    if expression.contains('(') {
        // Whatever the parentheses mean, nothing else is in it.
        return expression
            .split(" AND ")
            .all(|part| part.split(" OR ").any(plain));
    }
    expression
        .replace('/', " OR ")
        .split(" OR ")
        .any(|part| part.split(" AND ").all(plain))
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences() {
        for good in [
            "MIT",
            "MIT OR Apache-2.0",
            "MIT/Apache-2.0",
            "GPL-3.0 OR MIT",
            "Apache-2.0 WITH LLVM-exception",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
        ] {
            assert!(is_allowed(good), "{good}");
        }
        for bad in [
            "",
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "(MIT OR Apache-2.0) AND GPL-3.0",
        ] {
            assert!(!is_allowed(bad), "{bad}");
        }
    }

    #[test]
    fn what_is_linked_is_named() {
        let notices = notices().unwrap();
        for name in ["zerocopy ", "wdk-sys ", "clap_builder ", "windows-sys "] {
            assert!(notices.lines().any(|line| line.starts_with(name)), "{name}");
        }
        // Macros, build scripts' needs and the workspace's own are not.
        for name in ["bindgen ", "syn ", "plug61883-engine "] {
            assert!(
                !notices.lines().any(|line| line.starts_with(name)),
                "{name}"
            );
        }
        assert!(notices.contains("Permission is hereby granted"));
        assert_eq!(notices, super::notices().unwrap());
    }
}
