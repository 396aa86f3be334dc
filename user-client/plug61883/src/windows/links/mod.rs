//! The interfaces that break other connections.

pub(crate) mod audio;
mod checks;
mod com;
pub(crate) mod machine;
pub(crate) mod network;
pub(crate) mod router;
mod text;
