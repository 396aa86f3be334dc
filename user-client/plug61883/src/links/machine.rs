//! A machine's device tree, by a handle of the configuration manager.

use super::codes::{LinkCode, Problem};
use super::{BelongsTo, Family, Link, LinkError, LinkErrorKind, is_1394_device};
use crate::platform::links::machine as platform;

/// Setup classes of 1394 host controllers and of units that 61883.sys drives.
const CLASSES: [&str; 2] = ["1394", "61883"];

/// Bits of a device's status, `DN_` in cfg.h.
mod node_status {
    pub(super) const DRIVER_LOADED: u32 = 0x0000_0002;
    pub(super) const STARTED: u32 = 0x0000_0008;
    pub(super) const HAS_PROBLEM: u32 = 0x0000_0400;
}

/// A device of a machine's device tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceNode {
    /// Device instance ID, `1394\VENDOR&MODEL\0`.
    pub instance: String,
    /// Hardware IDs, the most specific first.
    pub hardware_ids: Vec<String>,
    /// What Device Manager calls it; empty where it has no name.
    pub description: String,
    /// Setup class, `61883`; empty where none is installed.
    pub class: String,
    /// Service of its function driver; empty where none is installed.
    pub service: String,
    /// Status, the `DN_` bits of cfg.h.
    pub status: u32,
    /// Why it does not work; [`Problem::NONE`] when it does.
    pub problem: Problem,
}

impl DeviceNode {
    /// Whether its driver is loaded.
    #[must_use]
    pub const fn is_loaded(&self) -> bool {
        self.status & node_status::DRIVER_LOADED != 0
    }

    /// Whether it is started.
    #[must_use]
    pub const fn is_started(&self) -> bool {
        self.status & node_status::STARTED != 0
    }

    /// Its problem, when it has one.
    #[must_use]
    pub const fn has_problem(&self) -> Option<Problem> {
        if self.status & node_status::HAS_PROBLEM != 0 {
            Some(self.problem)
        } else {
            None
        }
    }

    /// Whether it is on a 1394 bus, makes one, or is a unit that 61883.sys drives.
    #[must_use]
    pub fn is_fire_wire(&self) -> bool {
        let is_class = |class: &&str| class.eq_ignore_ascii_case(&self.class);
        is_1394_device(&self.instance) || CLASSES.iter().any(is_class)
    }
}

/// The 1394 devices of a device tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceList {
    /// Those that could be read.
    pub devices: Vec<DeviceNode>,
    /// Why others could not, 1394 devices or not.
    pub troubles: Vec<LinkError>,
}

/// A machine's device tree. The handle to another machine is released when this value is dropped
/// or [disconnected](Link::disconnect), whichever comes first; this machine needs none.
#[derive(Debug)]
pub struct Machine {
    host: Option<String>,
    tree: Option<platform::Tree>,
    belongs_to: BelongsTo,
}

impl Machine {
    /// The device tree of `host`, a name with or without `\\` before it; of this machine, when
    /// none is given.
    ///
    /// # Errors
    ///
    /// What `CM_Connect_MachineW` answered: since Windows 8 and Windows Server 2012, Windows does
    /// not reach other machines any more. Fails on other systems than Windows.
    pub fn connect(host: Option<&str>) -> Result<Self, LinkError> {
        let host = host.map(unc);
        let tree = match &host {
            None => platform::Tree::local(),
            Some(host) if host.contains('\0') => {
                Err(LinkError::new(Family::Machine, LinkErrorKind::BadName))
            }
            Some(host) => platform::Tree::connect(host),
        };
        let tree = tree.map_err(|error| match &host {
            Some(host) => error.of(host),
            None => error,
        })?;
        Ok(Self {
            host,
            tree: Some(tree),
            belongs_to: BelongsTo::no_device(),
        })
    }

    /// The other machine's name, with `\\`; `None` for this machine.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// The 1394 host controllers, the devices on their buses and the units that 61883.sys drives,
    /// as far as they are in the device tree now.
    ///
    /// # Errors
    ///
    /// What the configuration manager answered; [`LinkErrorKind::Released`] when the handle is
    /// disconnected. A device of its own that can't be read does not end the list: see
    /// [`DeviceList::troubles`].
    pub fn devices(&self) -> Result<DeviceList, LinkError> {
        let Some(tree) = &self.tree else {
            return Err(self.released());
        };
        let mut list = DeviceList::default();
        for instance in tree.instances()? {
            match tree.device(&instance) {
                Ok(device) => list.devices.extend(device.filter(DeviceNode::is_fire_wire)),
                Err(error) => list.troubles.push(error.of(&instance)),
            }
        }
        Ok(list)
    }

    fn released(&self) -> LinkError {
        LinkError::new(Family::Machine, LinkErrorKind::Released).of(&self.name())
    }
}

impl Link for Machine {
    fn family(&self) -> Family {
        Family::Machine
    }

    fn id(&self) -> String {
        self.name()
    }

    /// The other machine's name; `.` for this one.
    fn name(&self) -> String {
        self.host.clone().unwrap_or_else(|| ".".to_owned())
    }

    fn belongs_to(&self) -> &BelongsTo {
        &self.belongs_to
    }

    /// Nothing is answered for this machine, which has no handle.
    fn disconnect(&mut self) -> Result<Option<LinkCode>, LinkError> {
        let Some(tree) = self.tree.take() else {
            return Err(self.released());
        };
        tree.disconnect().map_err(|error| error.of(&self.name()))
    }
}

/// A machine's name as Windows takes it: with two backslashes.
fn unc(host: &str) -> String {
    format!(r"\\{}", host.trim_start_matches('\\'))
}
