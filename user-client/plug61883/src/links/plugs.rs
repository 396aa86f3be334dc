//! Plug connections, as links among others.

use super::codes::LinkCode;
use super::{BelongsTo, Family, Link, LinkError, LinkErrorKind};
use crate::{ConnectionInfo, Driver, End};

/// A connection between plugs, whoever made it.
#[derive(Debug)]
pub struct PlugLink {
    driver: Driver,
    info: ConnectionInfo,
    force: bool,
    broken: bool,
    belongs_to: BelongsTo,
}

impl PlugLink {
    /// A connection that `driver` has listed. With `force`, it is broken although another program
    /// or driver answers for it.
    #[must_use]
    pub fn new(driver: &Driver, info: ConnectionInfo, force: bool) -> Self {
        Self {
            driver: driver.clone(),
            belongs_to: BelongsTo::unit(format!("unit {}", info.unit)),
            info,
            force,
            broken: false,
        }
    }

    /// What it is.
    #[must_use]
    pub const fn info(&self) -> &ConnectionInfo {
        &self.info
    }
}

/// Every plug connection that the driver knows, other drivers' among them.
///
/// # Errors
///
/// As [`Driver::connections`].
pub fn plug_links(driver: &Driver, force: bool) -> Result<Vec<PlugLink>, LinkError> {
    let connections = driver.connections(None)?;
    Ok(connections
        .into_iter()
        .map(|info| PlugLink::new(driver, info, force))
        .collect())
}

impl Link for PlugLink {
    fn family(&self) -> Family {
        Family::Plug
    }

    fn id(&self) -> String {
        self.info.id.to_string()
    }

    /// The plugs at its ends.
    fn name(&self) -> String {
        let end = |end| match end {
            End::Absent => "none".to_owned(),
            End::Unnamed => "a plug".to_owned(),
            End::Plug(plug) => plug.to_string(),
        };
        format!("{} to {}", end(self.info.output), end(self.info.input))
    }

    fn belongs_to(&self) -> &BelongsTo {
        &self.belongs_to
    }

    fn disconnect(&mut self) -> Result<Option<LinkCode>, LinkError> {
        if self.broken {
            let error = LinkError::new(Family::Plug, LinkErrorKind::Released);
            return Err(error.of(&self.id()));
        }
        let answer = self.driver.disconnect(self.info.id, self.force);
        let answer = answer.map_err(|error| LinkError::from(error).of(&self.id()));
        // A failure other than these leaves the connection, which may be tried again.
        self.broken = match &answer {
            Ok(_) => true,
            Err(error) => error.is_already_disconnected(),
        };
        answer.map(|answer| Some(LinkCode::Status(answer.status)))
    }
}
