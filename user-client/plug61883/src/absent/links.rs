//! Stands for the interfaces that break other connections.

/// A machine's device tree.
pub(crate) mod machine {
    use std::convert::Infallible;

    use crate::links::{DeviceNode, Family, LinkCode, LinkError};

    #[derive(Debug)]
    pub(crate) struct Tree(Infallible);

    impl Tree {
        pub(crate) fn local() -> Result<Self, LinkError> {
            Err(LinkError::needs_windows(Family::Machine))
        }

        pub(crate) fn connect(_host: &str) -> Result<Self, LinkError> {
            Err(LinkError::needs_windows(Family::Machine))
        }

        pub(crate) fn instances(&self) -> Result<Vec<String>, LinkError> {
            match self.0 {}
        }

        pub(crate) fn device(&self, _instance: &str) -> Result<Option<DeviceNode>, LinkError> {
            match self.0 {}
        }

        pub(crate) fn disconnect(self) -> Result<Option<LinkCode>, LinkError> {
            match self.0 {}
        }
    }
}

/// Core Audio.
pub(crate) mod audio {
    use std::convert::Infallible;

    use crate::links::{AudioDevice, Family, LinkCode, LinkError};

    #[derive(Debug)]
    pub(crate) struct Connector(Infallible);

    pub(crate) fn disconnect(connector: &Connector) -> Result<LinkCode, LinkError> {
        match connector.0 {}
    }

    #[derive(Debug)]
    pub(crate) struct Enumerator(Infallible);

    impl Enumerator {
        pub(crate) fn open() -> Result<Self, LinkError> {
            Err(LinkError::needs_windows(Family::Audio))
        }

        pub(crate) fn devices(&self) -> Result<Vec<AudioDevice>, LinkError> {
            match self.0 {}
        }
    }
}

/// Router configuration.
pub(crate) mod router {
    use std::convert::Infallible;

    use crate::links::{Family, LinkError};

    #[derive(Debug)]
    pub(crate) struct Handle(Infallible);

    impl Handle {
        pub(crate) fn connect(_server: Option<&str>) -> Result<Self, LinkError> {
            Err(LinkError::needs_windows(Family::Router))
        }

        pub(crate) fn disconnect(self) {
            match self.0 {}
        }
    }
}

/// Network connections.
pub(crate) mod network {
    use std::convert::Infallible;

    use crate::links::{Family, LinkCode, LinkError, NetList};

    #[derive(Debug)]
    pub(crate) struct Connection(Infallible);

    pub(crate) fn disconnect(connection: &Connection) -> Result<LinkCode, LinkError> {
        match connection.0 {}
    }

    #[derive(Debug)]
    pub(crate) struct Manager(Infallible);

    impl Manager {
        pub(crate) fn open() -> Result<Self, LinkError> {
            Err(LinkError::needs_windows(Family::Network))
        }

        pub(crate) fn connections(&self) -> Result<NetList, LinkError> {
            match self.0 {}
        }
    }
}
