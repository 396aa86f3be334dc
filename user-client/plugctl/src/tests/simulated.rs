//! Commands on the simulated bench.

use super::run_sim;
use crate::failure::Exit;

#[test]
fn the_bench_has_units() {
    let ran = run_sim("units --json");
    assert_eq!((ran.exit, &*ran.err), (Exit::Done, ""));
    let document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert!(
        document["units"].as_array().unwrap().len() >= 3,
        "{document}"
    );
}
