//! Completions and manual pages.

use std::path::{Path, PathBuf};
use std::{env, fs, process};

use clap::{Command, CommandFactory};

use super::*;
use crate::cli::Cli;

fn run_alone(line: &str) -> Ran {
    run_closed(line, &|_| unreachable!("nothing to open"))
}

/// The words of every command that is shown, the program's name first.
fn words(command: &Command, above: &[String], found: &mut Vec<Vec<String>>) {
    let mut here = above.to_vec();
    here.push(command.get_name().to_owned());
    for below in command.get_subcommands().filter(|it| !it.is_hide_set()) {
        words(below, &here, found);
    }
    found.push(here);
}

fn all_commands() -> Vec<Vec<String>> {
    let mut found = Vec::new();
    words(&Cli::command(), &[], &mut found);
    assert!(found.len() > 25, "{found:?}");
    found
}

#[test]
fn every_shell_completes_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = run_alone(&format!("completions {shell}"));
        assert_eq!((ran.exit, &*ran.err), (Exit::Done, ""), "{shell}");
        assert_eq!(ran, run_alone(&format!("completions {shell}")));
        for words in all_commands() {
            let word = words.last().unwrap();
            assert!(ran.out.contains(word), "{shell}: {words:?}");
        }
        for option in ["timeout", "persist", "broadcast", "json"] {
            assert!(ran.out.contains(option), "{shell}: {option}");
        }
        let document = run_alone(&format!("completions {shell} --json"));
        let document: serde_json::Value = serde_json::from_str(&document.out).unwrap();
        assert_eq!(document["script"], ran.out);
    }
}

/// A folder that is deleted at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = env::temp_dir().join(format!("plugctl-{}-{name}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left is in a folder for such things.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Every file of a folder, by name.
fn files(folder: &Path) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let mut files: Vec<_> = entries
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read_to_string(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    files
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = Folder::new("man");
    let write = |name: &str| {
        let folder = folder.0.join(name);
        let ran = run_alone(&format!("man {}", folder.display()));
        assert_eq!(ran, done(""));
        files(&folder)
    };
    let pages = write("first");
    let mut expected: Vec<_> = all_commands()
        .iter()
        .map(|words| format!("{}.1", words.join("-")))
        .collect();
    expected.sort();
    let got: Vec<_> = pages.iter().map(|(name, _)| name.clone()).collect();
    assert_eq!(got, expected);
    for (name, page) in &pages {
        for part in [".TH", ".SH NAME", ".SH SYNOPSIS", "\"plugctl 0."] {
            assert!(page.contains(part), "{name} lacks {part}: {page}");
        }
    }
    // The same again: nothing of the day or the machine is in them.
    assert_eq!(write("first"), pages);
    assert_eq!(write("second"), pages);
    let ran = run_alone(&format!("man {} --json", folder.0.join("first").display()));
    let document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(document["pages"].as_array().unwrap().len(), pages.len());
}

#[test]
fn pages_that_cannot_be_written_are_told() {
    let folder = Folder::new("no-folder");
    let file = folder.0.join("file");
    fs::write(&file, "").unwrap();
    let ran = run_alone(&format!("man {}", file.display()));
    assert_eq!((ran.exit, ran.err.lines().count()), (Exit::Failed, 1));
    assert!(
        ran.err.starts_with("error: could not write "),
        "{}",
        ran.err
    );
}

/// Help fits a console of 80 columns.
#[test]
fn help_fits_eighty_columns() {
    for words in all_commands() {
        let words = words[1..].join(" ");
        let ran = run_alone(&format!("{words} --help"));
        assert_eq!((ran.exit, &*ran.err), (Exit::Done, ""), "{words}");
        for text in ran.out.lines() {
            assert!(text.chars().count() <= 80, "{words}: {text}");
        }
    }
}
