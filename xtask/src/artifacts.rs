//! Building the drivers, their INFs and the Windows programs, all into one folder.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::cross::Cross;
use crate::inf::{self, Arch, Stamp};
use crate::process::{cargo, root, run};
use crate::{cclient, cross};

/// A crate, what cargo calls its product, and what Windows calls it.
type Product = (&'static str, &'static str, &'static str);

const DRIVERS: &[Product] = &[
    ("plug61883-driver", "plug61883.dll", "plug61883.sys"),
    ("sim61883-sys", "sim61883.dll", "sim61883.sys"),
    ("storm-sys", "storm.dll", "storm.sys"),
    ("kmdf-standin", "wdfldr.dll", "WDFLDR.SYS"),
    ("pnp-standin", "pnp.dll", "pnp.sys"),
    ("pnp-toy", "toy.dll", "toy.sys"),
    ("kmdf-probe", "probe.dll", "probe.sys"),
];

const PROGRAMS: &[Product] = &[
    ("plugctl", "plugctl.exe", "plugctl.exe"),
    ("simctl", "simctl.exe", "simctl.exe"),
    ("stormctl", "stormctl.exe", "stormctl.exe"),
    ("rawioctl", "rawioctl.exe", "rawioctl.exe"),
    ("pnpctl", "pnpctl.exe", "pnpctl.exe"),
    ("linktest", "linktest.exe", "linktest.exe"),
    ("links-dll", "links_dll.dll", "links-test.dll"),
    (
        "bcryptprimitives-standin",
        "bcryptprimitives.dll",
        "bcryptprimitives.dll",
    ),
];

/// The profile of the programs, which need not be small.
pub(crate) const PROGRAM_PROFILE: &str = "programs";

/// Builds everything; the folder that holds it.
pub(crate) fn build() -> Result<PathBuf> {
    let folder = e2e::artifacts();
    let drivers = cross::drivers(&root(), Arch::Amd64);
    compile(&drivers, "release", DRIVERS, &folder)?;
    compile(&cross::programs(), PROGRAM_PROFILE, PROGRAMS, &folder)?;
    cclient::build(&folder)?;
    inf::write_all(&folder, &Stamp::of_workspace(Arch::Amd64)?)?;
    Ok(folder)
}

/// Builds the drivers that have an INF for ARM64, on which nothing runs here; the folder that holds
/// them.
pub(crate) fn build_arm64() -> Result<PathBuf> {
    let folder = e2e::artifacts().join("arm64");
    let packaged: Vec<Product> = DRIVERS
        .iter()
        .filter(|(_, _, name)| {
            name.strip_suffix(".sys")
                .is_some_and(|name| inf::NAMES.contains(&name))
        })
        .copied()
        .collect();
    let drivers = cross::drivers(&root(), Arch::Arm64);
    compile(&drivers, "release", &packaged, &folder)?;
    inf::write_all(&folder, &Stamp::of_workspace(Arch::Arm64)?)?;
    Ok(folder)
}

fn compile(cross: &Cross, profile: &str, products: &[Product], folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut command = cargo();
    command.args(["build", "--profile", profile, "--locked"]);
    cross.apply(&mut command);
    for (package, ..) in products {
        command.args(["--package", package]);
    }
    run(&mut command)?;
    let built = root().join("target").join(cross.target()).join(profile);
    for (_, product, name) in products {
        std::fs::copy(built.join(product), folder.join(name))
            .with_context(|| format!("{product} was not built"))?;
    }
    Ok(())
}

/// The packages of the drivers.
pub(crate) fn drivers() -> Vec<&'static str> {
    DRIVERS.iter().map(|(package, ..)| *package).collect()
}

/// The packages of the Windows programs.
pub(crate) fn programs() -> Vec<&'static str> {
    PROGRAMS.iter().map(|(package, ..)| *package).collect()
}
