//! Runs the probe driver under Wine and compares what it prints with the tables.

use std::{fs, path::Path, thread, time::Duration};

use kmdf_conformance::{Row, differences, observations, rows};
use wine_harness::UnitSpec;

mod common;

fn compare(rows: &[Row], log: &str) -> Vec<String> {
    let (found, rest) = observations(log);
    let differences = differences(rows, &found);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    rest
}

#[test]
fn behaviour() {
    let mut bench = common::bench("probe");
    let added = bench.add_unit(&UnitSpec::new(r"KMDF\PROBE\1", "probe"));
    let path = bench.log().path().to_owned();
    let ended = bench.shutdown();
    let log = fs::read_to_string(&path).expect("the log");
    added.expect("the probe starts");
    ended.expect("a clean end");
    assert_eq!(compare(&rows::BEHAVIOUR.concat(), &log), [""; 0]);
}

#[test]
fn misuse() {
    let mut bench = common::bench("misuse");
    // The first finding ends the harness' patience, not the driver: it does all its wrongs, then
    // refuses to start, and what it left behind is found.
    bench
        .add_stack(&UnitSpec::new(r"KMDF\MISUSE\1", "misuse"))
        .expect_err("findings");
    let log = wait_for(bench.log().path(), "misuse: load -> ");
    let at_unload = compare(rows::MISUSE, &log);
    assert_eq!(at_unload, rows::AT_UNLOAD);
}

/// The log, once it has a line with this text (or half a minute has passed).
fn wait_for(path: &Path, text: &str) -> String {
    for _ in 0..300 {
        let log = fs::read_to_string(path).expect("the log");
        if log.contains(text) {
            return log;
        }
        thread::sleep(Duration::from_millis(100));
    }
    fs::read_to_string(path).expect("the log")
}
