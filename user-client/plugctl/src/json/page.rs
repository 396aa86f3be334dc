//! Completions and manual pages.

use serde::Serialize;

#[derive(Serialize)]
pub(crate) struct Script<'a> {
    pub(crate) script: &'a str,
}

#[derive(Serialize)]
pub(crate) struct Pages {
    pub(crate) pages: Vec<String>,
}
