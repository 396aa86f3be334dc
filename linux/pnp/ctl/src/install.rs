//! Driver packages: staged, and installed on devices.
//!
//! Setupapi does it, as far as Wine's can: matching a device's hardware IDs with an INF, copying
//! files, installing services, naming the function driver. What Wine 8's does not know is made up
//! for here:
//!
//! - a build number in the decoration of a section: devices are matched on a copy of the INF
//!   without it;
//! - a `DDInstall.Filters` section, and that an Extension INF adds to a device instead of installing
//!   it: the filters are written to the device's `UpperFilters`;
//! - catalogues: the copy names none;
//! - directory 13, the driver store: what setupapi makes of an unknown one stays,
//!   `system32\unknown`.

use std::{collections::BTreeSet, path::Path, ptr};

use windows_sys::{
    Win32::Devices::DeviceAndDriverInstallation::{
        SPINST_FILES, SetupDefaultQueueCallbackW, SetupDiGetActualSectionToInstallW,
        SetupDiGetINFClassW, SetupInitDefaultQueueCallback, SetupInstallFromInfSectionW,
        SetupInstallServicesFromInfSectionW, SetupTermDefaultQueueCallback,
    },
    core::GUID,
};

use crate::{
    device::PnpError,
    inf::{Inf, text},
    registry::{self, wide},
    setup::Device,
};

/// The setup class of Extension INFs.
const EXTENSION: &str = "Extension";
/// A device that exists while an Extension INF is searched for it.
const MATCHED: &str = r"ROOT\MATCHED\0000";

/// Puts a package's files where its INF says, and installs its services; their names.
pub(crate) fn stage(path: &str) -> Result<Vec<String>, PnpError> {
    let inf = Inf::open(path)?;
    let mut services = Vec::new();
    for install in installs(&inf)? {
        let section = actual_section(&inf, &install)?;
        copy_files(&inf, &section)?;
        let section = format!("{section}.Services");
        // SAFETY: the INF is open, the name zero-terminated.
        let done = unsafe {
            SetupInstallServicesFromInfSectionW(inf.handle(), wide(&section).as_ptr(), 0)
        };
        if done == 0 {
            return Err(PnpError::setup(format!(
                "SetupInstallServicesFromInfSectionW [{section}]"
            )));
        }
        services.extend(first_fields(&inf, &section, "AddService")?);
    }
    Ok(services)
}

/// Installs a package on a device with these hardware IDs: the function driver of a base INF, which
/// makes the device, or the filters of an Extension INF. The install section that setupapi chose.
pub(crate) fn install(
    path: &str,
    instance: &str,
    hardware_ids: &[String],
) -> Result<String, PnpError> {
    let inf = Inf::open(path)?;
    let (class, name) = class(path)?;
    let copy = for_wine(path)?;
    if name == EXTENSION {
        // Looking for drivers changes a device's class: another one, never registered, serves.
        let section = Device::create(MATCHED, &class, hardware_ids)?.find(&copy)?;
        let section = actual_section(&inf, &section)?;
        for filter in upper_filters(&inf, &section)? {
            registry::add_filter(instance, &filter)?;
        }
        return Ok(section);
    }
    let mut device = Device::create(instance, &class, hardware_ids)?;
    device.register()?;
    let section = device.find(&copy)?;
    device.install()?;
    actual_section(&inf, &section)
}

/// The path of a copy of an INF whose sections are decorated with the architecture alone, and which
/// names no catalogue: here is none.
fn for_wine(path: &str) -> Result<String, PnpError> {
    let failed = |error: std::io::Error| PnpError::Inf(format!("{path}: {error}"));
    let name = Path::new(path).file_name().unwrap_or_default();
    let copy = std::env::temp_dir().join(name);
    let mut text = std::fs::read_to_string(path).map_err(failed)?;
    while let Some(start) = text.find(".10.0...") {
        let digits = |unit: char| unit.is_ascii_digit() || unit == '.';
        let rest = text.get(start..).unwrap_or_default();
        let end = start + rest.find(|unit| !digits(unit)).unwrap_or(rest.len());
        text.replace_range(start..end, "");
    }
    let lines = text.lines().filter(|line| !line.starts_with("CatalogFile"));
    let text = lines.collect::<Vec<_>>().join("\r\n") + "\r\n";
    std::fs::write(&copy, text).map_err(failed)?;
    Ok(copy.to_string_lossy().into_owned())
}

