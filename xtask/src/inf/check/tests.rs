//! The repository's INFs pass, and every rule refuses what breaks it.

use super::super::{Arch, NAMES, stamped, test_stamp};
use super::*;

fn findings(name: &str, arch: Arch, change: impl Fn(String) -> String) -> Vec<Finding> {
    let stamp = test_stamp(arch);
    let text = change(stamped(name, &stamp).unwrap());
    let inf = Inf::parse(&text).unwrap();
    check(&inf, &stamp, &|file| file == format!("{name}.sys"))
}

#[test]
fn ours_pass() {
    for name in NAMES {
        for arch in [Arch::Amd64, Arch::Arm64] {
            assert_eq!(findings(name, arch, |text| text), [], "{name} {arch:?}");
        }
    }
}

#[test]
fn every_unit_of_61883_sys_is_matched() {
    let text = stamped("plug61883", &test_stamp(Arch::Amd64)).unwrap();
    let inf = Inf::parse(&text).unwrap();
    let units = inf.section("Units.NTamd64.10.0...18362").unwrap();
    let ids: Vec<_> = units.lines.iter().map(|line| line.field(1)).collect();
    assert_eq!(
        ids,
        [
            r"1394\A02D&10000",
            r"1394\A02D&10001",
            r"V1394\A02D&10000",
            r"V1394\A02D&10001",
            r"ROOT\SIM61883"
        ]
    );
}

/// What is replaced in plug61883.inf by what, and the number of what is then found.
const BROKEN: &[(&str, &str, u16)] = &[
    ("$WINDOWS NT$", "$WINDOWS 95$", 1001),
    ("= Extension", "= 61883", 1280),
    ("{e2f84ce7-8efa", "{e2f84ce7_8efa", 1010),
    ("ExtensionId", ";", 1381),
    ("{b58e3477", "{b58e34770", 1380),
    (
        "Provider            = \"plug",
        "Provider = \"Microsoft plug",
        1204,
    ),
    ("CatalogFile", ";", 1233),
    ("plug61883.cat", "plug61883.dll", 1214),
    ("02/29/2024", "29/02/2024", 1218),
    ("1.2.3.0", "1.2.3", 1217),
    ("1.2.3.0", "1.2.4.0", 1217),
    ("DriverVer", ";", 1233),
    ("PnpLockdown = 1", "PnpLockdown = 0", 1324),
    (
        "PnpLockdown = 1",
        "PnpLockdown = 1\nLayoutFile = layout.inf",
        1300,
    ),
    (
        "PnpLockdown = 1",
        "PnpLockdown = 1\nPnpLockdown = 1\nProvider = x",
        1088,
    ),
    ("DefaultDestDir = 13", "DefaultDestDir = 12", 1322),
    ("DefaultDestDir = 13", "DefaultDestDir = 13, sub", 1100),
    ("DefaultDestDir = 13", "", 1275),
    ("1 = %Disk%", "2 = %Disk%", 1273),
    ("plug61883.sys = 1", "plug61883.sys = 1, x64", 1100),
    ("plug61883.sys = 1", "plug.sys = 1", 1230),
    (
        "plug61883.sys = 1",
        "plug61883.sys = 1\nplug61883.cat = 1",
        1213,
    ),
    ("Units,NTamd64.10.0...18362", "Units", 2010),
    ("Units,NTamd64.10.0...18362", "", 1011),
    ("NTamd64.10.0...18362", "NTamd64.10.0...16299", 1199),
    ("NTamd64.10.0...18362", "NTamd64", 1199),
    ("NTamd64.10.0...18362", "NTarm64.10.0...18362", 2010),
    ("NTamd64.10.0...18362", "NT$ARCH$.10.0...18362", 1274),
    ("[Units.NTamd64", "[Unit.NTamd64", 1203),
    ("= Filter, 1394\\A02D&10000", "= Filter, A02D", 1082),
    (
        "= Filter, 1394\\A02D&10000",
        "= Filter, 1394\\a02d&10001",
        1294,
    ),
    ("= Filter, 1394\\A02D&10000", "= , 1394\\A02D&10000", 1271),
    ("[Filter.NT]", "[Filter]", 1261),
    ("CopyFiles = Filter.Files", "CopyFiles = Filter.File", 1203),
    (
        "CopyFiles = Filter.Files",
        "CopyFiles = Filter.Files\nDelReg = X",
        1300,
    ),
    (
        "CopyFiles = Filter.Files",
        "CopyFiles = Filter.Files\nAddReg = X",
        2004,
    ),
    (
        "[Filter.Files]\r\nplug61883.sys",
        "[Filter.Files]\r\na.sys,plug61883.sys",
        1100,
    ),
    ("[Filter.NT.Filters]", "[Filter.Filters]", 1203),
    ("AddFilter = plug61883,,", "AddFilter = other,,", 2501),
    ("AddFilter = plug61883,,", "AddFilter = plug61883,1,", 1083),
    ("FilterPosition = Upper", "FilterPosition = Top", 1234),
    (
        "FilterPosition = Upper",
        "FilterPosition = Upper\nFilterLevel = A",
        1087,
    ),
    (
        "AddService = plug61883,,",
        "AddService = plug61883, 2,",
        1383,
    ),
    (
        "AddService = plug61883,,",
        "AddService = plug61883, x,",
        1083,
    ),
    ("AddService = plug61883,,", "AddService = ,,", 1253),
    (
        "AddService = plug61883,, Filter.Service",
        "AddService = plug61883,, None",
        2006,
    ),
    ("ServiceType   = 1", "ServiceType = 2", 1252),
    ("ErrorControl", ";", 1234),
    (r"%13%\plug61883.sys", r"%12%\plug61883.sys", 2085),
    (r"%13%\plug61883.sys", r"%13%\other.sys", 2084),
    ("KmdfService = plug61883", "KmdfService = other", 1084),
    (
        "KmdfLibraryVersion = 1.27",
        "KmdfLibraryVersion = 1.33",
        1217,
    ),
    ("Disk                =", "Disc =", 1235),
    ("[Strings]", "[Strings]\r\nSpare = \"x\"", 2083),
    ("[Strings]", "[Filter.NT.CoInstallers]\r\n[Strings]", 1307),
    ("[Strings]", "[ClassInstall32]\r\n[Strings]", 1285),
    ("[Strings]", "[Spare]\r\n[Strings]", 2083),
    ("[Strings]", "[Version]\r\n[Strings]", 1209),
    (
        "\"IEC 61883 plug management\"",
        "\"IEC\u{a0}61883 plug management\"",
        1003,
    ),
];

#[test]
fn what_is_broken_is_found() {
    for (from, to, code) in BROKEN {
        let found = findings("plug61883", Arch::Amd64, |text| {
            assert!(text.contains(from), "{from}");
            text.replace(from, to)
        });
        assert!(
            found.iter().any(|finding| finding.code == *code),
            "{from} -> {to}: {code} is not in {found:?}"
        );
    }
}

/// What only a base INF can get wrong.
#[test]
fn a_unit_has_one_function_driver() {
    for (from, to, code) in [
        ("sim61883, 2,", "sim61883,,", 1296),
        (
            "AddService = sim61883, 2, Simulated.Service",
            "AddService = sim61883, 2, Simulated.Service\nAddService = b, 2, Simulated.Service",
            1211,
        ),
        ("PnpLockdown", "ExtensionId = {}\nPnpLockdown", 1290),
    ] {
        let found = findings("sim61883", Arch::Amd64, |text| text.replace(from, to));
        assert!(
            found.iter().any(|finding| finding.code == code),
            "{found:?}"
        );
    }
}
