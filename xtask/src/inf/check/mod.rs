//! What Microsoft's InfVerif is documented to refuse, as far as it can meet a driver package of
//! ours: the rules of a WHQL signature (`/h`) and of an isolated Windows driver (`/w`).
//!
//! This is a reading of the documentation, not InfVerif itself, which runs on Windows. It is
//! stricter: a directive or section that the packages have no use for is refused as a whole.

mod install;
mod models;
#[cfg(test)]
mod tests;
mod version;

use std::collections::BTreeSet;
use std::fmt;

use super::text::{Inf, Section, tokens};
use super::{Arch, Stamp};

/// What is wrong with an INF.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The number that InfVerif has for it.
    pub(crate) code: u16,
    /// What it is.
    pub(crate) text: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (as InfVerif {})", self.text, self.code)
    }
}

/// Checks a stamped INF. `exists` tells whether the package's folder holds a file.
pub(crate) fn check(inf: &Inf, stamp: &Stamp, exists: &dyn Fn(&str) -> bool) -> Vec<Finding> {
    let mut check = Check {
        inf,
        stamp,
        exists,
        findings: Vec::new(),
        used: BTreeSet::new(),
        is_extension: false,
    };
    check.sections();
    check.version();
    check.source();
    for (section, install) in check.models() {
        check.install(&section, &install);
    }
    check.strings();
    check.unused();
    check.findings
}

struct Check<'a> {
    inf: &'a Inf,
    stamp: &'a Stamp,
    exists: &'a dyn Fn(&str) -> bool,
    findings: Vec<Finding>,
    /// Sections that something leads to, in small letters.
    used: BTreeSet<String>,
    is_extension: bool,
}

impl<'a> Check<'a> {
    fn find(&mut self, code: u16, text: impl Into<String>) {
        let finding = Finding {
            code,
            text: text.into(),
        };
        // What two sections lead to is checked twice.
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    /// A section that is referred to.
    fn section(&mut self, name: &str, from: &str) -> Option<&'a Section> {
        self.used.insert(name.to_ascii_lowercase());
        let section = self.inf.section(name);
        if section.is_none() {
            self.find(
                1203,
                format!("section [{name}], named in {from}, is missing"),
            );
        }
        section
    }

