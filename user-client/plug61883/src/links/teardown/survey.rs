//! What there is to break.

use super::plan::Selection;
use crate::links::{Audio, Family, Link, LinkError, Network, plug_links};
use crate::{Driver, Error};

/// The links that there are, and what could not be listed.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Survey {
    /// Links of every device, 1394 or not.
    pub links: Vec<Box<dyn Link>>,
    /// What could not be listed.
    pub troubles: Vec<LinkError>,
}

impl Survey {
    /// From links that are already there.
    #[must_use]
    pub fn of(links: Vec<Box<dyn Link>>) -> Self {
        Self {
            links,
            troubles: Vec::new(),
        }
    }

    fn add<L: Link + 'static>(&mut self, links: Result<Vec<L>, LinkError>) {
        match links {
            Ok(links) => {
                let links = links.into_iter();
                self.links
                    .extend(links.map(|link| Box::new(link) as Box<dyn Link>));
            }
            Err(error) => self.troubles.push(error),
        }
    }
}

/// Lists the links of the families selected, of every device; a family that can't be listed does
/// not end it. `driver` is opened for plug connections alone; a plan breaks those of other
/// programs and drivers too.
pub fn survey(selection: &Selection, driver: impl FnOnce() -> Result<Driver, Error>) -> Survey {
    let mut survey = Survey::default();
    if selection.has(Family::Audio) {
        match Audio::open().and_then(|audio| audio.devices()) {
            Ok(devices) => {
                for device in devices {
                    survey.troubles.extend(device.trouble);
                    survey.add(Ok(device.connectors));
                }
            }
            Err(error) => survey.troubles.push(error),
        }
    }
    if selection.has(Family::Plug) {
        survey.add(
            driver()
                .map_err(LinkError::from)
                .and_then(|driver| plug_links(&driver, true)),
        );
    }
    if selection.has(Family::Network) {
        match Network::open().and_then(|network| network.connections()) {
            Ok(list) => {
                survey.troubles.extend(list.troubles);
                survey.add(Ok(list.connections));
            }
            Err(error) => survey.troubles.push(error),
        }
    }
    survey
}
