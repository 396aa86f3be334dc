//! The page about descriptions.

use plug61883_sim::Simulator;

const PAGE: &str = include_str!("../../../../docs/simulation.md");

#[test]
fn its_examples_are_right() {
    let examples: Vec<_> = PAGE.split("```toml\n").skip(1).collect();
    for example in &examples {
        let (example, _) = example.split_once("```").unwrap();
        Simulator::from_toml(example).unwrap();
    }
    assert_eq!(examples.len(), 1);
}

#[test]
fn it_has_every_key() {
    let places = [
        "no = 1",
        "[[node]]\nno = 1",
        "[[plug]]\nno = 1",
        "[[connection]]\nno = 1",
        "[[step]]\nno = 1",
    ];
    for place in places {
        let error = Simulator::from_toml(place).unwrap_err().to_string();
        let (_, keys) = error.split_once("expected one of ").unwrap();
        for key in keys.split(", ") {
            let section = format!("`[[{}]]`", key.trim_matches('`'));
            assert!(PAGE.contains(key) || PAGE.contains(&section), "{key}");
        }
    }
}
