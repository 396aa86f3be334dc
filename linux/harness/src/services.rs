//! Kernel services and devices, as text of the registry files that Wine keeps.

use crate::error::{Error, Result};

/// When a service starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// With the prefix.
    Auto = 2,
    /// When asked for.
    Demand = 3,
}

/// The registry key of a kernel service whose image stands in `system32\drivers`.
pub(crate) fn service(name: &str, image: &str, start: Start) -> Result<String> {
    check_names(&[name, image])?;
    Ok(format!(
        "\n[System\\\\CurrentControlSet\\\\Services\\\\{name}] 1700000000\n\
         \"ErrorControl\"=dword:00000001\n\
         \"ImagePath\"=str(2):\"C:\\\\windows\\\\system32\\\\drivers\\\\{image}\"\n\
         \"Start\"=dword:{:08x}\n\
         \"Type\"=dword:00000001\n",
        start as u32
    ))
}

/// A setting that the framework stand-in reads when it binds a driver.
pub(crate) fn setting(service: &str, name: &str, value: u32) -> Result<String> {
    check_names(&[service, name])?;
    Ok(format!(
        "\n[System\\\\CurrentControlSet\\\\Services\\\\{service}\\\\Parameters\\\\Wdf] 1700000000\n\
         \"{name}\"=dword:{value:08x}\n"
    ))
}

fn check_names(names: &[&str]) -> Result<()> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    match names
        .iter()
        .find(|name| name.is_empty() || !name.chars().all(plain))
    {
        None => Ok(()),
        Some(name) => Err(Error::BadName(
            (*name).to_owned(),
            "service, file or value name",
        )),
    }
}

/// A registry file without the devices that Wine enumerates itself (its HID and USB buses, which
/// would load two more drivers each time) and without the debugger that is started on a crash,
/// which takes seconds and would keep the crashed process around.
pub(crate) fn without_root_devices(registry: &str) -> String {
    let mut skip = false;
    let mut text = String::with_capacity(registry.len());
    for line in registry.lines() {
        if line.starts_with('[') {
            let key = line.to_ascii_lowercase();
            skip = key.starts_with("[system\\\\currentcontrolset\\\\enum\\\\root\\\\");
        }
        if skip {
            continue;
        }
        if line.starts_with("\"Debugger\"=\"winedbg") {
            text.push_str("\"Debugger\"=\"\"\n");
            continue;
        }
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// Checks a device instance path.
pub(crate) fn check_instance(instance: &str) -> Result<()> {
    let parts: Vec<&str> = instance.split('\\').collect();
    let good = parts.len() == 3
        && parts.iter().all(|part| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|c| c.is_ascii_graphic() && c != '/' && c != ',')
        });
    // Wine's own PnP manager starts what stands below ROOT, without filters.
    if good
        && !parts
            .first()
            .is_some_and(|enumerator| enumerator.eq_ignore_ascii_case("root"))
    {
        Ok(())
    } else {
        Err(Error::BadName(
            instance.to_owned(),
            "device instance path for pnp.sys",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services() {
        let text = service("sim61883", "sim61883.sys", Start::Demand).expect("a good name");
        assert!(text.contains("[System\\\\CurrentControlSet\\\\Services\\\\sim61883]"));
        assert!(text.contains("\"Start\"=dword:00000003\n"));
        for wrong in ["", "a b", "a\\b", "a\"b", "a\n"] {
            assert!(service(wrong, "x.sys", Start::Auto).is_err(), "{wrong:?}");
            assert!(service("x", wrong, Start::Auto).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn settings() {
        let text = setting("plug61883", "TraceLog", 1).expect("good names");
        assert!(
            text.contains(r"Services\\plug61883\\Parameters\\Wdf]"),
            "{text}"
        );
        assert!(text.ends_with("\"TraceLog\"=dword:00000001\n"), "{text}");
        assert!(setting("a b", "TraceLog", 1).is_err());
    }

    #[test]
    fn root_devices_go_and_all_else_stays() {
        let text = "WINE REGISTRY Version 2\n\n[Software\\\\AeDebug] 1\n\"Auto\"=\"1\"\n\
                    \"Debugger\"=\"winedbg --auto %ld %ld\"\n\n\
                    [System\\\\CurrentControlSet\\\\Enum\\\\ROOT\\\\WINE\\\\0] 1\n#time=1\n\"Service\"=\"winebus\"\n\n\
                    [System\\\\CurrentControlSet\\\\Enum\\\\1394\\\\A\\\\0] 1\n\"Service\"=\"sim\"\n";
        let left = without_root_devices(text);
        assert!(!left.contains("winebus") && !left.contains("winedbg"));
        assert!(left.contains("\"Auto\"=\"1\"") && left.contains("\"Service\"=\"sim\""));
    }

    #[test]
    fn instances() {
        check_instance(r"1394\VENDOR&MODEL\0011223344556677").expect("good");
        for wrong in [
            "",
            "a",
            r"a\b",
            r"a\b\c\d",
            r"a\\c",
            r"ROOT\X\0",
            r"a\b c\d",
            r"a\b,\d",
        ] {
            assert!(check_instance(wrong).is_err(), "{wrong:?}");
        }
    }
}
