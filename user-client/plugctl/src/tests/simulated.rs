//! The simulated bench, as the README shows it.

use std::path::Path;

use super::run_sim;
use crate::failure::Exit;

#[test]
fn the_picture_of_the_readme_is_that_of_the_bench() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/bench.svg");
    let ran = run_sim("graph --format svg");
    assert_eq!((ran.exit, &*ran.err), (Exit::Done, ""));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&file, &ran.out).unwrap();
    }
    assert!(
        std::fs::read_to_string(&file).is_ok_and(|picture| picture == ran.out),
        "docs/bench.svg is not what is drawn now; run this test with UPDATE_DOCS=1"
    );
}
