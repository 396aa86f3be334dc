//! JSON documents. Every name here is documented in `user-client/JSON.md` and stays.

mod connection;
mod diagnosis;
mod event;
mod graph;
mod links;
mod page;
mod plug;
mod register;
mod teardown;
mod unit;

use plug61883::{Answer, NtStatus, Owner, Source};
use serde::Serialize;

use crate::failure::Failure;
use crate::time;

pub(crate) use connection::{
    Added, Connected, Connection, Connections, Directories, Directory, Made, MadeDirectory,
};
pub(crate) use diagnosis::Diagnosis;
pub(crate) use event::{EventLine, Lost, LostLine, SnapshotLine};
pub(crate) use graph::Graph;
pub(crate) use links::{AudioDevices, Disconnected, MachineUnits, NetConnections, RouterChecked};
pub(crate) use page::{Pages, Script};
pub(crate) use plug::{
    Created, KnownPlug, MadePlug, OnePlug, PlugReference, PlugRow, Plugs, PlugsOfUnit, State,
    direction,
};
pub(crate) use register::{
    RegisterRow, RegisterSet, RegisterSetRow, Registers, RegistersSet, Report, ReportedUnit,
};
pub(crate) use teardown::Teardown;
pub(crate) use unit::{
    LevelRow, LevelValues, Unit, UnitInfo, UnitRow, UnitWasSet, Units, unit_state,
};

/// Number of the format; a new one when a name goes or changes what it means.
pub(crate) const FORMAT: u32 = 1;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "{T}Document"))]
pub(crate) struct Document<T> {
    pub(crate) format: u32,
    #[serde(flatten)]
    pub(crate) content: T,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Failed {
    pub(crate) error: Error,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Error {
    kind: &'static str,
    message: String,
    advice: &'static str,
    status: Option<Status>,
    win32: Option<u32>,
    source: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<links::Details>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Status {
    name: Option<&'static str>,
    code: String,
}

impl From<NtStatus> for Status {
    fn from(status: NtStatus) -> Self {
        Self {
            name: status.name(),
            code: hex32(status.0),
        }
    }
}

impl From<&Failure> for Error {
    fn from(failure: &Failure) -> Self {
        let error = match failure {
            Failure::Driver(error) => Some(error),
            _ => None,
        };
        Self {
            kind: failure.kind(),
            message: failure.what(),
            advice: failure.advice(),
            status: error.and_then(plug61883::Error::status).map(Status::from),
            win32: error.and_then(|error| match error.kind() {
                plug61883::ErrorKind::Open { win32 } => Some(win32),
                _ => None,
            }),
            source: error.and_then(plug61883::Error::source).map(source),
            link: match failure {
                Failure::Link(error) => Some((&**error).into()),
                _ => None,
            },
        }
    }
}

fn source(source: Source) -> &'static str {
    match source {
        Source::Protocol => "protocol",
        Source::Plug61883 => "plug61883",
        Source::Windows => "windows",
    }
}

fn hex32(value: u32) -> String {
    format!("0x{value:08X}")
}

/// Who answers for something.
fn owner(owner: Owner) -> String {
    match owner {
        Owner::ThisHandle => "this_handle".to_owned(),
        Owner::OtherHandle => "other_handle".to_owned(),
        Owner::Driver => "driver".to_owned(),
        Owner::Foreign => "foreign".to_owned(),
        Owner::Device => "device".to_owned(),
        Owner::Other(raw) => format!("other_{raw}"),
    }
}

/// When something was made, where that is known.
fn made_at(made_at: u64) -> Option<String> {
    (made_at != 0).then(|| time::utc(made_at))
}

fn hex24(id: u32) -> String {
    format!("0x{id:06X}")
}

/// An entry of a list: what is known of it, or why nothing is.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "{T}Row"))]
pub(crate) struct Row<T> {
    pub(crate) id: Option<String>,
    #[serde(flatten)]
    pub(crate) content: Option<T>,
    pub(crate) error: Option<Error>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Results {
    pub(crate) results: Vec<Undone>,
}

/// An entry of a list of things that were to be undone.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Undone {
    #[serde(flatten)]
    pub(crate) row: Row<Confirmed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) skipped: Option<&'static str>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Confirmed {
    status: Status,
    source: &'static str,
}

impl From<Answer> for Confirmed {
    fn from(answer: Answer) -> Self {
        Self {
            status: answer.status.into(),
            source: source(answer.source),
        }
    }
}

/// The answer to one change.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct OneResult {
    pub(crate) result: Row<Confirmed>,
}
