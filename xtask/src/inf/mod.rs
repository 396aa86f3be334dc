//! The driver packages' INF files: stamping them, as the WDK's stampinf does, and checking them.

mod check;
mod text;

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

pub(crate) use check::{Finding, check};
pub(crate) use text::Inf;

use crate::process::{cargo, output, root};

/// The INFs, by the name that they share with the driver's file.
pub(crate) const NAMES: &[&str] = &["plug61883", "sim61883"];

/// A processor that drivers are built for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arch {
    /// x64.
    Amd64,
    /// ARM64.
    Arm64,
}

impl Arch {
    /// The word of a section's decoration.
    pub(crate) fn decoration(self) -> &'static str {
        match self {
            Self::Amd64 => "amd64",
            Self::Arm64 => "arm64",
        }
    }
}

/// What an .inx leaves open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// The processor.
    pub(crate) arch: Arch,
    /// The version of KMDF that the driver is built with, `1.27`.
    pub(crate) kmdf: String,
    /// The driver's date, `mm/dd/yyyy`, in UTC.
    pub(crate) date: String,
    /// The driver's version, four numbers.
    pub(crate) version: String,
}

impl Stamp {
    /// What this workspace says: its version, its KMDF version, and the date of the last commit or
    /// of SOURCE_DATE_EPOCH, so that the same sources give the same file.
    pub(crate) fn of_workspace(arch: Arch) -> Result<Self> {
        Ok(Self {
            arch,
            kmdf: kmdf_version()?,
            date: date(source_time()?),
            version: version()?,
        })
    }
}

/// The seconds since 1970 that stand for the sources' time.
pub(crate) fn source_time() -> Result<u64> {
    let text = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) => text,
        Err(_) => {
            let mut git = Command::new("git");
            git.args(["log", "-1", "--format=%ct"]).current_dir(root());
            output(&mut git).context(
                "no date of the last commit: where there is no git, set SOURCE_DATE_EPOCH",
            )?
        }
    };
    let text = text.trim();
    text.parse()
        .with_context(|| format!("no seconds since 1970: {text:?}"))
}

/// KMDF's version, from the workspace's metadata, where wdk-build finds it too.
pub(crate) fn kmdf_version() -> Result<String> {
    let metadata = output(cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
    let model = &metadata["metadata"]["wdk"]["driver-model"];
    let number = |key: &str| {
        let number = model[key].as_u64();
        number.with_context(|| format!("no {key} in [workspace.metadata.wdk.driver-model]"))
    };
    Ok(format!(
        "{}.{}",
        number("kmdf-version-major")?,
        number("target-kmdf-version-minor")?
    ))
}

/// The workspace's version as Windows has it, four numbers.
pub(crate) fn version() -> Result<String> {
    four_numbers(env!("CARGO_PKG_VERSION"))
}

/// A Cargo version as Windows has them: `1.2.3` is `1.2.3.0`.
fn four_numbers(version: &str) -> Result<String> {
    let plain = version.split(['-', '+']).next().unwrap_or(version);
    let numbers: Result<Vec<u16>, _> = plain.split('.').map(str::parse).collect();
    match numbers.as_deref() {
        Ok([major, minor, patch]) => Ok(format!("{major}.{minor}.{patch}.0")),
        _ => bail!("{version} is no version of three numbers"),
    }
}

/// The day of a time, `mm/dd/yyyy`.
fn date(seconds: u64) -> String {
    // Days are counted from 1 March of year 0, so that a leap day is a year's last.
    let days = seconds / 86_400 + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, year) = if month < 10 {
        (month + 3, year)
    } else {
        (month - 9, year + 1)
    };
    format!("{month:02}/{day:02}/{:04}", year + 400 * era)
}

/// The INF of an .inx: variables replaced, `DriverVer` and `CatalogFile` written, line ends as
/// Windows has them.
pub(crate) fn stamp(inx: &str, name: &str, stamp: &Stamp) -> Result<String> {
    let mut inf = String::new();
    let mut section = "";
    let mut stamped = 0;
    for line in inx.lines() {
        if let Some(rest) = line.trim().strip_prefix('[') {
            section = rest.trim_end_matches(']');
        }
        let key = line.split('=').next().unwrap_or_default().trim();
        let value = match key.to_ascii_lowercase().as_str() {
            "driverver" => Some(format!("{},{}", stamp.date, stamp.version)),
            "catalogfile" => Some(format!("{name}.cat")),
            _ => None,
        };
        match value {
            Some(value) if section.eq_ignore_ascii_case("Version") => {
                inf.push_str(&format!("{key:<11} = {value}"));
                stamped += 1;
            }
            _ => inf.push_str(
                &line
                    .replace("$ARCH$", stamp.arch.decoration())
                    .replace("$KMDFVERSION$", &stamp.kmdf),
            ),
        }
        inf.push_str("\r\n");
    }
    ensure!(
        stamped == 2,
        "{name}.inx: [Version] has DriverVer and CatalogFile once each"
    );
    Ok(inf)
}

