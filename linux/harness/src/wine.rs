//! The installed Wine: where it is, and how its programs are started on a prefix.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

use crate::error::{Error, Result};

/// The loader and server of the installed Wine.
#[derive(Clone, Debug)]
pub(crate) struct Wine {
    loader: PathBuf,
    server: PathBuf,
}

impl Wine {
    /// Finds it: `WINE` if set, then where Debian has the 64-bit loader (the `wine` in the path
    /// is a script there, which complains about the missing 32-bit one), then the path.
    pub(crate) fn find() -> Result<Self> {
        let loader = env::var_os("WINE")
            .map(PathBuf::from)
            .into_iter()
            .chain([PathBuf::from("/usr/lib/wine/wine64")])
            .chain(in_path("wine64"))
            .chain(in_path("wine"))
            .find(|path| path.is_file())
            .ok_or(Error::NoWine)?;
        let server = loader
            .parent()
            .map(|dir| dir.join("wineserver"))
            .into_iter()
            .chain(in_path("wineserver"))
            .find(|path| path.is_file())
            .ok_or(Error::NoWine)?;
        Ok(Self { loader, server })
    }

    /// Changes whenever another Wine is installed.
    pub(crate) fn fingerprint(&self) -> String {
        let stamp = |path: &Path| {
            let data = fs::metadata(path).ok();
            let time = data.as_ref().and_then(|data| data.modified().ok());
            let time = time.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
            (
                data.map_or(0, |data| data.len()),
                time.map_or(0, |time| time.as_secs()),
            )
        };
        let (length, time) = stamp(&self.loader);
        let (server_length, server_time) = stamp(&self.server);
        format!("{length:x}-{time:x}-{server_length:x}-{server_time:x}")
    }

    /// A command that runs a Windows program on a prefix. `debug` is its WINEDEBUG.
    pub(crate) fn command(&self, prefix: &Path, program: &Path, debug: &str) -> Command {
        let mut command = Command::new(&self.loader);
        self.environment(&mut command, prefix, debug);
        command.arg(program);
        command
    }

    /// Ends every process of a prefix, and waits until there is none.
    pub(crate) fn end(&self, prefix: &Path) -> Result<()> {
        if processes(prefix).is_empty() {
            return Ok(());
        }
        let mut command = Command::new(&self.server);
        self.environment(&mut command, prefix, "-all");
        // What it can't end is killed below.
        let _ = command
            .arg("-k")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if wait_until_none(prefix, Duration::from_secs(5)) {
            return Ok(());
        }
        for pid in processes(prefix) {
            if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
                // It may have ended by itself.
                let _ = kill_process(pid, Signal::KILL);
            }
        }
        if wait_until_none(prefix, Duration::from_secs(5)) {
            Ok(())
        } else {
            Err(Error::Leftover(processes(prefix)))
        }
    }

    fn environment(&self, command: &mut Command, prefix: &Path, debug: &str) {
        command
            .env("WINEPREFIX", prefix)
            .env("WINEDEBUG", debug)
            .env("WINELOADER", &self.loader)
            .env("WINESERVER", &self.server)
            .env("WINEDLLOVERRIDES", overrides(""))
            .env_remove("WINEARCH")
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY");
    }
}

/// WINEDLLOVERRIDES with `more` in it. No .NET and no browser: their installers would ask for a
/// download.
pub(crate) fn overrides(more: &str) -> String {
    format!("mscoree,mshtml=;{more}")
}

fn in_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|dir| dir.join(name))
        .find(|path| path.is_file())
}

/// Waits until no process of the prefix is left.
pub(crate) fn wait_until_none(prefix: &Path, limit: Duration) -> bool {
    let start = Instant::now();
    while !processes(prefix).is_empty() {
        if start.elapsed() > limit {
            return false;
        }
        thread::sleep(Duration::from_millis(10));
    }
    true
}

/// The processes whose WINEPREFIX is this one; zombies have no environment, so they don't count.
pub(crate) fn processes(prefix: &Path) -> Vec<u32> {
    let mut wanted = b"WINEPREFIX=".to_vec();
    wanted.extend_from_slice(prefix.as_os_str().as_encoded_bytes());
    let own = std::process::id();
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|&pid| pid != own)
        .filter(|pid| {
            fs::read(format!("/proc/{pid}/environ"))
                .is_ok_and(|environ| environ.split(|&byte| byte == 0).any(|part| part == wanted))
        })
        .collect()
}
