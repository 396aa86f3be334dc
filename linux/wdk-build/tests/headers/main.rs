//! Holds the headers in `include/` to the facts in `tests/facts/`: every structure's size and member
//! offsets, every enumeration constant, every index of the function table and every function's
//! signature.
//!
//! The facts are those of KMDF 1.33. Indices, constants and members only ever get added, so they hold
//! for 1.27 too, except that structures may have grown since. The stand-in for the framework is built
//! with the same headers, so that it and the drivers agree.

mod base;
mod bindings;
mod clang;
mod constants;
mod functions;
mod layout;

/// The rows of a table of facts, without its heading.
fn rows(csv: &str) -> impl Iterator<Item = Vec<&str>> {
    csv.lines().skip(1).map(|line| line.split(',').collect())
}

/// Fails with all that was found.
fn report(findings: &[String]) {
    assert!(
        findings.is_empty(),
        "{} findings:\n{}",
        findings.len(),
        findings.join("\n")
    );
}
