//! Wine prefixes. Making one takes Wine some 20 seconds and 700 MB, so that it is done once: a
//! template stands in the build folder, and a prefix is a copy of it whose files are links.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use crate::{
    error::{Error, Result, Tail},
    services,
    wine::{self, Wine},
};

/// To be raised when templates are made in another way.
const TEMPLATE_VERSION: u32 = 1;
/// Time for making a template.
const LIMIT: Duration = Duration::from_secs(240);
/// What Wine rewrites in place: every prefix has a copy of its own.
const COPIED: [&str; 4] = ["system.reg", "user.reg", "userdef.reg", ".update-timestamp"];

/// A Wine prefix on disk.
#[derive(Debug)]
pub(crate) struct Prefix {
    root: PathBuf,
}

impl Prefix {
    /// Makes a prefix at `root`, which is emptied first, from a template next to it.
    pub(crate) fn create(wine: &Wine, root: &Path) -> Result<Self> {
        let parent = root.parent().unwrap_or(Path::new("/"));
        fs::create_dir_all(parent)
            .map_err(Error::io(format!("can't make {}", parent.display())))?;
        let template = template(wine, parent)?;
        remove(root)?;
        link_tree(&template, root).map_err(Error::io(format!(
            "can't copy {} to {}",
            template.display(),
            root.display()
        )))?;
        Ok(Self {
            root: root.to_owned(),
        })
    }

    /// The folder that WINEPREFIX names.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A folder below `C:\windows`.
    fn windows(&self, folder: &str) -> PathBuf {
        self.root.join("drive_c/windows").join(folder)
    }

    /// Puts a file into `system32`.
    pub(crate) fn install_library(&self, file: &Path) -> Result<()> {
        copy_new(file, &self.windows("system32"))
    }

    /// Puts a file into `system32` under a name.
    pub(crate) fn install_library_as(&self, file: &Path, name: &str) -> Result<()> {
        copy_as(file, &self.windows("system32").join(name))
    }

    /// Puts a file into `system32\drivers`.
    pub(crate) fn install_driver_file(&self, file: &Path, name: &str) -> Result<()> {
        let folder = self.windows("system32/drivers");
        copy_as(file, &folder.join(name))
    }

    /// Adds to the registry of a prefix in which nothing runs.
    pub(crate) fn append_registry(&self, text: &str) -> Result<()> {
        append(&self.root.join("system.reg"), text)
    }
}

/// The template, made if need be. Benches that start at the same time wait for one another.
fn template(wine: &Wine, parent: &Path) -> Result<PathBuf> {
    let name = format!("template-{TEMPLATE_VERSION}-{}", wine.fingerprint());
    let template = parent.join(&name);
    let lock_path = parent.join("template.lock");
    let what = || format!("can't lock {}", lock_path.display());
    let lock = File::create(&lock_path).map_err(Error::io(what()))?;
    lock.lock().map_err(Error::io(what()))?;
    if template.is_dir() {
        return Ok(template);
    }
    let fresh = parent.join(format!("{name}.new"));
    wine.end(&fresh)?;
    // Also those of an earlier Wine; prefixes made of them keep their links.
    for entry in fs::read_dir(parent).map_err(Error::io(what()))?.flatten() {
        if entry.file_name().to_string_lossy().starts_with("template-") {
            remove(&entry.path())?;
        }
    }
    fs::create_dir_all(&fresh).map_err(Error::io(format!("can't make {}", fresh.display())))?;
    let made = boot(wine, &fresh);
    if made.is_err() {
        // The error of booting says more than one of cleaning up.
        let _ = wine.end(&fresh);
    }
    made?;
    let registry = fresh.join("system.reg");
    let text = fs::read_to_string(&registry)
        .map_err(Error::io(format!("can't read {}", registry.display())))?;
    fs::write(&registry, services::without_root_devices(&text))
        .map_err(Error::io(format!("can't write {}", registry.display())))?;
    fs::rename(&fresh, &template)
        .map_err(Error::io(format!("can't rename {}", fresh.display())))?;
    Ok(template)
}