/// The install sections of all devices of a file.
fn installs(inf: &Inf) -> Result<BTreeSet<String>, PnpError> {
    let mut names = BTreeSet::new();
    for manufacturer in inf.lines("Manufacturer")? {
        let [_, models, targets @ ..] = manufacturer.as_slice() else {
            continue;
        };
        for target in targets {
            for device in inf.lines(&format!("{models}.{target}"))? {
                names.extend(device.get(1).cloned());
            }
        }
    }
    if names.is_empty() {
        return Err(PnpError::Inf("the INF has no device".into()));
    }
    Ok(names)
}

/// What lines with this key have for a first field.
fn first_fields(inf: &Inf, section: &str, key: &str) -> Result<Vec<String>, PnpError> {
    let lines = inf.lines(section)?;
    let with_key = lines.into_iter().filter(|line| {
        line.first()
            .is_some_and(|first| first.eq_ignore_ascii_case(key))
    });
    Ok(with_key
        .filter_map(|line| line.into_iter().nth(1))
        .collect())
}

/// The services that a `DDInstall.Filters` section puts above the function driver, in its order.
fn upper_filters(inf: &Inf, section: &str) -> Result<Vec<String>, PnpError> {
    let mut filters = Vec::new();
    for line in inf.lines(&format!("{section}.Filters"))? {
        let [key, service, flags, place, ..] = line.as_slice() else {
            return Err(PnpError::Inf(format!("[{section}.Filters]: {line:?}")));
        };
        let position = first_fields(inf, place, "FilterPosition")?;
        let is_upper = position.first().is_some_and(|word| word == "Upper");
        if !key.eq_ignore_ascii_case("AddFilter") || !flags.is_empty() || !is_upper {
            return Err(PnpError::Inf(format!("[{section}.Filters]: {line:?}")));
        }
        filters.push(service.clone());
    }
    Ok(filters)
}

/// The section's name with the decoration that fits this system.
fn actual_section(inf: &Inf, section: &str) -> Result<String, PnpError> {
    let mut name = [0; 256];
    // SAFETY: the INF is open, the buffer as long as said, the optional pointers null.
    let found = unsafe {
        SetupDiGetActualSectionToInstallW(
            inf.handle(),
            wide(section).as_ptr(),
            name.as_mut_ptr(),
            name.len() as u32,
            ptr::null_mut(),
            ptr::null_mut(),
        )
    };
    if found == 0 {
        return Err(PnpError::setup(format!(
            "SetupDiGetActualSectionToInstallW [{section}]"
        )));
    }
    Ok(text(&name))
}

fn copy_files(inf: &Inf, section: &str) -> Result<(), PnpError> {
    // SAFETY: no window is wanted.
    let context = unsafe { SetupInitDefaultQueueCallback(ptr::null_mut()) };
    // SAFETY: the INF is open, the name zero-terminated, the context that of this callback. With no
    // folder given, files come from where the INF is.
    let done = unsafe {
        SetupInstallFromInfSectionW(
            ptr::null_mut(),
            inf.handle(),
            wide(section).as_ptr(),
            SPINST_FILES,
            ptr::null_mut(),
            ptr::null(),
            0,
            Some(SetupDefaultQueueCallbackW),
            context,
            0,
            ptr::null(),
        )
    };
    let result = match done {
        0 => Err(PnpError::setup(format!(
            "SetupInstallFromInfSectionW [{section}]"
        ))),
        _ => Ok(()),
    };
    // SAFETY: the context is not used any more.
    unsafe { SetupTermDefaultQueueCallback(context) };
    result
}

/// The setup class of a file.
fn class(path: &str) -> Result<(GUID, String), PnpError> {
    let mut guid = GUID::default();
    let mut name = [0; 64];
    // SAFETY: the path is zero-terminated, the buffer as long as said.
    let found = unsafe {
        SetupDiGetINFClassW(
            wide(path).as_ptr(),
            &mut guid,
            name.as_mut_ptr(),
            name.len() as u32,
            ptr::null_mut(),
        )
    };
    match found {
        0 => Err(PnpError::setup("SetupDiGetINFClassW".into())),
        _ => Ok((guid, text(&name))),
    }
}
