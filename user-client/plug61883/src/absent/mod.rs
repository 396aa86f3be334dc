//! Stands for what calls Windows, on other systems: everything fails and says so.

pub(crate) mod control;
pub(crate) mod links;
pub(crate) mod system;
