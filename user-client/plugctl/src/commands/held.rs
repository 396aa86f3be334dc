//! What is held until Ctrl+C, then undone.

use std::fmt::Display;

use plug61883::{Answer, Error};
use serde::Serialize;

use crate::failure::{Exit, Failure};
use crate::hold::{self, Hold};
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
) -> Result<Exit, Failure> {
    tell(id, document, output);
    if let Some(held) = held {
        held.start();
        if !output.json {
            hold::tell_how_to_end();
        }
        held.wait(None);
        super::answered(&id, undo(made)?, output);
    }
    // Where it persists, nothing happens when it is dropped.
    Ok(Exit::Done)
}

/// Tells what was made.
pub(super) fn tell(id: impl Display, document: impl Serialize, output: &mut Output<'_>) {
    if output.json {
        output.document(document);
    } else {
        output.line(&id.to_string());
    }
}
