//! The schema of the JSON documents: the committed one is what the structures say, and every
//! document that a test prints keeps to it.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use crate::json;

/// The committed schema.
fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/plugctl.schema.json")
}

/// Makes the schema of a document.
type Make = fn(&mut SchemaGenerator) -> Schema;

/// The documents, by the commands that print them.
const DOCUMENTS: &[(&str, Make)] = &[
    ("any, when it fails as a whole", document::<json::Failed>),
    ("units", document::<json::Units>),
    ("unit-info", document::<json::UnitInfo>),
    ("unit-info set", document::<json::UnitWasSet>),
    ("plugs", document::<json::Plugs>),
    ("state", document::<json::OnePlug>),
    ("connections", document::<json::Connections>),
    ("connect", document::<json::Connected>),
    ("create-plug", document::<json::Created>),
    ("unit-directory add", document::<json::Added>),
    ("unit-directory list", document::<json::Directories>),
    (
        "disconnect, delete-plug, unit-directory remove",
        document::<json::Results>,
    ),
    (
        "set-plug, bus-reset, the end of what is held",
        document::<json::OneResult>,
    ),
    ("report", document::<json::Report>),
    ("get", document::<json::Registers>),
    ("set", document::<json::RegistersSet>),
    ("graph", document::<json::Graph>),
    ("doctor", document::<json::Diagnosis<'static>>),
    ("snapshot, monitor", document::<json::SnapshotLine>),
    ("monitor", document::<json::EventLine>),
    ("monitor, after a loss", document::<json::LostLine>),
    ("machine units", document::<json::MachineUnits<'static>>),
    ("audio list", document::<json::AudioDevices<'static>>),
    ("net list", document::<json::NetConnections<'static>>),
    (
        "audio disconnect, net disconnect",
        document::<json::Disconnected>,
    ),
    ("router check", document::<json::RouterChecked<'static>>),
    ("teardown", document::<json::Teardown<'static>>),
    ("completions", document::<json::Script<'static>>),
    ("man", document::<json::Pages>),
];

fn document<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<json::Document<T>>()
}

fn schema() -> Value {
    let mut generator = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator();
    let documents: Vec<Value> = DOCUMENTS
        .iter()
        .map(|(commands, schema)| {
            let mut schema = schema(&mut generator).to_value();
            schema["title"] = json!(commands);
            schema
        })
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "plugctl --json",
        "description": "One line of what plugctl prints with --json, by the command. \
                        user-client/JSON.md says what the names mean.",
        "anyOf": documents,
        "$defs": generator.take_definitions(true),
    })
}

#[test]
fn the_committed_schema_is_up_to_date() {
    let text = format!("{:#}\n", schema());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(file(), &text).unwrap();
    }
    assert!(
        std::fs::read_to_string(file()).is_ok_and(|committed| committed == text),
        "docs/plugctl.schema.json is not what the structures say now; run this test with \
         UPDATE_DOCS=1"
    );
}

/// Holds what a command has printed to the schema.
pub(crate) fn check(line: &str, printed: &str) {
    static VALIDATOR: LazyLock<jsonschema::Validator> =
        LazyLock::new(|| jsonschema::validator_for(&schema()).unwrap());
    for text in printed.lines() {
        let document: Value = serde_json::from_str(text).unwrap();
        assert!(
            VALIDATOR.is_valid(&document),
            "{line}: not in the schema: {document:#}"
        );
    }
}

#[test]
fn a_document_that_is_none_is_found() {
    let units = json!({ "format": 1, "units": [] });
    check("units", &units.to_string());
    for wrong in [
        json!({ "units": [] }),
        json!({ "format": 1 }),
        json!({ "format": 1, "units": {} }),
        json!({ "format": 1, "units": [{ "id": 7 }] }),
        json!({ "format": 1, "error": { "kind": "usage" } }),
    ] {
        let found = std::panic::catch_unwind(|| check("units", &wrong.to_string()));
        assert!(found.is_err(), "{wrong}");
    }
}
