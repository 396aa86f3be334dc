//! Pictures of the bus: who is connected to whom.

mod boxes;
mod dot;
mod layout;
mod list;
mod look;
mod route;
mod style;
mod svg;
#[cfg(test)]
mod tests;
mod text;

pub(crate) use dot::dot;
pub(crate) use svg::svg;
pub(crate) use text::{Paper, text};
