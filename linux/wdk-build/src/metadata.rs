//! The driver model, from the manifests.

use std::{
    collections::HashSet,
    env,
    path::{Path, PathBuf},
};

use cargo_metadata::{Metadata, MetadataCommand};
use serde::Deserialize;
use serde_json::Value;

use crate::{ConfigError, DriverConfig, cargo};

/// `[package.metadata.wdk]` and `[workspace.metadata.wdk]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Wdk {
    driver_model: DriverConfig,
}

/// `[package.metadata.plug61883]`: what only a Linux build needs to know of a kernel crate.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Package {
    /// The entry point, where it is not the framework's stub: the stand-in for the framework itself
    /// can't bind to itself.
    pub(crate) entry: Option<String>,
}

/// The manifest of the workspace that is being built.
///
/// It is looked for above `OUT_DIR`, as the original does: the build script of `wdk-sys` runs in
/// the registry's copy of that crate and sees nothing else of the workspace. A target folder may
/// also lie elsewhere; then it is the workspace around this crate.
pub fn find_top_level_cargo_manifest() -> PathBuf {
    let out_dir = env::var_os("OUT_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    out_dir
        .ancestors()
        .chain(Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().skip(1))
        .find(|folder| folder.join("Cargo.lock").exists())
        .unwrap_or(Path::new("."))
        .join("Cargo.toml")
}

/// `cargo metadata` of that workspace.
///
/// Without dependencies: they hold no driver model of ours, and resolving them here, where the
/// `paths` override is not in effect, could want files that nobody has downloaded.
pub(crate) fn workspace() -> Result<Metadata, ConfigError> {
    let manifest = find_top_level_cargo_manifest();
    let metadata = MetadataCommand::new()
        .manifest_path(&manifest)
        .no_deps()
        .exec()?;
    // Not all manifests, as the original does: any edit of one would cost a new run of bindgen.
    cargo("rerun-if-changed", manifest.display());
    for package in metadata
        .packages
        .iter()
        .filter(|package| !package.metadata["wdk"].is_null())
    {
        cargo("rerun-if-changed", &package.manifest_path);
    }
    Ok(metadata)
}

/// The one driver model of a workspace.
pub(crate) fn driver_model(metadata: &Metadata) -> Result<DriverConfig, ConfigError> {
    let packages = metadata
        .packages
        .iter()
        .map(|p| (p.name.as_str(), &p.metadata));
    let mut found = HashSet::new();
    for (name, metadata) in packages.chain([("the workspace", &metadata.workspace_metadata)]) {
        match &metadata["wdk"] {
            Value::Null => {}
            // An empty section marks a package as a driver, for cargo-make.
            Value::Object(section) if section.is_empty() => {}
            section => {
                found.insert(parse::<Wdk>(name, section)?.driver_model);
            }
        }
    }
    match Vec::from_iter(found).as_slice() {
        [] => Err(ConfigError::NoDriverModel),
        [one] => Ok(*one),
        several => Err(ConfigError::SeveralDriverModels(format!("{several:?}"))),
    }
}

/// Our own section of the package whose build script is running.
pub(crate) fn current_package(metadata: &Metadata) -> Result<Package, ConfigError> {
    package_at(
        metadata,
        &env::var("CARGO_MANIFEST_PATH").unwrap_or_default(),
    )
}

fn package_at(metadata: &Metadata, manifest: &str) -> Result<Package, ConfigError> {
    metadata
        .packages
        .iter()
        .find(|package| package.manifest_path == manifest)
        .map(|package| (package.name.as_str(), &package.metadata["plug61883"]))
        .filter(|(_, section)| !section.is_null())
        .map_or(Ok(Package::default()), |(name, section)| {
            parse(name, section)
        })
}

fn parse<'a, T: Deserialize<'a>>(package: &str, section: &'a Value) -> Result<T, ConfigError> {
    T::deserialize(section).map_err(|source| ConfigError::Metadata {
        package: package.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::KmdfConfig;

    /// What `cargo metadata` says of a workspace with one package.
    fn metadata(workspace: Value, package: Value) -> Metadata {
        serde_json::from_value(json!({
            "packages": [{
                "name": "driver", "version": "0.1.0", "id": "driver", "dependencies": [],
                "targets": [], "features": {}, "manifest_path": "/w/driver/Cargo.toml",
                "metadata": package,
            }],
            "workspace_members": [], "workspace_root": "/w", "target_directory": "/w/target",
            "version": 1, "metadata": workspace,
        }))
        .unwrap()
    }

    fn kmdf(minor: u8) -> Value {
        json!({ "wdk": { "driver-model": {
            "driver-type": "KMDF", "kmdf-version-major": 1, "target-kmdf-version-minor": minor,
        } } })
    }

    #[test]
    fn one_driver_model_is_found_wherever_it_stands() {
        let expected = DriverConfig::Kmdf(KmdfConfig {
            kmdf_version_major: 1,
            target_kmdf_version_minor: 27,
            minimum_kmdf_version_minor: None,
        });
        for metadata in [
            metadata(kmdf(27), Value::Null),
            metadata(Value::Null, kmdf(27)),
            metadata(kmdf(27), json!({ "wdk": {} })),
            metadata(kmdf(27), kmdf(27)),
        ] {
            assert_eq!(driver_model(&metadata).unwrap(), expected);
        }
        let wdm = metadata(
            json!({ "wdk": { "driver-model": { "driver-type": "WDM" } } }),
            json!({}),
        );
        assert_eq!(driver_model(&wdm).unwrap(), DriverConfig::Wdm);
    }

    #[test]
    fn none_and_several_driver_models_are_told_apart() {
        let none = driver_model(&metadata(Value::Null, Value::Null));
        assert!(matches!(none, Err(ConfigError::NoDriverModel)), "{none:?}");
        let several = driver_model(&metadata(kmdf(27), kmdf(33)));
        assert!(
            matches!(several, Err(ConfigError::SeveralDriverModels(_))),
            "{several:?}"
        );
        let unknown = driver_model(&metadata(
            json!({ "wdk": { "driver-modal": {} } }),
            Value::Null,
        ));
        assert!(
            matches!(unknown, Err(ConfigError::Metadata { .. })),
            "{unknown:?}"
        );
    }

    #[test]
    fn entry_point_of_a_package() {
        let section = json!({ "plug61883": { "entry": "DriverEntry" } });
        let metadata = metadata(kmdf(27), section);
        let entry = |manifest| package_at(&metadata, manifest).unwrap().entry;
        assert_eq!(
            entry("/w/driver/Cargo.toml").as_deref(),
            Some("DriverEntry")
        );
        assert_eq!(entry("/w/other/Cargo.toml"), None);
    }
}
