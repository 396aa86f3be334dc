//! A router's configuration: RRAS, which Windows Server has.

use super::codes::LinkCode;
use super::{BelongsTo, Family, Link, LinkError, LinkErrorKind};
use crate::platform::links::router as platform;

/// An open router configuration. It is released when this value is dropped or
/// [disconnected](Link::disconnect), whichever comes first.
#[derive(Debug)]
pub struct Router {
    server: Option<String>,
    handle: Option<platform::Handle>,
    belongs_to: BelongsTo,
}

impl Router {
    /// Opens the router configuration of `server`; of this machine, when none is given.
    ///
    /// # Errors
    ///
    /// [absent](LinkError::is_absent) where this Windows has no mprapi.dll or not its functions;
    /// what `MprConfigServerConnect` answered. Fails on other systems than Windows.
    pub fn connect(server: Option<&str>) -> Result<Self, LinkError> {
        let subject = |error: LinkError| match server {
            Some(server) => error.of(server),
            None => error,
        };
        if server.is_some_and(|server| server.contains('\0')) {
            let error = LinkError::new(Family::Router, LinkErrorKind::BadName);
            return Err(subject(error));
        }
        let handle = platform::Handle::connect(server).map_err(subject)?;
        Ok(Self {
            server: server.map(str::to_owned),
            handle: Some(handle),
            belongs_to: BelongsTo::no_device(),
        })
    }

    /// The server's name; `None` for this machine.
    #[must_use]
    pub fn server(&self) -> Option<&str> {
        self.server.as_deref()
    }
}

impl Link for Router {
    fn family(&self) -> Family {
        Family::Router
    }

    fn id(&self) -> String {
        self.name()
    }

    /// The server's name; `.` for this machine.
    fn name(&self) -> String {
        self.server.clone().unwrap_or_else(|| ".".to_owned())
    }

    fn belongs_to(&self) -> &BelongsTo {
        &self.belongs_to
    }

    /// `MprConfigServerDisconnect` answers nothing, so that only the second time fails.
    fn disconnect(&mut self) -> Result<Option<LinkCode>, LinkError> {
        match self.handle.take() {
            Some(handle) => {
                handle.disconnect();
                Ok(None)
            }
            None => {
                let error = LinkError::new(Family::Router, LinkErrorKind::Released);
                Err(error.of(&self.name()))
            }
        }
    }
}
