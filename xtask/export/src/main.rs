//! Writes the C header `user-client/include/plug61883.h` and the tables of `docs/ioctl.md` from
//! plug61883-abi, and the list of what the library offers: `cargo xtask header`. Its tests hold
//! that the committed files are up to date.

mod api;
mod document;
mod example;
mod header;
mod names;
mod tables;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

/// The header.
const HEADER: &str = "user-client/include/plug61883.h";
/// The document.
const DOCUMENT: &str = "docs/ioctl.md";
/// What the library offers.
const API: &str = "user-client/plug61883/public-api.txt";

fn main() -> ExitCode {
    match write() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn write() -> Result<()> {
    for (file, text) in [
        (HEADER, header::text()?),
        (DOCUMENT, document::updated(&read(DOCUMENT)?)?),
        (API, api::text()?),
    ] {
        let path = root().join(file);
        if std::fs::read_to_string(&path).is_ok_and(|old| old == text) {
            println!("{file}: up to date");
            continue;
        }
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&path, text).with_context(|| path.display().to_string())?;
        println!("{file}: written");
    }
    Ok(())
}

/// A file of the repository.
fn read(file: &str) -> Result<String> {
    std::fs::read_to_string(root().join(file)).with_context(|| file.to_owned())
}

/// The repository's root.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
