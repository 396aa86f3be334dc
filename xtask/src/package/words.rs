//! What plugctl tells of its own words: completions for shells, manual pages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{cargo, output, root, run};

/// A shell, as plugctl names it, and what its completions are called where it looks for them.
const SHELLS: &[(&str, &str)] = &[
    ("bash", "plugctl.bash"),
    ("zsh", "_plugctl"),
    ("fish", "plugctl.fish"),
    ("powershell", "_plugctl.ps1"),
    ("elvish", "plugctl.elv"),
];

/// Writes them into a package.
pub(super) fn write(package: &Path) -> Result<()> {
    let plugctl = plugctl()?;
    let folder = package.join("completions");
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    for (shell, name) in SHELLS {
        let script = output(Command::new(&plugctl).args(["completions", shell]))?;
        fs::write(folder.join(name), script)?;
    }
    run(Command::new(&plugctl).arg("man").arg(package.join("man")))
}

/// plugctl for this system, built where it is not up to date.
fn plugctl() -> Result<PathBuf> {
    run(cargo().args(["build", "--quiet", "--locked", "--package", "plugctl"]))?;
    let name = format!("plugctl{}", std::env::consts::EXE_SUFFIX);
    Ok(root().join("target/debug").join(name))
}
