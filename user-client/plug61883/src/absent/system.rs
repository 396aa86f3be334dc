//! Stands for what Windows tells of itself, where there is no Windows.

use crate::system::SystemFacts;

/// What Windows tells: nothing.
pub(crate) fn gather() -> Option<SystemFacts> {
    None
}
