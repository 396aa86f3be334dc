//! The tables of docs/teardown.md are those of the code.
//!
//! With `UPDATE_DOCS` set, the test writes them.

use std::fmt::Write;
use std::path::Path;

use crate::links::{Call, LinkCode, LinkError, Problem, Win32};

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/teardown.md");

/// Exit code of plugctl for an answer.
fn exit(call: Call, code: LinkCode) -> &'static str {
    let error = LinkError::answer(call, code);
    if code.is_success() {
        "0"
    } else if error.is_absent() {
        "3"
    } else if error.is_already_disconnected() {
        "1; 0 with `--idempotent`"
    } else {
        "1"
    }
}

/// A row for each answer of a function.
fn answers(call: Call, codes: &[LinkCode]) -> String {
    let mut table =
        "| answer | number | meaning | again? | exit |\n|---|---|---|---|---|\n".to_owned();
    for code in codes {
        let (name, meaning) = (code.name().unwrap_or("?"), call.meaning(*code));
        let number = match code {
            LinkCode::ConfigRet(code) => format!("0x{:02X}", code.0),
            LinkCode::Win32(code) => code.0.to_string(),
            code => format!("0x{:08X}", code.number()),
        };
        let error = LinkError::answer(call, *code);
        let again = if error.may_help_again() { "yes" } else { "" };
        let (meaning, exit) = (meaning.unwrap_or("?"), exit(call, *code));
        let _ = writeln!(
            table,
            "| `{name}` | {number} | {meaning} | {again} | {exit} |"
        );
    }
    table
}

fn problems() -> String {
    let mut table = "| problem | number | meaning |\n|---|---|---|\n".to_owned();
    for problem in Problem::NAMED.iter().skip(1) {
        let (name, meaning) = (problem.name().unwrap_or("?"), problem.meaning());
        let meaning = meaning.unwrap_or("?");
        let _ = writeln!(table, "| `{name}` | {} | {meaning} |", problem.0);
    }
    table
}

fn table(name: &str) -> Option<String> {
    Some(match name {
        "connector" => answers(
            Call::DisconnectConnector,
            &Call::DisconnectConnector.documented(),
        ),
        "network" => answers(
            Call::DisconnectNetwork,
            &Call::DisconnectNetwork.documented(),
        ),
        "router" => {
            let codes: Vec<_> = Win32::NAMED.iter().copied().map(LinkCode::Win32).collect();
            answers(Call::ConnectRouter, &codes)
        }
        "machine" => answers(
            Call::DisconnectMachine,
            &Call::DisconnectMachine.documented(),
        ),
        "problems" => problems(),
        _ => return None,
    })
}

/// The document with its tables made anew, and how many there are.
fn fresh(text: &str) -> (String, usize) {
    let (mut fresh, mut rest, mut count) = (String::new(), text, 0);
    while let Some((before, after)) = rest.split_once("<!-- table: ") {
        let (name, after) = after.split_once(" -->").expect("a table's name ends");
        let (_, after) = after.split_once("<!-- end -->").expect("a table ends");
        let table = table(name).unwrap_or_else(|| panic!("no table {name}"));
        let _ = write!(
            fresh,
            "{before}<!-- table: {name} -->\n\n{table}\n<!-- end -->"
        );
        rest = after;
        count += 1;
    }
    (fresh + rest, count)
}

#[test]
fn the_tables_are_those_of_the_code() {
    let text = std::fs::read_to_string(Path::new(DOCUMENT)).expect("docs/teardown.md");
    let (fresh, count) = fresh(&text);
    assert_eq!(count, 5);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(DOCUMENT, &fresh).expect("written");
    } else {
        assert!(
            text == fresh,
            "run the tests of plug61883 with UPDATE_DOCS=1"
        );
    }
}