fn boot(wine: &Wine, prefix: &Path) -> Result<()> {
    let start = Instant::now();
    let what = || "can't run wineboot".to_owned();
    let mut child = wine
        .command(prefix, Path::new("wineboot.exe"), "-all")
        .arg("--init")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(Error::io(what()))?;
    while child.try_wait().map_err(Error::io(what()))?.is_none() {
        if start.elapsed() > LIMIT {
            let _ = child.kill();
            let _ = child.wait();
            return Err(Error::Timeout {
                what: "wineboot".to_owned(),
                limit: LIMIT,
                tail: Tail::default(),
            });
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    // The server writes the registry when it ends, a few seconds after the last process; SIGTERM,
    // which `wineserver -k` sends, makes it do so at once.
    if !prefix.join("system.reg").is_file() {
        wine::wait_until_none(prefix, LIMIT.saturating_sub(start.elapsed()));
    }
    wine.end(prefix)?;
    if prefix.join("system.reg").is_file() {
        Ok(())
    } else {
        Err(Error::Ended {
            what: "wineboot".to_owned(),
            tail: Tail::default(),
        })
    }
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Error::io(format!("can't remove {}", path.display()))(error))
        }
        _ => Ok(()),
    }
}

/// Copies a folder; files become hard links where the file system has them.
fn link_tree(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (kind, name) = (entry.file_type()?, entry.file_name());
        let (source, target) = (entry.path(), to.join(&name));
        if kind.is_dir() {
            link_tree(&source, &target)?;
        } else if kind.is_symlink() {
            symlink(fs::read_link(&source)?, &target)?;
        } else if COPIED.iter().any(|copied| name == **copied)
            || fs::hard_link(&source, &target).is_err()
        {
            fs::copy(&source, &target)?;
        }
    }
    Ok(())
}

fn copy_new(file: &Path, folder: &Path) -> Result<()> {
    let name = file
        .file_name()
        .ok_or_else(|| Error::Missing(file.to_owned()))?;
    copy_as(file, &folder.join(name))
}

/// Copies a file to where a link to the template's may stand.
fn copy_as(file: &Path, target: &Path) -> Result<()> {
    if !file.is_file() {
        return Err(Error::Missing(file.to_owned()));
    }
    let what = || format!("can't copy {} to {}", file.display(), target.display());
    match fs::remove_file(target) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Error::io(what())(error));
        }
        _ => {}
    }
    fs::copy(file, target).map_err(Error::io(what()))?;
    Ok(())
}

fn append(path: &Path, text: &str) -> Result<()> {
    use io::Write;
    File::options()
        .append(true)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(Error::io(format!("can't write {}", path.display())))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn a_linked_tree_shares_files_but_not_the_registry() {
        let dir = tempfile::tempdir().expect("a directory");
        let (from, to) = (dir.path().join("from"), dir.path().join("to"));
        fs::create_dir_all(from.join("a/b")).expect("made");
        fs::write(from.join("a/b/file"), "x").expect("written");
        fs::write(from.join("system.reg"), "x").expect("written");
        symlink("../drive_c", from.join("c:")).expect("linked");
        link_tree(&from, &to).expect("copied");
        let inode = |path: PathBuf| fs::metadata(path).expect("there").ino();
        assert_eq!(inode(from.join("a/b/file")), inode(to.join("a/b/file")));
        assert_ne!(inode(from.join("system.reg")), inode(to.join("system.reg")));
        assert_eq!(
            fs::read_link(to.join("c:")).expect("a link"),
            Path::new("../drive_c")
        );
        // Installing over a link leaves the template alone.
        fs::write(dir.path().join("new"), "y").expect("written");
        copy_as(&dir.path().join("new"), &to.join("a/b/file")).expect("copied");
        assert_eq!(
            fs::read_to_string(from.join("a/b/file")).expect("read"),
            "x"
        );
    }
}
