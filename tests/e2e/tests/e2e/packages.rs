//! The driver packages' INFs, through Wine's setupapi.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use e2e::{Scene, inf, instance};

use crate::raw::Raw;

const PACKAGES: [&str; 2] = ["plug61883", "sim61883"];

/// A section's lines, each its key and fields.
type Lines = Vec<Vec<String>>;

/// Sections as setupapi gives them.
fn sections(text: &str) -> BTreeMap<String, Lines> {
    let mut sections = BTreeMap::<String, Lines>::new();
    let mut name = String::new();
    for line in text.lines() {
        if let Some(found) = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            found.clone_into(&mut name);
            sections.entry(name.clone()).or_default();
            continue;
        }
        let fields = line.split('\t').map(str::to_owned).collect();
        sections.entry(name.clone()).or_default().push(fields);
    }
    sections
}

/// The values of a registry key, by name, as Wine's reg.exe shows them.
fn key(scene: &Scene, path: &str) -> Result<BTreeMap<String, String>> {
    let path = format!(r"HKLM\System\CurrentControlSet\{path}");
    let output = scene.program("reg.exe", &["query", &path])?;
    ensure!(output.code == Some(0), "{path}: {output:?}");
    Ok(output
        .stdout
        .lines()
        .filter_map(|line| {
            let mut words = line.trim().splitn(3, "    ");
            let (name, _kind, value) = (words.next()?, words.next()?, words.next()?);
            Some((name.to_owned(), value.to_owned()))
        })
        .collect())
}

/// Setupapi reads every section and line that the file has, and knows what the strings stand for.
#[test]
fn setupapi_reads_every_section() -> Result<()> {
    let mut scene = Scene::with_drivers("inf-read", &[])?;
    for package in PACKAGES {
        let read = sections(&scene.bench().read_inf(&inf(package))?);
        let file = std::fs::read_to_string(inf(package))?;
        let mut written = BTreeMap::<&str, usize>::new();
        let mut name = "";
        for line in file
            .lines()
            .map(|line| line.split(';').next().unwrap_or(""))
        {
            match line.trim() {
                "" => {}
                line if line.starts_with('[') => {
                    name = line.trim_matches(['[', ']']);
                    written.insert(name, 0);
                }
                _ => *written.entry(name).or_default() += 1,
            }
        }
        let lines: BTreeMap<&str, usize> = read
            .iter()
            .map(|(name, lines)| (name.as_str(), lines.len()))
            .collect();
        assert_eq!(lines, written, "{package}");
        let unreplaced = read.values().flatten().flatten().find(|f| f.contains('%'));
        assert_eq!(unreplaced, None, "{package}");
    }
    scene.close()
}

/// What the INFs install is in the registry, and from there the drivers run.
#[test]
fn services_and_filters_are_installed() -> Result<()> {
    let mut scene = Scene::with_drivers("inf-install", &["sim61883", "plug61883"])?;
    for package in PACKAGES {
        let service = key(&scene, &format!(r"Services\{package}"))?;
        let value = |name: &str| service.get(name).map(String::as_str);
        assert_eq!(value("Type"), Some("0x1"), "{service:?}");
        assert_eq!(value("Start"), Some("0x3"), "{service:?}");
        assert_eq!(value("ErrorControl"), Some("0x1"), "{service:?}");
        let image = value("ImagePath").context("no ImagePath")?;
        assert!(image.ends_with(&format!(r"\{package}.sys")), "{image}");
        assert!(value("DisplayName").is_some_and(|name| name.contains("61883")));
    }
    scene.add_unit(1)?;
    scene.add_unit_with(2, &[])?;
    let unit = key(&scene, &format!(r"Enum\{}", instance(1)))?;
    let value = |name: &str| unit.get(name).map(String::as_str);
    assert_eq!(value("Service"), Some("sim61883"), "{unit:?}");
    assert_eq!(value("UpperFilters"), Some("plug61883"), "{unit:?}");
    assert_eq!(value("Class"), Some("61883"), "{unit:?}");
    assert_eq!(value("HardwareID"), Some(r"ROOT\SIM61883"), "{unit:?}");
    assert_eq!(value("DeviceDesc"), Some("Simulated IEC 61883 unit"));
    let bare = key(&scene, &format!(r"Enum\{}", instance(2)))?;
    assert_eq!(bare.get("Service").map(String::as_str), Some("sim61883"));
    assert_eq!(bare.get("UpperFilters"), None, "{bare:?}");
    let units = scene.plugctl_json(&["units"])?;
    assert_eq!(units["units"].as_array().map(Vec::len), Some(1), "{units}");
    scene.close()
}

/// A device that the INFs do not match gets none of their drivers; one of 61883.inf's does.
#[test]
fn only_units_are_matched() -> Result<()> {
    let mut scene = Scene::with_drivers("inf-match", &["sim61883", "plug61883"])?;
    let path = |name: &str| format!("Z:{}", inf(name).display().to_string().replace('/', r"\"));
    let mut install = |package: &str, id: &str| {
        let path = path(package);
        let command = format!(r"install {path} 1394\{package}\1 --hardware-ids {id}");
        let pending = scene.bench().pnp_start(&command)?;
        scene.bench().pnp_finish(&pending, e2e::PROGRAM)
    };
    for (package, id, section) in [
        ("plug61883", r"1394\A02D&10000", Some("Filter.NT")),
        ("plug61883", r"1394\A02D&10001", Some("Filter.NT")),
        ("plug61883", r"V1394\A02D&10000", Some("Filter.NT")),
        ("plug61883", r"V1394\A02D&10001", Some("Filter.NT")),
        ("plug61883", r"ROOT\SIM61883", Some("Filter.NT")),
        ("plug61883", r"1394\A02D&102", None),
        ("plug61883", r"1394\609E&10483", None),
        ("sim61883", r"1394\A02D&10001", None),
    ] {
        let reply = install(package, id)?;
        match section {
            Some(section) => assert_eq!(reply.text, section, "{id}"),
            None => assert!(
                reply.text.contains("no device of the INF"),
                "{package} {id}: {}",
                reply.text
            ),
        }
    }
    scene.close()
}

/// The workspace's version is in the INFs, in the driver's report and in plugctl's.
#[test]
fn there_is_one_version() -> Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    let mut scene = Scene::open("one-version", 1)?;
    for package in PACKAGES {
        let read = sections(&scene.bench().read_inf(&inf(package))?);
        let lines = read.get("Version").context("no [Version]")?;
        let line = lines.iter().find(|line| line[0] == "DriverVer");
        let line = line.context("no DriverVer")?;
        assert_eq!(line[2], format!("{version}.0"), "{package}");
    }
    let said = scene.plugctl_ok(&["--version"])?;
    assert_eq!(said.trim(), format!("plugctl {version}"));
    let numbers = Raw::reader(&scene)?.interface()?.driver_version;
    let numbers = numbers.map(|number| number.to_string()).join(".");
    assert_eq!(numbers, format!("{version}.0"));
    scene.close()
}
