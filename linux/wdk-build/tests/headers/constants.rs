//! Enumerations.

use std::collections::BTreeSet;

use crate::{clang, report, rows};

const FACTS: &str = include_str!("../facts/kmdf-enums.csv");

fn findings(csv: &str) -> Vec<String> {
    // By their 32 bits: one of the constants is negative in C, and the table gives it as unsigned.
    let assertions = rows(csv).map(|row| (format!("(unsigned){} == {}u", row[1], row[2]), row[1]));
    clang::failed_assertions(assertions)
}

#[test]
fn constants_have_the_values_of_the_facts() {
    assert_eq!(rows(FACTS).count(), 671, "the table of facts itself");
    report(&findings(FACTS));
}

#[test]
fn a_wrong_fact_is_found() {
    let wrong = FACTS.replacen("WdfTrue,1", "WdfTrue,2", 1);
    let wrong = wrong.replacen(
        "WdfFileObjectCanBeOptional,2147483648",
        "Wdf_Unheard_Of,1",
        1,
    );
    let findings = findings(&wrong);
    assert_eq!(findings.len(), 2, "{findings:?}");
    assert!(
        findings.iter().any(|f| f.contains("fact: WdfTrue")),
        "{findings:?}"
    );
    assert!(
        findings.iter().any(|f| f.contains("Wdf_Unheard_Of")),
        "{findings:?}"
    );
}

/// The other way round: nothing is declared that the facts don't know, and in which enumeration.
#[test]
fn declared_constants_are_those_of_the_facts() {
    let facts: BTreeSet<_> = rows(FACTS).map(|row| (row[0], row[1])).collect();
    let headers = clang::own_headers();
    let mut declared = BTreeSet::new();
    for enumeration in headers.split("typedef enum ").skip(1) {
        let (name, rest) = enumeration.split_once(" {").unwrap();
        let (body, _) = rest.split_once('}').unwrap();
        if name != "_WDFFUNCENUM" {
            let constants = body
                .lines()
                .filter_map(|line| line.trim().split_once(" = "));
            declared.extend(constants.map(|(constant, _)| (name, constant)));
        }
    }
    assert_eq!(declared, facts);
}
