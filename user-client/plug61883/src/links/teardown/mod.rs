//! Everything that 1394 devices hold on this machine, broken in a safe order.

mod plan;
mod report;
mod survey;

pub use plan::{Plan, Selection};
pub use report::{Entry, Outcome, Report, Summary};
pub use survey::{Survey, survey};
