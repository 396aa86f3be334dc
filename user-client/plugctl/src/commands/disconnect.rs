//! `plugctl disconnect`

use plug61883::{Answer, ConnectionId, Driver, Error};

use super::exit_of;
use crate::cli;
use crate::failure::{Exit, Failure};
use crate::json;
use crate::output::Output;

pub(super) fn disconnect(
    driver: &Driver,
    arguments: &cli::Disconnect,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let mut failures = Vec::new();
    let mut results = Vec::new();
    for &id in &arguments.ids {
        let result = driver.disconnect(id, arguments.force);
        if output.json {
            results.push(row(id, result));
        } else {
            report(id, result, output);
        }
        failures.extend(result.err().map(Failure::from));
    }
    if output.json {
        output.document(json::Disconnected { results });
    }
    Ok(exit_of(&failures))
}

fn report(id: ConnectionId, result: Result<Answer, Error>, output: &mut Output<'_>) {
    match result {
        Ok(answer) => output.line(&format!("{id}: {answer}")),
        Err(error) => {
            let said = error
                .answer()
                .map_or_else(|| error.said(), |answer| answer.to_string());
            let advice = Failure::from(error).advice();
            output.error_line(&format!("{id}: {said}; {advice}"));
        }
    }
}

fn row(id: ConnectionId, result: Result<Answer, Error>) -> json::Row<json::Confirmed> {
    let answer = result.map_or_else(|error| error.answer(), Some);
    let failure = result.err().map(Failure::from);
    json::Row {
        id: Some(id.to_string()),
        content: answer.map(json::Confirmed::from),
        error: failure.as_ref().map(json::Error::from),
    }
}
