//! Checksums of a folder, as `sha256sum --check` reads them.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// The name of the list.
const LIST: &str = "SHA256SUMS";

/// Writes the list of all files in a folder and those below.
pub(crate) fn write(folder: &Path) -> Result<()> {
    let mut text = String::new();
    for (name, path) in files(folder)? {
        if name == LIST {
            continue;
        }
        let data = fs::read(&path).with_context(|| path.display().to_string())?;
        for byte in Sha256::digest(data) {
            write!(text, "{byte:02x}")?;
        }
        writeln!(text, "  {name}")?;
    }
    fs::write(folder.join(LIST), text)?;
    Ok(())
}

/// All files, by their names relative to the folder, which have slashes.
pub(crate) fn files(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).with_context(|| next.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let parts = path.strip_prefix(folder)?.iter();
            let parts: Vec<_> = parts.map(|part| part.to_string_lossy()).collect();
            files.push((parts.join("/"), path));
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_listed() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("b")).unwrap();
        fs::write(dir.path().join("b/c"), "abc").unwrap();
        fs::write(dir.path().join("a"), "").unwrap();
        for _ in 0..2 {
            write(dir.path()).unwrap();
            // Of "abc" it is an example of FIPS 180; the other is known of empty files.
            assert_eq!(
                fs::read_to_string(dir.path().join(LIST)).unwrap(),
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a\n\
                 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  b/c\n"
            );
        }
    }
}
