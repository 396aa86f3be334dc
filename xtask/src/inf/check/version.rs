//! The `[Version]` section.

use super::{Check, is_guid};

/// Setup classes and their names.
const EXTENSION: (&str, &str) = ("Extension", "{e2f84ce7-8efa-411c-aa69-97454ca4cb57}");
const CLASSES: &[(&str, &str)] = &[
    EXTENSION,
    ("61883", "{7ebefbc0-3200-11d2-b4c2-00a0c9697d07}"),
];

impl Check<'_> {
    pub(super) fn version(&mut self) {
        let Some(section) = self.section("Version", "the rules") else {
            return;
        };
        self.only(
            section,
            &[
                "Signature",
                "Class",
                "ClassGuid",
                "ExtensionId",
                "Provider",
                "CatalogFile",
                "DriverVer",
                "PnpLockdown",
            ],
        );
        let signature = self
            .required(section, "Signature", 1001)
            .unwrap_or_default();
        if !signature.eq_ignore_ascii_case("$Windows NT$") {
            self.find(1001, format!("Signature is {signature:?}"));
        }
        let class = self.required(section, "Class", 1289).unwrap_or_default();
        let guid = self
            .required(section, "ClassGuid", 1289)
            .unwrap_or_default();
        if !is_guid(guid) {
            self.find(1010, format!("ClassGuid is {guid:?}"));
        } else if !CLASSES
            .iter()
            .any(|(name, id)| *name == class && id.eq_ignore_ascii_case(guid))
        {
            self.find(1280, format!("class {class} does not belong to {guid}"));
        }
        self.is_extension = class == EXTENSION.0;
        match section.value("ExtensionId") {
            None if self.is_extension => self.find(1381, "an Extension INF without ExtensionId"),
            Some(_) if !self.is_extension => self.find(1290, "ExtensionId in a base INF"),
            Some(id) if !is_guid(id) => self.find(1380, format!("ExtensionId is {id:?}")),
            _ => {}
        }
        let provider = self.required(section, "Provider", 1289).unwrap_or_default();
        let provider = self.expand(provider).to_ascii_lowercase();
        if provider.starts_with("microsoft") || provider.trim().is_empty() {
            self.find(1204, format!("Provider is {provider:?}"));
        }
        let catalog = self
            .required(section, "CatalogFile", 1233)
            .unwrap_or_default();
        if !catalog.ends_with(".cat") || catalog.contains(['\\', '/']) {
            self.find(1214, format!("CatalogFile is {catalog:?}"));
        }
        if section.value("PnpLockdown") != Some("1") {
            self.find(1324, "PnpLockdown is not 1");
        }
        self.driver_version();
    }

    fn driver_version(&mut self) {
        let Some(line) = self
            .inf
            .section("Version")
            .and_then(|section| section.all("DriverVer").next())
        else {
            self.find(1233, "[Version] has no DriverVer");
            return;
        };
        if !is_date(line.field(0)) {
            self.find(1218, format!("DriverVer's date is {:?}", line.field(0)));
        }
        if !is_version(line.field(1)) {
            self.find(1217, format!("DriverVer's version is {:?}", line.field(1)));
        } else if line.field(1) != self.stamp.version || line.field(0) != self.stamp.date {
            self.find(
                1217,
                format!(
                    "DriverVer is {},{}, the build's {},{}",
                    line.field(0),
                    line.field(1),
                    self.stamp.date,
                    self.stamp.version
                ),
            );
        }
        if line.fields.len() > 2 {
            self.find(1201, "DriverVer has more than a date and a version");
        }
    }
}

/// `mm/dd/yyyy`.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('/').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let numbers: Result<Vec<u32>, _> = parts.iter().map(|part| part.parse()).collect();
    lengths == [2, 2, 4] && matches!(numbers.as_deref(), Ok([1..=12, 1..=31, _]))
}

/// Four numbers below 65535, not all of them 0.
fn is_version(text: &str) -> bool {
    let numbers: Result<Vec<u16>, _> = text.split('.').map(str::parse).collect();
    numbers.is_ok_and(|numbers| {
        numbers.len() == 4
            && numbers.iter().all(|&number| number < u16::MAX)
            && numbers.iter().any(|&number| number != 0)
    })
}
