//! Structures.

use std::collections::BTreeMap;

use crate::{clang, report, rows};

const FACTS: &str = include_str!("../facts/kmdf-layout-x64.csv");

/// Structures of the facts that the headers don't declare.
const UNDECLARED: &[&str] = &[];

/// Size, alignment, and the members with their depth and offset, in the order of declaration.
#[derive(Debug, Default, PartialEq)]
struct Layout {
    size: u64,
    align: u64,
    members: Vec<(usize, String, u64)>,
}

type Layouts = BTreeMap<String, Layout>;

/// The table: a row without a member opens a structure. Members of a member are indented by two.
fn parse_facts(csv: &str) -> Layouts {
    let mut layouts = Layouts::new();
    for row in rows(csv) {
        let number = |column: usize| row[column].parse().unwrap();
        let layout = layouts.entry(row[0].to_owned()).or_default();
        if row[1].is_empty() {
            (layout.size, layout.align) = (number(4), number(5));
        } else {
            let name = row[1].trim_start();
            let depth = (row[1].len() - name.len()) / 2;
            layout.members.push((depth, name.to_owned(), number(2)));
        }
    }
    layouts
}

/// What clang makes of the framework's structures in the headers.
fn declared() -> Layouts {
    let args = ["-Xclang", "-fdump-record-layouts-complete"];
    let dump = clang::check(&clang::includes(), &args).unwrap_or_else(|errors| panic!("{errors}"));
    parse_dump(&dump)
}

/// Parses lines such as `24 |   ULONG_PTR Information` and `| [sizeof=16, align=8]`.
fn parse_dump(dump: &str) -> Layouts {
    let mut layouts = Layouts::new();
    for record in dump.split("*** Dumping AST Record Layout").skip(1) {
        let mut lines = record.lines().filter_map(|line| line.split_once(" | "));
        let Some((_, title)) = lines.next() else {
            continue;
        };
        let Some(name) = title.strip_prefix("struct ") else {
            continue;
        };
        // Handles are pointers to structures of their own, which the facts do not list.
        if !name.starts_with("_WDF") || name.contains("::") {
            continue;
        }
        let mut layout = Layout::default();
        for (offset, text) in lines {
            if let Some(sizes) = text.trim_start().strip_prefix("[sizeof=") {
                let (size, align) = sizes.trim_end_matches(']').split_once(", align=").unwrap();
                (layout.size, layout.align) = (size.parse().unwrap(), align.parse().unwrap());
                break;
            }
            // The facts leave out members of unnamed types, and go on with what these hold.
            if text.contains("(unnamed at ") || text.contains("(anonymous at ") {
                continue;
            }
            let depth = (text.len() - text.trim_start().len()) / 2 - 1;
            let name = text.rsplit(' ').next().unwrap_or_default();
            layout
                .members
                .push((depth, name.to_owned(), offset.trim().parse().unwrap()));
        }
        layouts.insert(name.to_owned(), layout);
    }
    layouts
}

fn compare(facts: &Layouts, declared: &Layouts) -> Vec<String> {
    let mut findings = Vec::new();
    for (name, fact) in facts {
        match declared.get(name) {
            None if UNDECLARED.contains(&name.as_str()) => {}
            None => findings.push(format!("{name} is not declared")),
            Some(_) if UNDECLARED.contains(&name.as_str()) => {
                findings.push(format!("{name} is declared, take it off the list"));
            }
            Some(layout) if layout != fact => {
                findings.push(format!(
                    "{name} is\n  {layout:?}\nand should be\n  {fact:?}"
                ));
            }
            Some(_) => {}
        }
    }
    let unknown = declared.keys().filter(|name| !facts.contains_key(*name));
    findings.extend(unknown.map(|name| format!("nothing is known of {name}")));
    findings
}

#[test]
fn structures_have_the_layout_of_the_facts() {
    let facts = parse_facts(FACTS);
    assert_eq!(facts.len(), 55, "the table of facts itself");
    report(&compare(&facts, &declared()));
}

/// Each single number of the table matters.
#[test]
fn a_wrong_fact_is_found() {
    let declared = declared();
    for (line, row) in FACTS.lines().enumerate().skip(1) {
        let columns: Vec<_> = row.split(',').collect();
        for column in [2, 4, 5] {
            let Ok(value) = columns[column].parse::<u64>() else {
                continue;
            };
            let mut wrong = columns.clone();
            let value = (value + 1).to_string();
            wrong[column] = &value;
            let table: Vec<_> = FACTS.lines().map(str::to_owned).collect();
            let table = [&table[..line], &[wrong.join(",")], &table[line + 1..]].concat();
            let findings = compare(&parse_facts(&table.join("\n")), &declared);
            assert_eq!(findings.len(), 1, "{wrong:?}: {findings:?}");
            assert!(
                findings[0].starts_with(columns[0]),
                "{wrong:?}: {findings:?}"
            );
        }
    }
}
