//! Cabinets, as the hardware dashboard takes driver packages: a folder per package, nothing at the
//! root, one architecture per cabinet.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use cab::{CabinetBuilder, CompressionType};

/// Most bytes of a file's name in a cabinet.
const NAME: usize = 255;

/// Writes a cabinet of folders that hold files alone; its files have the time `seconds` since 1970,
/// in UTC.
pub(crate) fn write(cabinet: &Path, folders: &[&Path], seconds: u64) -> Result<()> {
    let seconds = i64::try_from(seconds)?;
    let time = time::OffsetDateTime::from_unix_timestamp(seconds)?;
    let time = time::PrimitiveDateTime::new(time.date(), time.time());
    let mut files = Vec::new();
    let mut builder = CabinetBuilder::new();
    for folder in folders {
        let name = folder.file_name().context("a folder without a name")?;
        let name = name.to_string_lossy();
        // A cabinet's own folder, which is compressed as one.
        let compressed = builder.add_folder(CompressionType::MsZip);
        for path in sorted(folder)? {
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            let name = format!(r"{name}\{file}");
            ensure!(name.len() <= NAME, "{name} is too long for a cabinet");
            compressed.add_file(name).set_datetime(time);
            files.push(path);
        }
    }
    let file = File::create(cabinet).with_context(|| cabinet.display().to_string())?;
    let mut writer = builder.build(file)?;
    let mut next = files.iter();
    while let Some(mut to) = writer.next_file()? {
        let path = next
            .next()
            .context("a cabinet with more files than it was given")?;
        to.write_all(&fs::read(path).with_context(|| path.display().to_string())?)?;
    }
    writer.finish()?.sync_all()?;
    Ok(())
}

/// The files of a folder, by name.
fn sorted(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut paths: Vec<_> = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("driver");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("b.sys"), [7; 100_000]).unwrap();
        fs::write(folder.join("a.inf"), "inf").unwrap();
        let cabinets = ["one.cab", "two.cab"].map(|name| dir.path().join(name));
        for path in &cabinets {
            write(path, &[&folder], 1_700_000_000).unwrap();
        }
        let [one, two] = cabinets.map(|path| fs::read(path).unwrap());
        assert_eq!(one, two, "the same input gives the same bytes");
        let mut cabinet = cab::Cabinet::new(std::io::Cursor::new(one)).unwrap();
        let names: Vec<_> = cabinet
            .folder_entries()
            .flat_map(|folder| folder.file_entries())
            .map(|file| (file.name().to_owned(), file.datetime().unwrap().to_string()))
            .collect();
        let time = "2023-11-14 22:13:20.0";
        assert_eq!(
            names,
            [
                (r"driver\a.inf".into(), time.into()),
                (r"driver\b.sys".into(), time.to_owned())
            ]
        );
        let mut bytes = Vec::new();
        let mut file = cabinet.read_file(r"driver\b.sys").unwrap();
        file.read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes, [7; 100_000]);
    }
}
