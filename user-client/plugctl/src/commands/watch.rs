//! `plugctl watch`

use plug61883::{Access, Driver, Error};

use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::watch;

pub(super) fn watch(
    open: &dyn Fn(Access) -> Result<Driver, Error>,
    output: &Output<'_>,
) -> Result<Exit, Failure> {
    watch::watch(open, output)
}
