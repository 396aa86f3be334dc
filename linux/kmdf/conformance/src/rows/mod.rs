//! The rows that are covered: id, scenario, and what was observed of Microsoft's framework.
//!
//! Words: `lower X`: the lower driver gets X; `-> S`: the call returns S; `NAME completed S N`: the
//! IRP NAME is completed with status S and information N.

mod buffers;
mod cancel;
mod control;
mod misuse;
mod objects;
mod pnp;
mod preprocess;
mod queues;
mod send;
mod stress;
mod timers;

use crate::Row;
pub use misuse::{AT_UNLOAD, MISUSE};

/// What the probe observes of the framework when it does nothing wrong.
pub const BEHAVIOUR: &[&[Row]] = &[
    objects::OBJECTS,
    control::CONTROL,
    queues::QUEUES,
    buffers::BUFFERS,
    cancel::CANCEL,
    send::SEND,
    pnp::PNP,
    preprocess::PREPROCESS,
    timers::TIMERS,
    stress::STRESS,
];
