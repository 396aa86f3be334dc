//! What is done for a device: files, services, filters, the framework.

use super::{Check, Section};

/// SPSVCINST_ASSOCSERVICE: the service is the device's function driver.
const ASSOCIATED: u32 = 2;

impl<'a> Check<'a> {
    /// Checks an install section; `name` is its name with the decoration.
    pub(super) fn install(&mut self, name: &str, install: &str) {
        let Some(section) = self.section(name, install) else {
            return;
        };
        self.only(section, &["CopyFiles"]);
        let mut files = Vec::new();
        for line in section.all("CopyFiles") {
            for list in &line.fields {
                files.extend(self.copied(list));
            }
        }
        let services = self.services(name, &files);
        if self.inf.section(&format!("{name}.Filters")).is_some() {
            self.filters(name, &services);
        } else if self.is_extension {
            self.find(
                1203,
                format!("[{name}.Filters] is missing: the filter is never added"),
            );
        }
        self.framework(name, &services);
    }

    /// The files of a `CopyFiles` section.
    fn copied(&mut self, list: &str) -> Vec<String> {
        let mut files = Vec::new();
        let Some(section) = self.section(list, "CopyFiles") else {
            return files;
        };
        let sources = self.inf.section("SourceDisksFiles");
        for line in &section.lines {
            let file = line.field(0);
            if sources.is_none_or(|sources| sources.all(file).next().is_none()) {
                self.find(1230, format!("{file} is not in [SourceDisksFiles]"));
            }
            if !line.field(1).is_empty() && line.field(1) != file {
                self.find(1100, format!("{} is copied as {file}", line.field(1)));
            }
            if line.key.is_some() {
                self.find(1082, format!("[{list}] has a line with a key"));
            }
            files.push(file.to_ascii_lowercase());
        }
        files
    }

    /// The services that are installed, in small letters.
    fn services(&mut self, name: &str, files: &[String]) -> Vec<String> {
        let mut services = Vec::new();
        let mut associated = 0;
        let Some(section) = self.section(&format!("{name}.Services"), name) else {
            return services;
        };
        self.only(section, &["AddService"]);
        for line in section.all("AddService") {
            let (service, install) = (line.field(0), line.field(2));
            let flags = match line.field(1) {
                "" => Some(0),
                text => match text.strip_prefix("0x") {
                    Some(text) => u32::from_str_radix(text, 16).ok(),
                    None => text.parse().ok(),
                },
            };
            match flags {
                Some(flags) if flags & ASSOCIATED != 0 => associated += 1,
                Some(0) => {}
                _ => self.find(
                    1083,
                    format!("AddService {service}: flags {:?}", line.field(1)),
                ),
            }
            if service.is_empty() {
                self.find(
                    1253,
                    format!("[{}]: a service without a name", section.name),
                );
            }
            match self.section(install, "AddService") {
                Some(install) => self.service(service, install, files),
                None => self.find(2006, format!("AddService {service} has no section")),
            }
            services.push(service.to_ascii_lowercase());
        }
        match (self.is_extension, associated) {
            (true, 0) | (false, 1) => {}
            (true, _) => self.find(1383, "an Extension INF with a function driver"),
            (false, 0) => self.find(1296, format!("[{name}] has no function driver")),
            (false, _) => self.find(1211, format!("[{name}] has two function drivers")),
        }
        services
    }

    fn service(&mut self, service: &str, section: &'a Section, files: &[String]) {
        self.only(
            section,
            &[
                "DisplayName",
                "Description",
                "ServiceType",
                "StartType",
                "ErrorControl",
                "ServiceBinary",
            ],
        );
        for (key, value) in [
            ("ServiceType", "1"),
            ("StartType", "3"),
            ("ErrorControl", "1"),
        ] {
            if self
                .required(section, key, 1234)
                .is_some_and(|found| found != value)
            {
                self.find(1252, format!("{service}: {key} is not {value}"));
            }
        }
        let Some(binary) = self.required(section, "ServiceBinary", 1234) else {
            return;
        };
        match binary.split_once('\\') {
            Some(("%13%", file)) if files.contains(&file.to_ascii_lowercase()) => {}
            Some(("%13%", file)) => {
                self.find(2084, format!("{service}: {file} is not copied"));
            }
            _ => self.find(2085, format!("{service}: ServiceBinary is {binary}")),
        }
    }

    fn filters(&mut self, name: &str, services: &[String]) {
        let Some(section) = self.section(&format!("{name}.Filters"), name) else {
            return;
        };
        self.only(section, &["AddFilter"]);
        for line in section.all("AddFilter") {
            let filter = line.field(0);
            if !services.contains(&filter.to_ascii_lowercase()) {
                self.find(2501, format!("filter {filter} is no service of this INF"));
            }
            if !matches!(line.field(1), "" | "0") {
                self.find(
                    1083,
                    format!("AddFilter {filter}: flags {:?}", line.field(1)),
                );
            }
            let Some(place) = self.section(line.field(2), "AddFilter") else {
                continue;
            };
            self.only(place, &["FilterPosition", "FilterLevel"]);
            match (place.value("FilterPosition"), place.value("FilterLevel")) {
                (Some("Upper" | "Lower"), None) => {}
                (None, Some(level)) if !level.is_empty() => {}
                (Some(_), Some(_)) => self.find(1087, format!("filter {filter}: two places")),
                _ => self.find(1234, format!("filter {filter}: no place")),
            }
        }
    }

    fn framework(&mut self, name: &str, services: &[String]) {
        let Some(section) = self.section(&format!("{name}.Wdf"), name) else {
            return;
        };
        self.only(section, &["KmdfService"]);
        for service in services {
            let mut lines = section.all("KmdfService");
            if !lines.any(|line| line.field(0).eq_ignore_ascii_case(service)) {
                self.find(1084, format!("{service} has no KmdfService"));
            }
        }
        for line in section.all("KmdfService") {
            if !services.contains(&line.field(0).to_ascii_lowercase()) {
                self.find(2501, format!("KmdfService {} is no service", line.field(0)));
            }
            let Some(version) = self.section(line.field(1), "KmdfService") else {
                continue;
            };
            self.only(version, &["KmdfLibraryVersion"]);
            let found = self.required(version, "KmdfLibraryVersion", 1234);
            if found.is_some_and(|found| found != self.stamp.kmdf) {
                self.find(
                    1217,
                    format!("KmdfLibraryVersion is not {}, as built", self.stamp.kmdf),
                );
            }
        }
    }
}
