//! `[Manufacturer]` and the devices.

use super::{ADD_FILTER, Check, decorations};

impl Check<'_> {
    /// Checks the devices; the install sections, and for each the section's name as found.
    pub(super) fn models(&mut self) -> Vec<(String, String)> {
        let Some(manufacturer) = self.section("Manufacturer", "the rules") else {
            return Vec::new();
        };
        let mut installs = Vec::new();
        if manufacturer.lines.is_empty() {
            self.find(1297, "[Manufacturer] is empty");
        }
        for line in &manufacturer.lines {
            let models = line.field(0);
            if models.is_empty() {
                self.find(1011, "[Manufacturer] names no section");
                continue;
            }
            let targets = line.fields.get(1..).unwrap_or_default();
            if targets.is_empty() {
                self.find(2010, format!("[{models}] has no architecture"));
            }
            for target in targets {
                self.target(target);
                let name = format!("{models}.{target}");
                for install in self.devices(&name) {
                    if !installs.contains(&install) {
                        installs.push(install);
                    }
                }
            }
        }
        installs
            .into_iter()
            .filter_map(|install| Some((self.decorated(&install)?, install)))
            .collect()
    }

    /// `NTamd64.10.0...18362`: this architecture, and a build that knows what the INF uses.
    fn target(&mut self, target: &str) {
        let mut parts = target.split('.');
        let [wanted, _] = decorations(self.stamp.arch);
        if !parts
            .next()
            .is_some_and(|part| part.eq_ignore_ascii_case(&wanted))
        {
            self.find(2010, format!("{target} is not for {wanted}"));
        }
        let parts: Vec<&str> = parts.collect();
        let build: Option<u32> = match parts.as_slice() {
            [] => None,
            ["10", "0", "", "", build] => build.parse().ok(),
            _ => {
                self.find(1287, format!("{target} is no decoration of Windows 10"));
                return;
            }
        };
        match build {
            Some(build) if build >= ADD_FILTER => {}
            _ => self.find(
                1199,
                format!("{target} is taken by Windows before build {ADD_FILTER}"),
            ),
        }
    }

    /// The install sections that a section of devices names.
    fn devices(&mut self, name: &str) -> Vec<String> {
        let mut installs = Vec::new();
        let Some(models) = self.section(name, "[Manufacturer]") else {
            return installs;
        };
        let mut ids = Vec::new();
        for line in &models.lines {
            let (install, id) = (line.field(0), line.field(1));
            if install.is_empty() {
                self.find(1271, format!("[{name}]: a device without a section"));
            }
            let enumerator = id.split_once('\\');
            if !enumerator.is_some_and(|(bus, device)| !bus.is_empty() && !device.is_empty()) {
                self.find(1082, format!("[{name}]: hardware ID {id:?}"));
            }
            if ids.contains(&id.to_ascii_lowercase()) {
                self.find(1294, format!("[{name}]: {id} is there twice"));
            }
            ids.push(id.to_ascii_lowercase());
            if !installs.iter().any(|known| known == install) {
                installs.push(install.to_owned());
            }
        }
        if installs.is_empty() {
            self.find(1297, format!("[{name}] has no device"));
        }
        installs
    }

    /// The name of an install section with the decoration that Windows takes.
    fn decorated(&mut self, install: &str) -> Option<String> {
        let found = decorations(self.stamp.arch)
            .into_iter()
            .map(|decoration| format!("{install}.{decoration}"))
            .find(|name| self.inf.section(name).is_some());
        if found.is_none() {
            self.find(1261, format!("[{install}.NT] is missing"));
        }
        found
    }
}
