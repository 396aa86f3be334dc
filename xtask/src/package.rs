//! What is handed out beside the programs, laid out in one folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::process::{cargo, output, root, run};

/// A shell, as plugctl names it, and what its completions are called where it looks for them.
const SHELLS: &[(&str, &str)] = &[
    ("bash", "plugctl.bash"),
    ("zsh", "_plugctl"),
    ("fish", "plugctl.fish"),
    ("powershell", "_plugctl.ps1"),
    ("elvish", "plugctl.elv"),
];

/// Files of the repository, and the folder of the package that they go into.
const FILES: &[(&str, &str)] = &[
    ("user-client/include/plug61883.h", "include"),
    ("user-client/JSON.md", "doc"),
    ("docs/ioctl.md", "doc"),
    ("LICENSE-APACHE", "."),
    ("LICENSE-MIT", "."),
];

/// Lays the package out in `target/package`.
pub(crate) fn lay_out() -> Result<()> {
    let plugctl = plugctl()?;
    let folder = root().join("target/package");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    for (shell, name) in SHELLS {
        let script = output(Command::new(&plugctl).args(["completions", shell]))?;
        write(&folder.join("completions").join(name), script.as_bytes())?;
    }
    let pages = folder.join("man");
    run(Command::new(&plugctl).arg("man").arg(&pages))?;
    for (file, to) in FILES {
        let from = root().join(file);
        let text = fs::read(&from).with_context(|| from.display().to_string())?;
        let name = from.file_name().context("a file has a name")?;
        write(&folder.join(to).join(name), &text)?;
    }
    let mut files = Vec::new();
    list(&folder, &mut files)?;
    files.sort();
    for file in &files {
        let length = fs::metadata(file)?.len();
        let name = file.strip_prefix(&folder).unwrap_or(file).display();
        ensure!(length != 0, "{name} is empty");
        println!("{length:>8}  {name}");
    }
    println!("{} files in {}", files.len(), folder.display());
    Ok(())
}

/// plugctl for this system, which knows its own words; built where it is not up to date.
fn plugctl() -> Result<PathBuf> {
    run(cargo().args(["build", "--quiet", "--locked", "--package", "plugctl"]))?;
    let name = format!("plugctl{}", std::env::consts::EXE_SUFFIX);
    Ok(root().join("target/debug").join(name))
}

fn write(path: &Path, text: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text).with_context(|| path.display().to_string())
}

/// Every file below a folder.
fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
