//! To which device something belongs, and whether that is a 1394 one.

use std::fmt;

/// Enumerators whose devices are on a 1394 bus: the bus driver's own, its virtual devices, and
/// what 61883.sys and avc.sys make of a unit.
const ENUMERATORS: [&str; 4] = ["1394", "V1394", "61883", "AVC"];

/// Whether something is of a 1394 device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FireWire {
    /// Its device, or one that its device hangs on, is on a 1394 bus.
    Yes,
    /// Its name looks so; the device tree does not tell.
    Perhaps,
    /// Its device is on no 1394 bus.
    No,
    /// Nothing is known of its device.
    #[default]
    Unknown,
}

impl fmt::Display for FireWire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Yes => "yes",
            Self::Perhaps => "perhaps",
            Self::No => "no",
            Self::Unknown => "unknown",
        })
    }
}

/// To which device something belongs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BelongsTo {
    /// The device's instance ID, `1394\VENDOR&MODEL\0`, where it is known.
    pub device: Option<String>,
    /// Whether that is a 1394 device.
    pub fire_wire: FireWire,
}

impl BelongsTo {
    /// No device: what a program holds by itself.
    #[must_use]
    pub const fn no_device() -> Self {
        Self {
            device: None,
            fire_wire: FireWire::No,
        }
    }

    /// A 1394 unit by a name of its own.
    #[must_use]
    pub fn unit(name: String) -> Self {
        Self {
            device: Some(name),
            fire_wire: FireWire::Yes,
        }
    }

    /// What a device instance ID, those of the devices above it in the device tree, and a name
    /// that people read tell.
    #[must_use]
    pub fn judge(device: Option<String>, parents: &[String], name: &str) -> Self {
        let known = device.iter().chain(parents);
        let fire_wire = if known.into_iter().any(|id| is_1394_device(id)) {
            FireWire::Yes
        } else if name_looks_like_1394(name) {
            FireWire::Perhaps
        } else if device.is_some() {
            FireWire::No
        } else {
            FireWire::Unknown
        };
        Self { device, fire_wire }
    }

    /// Whether it is known to be of a 1394 device.
    #[must_use]
    pub fn is_fire_wire(&self) -> bool {
        self.fire_wire == FireWire::Yes
    }
}

/// Whether a device instance ID is that of a device on a 1394 bus.
#[must_use]
pub fn is_1394_device(instance: &str) -> bool {
    instance.split_once('\\').is_some_and(|(enumerator, _)| {
        let is = |known: &&str| known.eq_ignore_ascii_case(enumerator);
        ENUMERATORS.iter().any(is)
    })
}

fn name_looks_like_1394(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["1394", "firewire", "i.link", "ilink"]
        .iter()
        .any(|part| name.contains(part))
}

/// The device instance ID in a device interface path, `\\?\1394#VENDOR&MODEL#0#{class}\name`,
/// whatever stands before it: Core Audio puts `{2}.` there.
#[must_use]
pub fn device_of_interface(path: &str) -> Option<String> {
    let (_, path) = path.split_once(r"\\?\")?;
    let mut parts = path.split('#');
    let parts = [parts.next()?, parts.next()?, parts.next()?];
    (!parts
        .iter()
        .any(|part| part.is_empty() || part.contains('\\')))
    .then(|| parts.join(r"\").to_ascii_uppercase())
}
