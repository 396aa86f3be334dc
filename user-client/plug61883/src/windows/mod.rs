//! What calls Windows: the only place with unsafe code.

pub(crate) mod control;
mod devices;
mod kernel;
pub(crate) mod links;
#[forbid(unsafe_code)]
pub(crate) mod system;