    /// A value that must be there and not empty.
    fn required(&mut self, section: &'a Section, key: &str, code: u16) -> Option<&'a str> {
        let value = section.value(key).filter(|value| !value.is_empty());
        if value.is_none() {
            self.find(code, format!("[{}] has no {key}", section.name));
        }
        if section.all(key).count() > 1 {
            self.find(1088, format!("[{}] has {key} twice", section.name));
        }
        value
    }

    /// Every key must be one of these.
    fn only(&mut self, section: &Section, keys: &[&str]) {
        for line in &section.lines {
            if keys.iter().any(|key| line.is(key)) {
                continue;
            }
            let key = line.key.as_deref().unwrap_or_else(|| line.field(0));
            let legacy = LEGACY.iter().any(|legacy| legacy.eq_ignore_ascii_case(key));
            self.find(
                if legacy { 1300 } else { 2004 },
                format!("[{}] has {key}", section.name),
            );
        }
    }

    fn sections(&mut self) {
        let mut names = BTreeSet::new();
        for section in &self.inf.sections {
            let name = section.name.to_ascii_lowercase();
            if name.starts_with("classinstall32") {
                self.find(1285, format!("[{}] for a class of Windows", section.name));
            }
            if LEGACY_SECTIONS
                .iter()
                .any(|legacy| name == *legacy || name.ends_with(&format!(".{legacy}")))
            {
                self.find(1307, format!("[{}] is a legacy section", section.name));
            }
            if name.contains('$') {
                self.find(1274, format!("[{}] was not stamped", section.name));
            }
            if !names.insert(name) {
                self.find(1209, format!("[{}] is there twice", section.name));
            }
        }
    }

    /// Where files come from and go to: the driver store alone.
    fn source(&mut self) {
        if let Some(section) = self.section("DestinationDirs", "the rules") {
            for line in &section.lines {
                if line.field(0) != "13" {
                    let key = line.key.as_deref().unwrap_or_default();
                    self.find(1322, format!("{key} does not go to the driver store (13)"));
                }
                if !line.field(1).is_empty() {
                    self.find(
                        1100,
                        "files are copied into another folder of the driver store",
                    );
                }
            }
            if section.lines.is_empty() {
                self.find(1275, "[DestinationDirs] is empty");
            }
        }
        let Some(files) = self.section("SourceDisksFiles", "the rules") else {
            return;
        };
        let disks = self.section("SourceDisksNames", "the rules");
        for line in &files.lines {
            let file = line.key.as_deref().unwrap_or_default();
            let disk = line.field(0);
            if disks.is_none_or(|disks| disks.all(disk).next().is_none()) {
                self.find(
                    1273,
                    format!("{file} is on disk {disk:?}, which is not named"),
                );
            }
            if !line.field(1).is_empty() {
                self.find(1100, format!("{file} comes from a folder of its own"));
            }
            if file.to_ascii_lowercase().ends_with(".cat") {
                self.find(1213, format!("{file} is no source file"));
            }
            if !(self.exists)(file) {
                self.find(1230, format!("{file} is not in the package"));
            }
        }
    }

    /// Every token is defined, and each that is defined is used.
    fn strings(&mut self) {
        self.used.insert("strings".into());
        let strings = self.inf.strings();
        let mut left: BTreeSet<&str> = strings.keys().map(String::as_str).collect();
        for section in &self.inf.sections {
            for line in &section.lines {
                for text in line.key.iter().chain(&line.fields) {
                    if !text.is_ascii() {
                        self.find(1003, format!("[{}] is not plain ASCII", section.name));
                    }
                    for token in tokens(text) {
                        let token = token.to_ascii_lowercase();
                        left.remove(token.as_str());
                        if !strings.contains_key(&token) {
                            self.find(1235, format!("%{token}% is not in [Strings]"));
                        }
                    }
                }
            }
        }
        for token in left {
            self.find(2083, format!("%{token}% is used nowhere"));
        }
    }

    fn unused(&mut self) {
        for section in &self.inf.sections {
            if !self.used.contains(&section.name.to_ascii_lowercase()) {
                self.find(2083, format!("nothing leads to [{}]", section.name));
            }
        }
    }

    /// A text with its tokens replaced.
    fn expand(&self, text: &str) -> String {
        let strings = self.inf.strings();
        tokens(text).fold(text.to_owned(), |expanded, token| {
            match strings.get(&token.to_ascii_lowercase()) {
                Some(value) => expanded.replace(&format!("%{token}%"), value),
                None => expanded,
            }
        })
    }
}

/// `{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}`.
fn is_guid(text: &str) -> bool {
    let Some(inner) = text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'))
    else {
        return false;
    };
    let lengths: Vec<usize> = inner.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12]
        && inner
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// Directives of old, which Windows ignores or refuses today.
const LEGACY: &[&str] = &[
    "BitReg",
    "CoInstallers32",
    "CopyINF",
    "DelFiles",
    "DelProperty",
    "DelReg",
    "DelService",
    "DriverPackageDisplayName",
    "DriverPackageType",
    "Ini2Reg",
    "LayoutFile",
    "LogConfig",
    "ProfileItems",
    "Reboot",
    "RegisterDlls",
    "RenFiles",
    "Restart",
    "UnregisterDlls",
    "UpdateIniFields",
    "UpdateInis",
];

/// Sections of old, by the end of their names.
const LEGACY_SECTIONS: &[&str] = &[
    "coinstallers",
    "defaultinstall",
    "defaultuninstall",
    "factdef",
    "logconfigoverride",
    "manualskip",
    "poweroff",
];

/// The first build of Windows whose setup knows `AddFilter`: version 1903.
const ADD_FILTER: u32 = 18_362;

/// The decorations of sections for an architecture, the most specific first.
fn decorations(arch: Arch) -> [String; 2] {
    [format!("NT{}", arch.decoration()), "NT".to_owned()]
}
