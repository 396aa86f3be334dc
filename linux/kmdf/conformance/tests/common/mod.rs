//! What the tests share.

use std::{env, path::PathBuf};

use wine_harness::Bench;

/// A started bench with the probe under a name of its own. `PLUG_SYS_DIR` names the folder with the
/// built drivers and programs: `WDFLDR.SYS`, `probe.sys`, and what the harness needs.
pub(crate) fn bench(name: &str) -> Bench {
    let artifacts = env::var_os("PLUG_SYS_DIR").map(PathBuf::from);
    let artifacts = artifacts.expect("PLUG_SYS_DIR names no folder: run cargo xtask test");
    let dir = artifacts
        .with_file_name("wine")
        .join(format!("kmdf-{name}"));
    let mut bench = Bench::create(&dir, &artifacts).expect("a prefix");
    bench
        .install_driver(name, &artifacts.join("probe.sys"))
        .expect("the probe's service");
    bench.start_pnp().expect("Wine starts");
    bench
}
