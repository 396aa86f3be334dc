//! What can go wrong while a build is configured.

use std::path::PathBuf;

use thiserror::Error;

/// A failed file operation, and on which file.
#[derive(Debug, Error)]
#[error("{path}: {source}", path = path.display())]
pub struct IoError {
    path: PathBuf,
    source: std::io::Error,
}

impl IoError {
    /// Names the path that `source` is about.
    pub fn with_path(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Self {
            path: path.into(),
            source,
        }
    }
}

/// Why a build can't be configured.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// A file could not be read or written.
    #[error(transparent)]
    IoError(#[from] IoError),

    /// A folder that a Debian package should have brought is missing.
    #[error("{directory} is missing: install {package}")]
    DirectoryNotFound {
        /// The folder.
        directory: String,
        /// The Debian package it comes with.
        package: &'static str,
    },

    /// A tool failed, or could not be started.
    #[error("{command}: {reason}")]
    Tool {
        /// What was run.
        command: String,
        /// What it said.
        reason: String,
    },

    /// Neither the workspace nor one of its packages has a `metadata.wdk.driver-model`.
    #[error("no metadata.wdk.driver-model in the workspace or in one of its packages")]
    NoDriverModel,

    /// The workspace has several driver models, and its libraries are built once only.
    #[error("more than one metadata.wdk.driver-model in the workspace: {0}")]
    SeveralDriverModels(String),

    /// A `metadata.wdk` or `metadata.plug61883` section has unexpected contents.
    #[error("metadata of {package}: {source}")]
    Metadata {
        /// The package, or "the workspace".
        package: String,
        /// What serde disliked.
        source: serde_json::Error,
    },

    /// Something that the real wdk-build can do, and that this one need not.
    #[error("not supported on this host: {0}")]
    Unsupported(String),

    /// `cargo metadata` failed.
    #[error(transparent)]
    CargoMetadataError(#[from] cargo_metadata::Error),

    /// bindgen does not know the Rust version that this crate asks for.
    #[error("bindgen and Rust {0}: {1}")]
    RustTarget(String, String),

    /// The driver would need the C runtime's DLLs, which no kernel has.
    #[error(
        "drivers need the static C runtime: set target-feature=+crt-static for \
         x86_64-pc-windows-msvc in .cargo/config.toml"
    )]
    StaticCrtNotEnabled,
}
