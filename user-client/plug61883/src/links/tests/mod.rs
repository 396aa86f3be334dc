//! Native tests: tables, errors, plans. What calls Windows is tested under Wine, by `tests/links`.

mod belongs;
mod codes;
mod docs;
mod errors;
mod fake;
mod plan;
mod plugs;
#[cfg(not(windows))]
mod systems;
