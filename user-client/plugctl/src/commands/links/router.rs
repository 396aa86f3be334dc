//! `plugctl router`

use plug61883::links::{Link, Router};

use crate::cli::RouterCheck;
use crate::failure::{Exit, Failure};
use crate::json;
use crate::output::Output;

/// Opens the router configuration and closes it; closing answers nothing.
pub(super) fn check(arguments: &RouterCheck, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let mut router = Router::connect(arguments.server.as_deref())?;
    router.disconnect()?;
    show(router.server(), output);
    Ok(Exit::Done)
}

pub(super) fn show(server: Option<&str>, output: &mut Output<'_>) {
    if output.json {
        output.document(json::RouterChecked::new(server));
    } else {
        let server = server.unwrap_or("this machine");
        output.line(&format!(
            "the router configuration of {server} was opened and closed again"
        ));
    }
}
