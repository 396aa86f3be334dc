//! Section S: not of the table: many threads at a time.

use crate::Row;
use crate::row;

/// Section S: not of the table: many threads at a time.
pub(super) const STRESS: &[Row] = &[
    row(
        "S.filter",
        "four threads through a filter: sent down with timeouts, completed, cancelled at random",
        "back 4000 cancelled some true",
    ),
    row(
        "S.manual",
        "four threads into a manual queue: retrieved, requeued, marked, cancelled at random",
        "back 4000 cancelled some true",
    ),
];