/// Stamps an INF of the repository.
pub(crate) fn stamped(name: &str, with: &Stamp) -> Result<String> {
    let path = root().join("inf").join(format!("{name}.inx"));
    let inx = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    stamp(&inx, name, with)
}

/// Stamps one of them; what is wrong with it is an error. `exists` tells whether its package holds
/// a file.
fn checked(name: &str, with: &Stamp, exists: &dyn Fn(&str) -> bool) -> Result<String> {
    let text = stamped(name, with)?;
    let findings = check(&Inf::parse(&text)?, with, exists);
    if !findings.is_empty() {
        let lines: Vec<_> = findings.iter().map(Finding::to_string).collect();
        bail!("{name}.inf: {}", lines.join("\n"));
    }
    Ok(text)
}

/// Stamps all of them into a folder, which holds the drivers' files, and checks them.
pub(crate) fn write_all(folder: &Path, with: &Stamp) -> Result<()> {
    for name in NAMES {
        let text = checked(name, with, &|file| folder.join(file).is_file())?;
        std::fs::write(folder.join(format!("{name}.inf")), text)?;
    }
    Ok(())
}

/// Stamps all of them for each architecture into `target/inf`, without drivers, and checks them.
pub(crate) fn run() -> Result<()> {
    for arch in [Arch::Amd64, Arch::Arm64] {
        let folder = Path::new("target/inf").join(arch.decoration());
        std::fs::create_dir_all(root().join(&folder))?;
        let stamp = Stamp::of_workspace(arch)?;
        for name in NAMES {
            let text = checked(name, &stamp, &|file| file == format!("{name}.sys"))?;
            let file = folder.join(format!("{name}.inf"));
            std::fs::write(root().join(&file), text)?;
            println!("{}", file.display());
        }
    }
    Ok(())
}

#[cfg(test)]
pub(crate) fn test_stamp(arch: Arch) -> Stamp {
    Stamp {
        arch,
        kmdf: "1.27".into(),
        date: "02/29/2024".into(),
        version: "1.2.3.0".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for (seconds, day) in [
            (0, "01/01/1970"),
            (86_399, "01/01/1970"),
            (86_400, "01/02/1970"),
            (951_782_400, "02/29/2000"),
            (951_868_800, "03/01/2000"),
            (1_735_689_599, "12/31/2024"),
            (4_107_542_400, "03/01/2100"),
        ] {
            assert_eq!(date(seconds), day, "{seconds}");
        }
    }

    #[test]
    fn versions() {
        assert_eq!(four_numbers("1.22.3").unwrap(), "1.22.3.0");
        assert_eq!(four_numbers("1.2.3-rc.1").unwrap(), "1.2.3.0");
        for wrong in ["1.2", "1.2.x", "1.2.65536", ""] {
            four_numbers(wrong).unwrap_err();
        }
    }

    #[test]
    fn stamping() {
        let inx = "[Version]\nCatalogFile=x\nDriverVer = ; stamped\n[A.NT$ARCH$]\nDriverVer = $KMDFVERSION$\n";
        let inf = stamp(inx, "a", &test_stamp(Arch::Arm64)).unwrap();
        assert_eq!(
            inf,
            "[Version]\r\nCatalogFile = a.cat\r\nDriverVer   = 02/29/2024,1.2.3.0\r\n\
             [A.NTarm64]\r\nDriverVer = 1.27\r\n"
        );
        stamp(
            "[Version]\nCatalogFile = x\n",
            "a",
            &test_stamp(Arch::Amd64),
        )
        .unwrap_err();
    }

    /// Every package takes the workspace's version: it is changed in one place.
    #[test]
    fn there_is_one_version() {
        let metadata = output(cargo().args(["metadata", "--no-deps", "--format-version", "1"]));
        let metadata: serde_json::Value = serde_json::from_str(&metadata.unwrap()).unwrap();
        let packages = metadata["packages"].as_array().unwrap();
        assert!(packages.len() > 20, "{}", packages.len());
        for package in packages {
            let manifest = package["manifest_path"].as_str().unwrap();
            let manifest = std::fs::read_to_string(manifest).unwrap();
            assert!(
                manifest.contains("\nversion.workspace = true\n"),
                "{manifest}"
            );
        }
    }

    /// The same sources give the same INF, whatever the clock says.
    #[test]
    fn stamps_repeat() {
        let once = Stamp::of_workspace(Arch::Amd64).unwrap();
        assert_eq!(once, Stamp::of_workspace(Arch::Amd64).unwrap());
        assert_eq!(once.version, format!("{}.0", env!("CARGO_PKG_VERSION")));
    }
}
