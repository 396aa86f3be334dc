//! The drawing for Graphviz.

use std::collections::HashSet;

use insta::assert_snapshot;

use super::*;
use crate::tests::buses::any_bus;

#[test]
fn a_studio() {
    assert_snapshot!("dot_studio", dot(&studio()));
    assert_snapshot!("dot_unreadable", dot(&unreadable()));
}

#[test]
fn names_do_not_leave_their_quotes() {
    let name = r#"\"; x [a="b"] {<p0>|&amp;} \n \"#;
    let label = r#"{1.1 \\\"; x [a=\"b\"] \{\<p0\>\|&amp;amp;\} \\n \\|{<p0> oPCR[0]}}"#;
    let text = dot(&alone().unit(name, &[output(5, 0, 0)]));
    assert!(
        text.contains(&format!("  n1 [label=\"{label}\"];\n")),
        "{text}"
    );
}

/// Takes the quoted strings out of a text, each statement in a line.
fn without_strings(text: &str) -> String {
    let mut rest = String::new();
    let mut quoted = false;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if quoted => {
                chars.next();
            }
            '"' => quoted = !quoted,
            _ if !quoted => rest.push(c),
            _ => assert_ne!(c, '\n', "a string ends in its line"),
        }
    }
    assert!(!quoted);
    rest
}

proptest::proptest! {
    #[test]
    fn every_edge_joins_what_there_is(bus in any_bus("\\PC{0,20}")) {
        let text = dot(&bus);
        let words = without_strings(&text);
        let first = words.lines().next();
        proptest::prop_assert_eq!(first, Some("digraph plug61883 {"));
        let mut declared = HashSet::new();
        let mut edges = 0;
        for line in words.lines().map(str::trim) {
            if let Some((ends, _)) = line.split_once(" [").filter(|it| it.0.contains("->")) {
                edges += 1;
                for end in ends.split(" -> ") {
                    let name = end.split(':').next().unwrap();
                    proptest::prop_assert!(declared.contains(name), "{}", end);
                }
            } else if let Some((name, _)) = line.split_once(" [") {
                declared.insert(name.to_owned());
            }
        }
        proptest::prop_assert_eq!(edges, bus.edges.len());
        // Each plug at an end is a port of its node.
        for edge in &bus.edges {
            for tip in [edge.from, edge.to] {
                if let Tip::Port(node, port) = tip {
                    let start = text.find(&format!("\n  n{node} [")).unwrap() + 1;
                    let record = text[start..].lines().next().unwrap();
                    let name = bus.nodes[node].ports[port].name();
                    let field = format!("<p{port}> {name}");
                    proptest::prop_assert!(record.contains(&field));
                }
            }
        }
    }
}
