//! What is held until Ctrl+C, then undone.

use plug61883::{Answer, Error};
use serde::Serialize;

use crate::failure::{Exit, Failure};
use crate::hold::Hold;
use crate::output::Output;

/// Tells what was made: its id, or the document. Where it is to be held, waits, undoes it and
/// tells the answer.
pub(super) fn made<T>(
    made: T,
    id: &str,
    document: impl Serialize,
    held: Option<Box<dyn Hold>>,
    undo: impl FnOnce(T) -> Result<Answer, Error>,
    output: &mut Output<'_>,
) -> Exit {
    if output.json {
        output.document(document);
    } else {
        output.line(id);
    }
    let Some(held) = held else {
        // It persists: nothing happens when it is dropped.
        return Exit::Done;
    };
    held.wait();
    match undo(made) {
        Ok(answer) => {
            if !output.json {
                output.line(&format!("{id}: {answer}"));
            }
            Exit::Done
        }
        Err(error) => {
            // The one document is out already.
            let failure = Failure::from(error);
            output.error_line(&failure.to_string());
            failure.exit()
        }
    }
}
